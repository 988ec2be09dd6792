"""C-CDA: the narrative of each section under its title, and what header and entries say of codes, author and visit.

No document type is accepted, so there are no entities to expand and nothing is fetched. What entries alone hold is no
note: only the narrative is what the author attested.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from chartgap.errors import NoNotesError, ReadError
from chartgap.model import Claim, Note
from chartgap.readers import documents
from chartgap.readers.decoding import DecodedNote
from chartgap.readers.documents import Decoded
from chartgap.readers.extras import need
from chartgap.readers.markup import DROPPED, Lines
from chartgap.readers.streams import read_whole
from chartgap.readers.systems import ICD10CM, PROCEDURES, day_of, each_once, setting_of

_V3 = "{urn:hl7-org:v3}"
_PROBLEM = "2.16.840.1.113883.10.20.22.4.4"
_VISIT_DIAGNOSIS = "2.16.840.1.113883.10.20.22.4.80"
_PAYER = "2.16.840.1.113883.10.20.22.4.87"  # the performer of a policy activity who pays


class Ccda(NamedTuple):
    """A document taken apart."""

    note: Note
    notices: tuple[str, ...]


def read_ccda(stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
    """The note of a file; its id is the file's name."""
    try:
        note, notices = parse(read_whole(stream, name), name)
    except ReadError as error:
        yield type(error)(error.reason, source=name, line=error.line)
        return
    yield DecodedNote(**dict(note), notices=notices) if notices else note


def from_ccda(data: bytes) -> Decoded:
    """Only the text, of a document inside another."""
    note, notices = parse(data, "document")
    return Decoded(note.text, notices)


def parse(data: bytes, name: str) -> Ccda:
    """The note in a document; what is wrong raises ReadError."""
    root = _root(data)
    if root.tag != f"{_V3}ClinicalDocument":
        raise NoNotesError("XML, but no C-CDA (ClinicalDocument)", source=name)
    try:
        text, notices = _text(root)
    except RecursionError:
        raise ReadError("XML that is nested too deep", source=name) from None
    if not text.strip():
        raise ReadError("holds no narrative", source=name)
    visit = root.find(f"{_V3}componentOf/{_V3}encompassingEncounter")
    claim = Claim(
        codes=_codes(root),
        procedures=_procedures(root),
        payer=_payer(root),
        setting=setting_of(_attribute(visit, "code", "code")) or "outpatient",
        date_of_service=_time(visit),
    )
    author = root.find(f"{_V3}author/{_V3}assignedAuthor")
    note = Note(
        id=name,
        text=text,
        encounter_id=_id(visit),
        author=_person(author),
        site=_site(visit),
        date=_time(root),
        claim=claim,
    )
    return Ccda(note, notices)


def _root(data: bytes) -> Any:
    tree = need("defusedxml.ElementTree", extra="ccda", what="C-CDA")
    try:
        return tree.fromstring(data, forbid_dtd=True)
    except tree.ParseError as error:
        raise ReadError("not XML that can be read", source="", line=error.position[0]) from None
    except (ValueError, LookupError, RecursionError) as error:  # a document type, an unknown encoding
        told = "XML with a document type or entities" if "Forbidden" in type(error).__name__ else "an unknown encoding"
        raise ReadError(f"{told}: not read", source="") from None


def _text(root: Any) -> Decoded:
    body = root.find(f"{_V3}component/{_V3}nonXMLBody/{_V3}text")
    if body is not None:
        return _unstructured(body)
    lines = Lines()
    for section in root.findall(f"{_V3}component/{_V3}structuredBody/{_V3}component/{_V3}section"):
        _section(section, lines)
    return Decoded(str(lines))


def _unstructured(body: Any) -> Decoded:
    """A document of another kind in its envelope."""
    media = body.get("mediaType")
    if body.find(f"{_V3}reference") is not None:
        raise ReadError("its body is a reference to another file", source="")
    content = "".join(body.itertext())
    if (body.get("representation") or "").upper() != "B64":
        return Decoded(content)
    try:
        data = base64.b64decode(re.sub(r"\s+", "", content), validate=True)
    except (binascii.Error, ValueError):
        raise ReadError("its body is not base64", source="") from None
    kind, notices = documents.choose(data, media)
    if kind == "C-CDA":
        raise ReadError("a C-CDA inside a C-CDA", source="")
    text, more = documents.decoded(data, kind)
    return Decoded(text, (*notices, *more))


