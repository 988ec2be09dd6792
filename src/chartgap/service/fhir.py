"""POST /v1/fhir/check: documents of FHIR in, Bundles of FHIR out; and how documents are found for CDS Hooks."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.fhir import Where, notes_of
from chartgap.readers.objects import parse_object
from chartgap.render import render
from chartgap.service.answers import FHIR, Answer, problem
from chartgap.service.desk import Desk, report_id
from chartgap.service.requests import Refused, fitting

_SOURCE = "request"
Resource = dict[str, Any]


def check_fhir(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """Every document by itself: one Bundle, or a Bundle of them where there are several or some cannot be read."""
    resource = object_of(body)
    notes, unread = documents(resource)
    if not notes:
        raise Refused(problem(422, "no-document", "There is no document that can be read.", detail=reasons(unread)))
    for note in notes:
        fitting(note.text, most_characters=desk.setup.most_characters)
    if len(notes) > desk.setup.most_notes:
        most = f"at most {desk.setup.most_notes} documents"
        raise Refused(problem(413, "too-many", "There are too many documents.", detail=most))
    reports = [desk.together([note]) for note in notes]
    rendered = [render(report, "fhir", text=note.text) for note, report in zip(notes, reports, strict=True)]
    if len(rendered) == 1 and not unread:
        return Answer(200, rendered[0].encode(), FHIR, report_id=report_id(notes[0], reports[0]))
    entries = [{"resource": json.loads(bundle)} for bundle in rendered] + [{"resource": _told(unread)}] * bool(unread)
    return Answer(200, json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode(), FHIR)


def object_of(body: bytes) -> Resource:
    """The body as a JSON object; Refused where it is none."""
    try:
        return parse_object(body, source=_SOURCE, number=None, known=())
    except ReadError as error:
        raise Refused(problem(400, "not-json", "The body is not a JSON object.", detail=error.reason)) from None


def documents(resource: Resource) -> tuple[list[Note], list[ReadError]]:
    """The notes that a resource holds, and what could not be read."""
    found = list(notes_of(resource, Where(_SOURCE), None))
    return [item for item in found if isinstance(item, Note)], [item for item in found if isinstance(item, ReadError)]


def reasons(unread: Iterable[ReadError]) -> str:
    """Why, in words without any of the note."""
    return "; ".join(dict.fromkeys(_reasons(unread))) or "a document of FHIR is needed"


def _reasons(unread: Iterable[ReadError]) -> Iterator[str]:
    for error in unread:
        yield f"{error.place}: {error.reason}" if error.place else error.reason


def _told(unread: Iterable[ReadError]) -> Resource:
    issues = [{"severity": "error", "code": "invalid", "diagnostics": reason} for reason in _reasons(unread)]
    return {"resourceType": "OperationOutcome", "issue": issues}
