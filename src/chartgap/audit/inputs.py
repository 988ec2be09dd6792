"""The inputs: which files they are, in an order that never changes, and a fingerprint that tells when they do."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from chartgap.audit.files import AuditError
from chartgap.audit.units import FileUnit, Unit
from chartgap.errors import one_line
from chartgap.readers import READERS, Reader, read_notes


def fingerprint(place: str) -> dict[str, Any]:
    """Number and size of the files of a place, and a checksum of their names, sizes and times: not of their content,
    which for an archive would take as long as reading it.
    """
    digest = hashlib.sha256()
    files = size = 0
    for path in _files(place):
        try:
            state = path.stat()
            facts = f"{state.st_size} {state.st_mtime_ns}"
            size += state.st_size
        except OSError:
            facts = "?"
        digest.update(os.fsencode(path) + b"\0" + facts.encode() + b"\n")
        files += 1
    return {"place": _shown(place), "files": files, "bytes": size, "fingerprint": digest.hexdigest()}


def units_of(
    places: Iterable[str], reading: Mapping[str, Any], *, limit: int | None, tell: Callable[[str], None]
) -> Iterator[Unit]:
    """Everything that the places hold, in their order; documents that are files of one note are left to the workers."""
    return islice(read_notes(places, tell=tell, instead=_LATER, **reading), limit)


def _later(stream: BinaryIO, name: str, *, suffix: str) -> Iterator[Any]:
    """The file for a worker; what is inside of an archive has no file of its own and is read here."""
    if Path(name).is_file():
        yield FileUnit(name)
    else:
        yield from READERS[suffix](stream, name)


_LATER: Mapping[str, Reader] = {
    suffix: partial(_later, suffix=suffix) for suffix in (".pdf", ".docx", ".rtf", ".html", ".htm", ".xhtml")
}


def refuse(places: list[str], out: Path) -> None:
    """What cannot be audited, or not be resumed, is refused before anything is written."""
    for place in places:
        if place == "-":
            raise AuditError("standard input cannot be read again, so an audit of it could not be resumed: use a file")
        if not place.strip() or not os.path.lexists(place):
            raise AuditError(f"{_shown(place) or 'an empty file name'}: no such file or folder")
        if Path(place).is_dir() and out.resolve().is_relative_to(Path(place).resolve()):
            raise AuditError(f"{_shown(str(out))}: is inside of the input {_shown(place)}, and would be read as notes")


def _files(place: str) -> Iterator[Path]:
    """The files of a folder by name, folder by folder, so that never more than one folder's names are held."""
    path = Path(place)
    if not path.is_dir():
        yield path
        return
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError:
        yield path
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        else:
            yield Path(entry.path)


def _shown(place: str) -> str:
    return one_line(place.encode("utf-8", "backslashreplace").decode("utf-8"))
