"""What is different between two reports on a note: of the earlier only ids and statuses are needed, and kept."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from chartgap.model import GAPS, Changes, Delta, Query, Report


class Marks(NamedTuple):
    """Ids of what a report leaves open."""

    rows: tuple[str, ...]
    alerts: tuple[str, ...]
    queries: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """As it is kept."""
        return json.dumps(self).encode()


def marks_from(kept: bytes) -> Marks:
    """As it was kept."""
    data: Any = json.loads(kept)
    return Marks(*map(tuple, data))


def marks_of(report: Report) -> Marks:
    """The marks of a report, in its order."""
    rows = (row.id for code in report.codes for row in code.requirements if row.status in GAPS)
    alerts = (f"{alert.id} ({alert.code})" for alert in report.alerts)
    return Marks(_once(rows), _once(alerts), _once(map(_asked, report.queries)))


def changes(before: Marks, after: Marks, *, since: str | None) -> Changes:
    """What became of each mark."""
    rows, alerts, queries = (_delta(old, new) for old, new in zip(before, after, strict=True))
    return Changes(since=since, rows=rows, alerts=alerts, queries=queries)


def _asked(query: Query) -> str:
    """A query's own id follows the words it quotes, which a clinician has just changed; what is asked stays."""
    return f"{query.id.rpartition('-')[0]} ({query.code})"


def _delta(old: Collection[str], new: Collection[str]) -> Delta:
    return Delta(
        resolved=tuple(item for item in old if item not in new),
        new=tuple(item for item in new if item not in old),
        open=tuple(item for item in new if item in old),
    )


def _once(ids: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
