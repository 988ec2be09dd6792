"""The inputs: which files they are, in an order that never changes, and a fingerprint that tells when they do."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from chartgap.audit.encounters import gathered
from chartgap.audit.files import AuditError
from chartgap.audit.reading import Reading
from chartgap.audit.units import Batch, FileUnit, Range, Unit, batches
from chartgap.errors import one_line
from chartgap.readers import READERS, Reader, is_note_file, read_notes
from chartgap.readers.documents import kind_of
from chartgap.readers.listing import files_of

_DOCUMENTS = (".txt", ".text", ".pdf", ".docx", ".rtf", ".html", ".htm", ".xhtml")
_CCDA = (".xml", ".cda", ".ccda")
_OPENING = 4096


def fingerprint(place: str) -> dict[str, Any]:
    """Number and size of the files of a place, and a checksum of their names, sizes and times: not of their content,
    which for an archive would take as long as reading it. `to_read`: the bytes of those that are notes by their name.
    """
    digest = hashlib.sha256()
    files = size = to_read = 0
    for path in _files(place):
        try:
            state = path.stat()
            facts = f"{state.st_size} {state.st_mtime_ns}"
            size += state.st_size
            to_read += state.st_size if str(path) == place or is_note_file(path) else 0
        except OSError:
            facts = "?"
        digest.update(os.fsencode(path) + b"\0" + facts.encode() + b"\n")
        files += 1
    told = {"place": _shown(place), "files": files, "bytes": size, "to_read": to_read}
    return {**told, "fingerprint": digest.hexdigest()}


class Archive:
    """All that is to be read, in its order. Everything but plain documents is read in a process of its own, and those
    are left to the workers.
    """

    def __init__(
        self, places: Sequence[str], reading: Reading, options: Mapping[str, Any], *, encounters: bool = False
    ) -> None:
        self._places, self._reading, self._options, self._encounters = places, reading, options, encounters
        self._instead: Mapping[str, Reader] = {
            **dict.fromkeys(READERS, reading.items),
            "": reading.items,
            **dict.fromkeys(_DOCUMENTS, partial(self._later, ccda=False)),
            # Only a note that is read can be put beside the others of its encounter.
            **({} if encounters else dict.fromkeys(_CCDA, partial(self._later, ccda=True))),
        }

    def batches(self, todo: Sequence[Range], *, limit: int | None, most: int) -> Iterator[Batch]:
        """Its units in batches that know how much of all was read before they were."""
        total = sum(fingerprint(place)["to_read"] for place in self._places)

        def share(done: int) -> float | None:
            by_bytes = min(self._reading.read_bytes / total, 1.0) if total else None
            return max(by_bytes or 0.0, min(done / limit, 1.0)) if limit else by_bytes

        return batches(self.units(limit), todo, most=most, share=share)

    def units(self, limit: int | None) -> Iterator[Unit]:
        """Its units, so many at most."""
        found = read_notes(self._places, tell=self._reading.tell, instead=self._instead, **self._options)
        units: Iterator[Unit] = gathered(found) if self._encounters else found
        return islice(units, limit)

    def _later(self, stream: BinaryIO, name: str, *, ccda: bool) -> Iterator[Any]:
        """The file for a worker; XML that does not begin as a C-CDA may be no note at all."""
        if ccda and kind_of(stream.read(_OPENING)) != "C-CDA":
            yield from self._reading.items(stream, name)
            return
        size = os.fstat(stream.fileno()).st_size
        self._reading.passed(size)
        yield FileUnit(str(stream.name), name, size)


def refuse(places: list[str], out: Path) -> None:
    """What cannot be audited, or not be resumed, is refused before anything is written."""
    if out.exists() and not out.is_dir():
        raise AuditError(f"{_shown(str(out))}: is a file: --out names a folder")
    for place in places:
        if place == "-":
            raise AuditError("standard input cannot be read again, so an audit of it could not be resumed: use a file")
        if not place.strip() or not os.path.lexists(place):
            raise AuditError(f"{_shown(place) or 'an empty file name'}: no such file or folder")
        if Path(place).exists() and not Path(place).is_file() and not Path(place).is_dir():
            reason = "a pipe or device cannot be read again, so an audit of it could not be resumed: use a file"
            raise AuditError(f"{_shown(place)}: {reason}")
        if Path(place).is_dir() and out.resolve().is_relative_to(Path(place).resolve()):
            raise AuditError(f"{_shown(str(out))}: is inside of the input {_shown(place)}, and would be read as notes")


def _files(place: str) -> Iterator[Path]:
    """The files of a place, in the order in which they are read; of a folder that cannot be listed, the folder."""
    path = Path(place)
    if not path.is_dir():
        yield path
        return
    problems: list[OSError] = []
    yield from files_of(path, problems)
    yield from (Path(problem.filename) for problem in problems)


def _shown(place: str) -> str:
    return one_line(place.encode("utf-8", "backslashreplace").decode("utf-8"))
