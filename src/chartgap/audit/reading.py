"""Reading an archive in a process of its own, with the limit and the life of a worker: what a document breaks there is
a failure of that document, and the rest of its file goes on.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Self

from chartgap.audit.child import MOST_KILOBYTES, MOST_STARTS, Child, GoneError, PoolError, nothing
from chartgap.audit.losses import Losses
from chartgap.audit.reader import MARK_BYTES, Broken, Chunk, Place, Request, Told, serve
from chartgap.errors import LostError, ReadError
from chartgap.model import Note
from chartgap.readers.marks import Mark

_MOST_LOST = 100
"""Documents of one file; more, and the rest of the file is not read."""


class _Process(Child):
    name = "reader"

    def __init__(self, options: Mapping[str, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.place = Place(context.RawArray("c", MARK_BYTES), context.RawValue("q", 0))
        super().__init__(serve, self.place, options)


class Reading:
    """Files to what they hold; `read_bytes` counts what was read, of files that are done in whole."""

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        limit: float,
        losses: Losses,
        tell: Callable[[str], None],
        idle: Callable[[], None] = nothing,
    ) -> None:
        self._options, self._limit, self._losses = options, limit, losses
        self.tell, self._idle = tell, idle
        self._process: _Process | None = None
        self._before = self._here = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def read_bytes(self) -> int:
        """How much was read."""
        return self._before + self._here

    def passed(self, size: int) -> None:
        """A file is left to somebody else."""
        self._before += size

    def items(self, stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
        """A reader of any file that has a name; the stream says which file it is."""
        size = os.fstat(stream.fileno()).st_size
        file = _File(name)
        while not file.done:
            try:
                yield from self._rest(str(stream.name), file)
            except GoneError as gone:
                lost = self._lost(file, gone)
                if gone.kind != "error":
                    self._end()
                if lost is not None:
                    yield lost
        self._before, self._here = self._before + size, 0

    def _rest(self, path: str, file: "_File") -> Iterator[Note | ReadError]:
        process = self._process or self._start()
        process.send(Request(path, file.name, file.taken, self._losses.of(file.name)))
        try:
            yield from self._chunks(process, file)
        except GeneratorExit:  # nobody wants the rest, which the process would go on to send
            self._end()
            raise

    def _chunks(self, process: _Process, file: "_File") -> Iterator[Note | ReadError]:
        while True:
            said = process.receive(limit=self._limit, idle=self._idle)
            if isinstance(said, Told):
                self.tell(said.message)
                continue
            if isinstance(said, Broken):
                raise GoneError("error", said.reason)
            chunk: Chunk = said
            self._here = max(self._here, chunk.position)
            for item in chunk.items:
                file.taken += 1
                yield item
            if chunk.memory is not None:
                file.done = True
                if chunk.memory > MOST_KILOBYTES:
                    self._end()
                return

    def _lost(self, file: "_File", gone: GoneError) -> LostError | None:
        """Bar the document at which the process was; the error, where nothing more is read of the file.

        One at which the process died gets a second chance: something else may have killed it.
        """
        process = self._process
        place = process.place.get() if process else None
        emitted = process.place.emitted.value if process else 0
        if gone.kind == "died" and file.first_death_at(place):
            return None
        barred = self._losses.of(file.name)
        whole = Mark(file.name)
        mark, before = place or (whole, 0)
        if mark in barred or len(barred) >= _MOST_LOST:
            mark, before = whole, 0
        given_up = whole in barred
        kept = max((file.taken if given_up else emitted) - before, 0)
        reason = f"{gone.reason}{'' if mark != whole or not kept else ': the rest of the file was not read'}"
        error = LostError(reason, **mark._asdict(), kind=gone.kind)
        self._losses.add(file.name, mark, kept, error)
        file.done = given_up
        return error if given_up else None

    def _start(self) -> _Process:
        for attempt in range(1, MOST_STARTS + 1):
            self._process = _Process(self._options)
            try:
                self._process.hello()
                break
            except PoolError:
                self._end()
                if attempt == MOST_STARTS:
                    raise
        assert self._process is not None
        return self._process

    def _end(self) -> None:
        if self._process:
            self._process.kill()
        self._process = None


class _File:
    """How far a file has been read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.taken = 0
        self.done = False
        self._deaths: set[object] = set()

    def first_death_at(self, place: object) -> bool:
        """Whether no process died there before."""
        known = place in self._deaths
        self._deaths.add(place)
        return not known
