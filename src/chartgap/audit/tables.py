"""The tables of an audit: their columns, and the rows that a report becomes. Published, so columns are only added.

`position` is the note's place in the order in which the archive is read, from 0; it ties the rows of all tables
together, also where a note's id comes twice. Offsets count characters of the note's decoded text.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from chartgap.checker import has_gaps
from chartgap.encounter import Encounter
from chartgap.errors import LostError, ReadError, internal
from chartgap.model import GAPS, Note, Report

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""The rows of each table by its name."""

_TEXTS = pa.list_(pa.string())
_NUMBERS = pa.list_(pa.int32())
_QUOTE = pa.struct(
    [("quote", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("section", pa.string()),
     ("note_id", pa.string()), ("source", pa.string())]
)  # fmt: skip


_TIE = frozenset({"position", "note_id"})


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([("position", pa.int64()), ("note_id", pa.string()), *columns.items()])


SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "notes": _schema(
            encounter_id=pa.string(), author=pa.string(), site=pa.string(), date=pa.date32(), payer=pa.string(),
            setting=pa.string(), codes=_TEXTS, procedures=_TEXTS, characters=pa.int32(), has_gaps=pa.bool_(),
            gaps=pa.int32(), notices=_TEXTS, errors=_TEXTS, icd10cm_release=pa.string(),
            note_ids=_TEXTS,
        ),
        "findings": _schema(
            index=pa.int32(), element=pa.string(), value=pa.string(), side=pa.string(), area=pa.string(),
            status=pa.string(), assertion=pa.string(), start=pa.int32(), end=pa.int32(), text=pa.string(),
            section=pa.string(), rule_id=pa.string(), days=pa.int32(), kind=pa.string(),
            attributes=pa.map_(pa.string(), pa.string()), remarks=_TEXTS,
        ),
        "codes": _schema(
            code=pa.string(), description=pa.string(), billable=pa.bool_(), verdict=pa.string(),
        ),
        "requirements": _schema(
            code=pa.string(), id=pa.string(), element=pa.string(), level=pa.string(), basis=pa.string(),
            status=pa.string(), evidence=_NUMBERS, reason=pa.string(), source=pa.string(), verified=pa.bool_(),
            anchor_start=pa.int32(), anchor_end=pa.int32(), derived=pa.bool_(), anchor_note_id=pa.string(),
        ),
        "alerts": _schema(
            id=pa.string(), severity=pa.string(), basis=pa.string(), code=pa.string(), related_codes=_TEXTS,
            message=pa.string(), evidence=_NUMBERS, quotes=pa.list_(_QUOTE), source=pa.string(), verified=pa.bool_(),
            anchor_start=pa.int32(), anchor_end=pa.int32(), anchor_note_id=pa.string(),
        ),
        "queries": _schema(
            id=pa.string(), code=pa.string(), requirement_ids=_TEXTS, alert_ids=_TEXTS, related_codes=_TEXTS,
            title=pa.string(), problem=pa.string(), question=pa.string(), options=_TEXTS,
            indicators=pa.list_(_QUOTE), template=pa.string(), rules_version=pa.string(),
        ),
        "failures": _schema(
            source=pa.string(), line=pa.int64(), place=pa.string(), kind=pa.string(), reason=pa.string(),
        ),
    }
)  # fmt: skip
"""What may stand in each table, in the order of its columns."""


def rows_of(notes: Sequence[Note], report: Report, position: int) -> Rows:
    """What a checked note, or an encounter, adds to each table; a finding names the note that it is in."""
    tied = {"position": position, "note_id": report.note_id}
    return {
        "notes": [{**tied, **_about(notes, report)}],
        "findings": [
            {**tied, "index": index, **_kept(finding, "findings"), "note_id": finding.note_id or report.note_id}
            for index, finding in enumerate(report.findings)
        ],
        "codes": [{**tied, **_kept(result, "codes")} for result in report.codes],
        "requirements": [
            {**tied, "code": result.code, **_kept(row, "requirements")}
            for result in report.codes
            for row in result.requirements
        ],
        "alerts": [{**tied, **_alert(alert)} for alert in report.alerts],
        "queries": [{**tied, **_query(query)} for query in report.queries],
        "failures": [],
    }


