"""Which reader reads what: by the suffix of the name, and without one by how the content begins."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BufferedReader
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, BinaryIO

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.ccda import read_ccda
from chartgap.readers.columns import Columns
from chartgap.readers.compressed import PACKINGS, kept, read_packed, read_zip
from chartgap.readers.delimited import read_csv, read_tsv
from chartgap.readers.documents import kind_of, read_document
from chartgap.readers.export import facts_beside
from chartgap.readers.fhir import read_fhir
from chartgap.readers.fhir_facts import Facts
from chartgap.readers.hl7 import read_hl7
from chartgap.readers.jsonl import read_jsonl
from chartgap.readers.marks import Mark, begin
from chartgap.readers.parquet import read_parquet
from chartgap.readers.streams import Rejoined
from chartgap.readers.txt import read_txt

Reader = Callable[[BinaryIO, str], Iterator[Note | ReadError]]
Tell = Callable[[str], None]

_NO_COLUMNS: Columns = {}
_NONE: Mapping[str, Reader] = {}
_OPENING = 1000
_BOM = b"\xef\xbb\xbf"
_MAGIC: Mapping[bytes, str] = {
    b"PAR1": ".parquet",
    b"\x1f\x8b": ".gz",
    b"BZh": ".bz2",
    b"\xfd7zXZ\x00": ".xz",
    b"\x28\xb5\x2f\xfd": ".zst",
}
_DOCUMENTS: Mapping[str, str] = {
    ".html": "HTML",
    ".htm": "HTML",
    ".xhtml": "HTML",
    ".rtf": "RTF",
    ".docx": "DOCX",
    ".pdf": "PDF",
}
_PACKED = (*PACKINGS, ".zip")


def tell_nobody(_: str) -> None:
    """What the user should know and what is no error, kept to oneself."""


class Formats:
    """The readers, with what the user said of columns, and whom to tell what is skipped inside archives."""

    def __init__(
        self, columns: Columns = _NO_COLUMNS, tell: Tell = tell_nobody, instead: Mapping[str, Reader] = _NONE
    ) -> None:
        plain: dict[str, Reader] = {
            ".txt": read_txt,
            ".text": read_txt,
            ".jsonl": partial(read_jsonl, facts_of=self._facts_of, columns=columns),
            ".ndjson": partial(read_jsonl, facts_of=self._facts_of, columns=columns),
            ".csv": partial(read_csv, columns=columns),
            ".tsv": partial(read_tsv, columns=columns),
            ".parquet": partial(read_parquet, columns=columns),
            ".json": read_fhir,
            ".xml": read_ccda,
            ".cda": read_ccda,
            ".ccda": read_ccda,
            ".hl7": read_hl7,
            **{suffix: partial(read_document, kind=kind) for suffix, kind in _DOCUMENTS.items()},
        }
        packed: dict[str, Reader] = {
            suffix: partial(read_packed, suffix=suffix, find=self.reader_for) for suffix in PACKINGS
        }
        zipped: dict[str, Reader] = {".zip": partial(read_zip, find=self.reader_for, tell=tell)}
        self._facts: tuple[str, Facts | None] | None = None
        self.readers: Mapping[str, Reader] = MappingProxyType({**plain, **packed, **zipped, **instead})

    def reader_for(self, name: str) -> Reader | None:
        """The reader for the suffix of the name; of a compressed file what is inside must have one too."""
        suffix = PurePath(name).suffix
        if not suffix:
            return self.readers.get("", self.sniff)
        reader = self.readers.get(suffix.lower())
        if reader and suffix.lower() in PACKINGS and not self._inside(name[: -len(suffix)]):
            return None
        return reader

    def sniff(self, stream: BinaryIO, name: str) -> Iterator[Note | ReadError]:
        """Read by how the content begins."""
        opening = stream.read(_OPENING)
        whole: Any = BufferedReader(Rejoined(opening, stream))
        if opening.startswith(b"PK\x03\x04"):  # Word's files are zips; a zip's list of files is at its end
            whole = kept(whole)
            suffix = ".docx" if kind_of(whole.getvalue()) == "DOCX" else ".zip"
        else:
            suffix = _looks_like(opening)
        yield from self.readers[suffix](whole, name)

    def _facts_of(self, name: str) -> Facts | None:
        """What the other files of the folder say of the documents in this one; looked for once a file."""
        if self._facts is None or self._facts[0] != name:
            begin(Mark(name, place="what the other files of the export say"))
            self._facts = (name, facts_beside(Path(name)))
        return self._facts[1]

    def _inside(self, name: str) -> bool:
        """Whether something is read under the name that remains; packed twice, it is not."""
        return PurePath(name).suffix.lower() not in _PACKED and self.reader_for(name) is not None


def _looks_like(opening: bytes) -> str:
    """A note does not begin with a brace and a quote, a JSON line does; so does an array, which is then an error."""
    for magic, suffix in _MAGIC.items():
        if opening.startswith(magic):
            return suffix
    if kind := kind_of(opening):
        return _BY_KIND[kind]
    bare = opening.removeprefix(_BOM).lstrip(b"\x0b \t\r\n")
    if _HL7.match(bare):
        return ".hl7"
    dense = b"".join(bare.split())
    if not dense.startswith((b'{"', b'[{"')):
        return ".txt"
    return ".json" if _one_resource(bare) else ".jsonl"


def _one_resource(opening: bytes) -> bool:
    """Whether a resource of FHIR is spread over lines; one in a line is read as a line."""
    return b'"resourceType"' in opening and not opening.partition(b"\n")[0].rstrip().endswith(b"}") and b"\n" in opening


_HL7 = re.compile(rb"(?:MSH|FHS|BHS)[^A-Za-z0-9\s]")
_BY_KIND: Mapping[str, str] = {"PDF": ".pdf", "RTF": ".rtf", "DOCX": ".docx", "HTML": ".html", "C-CDA": ".xml"}

FORMATS = Formats()
READERS: Mapping[str, Reader] = FORMATS.readers
