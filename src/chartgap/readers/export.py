"""What FHIR Bulk Data say beside their documents, in the Condition.ndjson and so on of a folder or zip."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from chartgap.errors import ReadError
from chartgap.readers.compressed import BROKEN, PACKINGS, Budget, Unpacked
from chartgap.readers.decoding import MOST_BYTES
from chartgap.readers.fhir_facts import SUPPORTING, Facts, OnDisk
from chartgap.readers.marks import beat

_SUFFIXES = (".ndjson", ".jsonl")
_TYPE = re.compile(rb'"resourceType"\s*:\s*"(\w{1,40})"')
_WANTED = frozenset(kind.encode() for kind in SUPPORTING)


def facts_beside(path: Path) -> Facts | None:
    """The facts in the JSON lines of the file's folder, its own included; None where there is no such file.

    What cannot be read here is told when that file is read for its notes.
    """
    if path.is_file():
        files = [found for found in sorted(path.parent.iterdir()) if _of_lines(found.name) and found.is_file()]
        return _of_files(tuple((found, found.stat().st_size, found.stat().st_mtime_ns) for found in files))
    archive = next((parent for parent in path.parents if parent.suffix.lower() == ".zip" and parent.is_file()), None)
    if archive is None:
        return None
    inside = path.relative_to(archive).parent.as_posix()
    return _of_zip(archive, archive.stat().st_mtime_ns, "" if inside == "." else f"{inside}/")


# One folder or zip at a time: a file for each thousand documents must not mean reading the others a thousand times.
@lru_cache(maxsize=1)
def _of_files(files: tuple[tuple[Path, int, int], ...]) -> Facts:
    facts = Facts(OnDisk())
    for path, *_ in files:
        try:
            with path.open("rb") as stream:
                _gather(facts, stream, path.name, path)
        except (OSError, ReadError):
            continue
    return facts


@lru_cache(maxsize=1)
def _of_zip(path: Path, _: int, folder: str) -> Facts:
    facts = Facts(OnDisk())
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            budget = Budget(sum(member.compress_size for member in members))
            for member in members:
                inside, _slash, name = member.filename.rpartition("/")
                if _of_lines(name) and (f"{inside}/" if inside else "") == folder:
                    with _whatever_it_holds(), archive.open(member) as stream:
                        _gather(facts, io.BufferedReader(Unpacked(stream, budget)), name)
    except BROKEN:
        return facts
    return facts


@contextmanager
def _whatever_it_holds() -> Iterator[None]:
    try:
        yield
    except (ReadError, *BROKEN):
        return


def _of_lines(name: str) -> bool:
    """Whether a name is that of JSON lines, compressed or not."""
    path = Path(name)
    inner = path.with_suffix("") if path.suffix.lower() in PACKINGS else path
    return inner.suffix.lower() in _SUFFIXES and not name.startswith(".")


def _gather(facts: Facts, stream: BinaryIO, name: str, path: Path | None = None) -> None:
    """What the lines of a stream say; of a plain file at a path, attachments are not copied."""
    packing = PACKINGS.get(Path(name).suffix.lower())
    lines: Any = io.BufferedReader(Unpacked(packing(stream))) if packing else stream
    begin = 0
    for line in _whole_lines(lines):
        beat()
        at = (str(path), begin, len(line)) if path and not packing else ()
        begin += len(line)
        match = _TYPE.search(line)
        if match and match[1] in _WANTED and (resource := _object(line)) is not None:
            facts.add(resource, at=at if match[1] == b"Binary" else ())


def _whole_lines(stream: BinaryIO) -> Iterable[bytes]:
    return iter(partial(stream.readline, MOST_BYTES + 1), b"")


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
