"""One page of its own: the note with its findings marked, what is missing beside it. No external asset, no network.

Jinja escapes whatever it is given, and the page's own policy lets only its own style and script run: a note cannot.
"""

from base64 import b64encode
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from chartgap.model import Alert, CodeResult, Explanation, Finding, Report, RequirementResult
from chartgap.render.base import PLAIN, Checked, Screen
from chartgap.render.words import (
    GAPS,
    alerts_in_order,
    one_line,
    place,
    query_about,
    quoted,
    rows_in_order,
    shown,
    shown_as,
    sourced,
    title,
    verdict_of,
)

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE = Path(__file__).resolve().parent / "page"
_LEGEND = {
    "exam": "examination",
    "cause": "diagnosis and cause",
    "care": "treatment and plan",
    "history": "history and complaint",
    "study": "studies and places",
}
_GROUPS = {
    "exam": "spurling reflex pathologic_reflex sensation strength range_of_motion spine_exam subluxation",
    "study": "region level laterality imaging imaging_finding electrodiagnostic stenosis_site tissue",
    "cause": "diagnosis etiology underlying_condition linkage rule_out trauma_status chronicity",
    "care": "conservative_treatment treatment_response treatment_plan workup_plan",
}
_GROUP_OF = {element: group for group, elements in _GROUPS.items() for element in elements.split()}


class _Segment(NamedTuple):
    text: str
    of: str = ""
    group: str = ""
    label: str = ""


class _Span(NamedTuple):
    start: int
    end: int
    name: str
    finding: Finding | None = None


class _Row(NamedTuple):
    state: str
    name: str
    rests: str
    why: str = ""
    source: str = ""
    explained: tuple[str, ...] = ()


class _Pane(NamedTuple):
    """A note; `name` where the report is on several."""

    name: str | None
    segments: list[_Segment] | None


