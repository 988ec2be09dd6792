"""Where reading is: readers say which document they begin, so that one on which a process hangs, or of which it dies,
is known and can be left out when its file is read again.

Nobody listens but in a process that reads for others (`use`).
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from chartgap.errors import ReadError
from chartgap.model import Note


class Mark(NamedTuple):
    """A document: its file (of an archive, the file in it), line and place, as in an error."""

    source: str
    line: int | None = None
    place: str | None = None


class Barred(NamedTuple):
    """A document that is not read again: so many of its notes are taken, then the error."""

    kept: int
    error: ReadError


class Listener:
    """Who is told; this one does nothing."""

    def begin(self, mark: Mark) -> Barred | None:
        """A document begins; an answer bars it."""

    def beat(self) -> None:
        """Something was done."""

    def portion(self, share: float) -> None:
        """So much of the file is done, where its bytes do not tell."""


class _Current:
    listener = Listener()


def use(listener: Listener) -> None:
    """From now on tell this one, in the whole process."""
    _Current.listener = listener


def begin(mark: Mark) -> None:
    """Something begins that is no document; barred, it raises its error."""
    if barred := _Current.listener.begin(mark):
        raise barred.error


def beat() -> None:
    """Something was done."""
    _Current.listener.beat()


def portion(share: float) -> None:
    """So much of the file is done."""
    _Current.listener.portion(share)


def document(read: Callable[[], Iterator[Note | ReadError]], mark: Mark) -> Iterator[Note | ReadError]:
    """What is read of a document, unless it is barred."""
    barred = _Current.listener.begin(mark)
    if barred is None:
        yield from read()
        return
    yield from islice(read(), barred.kept)
    yield barred.error
