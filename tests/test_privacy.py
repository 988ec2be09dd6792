"""Words of a note reach the report that was asked for, and nothing else: no log, no stream, no other file, no error."""

import json
import logging
import sys
import warnings

import pytest
from loguru import logger

from chartgap.checker import Checker
from chartgap.cli import main
from chartgap.evaluate import read_gold
from chartgap.model import Claim, Note
from notes import SYNTHETIC, load_notes

MARKERS = ("Quackenbush", "Zebulon", "xylotheque", "9137-4406")
NOTES = load_notes(SYNTHETIC, codes=("M54.12", "M54.2"))[::9]


@pytest.fixture
def leaks(capfd, tmp_path, monkeypatch):
    """A function that gathers all that was logged at DEBUG, warned, printed or written since, and names the markers."""
    logged = []

    class Everything(logging.Handler):
        def emit(self, record):
            logged.append(f"{record.name} {record.getMessage()} {record.args} {record.exc_text}")

    handler = Everything(level=logging.DEBUG)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    sink = logger.add(lambda message: logged.append(str(message)), level="DEBUG", backtrace=True, diagnose=True)
    monkeypatch.chdir(tmp_path)

    def leaks(*, but=()):
        out, err = capfd.readouterr()
        files = [path for path in tmp_path.rglob("*") if path.is_file() and path not in but]
        written = [path.read_text(encoding="utf-8", errors="replace") + path.name for path in files]
        said = "\n".join([out, err, *logged, *map(str, warned), *written])
        return [marker for marker in MARKERS if marker.lower() in said.lower()]

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield leaks
    logger.remove(sink)
    root.removeHandler(handler)
    root.setLevel(level)


def marked(text):
    """The note with a marker at its head, inside a finding's sentence, in its middle and at its end."""
    middle = text.find("\n", len(text) // 2)
    head = f"Patient: {MARKERS[0]}. No {MARKERS[2]} and Spurling's test by {MARKERS[0]} positive on the left.\n"
    return f"{head}{text[:middle]}\n{MARKERS[1]} denies neck pain; MRN {MARKERS[3]}.{text[middle:]}\n{MARKERS[2]}?"


def as_line(**keys):
    return json.dumps(keys) + "\n"


def test_the_markers_would_be_seen(leaks, tmp_path):
    logging.getLogger("a").debug("for %s", MARKERS[0])
    logger.debug(MARKERS[1])
    sys.stderr.write(MARKERS[2])
    (tmp_path / "cache").write_text(MARKERS[3])
    assert leaks() == list(MARKERS)


def test_building_and_checking(leaks):
    checker = Checker()
    for note in NOTES:
        report = checker.check(note.model_copy(update={"text": marked(note.text)}))
        assert any(finding.text for finding in report.findings)
        assert any(MARKERS[0] in finding.text for finding in report.findings if finding.element == "spurling")
    assert leaks() == []


@pytest.mark.parametrize("output_format", ["text", "json", "jsonl"])
def test_the_command_writes_only_the_report(leaks, tmp_path, output_format):
    paths = [tmp_path / f"{number}.txt" for number in range(len(NOTES))]
    for path, note in zip(paths, NOTES, strict=True):
        path.write_text(marked(note.text), encoding="utf-8")
    report = tmp_path / "report"
    names = [str(path) for path in paths]
    exit_code = main(["check", *names, "--code", "M54.12", "--format", output_format, "--output", str(report)])
    assert exit_code == 1
    assert MARKERS[0] in report.read_text(encoding="utf-8")
    assert leaks(but=[report, *paths]) == []


BAD = {
    "not JSON": f"{MARKERS[0]} has neck pain\n",
    "JSON cut short": as_line(id="n", text=MARKERS[0])[:-4] + "\n",
    "wrong type": as_line(id="n", text=[MARKERS[0], MARKERS[1]]),
    "unknown key": as_line(id="n", text=MARKERS[0], **{f"seen by {MARKERS[1]}": MARKERS[2]}),
    "text as key": '{"id": "n", "text": "a", "' + " ".join(MARKERS) + '": 1}\n',
    "key twice": '{"id": "n", "text": "' + MARKERS[0] + '", "text": "' + MARKERS[1] + '"}\n',
    "text as code": as_line(id="n", text=MARKERS[0], codes=[f"M54.12 for {MARKERS[1]}"]),
    "text as setting": as_line(id="n", text=MARKERS[0], setting=MARKERS[1]),
    "half a surrogate": '{"id": "n", "text": "' + MARKERS[0] + ' \\ud800"}\n',
    "not an object": json.dumps([MARKERS[0]]) + "\n",
    "control characters": as_line(id="n", text=f"\x00\x1b[31m{MARKERS[0]}"),
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_lines_that_cannot_be_read(leaks, tmp_path, line):
    path, report = tmp_path / "bad.jsonl", tmp_path / "report"
    path.write_text(line + as_line(id="good", text="Neck pain."), encoding="utf-8")
    main(["check", str(path), "--code", "M54.2", "--output", str(report)])
    assert leaks(but=[path, report]) == []
    assert "good" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8"])
def test_bytes_that_cannot_be_decoded(leaks, tmp_path, encoding):
    path, report = tmp_path / "bad.txt", tmp_path / "report"
    path.write_bytes((" ".join(MARKERS) + " “neck”").encode(encoding) + b"\x81")
    assert main(["check", str(path), "--code", "M54.2", "--output", str(report)]) == 2
    assert leaks(but=[path, report]) == []


def test_a_code_that_is_not_one(leaks):
    report = Checker().check(Note(id="n", text="x", claim=Claim(codes=(" ".join(MARKERS), "M54.12"))))
    assert report.errors
    assert all(marker not in error for marker in MARKERS for error in report.errors)
    assert leaks() == []


def test_a_gold_file_that_is_wrong(leaks, tmp_path):
    fact = {"element": MARKERS[1], "value": MARKERS[2], "quote": MARKERS[3]}
    path = tmp_path / "gold.jsonl"
    path.write_text(as_line(id="n", text=f"{MARKERS[0]} has pain", facts=[fact, {"element": "region"}]))
    assert main(["eval", str(path)]) == 2
    assert leaks(but=[path]) == []
    assert all(marker not in str(error) for error in read_gold(path) for marker in MARKERS)


def test_an_engine_that_breaks(leaks, tmp_path, monkeypatch):
    def explode(_, text):
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr("chartgap.extract.Extractor.extract", explode)
    path = tmp_path / "a.txt"
    path.write_text(marked("Neck pain.\nMore."), encoding="utf-8")
    assert main(["check", str(path), "--code", "M54.2"]) == 2
    assert leaks(but=[path]) == []
