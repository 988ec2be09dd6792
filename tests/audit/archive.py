"""A small audited archive for the tests: claims, reports and tables without an audit."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from chartgap.audit.tables import add, no_rows, rows_of, tables_of
from chartgap.model import Claim, CodeResult, Note, Report, RequirementResult


class Said(NamedTuple):
    """A note by what is to be counted of it."""

    author: str | None = None
    site: str | None = None
    date: dt.date | None = None
    codes: tuple[str, ...] = ("M54.12",)
    statuses: tuple[str, ...] = ("met",)


def report_of(said: Said, note_id: str) -> Report:
    """A report whose codes each have one required row a status."""
    rows = tuple(
        RequirementResult(
            id=f"M54.12.row{number}", element="level", level="required", basis="support", status=status,  # type: ignore[arg-type]
            reason="r", source="s", verified=True,
        )
        for number, status in enumerate(said.statuses)
    )  # fmt: skip
    verdict = "supported" if set(said.statuses) <= {"met"} else "incomplete"
    codes = tuple(
        CodeResult(code=code, description=f"title of {code}", billable=True, verdict=verdict, requirements=rows)
        for code in said.codes
    )
    return Report(note_id=note_id, software_version="1", knowledge_version="k", codes=codes)


def written(folder: Path, notes: Sequence[Said]) -> dict[str, list[Path]]:
    """The tables of these notes as Parquet files."""
    rows = no_rows()
    for position, said in enumerate(notes):
        note = Note(
            id=f"n{position}", text="Neck pain.", author=said.author, site=said.site, date=said.date,
            claim=Claim(codes=said.codes),
        )  # fmt: skip
        add(rows, rows_of((note,), report_of(said, note.id), position))
    files = {}
    for name, table in tables_of(rows).items():
        path = folder / f"{name}.parquet"
        pq.write_table(table, path)
        files[name] = [path]
    return files
