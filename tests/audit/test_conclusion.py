"""What stands beside the tables when an audit is done: summary, comparison, sample; and the way back of the answers."""

import csv
import json

import pytest
from audit_fakes import plan

from chartgap.audit.audit import audit
from chartgap.audit.conclusion import Wanted, conclude
from chartgap.audit.files import AuditError
from chartgap.cli import main

TEXTS = ["neck pain", "Well.", "arm pain, pain", "Well again.", "FAIL"]


@pytest.fixture
def done(tmp_path, write, watcher):
    """A finished audit of these notes."""

    def done(texts=TEXTS, *, name="out", **wanted):
        made = plan(tmp_path / name, write(texts, name=f"{name}.jsonl"))
        audit(made, watcher)
        return made, conclude(made, Wanted(**wanted), watcher.tell)

    return done


def test_the_summary_is_written_as_data_and_as_a_page(done):
    made, summary = done()
    assert json.loads((made.out / "summary.json").read_text()) == summary
    assert {key: summary["totals"][key] for key in ("notes", "notes_with_gaps", "gaps", "findings", "failures")} == {
        "notes": 4, "notes_with_gaps": 2, "gaps": 2, "findings": 3, "failures": 1,
    }  # fmt: skip
    assert summary["audit"]["knowledge_version"] == "fake"
    assert [(row["kind"], row["notes"]) for row in summary["failures"]] == [("error", 1)]
    assert "<b>4</b>notes checked" in (made.out / "summary.html").read_text()


def test_an_earlier_audit_is_compared_with(done):
    before, _ = done(name="before")
    _, summary = done(["pain"] * 4, name="now", baseline=before.out)
    assert summary["comparison"]["totals"]["gap_rate"]["before"] == 0.5
    assert summary["comparison"]["totals"]["gap_rate"]["now"] == 0.0
    assert summary["comparison"]["comparable"] == []


def test_what_is_no_audit_cannot_be_compared_with(done, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(AuditError, match=r"empty: no summary\.json: not the folder of a finished audit"):
        done(baseline=tmp_path / "empty")
    (tmp_path / "empty/summary.json").write_text("[]")
    with pytest.raises(AuditError, match="not the summary of an audit by this version"):
        done(name="again", baseline=tmp_path / "empty")
    before, summary = done(name="before")
    del summary["totals"]["gap_rate_low"]
    (before.out / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(AuditError, match=r"before/summary\.json: not whole"):
        done(name="now", baseline=before.out)


def test_a_sample_is_the_notes_as_a_page_and_a_sheet_to_answer_on(done):
    made, _ = done(sample=2)
    with (made.out / "sample/answers.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sorted((row["said"], row["weight"], row["evidence"]) for row in rows)[0] == ("met", "2", '"pain"')
    assert [row["said"] for row in rows if row["said"] != "met"] == ["missing"]
    page = (made.out / "sample/notes.html").read_text()
    assert all(row["note_id"] in page for row in rows)


def test_the_answers_say_how_often_the_audit_is_right(done, capsys):
    made, _ = done(sample=4)
    path = made.out / "sample/answers.csv"
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["right"] = "no" if row["note_id"] == "n1" else "yes"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert main(["eval", str(path)]) == 0
    assert [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()] == [
        "gaps that are gaps 0.500 (95%: 0.095 to 0.905; 1 of 2, notes: 2)",
        "documented that is documented 1.000 (95%: 0.342 to 1.000; 2 of 2, notes: 2)",
        "alerts that hold no answer",
        "every line has an answer",
        "M54.2.pain missing 0.500 (95%: 0.095 to 0.905; 1 of 2, notes: 2)",
    ]


def test_an_archive_that_changed_gives_no_sample(done, write, tmp_path, watcher):
    made, _ = done()
    write(["other"] * 5, name="out.jsonl")
    (tmp_path / "out.jsonl").write_text('{"id": "x", "text": "pain"}\n' * 5)
    with pytest.raises(AuditError, match="the archive has changed since it was audited"):
        conclude(made, Wanted(sample=2), watcher.tell)


def test_ids_that_come_twice_are_told(done, watcher):
    line = '{"id": "same", "text": "pain"}'
    made, summary = done([line, "pain", line, line])
    assert summary["repeated"] == {"ids": 1, "notes": 3, "encounters_apart": 0}
    told = "1 id comes more than once, on 3 notes: each was counted"
    assert summary["mind"] == [told]
    assert told in watcher.told
    assert told in (made.out / "summary.html").read_text()


def test_an_input_that_changed_meanwhile_is_told(tmp_path, write, watcher, monkeypatch):
    notes = write(TEXTS)
    made = plan(tmp_path / "out", notes)

    class Changing(type(watcher)):
        def done(self, counts, share):
            if counts["notes"] and not self.told:
                self.told.append("changed")
                with notes.open("a") as stream:
                    stream.write('{"id": "new", "text": "pain"}\n')

    audit(made, Changing())
    assert json.loads((made.out / "manifest.json").read_text())["inputs_changed"] == [str(notes)]
    summary = conclude(made, Wanted(), watcher.tell)
    assert summary["mind"] == [
        f"{notes}: was changed while it was audited: some notes may be missing, or be those of before"
    ]


def test_a_sheet_with_answers_is_not_written_over(done, watcher):
    made, _ = done(sample=2)
    sheet = made.out / "sample/answers.csv"
    fresh = sheet.read_bytes()
    conclude(made, Wanted(sample=2), watcher.tell)
    assert sheet.read_bytes() == fresh
    answered = fresh.replace(b",,,\r\n", b",yes,,\r\n", 1)
    assert answered != fresh
    sheet.write_bytes(answered)
    conclude(made, Wanted(sample=4), watcher.tell)
    assert sheet.read_bytes() == answered
    assert watcher.told[-1].endswith("holds answers, and stays as it is: move it away for another sample")


def test_an_audit_of_another_claim_is_compared_with_reserve(tmp_path, write, watcher):
    made = [
        plan(tmp_path / name, write(TEXTS), options={"codes": codes}) for name, codes in (("a", []), ("b", ["M54.2"]))
    ]
    for one in made:
        audit(one, watcher)
        summary = conclude(one, Wanted(baseline=None if one is made[0] else made[0].out), watcher.tell)
    assert summary["comparison"]["comparable"] == ["the option codes differs: [] before, ['M54.2'] now"]


def test_where_no_note_could_be_checked_it_says_how_to_begin_anew(tmp_path, write, capsys):
    out = tmp_path / "out"
    assert main(["audit", str(write(["{bad"])), "--out", str(out), "--workers", "1"]) == 2
    assert f"no note was checked; to begin anew, delete {out} or write elsewhere" in capsys.readouterr().err
    (tmp_path / "file").write_text("x")
    assert main(["audit", str(write(["x"])), "--out", str(tmp_path / "file")]) == 2
    assert "is a file: --out names a folder" in capsys.readouterr().err
