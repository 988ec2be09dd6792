"""The report for a person at a terminal: what is missing first, every statement with its line and its source."""

from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from chartgap.model import Alert, CodeResult, Finding, Query, Report, RequirementResult
from chartgap.render.base import PLAIN, Checked, Screen

_ORDER = ("conflicting", "missing", "partial", "met")
_GAPS = frozenset({"conflicting", "missing", "partial"})
_STYLE = {
    **{"conflicting": "bold magenta", "missing": "bold red", "partial": "yellow", "met": "green"},
    **{"supported": "bold green", "incomplete": "bold yellow"},
    **{"contradicted": "bold red", "invalid": "bold red", "error": "bold red", "warning": "yellow", "info": "cyan"},
}
_LONGEST_QUOTE = 160
_STATUS_WIDTH = 16


def render_text(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One block a report, with an empty line after it."""
    for item in checked:
        yield _Page(item, screen).render()


class _Page:
    """One report being written."""

    def __init__(self, checked: Checked, screen: Screen) -> None:
        self._report, self._text = checked
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
        self._line(_title(report), style="bold underline")
        for error in report.errors:
            self._line("error: ", (_one_line(error), "bold red"), indent=2)
        for notice in report.notices:
            self._line("note: ", _one_line(notice), indent=2)
        for code in report.codes:
            self._code(code)
        if report.alerts:
            self._heading("Alerts")
        for alert in report.alerts:
            self._alert(alert)
        if report.queries:
            self._heading("Queries")
        for query in report.queries:
            self._query(query)
        self._line()
        self._line(("Findings: ", "bold"), _summary(report.findings))
        self._line()
        output = self._console.file
        assert isinstance(output, StringIO)
        # Rich pads lines to the width; trailing blanks are noise in a file.
        return "\n".join(line.rstrip() for line in output.getvalue().split("\n"))

    def _code(self, result: CodeResult) -> None:
        self._line()
        self._line((result.code, "bold"), f"  {result.description}  ", (result.verdict.upper(), _STYLE[result.verdict]))
        rows = [row for row in result.requirements if row.status != "not_applicable"]
        for row in sorted(rows, key=lambda row: (_ORDER.index(row.status), row.level == "recommended")):
            self._requirement(row)
        idle = ", ".join(row.id for row in result.requirements if row.status == "not_applicable")
        if idle:
            self._line(("not applicable".ljust(_STATUS_WIDTH), "dim"), indent=2)
            self._line((idle, "dim"), indent=_STATUS_WIDTH + 2)

    def _requirement(self, row: RequirementResult) -> None:
        status = row.status.ljust(_STATUS_WIDTH)
        level = f" ({row.level}, {row.basis.replace('_', ' ')})" if row.status in _GAPS else ""
        self._line((status, _STYLE[row.status]), (row.id, "bold" if level else ""), (level, "dim"), indent=2)
        if row.status in _GAPS:
            self._line(_one_line(row.reason), indent=_STATUS_WIDTH + 2)
            unverified = "" if row.verified else " (not verified)"
            self._line((f"source: {row.source}{unverified}", "dim"), indent=_STATUS_WIDTH + 2)
            if row.anchor_start is not None and not row.evidence:
                self._line(("at ", "dim"), (self._place(row.anchor_start, None), "dim"), indent=_STATUS_WIDTH + 2)
        self._evidence(row.evidence, indent=_STATUS_WIDTH + 2)

    def _alert(self, alert: Alert) -> None:
        codes = ", ".join((alert.code, *alert.related_codes))
        self._line((alert.severity.ljust(_STATUS_WIDTH), _STYLE[alert.severity]), f"{alert.id} ({codes})", indent=2)
        self._line(_one_line(alert.message), indent=_STATUS_WIDTH + 2)
        self._line((f"source: {alert.source}", "dim"), indent=_STATUS_WIDTH + 2)
        self._evidence(alert.evidence, indent=_STATUS_WIDTH + 2)

    def _query(self, query: Query) -> None:
        self._line((query.title, "bold"), (f"  {query.id} ({', '.join(query.requirement_ids)})", "dim"), indent=2)
        for indicator in query.indicators:
            place = self._place(indicator.start, indicator.section)
            self._line((f"{place}: ", "dim"), _quoted(indicator.quote), indent=4)
        self._line(_one_line(query.question), indent=4)
        for option in query.options:
            self._line("[ ] ", _one_line(option), indent=4)

    def _evidence(self, indexes: tuple[int, ...], *, indent: int) -> None:
        quotes = (self._quote(self._report.findings[index]) for index in indexes)
        for place, quote, doubt in dict.fromkeys(quotes):  # two findings may rest on the same words
            self._line((place, "dim"), quote, (doubt, "yellow"), indent=indent)

    def _quote(self, finding: Finding) -> tuple[str, str, str]:
        doubt = "" if finding.assertion == "affirmed" else f" [{finding.assertion}]"
        return f"{self._place(finding.start, finding.section)}: ", _quoted(finding.text), doubt

    def _place(self, start: int, section: str | None) -> str:
        """Where it stands: the line when the text is at hand, else the offset; and the section."""
        place = f"offset {start}" if self._text is None else f"line {_line_number(self._text, start)}"
        return f"{place}, {section}" if section else place

    def _heading(self, title: str) -> None:
        self._line()
        self._line((title, "bold"))

    def _line(self, *parts: str | tuple[str, str], indent: int = 0, style: str = "") -> None:
        text = Text.assemble(*parts, style=style)
        self._console.print(Padding(text, (0, 0, 0, indent)) if indent else text)


def _title(report: Report) -> str:
    encounter = f" (encounter {report.encounter_id})" if report.encounter_id else ""
    return _one_line(f"{report.note_id}{encounter}")


def _summary(findings: tuple[Finding, ...]) -> str:
    """How many findings of each element count as documentation."""
    if not findings:
        return "none"
    counts = Counter(finding.element for finding in findings if finding.documented)
    named = ", ".join(f"{element} {count}" for element, count in sorted(counts.items()))
    others = len(findings) - counts.total()
    return "; ".join(part for part in (named, f"{others} not counted as documentation" if others else "") if part)


def _quoted(text: str) -> str:
    line = _one_line(text)
    return f'"{line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"}"'


def _one_line(text: str) -> str:
    """Without line breaks, and without the control characters that could rewrite a terminal."""
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))


def _line_number(text: str, offset: int) -> int:
    """From 1; CRLF, LF and CR each end a line, as an editor counts them."""
    before = text[:offset]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
