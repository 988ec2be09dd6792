"""The worklist as CSV, for a spreadsheet: a line for each code, gap, alert, query, notice and error.

Every note has at least one line, so that a note without gaps can be told from one that was not checked. A cell that a
spreadsheet would take for a formula begins with an apostrophe (OWASP's advice on CSV injection).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from chartgap.model import Alert, Finding, Indicator, RequirementResult
from chartgap.render.base import PLAIN, Checked, Screen
from chartgap.render.words import alerts_in_order, gaps_in_order, line_number, one_line, places_of, shown, sourced

COLUMNS = (
    "note_id",
    "encounter_id",
    "kind",
    "code",
    "id",
    "status",
    "level",
    "basis",
    "message",
    "line",
    "start",
    "end",
    "evidence",
    "source",
)
_FORMULA = re.compile("[\t\r\n]|[\\s\u00ad\u200b-\u200d\u2060\ufeff]*[-=+@＝＋－＠]")
"""How a cell begins that a spreadsheet may compute: some programs take blanks and what has no width away first."""

Row = dict[str, str]


def render_csv(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """The header, then the lines of one report after the other."""
    yield _written([dict(zip(COLUMNS, COLUMNS, strict=True))])
    for item in checked:
        report = item.report
        about = {"note_id": report.note_id, "encounter_id": report.encounter_id or ""}
        yield _written([{**about, **row} for row in _rows(item)])


def _rows(item: Checked) -> Iterator[Row]:
    report = item.report
    yield from ({"kind": "error", "message": error} for error in report.errors)
    yield from ({"kind": "notice", "message": notice} for notice in report.notices)
    for result in report.codes:
        yield {
            "kind": "code",
            "code": result.code,
            "id": result.code,
            "status": result.verdict,
            "message": result.description,
        }
        for row in gaps_in_order(result):
            where = _where(item, row.evidence) if row.evidence else _anchor(item, row)
            said = {"status": row.status, "level": row.level, "basis": row.basis, "message": row.reason}
            source = sourced(row.source, verified=row.verified)
            yield {"kind": "requirement", "code": result.code, "id": row.id, **said, **where, "source": source}
    for alert in alerts_in_order(report):
        said = {
            "status": alert.severity,
            "message": alert.message,
            "source": sourced(alert.source, verified=alert.verified),
        }
        yield {"kind": "alert", "code": alert.code, "id": alert.id, **said, **_rests(item, alert)}
    for query in report.queries:
        message = f"{query.question} Options: {' / '.join(query.options)}"
        where = _quoted(item, query.indicators)
        yield {"kind": "query", "code": query.code, "id": query.id, "message": message, **where}


def _where(item: Checked, evidence: Iterable[int]) -> Row:
    """The place of the first words it rests on, and all of them."""
    places = places_of(item.report, evidence)
    said = "; ".join(f'"{one_line(finding.text)}"' for finding in places)
    return {**_at(item, places[0]), "evidence": said} if places else {}


def _rests(item: Checked, alert: Alert) -> Row:
    return _where(item, alert.evidence) or _quoted(item, alert.quotes) or _anchor(item, alert)


def _quoted(item: Checked, quotes: Sequence[Indicator]) -> Row:
    said = "; ".join(f'"{one_line(indicator.quote)}"' for indicator in quotes)
    return {**_at(item, quotes[0]), "evidence": said} if quotes else {}


def _anchor(item: Checked, about: RequirementResult | Alert) -> Row:
    if about.anchor_start is None or about.anchor_end is None:
        return {}
    return _span(item, about.anchor_start, about.anchor_end, about.anchor_note_id)


def _at(item: Checked, words: Finding | Indicator) -> Row:
    return _span(item, words.start, words.end, words.note_id)


def _span(item: Checked, start: int, end: int, note_id: str | None) -> Row:
    """The place; of an encounter with its note, which then stands in the place of the encounter's id."""
    text = item.text_of(note_id)
    line = "" if text is None else str(line_number(text, start))
    note = {} if note_id is None else {"note_id": note_id}
    return {**note, "line": line, "start": str(start), "end": str(end)}


def _written(rows: list[Row]) -> str:
    stream = StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\r\n")
    for row in rows:
        writer.writerow({column: harmless(cell) for column, cell in row.items()})
    return stream.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet computes, and that shows what it holds."""
    return shown(f"'{cell}" if _FORMULA.match(cell) else cell)
