"""Indicators of a query: the words of the note around a finding, exactly as they stand there.

A finding alone is too short to be quoted: "numbness" of "denies numbness" would say the opposite. So its sentence is,
or where that is long as much of it as tells whether the fact is denied.
"""

from collections.abc import Iterable
from itertools import chain

from chartgap.assess.scene import Chart
from chartgap.errors import one_line
from chartgap.model import Indicator

MOST_INDICATORS = 6
_LONGEST = 240
_BEFORE, _AFTER = 160, 60

Span = tuple[int, int]


def quotes(chart: Chart, indexes: Iterable[int], words: Iterable[Indicator] = ()) -> tuple[Indicator, ...]:
    """The passages around the first few findings and words, each once, in the order of the note."""
    found = ((item.start, item.end, item.attributes.get("date")) for item in map(chart.findings.__getitem__, indexes))
    spans: dict[Span, tuple[int, str | None]] = {}
    for start, end, date in chain(found, ((item.start, item.end, None) for item in words)):
        if len(spans) < MOST_INDICATORS:
            spans.setdefault(_passage(chart, start, end), (start, date))
    kept = (span for span in sorted(spans) if not inside(span, spans))
    return tuple(_indicator(chart, span, *spans[span]) for span in kept)


def words_at(chart: Chart, span: Span) -> Indicator:
    """Words that are no finding, themselves."""
    return _indicator(chart, span, span[0], None)


def inside(span: Span, spans: Iterable[Span]) -> bool:
    """Whether another of the spans holds it."""
    return any(other != span and other[0] <= span[0] and span[1] <= other[1] for other in spans)


def _passage(chart: Chart, start: int, end: int) -> Span:
    text = chart.note.text
    first, last = chart.sentence_span(start)
    last = max(last, end)
    if last - first > _LONGEST:
        first = _word_start(text, max(first, start - _BEFORE), start)
        last = _word_end(text, min(last, end + _AFTER), end)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
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


def _indicator(chart: Chart, span: Span, at: int, date: str | None) -> Indicator:
    start, end = span
    named = chart.section_at(at)
    section = (named or "no section").replace("_", " ")
    source = one_line(f"{chart.note.name}, {section}{f', {date}' if date else ''}")
    return Indicator(quote=chart.note.text[start:end], start=start, end=end, section=named, source=source)
