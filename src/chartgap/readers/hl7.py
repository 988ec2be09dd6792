"""HL7 version 2 to notes: documents (MDM) and reports (ORU), the text of their OBX segments line by line.

A message that has several OBR groups with text is several notes. Numbers and codes of a laboratory are no text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import BinaryIO

from chartgap.errors import NoNotesError, ReadError
from chartgap.model import Claim, Note
from chartgap.readers.attachments import unpack
from chartgap.readers.decoding import DecodedNote
from chartgap.readers.documents import Decoded
from chartgap.readers.hl7_text import Message, Segment, messages, parse, unescape
from chartgap.readers.marks import Mark, document
from chartgap.readers.streams import words
from chartgap.readers.systems import ICD10CM, ICD10CM_CODE, PROCEDURE, day_of, each_once, setting_of

_VOID = frozenset({"D", "W", "X"})
"""Results that were deleted, wrong, or cannot be had (OBX-11)."""
_SENTENCE = 5
"""Words, from which on a short string is no result."""
_MEDIA: Mapping[str, str] = {
    "pdf": "application/pdf", "rtf": "text/rtf", "html": "text/html", "plain": "text/plain", "text": "text/plain",
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "tiff": "image/tiff",
    "dicom": "image/dicom", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "msword": "application/msword", "basic": "audio/basic", "x-hl7-cda-level-one": "application/hl7-cda+xml",
}  # fmt: skip


def read_hl7(stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
    """The notes of each message."""
    empty = True
    try:
        for number, message in enumerate(messages(stream, name), 1):
            empty = False
            if isinstance(message, ReadError):
                yield message
            else:
                mark = Mark(name, message.line, f"message {number}")
                yield from document(partial(_notes, message, name, number), mark)
    except OSError as error:
        yield ReadError(f"cannot be read further ({words(error)})", source=name)
        return
    if empty:
        yield ReadError("empty", source=name)


def _notes(message: Message, name: str, number: int) -> Iterator[Note | ReadError]:
    place = f"message {number}"
    try:
        segments, notice = parse(message)
    except ReadError as error:
        yield ReadError(error.reason, source=name, line=message.line, place=place)
        return
    document = segments[0].first(9) == "MDM"
    groups = [(group, texts) for group in _groups(segments) if (texts := _texts(group, document=document))]
    if not groups:
        yield _without_text(segments, Mark(name, message.line, place))
    for at, (group, texts) in enumerate(groups, 1):
        where = place if len(groups) == 1 else f"{place}, report {at}"
        try:
            text, notices, _ = _text(texts)
        except ReadError as error:
            yield ReadError(error.reason, source=name, line=message.line, place=where)
            continue
        note = _note(segments, group, text, f"{name}#{number}" if len(groups) == 1 else f"{name}#{number}.{at}")
        told = tuple(filter(None, (notice, *notices)))
        yield DecodedNote(**dict(note), notices=told) if told else note


def _without_text(segments: Sequence[Segment], at: Mark) -> ReadError:
    """An error where there should be text; an admission, an order or the numbers of a laboratory are no notes."""
    kind = segments[0].first(9)
    shown = f"{kind}: " if re.fullmatch("[A-Z]{3}", kind) else ""
    values = [segment.raw(2) for segment in segments if segment.name == "OBX"]
    if kind == "MDM" or (kind == "ORU" and (not values or _READ.keys() & set(values) - {"ST"})) or not shown:
        return ReadError(f"{shown}no text in it (OBX-5 of kind TX, FT or ED)", **at._asdict())
    return NoNotesError(f"{shown}no text in it", **at._asdict(), unit="message")


def _groups(segments: Sequence[Segment]) -> list[list[Segment]]:
    """The parts of a message that each are a note: a document is one, a report is one for each OBR."""
    if segments[0].first(9) == "MDM":
        return [list(segments)]
    groups: list[list[Segment]] = [[]]
    for segment in segments:
        if segment.name == "OBR":
            groups.append([])
        groups[-1].append(segment)
    return groups


def _texts(group: Sequence[Segment], *, document: bool) -> list[Segment]:
    """The segments of a group that hold its text; none where nothing does.

    A short string (ST) of a document is text. In a report it is a result, and a comment (NTE) a remark on one, unless
    there is nothing else and they are sentences.
    """
    values = [segment for segment in group if segment.name == "OBX" and segment.raw(11) not in _VOID]
    texts = [one for one in values if one.raw(2) in _READ and (document or one.raw(2) != "ST")]
    if any(one.raw(5) for one in texts):
        return texts
    for said in ([one for one in values if one.raw(2) == "ST"], [one for one in group if one.name == "NTE"]):
        if any(one.name == "OBR" for one in group) and any(len(_said(one).split()) >= _SENTENCE for one in said):
            return said
    return []


def _said(segment: Segment) -> str:
    return segment.raw(3 if segment.name == "NTE" else 5)


def _text(texts: Sequence[Segment]) -> Decoded:
    lines: list[str] = []
    notices: list[str] = []
    for segment in texts:
        kind = "ST" if segment.name == "NTE" else segment.raw(2)
        said = _said(segment)
        for repetition in said.split(segment.separators.repetition) if said else [""]:  # an empty line
            try:
                text, told, _ = _READ[kind](segment, repetition) if repetition else Decoded("")
            except ReadError as error:
                shown = segment.raw(1) if segment.raw(1).isdecimal() else "?"
                reason = f"OBX {shown[:6]}: {error.reason}"
                if not error.reason.endswith("holds no text"):
                    raise ReadError(reason, source="") from None
                notices.append(reason)
                continue
            lines.append(text)
            notices += told
    text = "\n".join(lines)
    if not text.strip():
        raise ReadError(notices[0] if notices else "no text in it", source="")
    return Decoded(text, tuple(notices))


def _plain(segment: Segment, repetition: str) -> Decoded:
    return Decoded(unescape(repetition, segment.separators))


def _encapsulated(segment: Segment, repetition: str) -> Decoded:
    """ED: application, type, subtype, encoding, data."""
    parts = repetition.split(segment.separators.component)
    if len(parts) < 5:
        raise ReadError("encapsulated data without its five components", source="")
    _, kind, subtype, encoding, data = parts[:5]
    media = _MEDIA.get(subtype.lower()) or ("image/x" if kind.upper() in ("IM", "IMAGE") else None)
    if encoding.lower() == "base64":
        return unpack(data, media)
    if media and media.startswith(("image", "audio")):
        raise ReadError("a picture: holds no text", source="")
    if encoding.lower() not in ("a", ""):
        raise ReadError("encapsulated data in an encoding other than Base64 and A", source="")
    rest = segment.separators.component.join(parts[4:])
    return Decoded(unescape(rest, segment.separators))


def _pointer(segment: Segment, repetition: str) -> Decoded:
    raise ReadError("only a reference to a document elsewhere (RP)", source="")


_READ: Mapping[str, Callable[[Segment, str], Decoded]] = {
    "TX": _plain,
    "ST": _plain,
    "FT": _plain,
    "ED": _encapsulated,
    "RP": _pointer,
}


def _note(segments: Sequence[Segment], group: Sequence[Segment], text: str, fallback: str) -> Note:
    """The note with what the message says beside it."""
    txa, obr = _one(segments, "TXA"), _one(group, "OBR") or _one(segments, "OBR")
    visit, head = _one(segments, "PV1"), segments[0]
    days = ((txa, 4), (txa, 6), (obr, 7), (obr, 22), (head, 7))
    author = _person(txa, 9) or _person(txa, 5) or _reader(obr) or _person(obr, 16)
    ids = (_first(txa, 12), _first(obr, 3), head.first(10))
    claim = Claim(
        codes=_codes(segments),
        procedures=_procedures(segments),
        payer=_first(_one(segments, "IN1"), 4) or None,
        setting=setting_of(_first(visit, 2)) or "outpatient",
        date_of_service=next((day for place in _service(segments) if (day := day_of(place))), None),
    )
    return Note(
        id=next(filter(None, ids), fallback),
        text=text,
        encounter_id=_first(visit, 19) or None,
        author=author,
        site=_first(visit, 3, 4) or head.first(4) or None,
        date=next((day for segment, field in days if (day := day_of(_first(segment, field)))), None),
        claim=claim,
    )


def _one(segments: Sequence[Segment], name: str) -> Segment | None:
    return next((segment for segment in segments if segment.name == name), None)


def _first(segment: Segment | None, field: int, component: int = 1) -> str:
    return segment.first(field, component) if segment else ""


def _service(segments: Sequence[Segment]) -> Iterator[str]:
    yield from (segment.first(4) for segment in segments if segment.name == "FT1")
    yield from (segment.first(5) for segment in segments if segment.name == "PR1")
    yield from (segment.first(44) for segment in segments if segment.name == "PV1")


def _codes(segments: Sequence[Segment]) -> tuple[str, ...]:
    """DG1 by its priority, else by order; where there is none, the diagnoses of charges."""
    found = [segment for segment in segments if segment.name == "DG1"]
    found.sort(
        key=lambda segment: int(segment.raw(15)) if segment.raw(15).isdecimal() and segment.raw(15) != "0" else 999
    )
    codes = [_icd(item.components(first), item.first(2)) for item in found for first in item.repetitions(3)[:1]]
    if not codes:
        charges = (segment for segment in segments if segment.name == "FT1")
        codes = [_icd(item.components(one), "") for item in charges for one in item.repetitions(19)]
    return each_once(codes)


def _icd(parts: Sequence[str], method: str) -> str | None:
    """The ICD-10-CM code of a coded element, its second coding included; without a system the shape decides."""
    padded = [*parts, *[""] * 6]
    for code, system in ((padded[0], padded[2] or method), (padded[3], padded[5])):
        if code and (system.lower() in ICD10CM or (not system and ICD10CM_CODE.fullmatch(code.upper()))):
            return code
    return None


def _procedures(segments: Sequence[Segment]) -> tuple[str, ...]:
    """PR1 and FT1, each code with its modifiers."""
    fields = {"PR1": (3, 16), "FT1": (25, 26)}
    lines = []
    for segment in segments:
        if segment.name in fields:
            code, modifiers = fields[segment.name]
            marks = (segment.components(one)[0] for one in segment.repetitions(modifiers))
            if PROCEDURE.fullmatch(segment.first(code).upper()):
                lines.append("-".join((segment.first(code), *filter(None, marks))))
    return each_once(lines)


def _person(segment: Segment | None, field: int) -> str | None:
    """A name as it is spoken: id, family, given, middle, suffix, prefix, degree."""
    if segment is None:
        return None
    parts = [*segment.components(next(iter(segment.repetitions(field)), "")), *[""] * 7][:7]
    family = parts[1].split(segment.separators.subcomponent)[0]
    name = " ".join(filter(None, (parts[5], parts[2], parts[3], family, parts[4])))
    return ", ".join(filter(None, (name, parts[6]))) or None


def _reader(obr: Segment | None) -> str | None:
    """Who interprets the result: the parts of the name stand one level deeper (OBR-32)."""
    parts = _first(obr, 32).split(obr.separators.subcomponent) if obr else []
    return " ".join(filter(None, (*parts[2:4], *parts[1:2]))) or None
