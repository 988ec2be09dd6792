"""What goes to a worker: units of work, each a note, a file of one, an encounter, or what cannot be read."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from chartgap.errors import ReadError
from chartgap.model import Note


class FileUnit(NamedTuple):
    """A file of one note, which the worker reads: taking a PDF apart is work, and may hang."""

    path: str
    name: str
    size: int = 0


class Together(NamedTuple):
    """The notes of one encounter."""

    notes: tuple[Note, ...]


Unit = Note | FileUnit | Together | ReadError


def id_of(unit: Unit) -> str | None:
    """The note's id, or the encounter's; None of what has not been read."""
    if isinstance(unit, Together):
        return unit.notes[0].encounter_id
    return unit.id if isinstance(unit, Note) else None


def size_of(unit: Unit) -> int:
    """About how many characters it has."""
    if isinstance(unit, Together):
        return sum(map(size_of, unit.notes))
    if isinstance(unit, Note):
        return len(unit.text) + sum(map(len, unit.previous_text))
    return unit.size if isinstance(unit, FileUnit) else 0


class Range(NamedTuple):
    """Consecutive units that are still to be done; one that has a `part` was done before, and its file was damaged."""

    first: int
    end: int | None = None
    part: int | None = None

    def holds(self, number: int) -> bool:
        """Whether the unit is one of them."""
        return self.first <= number and (self.end is None or number < self.end)


class Batch(NamedTuple):
    """Consecutive units of one range; `share` of all that is to be read was read when it was put together."""

    range: Range
    first: int
    units: Sequence[Unit]
    size: int = 0
    share: float | None = None

    @property
    def end(self) -> int:
        """The unit behind the last."""
        return self.first + len(self.units)


MOST_UNITS = 64
MOST_CHARACTERS = 2_000_000


def unknown(_: int) -> float | None:
    """The share that was read up to a unit, of an archive of unknown size."""
    return None


def batches(
    units: Iterator[Unit],
    todo: Sequence[Range],
    *,
    most: int = MOST_UNITS,
    share: Callable[[int], float | None] = unknown,
) -> Iterator[Batch]:
    """The units that are to be done, in batches that neither fill the memory nor cross the end of a range."""
    ahead = iter(sorted(todo))
    current = next(ahead, None)
    held: list[Unit] = []
    size = 0
    for number, unit in enumerate(units):
        if current is not None and number == current.end:
            if held:
                yield Batch(current, number - len(held), held, size, share(number))
            held, size, current = [], 0, next(ahead, None)
        if current is None:
            return
        if not current.holds(number):
            continue
        held.append(unit)
        size += size_of(unit)
        if len(held) >= most or size >= MOST_CHARACTERS:
            yield Batch(current, number + 1 - len(held), held, size, share(number + 1))
            held, size = [], 0
    if held and current is not None:
        yield Batch(current, number + 1 - len(held), held, size, share(number + 1))
