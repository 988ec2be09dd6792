"""Where reports go: standard output, or a file that is replaced when all is written."""

import errno
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import TextIO

from chartgap.commands.console import complain
from chartgap.errors import one_line
from chartgap.processes import terminated_as_interrupted

STDOUT = frozenset({"-", "/dev/stdout"})
"""What names standard output; it is not opened again, so that `>> file` still appends."""


class Ending(Enum):
    """What becomes of a file: it takes its place, is set aside as NAME.partial, or there was nothing to write."""

    WHOLE = auto()
    PARTIAL = auto()
    NOTHING = auto()


@contextmanager
def opened(output: Path | None, *, ending: Callable[[], Ending]) -> Iterator[TextIO]:
    """The stream to write to; `ending` is asked when all is written, and an error is no ending: the old file stays."""
    if output is None or str(output) in STDOUT:
        yield sys.stdout
        return
    try:
        target = _resolved(output)
        if _in_place(target) or _in_place(output):
            # "a", because /dev/fd/3 may be a file that others write to as well.
            with output.open("a", encoding="utf-8", newline="\n") as stream:
                yield stream
        else:
            with terminated_as_interrupted():
                yield from _replaced(target, ending)
    except OSError as error:
        if error.filename is None:  # as when the disk is full
            error.filename = str(output)
        raise


def _resolved(output: Path) -> Path:
    try:
        return output.resolve()
    except RuntimeError:  # links in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(output)) from None


def _in_place(path: Path) -> bool:
    """Whether it cannot be replaced: a pipe, a device, a folder (opening that is the error), an open file's number."""
    return path.as_posix().startswith("/dev/") or (path.exists() and not path.is_file())


def _replaced(target: Path, ending: Callable[[], Ending]) -> Iterator[TextIO]:
    """Written beside the target, through links, and renamed at the end."""
    exists = target.exists()
    if exists and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    beside = target.parent / f".chartgap-{secrets.token_hex(4)}.tmp"
    try:
        stream = beside.open("x", encoding="utf-8", newline="\n")
    except OSError as error:
        error.filename = str(target.parent)
        raise
    try:
        with stream:
            yield stream
        if exists:
            shutil.copymode(target, beside)
        _settle(beside, target, ending())
    finally:
        beside.unlink(missing_ok=True)


def _settle(beside: Path, target: Path, ending: Ending) -> None:
    name = one_line(str(target))
    match ending:
        case Ending.WHOLE:
            beside.replace(target)
        case Ending.PARTIAL:
            beside.replace(target.with_name(f"{target.name}.partial"))
            complain(f"{name}: not written; what was done is in {name}.partial")
        case Ending.NOTHING:
            complain(f"{name}: not written")
