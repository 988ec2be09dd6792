"""What an audit has written: parts, each the tables of a run of consecutive units, and a journal that commits them.

A part counts when its line is in the journal, and only then: files without a line, and half a line, are done again.
"""

import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from chartgap.audit.files import LOCK, AuditError, append_line, sha256_of, sync_folder, whole_lines, write_whole
from chartgap.audit.tables import SCHEMAS
from chartgap.audit.units import Range
from chartgap.errors import one_line

MANIFEST = "manifest.json"
JOURNAL = "parts.jsonl"


class PartFile(BaseModel):
    """One file of a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    bytes: int
    sha256: str


class Part(BaseModel):
    """A line of the journal: which units a part is of, and its files by table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: int
    first: int
    end: int
    tables: dict[str, PartFile]

    def path(self, folder: Path, table: str) -> Path:
        """Where its file of a table is."""
        return folder / table / f"part-{self.part:07d}.parquet"


class Store:
    """The folder of an audit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: Counter[str] = Counter()
        self._parts = 0
        self._size = 0

    def open(self) -> tuple[list[Range], list[Part]]:
        """What is still to be done, in its order, and the parts that are damaged and done again."""
        for table in SCHEMAS:
            (self.folder / table).mkdir(exist_ok=True)
            for left in (self.folder / table).glob(".*.tmp"):
                left.unlink()
        self._cut_journal()
        parts = sorted({part.part: part for part in committed(self.folder)}.values(), key=lambda part: part.first)
        damaged: list[Part] = []
        todo: list[Range] = []
        end = 0
        for part in parts:
            if part.first > end:  # a line that was lost
                todo.append(Range(end, part.first))
            if all(sha256_of(part.path(self.folder, name)) == file.sha256 for name, file in part.tables.items()):
                self._count(part)
            else:
                damaged.append(part)
                todo.append(Range(part.first, part.end, part.part))
            end = part.end
            self._parts = max(self._parts, part.part + 1)
        self._remove_others(parts)
        return [*todo, Range(end)], damaged

    def _remove_others(self, parts: Iterable[Part]) -> None:
        """Files without a line, which whoever reads all files of a folder would take for more rows."""
        names = {part.path(self.folder, "").name for part in parts}
        for table in SCHEMAS:
            for path in (self.folder / table).glob("part-*.parquet"):
                if path.name not in names:
                    path.unlink()

    def commit(self, units: Range, end: int, tables: Mapping[str, pa.Table]) -> Part:
        """Write a part and its line; when this returns, it lasts."""
        number = self._parts if units.part is None else units.part
        files = {name: _encoded(table) for name, table in tables.items()}
        part = Part(part=number, first=units.first, end=end, tables={name: file for name, (file, _) in files.items()})
        for name, (_, data) in files.items():
            write_whole(part.path(self.folder, name), data)
        self._append(part)
        self._parts = max(self._parts, number + 1)
        self._count(part)
        return part

    def _count(self, part: Part) -> None:
        self.counts.update({name: file.rows for name, file in part.tables.items()})

    def _append(self, part: Part) -> None:
        line = part.model_dump_json().encode() + b"\n"
        append_line(self.folder / JOURNAL, line, behind=self._size)
        self._size += len(line)

    def _cut_journal(self) -> None:
        """Forget half a line at the end."""
        path = self.folder / JOURNAL
        if not path.exists():
            if any(self.folder.glob("*/part-*.parquet")):
                reason = "is missing, without which its parts are not known: put it back, or write elsewhere"
                raise AuditError(f"{one_line(str(path))}: {reason}")
            write_whole(path, b"")
        self._size = sum(map(len, whole_lines(path)))
        os.truncate(path, self._size)


def committed(folder: Path) -> Iterator[Part]:
    """The lines of the journal in the order in which they were written; a part that was done again comes twice."""
    path = folder / JOURNAL
    for number, line in enumerate(whole_lines(path), 1):
        try:
            yield Part.model_validate_json(line)
        except ValidationError:
            raise AuditError(f"{one_line(str(path))}:{number}: not a line of an audit's journal") from None


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest, or None where there is none."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise AuditError(f"{one_line(str(path))}: not the manifest of an audit")
    return data


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Replace the manifest."""
    write_whole(folder / MANIFEST, json.dumps(manifest, indent=2).encode() + b"\n")
    sync_folder(folder)


def is_empty(folder: Path) -> bool:
    """Whether the folder holds nothing, or only what an audit leaves that never began."""
    return all(path.name == LOCK for path in folder.iterdir())


def part_files(folder: Path, table: str) -> list[Path]:
    """The files of a table that are committed, in the order of the notes."""
    parts = {part.part: part for part in committed(folder)}
    return [part.path(folder, table) for part in sorted(parts.values(), key=lambda part: part.first)]


def read_table(folder: Path, table: str, *, columns: Iterable[str] | None = None) -> pa.Table:
    """All rows of a table, in the order of the notes; for archives, read `part_files` one by one."""
    wanted = list(columns) if columns is not None else None
    parts = [pq.read_table(path, columns=wanted, partitioning=None) for path in part_files(folder, table)]
    schema = SCHEMAS[table]
    empty = schema.empty_table()
    return pa.concat_tables(parts) if parts else empty if wanted is None else empty.select(wanted)


def _encoded(table: pa.Table) -> tuple[PartFile, bytes]:
    stream = io.BytesIO()
    pq.write_table(table.combine_chunks(), stream, compression="zstd")
    data = stream.getvalue()
    return PartFile(rows=table.num_rows, bytes=len(data), sha256=hashlib.sha256(data).hexdigest()), data
