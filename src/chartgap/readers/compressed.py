"""Compressed files: what is inside is read by the reader of the name that remains, as it comes out, never unpacked
to a disk. A zip holds files; what is no note in it is told apart from what cannot be read.
"""

import bz2
import errno
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from chartgap.errors import NoNotesError, ReadError, one_line
from chartgap.model import Note
from chartgap.readers.extras import need
from chartgap.readers.marks import Mark, document
from chartgap.readers.skipped import Skipped
from chartgap.readers.streams import words

Reader = Callable[[BinaryIO, str], Iterator[Note | ReadError]]
Find = Callable[[str], Reader | None]
"""The reader for a name, if there is one."""

MOST_MEMBERS = 1_000_000
MOST_GROWN = 200
"""Times its size that a zip may grow: text grows 3 to 20 times, a bomb 1,000 times and more."""
ALWAYS_ALLOWED = 256 * 2**20
_PIECE = 2**16
_ZST_PIECE = 1024  # a bomb makes 40 MB of it
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError)
"""What zipfile raises of damaged archives."""


class Unpacked(io.RawIOBase):
    """Decompressed bytes; whatever the library complains of becomes an OSError, which every reader knows."""

    def __init__(self, stream: Any, budget: "Budget | None" = None) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer."""
        try:
            data = self._stream.read(min(len(buffer), _PIECE))
        except (lzma.LZMAError, *BROKEN):
            raise OSError(errno.EIO, "compressed data that are broken or cut off") from None
        except Exception as error:
            if type(error).__name__ != "ZstdError":  # of a library that need not be installed
                raise
            raise OSError(errno.EIO, "compressed data that are broken or cut off") from None
        if self._budget:
            self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


class Budget:
    """How much may still come out of an archive."""

    def __init__(self, size: int) -> None:
        self._left = max(ALWAYS_ALLOWED, size * MOST_GROWN)

    def spend(self, size: int) -> None:
        """Count what came out."""
        self._left -= size
        if self._left < 0:
            raise OSError(errno.EFBIG, f"unpacks to more than {MOST_GROWN} times its size: not read further")


class _Zst:
    """Zstandard frames one after the other. The library's own reader takes a file that is cut off for a short one."""

    def __init__(self, stream: BinaryIO) -> None:
        library = need("zstandard", extra="zst", what=".zst")
        self._maker = library.ZstdDecompressor(max_window_size=2**27)
        self._stream, self._in, self._out = stream, b"", b""
        self._frame: Any = None

    def read(self, size: int) -> bytes:
        """At most so many bytes, none at the end."""
        while not self._out and (self._in or (taken := self._stream.read(_ZST_PIECE))):
            data, self._in = self._in or taken, b""
            self._frame = self._frame or self._maker.decompressobj()
            self._out = self._frame.decompress(data)
            if self._frame.eof:
                self._in, self._frame = self._frame.unused_data, None
        if not self._out and self._frame:
            raise EOFError
        data, self._out = self._out[:size], self._out[size:]
        return data


PACKINGS: Mapping[str, Callable[[BinaryIO], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zst": _Zst,
}


def read_packed(stream: BinaryIO, name: str, *, suffix: str, find: Find) -> Iterator[Note | ReadError]:
    """What is inside one compressed file, under its name without the last suffix."""
    inner = name[: -len(suffix)] if name.lower().endswith(suffix) else name
    reader = find(inner)
    if reader is None:
        yield ReadError(f"no reader for what is inside ({_suffix(inner)})", source=name)
        return
    try:
        yield from reader(io.BufferedReader(Unpacked(PACKINGS[suffix](stream))), name)
    except ReadError as error:  # the library is not there
        yield ReadError(error.reason, source=name)
    except OSError as error:
        yield ReadError(words(error), source=name)


def read_zip(stream: BinaryIO, name: str, *, find: Find, tell: Callable[[str], None]) -> Iterator[Note | ReadError]:
    """The notes of each file in a zip, in its order; files that have no reader are told, as those of a folder are."""
    try:
        archive = zipfile.ZipFile(stream if stream.seekable() else kept(stream))
        members = list(filter(_wanted, archive.infolist()))
    except BROKEN:
        yield ReadError("no zip that can be read", source=name)
        return
    if len(members) > MOST_MEMBERS:
        yield ReadError(f"more than {MOST_MEMBERS:,} files in a zip", source=name)
        return
    budget = Budget(sum(member.compress_size for member in members))
    skipped = Skipped()
    found = False
    with archive:
        for member in members:
            reader = find(member.filename)
            suffix = PurePosixPath(member.filename).suffix.lower()
            if reader is None or not suffix or suffix == ".zip":
                skipped.file(one_line(suffix) or "without suffix")
                continue
            inner = f"{name}/{member.filename}"
            for item in document(partial(_member, archive, member, inner, budget, reader), Mark(inner)):
                if isinstance(item, NoNotesError):
                    skipped.take(item)
                else:
                    found = True
                    yield item
    if skipped:
        tell(skipped.told(name))
    if not found:
        yield ReadError("no notes in this zip", source=name)


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget, reader: Reader
) -> Iterator[Note | ReadError]:
    if member.flag_bits & 1:
        yield ReadError("encrypted", source=name)
        return
    try:
        stream = archive.open(member)
    except BROKEN:
        yield ReadError("damaged, or packed in a way that is not read", source=name)
        return
    with stream:
        try:
            yield from reader(io.BufferedReader(Unpacked(stream, budget)), name)
        except OSError as error:
            yield ReadError(words(error), source=name)


def kept(stream: BinaryIO) -> io.BytesIO:
    """A zip's list of files is at its end: what comes through a pipe is kept in memory."""
    data = stream.read(ALWAYS_ALLOWED + 1)
    if len(data) > ALWAYS_ALLOWED:
        raise OSError(errno.EFBIG, "too big to be read from a pipe")
    return io.BytesIO(data)


def _wanted(member: zipfile.ZipInfo) -> bool:
    """Whether it is a file, and not a hidden one."""
    parts = PurePosixPath(member.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return not hidden and not member.filename.endswith("/")


def _suffix(name: str) -> str:
    return one_line(PurePosixPath(name).suffix.lower()) or "such"
