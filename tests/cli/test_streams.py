"""Streams that are closed, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chartgap.cli import main

RUN = [sys.executable, "-c", "import sys; from chartgap.cli import main; sys.exit(main())"]
CLOSE = "import os, sys; os.close({}); os.execv(sys.executable, sys.argv[1:])"


def without(number, *argv):
    """Run with that stream closed."""
    command = [sys.executable, "-c", CLOSE.format(number), *RUN, *map(str, argv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_closed_stdin():
    assert without(0, "check", "-", "--format", "json") == (2, "[]\n", "chartgap: stdin: closed\n")


@pytest.mark.parametrize("argv", [["--help"], ["codes"], ["schema"], ["check", "-", "--format", "json"]])
def test_a_closed_stdout(argv):
    exit_code, _, err = without(1, *argv)
    assert (exit_code, err.splitlines()[-1]) == (2, "chartgap: standard output is closed")


def test_a_closed_stdout_does_not_matter_where_there_is_a_file(tmp_path):
    (tmp_path / "a.txt").write_text("Neck pain.")
    argv = ["check", tmp_path / "a.txt", "--code", "M54.12", "--format", "json", "--output", tmp_path / "out"]
    assert without(1, *argv) == (1, "", "")
    assert json.loads((tmp_path / "out").read_text())["codes"]


def test_a_closed_stderr():
    assert without(2, "check", "missing.txt") == (2, "", "")


def test_ctrl_c_while_the_commands_are_imported(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("chartgap.cli._call", interrupt)
    assert main(["codes"]) == 130
    assert capsys.readouterr() == ("", "chartgap: interrupted\n")


def _wait_until_loading(process):
    """Until our own entry is at work; before that, Ctrl-C is the interpreter's."""
    maps, until = Path(f"/proc/{process.pid}/maps"), time.monotonic() + 30
    if not maps.exists():  # no Linux
        time.sleep(0.5)
        return
    while "pydantic_core" not in maps.read_text() and time.monotonic() < until:
        time.sleep(0.005)


def test_ctrl_c_while_the_engine_is_loaded(tmp_path):
    (tmp_path / "a.txt").write_text("Neck pain.")
    command = [sys.executable, "-m", "chartgap", "check", str(tmp_path / "a.txt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        _wait_until_loading(process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert all(line.startswith("chartgap: ") for line in err.splitlines())


def test_the_entry_imports_nothing_that_takes_time():
    code = "import sys; before = set(sys.modules); import chartgap.cli; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))})  # fmt: skip
    assert done.stderr == ""
    assert "pydantic" not in done.stdout
    assert "typer" not in done.stdout


@pytest.fixture
def nine(tmp_path, fake_checker):
    """A file of nine notes."""
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": str(n), "text": "Neck"}) + "\n" for n in range(9)))
    return path


@pytest.mark.parametrize("done", [0, 2, 3])
def test_ctrl_c_leaves_whole_json(monkeypatch, capsys, nine, checker, done):
    seen = []

    def check(note):
        if len(seen) == done:
            raise KeyboardInterrupt
        seen.append(note.id)
        return real(note)

    real = checker.check
    monkeypatch.setattr(checker, "check", check)
    assert main(["check", str(nine), "--code", "M54.12", "--format", "json"]) == 130
    captured = capsys.readouterr()
    assert len(json.loads(captured.out)) == done
    assert captured.err == f"chartgap: stopped after {done} notes\nchartgap: interrupted\n"


def test_ctrl_c_waits_until_the_report_at_hand_is_written(monkeypatch, capsys, nine):
    class Pressing:
        """A stream during whose second write the key is pressed."""

        def __init__(self, stream):
            self.stream, self.writes = stream, 0

        def write(self, text):
            self.writes += 1
            if self.writes == 2:
                signal.raise_signal(signal.SIGINT)
            return self.stream.write(text)

        def __getattr__(self, name):
            return getattr(self.stream, name)

    monkeypatch.setattr("sys.stdout", Pressing(sys.stdout))
    assert main(["check", str(nine), "--code", "M54.12", "--format", "jsonl"]) == 130
    assert [json.loads(line)["note_id"] for line in capsys.readouterr().out.splitlines()] == ["0", "1"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
