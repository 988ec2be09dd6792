"""How an audit goes, on standard error: a bar on a terminal, elsewhere a line now and then."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Self, TextIO

_EVERY_SECONDS = 30.0
_SURE_SECONDS = 5.0
"""Of work, before anything is said of the time that is left."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Progress:
    """Counts, rate, the share that is done, and the time that is left.

    The share is of the bytes that are to be read, up to the last note that was checked; the rate and the time left are
    those of this run, from when its first notes came back: what an earlier run did, and starting, does not count.
    """

    def __init__(
        self,
        complain: Callable[[str], None],
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        noun: str = "note",
    ) -> None:
        self._noun = noun
        self._complain, self._clock = complain, clock
        self._stream = stream or sys.stderr
        self._start = self._told = clock()
        self._before: int | None = None
        self._notes = self._failures = 0
        self._share: float | None = None
        self._begun: tuple[float, float] | None = None  # when the first share came, and what it was
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._stream is not None and self._stream.isatty():
            from rich.console import Console  # noqa: PLC0415
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

            columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(file=self._stream), transient=True, redirect_stdout=False)
            self._task = self._bar.add_task("starting", total=None)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, message: str) -> None:
        """A line of its own."""
        self._complain(message)

    def done(self, counts: Mapping[str, int], share: float | None = None) -> None:
        """So much is done; `share` of all, where that is known."""
        self._notes, self._failures = counts.get("notes", 0), counts.get("failures", 0)
        if self._before is None:
            self._before = self._notes + self._failures
            self._start = self._clock()
        if share is not None:
            self._share = max(share, self._share or 0.0)
            self._begun = self._begun or (self._clock(), self._share)
        self.idle()

    def idle(self) -> None:
        """Show it, if it is time."""
        if self._bar:
            whole = None if self._share is None else 1.0
            self._bar.update(self._task, description=self.line(), total=whole, completed=self._share or 0.0)
        elif self._clock() - self._told >= _EVERY_SECONDS:
            self._told = self._clock()
            self._complain(self.line())

    def line(self) -> str:
        """Where it is, in words."""
        return f"{self.counted()}, {self._left()}"

    def counted(self) -> str:
        """How much was done, and how fast."""
        failed = f", {self._failures:,} failed" if self._failures else ""
        done = self._notes + self._failures - (self._before or 0)
        rate = f", {self.rate:,.0f} a second" if done else ""  # of a finished audit that is only summed up again
        return f"{self._notes:,} {self._noun}{'' if self._notes == 1 else 's'}{failed}{rate}"

    @property
    def rate(self) -> float:
        """Notes a second, of this run."""
        done = self._notes + self._failures - (self._before or 0)
        return done / max(self._clock() - self._start, 0.001)

    def _left(self) -> str:
        if self._share is None or self._begun is None:
            return "time left unknown"
        told = f"{100 * self._share:.0f}% done"
        then, share = self._begun
        seconds, gained = self._clock() - then, self._share - share
        if seconds < _SURE_SECONDS or gained <= 0:
            return told
        return f"{told}, about {in_words(seconds * (1 - self._share) / gained)} left"


def in_words(seconds: float) -> str:
    """A length of time in its two largest units, as nothing finer is known."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{-(-whole // _MINUTE)} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"
