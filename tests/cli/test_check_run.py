"""A run of `chartgap check` over many places: what is left out, what is interrupted, what stands in the file."""

import json
import os
import signal
import subprocess
import sys

import pytest

from chartgap.checker import Checker
from chartgap.cli import main

NOTE = "Spurling negative left"


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(NOTE)
    return path


@pytest.fixture
def run(capsys, fake_checker):
    def run(*argv):
        exit_code = main([str(word) for word in argv])
        captured = capsys.readouterr()
        return exit_code, captured.out, captured.err

    return run


def shell(command, cwd):
    done = subprocess.run(
        ["bash", "-c", command], cwd=cwd, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "CHARTGAP": f"{sys.executable} -m chartgap"},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_codes_that_cannot_be_assessed_are_no_success(run, note):
    assert run("check", note, "--code", "J45.909")[0::2] == (
        2,
        "chartgap: nothing was assessed: no claimed code has requirements in this release\n",
    )


def test_one_code_that_can_be_assessed_is_enough(run, note):
    assert run("check", note, "--code", "J45.909", "--code", "M54.12")[0::2] == (0, "")


def test_without_a_code_there_are_findings_only(run, note):
    assert run("check", note)[0::2] == (0, "")


def test_codes_may_be_a_list_with_commas(run, note):
    _, out, _ = run("check", note, "--code", "M54.12, M54.2", "--format", "jsonl")
    assert [item["code"] for item in json.loads(out)["codes"]] == ["M54.12", "M54.2"]


def test_a_second_note_with_the_same_id_is_named(run, note):
    exit_code, out, err = run("check", note, note, "--code", "M54.12", "--format", "jsonl")
    assert (exit_code, len(out.splitlines()), err) == (0, 2, f"chartgap: {note}: a second note with this id\n")


def test_what_a_folder_holds_besides_notes_is_counted(run, note, tmp_path):
    for name in ("b.pdf", "c.PDF", "README.md", "LICENSE", ".hidden"):
        (tmp_path / name).write_text("x")
    exit_code, _, err = run("check", tmp_path, "--code", "M54.12")
    assert exit_code == 0
    assert err == "chartgap: files that are no notes were passed over: 1 .md, 2 .pdf, 1 no suffix\n"


def test_a_link_to_nothing_is_an_error(run, note, tmp_path):
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    assert run("check", tmp_path, "--code", "M54.12")[0::2] == (
        2,
        f"chartgap: {tmp_path}/gone.txt: a link to nothing\n",
    )


def test_a_file_stays_as_it_is_when_no_note_could_be_read(run, tmp_path):
    output = tmp_path / "out.json"
    output.write_text("kept")
    assert run("check", tmp_path / "missing.txt", "--format", "json", "--output", output)[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
    assert output.read_text() == "kept"


def test_a_file_is_replaced_when_some_notes_could_be_read(run, note, tmp_path):
    output = tmp_path / "out.jsonl"
    output.write_text("old")
    assert run("check", tmp_path / "missing.txt", note, "--format", "jsonl", "--output", output)[0] == 2
    assert [json.loads(line)["note_id"] for line in output.read_text().splitlines()] == [str(note)]


def test_a_link_goes_on_pointing_at_the_file_written(run, note, tmp_path):
    (tmp_path / "real.jsonl").write_text("old")
    link = tmp_path / "link.jsonl"
    link.symlink_to("real.jsonl")
    assert run("check", note, "--code", "M54.12", "--format", "jsonl", "--output", link)[0] == 0
    assert link.is_symlink()
    assert json.loads((tmp_path / "real.jsonl").read_text())["note_id"] == str(note)


@pytest.fixture
def interrupted(monkeypatch):
    """The third note is one at which the user presses Ctrl-C."""
    done = []
    check = Checker.check

    def once(self, note):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(note)
        return check(self, note)

    monkeypatch.setattr(Checker, "check", once)


def test_an_interrupted_array_is_closed(run, note, interrupted):
    exit_code, out, _ = run("check", note, note, note, "--format", "json")
    assert (exit_code, len(json.loads(out))) == (130, 2)


def test_what_an_interrupted_run_wrote_stays_beside_the_file(run, note, tmp_path, interrupted):
    output = tmp_path / "out.json"
    output.write_text("kept")
    exit_code, _, err = run("check", note, note, note, "--format", "json", "--output", output)
    assert (exit_code, output.read_text()) == (130, "kept")
    assert err.splitlines()[-1] == "chartgap: interrupted; what was done is in out.json.partial"
    assert len(json.loads((tmp_path / "out.json.partial").read_text())) == 2


def test_closed_streams_are_named(note, tmp_path):
    assert shell("$CHARTGAP check - <&-", tmp_path)[0::2] == (2, "chartgap: stdin: is closed\n")
    assert shell("$CHARTGAP codes >&-", tmp_path) == (2, "", "chartgap: standard output is closed\n")


def test_ctrl_c_while_loading_shows_no_traceback(note, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "chartgap", "check", str(note)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, b"Traceback" in err) == (130, False)


def test_explain_takes_an_id_in_any_case_and_lists_those_of_a_code(run):
    assert run("explain", "m54.12.LATERALITY")[1].splitlines()[0] == "M54.12.laterality  required, support"
    exit_code, _, err = run("explain", "m99.40")
    assert exit_code == 2
    assert "no requirement has this id; there are: M99.40.diagnosis" in err
