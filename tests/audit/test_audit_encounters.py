"""The notes of an encounter checked together, from an archive that is read once."""

import json

import pytest
from audit_fakes import plan

from chartgap.audit import encounters
from chartgap.audit.audit import audit
from chartgap.audit.conclusion import Wanted, conclude
from chartgap.audit.encounters import gathered
from chartgap.audit.store import read_table
from chartgap.audit.units import Together
from chartgap.cli import main
from chartgap.errors import ReadError
from chartgap.model import Note, Report


def note(number, encounter=None):
    return Note(id=f"n{number}", text="pain", encounter_id=encounter)


def shown(units):
    return [
        [one.id for one in unit.notes] if isinstance(unit, Together) else getattr(unit, "id", "error") for unit in units
    ]


def test_notes_that_stand_apart_are_gathered_and_all_else_goes_on():
    units = [note(0, "a"), note(1), ReadError("x", source="y"), note(2, "b"), note(3, "a")]
    assert shown(gathered(units)) == ["n1", "error", ["n2"], ["n0", "n3"]]


def test_what_waits_the_longest_is_let_go():
    units = [note(0, "a"), note(1, "b"), note(2, "a"), note(3, "c"), note(4, "a"), note(5, "b")]
    assert shown(gathered(units, most=3)) == [["n1"], ["n3"], ["n0", "n2", "n4"], ["n5"]]


def test_long_notes_are_let_go_sooner(monkeypatch):
    monkeypatch.setattr(encounters, "MOST_CHARACTERS", 9)
    assert shown(gathered([note(n, str(n // 2)) for n in range(6)])) == [["n0", "n1"], ["n2", "n3"], ["n4", "n5"]]


@pytest.fixture
def archive(write):
    lines = [
        json.dumps({"id": f"n{n}", "text": f"pain {n}", "codes": ["M54.2"], "encounter_id": f"e{n % 40}"})
        for n in range(120)
    ]
    return write([*lines[:60], '{"id": "alone", "text": "x"}', "{bad", *lines[60:]])


def test_tables_by_encounter_and_resumed_the_same(run, archive, tmp_path):
    tables = run(tmp_path / "out", archive, encounters=True)
    assert [row["note_id"] for row in tables["notes"]] == ["alone", *(f"e{n}" for n in range(40))]
    assert tables["notes"][1]["note_ids"] == ["n0", "n40", "n80"]
    assert len(tables["failures"]) == 1
    journal = tmp_path / "out/parts.jsonl"
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    (tmp_path / "out/manifest.json").write_text(json.dumps(manifest | {"finished": None}))
    assert run(tmp_path / "out", archive, encounters=True, resume=True) == tables


def test_encounters_that_came_apart_are_told(archive, watcher, monkeypatch, tmp_path):
    monkeypatch.setattr(encounters, "gathered", gathered)
    monkeypatch.setattr("chartgap.audit.inputs.gathered", lambda units: gathered(units, most=30))
    made = plan(tmp_path / "out", archive, encounters=True)
    audit(made, watcher)
    summary = conclude(made, Wanted(sample=3), watcher.tell)
    assert summary["repeated"]["encounters_apart"] == 40
    assert any("40 encounters were assessed in pieces" in line for line in watcher.told)
    assert (tmp_path / "out/sample/notes.html").exists()


def test_findings_are_those_of_check(root, tmp_path):
    texts = [path.read_text() for path in sorted((root / "corpora/synthetic").glob("a*.txt"))[:6]]
    notes = tmp_path / "notes.jsonl"
    lines = ({"id": f"n{n}", "text": text, "encounter_id": f"e{n // 2}"} for n, text in enumerate(texts))
    notes.write_text("".join(json.dumps(line) + "\n" for line in lines))
    given = ["--by", "encounter", "--code", "M54.12,M54.2"]
    main(["check", str(notes), *given, "--format", "jsonl", "--output", str(tmp_path / "reports"), "--exit-zero"])
    reports = [Report.model_validate_json(line) for line in (tmp_path / "reports").read_text().splitlines()]
    assert main(["audit", str(notes), "--out", str(tmp_path / "out"), "--workers", "1", *given]) == 0
    found = read_table(tmp_path / "out", "findings").to_pylist()
    assert [(row["note_id"], row["start"], row["element"], row["text"]) for row in found] == [
        (one.note_id, one.start, one.element, one.text) for report in reports for one in report.findings
    ]
    rows = read_table(tmp_path / "out", "requirements").to_pylist()
    assert [(row["note_id"], row["id"], row["status"], row["anchor_note_id"]) for row in rows] == [
        (report.note_id, row.id, row.status, row.anchor_note_id)
        for report in reports
        for code in report.codes
        for row in code.requirements
    ]
    assert "encounters checked" in (tmp_path / "out/summary.html").read_text()


def test_queries_that_are_dealt_with_are_those_of_the_beginning(root, tmp_path, capsys):
    note, out, log = root / "corpora/synthetic/a05.txt", tmp_path / "out", tmp_path / "log.jsonl"
    given = [str(note), "--code", "M54.12", "--workers", "1"]
    assert main(["audit", *given, "--out", str(tmp_path / "all")]) == 0
    first, second, *_ = [row["id"] for row in read_table(tmp_path / "all", "queries").to_pylist()]
    assert main(["respond", first, "--outcome", "answered", "--responses", str(log)]) == 0
    again = ["audit", *given, "--out", str(out), "--responses", str(log)]
    assert main(again) == 0
    assert first not in [row["id"] for row in read_table(out, "queries").to_pylist()]
    before = read_table(out, "queries").to_pylist()
    assert main(["respond", second, "--outcome", "answered", "--responses", str(log)]) == 0
    part = next((out / "queries").glob("*.parquet"))
    part.unlink()
    assert main([*again, "--resume"]) == 0
    assert read_table(out, "queries").to_pylist() == before
    assert main(["audit", *given, "--out", str(out), "--resume"]) == 2
    assert "responses was" in capsys.readouterr().err
