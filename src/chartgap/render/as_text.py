"""The report for a person at a terminal: what is missing first, every statement with its line and its source."""

from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from chartgap.model import Alert, CodeResult, Explanation, Finding, Query, RequirementResult
from chartgap.render.base import PLAIN, Checked, Screen
from chartgap.render.words import (
    GAPS,
    alerts_in_order,
    gaps_in_order,
    one_line,
    place,
    query_about,
    quoted,
    shown_as,
    sourced,
    title,
    verdict_of,
)

_STYLE = {
    **{"conflicting": "bold magenta", "missing": "bold red", "partial": "yellow", "met": "green"},
    **{"supported": "bold green", "incomplete": "bold yellow"},
    **{"contradicted": "bold red", "invalid": "bold red", "error": "bold red", "warning": "yellow", "info": "cyan"},
}
_STATUS_WIDTH = 16


def render_text(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One block a report, with an empty line after it."""
    for item in checked:
        yield _Page(item, screen).render()


class _Page:
    """One report being written."""

    def __init__(self, checked: Checked, screen: Screen) -> None:
        self._checked, self._report = checked, checked.report
        # Notes hold brackets and colons: nothing in them may be taken for markup, emoji or a number to colour.
        self._console = Console(
            file=StringIO(),
            width=screen.width,
            force_terminal=screen.colour,
            color_system="standard" if screen.colour else None,
            no_color=not screen.colour,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    def render(self) -> str:
        """The whole block."""
        report = self._report
        self._line(title(report), style="bold underline")
        for error in report.errors:
            self._line("error: ", (one_line(error), "bold red"), indent=2)
        for notice in report.notices:
            self._line("note: ", one_line(notice), indent=2)
        for code in report.codes:
            self._code(code)
        if report.alerts:
            self._heading("Alerts")
        for alert in alerts_in_order(report):
            self._alert(alert)
        if report.queries:
            self._heading("Queries")
        for query in report.queries:
            self._query(query)
        for code in report.codes:
            self._documented(code)
        self._line()
        self._line(("Findings: ", "bold"), _summary(report.findings))
        self._line()
        output = self._console.file
        assert isinstance(output, StringIO)
        # Rich pads lines to the width; trailing blanks are noise in a file.
        return "\n".join(line.rstrip() for line in output.getvalue().split("\n"))

    def _code(self, result: CodeResult) -> None:
        self._line()
        self._line(
            (result.code, "bold"),
            f"  {result.description}  ",
            (verdict_of(result, self._report).upper(), _STYLE[shown_as(result, self._report)]),
        )
        gaps = gaps_in_order(result)
        folded = [row for row in gaps if self._is_folded(row)]
        for row in gaps:
            if row not in folded:
                self._requirement(row)
        if folded:
            self._line(("recommended".ljust(_STATUS_WIDTH), "dim"), "not documented, and not required:", indent=2)
            self._line((", ".join(row.id for row in folded), "dim"), indent=_STATUS_WIDTH + 2)

    def _is_folded(self, row: RequirementResult) -> bool:
        """Of what is only recommended and nowhere in the note there is nothing to show but its name."""
        told = any(item.requirement_id == row.id for item in self._report.explanations)
        return row.level == "recommended" and row.status == "missing" and not row.evidence and not told

    def _documented(self, result: CodeResult) -> None:
        """What is met comes last: a reader looks for what is open."""
        met = [row for row in result.requirements if row.status == "met"]
        idle = ", ".join(row.id for row in result.requirements if row.status == "not_applicable")
        if met or idle:
            self._heading(f"{result.code}, documented" if met else f"{result.code}, nothing documented")
        for row in met:
            self._requirement(row)
        if idle:
            self._line(("not applicable".ljust(_STATUS_WIDTH), "dim"), indent=2)
            self._line((idle, "dim"), indent=_STATUS_WIDTH + 2)

    def _requirement(self, row: RequirementResult) -> None:
        status = row.status.ljust(_STATUS_WIDTH)
        level = f" ({row.level}, {row.basis.replace('_', ' ')})" if row.status in GAPS else ""
        self._line((status, _STYLE[row.status]), (row.id, "bold" if level else ""), (level, "dim"), indent=2)
        if row.status in GAPS:
            self._line(one_line(row.reason), indent=_STATUS_WIDTH + 2)
            self._line((f"source: {sourced(row.source, verified=row.verified)}", "dim"), indent=_STATUS_WIDTH + 2)
            if row.anchor_start is not None and not row.evidence:
                self._at(row.anchor_start, row.anchor_note_id)
            for item in self._checked.report.explanations:
                if item.requirement_id == row.id:
                    self._explanation(item)
        self._evidence(row.evidence, indent=_STATUS_WIDTH + 2)

    def _explanation(self, item: Explanation) -> None:
        indent = _STATUS_WIDTH + 2
        self._line(f"looked for: {one_line(item.looked_for)}", indent=indent)
        if item.not_enough:
            self._line(f"not enough: {one_line(item.not_enough)}", indent=indent)
        for near in item.near:
            where, quote, _ = self._quote(self._checked.report.findings[near.finding])
            reasons = "; ".join(map(one_line, near.reasons))
            self._line((f"close: {where}", "dim"), f"{quote}: {reasons}", indent=indent)
        if item.more:
            self._line((f"and {item.more} more", "dim"), indent=indent)

    def _alert(self, alert: Alert) -> None:
        codes = ", ".join((alert.code, *alert.related_codes))
        self._line((alert.severity.ljust(_STATUS_WIDTH), _STYLE[alert.severity]), f"{alert.id} ({codes})", indent=2)
        self._line(one_line(alert.message), indent=_STATUS_WIDTH + 2)
        self._line((f"source: {sourced(alert.source, verified=alert.verified)}", "dim"), indent=_STATUS_WIDTH + 2)
        self._evidence(alert.evidence, indent=_STATUS_WIDTH + 2)
        for item in alert.quotes:
            where = place(self._checked, item.start, item.section, item.note_id)
            self._line((f"{where}: ", "dim"), quoted(item.quote), indent=_STATUS_WIDTH + 2)
        if alert.anchor_start is not None:
            self._at(alert.anchor_start, alert.anchor_note_id)

    def _at(self, start: int, note_id: str | None) -> None:
        self._line(("at ", "dim"), (place(self._checked, start, None, note_id), "dim"), indent=_STATUS_WIDTH + 2)

    def _query(self, query: Query) -> None:
        self._line((query.title, "bold"), (f"  {query_about(query)}", "dim"), indent=2)
        if query.problem:
            self._line(one_line(query.problem), indent=4)
        for indicator in query.indicators:
            where = place(self._checked, indicator.start, indicator.section, indicator.note_id)
            self._line((f"{where}: ", "dim"), quoted(indicator.quote), indent=4)
        self._line(one_line(query.question), indent=4)
        for option in query.options:
            self._line("[ ] ", one_line(option), indent=4)

    def _evidence(self, indexes: tuple[int, ...], *, indent: int) -> None:
        quotes = (self._quote(self._report.findings[index]) for index in indexes)
        for where, quote, doubt in dict.fromkeys(quotes):  # two findings may rest on the same words
            self._line((where, "dim"), quote, (doubt, "yellow"), indent=indent)

    def _quote(self, finding: Finding) -> tuple[str, str, str]:
        doubt = "" if finding.assertion == "affirmed" else f" [{finding.assertion}]"
        return f"{place(self._checked, finding.start, finding.section, finding.note_id)}: ", quoted(finding.text), doubt

    def _heading(self, title: str) -> None:
        self._line()
        self._line((title, "bold"))

    def _line(self, *parts: str | tuple[str, str], indent: int = 0, style: str = "") -> None:
        text = Text.assemble(*parts, style=style)
        self._console.print(Padding(text, (0, 0, 0, indent)) if indent else text)


def _summary(findings: tuple[Finding, ...]) -> str:
    """How many findings of each element count as documentation."""
    if not findings:
        return "none"
    counts = Counter(finding.element for finding in findings if finding.documented)
    named = ", ".join(f"{element} {count}" for element, count in sorted(counts.items()))
    others = len(findings) - counts.total()
    return "; ".join(part for part in (named, f"{others} not counted as documentation" if others else "") if part)
