"""What a folder of FHIR Bulk Data says beside its documents, in Condition.ndjson, Encounter.ndjson and so on."""

import io
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from chartgap.errors import ReadError
from chartgap.readers.compressed import PACKINGS, Unpacked
from chartgap.readers.decoding import MOST_BYTES
from chartgap.readers.fhir_facts import SUPPORTING, Facts, OnDisk

_SUFFIXES = (".ndjson", ".jsonl")
_TYPE = re.compile(rb'"resourceType"\s*:\s*"(\w{1,40})"')
_WANTED = frozenset(kind.encode() for kind in SUPPORTING)


def facts_beside(path: Path) -> Facts | None:
    """The facts in the JSON lines of the file's folder, its own included; None where there is no such file.

    What cannot be read here is told when that file is read for its notes.
    """
    if not path.is_file():
        return None
    facts = Facts(OnDisk())
    for beside in sorted(path.parent.iterdir()):
        for line in _lines(beside):
            match = _TYPE.search(line)
            if match and match[1] in _WANTED and (resource := _object(line)) is not None:
                facts.add(resource)
    return facts


def _lines(path: Path) -> Iterator[bytes]:
    packing = PACKINGS.get(path.suffix.lower())
    inner = path.with_suffix("") if packing else path
    if inner.suffix.lower() not in _SUFFIXES or path.name.startswith(".") or not path.is_file():
        return
    try:
        with path.open("rb") as raw:
            stream: BinaryIO = io.BufferedReader(Unpacked(packing(raw))) if packing else raw
            yield from iter(partial(stream.readline, MOST_BYTES + 1), b"")
    except (OSError, ReadError):
        return


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
