"""`check --explain`: what came close to each requirement, and why it does not count."""

import json

import pytest

from chartgap.checker import Checker
from chartgap.cli import main
from chartgap.model import Claim, Note
from chartgap.render import render


@pytest.fixture(scope="module")
def explained(catalog):
    checker = Checker(catalog, explain=True)

    def explained(text, row, code="M54.12"):
        report = checker.check(Note(id="n", text=text, claim=Claim(codes=(code,))))
        item = next(item for item in report.explanations if item.requirement_id == f"{code}.{row}")
        return item, {report.findings[near.finding].text: near.reasons for near in item.near}

    return explained


@pytest.mark.parametrize(
    ("text", "row", "quote", "reason"),
    [
        ("Assessment: Likely cervical radiculopathy.", "diagnosis", "cervical radiculopathy", "uncertain"),
        ("No cervical radiculopathy. Assessment: Neck pain.", "diagnosis", "cervical radiculopathy", "absent"),
        ("MRI of the lumbar spine 3/2/2026. Assessment: Cervical radiculopathy.", "imaging", "MRI", "another part"),
        ("MRI of the cervical spine ordered. Assessment: Cervical radiculopathy.", "imaging", "MRI", "ordered"),
        ("Spurling's test is negative on the right. Assessment: Cervical radiculopathy.", "objective_finding",
         "Spurling's test is negative", "normal"),
    ],
)  # fmt: skip
def test_what_came_close(explained, text, row, quote, reason):
    item, near = explained(text, row)
    assert item.looked_for
    said = [" ".join(reasons) for words, reasons in near.items() if quote in words or words in quote]
    assert any(reason in reasons for reasons in said), near


@pytest.mark.parametrize(
    ("text", "row", "code", "near"),
    [
        ("Assessment: Right cervical radiculopathy.", "etiology", "M54.12", {}),
        ("Assessment: Right cervical radiculopathy.", "rule_out", "M54.12", {}),
        ("Right arm pain. Patellar reflexes 3+. Assessment: Cervical radiculopathy.", "objective_finding", "M54.12",
         {"Patellar reflexes 3+": ("The reflex recorded is brisk, which does not support a root as the cause.",)}),
        ("Has difficulty buttoning. Assessment: Cervical radiculopathy.", "severity", "M54.12",
         {"difficulty buttoning": ("its scale is not stated",)}),
        ("History of rheumatoid arthritis. Assessment: Cervical kyphosis.", "linkage", "M40.12",
         {"rheumatoid arthritis": ("A disease is named, but not linked to the kyphosis.",),
          "kyphosis": ('its sentence does not say "secondary to", "due to", "caused by" or the like',)}),
        ("Plan: MRI of the cervical spine. Assessment: Cervical radiculopathy.", "treatment_plan", "M54.12",
         {"MRI": ("An action is planned, without its frequency, duration or follow-up.",)}),  # once, of three findings
    ],
)  # fmt: skip
def test_exactly_what_came_close_and_why(explained, text, row, code, near):
    assert explained(text, row, code)[1] == near


def test_every_gap_is_explained_and_nothing_else(catalog):
    report = Checker(catalog, explain=True).check(
        Note(id="n", text="Assessment: Neck pain.", claim=Claim(codes=("M54.2",)))
    )
    gaps = [row.id for row in report.codes[0].requirements if row.status in {"missing", "partial", "conflicting"}]
    assert [item.requirement_id for item in report.explanations] == gaps


def test_a_row_of_a_title(explained):
    item, near = explained("HPI: No pain in the right shoulder.", "side", "M25.511")
    assert (item.looked_for, item.not_enough) == ("the side, in the title: right", None)
    assert near == {"right": ("it is stated to be absent",)}


def test_every_gap_of_a_title_is_explained(catalog):
    note = Note(id="n", text="Fracture of the left distal radius.", claim=Claim(codes=("S52.501A",)))
    report = Checker(catalog, explain=True).check(note)
    gaps = [row.id for row in report.codes[0].requirements if row.status in {"missing", "partial", "conflicting"}]
    assert [item.requirement_id for item in report.explanations] == gaps
    (side,) = (item for item in report.explanations if item.requirement_id == "S52.501A.side")
    assert [near.reasons for near in side.near] == [("The note says left; this needs the side, in the title: right.",)]


@pytest.mark.parametrize("output", ["text", "markdown", "html"])
def test_formats_for_people_tell_it(catalog, output):
    note = Note(id="n", text="Assessment: Likely cervical radiculopathy.", claim=Claim(codes=("M54.12",)))
    said = [render(Checker(catalog, explain=on).check(note), output, text=note.text) for on in (False, True)]
    assert ["looked for" in " ".join(text.split()).lower() for text in said] == [False, True]


def test_only_when_asked(capsys, tmp_path):
    path = tmp_path / "n.txt"
    path.write_text("Assessment: Likely cervical radiculopathy.")
    command = ["check", str(path), "--code", "M54.12"]
    main([*command, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["explanations"] == []
    main([*command, "--format", "json", "--explain"])
    assert json.loads(capsys.readouterr().out)["explanations"]
    main([*command, "--explain"])
    out = capsys.readouterr().out
    assert "looked for: a definite assessment of cervical radiculopathy" in " ".join(out.split())
