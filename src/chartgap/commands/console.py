"""Standard streams and exit codes; it imports next to nothing, so that it is there before anything can go wrong."""

import io
import os
import sys
from contextlib import suppress
from enum import IntEnum

from chartgap.errors import ChartgapError, one_line


class Exit(IntEnum):
    """What the exit codes mean; README's table is the same."""

    NOTHING_MISSING = 0
    GAPS = 1
    PROBLEM = 2
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141


class _Closed(io.TextIOBase):
    """Stands in for a standard output that was closed before the start: writing is an error with a name."""

    def write(self, text: str, /) -> int:
        raise ChartgapError("standard output is closed")


def prepare_streams() -> None:
    """JSON and quotes are UTF-8 whatever the locale says, and a lone surrogate in a file name must not stop a run."""
    if sys.stdout is None:
        sys.stdout = _Closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def flush_or_abandon() -> None:
    """What cannot be written is given up: Python would complain of it once more at exit."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        abandon_stdout()


def abandon_stdout() -> None:
    """Send what is still in the buffer nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(message: str) -> None:
    """Write to stderr, each line with the program's name; a stderr that is closed is no reason to stop."""
    if sys.stderr is None:
        return
    with suppress(OSError):
        for line in message.splitlines():
            sys.stderr.write(f"chartgap: {line}\n")
        sys.stderr.flush()


def words(error: ChartgapError | OSError) -> str:
    """The error for the user."""
    if isinstance(error, OSError):
        return f"{one_line(str(error.filename or 'standard output'))}: {error.strerror or type(error).__name__}"
    return str(error)
