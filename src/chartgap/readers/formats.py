"""Which reader reads what: by the suffix of the name, and without one by how the content begins."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BufferedReader
from pathlib import PurePath
from types import MappingProxyType
from typing import BinaryIO

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.columns import Columns
from chartgap.readers.compressed import PACKINGS, read_packed, read_zip
from chartgap.readers.delimited import read_csv, read_tsv
from chartgap.readers.jsonl import read_jsonl
from chartgap.readers.parquet import read_parquet
from chartgap.readers.streams import Rejoined
from chartgap.readers.txt import read_txt

Reader = Callable[[BinaryIO, str], Iterator[Note | ReadError]]
Tell = Callable[[str], None]

_NO_COLUMNS: Columns = {}
_OPENING = 1000
_BOM = b"\xef\xbb\xbf"
_MAGIC: Mapping[bytes, str] = {
    b"PAR1": ".parquet",
    b"\x1f\x8b": ".gz",
    b"BZh": ".bz2",
    b"\xfd7zXZ\x00": ".xz",
    b"\x28\xb5\x2f\xfd": ".zst",
    b"PK\x03\x04": ".zip",
}
_PACKED = (*PACKINGS, ".zip")


def tell_nobody(_: str) -> None:
    """What the user should know and what is no error, kept to oneself."""


class Formats:
    """The readers, with what the user said of columns, and whom to tell what is skipped inside archives."""

    def __init__(self, columns: Columns = _NO_COLUMNS, tell: Tell = tell_nobody) -> None:
        plain: dict[str, Reader] = {
            ".txt": read_txt,
            ".text": read_txt,
            ".jsonl": read_jsonl,
            ".ndjson": read_jsonl,
            ".csv": partial(read_csv, columns=columns),
            ".tsv": partial(read_tsv, columns=columns),
            ".parquet": partial(read_parquet, columns=columns),
        }
        packed: dict[str, Reader] = {
            suffix: partial(read_packed, suffix=suffix, find=self.reader_for) for suffix in PACKINGS
        }
        zipped: dict[str, Reader] = {".zip": partial(read_zip, find=self.reader_for, tell=tell)}
        self.readers: Mapping[str, Reader] = MappingProxyType({**plain, **packed, **zipped})

    def reader_for(self, name: str) -> Reader | None:
        """The reader for the suffix of the name; of a compressed file what is inside must have one too."""
        suffix = PurePath(name).suffix
        if not suffix:
            return self.sniff
        reader = self.readers.get(suffix.lower())
        if reader and suffix.lower() in PACKINGS and not self._inside(name[: -len(suffix)]):
            return None
        return reader

    def sniff(self, stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
        """Read by how the content begins."""
        opening = stream.read(_OPENING)
        reader = self.readers[_looks_like(opening)]
        yield from reader(BufferedReader(Rejoined(opening, stream)), name)

    def _inside(self, name: str) -> bool:
        """Whether something is read under the name that remains; packed twice, it is not."""
        return PurePath(name).suffix.lower() not in _PACKED and self.reader_for(name) is not None


def _looks_like(opening: bytes) -> str:
    """A note does not begin with a brace and a quote, a JSON line does; so does an array, which is then an error."""
    for magic, suffix in _MAGIC.items():
        if opening.startswith(magic):
            return suffix
    dense = b"".join(opening.removeprefix(_BOM).split())
    return ".jsonl" if dense.startswith((b'{"', b'[{"')) else ".txt"


FORMATS = Formats()
READERS: Mapping[str, Reader] = FORMATS.readers
