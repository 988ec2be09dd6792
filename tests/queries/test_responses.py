"""The log of what became of queries: append-only, shared by processes, wrong entries named by file and line."""

import json
import resource
import signal
import sqlite3
import subprocess
import sys

import pytest

from chartgap.assess.queries import Policy
from chartgap.cli import main
from chartgap.errors import ReadError
from chartgap.model import NAMELESS, Claim, Note
from chartgap.responses import Response, append, now, read_log, settled

ID = "trauma-0123456789"
OTHER_ID = "region-0123456789"
SUFFIXES = [".jsonl", ".sqlite"]


def entry(outcome="answered", id_=ID):
    return Response(id=id_, rules_version="r", outcome=outcome, time=now())


@pytest.fixture(params=SUFFIXES)
def log(request, tmp_path):
    return tmp_path / f"log{request.param}"


def test_a_log_that_is_not_there_holds_nothing(log):
    assert settled(log) == {}
    assert not log.exists()


def test_the_last_entry_counts(log):
    entries = [entry("deferred"), entry("answered"), entry("dismissed", OTHER_ID)]
    for item in entries:
        append(log, item)
    assert list(read_log(log)) == entries
    assert settled(log) == {ID: "answered", OTHER_ID: "dismissed"}
    append(log, entry("reopened"))
    assert settled(log) == {OTHER_ID: "dismissed"}


def test_sqlite_refuses_to_change_or_forget(tmp_path):
    log = tmp_path / "log.sqlite"
    append(log, entry())
    with sqlite3.connect(log) as connection:
        for command in ("UPDATE responses SET outcome = 'dismissed'", "DELETE FROM responses"):
            with pytest.raises(sqlite3.DatabaseError, match="append-only"):
                connection.execute(command)
    connection.close()
    assert settled(log) == {ID: "answered"}


def test_processes_append_at_once(log):
    code = f"""
import sys
from pathlib import Path
from chartgap.model import NAMELESS, Claim, Note
from chartgap.responses import Response, append, now
for number in range(20):
    append(Path({str(log)!r}), Response(id=f"trauma-{{sys.argv[1]}}{{number:09d}}", rules_version="r",
        outcome="answered", time=now()))"""
    processes = [subprocess.Popen([sys.executable, "-c", code, str(number)]) for number in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert len({item.id for item in read_log(log)}) == 80


def test_the_log_can_be_read_while_it_is_written(log):
    code = f"""
from pathlib import Path
from chartgap.model import NAMELESS, Claim, Note
from chartgap.responses import Response, append, now
for number in range(40):
    append(Path({str(log)!r}), Response(id=f"trauma-{{number:010d}}", rules_version="r", outcome="answered",
        time=now()))"""
    counts = [0]
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        while process.poll() is None:
            counts.append(len(settled(log)))
    counts.append(len(settled(log)))
    assert process.returncode == 0
    assert counts == sorted(counts)  # nothing that was there is ever missed
    assert counts[-1] == 40


GOOD = entry().model_dump_json()
BAD = {
    "not JSON": ("secret words\n", "json_invalid"),
    "an empty line": ("\n", "json_invalid"),
    "a key too many": (json.dumps({**json.loads(GOOD), "secret": 1}) + "\n", "extra_forbidden"),
    "an unknown outcome": (GOOD.replace("answered", "secret") + "\n", "outcome: literal_error"),
    "another file's line, without an end": ('{"id":"a","text":"secret words"}', "missing"),
    "bytes": ("\udcff\n", "json_invalid"),
}


@pytest.mark.parametrize(("line", "why"), BAD.values(), ids=BAD)
def test_a_corrupt_log_names_its_line(tmp_path, line, why):
    log = tmp_path / "log.jsonl"
    content = f"{GOOD}\n{line}".encode(errors="surrogateescape")
    log.write_bytes(content)
    with pytest.raises(ReadError, match=f"log.jsonl:2: .*{why}") as error:
        settled(log)
    assert "secret" not in str(error.value)
    with pytest.raises(ReadError):
        append(log, entry())
    assert log.read_bytes() == content


@pytest.mark.parametrize("kept", [*range(1, 8), 30, 50, len(GOOD) - 1])
def test_an_entry_that_was_cut_short_is_none_and_gives_way_to_the_next(tmp_path, kept):
    log = tmp_path / "log.jsonl"
    log.write_text(f"{GOOD}\n{entry('dismissed', OTHER_ID).model_dump_json()[:kept]}")
    assert settled(log) == {ID: "answered"}
    append(log, entry("deferred", OTHER_ID))
    assert [item.outcome for item in read_log(log)] == ["answered", "deferred"]
    assert log.read_bytes().count(b"\n") == 2


def test_an_entry_without_its_line_end_is_one(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(GOOD)
    append(log, entry("dismissed", OTHER_ID))
    assert settled(log) == {ID: "answered", OTHER_ID: "dismissed"}


def test_what_a_full_disk_leaves_is_taken_back(tmp_path):
    log = tmp_path / "log.jsonl"
    append(log, entry())
    before = log.read_bytes()
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, resource.RLIM_INFINITY))
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(OSError, match=r"space|large"):
            append(log, entry("dismissed", OTHER_ID))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXFSZ, old)
    assert log.read_bytes() == before


