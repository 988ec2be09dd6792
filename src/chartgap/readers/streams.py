"""Streams of bytes for readers: one with its beginning put back, and whole content up to a limit."""

from io import BytesIO, RawIOBase
from typing import Any, BinaryIO

from chartgap.errors import ReadError
from chartgap.readers.decoding import MOST_BYTES


class Rejoined(RawIOBase):
    """A stream with what was read of it put back."""

    def __init__(self, opening: bytes, rest: BinaryIO) -> None:
        self._opening, self._rest = BytesIO(opening), rest

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, first with what was read already."""
        data = self._opening.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def words(error: Exception) -> str:
    """The system's own words for an error, which never hold more than that, or else its kind."""
    return getattr(error, "strerror", None) or type(error).__name__


def read_whole(stream: BinaryIO, name: str, *, most: int = MOST_BYTES, instead: str = "no note") -> bytes:
    """All bytes; more than a note can have, or none, raises ReadError."""
    data = stream.read(most + 1)
    if len(data) > most:
        raise ReadError(f"more than {most // 2**20} MB: {instead}", source=name)
    if not data.strip():
        raise ReadError("empty", source=name)
    return data
