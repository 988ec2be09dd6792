"""The table of readers and what is said of it; content without a suffix; CLI from a file to a report."""

import json
import re
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
import written

from chartgap.checker import Checker
from chartgap.readers import READERS, read_notes

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/readers.md").read_text(encoding="utf-8")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def test_the_page_names_every_suffix_and_every_extra():
    table = PAGE.split("| suffix |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\.\w+)`", table)) == set(READERS)
    (every,) = EXTRAS["formats"]
    names = re.fullmatch(r"chartgap\[(.*)\]", every)[1].split(",")
    assert set(re.findall(r"\| `(\w+)` \|$", table, re.M)) == set(names) <= set(EXTRAS)


@pytest.mark.parametrize("suffix", READERS)
def test_a_reader_says_that_nothing_is_nothing(suffix):
    assert len(list(READERS[suffix](BytesIO(b""), "in"))) == 1


def test_offsets_refer_to_the_decoded_text(tmp_path):
    text = "HPI:\nNeck pain.\n\nAssessment:\nRight cervical radiculopathy, 90° rotation."
    note = written.WHOLE.model_copy(update={"text": text})
    files = {
        "a.json": written.fhir(note),
        "b.xml": written.ccda(note),
        "c.hl7": written.hl7(note),
        "d.rtf": written.rtf(text),
        "e.docx": written.docx(*text.split("\n")),
        "f.pdf": written.pdf(text.replace("°", " degrees")),
        "g.html": f"<p>{text}</p>".encode(),
        "h.jsonl": json.dumps({"id": "h", "text": text}).encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    checker = Checker()
    notes = list(read_notes([str(tmp_path)]))
    assert len(notes) == len(files)
    for note in notes:
        findings = checker.check(note).findings
        assert any(item.element == "diagnosis" for item in findings)
        assert all(note.text[item.start : item.end] == item.text for item in findings)
