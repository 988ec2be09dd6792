"""Every example of patterns/alerts/*.yaml, end to end: a chart raises exactly the alerts that it names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chartgap.checker import Checker
from chartgap.commands.examples import raised_by
from chartgap.knowledge.alerts import AlertExample, load_alerts
from chartgap.knowledge.payers import load_payers
from chartgap.model import Claim, Note

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"

SECTION_C = {
    *("XC-HDR", "XC-BADCODE", "XC-7TH", "XC-TITLE", "XC-EDITION", "XC-IMG-01", "XC-SPON-01", "XC-SPON-02"),
    *("XC-M40-01b", *(f"XC-M40-{n:02}" for n in range(1, 14))),
    *(f"XC-DX-{n:02}" for n in range(1, 5)),
    *(f"XC-RAD-{n:02}" for n in range(1, 12)),
    *(f"XC-NECK-{n:02}" for n in range(1, 9)),
    *(f"XC-M99-{n:02}" for n in range(1, 8)),
    *(f"XC-M53-{n:02}" for n in range(1, 10)),
    *(f"XC-FX-{n:02}" for n in range(1, 4)),
    *(f"XC-INJ-{n:02}" for n in range(1, 4)),
    *(f"XC-G89-{n:02}" for n in range(1, 8)),
    *(f"XC-EX1-{n:02}" for n in range(1, 17)),
    *(f"XC-PAY-{n:02}" for n in range(1, 13)),
}
"""The ids of the specification."""
OURS = {"XC-EX1-99", "XC-DX-05", "XC-BACK-01", "XC-DUP", *(f"XC-SEQ-{n:02}" for n in range(1, 4))}


def _examples() -> Iterator[object]:
    for rule in load_alerts(PATTERNS, []).values():
        for number, example in enumerate(rule.examples, 1):
            yield pytest.param(example, id=f"{rule.id}-{number}")


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.mark.parametrize("example", list(_examples()))
def test_an_example_raises_exactly_the_alerts_it_names(checker: Checker, example: AlertExample) -> None:
    assert raised_by(checker, example) == set(example.alerts)


def test_a_message_names_every_code_that_it_speaks_of(checker: Checker) -> None:
    text = "Assessment: Torticollis. No radiculopathy."
    report = checker.check(Note(id="n", text=text, claim=Claim(codes=("M53.82",))))
    assert [alert.message for alert in report.alerts] == [
        "The note names a condition that has a code of its own (M43.6), which is used instead of M53.82."
    ]


@pytest.mark.parametrize(
    ("payer", "severity"), [("Medicare", "error"), ("Noridian", "error"), ("Aetna", "warning"), (None, "warning")]
)
def test_a_rule_of_medicare_is_an_error_for_medicare_alone(checker: Checker, payer: str | None, severity: str) -> None:
    for text, codes, procedure, id_ in (
        ("Assessment: Neck pain.", ("M54.2",), "62321", "XC-PAY-04"),
        ("Physical therapy, visit 14.\nAssessment: Cervical strain.", ("S16.1XXD",), "97110", "XC-PAY-12"),
    ):
        claim = Claim(codes=codes, procedures=(procedure,), payer=payer)
        alerts = checker.check(Note(id="n", text=text, claim=claim)).alerts
        assert [alert.severity for alert in alerts if alert.id == id_] == [severity]


def test_every_alert_of_the_specification_is_there_and_fires_and_is_silent() -> None:
    rules = load_alerts(PATTERNS, [])
    assert set(rules) == SECTION_C | OURS
    for rule in rules.values():
        fires = [rule.id in example.alerts for example in rule.examples]
        assert True in fires, rule.id
        assert False in fires, rule.id


def test_messages_never_speak_of_money_and_excludes1_offers_the_way_out() -> None:
    for rule in load_alerts(PATTERNS, []).values():
        for message in (rule.message, *(case.message for case in rule.fires if case.message)):
            for word in ("payment", "reimburs", "denial", "denied", "revenue", "DRG", "audit", "pays"):
                assert word not in message, (rule.id, word)
            if "has an Excludes1 note" in rule.message or "(Excludes1" in rule.message:
                assert "unrelated" in rule.message, rule.id


def test_a_message_names_no_rule_that_explain_does_not_know() -> None:
    rules = load_alerts(PATTERNS, [])
    overlays = {row.id for pack in load_payers(PATTERNS, []).values() for row in pack.rows}
    for rule in rules.values():
        for message in (rule.message, *(case.message for case in rule.fires if case.message)):
            assert set(re.findall(r"\b(?:XC|OV)-[A-Z0-9-]+\d", message)) <= set(rules) | overlays, rule.id
