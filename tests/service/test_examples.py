"""The example runs both ways, and what is written for deployment names what is there."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from chartgap.commands.serve import serve
from notes import SYNTHETIC

NOTE = str(SYNTHETIC / "a05.txt")


def run(root, *arguments):
    command = [sys.executable, root / "examples/scribe_postprocess.py", NOTE, "M54.12", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_example_says_the_same_in_process_and_over_http(root, real):
    here, there = run(root), run(root, "--url", real.url)
    assert (here.returncode, here.stderr) == (1, "")
    assert here.stdout.startswith("word         Passages of the draft differ here.")
    assert there.stdout == here.stdout


def test_the_image_copies_what_is_there_and_what_is_not_ignored(root):
    lines = (root / "deploy/Dockerfile").read_text().splitlines()
    copied = [shlex.split(line)[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    kept = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    names = {name for group in copied for name in group}
    assert names == kept
    assert all((root / name).exists() for name in names)


@pytest.mark.parametrize("file", ["deploy/Dockerfile", "deploy/chartgap.service", "deploy/smoke.sh"])
def test_the_options_of_serve_are_known(root, file):
    text = (root / file).read_text()
    options = set(re.findall(r"(?<=\s)--?([a-z-]+)", text[text.index("serve") :].split("\n", 1)[0]))
    options |= set(re.findall(r'"--([a-z-]+)"', "".join(line for line in text.splitlines() if line.startswith("CMD"))))
    assert {name.replace("-", "_") for name in options} <= set(serve.__annotations__)
    assert options


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_unit(root, tmp_path):
    unit = tmp_path / "chartgap.service"
    text = (root / "deploy/chartgap.service").read_text()
    unit.write_text(text.replace("/opt/chartgap/bin/chartgap", sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("file", ["deploy/install.sh", "deploy/smoke.sh"])
def test_scripts_can_be_run(root, file):
    assert os.access(root / file, os.X_OK)
    assert subprocess.run(["sh", "-n", root / file], check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["/no/such/note.txt", "M54.12"], "No such file"),
        ([NOTE, "banana", "--url", "SERVICE"], "banana: is not in the form"),
        ([NOTE, "M54.12", "--url", "http://127.0.0.1:9"], "refused"),
        ([NOTE, *["M54.12"] * 101, "--url", "SERVICE"], "413: "),
    ],
)
def test_the_example_says_what_it_could_not_do(root, real, arguments, told):
    command = [sys.executable, root / "examples/scribe_postprocess.py", *arguments]
    command = [real.url if part == "SERVICE" else part for part in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
