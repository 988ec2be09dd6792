"""A row of a table as a note: cells, of text or typed, become the fields that `NoteFields` checks."""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.columns import Layout
from chartgap.readers.decoding import MOST_BYTES, DecodedNote, decode
from chartgap.readers.fields import FIELDS, NoteFields
from chartgap.readers.objects import validation_reasons

_BETWEEN = re.compile(r"[;,|\s]+")
_FORMULA = re.compile(r'="(.*)"', re.S)
"""How spreadsheets are told that 00123 is no number."""
_US_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})


class Where(NamedTuple):
    """A row: its file, its number without the header, and its first line where there are lines."""

    source: str
    row: int
    line: int | None = None

    def error(self, reason: str) -> ReadError:
        """An error of the row."""
        return ReadError(reason, source=self.source, line=self.line, place=f"row {self.row}")


def read_row(row: Sequence[Any], layout: Layout, where: Where) -> Note | ReadError:
    """The note of a row; its id is the file's name and the row's number where no column holds ids."""
    notices: list[str] = []
    try:
        given = {field: _field(field, [row[n] for n in layout[field]], notices) for field in FIELDS if layout[field]}
        present: dict[str, Any] = {field: value for field, value in given.items() if value not in (None, [])}
        if not layout["id"]:
            present["id"] = f"{where.source}#{where.row}"
        note = NoteFields.model_validate({"id": "", "text": "", **present}).note()
    except ReadError as error:
        return where.error(error.reason)
    except ValidationError as error:
        return where.error(validation_reasons(error, FIELDS))
    except ValueError as error:
        return where.error(str(error))
    return DecodedNote(**dict(note), notices=tuple(dict.fromkeys(notices))) if notices else note


def _field(field: str, cells: list[Any], notices: list[str]) -> Any:
    try:
        if field == "text":
            return _text(cells[0], notices)
        read = _READ.get(field)
        return read(cells) if read else _plain(cells[0])
    except ReadError as error:
        raise ReadError(f"{field}: {error.reason}", source="") from None
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def _text(cell: Any, notices: list[str]) -> str | None:
    """The note itself; bytes are decoded as those of a file are."""
    if cell is None or isinstance(cell, str):
        if cell and len(cell) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES // 2**20} MB")
        return cell
    if not isinstance(cell, bytes):
        raise ValueError("holds no text")
    text, notice = decode(cell)
    notices.extend(filter(None, (notice,)))
    return text


def _plain(cell: Any) -> str | None:
    """A cell that is not the note, as text without blanks around it; None if it is empty."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, bytes):
        cell = decode(cell)[0] if cell.strip() else ""
    elif isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if not isinstance(cell, str | int | float | dt.date):
        raise ValueError("neither text nor number")
    text = str(cell).strip()
    formula = _FORMULA.fullmatch(text)
    return (formula[1] if formula else text).strip() or None


def _setting(cells: list[Any]) -> str | None:
    text = _plain(cells[0])
    return text.lower() if text else None


def _list(cells: list[Any]) -> list[str]:
    flat = [item for cell in cells for item in (cell if isinstance(cell, list | tuple) else [cell])]
    return [part for item in flat for part in split(_plain(item) or "")]


def split(text: str) -> list[str]:
    """Several codes in one cell."""
    return [part for part in _BETWEEN.split(text) if part]


def _earlier(cells: list[Any]) -> list[str]:
    """Earlier notes, which are not split; one that is empty is none."""
    flat = [item for cell in cells for item in (cell if isinstance(cell, list | tuple) else [cell])]
    return [text for item in flat if (text := _text(item, [])) and text.strip()]


def _day(cells: list[Any]) -> dt.date | None:
    cell = cells[0]
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = _plain(cell)
    return None if text is None else read_day(text)


def read_day(text: str) -> dt.date:
    """A day as tables write it, with or without a time after it; a mistake is a ValueError without the value."""
    day = re.split(r"[T\s]", text, maxsplit=1)[0]
    try:
        if us := _US_DAY.fullmatch(day):
            return dt.date(int(us[3]), int(us[1]), int(us[2]))
        return dt.date.fromisoformat(day)
    except ValueError:
        raise ValueError("a date is written like 2026-05-31 or 5/31/2026") from None


def _flag(cells: list[Any]) -> bool | None:
    cell = cells[0]
    if isinstance(cell, bool):
        return cell
    text = (_plain(cell) or "").lower()
    if not text:
        return None
    if text not in _TRUE | _FALSE:
        raise ValueError("is true or false")
    return text in _TRUE


_READ: Mapping[str, Callable[[list[Any]], Any]] = {
    "setting": _setting,
    "codes": _list,
    "procedures": _list,
    "modifiers": _list,
    "overlays": _list,
    "previous_text": _earlier,
    "date": _day,
    "date_of_service": _day,
    "provider": _flag,
}
