"""Errors. Every field is safe to log: ids, paths, line numbers and keys, never note text."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def one_line(text: str) -> str:
    """The text without line breaks and control characters, as file names and ids may hold them."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def one_word(text: str) -> str:
    """A name on one line and without blanks, so that it can be told from the words around it."""
    return one_line("_".join(text.split()))


def needs(extra: str) -> str:
    """What is not installed, and how to have it; chartgap is on no package index, so a name alone would not find it."""
    return f"needs chartgap[{extra}]: pip install -e '.[{extra}]' in its folder"


def internal(error: Exception) -> str:
    """The kind of error and the place in the code: its message could repeat the note."""
    return f"internal error, please report it: {where(error)}"


def where(error: Exception) -> str:
    """The same in fewer words."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"


class ChartgapError(Exception):
    """Base of every error that chartgap raises on purpose."""


class ReadError(ChartgapError):
    """A note could not be read: where (file, line, and what a format has instead: row, entry, segment), and why."""

    def __init__(self, reason: str, *, source: str, line: int | None = None, place: str | None = None) -> None:
        self.reason, self.source, self.line, self.place = reason, source, line, place
        source = one_line(source)
        where = source if line is None else f"{source}:{line}"
        super().__init__(f"{where}: {reason}" if place is None else f"{where}: {place}: {reason}")

    def __reduce__(self) -> tuple[Callable[..., "ReadError"], tuple[Any, ...]]:
        # Errors pass between processes; an exception is rebuilt from `args`, which know no keywords.
        return _read_error, (self.reason, self.source, self.line, self.place)


class NoNotesError(ReadError):
    """What was read is whole and holds no note: an error where it was asked for by name, not in a folder of others.

    `count` says how many it is of, each a `unit`: a file, or a line or message in one.
    """

    def __init__(self, reason: str, *, unit: str = "file", count: int = 1, **where: Any) -> None:
        self.unit, self.count = unit, count
        super().__init__(reason, **where)

    def __reduce__(self) -> tuple[Callable[..., "ReadError"], tuple[Any, ...]]:
        rest = {"line": self.line, "place": self.place, "unit": self.unit, "count": self.count}
        return _no_notes, (self.reason, self.source, rest)


class LostError(ReadError):
    """Reading it took too long, killed the process that read it, or broke it: `kind` is hung, died or error."""

    def __init__(
        self, reason: str, *, source: str, line: int | None = None, place: str | None = None, kind: str = "error"
    ) -> None:
        self.kind = kind
        super().__init__(reason, source=source, line=line, place=place)

    def __reduce__(self) -> tuple[Callable[..., "ReadError"], tuple[Any, ...]]:
        return _lost, (self.reason, self.source, self.line, self.place, self.kind)


def _lost(reason: str, source: str, line: int | None, place: str | None, kind: str) -> ReadError:
    return LostError(reason, source=source, line=line, place=place, kind=kind)


def _no_notes(reason: str, source: str, rest: Mapping[str, Any]) -> ReadError:
    return NoNotesError(reason, source=source, **rest)


def _read_error(reason: str, source: str, line: int | None, place: str | None) -> ReadError:
    return ReadError(reason, source=source, line=line, place=place)


@dataclass(frozen=True)
class PatternProblem:
    """One thing wrong in a pattern file."""

    file: str
    id: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.id or '-'}: {self.key or '-'}: {self.message}"


class PatternError(ChartgapError):
    """The pattern files are not valid; `problems` holds all of them, not the first."""

    def __init__(self, problems: Sequence[PatternProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class UnknownCodeError(ChartgapError):
    """A claimed code that cannot be assessed, with the nearest valid ones."""

    def __init__(self, code: str, reason: str, nearest: Sequence[str] = ()) -> None:
        self.code, self.reason, self.nearest = code, reason, tuple(nearest)
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        super().__init__(f"{code}: {reason}{hint}")
