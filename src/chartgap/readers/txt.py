"""One plain text file, one note; the note's id is the file's name as it was given."""

from collections.abc import Iterator
from typing import BinaryIO

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.decoding import MOST_BYTES, DecodedNote, decode


def read_txt(stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
    """The note in the stream."""
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        yield ReadError(f"more than {MOST_BYTES // 2**20} MB: no note", source=name)
        return
    try:
        text, notice = decode(data, source=name)
    except ReadError as error:
        yield error
        return
    yield DecodedNote(id=name, text=text, notices=(notice,)) if notice else Note(id=name, text=text)
