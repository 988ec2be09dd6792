"""Workers that may hang or die: each has its own pipe and a thread that feeds it, kills it and starts it anew.

The pools of the standard library, and Pebble, share one pipe and one lock among their workers: one that is killed at
the wrong moment takes the lock, or a task, with it. Here a death costs the batch at hand, which is done again.
"""

import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Any, Self

from chartgap.audit.tables import failure, tables_of
from chartgap.audit.units import Batch, FileUnit, Unit
from chartgap.audit.worker import Result, Setup, packed, work
from chartgap.errors import ChartgapError
from chartgap.model import Note

_TICK = 0.25
_START_SECONDS = 300.0
_MOST_STARTS = 3
_MOST_KILOBYTES = 1_500_000
_AHEAD = 8
"""Batches begun for each worker before the oldest is done: a note that hangs does not stop the others at once."""


class PoolError(ChartgapError):
    """The workers cannot work at all."""


class Lost(Exception):
    """The worker hung or died at a unit of the batch."""

    def __init__(self, at: int, *, hung: bool, reason: str) -> None:
        self.at, self.hung, self.reason = at, hung, reason
        super().__init__(reason)


class Worker:
    """One process and the way to it."""

    _starting = threading.Lock()  # multiprocessing looks after its children whenever one is started

    def __init__(self, setup: Setup) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._progress = context.RawValue("q", 0)
        self._process = context.Process(target=work, args=(theirs, self._progress, setup), daemon=True)
        with self._starting:
            self._process.start()
        theirs.close()

    def hello(self) -> dict[str, Any]:
        """Its versions, once it is ready."""
        if not wait([self._connection, self._process.sentinel], timeout=_START_SECONDS):
            raise PoolError(f"a worker did not start within {_START_SECONDS:.0f} s")
        with suppress(EOFError, OSError):
            said = self._connection.recv()
            if isinstance(said, str):
                raise PoolError(said)
            return said  # type: ignore[no-any-return]
        raise PoolError(f"a worker did not start: it {self._end()}")

    def run(self, first: int, units: Sequence[Unit], *, limit: float) -> Result:
        """The tables of the units; Lost if the worker dies, or stays at one place for longer than the limit."""
        begun = self._progress.value
        seen, since = begun, time.monotonic()
        with suppress(OSError):
            self._connection.send((first, units))
        while not wait([self._connection, self._process.sentinel], timeout=_TICK):
            now = self._progress.value
            if now != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > limit:
                self.kill()
                raise self._lost(begun, hung=True, reason=f"took longer than {limit:g} s")
        with suppress(EOFError, OSError):
            return self._connection.recv()  # type: ignore[no-any-return]
        raise self._lost(begun, hung=False, reason=f"the worker {self._end()}")

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join(_START_SECONDS)
        self._connection.close()

    def _lost(self, begun: int, *, hung: bool, reason: str) -> Lost:
        return Lost(max(self._progress.value - begun - 1, 0), hung=hung, reason=reason)

    def _end(self) -> str:
        self._process.join(_START_SECONDS)
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"ended by itself with exit code {code}"
        with suppress(ValueError):
            name = signal.Signals(-code).name
            return f"was ended by {name}{' (out of memory?)' if name == 'SIGKILL' else ''}"
        return f"was ended by signal {-code}"


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
        return self._worker.hello()

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
        if not lost.hung:
            again = self._try(position, [unit])
            if isinstance(again, Result):
                return [again]
            lost = again
        rows = failure(
            position,
            kind="hung" if lost.hung else "died",
            reason=lost.reason,
            note_id=unit.id if isinstance(unit, Note) else None,
            source=unit.name if isinstance(unit, FileUnit) else None,
        )
        return [packed(tables_of(rows))]

    def _try(self, first: int, units: list[Unit]) -> "Result | Lost":
        worker = self._worker or self._start()
        try:
            result = worker.run(first, units, limit=self._limit)
        except Lost as lost:
            self._end()
            return lost
        if result.kilobytes > _MOST_KILOBYTES:
            self._end()
        return result

    def _start(self) -> Worker:
        for attempt in range(1, _MOST_STARTS + 1):
            try:
                self.hello()
                break
            except PoolError:
                self._end()
                if attempt == _MOST_STARTS or self._stopping.is_set():
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
            if more and given - taken < _AHEAD * len(self._feeders):
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

    def _take_all(self, ready: dict[int, list[Result]]) -> None:
        with suppress(queue.Empty):
            while True:
                self._put(ready, self._done.get_nowait())

    def _take(self, ready: dict[int, list[Result]], idle: Callable[[], None]) -> None:
        while True:
            idle()
            with suppress(queue.Empty):
                self._put(ready, self._done.get(timeout=_TICK))
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
