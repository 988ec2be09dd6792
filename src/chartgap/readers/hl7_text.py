"""Messages of HL7 version 2: bytes to messages, one at a time, and a message to segments, fields and plain words.

Written here and not taken from a library, because those at hand hold a whole file in memory and drop escapes they do
not know, and a place in an error needs the line.
"""

import errno
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from chartgap.errors import ReadError
from chartgap.readers.decoding import MOST_BYTES, decode

_PIECE = 2**16
_END = re.compile(rb"\r\n|\r|\n")
_FRAME = b"\x0b\x1c"
_ENVELOPE = (b"FHS", b"BHS", b"BTS", b"FTS")


class Message(NamedTuple):
    """The segments of a message as they stand in the file, and the line where it begins."""

    line: int
    segments: tuple[bytes, ...]


class Separators(NamedTuple):
    """MSH-1 and MSH-2."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


class Segment(NamedTuple):
    """A segment's fields, numbered as the standard does: `fields[0]` is the name."""

    fields: Sequence[str]
    separators: Separators

    @property
    def name(self) -> str:
        """OBX and so on."""
        return self.fields[0]

    def raw(self, number: int) -> str:
        """A field as it stands; "" where there is none, and for the two quotes by which HL7 deletes."""
        value = self.fields[number] if number < len(self.fields) else ""
        return "" if value == '""' else value

    def repetitions(self, number: int) -> list[str]:
        """The repetitions of a field, as they stand."""
        value = self.raw(number)
        return value.split(self.separators.repetition) if value else []

    def components(self, repetition: str) -> list[str]:
        """The components of a repetition in plain words."""
        return [unescape(part, self.separators).strip() for part in repetition.split(self.separators.component)]

    def first(self, number: int, component: int = 1) -> str:
        """A component of the first repetition in plain words; "" where there is none."""
        parts = self.components(next(iter(self.repetitions(number)), ""))
        return parts[component - 1] if component <= len(parts) else ""


class _Begun:
    """A message of which more may come."""

    def __init__(self, head: bytes, line: int) -> None:
        self._line, self._size = line, len(head)
        self._segments = [[head]]
        self._name = re.compile(rb"[A-Z][A-Z0-9]{2}" + re.escape(head[3:4]))

    def add(self, piece: bytes) -> None:
        """A segment, or what stands after a line end that should have been escaped."""
        self._size += len(piece)
        if self._size <= MOST_BYTES:
            if self._name.match(piece):
                self._segments.append([piece])
            else:
                self._segments[-1].append(piece)

    def whole(self, name: str) -> Message | ReadError:
        """The message, once nothing more comes."""
        if self._size > MOST_BYTES:
            return ReadError(f"more than {MOST_BYTES // 2**20} MB in a message", source=name, line=self._line)
        return Message(self._line, tuple(map(b"\n".join, self._segments)))


def messages(stream: BinaryIO, name: str) -> Iterator[Message | ReadError]:
    """Each message of a file or batch; a batch that says how many it holds is taken at its word."""
    begun: _Begun | None = None
    started, count = False, 0
    for number, piece in _segments(stream):
        if piece.startswith((b"MSH", *_ENVELOPE)):
            started = True
            if begun:
                yield begun.whole(name)
            begun = _Begun(piece, number) if piece.startswith(b"MSH") else None
            count = 0 if piece.startswith(b"BHS") else count + (begun is not None)
            if (said := re.match(rb"BTS.(\d{1,9})", piece)) and int(said[1]) != count:
                yield ReadError(f"the batch says {int(said[1])} messages and holds {count}", source=name, line=number)
        elif begun:
            begun.add(piece)
        else:
            where = "a segment outside of any message" if started else "does not begin as HL7 does (MSH, FHS or BHS)"
            yield ReadError(where, source=name, line=number)
            if not started:
                return
    if begun:
        yield begun.whole(name)


def _segments(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number, without the framing of a connection."""
    for number, line in enumerate(_lines(stream), 1):
        if content := line.strip(_FRAME + b" "):
            yield number, content


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        if piece.endswith(b"\r"):
            piece += stream.read(1)  # the line feed that may follow
        first, *others = _END.split(piece)
        held.append(first)
        size += len(first)
        if size > MOST_BYTES:
            raise OSError(errno.EFBIG, f"more than {MOST_BYTES // 2**20} MB in a line")
        if others:
            yield b"".join(held)
            yield from others[:-1]
            held, size = [others[-1]], len(others[-1])
    yield b"".join(held)


def parse(message: Message) -> tuple[list[Segment], str | None]:
    """The segments of a message, and a notice where its encoding had to be guessed; ReadError has no place."""
    text, notice = decode(b"\r".join(message.segments))
    head, *others = text.split("\r")
    separators = _separators(head)
    fields = head.split(separators.field)
    first = Segment(["MSH", separators.field, *fields[1:]], separators)
    rest = [Segment(line.split(separators.field), separators) for line in others]
    latin = first.raw(18).upper().startswith("8859/1")
    return [first, *rest], None if latin else notice


def _separators(head: str) -> Separators:
    given = head[3:4]
    signs = head[4:].partition(given)[0] if given else ""
    every = given + signs
    if len(signs) not in (2, 3, 4, 5) or len(set(every)) < len(every) or re.search(r"[\w\s]", every):
        raise ReadError("MSH: no usable separators (MSH-1, MSH-2)", source="")
    component, repetition, escape, sub, *_ = [*signs, *"\0\0"]
    return Separators(given, component, repetition, escape, sub)


_COMMANDS = r"\.(?:br|sp|in|ti|fi|nf|ce|sk)[+-]?\d*"
_ESCAPE = r"{0}(F|S|T|R|E|P|H|N|X(?:[0-9A-Fa-f]{{2}})+|[CM][0-9A-Fa-f]{{4,6}}|Z[^{0}]*|" + _COMMANDS + "){0}"


def unescape(text: str, separators: Separators) -> str:
    """Plain words; what only looks like an escape stays as it is."""
    escape = separators.escape
    if escape == "\0" or escape not in text:
        return text
    signs: Mapping[str, str] = {
        "F": separators.field,
        "S": separators.component,
        "T": separators.subcomponent,
        "R": separators.repetition,
        "E": escape,
        "P": "\\",
    }

    def plain(match: re.Match[str]) -> str:
        word = match[1]
        if word in signs:
            return signs[word]
        if word.startswith("X"):
            data = bytes.fromhex(word[1:])
            return data.decode("utf-8", "ignore") if _utf8(data) else data.decode("cp1252", "replace")
        return _command(word)

    return re.sub(_ESCAPE.format(re.escape(escape)), plain, text)


def _command(word: str) -> str:
    """What a formatting command stands for: a line end, blanks, or nothing."""
    match = re.fullmatch(r"\.(br|sp|sk|ce|ti|in|fi|nf)([+-]?\d*)", word)
    if match is None:
        return ""
    count = min(int(match[2]), 80) if match[2].isdigit() else 1
    if match[1] == "br" or match[1] == "sp":
        return "\n" * min(count, 2)
    if match[1] == "sk":
        return " " * count
    return "\n" if match[1] == "ce" else ""


def _utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
