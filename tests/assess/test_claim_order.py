"""Codes that stand on a claim twice, and the order of codes that notes of the tabular ask for."""

import pytest

from chartgap.claims import Given
from chartgap.model import Claim, Note

TEXT = "Assessment: Neck pain."


@pytest.fixture(scope="module")
def alerts(real_checker):
    def of(*codes):
        report = real_checker.check(Note(id="n", text=TEXT, claim=Claim(codes=codes)))
        return {
            (alert.id, alert.code, alert.related_codes)
            for alert in report.alerts
            if alert.id[:6] in {"XC-DUP", "XC-SEQ"}
        }

    return of


def test_a_code_that_comes_twice_is_told_once_and_assessed_once(real_checker):
    report = real_checker.check(Note(id="n", text=TEXT, claim=Claim(codes=("M54.2", "E11.9", "m542", "M54.2"))))
    assert [(alert.id, alert.code) for alert in report.alerts] == [("XC-DUP", "M54.2")]
    assert "3 times" in report.alerts[0].message
    assert [result.code for result in report.codes] == ["M54.2", "E11.9"]


def test_a_code_of_the_command_line_that_the_note_has_is_not_twice_on_the_claim():
    note = Note(id="n", text=TEXT, claim=Claim(codes=("M54.2", "E11.9")))
    assert Given(codes=("E11.9", "M54.12")).to(note).claim.codes == ("M54.2", "E11.9", "M54.12")
    assert Given(codes=("M54.12", "M54.12")).to(note).claim.codes == ("M54.2", "E11.9", "M54.12", "M54.12")


def test_two_notes_of_an_encounter_with_one_code_are_one_claim(real_checker):
    notes = [Note(id=name, text=TEXT, encounter_id="e", claim=Claim(codes=("M54.2",))) for name in "ab"]
    assert [alert.id for alert in real_checker.check_encounter(notes).alerts] == []


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        # The note names the code that follows; which of its parents holds it does not matter.
        (("D63.1", "N18.30"), ("XC-SEQ-01", "D63.1", ("N18.30",))),
        (("G62.2", "E11.9", "T51.0X1A"), ("XC-SEQ-01", "G62.2", ("T51.0X1A",))),
        # A manifestation by its title; where the cause follows, the note says more.
        (("F02.80", "I10"), ("XC-SEQ-02", "F02.80", ())),
        (("F02.80", "G30.9"), ("XC-SEQ-01", "F02.80", ("G30.9",))),
        (("W19.XXXA", "S13.4XXA"), ("XC-SEQ-03", "W19.XXXA", ())),
    ],
)
def test_the_order_is_wrong(alerts, codes, told):
    assert alerts(*codes) == {told}


@pytest.mark.parametrize(
    "codes",
    [
        ("N18.30", "D63.1"),
        ("G30.9", "F02.80"),
        # One of the causes stands before it, another behind.
        ("C50.911", "D63.0", "C61"),
        ("G30.9", "F02.80", "G20.A1"),
        # "Not elsewhere classified" is the name of a rest, not of a manifestation.
        ("R29.898",),
        ("K52.89", "I10"),
        ("T39.391A", "M54.2"),
    ],
)
def test_the_order_is_as_the_tabular_has_it(alerts, codes):
    assert alerts(*codes) == set()
