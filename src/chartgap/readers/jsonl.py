"""JSON lines, one note a line: {"id", "text"} and optionally the fields of a claim and of a note (`NoteFields`); or
resources of FHIR, as Bulk Data has them.

Where the user names columns, a line that has any of them is read as a row of a table. Otherwise a key that is not known
is an error, as it may be a misspelt one. A bad line is an error that names the file, the line and the key, and repeats
nothing of what the line holds.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

from pydantic import ValidationError

from chartgap.errors import NoNotesError, ReadError
from chartgap.model import Note
from chartgap.readers.cells import Where as Row
from chartgap.readers.cells import read_row, split
from chartgap.readers.columns import DAYS, LISTS, WORDS, Columns, among, lay_out
from chartgap.readers.decoding import MOST_BYTES, UTF16, other_format
from chartgap.readers.fhir import DOCUMENTS, Where, notes_of
from chartgap.readers.fhir_facts import Facts
from chartgap.readers.fields import FIELDS, NoteFields
from chartgap.readers.marks import Mark, beat, document
from chartgap.readers.objects import parse_object, validation_reasons
from chartgap.readers.streams import words

_PIECE = 2**20
_NO_COLUMNS: Columns = {}
_UTF8_BOM = b"\xef\xbb\xbf"
FactsOf = Callable[[str], Facts | None]
"""What other files beside one of this name say of its documents."""


def _no_facts(_: str) -> Facts | None:
    return None


def read_jsonl(
    stream: BinaryIO, name: str, *, facts_of: FactsOf = _no_facts, columns: Columns = _NO_COLUMNS
) -> Iterator[Note | ReadError]:
    """One note or error for each line that is not blank; at the end how many lines hold no document."""
    number = 0
    found = False
    others: Counter[str] = Counter()
    try:
        for number, line in enumerate(iter(partial(stream.readline, MOST_BYTES + 1), b""), 1):
            if number == 1 and (other := "UTF-16" if line.startswith(UTF16) else other_format(line)):
                yield ReadError(f"this is {other}, not JSON lines in UTF-8", source=name)
                return
            if len(line) > MOST_BYTES:
                found = True
                yield ReadError(f"more than {MOST_BYTES // 2**20} MB in a line", source=name, line=number)
                _to_line_end(line, stream)
                continue
            content = (line.removeprefix(_UTF8_BOM) if number == 1 else line).strip()
            if not content:
                continue
            for item in document(partial(_items, content, name, number, facts_of, columns), Mark(name, number)):
                if isinstance(item, NoNotesError):
                    others[item.reason] += 1
                else:
                    found = True
                    yield item
    except OSError as error:
        found = True
        yield ReadError(f"cannot be read further ({words(error)})", source=name, line=number + 1)
    for reason, count in others.most_common():
        yield NoNotesError(reason, source=name, unit="line", count=count)
    if not found and not others:
        yield ReadError("empty", source=name)


def _to_line_end(line: bytes, stream: BinaryIO) -> None:
    """Pass over the rest of a line."""
    while line and not line.endswith(b"\n"):
        beat()
        line = stream.readline(_PIECE)


def _items(content: bytes, name: str, number: int, facts_of: FactsOf, columns: Columns) -> Iterator[Note | ReadError]:
    try:
        line = parse_object(content, source=name, number=number, known=FIELDS)
    except ReadError as error:
        yield error
        return
    if "resourceType" in line:
        try:
            facts = facts_of(name) if line["resourceType"] in DOCUMENTS else None
        except ReadError as error:
            yield ReadError(error.reason, source=name, line=number)
            return
        yield from document(partial(notes_of, line, Where(name, number), facts), Mark(name, number))
    elif any(among(line, key) for keys in columns.values() for key in keys):
        yield _row(line, columns, name, number)
    else:
        yield _note(line, name, number)


def _row(line: dict[str, Any], columns: Columns, name: str, number: int) -> Note | ReadError:
    """A line as a row of a table: a key that it leaves out is an empty cell."""
    left_out = {key: None for keys in columns.values() for key in keys if not among(line, key)}
    cells = line | left_out
    try:
        found = read_row(list(cells.values()), lay_out(list(cells), columns, source=name), Row(name, number))
    except ReadError as error:
        found = error
    return ReadError(found.reason, source=name, line=number) if isinstance(found, ReadError) else found


def _note(line: dict[str, Any], name: str, number: int) -> Note | ReadError:
    try:
        return NoteFields.model_validate({key: _value(key, value) for key, value in line.items()}).note()
    except ValidationError as error:
        return ReadError(validation_reasons(error, FIELDS), source=name, line=number)
    except ValueError as error:
        return ReadError(str(error), source=name, line=number)


def _value(key: str, value: Any) -> Any:
    """What can only mean one thing is taken as in tables: 1 as an id, "M54.12; M54.2" as codes, "" as no date."""
    if key in WORDS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if key in LISTS and key != "previous_text" and isinstance(value, str):
        return split(value)
    return None if key in DAYS and value == "" else value
