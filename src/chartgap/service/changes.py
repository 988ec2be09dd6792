"""What is different between two reports on a note: of the earlier only ids and statuses are needed, and kept."""

import json
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from chartgap.model import GAPS, Changes, Delta, Query, Report


class Mark(NamedTuple):
    """What is open, by its id, and the code that it is open for."""

    id: str
    code: str | None


class Marks(NamedTuple):
    """What a report leaves open."""

    rows: tuple[Mark, ...]
    alerts: tuple[Mark, ...]
    queries: tuple[Mark, ...]

    def to_bytes(self) -> bytes:
        """As it is kept."""
        return json.dumps(self).encode()


def marks_from(kept: bytes) -> Marks:
    """As it was kept."""
    data: Any = json.loads(kept)
    return Marks(*(tuple(Mark(*mark) for mark in part) for part in data))


def marks_of(report: Report) -> Marks:
    """The marks of a report, in its order."""
    rows = (Mark(row.id, code.code) for code in report.codes for row in code.requirements if row.status in GAPS)
    alerts = (Mark(_for_code(alert.id, alert.code), alert.code) for alert in report.alerts)
    return Marks(_once(rows), _once(alerts), _once(map(_asked, report.queries)))


def changes(before: Marks, report: Report, *, since: str | None) -> Changes:
    """What became of each mark."""
    codes = {code.code for code in report.codes}
    pairs = zip(before, marks_of(report), strict=True)
    rows, alerts, queries = (_delta(old, new, codes) for old, new in pairs)
    return Changes(since=since, rows=rows, alerts=alerts, queries=queries)


def _asked(query: Query) -> Mark:
    """A query's own id follows the words it quotes, which a clinician has just changed; what is asked stays."""
    return Mark(_for_code(query.id.rpartition("-")[0], query.code), query.code)


def _for_code(id_: str, code: str | None) -> str:
    return f"{id_} ({code})" if code else id_


def _delta(old: Collection[Mark], new: Collection[Mark], codes: Collection[str]) -> Delta:
    now, then = {mark.id for mark in new}, {mark.id for mark in old}
    closed = [mark for mark in old if mark.id not in now]
    return Delta(
        resolved=tuple(mark.id for mark in closed if mark.code is None or mark.code in codes),
        new=tuple(mark.id for mark in new if mark.id not in then),
        open=tuple(mark.id for mark in new if mark.id in then),
        dropped=tuple(mark.id for mark in closed if mark.code is not None and mark.code not in codes),
    )


def _once(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Each id once: codes of a family share their rows."""
    return tuple({mark.id: mark for mark in marks}.values())
