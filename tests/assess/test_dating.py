"""What a year says of an injury depends on the date of the visit."""

import datetime as dt

import pytest

from chartgap import Checker, Note
from chartgap.assess.dating import at_visit
from chartgap.model import Claim, Finding

VISIT = dt.date(2026, 5, 1)


def injury(value, **attributes):
    return Finding(
        element="trauma_status", value=value, start=0, end=4, text="fall", rule_id="test", attributes=attributes
    )


@pytest.mark.parametrize(
    ("value", "attributes", "visit", "expected"),
    [
        ("current", {"date": "in 2024"}, VISIT, "remote"),
        ("current", {"date": "in 2025"}, VISIT, "current"),
        ("remote", {"date": "2026", "form": "year"}, VISIT, "current"),
        ("remote", {"date": "2025", "form": "year"}, VISIT, "remote"),
        ("current", {"date": "last week"}, VISIT, "current"),
        ("current", {}, VISIT, "current"),
        ("current", {"date": "in 2015"}, None, "current"),
        ("denied", {"date": "in 2015"}, VISIT, "denied"),
    ],
)
def test_an_injury_as_of_the_visit(value, attributes, visit, expected):
    (finding,) = at_visit([injury(value, **attributes)], visit)
    assert finding.value == expected


NOTE = "HPI: {} She has pain down the left arm. Assessment: cervical radiculopathy."


@pytest.mark.parametrize(
    ("told", "status", "alerts"),
    [
        ("Neck pain since her fall in 2019.", "met", []),
        ("Was in an MVA in 2015. Pain for 2 weeks.", "met", []),
        ("He was lifting a box at work in March and felt a pop.", "missing", []),
        ("Neck pain began after a motor vehicle accident last week.", "missing", ["XC-RAD-01"]),
        ("She fell on ice two days ago and injured her neck.", "missing", ["XC-RAD-01"]),
    ],
)
def test_only_an_injury_that_is_shown_to_be_current_contradicts_the_code(real_checker: Checker, told, status, alerts):
    report = real_checker.check(Note(id="n", text=NOTE.format(told), claim=Claim(codes=("M54.12",))))
    (row,) = (row for row in report.codes[0].requirements if row.id == "M54.12.trauma_status")
    assert row.status == status
    assert [alert.id for alert in report.alerts if alert.id.startswith("XC-RAD-01")] == alerts
