"""What became of queries: an append-only log, JSON lines or SQLite by the file's suffix. No word of a note is in it.

Several processes may append at once. The last entry of a query counts.
"""

import errno
import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from chartgap.errors import ReadError

Outcome = Literal["answered", "dismissed", "deferred", "reopened"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)
SETTLED = frozenset({"answered", "dismissed"})
"""Outcomes after which a query is not put again."""
QUERY_ID = re.compile(r"[a-z][a-z0-9-]*-[0-9a-f]{10}")

# What is left of an entry that was cut short: a file that is no log of ours is not to lose its last line.
_TORN = re.compile(
    rb'\{(?:"(?:i|id|id"|id":)?)?|\{"id":"[a-z0-9-]*(?:"[a-z_,":]*)?|\{"id":"[a-z][a-z0-9-]*","rules_version":"[^"]*(?:"[^}]{0,80})?'
)
_SQLITE = frozenset({".sqlite", ".sqlite3", ".db"})
_SCHEMA = """
CREATE TABLE IF NOT EXISTS responses (
    id TEXT NOT NULL, rules_version TEXT NOT NULL, outcome TEXT NOT NULL, time TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS responses_stay BEFORE UPDATE ON responses
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS responses_are_kept BEFORE DELETE ON responses
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""


class Response(BaseModel):
    """One entry: the query, the rule pack that wrote it, what became of it and when."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    rules_version: str
    outcome: Outcome
    time: datetime


def now() -> datetime:
    """The time of an entry."""
    return datetime.now(UTC).replace(microsecond=0)


def settled(path: Path) -> Mapping[str, str]:
    """The queries not to put again, each with its outcome; a log that does not exist yet holds none."""
    last = {entry.id: entry.outcome for entry in read_log(path)}
    return {id_: outcome for id_, outcome in last.items() if outcome in SETTLED}


def read_log(path: Path) -> Iterator[Response]:
    """Every entry in order; raises ReadError with file and line at the first that is not one."""
    if not path.exists():
        return iter(())
    return _read_sqlite(path) if _is_sqlite(path) else _read_lines(path)


def append(path: Path, entry: Response) -> None:
    """Add one entry, on disk when this returns; a log that cannot be read is not added to."""
    if _is_sqlite(path):
        _append_sqlite(path, entry)
    else:
        _append_line(path, entry)


def usable(path: Path) -> None:
    """Raise what reading the log or adding to it would raise; nothing is written."""
    for _ in read_log(path):
        pass
    place = path if path.exists() else path.parent
    if not place.exists() or not os.access(place, os.W_OK):
        raise ReadError("cannot be written: no such folder, or not allowed", source=str(path))


def _is_sqlite(path: Path) -> bool:
    return path.suffix.lower() in _SQLITE


def _read_lines(path: Path) -> Iterator[Response]:
    with path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)  # an entry that is being written is waited for
        yield from _entries(stream.read(), path)


def _entries(content: bytes, path: Path) -> Iterator[Response]:
    lines = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        if last and not line:
            return
        try:
            yield Response.model_validate_json(line)
        except ValidationError as error:
            if last and _TORN.fullmatch(line):
                return  # cut short while it was written: nobody was told that it is kept
            raise ReadError(f"not an entry of a response log: {_what(error)}", source=str(path), line=number) from None


def _what(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    key = ".".join(map(str, first["loc"]))
    return f"{key}: {first['type']}" if key in Response.model_fields else first["type"]


def _append_line(path: Path, entry: Response) -> None:
    line = entry.model_dump_json().encode() + b"\n"
    with path.open("a+b", buffering=0) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        content = stream.read()
        for _ in _entries(content, path):
            pass
        last = content[content.rfind(b"\n") + 1 :]
        torn = len(last) if _TORN.fullmatch(last) else 0
        stream.truncate(len(content) - torn)
        if last and not torn:  # an entry without its line end
            line = b"\n" + line
        try:
            if stream.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(stream.fileno())
        except OSError:  # half an entry must not stand in the way of what comes later
            with suppress(OSError):
                stream.truncate(len(content) - torn)
            raise


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30)


def _read_sqlite(path: Path) -> Iterator[Response]:
    try:
        with closing(_connected(path)) as connection:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                return  # a writer has made the file and not yet its table
            rows = connection.execute("SELECT rowid, id, rules_version, outcome, time FROM responses ORDER BY rowid")
            found = rows.fetchall()
    except sqlite3.Error as error:
        raise ReadError(f"not a response log: {type(error).__name__}", source=str(path)) from None
    for number, *values in found:
        try:
            yield Response.model_validate(dict(zip(Response.model_fields, values, strict=True)))
        except ValidationError as error:
            raise ReadError(f"not an entry of a response log: {_what(error)}", source=str(path), line=number) from None


def _append_sqlite(path: Path, entry: Response) -> None:
    values = (entry.id, entry.rules_version, entry.outcome, entry.time.isoformat())
    try:
        with closing(_connected(path)) as connection:
            connection.executescript(_SCHEMA)
            with connection:
                connection.execute("INSERT INTO responses VALUES (?, ?, ?, ?)", values)
    except sqlite3.Error as error:
        raise ReadError(f"cannot be written as a response log: {type(error).__name__}", source=str(path)) from None