def _section(section: Any, lines: Lines) -> None:
    if section.get("nullFlavor") and section.find(f"{_V3}text") is None:
        return
    title = section.find(f"{_V3}title")
    words = "".join(title.itertext()).strip() if title is not None else ""
    text = section.find(f"{_V3}text")
    if words:
        lines.heading(words)
    if text is not None:
        _narrative(text, lines, literal=len(text) == 0)
        lines.close("title")
    for inner in section.findall(f"{_V3}component/{_V3}section"):
        _section(inner, lines)


def _narrative(element: Any, lines: Lines, *, literal: bool = False) -> None:
    """Words and blocks; line ends count only where there is no markup that could make any."""
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if tag and tag not in DROPPED:
        lines.open(tag)
        (lines.literal if literal else lines.text)(element.text or "")
        for child in element:
            _narrative(child, lines)
            lines.text(child.tail or "")
        lines.close(tag)


def _codes(root: Any) -> tuple[str, ...]:
    """The diagnoses of the visit; where the document has none, the problems that are not resolved."""
    visit = [act for act in root.iter(f"{_V3}act") if _is(act, _VISIT_DIAGNOSIS)]
    inside = [item for act in visit for item in act.iter(f"{_V3}observation") if _is(item, _PROBLEM)]
    problems = (item for item in root.iter(f"{_V3}observation") if _is(item, _PROBLEM) and not _resolved(item))
    return each_once(code for item in inside or problems for code in _of(item, "value", ICD10CM))


def _procedures(root: Any) -> tuple[str, ...]:
    kinds = (f"{_V3}procedure", f"{_V3}encounter")
    entries = (item for kind in kinds for item in root.iter(kind) if item.get("moodCode") == "EVN")
    return each_once(code for item in entries for code in _of(item, "code", PROCEDURES))


def _of(item: Any, name: str, systems: frozenset[str]) -> Iterator[str | None]:
    """The code of an entry, or its translations, in one of the systems."""
    if item.get("negationInd") == "true":
        return
    for value in item.findall(f"{_V3}{name}"):
        for coded in (value, *value.findall(f"{_V3}translation")):
            if (coded.get("codeSystem") or "").lower() in systems:
                yield coded.get("code")


def _payer(root: Any) -> str | None:
    for performer in root.iter(f"{_V3}performer"):
        if _is(performer, _PAYER):
            name = performer.find(f"{_V3}assignedEntity/{_V3}representedOrganization/{_V3}name")
            return _words(name)
    return None


def _resolved(item: Any) -> bool:
    high = item.find(f"{_V3}effectiveTime/{_V3}high")
    return high is not None and high.get("value") is not None


def _is(item: Any, template: str) -> bool:
    return any(found.get("root") == template for found in item.findall(f"{_V3}templateId"))


def _time(item: Any) -> Any:
    """The day of an effectiveTime: its value, or where it begins."""
    time = item.find(f"{_V3}effectiveTime") if item is not None else None
    if time is None:
        return None
    return day_of(time.get("value")) or day_of(_attribute(time, "low", "value"))


def _attribute(item: Any, child: str, name: str) -> str | None:
    found = item.find(f"{_V3}{child}") if item is not None else None
    return found.get(name) if found is not None else None


def _id(item: Any) -> str | None:
    found = item.find(f"{_V3}id") if item is not None else None
    return (found.get("extension") or found.get("root")) if found is not None else None


def _site(visit: Any) -> str | None:
    place = f"{_V3}location/{_V3}healthCareFacility"
    names = (f"{place}/{_V3}location/{_V3}name", f"{place}/{_V3}serviceProviderOrganization/{_V3}name")
    return next((words for name in names if visit is not None and (words := _words(visit.find(name)))), None)


def _person(author: Any) -> str | None:
    if author is None:
        return None
    name = author.find(f"{_V3}assignedPerson/{_V3}name")
    return _words(name) or _words(author.find(f"{_V3}representedOrganization/{_V3}name"))


def _words(element: Any) -> str | None:
    """The words of a name and its parts."""
    if element is None:
        return None
    return " ".join(" ".join(element.itertext()).split()) or None
