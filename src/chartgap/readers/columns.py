"""Which columns of a table hold what: named by the user, or recognised by their names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from chartgap.errors import ReadError
from chartgap.readers.fields import FIELDS

Columns = Mapping[str, Sequence[str]]
"""Field of a note -> names of columns; several where a list is asked for, such as a column for each code."""
Layout = Mapping[str, tuple[int, ...]]
"""Field of a note -> numbers of columns."""

LISTS = frozenset({"codes", "procedures", "modifiers", "overlays", "previous_text"})
WORDS = frozenset({"id", "encounter_id", "author", "site", "payer"})
"""Fields that are words, also where a database has numbers for them; not the text."""
DAYS = frozenset({"date", "date_of_service"})

_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "note_id", "noteid", "document_id", "doc_id", "row_id"),
    "text": ("text", "note_text", "note", "notetext", "document_text", "body", "content", "report", "transcription"),
    "codes": ("codes", "code", "icd10", "icd_10", "icd10_codes", "icd_codes", "icd10cm", "dx", "dx_codes",
              "diagnosis_codes", "diagnosis_code", "diagnoses"),
    "procedures": ("procedures", "procedure", "procedure_codes", "procedure_code", "cpt", "cpts", "cpt_codes",
                   "cpt_code", "hcpcs"),
    "modifiers": ("modifiers", "modifier"),
    "payer": ("payer", "payor", "insurer", "insurance", "payer_name"),
    "setting": ("setting",),
    "overlays": ("overlays",),
    "date_of_service": ("date_of_service", "service_date", "dos"),
    "encounter_id": ("encounter_id", "encounter", "visit_id", "hadm_id", "csn"),
    "author": ("author", "author_name", "provider_name", "clinician"),
    "provider": ("provider",),
    "site": ("site", "facility", "clinic", "location"),
    "date": ("date", "note_date", "chartdate", "document_date"),
    "previous_text": ("previous_text",),
}  # fmt: skip
_NUMBERED = re.compile(r"(?:(?:icd10|icd_10|icd|dx|diagnosis|diag)(?:_code)?|code)_?(\d{1,2})")
"""A column for each code: dx1, dx_2, icd10_code_3."""


def parse_columns(text: str) -> Columns:
    """What `--columns` says: "id=NOTE_ID,text=NOTE_TEXT,codes=DX1,codes=DX2"; a mistake is a ValueError."""
    found: dict[str, list[str]] = {}
    for part in filter(str.strip, text.split(",")):
        field, sign, column = (piece.strip() for piece in part.partition("="))
        if not sign or not column:
            raise ValueError("is written field=COLUMN,field=COLUMN")
        found.setdefault(field, []).append(column)
    return checked(found)


def load_mapping(path: Path) -> Columns:
    """What a mapping file says, YAML such as `text: NOTE_TEXT` and `codes: [DX1, DX2]`."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError):
        raise ReadError("not YAML", source=path.as_posix()) from None
    if not isinstance(data, dict):
        raise ReadError("holds no `field: column` lines", source=path.as_posix())
    try:
        return checked({str(key): _listed(value) for key, value in data.items()})
    except ValueError as error:
        raise ReadError(str(error), source=path.as_posix()) from None


def checked(columns: Columns) -> Columns:
    """The same, if each field exists and only lists have several columns."""
    for field, names in columns.items():
        if field not in FIELDS:
            raise ValueError(f"{field}: no such field; there are {', '.join(FIELDS)}")
        if len(names) != 1 and field not in LISTS:
            raise ValueError(f"{field}: needs one column")
    return columns


def lay_out(header: Sequence[str], columns: Columns, *, source: str) -> Layout:
    """Where each field is; a header that leaves it open is an error. Unnamed headers are not shown: they may be a note.

    As soon as a field is named by the user, its usual names no longer count for it.
    """
    layout = {field: tuple(_named(header, name, field, source) for name in names) for field, names in columns.items()}
    taken = {number for numbers in layout.values() for number in numbers}
    names = [_plain(name) for name in header]
    for field in FIELDS:
        if field not in layout:
            found = tuple(n for n, name in enumerate(names) if n not in taken and name in _NAMES[field])
            if len(found) > 1 and field not in LISTS:
                shown = ", ".join(names[n] for n in found)
                raise ReadError(f"{field}: several columns could be it ({shown}): name one", source=source)
            layout[field] = found
    if not layout["codes"]:
        layout["codes"] = _numbered(names, taken)
    if not layout["text"]:
        reason = f"no column for the text among {len(header)}: name it, as in --columns text=NOTE_TEXT"
        raise ReadError(reason, source=source)
    return layout


def _listed(value: Any) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return [str(item) for item in value]
    if isinstance(value, str | int):
        return [str(value)]
    raise ValueError("a column is named by its name, several as a list of names")


def _named(header: Sequence[str], name: str, field: str, source: str) -> int:
    loose = among(header, name)
    if len(loose) != 1:
        reason = "there is no column" if not loose else "there are several columns"
        raise ReadError(f"{field}: {reason} {name}", source=source)
    return loose[0]


def among(header: Iterable[str], name: str) -> list[int]:
    """Where a header has a name as it is written, else in another case or with other signs."""
    names = list(header)
    exact = [n for n, found in enumerate(names) if found == name]
    return exact or [n for n, found in enumerate(names) if _plain(found) == _plain(name)]


def _numbered(names: Sequence[str], taken: set[int]) -> tuple[int, ...]:
    found = ((_NUMBERED.fullmatch(name), n) for n, name in enumerate(names) if n not in taken)
    return tuple(n for _, n in sorted((int(match[1]), n) for match, n in found if match))


def _plain(name: str) -> str:
    """NOTE ID, Note-Id and noteId are the same name."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
