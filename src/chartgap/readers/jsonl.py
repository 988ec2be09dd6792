"""JSON lines, one note a line: {"id", "text"} and optionally the fields of a claim and of a note (`NoteFields`).

A bad line is an error that names the file, the line and the key, and repeats nothing of what the line holds.
"""

import json
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import partial
from typing import Any, BinaryIO

from pydantic import ValidationError

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.decoding import MOST_BYTES, UTF16, other_format
from chartgap.readers.fields import FIELDS, NoteFields
from chartgap.readers.streams import words

_UTF8_BOM = b"\xef\xbb\xbf"
_LONGEST_KEY = 30


class _DuplicateKeyError(ValueError):
    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__()


def read_jsonl(stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
    """One note or error for each line that is not blank; one error when there is none."""
    number = 0
    empty = True
    try:
        for number, line in enumerate(iter(partial(stream.readline, MOST_BYTES + 1), b""), 1):
            if len(line) > MOST_BYTES:
                yield ReadError(
                    f"more than {MOST_BYTES // 2**20} MB in a line: not read further", source=name, line=number
                )
                return
            if number == 1 and (other := "UTF-16" if line.startswith(UTF16) else other_format(line)):
                yield ReadError(f"this is {other}, not JSON lines in UTF-8", source=name)
                return
            content = (line.removeprefix(_UTF8_BOM) if number == 1 else line).strip()
            if content:
                empty = False
                yield _note(content, name, number)
    except OSError as error:
        empty = False
        yield ReadError(f"cannot be read further ({words(error)})", source=name, line=number + 1)
    if empty:
        yield ReadError("empty", source=name)


def parse_object(line: bytes, *, source: str, number: int, known: Collection[str]) -> dict[str, Any]:
    """The JSON object on a line; anything else raises ReadError. No cause is kept: it would carry the line."""
    reason = ""
    data: Any = None
    try:
        data = json.loads(line.decode("utf-8"), object_pairs_hook=_unique)
        if rb"\u" in line:
            json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair could be read but never written
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except UnicodeEncodeError:
        reason = "half a surrogate pair"
    except _DuplicateKeyError as error:
        reason = f"{safe_key(error.key, known)}: duplicate key"
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} (column {error.colno})"
    except (ValueError, RecursionError):
        reason = "not JSON that can be read: a number too long or nesting too deep"
    if not reason and not isinstance(data, dict):
        reason = "not a JSON object"
    if reason:
        raise ReadError(reason, source=source, line=number)
    return data  # type: ignore[no-any-return]  # the isinstance check is above


def validation_reasons(error: ValidationError, known: Collection[str]) -> str:
    """Every problem as "key: message", without the offending values; `known` are the keys that may be shown."""
    items = error.errors(include_input=False, include_context=False, include_url=False)
    return "; ".join(_reason(item["loc"], item["type"], item["msg"], known) for item in items)


def safe_key(key: int | str, known: Collection[str]) -> str:
    """A key as it may be shown: one that is not ours can be a piece of a note."""
    return str(key) if isinstance(key, int) or key in known else f"(a key of {len(key)} characters)"


def _reason(place: tuple[int | str, ...], kind: str, message: str, known: Collection[str]) -> str:
    shown = ".".join(safe_key(step, known) for step in place) or "line"
    if kind != "extra_forbidden":
        return f"{shown}: {message}"
    near = get_close_matches(str(place[-1])[:_LONGEST_KEY], known, n=1)
    return f"{shown}: not a known key{'; nearest: ' if near else ''}{''.join(near)}"


def _note(content: bytes, name: str, number: int) -> Note | ReadError:
    try:
        line = NoteFields.model_validate(parse_object(content, source=name, number=number, known=FIELDS))
    except ReadError as error:
        return error
    except ValidationError as error:
        return ReadError(validation_reasons(error, FIELDS), source=name, line=number)
    try:
        return line.note()
    except ValueError as error:
        return ReadError(str(error), source=name, line=number)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _DuplicateKeyError(twice)
    return data
