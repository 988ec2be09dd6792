"""What the workers do: a table of jobs, each from the body of a request to the bytes of its answer."""

import json
from collections.abc import Callable, Mapping

from pydantic import BaseModel

from chartgap.errors import ReadError, UnknownCodeError, where
from chartgap.knowledge.codes import Requirement
from chartgap.knowledge.derived import DerivedRow
from chartgap.knowledge.icd10cm import normalize
from chartgap.model import GAPS, Note
from chartgap.render import Checked
from chartgap.render.as_html import render_section
from chartgap.render.as_prompt import query_text
from chartgap.service.answers import Answer, problem
from chartgap.service.cds import serve_hook
from chartgap.service.changes import Marks, changes, marks_from, marks_of
from chartgap.service.desk import Desk, report_id
from chartgap.service.fhir import check_fhir
from chartgap.service.requests import BatchRequest, CheckRequest, Refused, note_of, parsed


def check(desk: Desk, body: bytes, marks: bytes | None) -> Answer:
    """One note: its report, or a draft of it; with `since`, what is different from an earlier report."""
    request = parsed(CheckRequest, body)
    if request.earlier_id and marks is None:
        return Answer(asks=request.earlier_id)
    note = note_of(request, most_characters=desk.setup.most_characters)
    report = desk.report(request, note)
    said: BaseModel = report
    if request.draft:
        said = desk.draft(report)
    if request.since is not None:
        before = marks_from(marks) if marks is not None else _marks_of_text(desk, request, note)
        told = changes(before, report, since=request.earlier_id)
        said = told.model_copy(update={"draft" if request.draft else "report": said})
    return Answer(
        200, said.model_dump_json().encode(), report_id=report_id(desk, note, report), marks=marks_of(report).to_bytes()
    )


def _marks_of_text(desk: Desk, request: CheckRequest, note: Note) -> Marks:
    """Those of the earlier text, with the claim of now."""
    text = request.since or ""
    if len(text) > desk.setup.most_characters:
        most = f"at most {desk.setup.most_characters} characters"
        raise Refused(problem(413, "too-long", "The earlier note is too long.", detail=most))
    return marks_of(desk.report(request, note.model_copy(update={"text": text})))


def page(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """One note as the page shows it: the section of the HTML report, and the queries as they are copied."""
    request = parsed(CheckRequest, body)
    note = note_of(request, most_characters=desk.setup.most_characters)
    report = desk.report(request, note)
    gaps = sum(row.status in GAPS for code in report.codes for row in code.requirements)
    counts = f"gaps {gaps}, alerts {len(report.alerts)}, queries {len(report.queries)}"
    summary = f"Checked: {counts}." if report.codes else "Checked. No code was assessed."
    told = {
        "html": render_section(Checked(report, note.text)),
        "queries": [query_text(query) for query in report.queries],
        "summary": summary,
    }
    return Answer(200, json.dumps(told).encode())


def split(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """The notes of a batch, each as a request of its own."""
    notes = parsed(BatchRequest, body).notes
    if len(notes) > desk.setup.most_notes:
        most = f"at most {desk.setup.most_notes} notes"
        raise Refused(problem(413, "too-many", "There are too many notes in the batch.", detail=most))
    return Answer(parts=tuple(json.dumps(note).encode() for note in notes))


def find_codes(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """Codes of the tabular by words of their titles."""
    wanted = json.loads(body)
    found = desk.titles.find(wanted["q"], most=wanted["limit"])
    own = desk.checker.catalog.codes
    rows = [{"code": row.code, "title": row.title, "own_requirements": row.code in own} for row in found]
    return Answer(200, json.dumps({"codes": rows}).encode())


def show_code(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """What one code needs."""
    catalog = desk.checker.catalog
    try:
        code = normalize(json.loads(body)["code"])
        title, billable = catalog.icd.title(code), catalog.icd.billable(code)
    except UnknownCodeError as error:
        nearest = f"nearest: {', '.join(error.nearest)}" if error.nearest else ""
        raise Refused(problem(404, "unknown-code", "There is no such code.", detail=nearest)) from None
    own = catalog.codes.get(code)
    rows = [_row(row) for row in own.requirements] if own else [_derived(row) for row in desk.derived(code, billable)]
    said = {"code": code, "title": title, "billable": billable, "release": catalog.icd.release, "requirements": rows}
    return Answer(200, json.dumps(said).encode())


_ROW_KEYS = {"id", "element", "level", "basis", "needs", "not_enough", "why", "source", "verified"}


def _row(row: Requirement) -> dict[str, object]:
    return {**row.model_dump(include=_ROW_KEYS), "only_when": row.when.says if row.when else None, "derived": False}


def _derived(row: DerivedRow) -> dict[str, object]:
    told = {"id": row.id, "element": row.axis, "level": row.level, "basis": row.basis, "needs": row.needs}
    more = {"not_enough": None, "why": "The official title says it.", "source": row.source, "verified": True}
    return {**told, **more, "only_when": None, "derived": True}


def _unread(error: ReadError) -> str:
    """Without the path: it is no client's business."""
    return f"line {error.line}: {error.reason}" if error.line else error.reason


JOBS: Mapping[str, Callable[[Desk, bytes, bytes | None], Answer]] = {
    "check": check,
    "split": split,
    "find codes": find_codes,
    "show code": show_code,
    "page": page,
    "fhir": check_fhir,
    "cds": serve_hook,
}


def answer(desk: Desk, job: str, body: bytes, marks: bytes | None) -> Answer:
    """The answer, whatever happens: an error is told by its kind and place, its message could repeat the note."""
    try:
        return JOBS[job](desk, body, marks)
    except Refused as refused:
        return refused.answer
    except ReadError as error:
        return problem(500, "log", "The response log cannot be read.", detail=_unread(error))
    except Exception as error:  # noqa: BLE001  # a bad note never stops the worker
        return problem(500, "internal", "The note could not be checked.", detail=where(error))
