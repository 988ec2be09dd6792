"""One plain text file, one note; the note's id is the file's name as it was given."""

from collections.abc import Iterator
from typing import BinaryIO

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.decoding import DecodedNote, decode


def read_txt(stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
    """The note in the stream."""
    try:
        text, notice = decode(stream.read(), source=name)
    except ReadError as error:
        yield error
        return
    yield DecodedNote(id=name, text=text, notices=(notice,)) if notice else Note(id=name, text=text)
