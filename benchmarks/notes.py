"""The notes that benchmarks run over: `python benchmarks/speed.py NOTES`, NOTES a folder, a .txt or a .jsonl[.gz] file.

Without NOTES it is the real notes beside the repository where they are present, else our own synthetic ones.
"""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from chartgap.errors import ReadError
from chartgap.model import Claim, Note
from chartgap.readers import read_notes

ROOT = Path(__file__).resolve().parents[1]
SYNTHETIC = ROOT / "corpora/synthetic"
SHARED = ROOT.parent / "shared"
REAL = SHARED / "corpora/real-notes.jsonl.gz"

Item = TypeVar("Item")

CODES = ("M54.12", "M54.2", "M53.82", "M40.12", "M99.40")
"""The codes with the most rows, claimed of every note."""


def default_notes() -> Path:
    """The real notes if they are there."""
    return REAL if REAL.exists() else SYNTHETIC


def load_notes(path: Path, *, codes: tuple[str, ...] = CODES) -> list[Note]:
    """All notes; lines of a .jsonl file may hold more than `id` and `text`. A note that cannot be read is an error."""
    claim = Claim(codes=codes)
    if ".jsonl" in path.suffixes:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        return [Note(id=str(row["id"]), text=row["text"], claim=claim) for row in rows]
    names = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    notes = []
    for item in read_notes([name.as_posix() for name in names]):
        if isinstance(item, ReadError):
            raise item
        notes.append(item.model_copy(update={"claim": claim}))
    return notes


def evenly(items: Sequence[Item], count: int | None) -> Sequence[Item]:
    """So many of the items, evenly spaced; all without a count."""
    if count is None or count >= len(items):
        return items
    return [items[index * len(items) // count] for index in range(count)]
