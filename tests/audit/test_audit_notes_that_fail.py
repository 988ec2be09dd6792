"""A note that fails, hangs or kills its worker is a row of failures, and costs the others nothing."""

import inspect
import zipfile

import audit_fakes
import pytest
from audit_fakes import Broken, plan

from chartgap.audit.audit import audit
from chartgap.audit.child import PoolError

GOOD = ["neck pain", "pain and pain", "nothing"]


def failures(tables):
    return [(row["position"], row["note_id"], row["kind"], row["reason"]) for row in tables["failures"]]


def test_what_fails_is_told_without_a_word_of_the_note(write, run, tmp_path):
    tables = run(tmp_path / "out", write([*GOOD, "FAIL Quackenbush", *GOOD]))
    assert [row["note_id"] for row in tables["notes"]] == ["n0", "n1", "n2", "n4", "n5", "n6"]
    assert failures(tables) == [
        (3, "n3", "error", "internal error, please report it: ValueError at audit_fakes.py:" + reason_line())
    ]


def reason_line():
    return str(inspect.getsourcelines(audit_fakes._fail)[1] + 1)


@pytest.mark.parametrize(
    ("word", "kind", "reason"),
    [
        ("HANG", "hung", "took longer than 2 s"),
        ("EXIT", "died", "the worker ended by itself with exit code 7"),
        ("SEGV", "died", "the worker was ended by SIGSEGV"),
        ("KILL", "died", "the worker was ended by SIGKILL (out of memory?)"),
    ],
)
def test_a_worker_that_hangs_or_dies(write, run, tmp_path, word, kind, reason):
    texts = [*GOOD * 30, f"{word} Quackenbush", *GOOD * 30]
    tables = run(tmp_path / "out", write(texts))
    assert failures(tables) == [(90, "n90", kind, reason)]
    assert [row["position"] for row in tables["notes"]] == [at for at in range(181) if at != 90]
    without = run(tmp_path / "without", write([*GOOD * 30, '{"id": "", "text": "x"}', *GOOD * 30]))
    assert {name: tables[name] for name in tables if name != "failures"} == {
        name: without[name] for name in without if name != "failures"
    }


def test_several_in_one_batch_at_both_ends(write, run, tmp_path):
    tables = run(tmp_path / "out", write(["EXIT", *GOOD, "EXIT", "HANG", *GOOD, "FAIL", "EXIT"]), workers=1)
    assert [(row[0], row[2]) for row in failures(tables)] == [
        (0, "died"), (4, "died"), (5, "hung"), (9, "error"), (10, "died")
    ]  # fmt: skip
    assert [row["position"] for row in tables["notes"]] == [1, 2, 3, 6, 7, 8]


def test_a_worker_that_something_else_killed_costs_nothing(write, run, tmp_path):
    tables = run(tmp_path / "out", write([*GOOD, f"ONCE {tmp_path / 'mark'} pain", *GOOD]))
    assert not tables["failures"]
    assert len(tables["notes"]) == 7
    assert (tmp_path / "mark").exists()


def test_rows_that_no_table_can_hold_are_a_failure_of_their_note_alone(write, run, tmp_path):
    tables = run(tmp_path / "out", write([*GOOD, "UNPACKABLE", *GOOD]), workers=1)
    assert len(tables["notes"]) == 6
    assert [(row[0], row[2]) for row in failures(tables)] == [(3, "error")]


def test_an_engine_that_cannot_be_made_stops_all_without_a_word_of_a_note(write, watcher, tmp_path):
    with pytest.raises(PoolError, match=r"internal error.*ValueError at audit_fakes.py"):
        audit(plan(tmp_path / "out", write(GOOD), make=Broken), watcher)


def test_inputs_that_cannot_be_read_are_failures_with_their_place(write, run, tmp_path):
    bad = write([GOOD[0], '{"id": "x"}', GOOD[1], "{not json Quackenbush"], name="bad.jsonl")
    binary = tmp_path / "scan.txt"
    binary.write_bytes(b"\x00\x01\x02")
    folder = tmp_path / "folder"
    folder.mkdir()
    tables = run(tmp_path / "out", bad, binary, folder)
    assert [row["note_id"] for row in tables["notes"]] == ["n0", "n2"]
    assert [(row["position"], row["source"], row["line"], row["kind"]) for row in tables["failures"]] == [
        (1, bad.as_posix(), 2, "unreadable"),
        (3, bad.as_posix(), 4, "unreadable"),
        (4, binary.as_posix(), None, "unreadable"),
        (5, folder.as_posix(), None, "unreadable"),
    ]
    assert all("Quackenbush" not in str(row) for row in tables["failures"])


def test_documents_are_read_in_the_worker_and_may_hang_there(run, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, text in enumerate(["pain", "HANG", "EXIT", "pain"]):
        (folder / f"{number}.html").write_text(f"<p>{text}</p>")
    (folder / "4.pdf").write_bytes(b"%PDF-1.4 nothing")
    with zipfile.ZipFile(folder / "5.zip", "w") as archive:
        archive.writestr("inside.html", "<p>pain inside</p>")
    tables = run(tmp_path / "out", folder)
    assert [(row["position"], row["note_id"]) for row in tables["notes"]] == [
        (0, f"{folder}/0.html"), (3, f"{folder}/3.html"), (5, f"{folder}/5.zip/inside.html")
    ]  # fmt: skip
    failed = [(row["position"], row["source"], row["kind"]) for row in tables["failures"]]
    assert failed == [
        (1, f"{folder}/1.html", "hung"),
        (2, f"{folder}/2.html", "died"),
        (4, f"{folder}/4.pdf", "unreadable"),
    ]
