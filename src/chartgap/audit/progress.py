"""How an audit goes, on standard error: a bar on a terminal, elsewhere a line now and then."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Self, TextIO

_EVERY_SECONDS = 30.0


class Progress:
    """Counts, rate and, once it is known how much there is, the time that is left."""

    def __init__(self, complain: Callable[[str], None], *, stream: TextIO | None = None) -> None:
        self._complain = complain
        self._stream = stream or sys.stderr
        self._start = self._told = time.monotonic()
        self._before: int | None = None
        self._notes = self._failures = 0
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

    def done(self, counts: Mapping[str, int]) -> None:
        """So much is done."""
        self._notes, self._failures = counts.get("notes", 0), counts.get("failures", 0)
        if self._before is None:
            self._before = self._notes + self._failures
            self._start = time.monotonic()
        self.idle()

    def idle(self) -> None:
        """Show it, if it is time."""
        if self._bar:
            self._bar.update(self._task, description=self.line())
        elif time.monotonic() - self._told >= _EVERY_SECONDS:
            self._told = time.monotonic()
            self._complain(self.line())

    def line(self) -> str:
        """Where it is, in words."""
        failed = f", {self._failures:,} failed" if self._failures else ""
        return f"{self._notes:,} notes{failed}, {self.rate:,.0f} a second"

    @property
    def rate(self) -> float:
        """Notes a second, of this run."""
        done = self._notes + self._failures - (self._before or 0)
        return done / max(time.monotonic() - self._start, 0.001)