def test_a_file_that_is_no_database(tmp_path):
    log = tmp_path / "log.sqlite"
    log.write_text("secret words " * 100)
    for action in (lambda: settled(log), lambda: append(log, entry())):
        with pytest.raises(ReadError, match=r"log\.sqlite: .*DatabaseError"):
            action()


def test_a_wrong_row_of_a_database_is_named_by_its_number(tmp_path):
    log = tmp_path / "log.sqlite"
    append(log, entry())
    with sqlite3.connect(log) as connection:
        connection.execute("INSERT INTO responses VALUES ('x', 'r', 'secret', 'today')")
    connection.close()
    with pytest.raises(ReadError, match=r"log\.sqlite:2: .*outcome: literal_error"):
        settled(log)


# the command line


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "n.txt"
    path.write_text("Remote whiplash.\nAssessment: Neck pain.\n")
    return path


def reported(capsys, note, *options):
    exit_code = main(["check", str(note), "--code", "M54.2", "--format", "json", *map(str, options)])
    captured = capsys.readouterr()
    return exit_code, json.loads(captured.out or "{}"), captured.err


def test_a_query_that_was_answered_is_not_put_again(capsys, note, log):
    _, report, _ = reported(capsys, note, "--responses", log)
    query = report["queries"][0]
    assert main(["respond", query["id"], "--outcome", "answered", "--responses", str(log)]) == 0
    (written,) = read_log(log)
    assert (written.id, written.rules_version, written.outcome) == (query["id"], query["rules_version"], "answered")
    exit_code, report, _ = reported(capsys, note, "--responses", log)
    assert exit_code == 1  # the gap is still one
    assert query["id"] not in [item["id"] for item in report["queries"]]
    assert any(query["id"] in notice for notice in report["notices"])


def test_a_log_that_is_not_there_yet_is_told_and_one_that_cannot_be_is_an_error(capsys, note, log):
    exit_code, report, err = reported(capsys, note, "--responses", log)
    assert (exit_code, bool(report["queries"])) == (1, True)
    assert err == f"chartgap: {log}: there is no such log yet, `chartgap respond` makes it; all is asked\n"
    assert not log.exists()
    exit_code, report, err = reported(capsys, note, "--responses", log.parent / "nowhere" / "log.jsonl")
    assert (exit_code, report) == (2, {})
    assert "its folder does not exist" in err


def test_max_queries(capsys, note):
    assert reported(capsys, note, "--max-queries", 0)[1]["queries"] == []
    assert len(reported(capsys, note, "--max-queries", 1)[1]["queries"]) == 1


def test_a_corrupt_log_stops_the_run(capsys, note, tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text("nonsense\n")
    exit_code, _, err = reported(capsys, note, "--responses", log)
    assert exit_code == 2
    assert err.startswith(f"chartgap: {log}:1: not an entry")


@pytest.mark.parametrize("arguments", [[ID, "--outcome", "ignored"], ["TRAUMA", "--outcome", "answered"]])
def test_a_wrong_command_writes_nothing(capsys, log, arguments):
    assert main(["respond", *arguments, "--responses", str(log)]) == 2
    assert not log.exists()


def test_a_database_without_a_table_yet_holds_no_entry(tmp_path):
    (tmp_path / "log.sqlite").touch()
    assert list(read_log(tmp_path / "log.sqlite")) == []


def test_the_log_says_nothing_of_a_note_without_an_id(real_checker):
    note = Note(id=NAMELESS, text="Remote whiplash.\nAssessment: Neck pain.\n", claim=Claim(codes=("M54.2",)))
    (query, *_) = real_checker.check(note).queries
    report = real_checker.check(note, policy=Policy(settled={query.id: "dismissed"}))
    assert query in report.queries
    assert report.notices == (f"asked, though the log has it as dismissed for a note without an id: {query.title}",)
