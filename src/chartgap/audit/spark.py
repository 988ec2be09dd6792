"""The same audit in Spark: a DataFrame of notes to a DataFrame of results, a row a note. Needs `chartgap[spark]`.

A note's columns are the keys of a line of JSON lines (`id`, `text`, `codes`, …); `position`, where there is one, comes
along. A result holds the rows of each table as a list; `table_of` makes a table of them, with the columns of an audit.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pydantic import ValidationError

from chartgap.audit.tables import SCHEMAS, Rows, failure, failure_of, rows_of
from chartgap.audit.worker import SupportsCheck
from chartgap.checker import Checker
from chartgap.claims import Given
from chartgap.errors import ChartgapError, ReadError, internal
from chartgap.readers.columns import WORDS
from chartgap.readers.fields import FIELDS, NoteFields

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TIE = ("position", "note_id")
_NOTHING = Given()


def _struct(table: str) -> pa.DataType:
    return pa.struct([column for column in SCHEMAS[table] if column.name not in TIE])


SCHEMA = pa.schema(
    [*(SCHEMAS["notes"].field(name) for name in TIE), *((table, pa.list_(_struct(table))) for table in SCHEMAS)]
)
"""A result: position, note_id, and the rows of each table."""

_checkers: dict[Callable[[], SupportsCheck], SupportsCheck] = {}
"""One a process, made for the first batch: Spark keeps its Python workers."""


def audit_notes(
    notes: "DataFrame", *, given: Given = _NOTHING, make: Callable[[], SupportsCheck] = Checker
) -> "DataFrame":
    """The results of the notes, in no order; `given` is what is claimed beside, `make` makes the checker."""
    from pyspark.sql.functions import col, monotonically_increasing_id  # noqa: PLC0415
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415

    lacking = [name for name in ("id", "text") if name not in notes.columns]
    if lacking:
        found = ", ".join(notes.columns)
        raise ChartgapError(f"no column {', '.join(lacking)} among {found}: rename with withColumnRenamed")
    if "position" not in notes.columns:
        notes = notes.withColumn("position", monotonically_increasing_id())
    known = [name for name in ("position", *FIELDS) if name in notes.columns]
    asked = [col(name).cast("string").alias(name) if name in (*WORDS, "text") else col(name) for name in known]
    return notes.select(*asked).mapInArrow(partial(results, given=given, make=make), from_arrow_schema(SCHEMA))


def table_of(results: "DataFrame", table: str) -> "DataFrame":
    """One table of an audit, with its columns in their order."""
    from pyspark.sql.functions import col, explode  # noqa: PLC0415

    rows = results.select(*TIE, explode(table).alias("row"))
    names = [name for name in SCHEMAS[table].names if name not in TIE]
    return rows.select(*TIE, *(col(f"row.{name}").alias(name) for name in names))


def results(
    batches: Iterable[pa.RecordBatch], *, given: Given, make: Callable[[], SupportsCheck]
) -> Iterator[pa.RecordBatch]:
    """Batches of notes to batches of results, in the executor."""
    for batch in batches:
        if make not in _checkers:
            _checkers[make] = make()
        checker = _checkers[make]
        rows = [_result(row, given, checker) for row in batch.to_pylist()]
        yield from pa.Table.from_pylist(rows, schema=SCHEMA).to_batches()


def _result(row: dict[str, Any], given: Given, checker: SupportsCheck) -> dict[str, Any]:
    position = row.pop("position", None)
    rows = _rows(row, given, checker)
    return {"position": position, "note_id": row.get("id"), **{name: rows[name] for name in SCHEMAS}}


def _rows(row: dict[str, Any], given: Given, checker: SupportsCheck) -> Rows:
    try:
        note = given.to(
            NoteFields.model_validate({key: value for key, value in row.items() if value is not None}).note()
        )
    except (ValidationError, ValueError) as error:
        # Its message names keys; pydantic's would hold values but for `hide_input_in_errors`.
        keys = ", ".join(str(item["loc"][0]) for item in error.errors()) if isinstance(error, ValidationError) else ""
        reason = f"{keys}: not what a note needs" if keys else str(error)
        return failure_of(ReadError(reason, source="row"), 0, note_id=row.get("id"))
    try:
        return rows_of((note,), checker.check(note), 0)
    except Exception as error:  # noqa: BLE001  # a bad note never stops the others
        return failure(0, kind="error", reason=internal(error), note_id=note.id)
