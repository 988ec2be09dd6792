"""What several formats say alike: the order of rows, places in a note, quotes on one line."""

import re
from collections.abc import Iterable

from chartgap.model import SEVERITIES, Alert, CodeResult, Finding, Indicator, Query, Report, RequirementResult
from chartgap.render.base import Checked

GAPS = frozenset({"conflicting", "missing", "partial"})
_ORDER = ("conflicting", "missing", "partial", "met", "not_applicable")
_LONGEST_QUOTE = 160
_MARKS = (('"', '"'), ("“", "”"), ("«", "»"))
_NO_MARKS = {ord(mark): "'" for pair in _MARKS for mark in pair}
_ACTING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Characters that do something where they are shown: move a cursor, turn the order of the others; and halves of one."""


def rows_in_order(result: CodeResult) -> list[RequirementResult]:
    """Contradictions first, then what is missing; what is only recommended after what is required."""
    return sorted(result.requirements, key=lambda row: (_ORDER.index(row.status), row.level == "recommended"))


def gaps_in_order(result: CodeResult) -> list[RequirementResult]:
    """The rows that are missing, partial or conflicting."""
    return [row for row in rows_in_order(result) if row.status in GAPS]


def verdict_of(result: CodeResult, report: Report) -> str:
    """The verdict; where it rests on the title alone it says so, for nothing else was looked at.

    It is that of the code's own rows. An alert that the code contradicts the rules is named beside one that agrees.
    """
    if result.verdict != "supported":
        return result.verdict
    agrees = "title agrees" if all(row.derived for row in result.requirements) else "supported by its rows"
    against = objections(result, report)
    if against:
        return f"{agrees}, but see {', '.join(against)}"
    return "supported" if agrees == "supported by its rows" else agrees


def objections(result: CodeResult, report: Report) -> list[str]:
    """The alerts of severity error that are about the code itself, by id."""
    told = (item.id for item in report.alerts if item.severity == "error" and item.code == result.code)
    return list(dict.fromkeys(told))


def shown_as(result: CodeResult, report: Report) -> str:
    """The verdict whose colour is shown: one that an alert objects to is not shown as good."""
    return "contradicted" if result.verdict == "supported" and objections(result, report) else result.verdict


def alerts_in_order(report: Report) -> list[Alert]:
    """Most severe first."""
    return sorted(report.alerts, key=lambda alert: SEVERITIES.index(alert.severity))


def title(report: Report) -> str:
    """What the report is about."""
    if report.note_ids:
        return one_line(f"encounter {report.note_id}: {', '.join(report.note_ids)}")
    return one_line(f"{report.note_id} (encounter {report.encounter_id})" if report.encounter_id else report.note_id)


def places_of(report: Report, evidence: Iterable[int]) -> list[Finding]:
    """A finding for each place that something rests on, in the order of note and encounter."""
    number = {note_id: n for n, note_id in enumerate(report.note_ids)}
    found = {(number.get(f.note_id or "", 0), f.start, f.end): f for f in map(report.findings.__getitem__, evidence)}
    return [found[place] for place in sorted(found)]


def query_about(query: Query) -> str:
    """What a query is known by: its id, what raised it, and the rules it is written by."""
    raised = ", ".join((*query.requirement_ids, *query.alert_ids))
    rules = f", rules {query.rules_version}" if query.rules_version else ""
    return f"{query.id} ({raised}{rules})"


def sourced(source: str, *, verified: bool) -> str:
    """The source with the warning that it has not been read, where it has not."""
    return source if verified else f"{source} (not verified)"


def one_line(text: str) -> str:
    """Without line breaks, and without the control characters that could rewrite a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))


def shown(text: str) -> str:
    """With a sign in the place of every character that would act on a terminal or on the order of the others.

    Line breaks and tabs stay, and so does the place of every character.
    """
    return _ACTING.sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(json: str) -> str:
    """JSON with those characters written as escapes: the same strings to whoever reads them."""
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", json)


def quoted(text: str) -> str:
    """On one line, in quotation marks, cut where it is long."""
    line = one_line(text)
    return f'"{line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"}"'


def cited(item: Indicator) -> str:
    """An indicator whole: in quotation marks that it does not hold itself, with note, section, date and offsets."""
    line = one_line(item.quote)
    left, right = next((pair for pair in _MARKS if not set(pair) & set(line)), _MARKS[0])
    source = unquoted(item.source or item.section or "note")
    return f"{left}{line}{right} ({source}, characters {item.start} to {item.end})"


def unquoted(name: str) -> str:
    """On one line; a name that holds quotation marks would look like a quote of the record."""
    return one_line(name).translate(_NO_MARKS)


def place(checked: Checked, start: int, section: str | None, note_id: str | None) -> str:
    """Where something stands: the line when the text is at hand, else the offset; section, and note of an encounter."""
    text = checked.text_of(note_id)
    where = f"offset {start}" if text is None else f"line {line_number(text, start)}"
    return ", ".join(([] if note_id is None else [one_line(note_id)]) + [where] + ([section] if section else []))


def line_number(text: str, offset: int) -> int:
    """From 1; CRLF, LF and CR each end a line, as an editor counts them."""
    before = text[:offset]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
