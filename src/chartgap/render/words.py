"""What several formats say alike: the order of rows, places in a note, quotes on one line."""

from collections.abc import Iterable

from chartgap.model import Alert, CodeResult, Report, RequirementResult

GAPS = frozenset({"conflicting", "missing", "partial"})
_ORDER = ("conflicting", "missing", "partial", "met", "not_applicable")
_SEVERITIES = ("error", "warning", "info")
_LONGEST_QUOTE = 160


def rows_in_order(result: CodeResult) -> list[RequirementResult]:
    """Contradictions first, then what is missing; what is only recommended after what is required."""
    return sorted(result.requirements, key=lambda row: (_ORDER.index(row.status), row.level == "recommended"))


def gaps_in_order(result: CodeResult) -> list[RequirementResult]:
    """The rows that are missing, partial or conflicting."""
    return [row for row in rows_in_order(result) if row.status in GAPS]


def alerts_in_order(report: Report) -> list[Alert]:
    """Most severe first."""
    return sorted(report.alerts, key=lambda alert: _SEVERITIES.index(alert.severity))


def spans_of(report: Report, evidence: Iterable[int]) -> list[tuple[int, int]]:
    """The character ranges of the findings that something rests on, each once, in the note's order."""
    return sorted({(report.findings[index].start, report.findings[index].end) for index in evidence})


def sourced(source: str, *, verified: bool) -> str:
    """The source with the warning that it has not been read, where it has not."""
    return source if verified else f"{source} (not verified)"


def one_line(text: str) -> str:
    """Without line breaks, and without the control characters that could rewrite a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))


def quoted(text: str) -> str:
    """On one line, in quotation marks, cut where it is long."""
    line = one_line(text)
    return f'"{line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"}"'


def place(text: str | None, start: int, section: str | None) -> str:
    """Where something stands: the line when the text is at hand, else the offset; and the section."""
    where = f"offset {start}" if text is None else f"line {line_number(text, start)}"
    return f"{where}, {section}" if section else where


def line_number(text: str, offset: int) -> int:
    """From 1; CRLF, LF and CR each end a line, as an editor counts them."""
    before = text[:offset]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
