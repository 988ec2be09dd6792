"""Workers that may hang or die: each has its own pipe and a thread that feeds it, kills it and starts it anew.

The pools of the standard library, and Pebble, share one pipe and one lock among their workers: one that is killed at
the wrong moment takes the lock, or a task, with it. Here a death costs the batch at hand, which is done again.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Self

from chartgap.audit.child import MOST_KILOBYTES, MOST_STARTS, TICK, Child, GoneError, PoolError
from chartgap.audit.tables import failure, tables_of
from chartgap.audit.units import Batch, FileUnit, Unit, id_of
from chartgap.audit.worker import Result, Setup, packed, work

_AHEAD = 8
"""Batches begun for each worker before the oldest is done: a note that hangs does not stop the others at once."""
_MOST_CHARACTERS = 64_000_000
"""Of all batches begun, where notes are very long."""


class Lost(NamedTuple):
    """A worker has gone at a unit of the batch."""

    at: int
    gone: GoneError


class Worker(Child):
    """A process that checks."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(work, setup)

    def run(self, first: int, units: Sequence[Unit], *, limit: float) -> Result | Lost:
        """The tables of the units; Lost if the worker dies, or stays at one place for longer than the limit."""
        begun = self.progress.value
        self.send((first, units))
        try:
            return self.receive(limit=limit)  # type: ignore[no-any-return]
        except GoneError as gone:
            return Lost(max(self.progress.value - begun - 1, 0), gone)


class _Feeder:
    """Keeps one worker alive and gives it batches."""

    def __init__(self, setup: Setup, limit: float, stopping: threading.Event) -> None:
        self._setup, self._limit, self._stopping = setup, limit, stopping
        self._worker: Worker | None = None
        self._lock = threading.Lock()

    def hello(self) -> dict[str, Any]:
        """Start the worker; its versions."""
        with self._lock:  # `kill` must not miss a worker that is being started
            if self._stopping.is_set():
                raise PoolError("stopping")
            self._worker = Worker(self._setup)
        return self._worker.hello()  # type: ignore[no-any-return]

    def kill(self) -> None:
        """End the worker."""
        with self._lock:
            if self._worker:
                self._worker.kill()

    def do(self, batch: Batch) -> list[Result]:
        """The results of the batch, in pieces where something went wrong."""
        return self._done(batch.first, list(batch.units))

    def _done(self, first: int, units: list[Unit]) -> list[Result]:
        if not units:
            return []
        lost = self._try(first, units)
        if isinstance(lost, Result):
            return [lost]
        at = lost.at
        before = self._done(first, units[:at])
        alone = self._alone(first + at, units[at], lost)
        return [*before, *alone, *self._done(first + at + 1, units[at + 1 :])]

    def _alone(self, position: int, unit: Unit, lost: Lost) -> list[Result]:
        """The unit by itself. One whose worker died gets a second chance: something else may have killed it."""
        if lost.gone.kind == "died":
            again = self._try(position, [unit])
            if isinstance(again, Result):
                return [again]
            lost = again
        rows = failure(
            position,
            kind=lost.gone.kind,
            reason=lost.gone.reason,
            note_id=id_of(unit),
            source=unit.name if isinstance(unit, FileUnit) else None,
        )
        return [packed(tables_of(rows))]

    def _try(self, first: int, units: list[Unit]) -> Result | Lost:
        worker = self._worker or self._start()
        result = worker.run(first, units, limit=self._limit)
        if isinstance(result, Lost) or result.kilobytes > MOST_KILOBYTES:
            self._end()
        return result

    def _start(self) -> Worker:
        for attempt in range(1, MOST_STARTS + 1):
            try:
                self.hello()
                break
            except PoolError:
                self._end()
                if attempt == MOST_STARTS or self._stopping.is_set():
                    raise
        assert self._worker is not None
        return self._worker

    def _end(self) -> None:
        self.kill()
        with self._lock:
            self._worker = None


class Pool:
    """So many workers; results come in the order of the batches, and only so many batches are ever held."""

    def __init__(self, setup: Setup, *, workers: int, limit: float) -> None:
        self._stopping = threading.Event()
        self._jobs: queue.SimpleQueue[tuple[int, Batch] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[int, list[Result] | BaseException]] = queue.SimpleQueue()
        self._feeders = [_Feeder(setup, limit, self._stopping) for _ in range(workers)]
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for _thread in self._threads:
            self._jobs.put(None)
        for feeder in self._feeders:
            feeder.kill()
        for thread in self._threads:
            thread.join(10)

    def hello(self) -> dict[str, Any]:
        """The versions of the first worker; the others start when there is work."""
        return self._feeders[0].hello()

    def map(self, batches: Iterable[Batch], *, idle: Callable[[], None]) -> Iterator[tuple[Batch, list[Result]]]:
        """Each batch with its results; `idle` is called while there is nothing to do."""
        self._threads = [threading.Thread(target=self._feed, args=(one,), daemon=True) for one in self._feeders]
        for each in self._threads:
            each.start()
        held: dict[int, Batch] = {}
        ready: dict[int, list[Result]] = {}
        given = taken = 0
        coming = iter(batches)
        more = True
        while more or taken < given:
            if more and self._more_at_once(held):
                batch = next(coming, None)
                if batch is None:
                    more = False
                    continue
                held[given] = batch
                self._jobs.put((given, batch))
                given += 1
            else:
                self._take(ready, idle)
            self._take_all(ready)
            while taken in ready:
                yield held.pop(taken), ready.pop(taken)
                taken += 1

    def _more_at_once(self, held: Mapping[int, Batch]) -> bool:
        """Whether another batch may be begun beside those that are."""
        size = sum(batch.size for batch in held.values())
        return not held or (len(held) < _AHEAD * len(self._feeders) and size < _MOST_CHARACTERS)

    def _take_all(self, ready: dict[int, list[Result]]) -> None:
        with suppress(queue.Empty):
            while True:
                self._put(ready, self._done.get_nowait())

    def _take(self, ready: dict[int, list[Result]], idle: Callable[[], None]) -> None:
        while True:
            idle()
            with suppress(queue.Empty):
                self._put(ready, self._done.get(timeout=TICK))
                return

    def _put(self, ready: dict[int, list[Result]], done: tuple[int, list[Result] | BaseException]) -> None:
        number, outcome = done
        if isinstance(outcome, BaseException):
            raise outcome
        ready[number] = outcome

    def _feed(self, feeder: _Feeder) -> None:
        while (job := self._jobs.get()) is not None and not self._stopping.is_set():
            number, batch = job
            try:
                self._done.put((number, feeder.do(batch)))
            except BaseException as error:  # noqa: BLE001  # the main thread raises it
                self._done.put((number, error))
                return
