"""The report as Markdown, for a ticket, a wiki or a chat: a table a code, then alerts and queries."""

import re
from collections.abc import Iterable, Iterator

from chartgap.model import Alert, CodeResult, Explanation, Query, RequirementResult
from chartgap.render.base import PLAIN, Checked, Screen
from chartgap.render.words import (
    GAPS,
    alerts_in_order,
    one_line,
    place,
    query_about,
    quoted,
    rows_in_order,
    sourced,
    title,
    verdict_of,
)

# What Markdown or HTML takes for markup inside a line: a note's brackets are no links and its tags no tags.
_MARKUP = re.compile(r"([\\`*_\[\]|~<>&])")


def render_markdown(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One section a report, with an empty line after it."""
    for item in checked:
        yield "\n".join([*_report(item), "", ""])


def _report(checked: Checked) -> Iterator[str]:
    report = checked.report
    yield f"# {_plain(title(report))}"
    yield from _list("Error", report.errors)
    yield from _list("Note", report.notices)
    for result in report.codes:
        yield from _code(result, checked)
    if report.alerts:
        yield from [
            "",
            "## Alerts",
            "",
            "| severity | alert | codes | message | evidence | source |",
            "|---|---|---|---|---|---|",
        ]
        for alert in alerts_in_order(report):
            codes = ", ".join((alert.code, *alert.related_codes))
            evidence = _rests(checked, alert)
            yield _table_row(
                alert.severity, alert.id, codes, alert.message, evidence, sourced(alert.source, verified=alert.verified)
            )
    for query in report.queries:
        yield from _query(query, checked)


def _list(label: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from ["", f"**{label}:** {_plain(line)}"]


def _code(result: CodeResult, checked: Checked) -> Iterator[str]:
    yield from ["", f"## {_plain(f'{result.code} {result.description}')}: {verdict_of(result, checked.report)}", ""]
    yield from _table_head("status", "requirement", "what", "evidence", "source")
    for row in rows_in_order(result):
        if row.status != "not_applicable":
            yield _requirement(row, checked)
    idle = ", ".join(row.id for row in result.requirements if row.status == "not_applicable")
    if idle:
        yield from ["", f"Not applicable: {_plain(idle)}"]
    own = {row.id for row in result.requirements}
    told = [item for item in checked.report.explanations if item.requirement_id in own]
    if told:
        yield from ["", "### Why not", "", *(line for item in told for line in _explanation(item, checked))]


def _explanation(item: Explanation, checked: Checked) -> Iterator[str]:
    not_enough = f"; not enough: {item.not_enough}" if item.not_enough else ""
    yield f"- {_plain(item.requirement_id)}: looked for {_plain(item.looked_for + not_enough)}"
    for near in item.near:
        reasons = "; ".join(near.reasons)
        yield f"  - {_plain(f'{_quote(checked, near.finding)}: {reasons}')}"
    if item.more:
        yield f"  - and {item.more} more"


def _requirement(row: RequirementResult, checked: Checked) -> str:
    evidence = _evidence(checked, row.evidence)
    if row.status not in GAPS:
        return _table_row(row.status, row.id, "", evidence, "")
    if not evidence and row.anchor_start is not None:
        evidence = f"at {place(checked, row.anchor_start, None, row.anchor_note_id)}"
    what = f"{row.reason} ({row.level}, {row.basis.replace('_', ' ')})"
    return _table_row(row.status, row.id, what, evidence, sourced(row.source, verified=row.verified))


def _query(query: Query, checked: Checked) -> Iterator[str]:
    yield from [
        "",
        f"## Query: {_plain(query.title)}",
        "",
        _plain(query_about(query)),
        "",
    ]
    if query.problem:
        yield from [_plain(query.problem), ""]
    for indicator in query.indicators:
        where = place(checked, indicator.start, indicator.section, indicator.note_id)
        yield f"- {_plain(f'{where}: {quoted(indicator.quote)}')}"
    yield from ["", _plain(query.question), ""]
    yield from (f"- [ ] {_plain(option)}" for option in query.options)


def _evidence(checked: Checked, indexes: Iterable[int]) -> str:
    return "; ".join(dict.fromkeys(_quote(checked, index) for index in indexes))


def _rests(checked: Checked, alert: Alert) -> str:
    if alert.anchor_start is not None:
        return f"at {place(checked, alert.anchor_start, None, alert.anchor_note_id)}"
    words = (f"{place(checked, i.start, i.section, i.note_id)}: {quoted(i.quote)}" for i in alert.quotes)
    return "; ".join(filter(None, (_evidence(checked, alert.evidence), *words)))


def _quote(checked: Checked, index: int) -> str:
    finding = checked.report.findings[index]
    doubt = "" if finding.assertion == "affirmed" else f" [{finding.assertion}]"
    return f"{place(checked, finding.start, finding.section, finding.note_id)}: {quoted(finding.text)}{doubt}"


def _table_head(*titles: str) -> tuple[str, str]:
    return f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"


def _table_row(*cells: str) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text)).replace("\\<", "&lt;").replace("\\&", "&amp;").replace("\\>", "&gt;")
