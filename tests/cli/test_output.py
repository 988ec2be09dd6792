"""--output: the file appears whole or not at all, through links, and never in the place of a note."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import chartgap.commands.output
from chartgap.cli import main

GOOD = "Spurling negative left"


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(GOOD)
    return path


@pytest.fixture
def run(capsys, fake_checker):
    def run(*argv):
        exit_code = main([str(word) for word in ("check", *argv, "--code", "M54.12", "--format", "jsonl")])
        return exit_code, *capsys.readouterr()

    return run


def ids(path):
    return [json.loads(line)["note_id"] for line in path.read_text().splitlines()]


def test_output_that_cannot_be_written(run, note, tmp_path):
    target = tmp_path / "none" / "out.jsonl"
    assert run(note, "--output", target) == (2, "", f"chartgap: {target.parent}: No such file or directory\n")
    assert run(note, "--output", tmp_path) == (2, "", f"chartgap: {tmp_path}: Is a directory\n")


def test_a_folder_that_may_not_be_written_in(run, note, tmp_path, monkeypatch):
    def refuse(self, mode="r", **_):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert run(note, "--output", tmp_path / "x") == (2, "", f"chartgap: {tmp_path}: Permission denied\n")


def test_a_file_that_may_not_be_written(run, note, tmp_path, monkeypatch):
    target = tmp_path / "out"
    target.write_text("old")
    monkeypatch.setattr(chartgap.commands.output.os, "access", lambda *_: False)
    assert run(note, "--output", target) == (2, "", f"chartgap: {target}: Permission denied\n")
    assert target.read_text() == "old"


def test_a_run_that_fails_leaves_the_old_file_and_nothing_else(run, note, tmp_path, monkeypatch):
    target = tmp_path / "out"
    target.write_text("old")
    before = sorted(tmp_path.iterdir())
    exit_code, _, err = run(tmp_path / "missing.txt", "--output", target)
    assert (exit_code, err.splitlines()[-1]) == (2, f"chartgap: {target}: not written")
    monkeypatch.setattr("chartgap.checker.is_assessed", lambda _: 1 / 0)
    assert run(note, "--output", target)[0] == 2
    assert (target.read_text(), sorted(tmp_path.iterdir())) == ("old", before)


def test_ctrl_c_leaves_the_old_file_and_puts_what_was_done_beside_it(run, note, tmp_path, monkeypatch):
    def interrupted(places, **options):
        yield from read(places)
        raise KeyboardInterrupt

    read = __import__("chartgap.readers").readers.read_notes
    monkeypatch.setattr("chartgap.readers.read_notes", interrupted)
    target = tmp_path / "out"
    target.write_text("old")
    exit_code, _, err = run(note, "--output", target)
    assert (exit_code, target.read_text()) == (130, "old")
    assert ids(tmp_path / "out.partial") == [note.as_posix()]
    assert err.splitlines() == [
        f"chartgap: {target}: not written; what was done is in {target}.partial",
        "chartgap: stopped after 1 note",
        "chartgap: interrupted",
    ]


def test_a_run_that_is_terminated_leaves_nothing_behind(tmp_path):
    target = tmp_path / "out"
    target.write_text("old")
    command = [sys.executable, "-m", "chartgap", "check", "-", "--output", str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and len(list(tmp_path.iterdir())) == 1:
            pass
        process.terminate()
        assert process.wait() == 130
        assert process.stderr.read().splitlines()[-1] == "chartgap: interrupted"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out", "old")]


def test_some_bad_notes_do_not_keep_the_report_of_the_others_back(run, note, tmp_path):
    target = tmp_path / "out"
    target.write_text("old")
    assert run(tmp_path / "missing.txt", note, "--output", target)[0] == 2
    assert ids(target) == [note.as_posix()]


def test_links_stay_links_and_rights_stay_as_they_are(run, note, tmp_path):
    target, link, new = tmp_path / "out", tmp_path / "link", tmp_path / "to-new"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("out")
    new.symlink_to("new")
    assert run(note, "--output", link)[0] == 0
    assert run(note, "--output", new)[0] == 0
    assert (link.is_symlink(), ids(target), ids(tmp_path / "new")) == (True, [note.as_posix()], [note.as_posix()])
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_links_in_a_circle(run, note, tmp_path):
    link = tmp_path / "link"
    link.symlink_to("link")
    assert run(note, "--output", link) == (2, "", f"chartgap: {link}: Too many levels of symbolic links\n")


@pytest.mark.parametrize("place", ["-", "/dev/stdout"])
def test_standard_output_by_name(run, note, place):
    exit_code, out, err = run(note, "--output", place)
    assert (exit_code, err, json.loads(out)["note_id"]) == (0, "", note.as_posix())


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/fd and /dev/full")
def test_devices(run, note, tmp_path):
    target = tmp_path / "log"
    with target.open("w") as stream:
        stream.write("first\n")
        stream.flush()
        assert run(note, "--output", f"/dev/fd/{stream.fileno()}")[0] == 0
    assert [line[:5] for line in target.read_text().splitlines()] == ["first", '{"sch']
    assert run(note, "--output", "/dev/null") == (0, "", "")
    assert run(note, "--output", "/dev/full") == (2, "", "chartgap: /dev/full: No space left on device\n")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_standard_output_without_space():
    command = [sys.executable, "-c", "import sys; from chartgap.cli import main; sys.exit(main())", "schema"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "chartgap: standard output: No space left on device\n")


def test_a_named_pipe(run, note, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert run(note, "--output", pipe)[0] == 0
    assert json.loads(os.read(reader, 65_536))["note_id"] == note.as_posix()
    os.close(reader)


def test_a_note_is_never_overwritten(run, note, tmp_path):
    message = "chartgap: Invalid value for --output: is one of the notes\n"
    link = tmp_path / "link.txt"
    link.symlink_to(note)
    for places in ([note], [tmp_path], [link], [tmp_path / "missing.txt", note]):
        assert run(*places, "--output", note) == (2, "", message)
    assert note.read_text() == GOOD
    assert run(tmp_path, "--output", tmp_path / "report.out")[0] == 0
