"""What an alert rests on where no finding says it: the words of the note, or else those that the code rests on."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from chartgap.assess.alert_checks import NOTE_PLACES
from chartgap.assess.causes import linked_at, stated_at
from chartgap.assess.quotes import inside, words_at
from chartgap.assess.scene import ASSESSED, Chart, Scene
from chartgap.assess.wording import has_phrase
from chartgap.knowledge.alerts import Case
from chartgap.knowledge.codes import Condition, Want
from chartgap.model import MOST_EVIDENCE, Alert, CodeResult, Indicator

Span = tuple[int, int]


def words_of(case: Case, scene: Scene) -> tuple[Indicator, ...]:
    """The words by which a case holds, each place once, in the order of the note; () where the claim alone tells it."""
    found = set(_spans(case, scene))
    spans = sorted(span for span in found if not inside(span, found))
    return tuple(words_at(scene.chart, span) for span in spans[:MOST_EVIDENCE])


def rests_on_words(case: Case) -> bool:
    """Whether a case may hold by words of the note that are no finding."""
    asked = (*_of_wants(case.finds), *_of_conditions((case.when,) if case.when else ()))
    return bool(asked or case.says or case.link or case.beside_code_in_text or case.check in NOTE_PLACES)


def _spans(case: Case, scene: Scene) -> Iterator[Span]:
    if case.says:
        yield from stated_at(case.says, scene)
    for phrases in chain(_of_wants(case.finds), _of_conditions((case.when,) if case.when else ())):
        yield from scene.chart.places(phrases)
    if case.link:
        yield from linked_at(case.link, scene)
    if case.beside_code_in_text:
        yield from _lines(scene, lambda line: scene.code in line and has_phrase(line, case.beside_code_in_text))
    if places := NOTE_PLACES.get(case.check or ""):
        yield from _lines(scene, lambda line: places.search(line) is not None)


def _of_wants(wants: Iterable[Want]) -> Iterator[tuple[str, ...]]:
    for want in wants:
        if want.words:
            yield want.words
        if want.link:
            yield want.link.cause
        yield from _of_wants((*want.all_of, *want.any_of))


def _of_conditions(conditions: Iterable[Condition]) -> Iterator[tuple[str, ...]]:
    for condition in conditions:
        if condition.words:
            yield condition.words
        yield from _of_wants(condition.finding)
        yield from _of_conditions((*condition.all_of, *condition.any_of))


def _lines(scene: Scene, wanted: Callable[[str], bool]) -> Iterator[Span]:
    for match in re.finditer(r"\S[^\r\n]*", scene.chart.note.text):
        if wanted(match[0]):
            yield match.start(), match.start() + len(match[0].rstrip())


def anchored(alerts: Iterable[Alert], codes: Sequence[CodeResult], chart: Chart) -> Iterator[Alert]:
    """Alerts that rest on the claim alone are shown where their code's gaps are: at the words it is claimed for."""
    places: dict[str, Span | None] = {}
    for alert in alerts:
        if alert.evidence or alert.quotes:
            yield alert
            continue
        if alert.code not in places:
            places[alert.code] = _claimed_for(alert.code, codes, chart)
        span = places[alert.code]
        yield alert.model_copy(update={"anchor_start": span[0], "anchor_end": span[1]}) if span else alert


def _claimed_for(code: str, codes: Sequence[CodeResult], chart: Chart) -> Span | None:
    rows = [row for result in codes if result.code == code for row in result.requirements]
    for row in rows:
        if row.anchor_start is not None and row.anchor_end is not None:
            return row.anchor_start, row.anchor_end
    told = (index for row in rows if row.element in {"diagnosis", "title_axis"} for index in row.evidence)
    named = (
        index
        for index in chart.showing.get("diagnosis", ())
        if chart.findings[index].section in ASSESSED and chart.findings[index].documented
    )
    index = next(chain(told, named), None)
    return None if index is None else (chart.findings[index].start, chart.findings[index].end)