def failure_of(error: ReadError, position: int, *, note_id: str | None = None) -> Rows:
    """What a note that could not be read, or checked, adds: one failure. No text of a note is in it."""
    kind = error.kind if isinstance(error, LostError) else "unreadable"
    row = {"position": position, "note_id": note_id, "source": error.source, "line": error.line, "place": error.place}
    return no_rows() | {"failures": [{**row, "kind": kind, "reason": error.reason}]}


def failure(position: int, *, kind: str, reason: str, note_id: str | None = None, source: str | None = None) -> Rows:
    """The same of a note that was read and could not be checked: kind is error, hung or died."""
    row = {"position": position, "note_id": note_id, "source": source, "kind": kind, "reason": reason}
    return no_rows() | {"failures": [row]}


def no_rows() -> Rows:
    """Every table, empty."""
    return {name: [] for name in SCHEMAS}


def add(rows: Rows, more: Rows) -> None:
    """Put more rows into the tables."""
    for name, added in more.items():
        rows[name] += added


def tables_of(rows: Rows) -> dict[str, pa.Table]:
    """All tables as Arrow; where the rows of a note fit in no column, as with half a surrogate pair, it fails alone."""
    try:
        return {name: table(name, rows[name]) for name in SCHEMAS}
    except (pa.ArrowException, ValueError, OverflowError, TypeError) as error:
        positions = sorted({row["position"] for name in rows for row in rows[name]})
        if len(positions) == 1:  # without the id: it may be what cannot be written
            return tables_of(failure(positions[0], kind="error", reason=f"fits in no table: {internal(error)}"))
    alone = [{name: [row for row in rows[name] if row["position"] == at] for name in rows} for at in positions]
    pieces = list(map(tables_of, alone))
    return {name: pa.concat_tables(piece[name] for piece in pieces) for name in SCHEMAS}


def table(name: str, rows: Iterable[Row]) -> pa.Table:
    """The rows as Arrow, under the table's schema."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMAS[name])


def _about(notes: Sequence[Note], report: Report) -> Row:
    """Of an encounter what its first note of the provider says, and the claim as a whole."""
    own = next((note for note in notes if note.provider), notes[0])
    claim = Encounter(notes).joined.claim if len(notes) > 1 else own.claim
    rows = [row for result in report.codes for row in result.requirements]
    return {
        "encounter_id": own.encounter_id,
        "author": own.author,
        "site": own.site,
        "date": claim.date_of_service or own.date_of_service,
        "payer": claim.payer,
        "setting": claim.setting,
        "codes": [result.code for result in report.codes],
        "procedures": list(claim.procedures),
        "characters": sum(len(note.text) for note in notes),
        "has_gaps": has_gaps(report),
        "gaps": sum(row.status in GAPS and row.level != "recommended" for row in rows)
        + sum(result.verdict == "invalid" for result in report.codes)
        + sum(alert.severity == "error" for alert in report.alerts),
        "notices": list(report.notices),
        "errors": list(report.errors),
        "icd10cm_release": report.icd10cm_release,
        "note_ids": list(report.note_ids),
    }


def _kept(item: Any, name: str) -> Row:
    """The fields of a model that the table has, as they are: nothing is rounded, shortened or put into words."""
    fields = (set(SCHEMAS[name].names) - _TIE) & set(type(item).model_fields)
    return {field: _plain(getattr(item, field)) for field in fields}


def _alert(alert: Any) -> Row:
    return {**_kept(alert, "alerts"), "quotes": [item.model_dump() for item in alert.quotes]}


def _query(query: Any) -> Row:
    return {**_kept(query, "queries"), "indicators": [item.model_dump() for item in query.indicators]}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return list(value.items()) if isinstance(value, dict) else value  # in their order: a row is the finding
