import csv
from io import StringIO

import pytest

from chartgap.model import Alert, Finding, Report
from chartgap.render import RENDERERS, Checked


def lines(*checked):
    return list(csv.DictReader(StringIO("".join(RENDERERS["csv"](checked)), newline="")))


def said(row):
    return {key: value for key, value in row.items() if value}


def test_a_line_for_each_error_notice_code_gap_alert_and_query(report, text):
    start = text.index("cervical radiculopathy")
    about = {"note_id": "n1", "encounter_id": "e1"}
    diagnosis = {"line": "5", "start": str(start), "end": str(start + 22), "evidence": '"cervical radiculopathy"'}
    gap = {**about, "kind": "requirement", "code": "M54.12", "level": "required", "basis": "code_assignment"}
    both = '"Neck [bold]pain[/bold] :smile: radiating"; "cervical radiculopathy"'
    at = text.index("Possible")
    assert [said(row) for row in lines(Checked(report, text))] == [
        {**about, "kind": "error", "message": "M54.1: header"},
        {**about, "kind": "notice", "message": "A notice."},
        {**about, "kind": "code", "code": "M54.12", "id": "M54.12", "status": "incomplete",
         "message": "Radiculopathy, cervical region"},
        {**gap, "id": "M54.12.onset", "status": "conflicting", "message": "Two dates.", "line": "2", "start": "6",
         "end": "47", "evidence": both, "source": "source of onset"},
        {**gap, "id": "M54.12.laterality", "status": "missing", "message": "Not documented; this needs left or right.",
         "line": "5", "start": str(at), "end": str(at + 8), "source": "source of laterality"},
        {**gap, "id": "M54.12.diagnosis", "status": "partial", "level": "recommended", "message": "Uncertain wording.",
         **diagnosis, "source": "source of diagnosis (not verified)"},
        {**about, "kind": "alert", "code": "M54.12", "id": "XC-DX-01", "status": "error",
         "message": "Uncertain diagnosis.", **diagnosis, "source": "G IV.H"},
        {**about, "kind": "query", "code": "M54.12", "id": "Q-1", "message": "Which side? Options: Left / Right",
         **diagnosis},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\xa0 +", "\u200b=", "\ufeff@"]
)
def test_no_cell_begins_as_a_formula(start):
    report = Report(note_id=f"{start}cmd|' /C calc'!A0", software_version="0", knowledge_version="k", notices=("-1",))
    assert [(row["note_id"], row["message"]) for row in lines(Checked(report))] == [
        (f"'{start}cmd|' /C calc'!A0", "'-1")
    ]


def test_what_a_note_says_stays_in_its_cell():
    quote = 'a,"b";\r\n=1+1'
    finding = Finding(element="region", start=0, end=len(quote), text=quote, rule_id="r")
    alert = Alert(id="XC-1", severity="info", code="M54.2", message="m", evidence=(0,), source="s")
    report = Report(note_id="n", software_version="0", knowledge_version="k", findings=(finding,), alerts=(alert,))
    (row,) = lines(Checked(report, quote))
    assert row["evidence"] == '"a,"b"; =1+1"'


def test_the_header_comes_once(report):
    output = "".join(RENDERERS["csv"]([Checked(report), Checked(report)]))
    assert output.count("note_id") == 1
