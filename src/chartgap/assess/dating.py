"""Injuries and the date of service: what is long past by then, and what a year alone leaves open."""

import datetime as dt
import re
from collections.abc import Iterable

from chartgap.model import Finding

_YEAR = re.compile(r"(?<!\d)(?:19[4-9]\d|20[0-4]\d)(?!\d)")
_LONG_PAST = 2  # years


def at_visit(findings: Iterable[Finding], visit: dt.date | None) -> tuple[Finding, ...]:
    """The findings, with dated injuries called current or remote as of the visit where its date is known."""
    return tuple(findings) if visit is None else tuple(_as_of(finding, visit.year) for finding in findings)


def _as_of(finding: Finding, visit: int) -> Finding:
    if finding.element != "trauma_status" or finding.value not in {"current", "remote"}:
        return finding
    found = _YEAR.search(finding.attributes.get("date", ""))
    if found is None:
        return finding
    if visit - int(found[0]) >= _LONG_PAST:
        return finding.model_copy(update={"value": "remote"})
    if finding.attributes.get("form") == "year" and visit == int(found[0]):
        return finding.model_copy(update={"value": "current"})
    return finding
