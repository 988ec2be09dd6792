"""JSON lines, one note a line: {"id", "text"} and optionally the fields of a claim and of a note (`_Line`).

A bad line is an error that names the file, the line and the key, and repeats nothing of what the line holds.
"""

import datetime as dt
import gzip
import json
import zlib
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import partial
from typing import Annotated, Any, BinaryIO

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from chartgap.errors import ReadError
from chartgap.model import Claim, Note, Setting
from chartgap.readers.decoding import MOST_BYTES, UTF16, other_format

_UTF8_BOM = b"\xef\xbb\xbf"


def _day(value: Any) -> Any:
    """A date is written 2026-05-31; the value is left out of the error, as everywhere."""
    if not isinstance(value, str):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date is written like 2026-05-31") from None


Day = Annotated[dt.date | None, BeforeValidator(_day)]


class _Line(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)

    id: str
    text: str
    codes: list[str] = []
    procedures: list[str] = []
    modifiers: list[str] = []
    payer: str | None = None
    setting: Setting = "outpatient"
    overlays: list[str] = []
    date_of_service: Day = None
    encounter_id: str | None = None
    author: str | None = None
    provider: bool = True
    site: str | None = None
    date: Day = None
    previous_text: str | list[str] = []


_KEYS = tuple(_Line.model_fields)
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
    except (OSError, EOFError, zlib.error) as error:
        empty = False
        yield ReadError(f"cannot be read further ({type(error).__name__})", source=name, line=number + 1)
    if empty:
        yield ReadError("empty", source=name)


def read_jsonl_gz(stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
    """The same, compressed with gzip."""
    with gzip.open(stream) as lines:
        yield from read_jsonl(lines, name)  # type: ignore[arg-type]  # GzipFile reads as a BinaryIO


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
        line = _Line.model_validate(parse_object(content, source=name, number=number, known=_KEYS))
    except ReadError as error:
        return error
    except ValidationError as error:
        return ReadError(validation_reasons(error, _KEYS), source=name, line=number)
    for key in ("id", "text"):
        if not getattr(line, key).strip():
            return ReadError(f"{key}: empty", source=name, line=number)
    claim = Claim(**line.model_dump(include=set(Claim.model_fields)))
    previous = (line.previous_text,) if isinstance(line.previous_text, str) else tuple(line.previous_text)
    fields = line.model_dump(include={"id", "text", "encounter_id", "author", "provider", "site", "date"})
    return Note(**fields, previous_text=previous, claim=claim)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _DuplicateKeyError(twice)
    return data
