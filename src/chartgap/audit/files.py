"""Files that are whole or not there, and a folder that one process at a time writes to."""

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chartgap.errors import ChartgapError, one_line

LOCK = ".lock"


class AuditError(ChartgapError):
    """An audit that cannot begin or go on; the message says what to do."""


def write_whole(path: Path, data: bytes) -> None:
    """Written beside, to the disk, and renamed: after any kill the file is the old one or the new one."""
    beside = path.with_name(f".{path.name}.tmp")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        error.filename = str(path)  # as of a full disk, which names no file
        raise
    sync_folder(path.parent)


def append_line(path: Path, line: bytes, *, behind: int) -> None:
    """Added to a journal of so many bytes, to the disk; what is behind them is half a line of a full disk."""
    new = not path.exists()
    try:
        with path.open("wb" if new else "r+b") as stream:
            stream.seek(behind)
            stream.truncate()
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        error.filename = str(path)
        raise
    if new:
        sync_folder(path.parent)


def whole_lines(path: Path) -> Iterator[bytes]:
    """The lines of a journal without the half one at its end."""
    with path.open("rb") as stream:
        yield from (line for line in stream if line.endswith(b"\n"))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF):  # file systems that have no such thing
            raise
    finally:
        os.close(number)


def sha256_of(path: Path) -> str | None:
    """The checksum of a file; None if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder against other audits. The system lets go of the lock when the process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    number = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                error.filename = str(folder / LOCK)
                raise
            holder = os.pread(number, 20, 0).decode("ascii", "replace").strip()
            who = f"process {one_line(holder)}" if holder else "another process"
            raise AuditError(f"{one_line(str(folder))}: another audit is writing here ({who})") from None
        os.ftruncate(number, 0)
        os.pwrite(number, f"{os.getpid()}\n".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(number, 0)
    finally:
        os.close(number)
