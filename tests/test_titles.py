"""Codes without a file are checked for what their title says: end to end, with the examples of patterns/derived."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chartgap.checker import Checker, has_gaps, is_assessed
from chartgap.knowledge.axes import AxisExample, load_axes
from chartgap.model import Claim, Note, Report, RequirementResult

PATTERNS = Path(__file__).resolve().parents[1] / "patterns"


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def check(checker: Checker, text: str, *codes: str) -> Report:
    return checker.check(Note(id="n", text=text, claim=Claim(codes=codes)))


def row(report: Report, id_: str) -> RequirementResult:
    return next(row for result in report.codes for row in result.requirements if row.id == id_)


def _examples() -> Iterator[object]:
    for axis in load_axes(PATTERNS).axes.values():
        for example in axis.examples:
            yield pytest.param(axis.axis, example, id=f"{axis.axis}-{example.status}-{example.text}")


@pytest.mark.parametrize(("axis", "example"), list(_examples()))
def test_an_example_has_the_status_it_shows(checker: Checker, axis: str, example: AxisExample) -> None:
    found = row(check(checker, example.text, example.code), f"{example.code}.{axis}")
    assert found.status == example.status, found.reason


def test_every_axis_has_an_example_that_is_met_and_one_that_is_not():
    for axis in load_axes(PATTERNS).axes.values():
        statuses = {example.status for example in axis.examples}
        assert "met" in statuses, axis.axis
        assert "missing" in statuses, axis.axis
        assert axis.axis == "external_cause" or "conflicting" in statuses, axis.axis


@pytest.mark.parametrize(
    ("code", "text", "verdict", "statuses"),
    [
        ("M25.511", "HPI: Right shoulder pain.", "supported", {"side": "met", "site": "met"}),
        ("M25.511", "HPI: Left shoulder pain.", "contradicted", {"side": "conflicting", "site": "met"}),
        ("M25.511", "HPI: Pain for 3 weeks.", "incomplete", {"side": "missing", "site": "missing"}),
        ("M25.511", "HPI: Right arm pain.", "incomplete", {"side": "met", "site": "partial"}),
        ("M17.11", "A: Primary OA of the R knee.", "supported", {"side": "met", "site": "met", "origin": "met"}),
        ("S52.501A", "Fell today, right distal radius fracture.", "supported",
         {"side": "met", "site": "met", "encounter": "met", "external_cause": "met", "open_closed": "not_applicable"}),
        ("M25.552", "A: L hip pain.", "supported", {"site": "met", "side": "met"}),
        ("E11.21", "A: T2DM with nephropathy.", "supported", {"diabetes_type": "met", "with": "met"}),
        ("E11.21", "A: T2DM, no nephropathy.", "contradicted", {"diabetes_type": "met", "with": "conflicting"}),
        ("E11.21", "A: T2DM, possible nephropathy.", "incomplete", {"diabetes_type": "met", "with": "partial"}),
        ("E11.21", "A: T2DM.", "incomplete", {"diabetes_type": "met", "with": "missing"}),
        ("K70.10", "A: Alcoholic hepatitis.", "supported", {"without": "met"}),
        ("K70.10", "A: Alcoholic hepatitis. No ascites.", "supported", {"without": "met"}),
        ("K70.10", "A: Alcoholic hepatitis with ascites.", "contradicted", {"without": "conflicting"}),
        ("M25.50", "A: Joint pain.", "supported", {"site": "missing"}),
        ("M25.50", "A: Pain in the left shoulder.", "contradicted", {"site": "conflicting"}),
        ("I50.23", "A: Acute systolic heart failure.", "incomplete", {"course": "partial"}),
    ],
)  # fmt: skip
def test_statuses_and_verdict(checker, code, text, verdict, statuses):
    (result,) = check(checker, text, code).codes
    assert {row.id.removeprefix(f"{code}."): row.status for row in result.requirements} == statuses
    assert result.verdict == verdict


@pytest.mark.parametrize(
    "text",
    [
        "HPI: No pain in the right shoulder.",
        "Family history: right shoulder surgery.",
        "Medications: gel for the right shoulder.",
        "HPI: Shoulder pain; right now it is mild.",
        "HPI: Shoulder pain, right knee pain.",
        "HPI: Shoulder pain. Right handed.",
    ],
)
def test_no_side_of_the_shoulder(checker, text):
    assert row(check(checker, text, "M25.511"), "M25.511.side").status == "missing"


@pytest.mark.parametrize(
    "text",
    [
        "R shoulder pain", "shoulder pain, right", "RIGHT SHOULDER: tender", "pain in both shoulders",
        "right wrist and shoulder pain", "the shoulder on the right", "left and right shoulder pain",
        "left knee pain and right shoulder pain",
    ],
)  # fmt: skip
def test_the_side_of_the_shoulder(checker, text):
    assert row(check(checker, f"HPI: {text}.", "M25.511"), "M25.511.side").status == "met"


def test_rows_are_marked_and_cite_the_title(checker):
    found = row(check(checker, "HPI: Left shoulder pain.", "M25.511"), "M25.511.side")
    assert (found.derived, found.verified) == (True, True)
    assert found.source == "ICD-10-CM Tabular, April 2026, M25.511 title"
    assert found.reason == "The note says left; this needs the side, in the title: right."


def test_evidence_is_a_finding_with_its_characters(checker):
    text = "HPI: Right shoulder pain."
    report = check(checker, text, "M25.511")
    (index,) = row(report, "M25.511.side").evidence
    finding = report.findings[index]
    assert (finding.element, finding.value, finding.text) == ("title_axis", "right", "Right")
    assert text[finding.start : finding.end] == "Right"
    assert finding.section == "history_of_present_illness"


def test_an_open_side_that_the_note_states_is_a_mistake_in_the_code(checker):
    silent = row(check(checker, "HPI: Shoulder pain.", "M25.519"), "M25.519.side")
    assert (silent.status, silent.level, silent.basis) == ("missing", "recommended", "support")
    stated = row(check(checker, "HPI: Right shoulder pain.", "M25.519"), "M25.519.side")
    assert (stated.status, stated.level, stated.basis) == ("conflicting", "required", "code_assignment")
    assert "M25.511" in stated.reason


def test_codes_with_a_file_have_its_rows_alone_and_cost_no_reading(checker, monkeypatch):
    monkeypatch.setattr(type(checker._extractor), "title_words", None)
    report = check(checker, "A: Right cervical radiculopathy.", "M54.12", "M54.1")
    assert not any(row.derived for result in report.codes for row in result.requirements)
    assert not any(finding.element == "title_axis" for finding in report.findings)


def test_both_kinds_of_code_on_one_claim_in_its_order(checker):
    report = check(checker, "A: Right cervical radiculopathy. Right shoulder pain.", "M25.511", "M54.12")
    assert [result.code for result in report.codes] == ["M25.511", "M54.12"]
    assert row(report, "M54.12.diagnosis").status == "met"


def test_the_report_says_what_was_checked(checker):
    report = check(checker, "A: Right shoulder pain.", "M25.511", "U09.9")
    assert report.notices == (
        "M25.511 has no requirements of its own in this release: checked for what its official title says",
        "no requirements for U09.9 in this release",
    )
    assert is_assessed(report)
    assert not has_gaps(report)
    assert has_gaps(check(checker, "A: Left shoulder pain.", "M25.511"))


def test_of_an_encounter_any_note_may_hold_it(checker):
    notes = [
        Note(id="a", text="HPI: Shoulder pain.", encounter_id="e", claim=Claim(codes=("M25.511",))),
        Note(id="b", text="Exam: The right shoulder is tender.", encounter_id="e", provider=False),
    ]
    report = checker.check_encounter(notes)
    found = row(report, "M25.511.side")
    assert found.status == "met"
    assert {report.findings[index].note_id for index in found.evidence} == {"b"}


def test_an_invalid_code_is_asked_nothing(checker):
    report = check(checker, "Right shoulder pain.", "M25.51", "M25.599")
    assert [(result.verdict, result.requirements) for result in report.codes] == [("invalid", ()), ("invalid", ())]
