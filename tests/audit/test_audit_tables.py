"""The rows of an audit say what the report says: each table is compared with the models it was made of."""

import datetime as dt

import pytest

from chartgap.audit.tables import SCHEMAS, failure_of, rows_of, table
from chartgap.checker import Checker
from chartgap.errors import ReadError
from chartgap.model import (
    Alert,
    Claim,
    CodeResult,
    Finding,
    Note,
    Query,
    Report,
    RequirementResult,
)

TEXT = (
    "HPI: Neck pain radiating to the left arm for 3 months.\nExam: Spurling positive left.\nA: Cervical radiculopathy."
)


@pytest.fixture(scope="module")
def note() -> Note:
    claim = Claim(codes=("M54.12", "M54.2", "M99.9"), procedures=("62321",), payer="medicare")
    return Note(id="n1", text=TEXT, encounter_id="e1", author="RN", site="North", date=dt.date(2026, 5, 1), claim=claim)


@pytest.fixture(scope="module")
def report(note: Note) -> Report:
    return Checker().check(note)


@pytest.fixture(scope="module")
def tables(note: Note, report: Report) -> dict[str, list[dict[str, object]]]:
    return {name: table(name, rows).to_pylist() for name, rows in rows_of((note,), report, 7).items()}


def test_the_rows_of_a_note_are_all_tied_to_its_place_and_id(tables):
    assert {name: len(rows) for name, rows in tables.items() if not rows} == {"failures": 0}
    assert {(row["position"], row["note_id"]) for rows in tables.values() for row in rows} == {(7, "n1")}


def test_a_finding_comes_back_as_it_was(tables, report):
    names = set(Finding.model_fields) - {"note_id"}
    back = [
        Finding.model_validate({**{name: row[name] for name in names}, "attributes": dict(row["attributes"])})
        for row in tables["findings"]
    ]
    assert back == list(report.findings)
    assert [row["index"] for row in tables["findings"]] == list(range(len(report.findings)))


def test_rows_alerts_and_queries_say_what_the_report_says(tables, report):
    def said(model, items, name):
        names = [field for field in SCHEMAS[name].names if field in model.model_fields]
        return [{field: getattr(item, field) for field in names} for item in items]

    def read(model, name):
        names = [field for field in SCHEMAS[name].names if field in model.model_fields]
        return [
            {field: tuple(v) if isinstance(v := row[field], list) else v for field in names} for row in tables[name]
        ]

    rows = [row for result in report.codes for row in result.requirements]
    assert read(RequirementResult, "requirements") == said(RequirementResult, rows, "requirements")
    assert read(Alert, "alerts") == said(Alert, report.alerts, "alerts")
    assert read(CodeResult, "codes") == said(CodeResult, report.codes, "codes")
    wanted = [
        {**item, "indicators": tuple(indicator.model_dump() for indicator in query.indicators)}
        for item, query in zip(said(Query, report.queries, "queries"), report.queries, strict=True)
    ]
    assert read(Query, "queries") == wanted


def test_what_is_said_of_the_note_itself(tables, report):
    assert tables["notes"] == [
        {
            "position": 7, "note_id": "n1", "encounter_id": "e1", "author": "RN", "site": "North",
            "date": dt.date(2026, 5, 1), "payer": "medicare", "setting": "outpatient",
            "codes": ["M54.12", "M54.2", "M99.9"], "procedures": ["62321"], "characters": len(TEXT), "has_gaps": True,
            "gaps": sum(
                row.status in ("missing", "partial", "conflicting") and row.level in ("required", "conditional")
                for result in report.codes for row in result.requirements
            ),
            "notices": list(report.notices), "errors": [], "icd10cm_release": report.icd10cm_release,
            "note_ids": [],
        }
    ]  # fmt: skip


def test_a_note_that_cannot_be_read_is_one_failure_with_its_place():
    rows = failure_of(ReadError("not JSON", source="a.jsonl", line=3), 12)
    assert {name: table(name, items).to_pylist() for name, items in rows.items() if items} == {
        "failures": [
            {
                "position": 12,
                "note_id": None,
                "source": "a.jsonl",
                "line": 3,
                "place": None,
                "kind": "unreadable",
                "reason": "not JSON",
            }
        ]
    }


def test_the_words_that_an_alert_rests_on_are_kept():
    text = "HPI: Right arm pain. She has had an unsteady gait for a month.\nAssessment: Right C7 radiculopathy."
    note = Note(id="n1", text=text, claim=Claim(codes=("M54.12",)))
    rows = table("alerts", rows_of((note,), Checker().check(note), 0)["alerts"]).to_pylist()
    (quote,) = (quote for row in rows if row["id"] == "XC-RAD-08" for quote in row["quotes"])
    assert (quote["quote"], text[quote["start"] : quote["end"]]) == ("unsteady gait", "unsteady gait")
