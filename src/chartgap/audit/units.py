"""What goes to a worker: units of work, each a note, a file of notes, or an input that could not be read."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chartgap.errors import ReadError
from chartgap.model import Note


class FileUnit(NamedTuple):
    """A file of one note, which the worker reads: taking a PDF apart is work, and may hang."""

    name: str


Unit = Note | FileUnit | ReadError


class Range(NamedTuple):
    """Consecutive units that are still to be done; one that has a `part` was done before, and its file was damaged."""

    first: int
    end: int | None = None
    part: int | None = None

    def holds(self, number: int) -> bool:
        """Whether the unit is one of them."""
        return self.first <= number and (self.end is None or number < self.end)


class Batch(NamedTuple):
    """Consecutive units of one range."""

    range: Range
    first: int
    units: Sequence[Unit]

    @property
    def end(self) -> int:
        """The unit behind the last."""
        return self.first + len(self.units)


MOST_UNITS = 64
MOST_CHARACTERS = 2_000_000
_FILE_SIZE = 50_000


def batches(units: Iterator[Unit], todo: Sequence[Range], *, most: int = MOST_UNITS) -> Iterator[Batch]:
    """The units that are to be done, in batches that neither fill the memory nor cross the end of a range."""
    ahead = iter(sorted(todo))
    current = next(ahead, None)
    held: list[Unit] = []
    size = 0
    for number, unit in enumerate(units):
        if current is not None and number == current.end:
            if held:
                yield Batch(current, number - len(held), held)
            held, size, current = [], 0, next(ahead, None)
        if current is None:
            return
        if not current.holds(number):
            continue
        held.append(unit)
        size += _size(unit)
        if len(held) >= most or size >= MOST_CHARACTERS:
            yield Batch(current, number + 1 - len(held), held)
            held, size = [], 0
    if held and current is not None:
        yield Batch(current, number + 1 - len(held), held)


def _size(unit: Unit) -> int:
    if isinstance(unit, Note):
        return len(unit.text) + sum(map(len, unit.previous_text))
    return _FILE_SIZE if isinstance(unit, FileUnit) else 0
