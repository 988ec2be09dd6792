"""The worker's process: batches of units in, tables out, all work on a note in here. It writes no file.

The parent sees how far a worker is in shared memory, so that it can tell which note a worker hangs on or died of.
"""

# ruff: noqa: PLC0415

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Protocol

from chartgap.audit.units import FileUnit, Together, Unit
from chartgap.claims import Given
from chartgap.errors import ChartgapError, ReadError, internal
from chartgap.model import Note, Report
from chartgap.processes import life_of_worker

if TYPE_CHECKING:
    from chartgap.audit.tables import Rows


class SupportsCheck(Protocol):
    """What the audit needs of a checker."""

    @property
    def knowledge_version(self) -> str:
        """The version of the rules."""

    def check(self, note: Note) -> Report:
        """The report on a note."""

    def check_encounter(self, notes: Sequence[Note]) -> Report:
        """The report on the notes of an encounter together."""


@dataclass(frozen=True)
class Setup:
    """What each worker is told at its start; it must survive pickling."""

    make: Callable[[], SupportsCheck]
    given: Given = field(default_factory=Given)
    reading: Mapping[str, Any] = field(default_factory=dict)  # options of `read_notes`
    encounters: bool = False  # the notes of an encounter are checked together


class Result:
    """What became of a batch: its tables, serialized, how many rows each has, and the memory of the worker."""

    def __init__(self, tables: Mapping[str, bytes], rows: Mapping[str, int], kilobytes: int = 0) -> None:
        self.tables, self.rows, self.kilobytes = tables, rows, kilobytes


def work(connection: Connection, progress: Any, setup: Setup) -> None:
    """The life of a worker: it ends when the parent closes the connection, or ends itself."""
    life_of_worker(lambda: _serve(connection, progress, setup))


def _serve(connection: Connection, progress: Any, setup: Setup) -> None:
    try:
        checker = setup.make()
        said = versions(checker)
    except (ChartgapError, OSError) as error:
        connection.send(str(error))
        return
    except Exception as error:  # noqa: BLE001  # the parent shows it
        connection.send(internal(error))
        return
    connection.send(said)
    auditor = Auditor(checker, setup, progress)
    while True:
        first, units = connection.recv()
        connection.send(auditor.run(first, units))


def versions(checker: SupportsCheck) -> dict[str, Any]:
    """What decides about the results, beside options and inputs."""
    import chartgap
    from chartgap.model import SCHEMA_VERSION

    releases = getattr(getattr(checker, "catalog", None), "releases", None)
    return {
        "software": chartgap.__version__,
        "knowledge": checker.knowledge_version,
        "icd10cm": [release.name for release in releases.all] if releases else [],
        "report_schema": SCHEMA_VERSION,
    }


class Auditor:
    """Checks units one after the other and counts how many it has begun."""

    def __init__(self, checker: SupportsCheck, setup: Setup, progress: Any) -> None:
        self._checker, self._setup, self._progress = checker, setup, progress

    def run(self, first: int, units: Sequence[Unit]) -> Result:
        """The tables of these units, of which the first has this position."""
        from chartgap.audit.tables import add, no_rows, tables_of

        rows = no_rows()
        for position, unit in enumerate(units, first):
            self._progress.value += 1
            for found in self._found(unit):
                add(rows, self._rows(found, position))
        return packed(tables_of(rows), kilobytes())

    def _rows(self, found: tuple[Note, ...] | ReadError, position: int) -> "Rows":
        from chartgap.audit.tables import failure, failure_of, rows_of

        if isinstance(found, ReadError):
            return failure_of(found, position)
        notes = tuple(map(self._setup.given.to, found))
        try:
            return rows_of(notes, report_on(notes, self._checker, self._setup), position)
        except Exception as error:  # noqa: BLE001  # a bad note never stops the others
            note_id = notes[0].id if len(notes) == 1 else notes[0].encounter_id
            return failure(position, kind="error", reason=internal(error), note_id=note_id)

    def _found(self, unit: Unit) -> Iterable[tuple[Note, ...] | ReadError]:
        """What is to be checked together, or what cannot be read."""
        if isinstance(unit, Together):
            return (unit.notes,)
        from chartgap.readers import read_notes

        items = read_notes([unit.path], **self._setup.reading) if isinstance(unit, FileUnit) else (unit,)
        return (item if isinstance(item, ReadError) else (item,) for item in items)


def report_on(notes: Sequence[Note], checker: SupportsCheck, setup: Setup) -> Report:
    """The report on a note, or on the notes of an encounter; their claims are whole."""
    return checker.check_encounter(notes) if setup.encounters else checker.check(notes[0])


def packed(tables: Mapping[str, Any], kilobytes: int = 0) -> Result:
    """Arrow tables as bytes."""
    import pyarrow as pa

    data = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
            stream.write_table(table)
        data[name] = sink.getvalue().to_pybytes()
    return Result(data, {name: table.num_rows for name, table in tables.items()}, kilobytes)


def unpack(data: bytes) -> Any:
    """The Arrow table in the bytes."""
    import pyarrow as pa

    with pa.ipc.open_stream(data) as stream:
        return stream.read_all()


def kilobytes() -> int:
    """The most memory that this process has held."""
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