def render_html(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """The page's head, one section a report, and its end."""
    pages = _templates()
    style, script = _asset("page.css"), _asset("page.js")
    yield pages.get_template("head.html.j2").render(
        style=Markup(style), style_hash=policy_hash(style), script_hash=policy_hash(script), legend=_LEGEND
    )
    for item in checked:
        yield render_section(item)
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def render_section(item: Checked) -> str:
    """One report, as a part of a page that has style and script of its own."""
    return shown(_templates().get_template("report.html.j2").render(_view(item)))


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  # the other formats need none

    return Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _asset(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def policy_hash(source: str) -> str:
    """As a content security policy names what may run."""
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"


def _view(item: Checked) -> dict[str, object]:
    report = item.report
    return {
        "title": title(report),
        "errors": report.errors,
        "notices": report.notices,
        "panes": list(_panes(item)),
        "codes": [_code(result, item) for result in report.codes],
        "alerts": [_alert(alert, item) for alert in alerts_in_order(report)],
        "queries": _queries(item),
    }


def _panes(item: Checked) -> Iterator[_Pane]:
    """The note, or every note of the encounter with its own findings."""
    report = item.report
    if not report.note_ids:
        yield _Pane(None, None if item.text is None else _segments(item.text, report, None))
    for note_id in dict.fromkeys(report.note_ids):
        text = item.texts.get(note_id)
        yield _Pane(one_line(note_id), None if text is None else _segments(text, report, note_id))


def _code(result: CodeResult, item: Checked) -> dict[str, object]:
    rows = rows_in_order(result)
    return {
        "title": f"{result.code} {result.description}",
        "verdict": shown_as(result, item.report),
        "verdict_shown": verdict_of(result, item.report),
        "gaps": [_gap(row, item) for row in rows if row.status in GAPS],
        "met": [_Row(row.status, row.id, _rests(row.evidence)) for row in rows if row.status == "met"],
        "idle": [row.id for row in rows if row.status == "not_applicable"],
    }


def _gap(row: RequirementResult, item: Checked) -> _Row:
    # A gap without words of its own rests on those that created the obligation.
    anchor = "" if row.anchor_start is None else _anchor(item, row.anchor_start, row.anchor_end, row.anchor_note_id)
    name = f"{row.id} ({row.level}, {row.basis.replace('_', ' ')})"
    told = (line for entry in item.report.explanations if entry.requirement_id == row.id for line in _told(entry, item))
    source = sourced(row.source, verified=row.verified)
    return _Row(row.status, name, _rests(row.evidence) or anchor, row.reason, source, tuple(told))


def _told(entry: Explanation, item: Checked) -> Iterator[str]:
    yield f"looked for: {entry.looked_for}"
    if entry.not_enough:
        yield f"not enough: {entry.not_enough}"
    for near in entry.near:
        finding = item.report.findings[near.finding]
        where = place(item, finding.start, finding.section, finding.note_id)
        yield f"close: {where}: {quoted(finding.text)}: {'; '.join(near.reasons)}"
    if entry.more:
        yield f"and {entry.more} more"


def _queries(item: Checked) -> list[dict[str, object]]:
    return [
        {
            "title": query.title,
            "problem": query.problem,
            "about": query_about(query),
            "rests": " ".join(
                _anchor(item, indicator.start, indicator.end, indicator.note_id) for indicator in query.indicators
            ),
            "indicators": [
                f"{place(item, indicator.start, indicator.section, indicator.note_id)}: {quoted(indicator.quote)}"
                for indicator in query.indicators
            ],
            "question": query.question,
            "options": query.options,
        }
        for query in item.report.queries
    ]


def _alert(alert: Alert, item: Checked) -> _Row:
    name = f"{alert.id} ({', '.join((alert.code, *alert.related_codes))})"
    source = sourced(alert.source, verified=alert.verified)
    return _Row(alert.severity, name, _rests(alert.evidence) or _words(alert, item), alert.message, source)


def _words(alert: Alert, item: Checked) -> str:
    """An alert that rests on no finding rests on words, or is shown at those that its code is claimed for."""
    if alert.anchor_start is not None:
        return _anchor(item, alert.anchor_start, alert.anchor_end, alert.anchor_note_id)
    return " ".join(_anchor(item, words.start, words.end, words.note_id) for words in alert.quotes)


def _rests(evidence: Iterable[int]) -> str:
    return " ".join(f"f{index}" for index in evidence)


def _anchor(item: Checked, start: int, end: int | None, note_id: str | None) -> str:
    """Names words that are no finding; of an encounter by the number of their note, as an id may hold anything."""
    number = "" if note_id is None else f"{item.report.note_ids.index(note_id)}-"
    return f"a{number}{start}-{end}"


def _segments(text: str, report: Report, note_id: str | None) -> list[_Segment]:
    """A note cut wherever a finding or an anchor begins or ends; each piece names all that it belongs to."""
    own = (pair for pair in enumerate(report.findings) if pair[1].note_id == note_id)
    spans = [_Span(item.start, item.end, f"f{index}", item) for index, item in own]
    item = Checked(report)
    spans += [_Span(start, end, _anchor(item, start, end, note_id)) for start, end in _anchors(report, note_id)]
    cuts = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    opening = deque(sorted(spans, key=lambda span: span.start))
    pieces: list[_Segment] = []
    over: list[_Span] = []
    for start, end in pairwise(cuts):
        over = [span for span in over if span.end > start]
        while opening and opening[0].start <= start:
            over.append(opening.popleft())
        pieces.append(_segment(text[start:end], over))
    return pieces


def _anchors(report: Report, note_id: str | None) -> set[tuple[int, int]]:
    rows = (row for result in report.codes for row in result.requirements if row.status in GAPS and not row.evidence)
    shown_at = chain[RequirementResult | Alert](rows, report.alerts)
    anchors = {(item.anchor_start, item.anchor_end) for item in shown_at if item.anchor_note_id == note_id}
    words = chain(*(query.indicators for query in report.queries), *(alert.quotes for alert in report.alerts))
    quotes = {(item.start, item.end) for item in words if item.note_id == note_id}
    return quotes | {(start, end) for start, end in anchors if start is not None and end is not None}


def _segment(text: str, over: list[_Span]) -> _Segment:
    if not over:
        return _Segment(text)
    findings = [span.finding for span in over if span.finding is not None]
    return _Segment(text, " ".join(span.name for span in over), _group(findings), "; ".join(map(_label, findings)))


def _group(findings: list[Finding]) -> str:
    """Whose colour shows where several findings share the words: the first of the legend that counts."""
    if not findings:
        return "anchor"
    groups = {_GROUP_OF.get(finding.element, "history") for finding in findings if finding.documented}
    return next((group for group in _LEGEND if group in groups), "uncounted")


def _label(finding: Finding) -> str:
    parts = (finding.element, finding.value, finding.side, finding.area, finding.status)
    said = " ".join(part.replace("_", " ") for part in parts if part)
    return said if finding.assertion == "affirmed" else f"{said} [{finding.assertion}]"
