"""The reader's process: files in, what they hold out. What is read is foreign, and may hang or kill whoever reads it.

The parent sees in shared memory which document is being read and how many items came before it.
"""

import json
import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from chartgap.audit.units import size_of
from chartgap.audit.worker import kilobytes
from chartgap.errors import ReadError, internal
from chartgap.model import Note
from chartgap.processes import life_of_worker
from chartgap.readers.formats import Formats, Reader
from chartgap.readers.marks import Barred, Listener, Mark, document, use
from chartgap.readers.streams import words

MARK_BYTES = 16_384
_MOST_ITEMS = 64
_MOST_CHARACTERS = 500_000
_MOST_SECONDS = 0.2


class Request(NamedTuple):
    """A file, of which so many items are had already; what is barred is left out."""

    path: str
    name: str
    skip: int = 0
    barred: Mapping[Mark, Barred] = {}


class Chunk(NamedTuple):
    """What was read, up to which byte of the file; `memory` at its end, in kB."""

    items: list[Note | ReadError]
    position: int
    memory: int | None = None


class Told(NamedTuple):
    """What the user should know."""

    message: str


class Broken(NamedTuple):
    """The document at hand made a reader fail."""

    reason: str


class Place:
    """Where the reader is, in shared memory: the mark, how many items came before it, and how many came."""

    def __init__(self, area: Any, emitted: Any) -> None:
        self._area, self.emitted = area, emitted

    def put(self, mark: Mark) -> None:
        """A document begins here."""
        data = json.dumps([*mark, self.emitted.value]).encode()
        self._area.value = data if len(data) < MARK_BYTES else b""

    def get(self) -> tuple[Mark, int] | None:
        """The document, and the items before it; None where it was not told, or not to its end."""
        try:
            *mark, before = json.loads(self._area.value)
            return Mark(*mark), before
        except (ValueError, TypeError):
            return None


def serve(connection: Connection, progress: Any, place: Place, options: Mapping[str, Any]) -> None:
    """The life of a reader: it ends when the parent closes the connection, or ends itself."""
    life_of_worker(lambda: _Server(connection, progress, place, options).serve())


class _Server(Listener):
    """Reads what it is asked for."""

    def __init__(self, connection: Connection, progress: Any, place: Place, options: Mapping[str, Any]) -> None:
        self._connection, self._progress, self._place = connection, progress, place
        self._formats = Formats(options.get("columns") or {}, lambda message: connection.send(Told(message)))
        self._barred: Mapping[Mark, Barred] = {}
        self._share: float | None = None

    def begin(self, mark: Mark) -> Barred | None:
        """A document begins."""
        self.beat()
        self._place.put(mark)
        return self._barred.get(mark)

    def beat(self) -> None:
        """Something was done."""
        self._progress.value += 1

    def portion(self, share: float) -> None:
        """So much of the file is done."""
        self._share = share

    def serve(self) -> None:
        use(self)
        self._connection.send(True)
        while True:
            self._read(self._connection.recv())

    def _read(self, asked: Request) -> None:
        self._barred, self._share = asked.barred, None
        self._place.emitted.value = 0
        size = 0
        try:
            with Path(asked.path).open("rb") as stream:
                size = Path(asked.path).stat().st_size
                self._send(islice(self._items(stream, asked), asked.skip, None), stream, size)
        except OSError as error:
            self._connection.send(Chunk([ReadError(words(error), source=asked.name)], size))
        except Exception as error:  # noqa: BLE001  # a document that breaks a reader never stops the others
            self._connection.send(Broken(internal(error)))
            return
        self._connection.send(Chunk([], size, kilobytes()))

    def _items(self, stream: BinaryIO, asked: Request) -> Iterator[Note | ReadError]:
        reader: Reader | None = self._formats.reader_for(Path(asked.path).name)
        if reader is None:
            yield ReadError(f"no reader for {Path(asked.path).suffix} files", source=asked.name)
            return
        for item in document(partial(reader, stream, asked.name), Mark(asked.name)):
            self.beat()
            self._place.emitted.value += 1
            yield item

    def _send(self, items: Iterator[Note | ReadError], stream: BinaryIO, size: int) -> None:
        held: list[Note | ReadError] = []
        characters, since = 0, time.monotonic()
        for item in items:
            held.append(item)
            characters += size_of(item)
            late = time.monotonic() - since > _MOST_SECONDS
            if late or len(held) >= _MOST_ITEMS or characters >= _MOST_CHARACTERS:
                self._connection.send(Chunk(held, self._position(stream, size)))
                held, characters, since = [], 0, time.monotonic()
        if held:
            self._connection.send(Chunk(held, self._position(stream, size)))

    def _position(self, stream: BinaryIO, size: int) -> int:
        if self._share is not None:
            return int(self._share * size)
        return min(stream.tell(), size) if not stream.closed else size
