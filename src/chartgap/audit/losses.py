"""Documents that reading hung on or died of: kept beside the parts, so that a resumed audit leaves out the same ones.

What stands in their place counts as read. Without this a document that hangs once and not again would shift all that
come after it, and notes would be lost or doubled.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chartgap.audit.files import AuditError, append_line, whole_lines
from chartgap.errors import LostError, one_line
from chartgap.readers.marks import Barred, Mark

LOST = "lost.jsonl"


class Losses:
    """By file, which documents of it are left out, and after how many of their notes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOST
        self._of: dict[str, dict[Mark, Barred]] = {}
        self._size = 0
        for line in whole_lines(self._path) if self._path.exists() else ():
            self._size += len(line)
            self._take(line)

    def of(self, file: str) -> Mapping[Mark, Barred]:
        """Those of a file."""
        return self._of.get(file, {})

    def add(self, file: str, mark: Mark, kept: int, error: LostError) -> None:
        """One more; when this returns, it lasts."""
        record = {"file": file, "mark": mark, "kept": kept, "kind": error.kind, "reason": error.reason}
        line = json.dumps(record).encode() + b"\n"
        append_line(self._path, line, behind=self._size)
        self._size += len(line)
        self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            record: dict[str, Any] = json.loads(line)
            mark = Mark(*record["mark"])
            error = LostError(**mark._asdict(), kind=record["kind"], reason=record["reason"])
            self._of.setdefault(record["file"], {})[mark] = Barred(record["kept"], error)
        except (ValueError, KeyError, TypeError):
            raise AuditError(f"{one_line(str(self._path))}: not what an audit writes") from None
