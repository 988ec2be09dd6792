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
from chartgap.model import Note
from chartgap.readers import documents
from chartgap.readers.ccda_claim import V3, claim_of, encompassing, time, words
from chartgap.readers.decoding import DecodedNote
from chartgap.readers.documents import Decoded
from chartgap.readers.extras import need
from chartgap.readers.markup import DROPPED, Lines
from chartgap.readers.streams import read_whole


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
    """A document inside another."""
    note, notices = parse(data, "document")
    return Decoded(note.text, notices, note)


def parse(data: bytes, name: str) -> Ccda:
    """The note in a document; what is wrong raises ReadError."""
    root = _root(data)
    if root.tag != f"{V3}ClinicalDocument":
        raise NoNotesError("XML, but no C-CDA (ClinicalDocument)", source=name)
    try:
        text, notices, _ = _text(root)
    except RecursionError:
        raise ReadError("XML that is nested too deep", source=name) from None
    if not text.strip():
        raise ReadError("holds no narrative", source=name)
    visit = encompassing(root)
    author = root.find(f"{V3}author/{V3}assignedAuthor")
    note = Note(
        id=name,
        text=text,
        encounter_id=_id(visit),
        author=_person(author),
        site=_site(visit),
        date=time(root),
        claim=claim_of(root),
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
    body = root.find(f"{V3}component/{V3}nonXMLBody/{V3}text")
    if body is not None:
        return _unstructured(body)
    lines = Lines()
    for section in root.findall(f"{V3}component/{V3}structuredBody/{V3}component/{V3}section"):
        _section(section, lines)
    return Decoded(str(lines))


def _unstructured(body: Any) -> Decoded:
    """A document of another kind in its envelope."""
    media = body.get("mediaType")
    if body.find(f"{V3}reference") is not None:
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
    text, more, _ = documents.decoded(data, kind)
    return Decoded(text, (*notices, *more))


def _section(section: Any, lines: Lines) -> None:
    if section.get("nullFlavor") and section.find(f"{V3}text") is None:
        return
    title = section.find(f"{V3}title")
    words = "".join(title.itertext()).strip() if title is not None else ""
    text = section.find(f"{V3}text")
    if words:
        lines.heading(words)
    if text is not None:
        _narrative(text, lines, literal=len(text) == 0)
        lines.close("title")
    for inner in section.findall(f"{V3}component/{V3}section"):
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


def _id(item: Any) -> str | None:
    found = item.find(f"{V3}id") if item is not None else None
    return (found.get("extension") or found.get("root")) if found is not None else None


def _site(visit: Any) -> str | None:
    place = f"{V3}location/{V3}healthCareFacility"
    names = (f"{place}/{V3}location/{V3}name", f"{place}/{V3}serviceProviderOrganization/{V3}name")
    return next((found for name in names if visit is not None and (found := words(visit.find(name)))), None)


def _person(author: Any) -> str | None:
    if author is None:
        return None
    name = author.find(f"{V3}assignedPerson/{V3}name")
    return words(name) or words(author.find(f"{V3}representedOrganization/{V3}name"))
