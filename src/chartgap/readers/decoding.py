"""Bytes to text, once; nothing changes the text afterwards, so that offsets hold (CRLF stays CRLF)."""

import codecs
import re

from chartgap.errors import ReadError
from chartgap.model import Note

MOST_BYTES = 64 * 2**20
"""Of one note, or one line of notes; more is a device or a mistake, and would fill the memory."""

CP1252_NOTICE = "not UTF-8: read as Windows-1252"

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_FORMATS = {b"%PDF-": "PDF", b"{\\rtf": "RTF", b"PK\x03\x04": "a zip or Office file", b"\x1f\x8b": "gzip"}
# Form feeds, tabs and escapes occur in real exports; these do not.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class DecodedNote(Note):
    """A note whose bytes were not plainly UTF-8; the notices go into its report."""

    notices: tuple[str, ...] = ()


def other_format(data: bytes) -> str | None:
    """What the data are by their first bytes, if that is no text."""
    return next((name for magic, name in _OTHER_FORMATS.items() if data.startswith(magic)), None)


def decode(data: bytes, *, source: str = "<bytes>") -> tuple[str, str | None]:
    """The text, and a notice when its encoding had to be guessed; empty or binary data raises ReadError."""
    if not data.strip():
        raise ReadError("empty", source=source)
    if other := other_format(data):
        raise ReadError(f"this is {other}, not text", source=source)
    text, notice = _decode(data, source)
    if len(_CONTROL.findall(text)) > len(text) // 100 or "\x00" in text:
        raise ReadError("binary, not text", source=source)
    if not text.strip():
        raise ReadError("empty", source=source)
    return text, notice


def _decode(data: bytes, source: str) -> tuple[str, str | None]:
    if data.startswith(UTF16):
        try:
            return data.decode("utf-16"), None
        except UnicodeDecodeError:
            # The cause is dropped here and below: a UnicodeDecodeError carries the whole note.
            raise ReadError("starts as UTF-16 but is not", source=source) from None
    if b"\x00" in data:
        raise ReadError("binary, not text", source=source)
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), CP1252_NOTICE
    except UnicodeDecodeError:
        raise ReadError("neither UTF-8 nor Windows-1252", source=source) from None
