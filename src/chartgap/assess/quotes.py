"""Indicators of a query: the words of the note around a finding, exactly as they stand there.

A finding alone is too short to be quoted: "numbness" of "denies numbness" would say the opposite. So its sentence is,
or where that is long as much of it as tells whether the fact is denied.
"""

from collections.abc import Iterable

from chartgap.assess.scene import Chart
from chartgap.errors import one_line
from chartgap.model import Finding, Indicator

MOST_INDICATORS = 6
_LONGEST = 240
_BEFORE, _AFTER = 160, 60


def quotes(chart: Chart, indexes: Iterable[int]) -> tuple[Indicator, ...]:
    """The first few, each passage once, in the order of the note."""
    spans: dict[tuple[int, int], Finding] = {}
    for index in indexes:
        finding = chart.findings[index]
        if len(spans) < MOST_INDICATORS:
            spans.setdefault(_passage(chart, finding), finding)
    return tuple(_indicator(chart, span, spans[span]) for span in sorted(spans) if not _inside(span, spans))


def _inside(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    return any(other != span and other[0] <= span[0] and span[1] <= other[1] for other in spans)


def _passage(chart: Chart, finding: Finding) -> tuple[int, int]:
    text = chart.note.text
    first, last = chart.sentence_span(finding)
    last = max(last, finding.end)
    if last - first > _LONGEST:
        first = _word_start(text, max(first, finding.start - _BEFORE), finding.start)
        last = _word_end(text, min(last, finding.end + _AFTER), finding.end)
    while first < finding.start and text[first].isspace():
        first += 1
    while last > finding.end and text[last - 1].isspace():
        last -= 1
    return first, last


def _word_start(text: str, at: int, latest: int) -> int:
    while at < latest and at > 0 and not text[at - 1].isspace():
        at += 1
    return at


def _word_end(text: str, at: int, earliest: int) -> int:
    while at > earliest and at < len(text) and not text[at].isspace():
        at -= 1
    return at


def _indicator(chart: Chart, span: tuple[int, int], finding: Finding) -> Indicator:
    start, end = span
    section = (finding.section or "no section").replace("_", " ")
    date = f", {when}" if (when := finding.attributes.get("date")) else ""
    source = one_line(f"{chart.note.name}, {section}{date}")
    return Indicator(quote=chart.note.text[start:end], start=start, end=end, section=finding.section, source=source)
