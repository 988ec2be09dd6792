"""A process of ours that may hang or die, and the pipe to it: what both kinds of them, workers and readers, share."""

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Any

from chartgap.errors import ChartgapError

TICK = 0.25
MOST_STARTS = 3
MOST_KILOBYTES = 1_500_000
"""That a process may have held before another takes its place."""
_START_SECONDS = 300.0


class PoolError(ChartgapError):
    """The processes cannot work at all."""


class GoneError(Exception):
    """The process hung, and was killed, or died, or cannot go on: `kind` is hung, died or error, as a failure's is."""

    def __init__(self, kind: str, reason: str) -> None:
        self.kind, self.reason = kind, reason
        super().__init__(reason)


def nothing() -> None:
    """What is done while waiting."""


class Child:
    """One process and the way to it. Its target is called with its end of the pipe, a counter, and the arguments."""

    name = "worker"
    _starting = threading.Lock()  # multiprocessing looks after its children whenever one is started

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self.progress = context.RawValue("q", 0)
        """Rises whenever the process gets on."""
        self._process = context.Process(target=target, args=(theirs, self.progress, *arguments), daemon=True)
        with self._starting:
            self._process.start()
        theirs.close()

    def hello(self) -> Any:
        """What it says once it is ready."""
        if not wait([self._connection, self._process.sentinel], timeout=_START_SECONDS):
            raise PoolError(f"a {self.name} did not start within {_START_SECONDS:.0f} s")
        with suppress(EOFError, OSError):
            said = self._connection.recv()
            if isinstance(said, str):
                raise PoolError(said)
            return said
        raise PoolError(f"a {self.name} did not start: it {self._end()}")

    def send(self, message: Any) -> None:
        """Tell it something; that it has gone is noticed when it is to answer."""
        with suppress(OSError):
            self._connection.send(message)

    def receive(self, *, limit: float, idle: Callable[[], None] = nothing) -> Any:
        """What it says; GoneError if it dies, or does not get on for longer than the limit."""
        seen, since = self.progress.value, time.monotonic()
        while not wait([self._connection, self._process.sentinel], timeout=TICK):
            idle()
            now = self.progress.value
            if now != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > limit:
                self.kill()
                raise GoneError("hung", f"took longer than {limit:g} s")
        with suppress(EOFError, OSError):
            return self._connection.recv()
        raise GoneError("died", f"the {self.name} {self._end()}")

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join(_START_SECONDS)
        self._connection.close()

    def _end(self) -> str:
        self._process.join(_START_SECONDS)
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"ended by itself with exit code {code}"
        with suppress(ValueError):
            name = signal.Signals(-code).name
            return f"was ended by {name}{' (out of memory?)' if name == 'SIGKILL' else ''}"
        return f"was ended by signal {-code}"
