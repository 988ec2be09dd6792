"""FHIR R4 in JSON: documents (DocumentReference, Composition, DiagnosticReport) alone, in a Bundle, or line by line.

Liberal in what is read, as real exports deviate; exact in errors: an attachment that is only a URL, or that cannot be
decoded, is an error of its entry and never the text of a note.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, BinaryIO, NamedTuple

from chartgap.errors import NoNotesError, ReadError
from chartgap.model import Note
from chartgap.readers.attachments import unpack
from chartgap.readers.decoding import DecodedNote
from chartgap.readers.documents import Decoded
from chartgap.readers.fhir_facts import SUPPORTING, Facts, InMemory, Resource, child, codes_in, key_of, many, words
from chartgap.readers.marks import Mark, document
from chartgap.readers.markup import html_text
from chartgap.readers.objects import parse_object
from chartgap.readers.streams import read_whole
from chartgap.readers.systems import ICD10CM, day_of, each_once

MOST_BYTES_OF_A_BUNDLE = 128 * 2**20
DOCUMENTS = ("DocumentReference", "Composition", "DiagnosticReport")
_FREQUENT = frozenset(
    {"Patient", "Observation", "Procedure", "ServiceRequest", "MedicationRequest", "OperationOutcome"}
)
_DEEPEST = 5
_BEST = ("text/plain", "text/html", "application/xhtml+xml", "text/rtf", "application/rtf", "application/pdf")


class Where(NamedTuple):
    """A resource: its file, its line where there are lines, its entry in a Bundle."""

    source: str
    line: int | None = None
    place: str | None = None

    def error(self, reason: str) -> ReadError:
        """An error of the resource."""
        return ReadError(reason, source=self.source, line=self.line, place=self.place)

    def entry(self, number: int) -> "Where":
        """One of its entries."""
        inner = f"entry {number}" if self.place is None else f"{self.place}, entry {number}"
        return self._replace(place=inner)


def read_fhir(stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
    """A file that is one resource."""
    try:
        data = read_whole(stream, name, most=MOST_BYTES_OF_A_BUNDLE, instead="use JSON lines (.ndjson)")
        data = data.removeprefix(b"\xef\xbb\xbf")
        resource = parse_object(data, source=name, number=None, known=())
    except ReadError as error:
        yield ReadError(error.reason, source=name)
        return
    yield from notes_of(resource, Where(name), None)


def notes_of(resource: Resource, where: Where, facts: Facts | None) -> Iterator[Note | ReadError]:
    """The notes of a resource. Without facts from elsewhere, those of a Bundle are its own."""
    kind = words(resource, "resourceType")
    if kind == "Bundle":
        yield from _bundle(resource, where, 0)
    elif kind in DOCUMENTS:
        yield from _documents(resource, where, facts or Facts(InMemory()))
    else:
        shown = f" ({kind})" if kind in SUPPORTING | _FREQUENT else ""  # any other could be a word of a note
        what = "is no document itself" if kind in SUPPORTING else "holds no document"
        reason = f"FHIR that {what}{shown}" if kind else "JSON, but no FHIR (resourceType)"
        yield NoNotesError(reason, source=where.source, line=where.line, place=where.place)


def _bundle(bundle: Resource, where: Where, depth: int) -> Iterator[Note | ReadError]:
    facts, entries = Facts(InMemory()), bundle.get("entry")
    documents: list[tuple[Resource, Where]] = []
    empty = True
    for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
        resource = child(entry, "resource")
        if not isinstance(resource, dict) or not words(resource, "resourceType"):
            if not isinstance(entry, dict) or not entry.keys() & {"response", "request"}:
                empty = False
                yield where.entry(number).error("no resource in it")
        elif words(resource, "resourceType") in (*DOCUMENTS, "Bundle"):
            documents.append((resource, where.entry(number)))
        else:
            facts.add(resource, url=words(entry, "fullUrl"))
    facts.alone = sum(_has_text(resource) for resource, _ in documents) == 1
    for resource, place in documents:
        if words(resource, "resourceType") == "Bundle":
            empty = False
            yield from _bundle(resource, place, depth + 1) if depth < _DEEPEST else [place.error("Bundles too deep")]
        elif _has_text(resource):
            empty = False
            yield from document(partial(_documents, resource, place, facts), Mark(*place))
    if empty:
        reason = f"a Bundle without documents ({', '.join(DOCUMENTS)})"
        yield NoNotesError(reason, source=where.source, line=where.line, place=where.place)


def _has_text(resource: Resource) -> bool:
    """Whether it is a document: a report that only lists results of a laboratory is none."""
    if words(resource, "resourceType") != "DiagnosticReport":
        return True
    return not resource.get("result") or bool(resource.get("presentedForm") or words(resource, "conclusion"))


def _documents(resource: Resource, where: Where, facts: Facts) -> Iterator[Note | ReadError]:
    yield _document(resource, where, facts)


def _document(resource: Resource, where: Where, facts: Facts) -> Note | ReadError:
    kind = str(words(resource, "resourceType"))
    if "entered-in-error" in (words(resource, "status"), words(resource, "docStatus")):
        return where.error("entered in error")
    try:
        text, notices, whole = _TEXT[kind](resource, facts)
    except ReadError as error:
        return where.error(error.reason)
    except RecursionError:
        return where.error("nested too deep")
    if not text.strip():
        return where.error("holds no text")
    try:
        text.encode()
    except UnicodeEncodeError:
        return where.error("half a surrogate pair")
    note = _with_what_is_inside(_note(resource, kind, text, where, facts), whole)
    told = (*notices, *(["superseded by another document"] if words(resource, "status") == "superseded" else []))
    return DecodedNote(**dict(note), notices=told) if told else note


def _with_what_is_inside(note: Note, whole: Note | None) -> Note:
    """Of a C-CDA in FHIR, what the resources around it leave open: the claim where they name no code, who and where."""
    if whole is None:
        return note
    claim, inside = note.claim, whole.claim
    if not claim.codes:
        own = {"codes": inside.codes, "procedures": claim.procedures or inside.procedures}
        day = claim.date_of_service or inside.date_of_service
        claim = claim.model_copy(update={**own, "payer": claim.payer or inside.payer, "date_of_service": day})
    names = ("encounter_id", "author", "site", "date")
    missing = {name: getattr(whole, name) for name in names if getattr(note, name) is None}
    return note.model_copy(update={**missing, "claim": claim})


def _note(resource: Resource, kind: str, text: str, where: Where, facts: Facts) -> Note:
    visit = child(resource, "context", "encounter") or child(resource, "encounter") or _r5_visit(resource)
    encounter, details = facts.visit(visit)
    claim = facts.claim(visit)
    if kind == "DiagnosticReport" and not claim.codes:
        own = (code for concept in many(resource, "conclusionCode") for code in codes_in(concept, ICD10CM))
        claim = claim.model_copy(update={"codes": each_once(own)})
    if claim.date_of_service is None:
        day = words(resource, "context", "period", "start") or words(resource, "event", "period", "start")
        claim = claim.model_copy(update={"date_of_service": day_of(day)})
    contained = many(resource, "contained")
    who = next(filter(None, (resource.get(key) for key in ("author", "resultsInterpreter", "performer"))), None)
    days = (words(resource, key) for key in ("date", "effectiveDateTime", "issued"))
    place = facts.name(details.get("serviceProvider"), many(details, "contained"))
    id_ = words(resource, "id")
    return Note(
        id=f"{kind}/{id_}" if id_ else f"{where.source}#{where.place or where.line or 1}",
        text=text,
        encounter_id=encounter,
        author=facts.name(who, contained),
        site=place or facts.name(resource.get("custodian"), contained),
        date=next((found for day in days if (found := day_of(day))), None) or day_of(_start(resource)),
        claim=claim,
    )


def _r5_visit(resource: Resource) -> Any:
    """In R5 the context of a document is the list of its encounters."""
    context = resource.get("context")
    return context[0] if isinstance(context, list) and context and key_of(context[0]) else None


def _start(resource: Resource) -> str | None:
    return words(resource, "effectivePeriod", "start")


def _document_reference(resource: Resource, facts: Facts) -> Decoded:
    found = [item["attachment"] for item in many(resource, "content") if isinstance(item.get("attachment"), dict)]
    if not found:
        raise ReadError("no attachment", source="")
    return _attached(found, facts)


def _report(resource: Resource, facts: Facts) -> Decoded:
    """The form that was presented, and the conclusion where the form does not hold it."""
    forms, conclusion = many(resource, "presentedForm"), words(resource, "conclusion")
    text, notices, whole = _attached(forms, facts) if forms else Decoded("")
    if not text and not conclusion:
        text = _narrative(resource)
    if conclusion and " ".join(conclusion.split()) not in " ".join(text.split()):
        text = f"{text}\n\nConclusion:\n{conclusion}" if text else conclusion
    return Decoded(text, notices, whole)


def _composition(resource: Resource, facts: Facts) -> Decoded:
    """The narrative of each section under its title."""
    parts: list[str] = []
    _sections(many(resource, "section"), parts)
    return Decoded("\n\n".join(parts) or _narrative(resource))


def _sections(sections: Sequence[Resource], parts: list[str]) -> None:
    for section in sections:
        text = _narrative(section)
        title = words(section, "title") or words(section, "code", "text") or words(section, "code", "coding", "display")
        inner = many(section, "section")
        if title and (text or inner):
            head = title if title.endswith(":") else f"{title}:"
            parts.append(f"{head}\n{text}" if text else head)
        elif text:
            parts.append(text)
        _sections(inner, parts)


def _narrative(item: Resource) -> str:
    return html_text(words(item, "text", "div") or "")


def _attached(found: Sequence[Resource], facts: Facts) -> Decoded:
    """The text of an attachment. Several are forms of one document: the one that is most surely text is taken."""
    ordered = sorted(found, key=_preference)
    problem: ReadError | None = None
    for attachment in ordered:
        try:
            return _unpacked(attachment, facts)
        except ReadError as error:
            problem = problem or error
    raise problem or ReadError("no attachment", source="")


def _preference(attachment: Resource) -> tuple[bool, int]:
    media = (words(attachment, "contentType") or "").partition(";")[0].strip().lower()
    return not attachment.get("data"), _BEST.index(media) if media in _BEST else len(_BEST)


def _unpacked(attachment: Resource, facts: Facts) -> Decoded:
    media, data = words(attachment, "contentType"), attachment.get("data")
    if data is None and (url := words(attachment, "url")):
        binary = facts.get(key_of({"reference": url}))
        data, media = binary.get("data"), words(binary, "contentType") or media
        if data is None:
            raise ReadError("its attachment is only a URL: the text is not in the export", source="")
    if not isinstance(data, str) or not data.strip():
        raise ReadError("an attachment without data", source="")
    try:
        return unpack(data, media)
    except ReadError as error:
        raise ReadError(f"attachment: {error.reason}", source="") from None


_TEXT = {"DocumentReference": _document_reference, "Composition": _composition, "DiagnosticReport": _report}
