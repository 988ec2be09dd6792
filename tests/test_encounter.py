"""Several notes of one encounter: evidence from any, the diagnosis from the provider's own, places as in each note."""

from csv import DictReader
from datetime import date
from io import StringIO

import pytest

from chartgap.checker import Checker
from chartgap.encounter import by_encounter
from chartgap.model import Claim, Note, Report
from chartgap.render import RENDERERS, Checked


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def note(id_: str, text: str, *, encounter: str | None = "e1", provider: bool = True, **claim) -> Note:
    return Note(id=id_, text=text, encounter_id=encounter, provider=provider, claim=Claim(**claim))


VISIT = note(
    "visit",
    "HPI: Pain shoots from the neck down the right arm.\nAssessment: Cervical radiculopathy.",
    codes=("M54.12",),
)
EXAM = note(
    "exam", "Exam: Spurling's test positive on the right. Right biceps reflex 1+. Sensation is intact.", provider=False
)


def statuses(report: Report) -> dict[str, str]:
    return {row.id: row.status for result in report.codes for row in result.requirements}


def test_evidence_counts_in_whichever_note_it_stands(checker):
    alone = statuses(checker.check(VISIT))
    together = statuses(checker.check_encounter([VISIT, EXAM]))
    assert (alone["M54.12.objective_finding"], together["M54.12.objective_finding"]) == ("missing", "met")
    assert (alone["M54.12.spurling"], together["M54.12.spurling"]) == ("missing", "met")
    assert together["M54.12.diagnosis"] == "met"


def test_the_diagnosis_is_the_provider_s_own(checker):
    """Of a therapist's note the findings count; what it diagnoses does not (Official Guidelines I.B.14)."""
    pain = note("visit", "Assessment: Neck pain.", codes=("M54.12",))
    therapist = note("pt", "Assessment: Cervical radiculopathy.", provider=False)
    assert statuses(checker.check_encounter([pain, therapist]))["M54.12.diagnosis"] == "missing"
    own = therapist.model_copy(update={"provider": True})
    assert statuses(checker.check_encounter([pain, own]))["M54.12.diagnosis"] == "met"


def test_every_finding_names_its_note_and_its_place_in_it(checker):
    notes = [VISIT, EXAM, note("pt", "Assessment: Cervical radiculopathy.", provider=False)]
    report = checker.check_encounter(notes)
    texts = {item.id: item.text for item in notes}
    assert {finding.note_id for finding in report.findings} == set(texts)
    for finding in report.findings:
        assert texts[finding.note_id][finding.start : finding.end] == finding.text
    assert [f.note_id for f in report.findings if f.element == "diagnosis"] == ["visit", "pt"]
    single = [f.model_copy(update={"note_id": i.id}) for i in notes for f in checker.check(i).findings]
    assert list(report.findings) == single


def test_a_gap_is_anchored_in_its_note(checker):
    report = checker.check_encounter([EXAM, VISIT])
    gaps = [row for result in report.codes for row in result.requirements if row.status == "missing"]
    assert gaps
    for row in gaps:
        assert (row.anchor_note_id, VISIT.text[row.anchor_start : row.anchor_end]) == (
            "visit",
            "Cervical radiculopathy",
        )


def test_the_report_says_which_notes_it_is_about(checker):
    report = checker.check_encounter([VISIT, EXAM])
    assert (report.note_id, report.note_ids, report.encounter_id) == ("e1", ("visit", "exam"), "e1")
    assert checker.check(VISIT).note_ids == ()


def test_sentences_of_two_notes_do_not_run_together(checker):
    notes = [note("a", "HPI: Denies"), note("b", "neck pain radiating down the left arm.")]
    radiation = [f for f in checker.check_encounter(notes).findings if f.element == "radiation"]
    assert [(f.value, f.side, f.assertion) for f in radiation] == [("present", "left", "affirmed")]


def test_the_claim_is_of_all_notes_together_in_order(checker):
    notes = [
        note("a", "x", codes=("M54.2",), procedures=("98940-AT",), provider=False, setting="emergency"),
        note(
            "b", "x", codes=("M54.12", "M54.2"), procedures=("72141", "98940-AT"), payer="medicare", setting="inpatient"
        ),
    ]
    report = checker.check_encounter(notes)
    assert [result.code for result in report.codes] == ["M54.2", "M54.12"]


def test_by_encounter_keeps_the_order_and_leaves_others_alone():
    notes = [
        note(i, "x", encounter=e)
        for i, e in [("a", "e1"), ("b", None), ("c", "e2"), ("d", "e1"), ("e", None), ("f", "")]
    ]
    assert ["".join(item.id for item in group) for group in by_encounter(notes)] == ["ad", "b", "c", "e", "f"]


@pytest.mark.parametrize(
    ("procedure", "code", "modifiers"),
    [
        ("98940", "98940", ("GP",)),
        ("98940-AT", "98940", ("AT", "GP")),
        ("98940-at-59", "98940", ("AT", "59", "GP")),
        (" 98940 AT ", "98940", ("AT", "GP")),
        ("98940-GP", "98940", ("GP",)),
    ],
)
def test_a_procedure_and_its_modifiers(procedure, code, modifiers):
    (line,) = Claim(procedures=(procedure,), modifiers=("gp",)).lines
    assert (line.code, line.modifiers) == (code, modifiers)


def test_the_date_of_service_is_the_claim_s_or_else_the_note_s():
    dated = Note(id="a", text="x", date=date(2026, 5, 1))
    assert dated.date_of_service == date(2026, 5, 1)
    claimed = dated.model_copy(update={"claim": Claim(date_of_service=date(2026, 5, 2))})
    assert claimed.date_of_service == date(2026, 5, 2)
    assert Note(id="a", text="x").date_of_service is None


def test_every_format_names_the_note_of_a_place(checker):
    notes = [VISIT, EXAM]
    checked = Checked(checker.check_encounter(notes), None, {item.id: item.text for item in notes})
    out = {name: "".join(render([checked])) for name, render in RENDERERS.items()}
    assert "encounter e1: visit, exam" in out["text"]
    assert "exam, line 1" in out["text"]
    assert "exam, line 1" in out["markdown"]
    lines = list(DictReader(StringIO(out["csv"])))
    assert {(line["note_id"], line["line"]) for line in lines if line["start"]} >= {("visit", "2"), ("exam", "1")}
    assert '"url": "note"' in out["fhir"]
    assert "encounter e1: visit, exam" in out["html"]


def test_two_notes_of_one_id_are_told_apart(checker):
    twice = [VISIT, EXAM.model_copy(update={"id": "visit"}), note("visit#2", "Plan: ibuprofen.")]
    report = checker.check_encounter(twice)
    assert report.note_ids == ("visit", "visit#3", "visit#2")
    texts = dict(zip(report.note_ids, (item.text for item in twice), strict=True))
    assert {finding.note_id for finding in report.findings} == set(texts)
    for finding in report.findings:
        assert texts[finding.note_id][finding.start : finding.end] == finding.text
    assert [notice for notice in report.notices if "the id visit" in notice]
    panes = "".join(RENDERERS["html"]([Checked(report, None, texts)])).count('class="note"')
    assert panes == 3
