"""Notes that once hung the program or took time out of proportion to their size."""

import json
import os
from pathlib import Path

import pytest

from chartgap import Checker, Note
from chartgap.cli import main
from chartgap.extract.document.text import sentences, view_of
from chartgap.model import Claim

ALL = Claim(codes=("M54.12", "M54.2", "M53.82", "M40.12", "M99.40"))


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def test_letters_that_grow_in_lower_case_do_not_shift_what_is_looked_up(checker: Checker) -> None:
    text = (
        f"Name: {'İ' * 30}.\nAssessment: Neck pain.\nExam normal reflexes. He is neurologically intact. Bye now normal"
    )
    report = checker.check(Note(id="n", text=text, claim=ALL))
    rows = {row.id: row.status for code in report.codes for row in code.requirements}
    assert rows["M54.2.neuro_exam"] == "partial"
    assert all(text[f.start : f.end] == f.text for f in report.findings)


def test_one_long_word_is_no_typo(checker: Checker) -> None:
    report = checker.check(Note(id="n", text="neck pain " + "ab" * 100_000, claim=ALL))
    assert [f.value for f in report.findings if f.element == "complaint"] == ["neck_pain"]


@pytest.mark.parametrize("unit", ["strength 5/5 ", "neck pain; ", "MRI of cervical spine ", "denies numbness, "])
def test_text_without_an_end_is_read_in_pieces(unit: str) -> None:
    cased = view_of(unit * 2_000).cased
    pieces = sentences(cased)
    assert max(end - start for start, end in pieces) <= 800
    assert "".join(cased[s:e] for s, e in pieces).replace(" ", "") == cased.replace(" ", "")


def test_an_emg_that_shows_no_radiculopathy_is_no_objective_finding(checker: Checker) -> None:
    text = "Assessment: cervical radiculopathy. EMG showed no radiculopathy."
    report = checker.check(Note(id="n", text=text, claim=Claim(codes=("M54.12",))))
    rows = {row.id: row.status for code in report.codes for row in code.requirements}
    assert rows["M54.12.objective_finding"] == "missing"


def test_a_file_name_that_is_no_utf8_does_not_end_a_json_run(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.txt"))
    for path in (odd, tmp_path / "good.txt"):
        path.write_text("Neck pain.", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    code = main(
        ["check", str(odd), str(tmp_path / "good.txt"), "--code", "M54.2", "--format", "jsonl", "--output", str(output)]
    )
    assert code == 1
    assert [json.loads(line)["note_id"].rpartition("/")[2] for line in output.read_text().splitlines()] == [
        "bad\\udcff.txt",
        "good.txt",
    ]
