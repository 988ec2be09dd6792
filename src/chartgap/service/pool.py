"""So many worker processes for the event loop: bounded waiting, a limit of time, a new worker for each that is lost.

Each worker has its own pipe, and one thread that waits for its answer. One that hangs is killed; its pipe then ends,
and that is also how the death of any other shows.
"""

import asyncio
import logging
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from chartgap.errors import ChartgapError
from chartgap.service.answers import Answer
from chartgap.service.settings import Setup
from chartgap.service.worker import work

log = logging.getLogger("chartgap.service")

_LONGEST_START = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0


class Busy(ChartgapError):
    """Too many requests wait already."""


class Unavailable(ChartgapError):
    """No worker was free in time, or none can be started."""


class Hung(ChartgapError):
    """The worker took too long and was killed."""


class Died(ChartgapError):
    """The worker died at this request."""


class Unusable(Died):
    """No checker can be made of these patterns and releases."""


class Task(NamedTuple):
    """What a worker is asked: a job's name, the body of the request, and the marks of an earlier report."""

    job: str
    body: bytes
    marks: bytes | None = None


class Worker:
    """One process and the way to it; the methods block, all but `kill`."""

    _starting = threading.Lock()  # multiprocessing looks after its children whenever one is started

    def __init__(self, setup: Setup) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, setup), daemon=True)
        with self._starting:
            self._process.start()
        theirs.close()
        self.hung = False

    @property
    def pid(self) -> int | None:
        """Its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.is_alive()

    def hello(self) -> None:
        """Wait until it is ready; Died, or Unusable, says why it cannot be."""
        error: Died | None = Died("it did not start in time")
        if self._connection.poll(_LONGEST_START):
            error = Died("it ended at once")
            with suppress(EOFError, OSError):
                said: str | None = self._connection.recv()
                error = None if said is None else Unusable(said)
        if error is not None:
            self.end()
            raise error

    def ask(self, task: Task) -> Answer:
        """Its answer; Died when it ends before."""
        try:
            self._connection.send(tuple(task))
            return self._connection.recv()  # type: ignore[no-any-return]
        except (EOFError, OSError):
            raise Died("the worker ended") from None

    def kill(self) -> None:
        """End a worker that hangs: whoever waits for it then learns that it ended."""
        self.hung = True
        self._process.kill()

    def end(self) -> None:
        """End it and take its process off the table."""
        self._process.kill()
        self._process.join(_LONGEST_START)
        self._connection.close()


class Pool:
    """Workers to be asked from the event loop."""

    def __init__(
        self, setup: Setup, *, workers: int, waiting: int, limit: float, lost: Callable[[str], None] = lambda _: None
    ) -> None:
        self._setup, self._count, self._limit, self._most_waiting, self._lost = setup, workers, limit, waiting, lost
        self._once_ready = False
        self.give_up: Callable[[str], None] = lambda _: None
        self._threads = ThreadPoolExecutor(2 * workers, thread_name_prefix="worker")
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._starters: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.waiting = 0
        self.trouble: str | None = None

    def start(self) -> None:
        """Begin to start the workers."""
        for _ in range(self._count):
            self._start_one()

    async def stop(self) -> None:
        """End all of them."""
        self._stopping = True
        for starter in self._starters:
            starter.cancel()
        for worker in tuple(self._workers):
            await asyncio.get_running_loop().run_in_executor(None, worker.end)
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def ready(self) -> bool:
        """Whether any worker can be asked."""
        return bool(self._workers)

    @property
    def pids(self) -> list[int]:
        """The processes that are ready or at work."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    async def ask(self, job: str, body: bytes, *, marks: bytes | None = None, patient: bool = False) -> Answer:
        """The answer of the next free worker; `patient` is a request that has been let in already."""
        worker = await self._free_worker(patient=patient)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._limit, worker.kill)
        answer = loop.run_in_executor(self._threads, worker.ask, Task(job, body, marks))

        def give_back(done: "asyncio.Future[Answer]") -> None:
            timer.cancel()
            if done.cancelled() or done.exception() is not None:
                self._replace(worker, "hung" if worker.hung else "died")
            else:
                self._idle.put_nowait(worker)

        answer.add_done_callback(give_back)
        try:
            return await asyncio.shield(answer)  # whoever asked may be gone; the worker is given back all the same
        except Died:
            if worker.hung:
                raise Hung(f"took longer than {self._limit:g} s") from None
            raise

    async def _free_worker(self, *, patient: bool) -> Worker:
        while True:
            worker = await self._next(patient=patient)
            if worker.alive:
                return worker
            self._replace(worker, "died idle")

    async def _next(self, *, patient: bool) -> Worker:
        if not self._idle.empty():
            return self._idle.get_nowait()
        if self.waiting >= self._most_waiting and not patient:
            raise Busy("too many requests are waiting")
        self.waiting += 1
        try:
            return await asyncio.wait_for(self._idle.get(), _LONGEST_START if patient else self._limit)
        except TimeoutError:
            raise Unavailable("no worker was free in time") from None
        finally:
            self.waiting -= 1

    def _replace(self, worker: Worker, why: str) -> None:
        if worker not in self._workers or self._stopping:
            return
        self._workers.discard(worker)
        self._lost(why)
        with suppress(RuntimeError):  # the threads end as the service stops
            asyncio.get_running_loop().run_in_executor(self._threads, worker.end)
        self._start_one()

    def _start_one(self) -> None:
        starter = asyncio.get_running_loop().create_task(self._started())
        self._starters.add(starter)
        starter.add_done_callback(self._starters.discard)

    async def _started(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping:
            try:
                worker = await asyncio.get_running_loop().run_in_executor(self._threads, self._new_worker)
            except (Died, OSError) as error:  # no descriptor or process left is no reason to stay without
                self._note(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            self.trouble, self._once_ready = None, True
            self._workers.add(worker)
            self._idle.put_nowait(worker)
            return

    def _note(self, error: Exception) -> None:
        """What is wrong with the setup shows at the first worker: then nothing is to be hoped for."""
        if self._stopping:
            return
        self.trouble = str(error)
        log.error("a worker cannot start: %s", self.trouble)
        if isinstance(error, Unusable) and not self._once_ready:
            self.give_up(self.trouble)

    def _new_worker(self) -> Worker:
        worker = Worker(self._setup)
        worker.hello()
        if self._stopping:
            worker.end()
            raise Died("stopping")
        return worker
