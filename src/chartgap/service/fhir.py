"""POST /v1/fhir/check: documents of FHIR in, Bundles of FHIR out; and how documents are found for CDS Hooks."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from chartgap.errors import ReadError
from chartgap.model import NAMELESS, Note, Report
from chartgap.readers.fhir import DOCUMENTS, Where, notes_of
from chartgap.readers.fhir_facts import many, words
from chartgap.readers.objects import parse_object
from chartgap.render import render
from chartgap.service.answers import FHIR, Answer, problem
from chartgap.service.changes import marks_of
from chartgap.service.desk import Desk, report_id
from chartgap.service.requests import Refused, fitting

_SOURCE = NAMELESS  # of documents without an id
_PATIENT_OF = {"DetectedIssue": "patient", "Task": "for"}
Resource = dict[str, Any]


def check_fhir(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """Every document by itself: one Bundle, or a Bundle of them where there are several or some cannot be read."""
    resource = object_of(body)
    notes, unread = documents(resource)
    if not notes:
        raise Refused(problem(422, "no-document", "There is no document that can be read.", detail=reasons(unread)))
    for note in notes:
        fitting(note, most_characters=desk.setup.most_characters)
    if len(notes) > desk.setup.most_notes:
        most = f"at most {desk.setup.most_notes} documents"
        raise Refused(problem(413, "too-many", "There are too many documents.", detail=most))
    reports = [desk.together([note]) for note in notes]
    patients = dict(_patients(resource))
    bundles = [_bundle(note, report, patients.get(note.id)) for note, report in zip(notes, reports, strict=True)]
    if len(bundles) == 1 and not unread:
        marks = marks_of(reports[0]).to_bytes()
        return Answer(200, _bytes(bundles[0]), FHIR, report_id=report_id(desk, notes[0], reports[0]), marks=marks)
    told = [*bundles, *([_told(unread)] if unread else [])]
    entries = [{"fullUrl": f"urn:uuid:{uuid4()}", "resource": item} for item in told]
    return Answer(200, _bytes({"resourceType": "Bundle", "type": "collection", "entry": entries}), FHIR)


def _bundle(note: Note, report: Report, patient: Resource | None) -> Resource:
    """The Bundle of a report, with whose it is: the note itself does not carry that."""
    bundle: Resource = json.loads(render(report, "fhir", text=note.text))
    for entry in bundle.get("entry", ()) if patient else ():
        found = entry["resource"]
        key = _PATIENT_OF.get(found["resourceType"])
        if key:
            found[key] = patient
        for inner in found.get("contained", ()):
            inner["subject"] = patient
    return bundle


def _patients(resource: Resource) -> Iterator[tuple[str, Resource]]:
    """The patient of each document."""
    kind, id_ = words(resource, "resourceType"), words(resource, "id")
    if kind == "Bundle":
        for entry in many(resource, "entry"):
            if isinstance(inner := entry.get("resource"), dict):
                yield from _patients(inner)
    elif kind in DOCUMENTS and id_ and (reference := words(resource, "subject", "reference")):
        yield f"{kind}/{id_}", {"reference": reference}


def _bytes(resource: Resource) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode()


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
