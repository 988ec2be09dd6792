"""For each gap: what was looked for, what came close, and why it does not count. Only made where it is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import get_args

from chartgap.assess.matching import holds, matches
from chartgap.assess.scene import Chart, Scene
from chartgap.assess.title_queries import Titles
from chartgap.assess.wording import has_phrase
from chartgap.knowledge.codes import CodeRequirements, Requirement, Want
from chartgap.knowledge.derived import DerivedRow
from chartgap.model import GAPS, Assertion, CodeResult, Explanation, Finding, NearMiss, RequirementResult

_MOST_NEAR = 5
_MOST_WORDS = 3
_ANY = get_args(Assertion)
_ASPECTS: dict[str, tuple[str, ...]] = {
    "assertion": ("assertion", "certain"),
    "value": ("value", "not_value", "kind", "result", "min_days", "levels"),
    "status": ("status",),
    "side": ("side",),
    "place": ("area", "about"),
    "section": ("section", "not_section"),
    "detail": ("has", "min_weeks"),
    "wording": ("text_has", "text_lacks", "sentence_has", "sentence_lacks", "with_"),
}
"""The keys of a Want that answer one question about a finding."""
_ASSERTED = {
    **{"negated": "it is stated to be absent", "uncertain": "it is uncertain", "historical": "it is history"},
    **{
        "family": "it is the family's",
        "hypothetical": "it is planned or conditional",
        "affirmed": "it is stated as present",
    },
}


def explain(
    chart: Chart,
    results: Iterable[CodeResult],
    codes: Iterable[CodeRequirements],
    titles: Titles = MappingProxyType({}),
) -> tuple[Explanation, ...]:
    """An explanation for every gap, in the order of the report."""
    rows = {row.id: row for item in codes for row in item.requirements}
    asked = {row.id: row for derived in titles.values() for row in derived}
    return tuple(
        _explained(rows[result.id], result, Scene(chart, code.code))
        if result.id in rows
        else _of_a_title(asked[result.id], result, chart.findings)
        for code in results
        for result in code.requirements
        if result.status in GAPS and (result.id in rows or result.id in asked)
    )


def _of_a_title(row: DerivedRow, result: RequirementResult, findings: Sequence[Finding]) -> Explanation:
    rested = [NearMiss(finding=index, reasons=(result.reason,)) for index in result.evidence]
    others = [
        NearMiss(finding=index, reasons=(_ASSERTED[finding.assertion],))
        for index, finding in enumerate(findings)
        if finding.rule_id == row.id and index not in result.evidence
    ]
    return Explanation(
        requirement_id=result.id,
        looked_for=row.needs,
        elements=("title_axis",),
        near=tuple([*rested, *others][:_MOST_NEAR]),
        more=max(0, len(rested) + len(others) - _MOST_NEAR),
    )


def _explained(row: Requirement, result: RequirementResult, scene: Scene) -> Explanation:
    # An alternative whose own `when` does not hold is not open to this note: nothing comes close to it.
    wants = tuple(want for want in _leaves(row.met) if want.when is None or holds(want.when, scene))
    elements = tuple(dict.fromkeys((row.element, *(name for want in wants for name in want.element))))
    rested = [NearMiss(finding=index, reasons=(result.reason,)) for index in result.evidence]
    others = [
        NearMiss(finding=index, reasons=reasons)
        for index, finding in enumerate(scene.findings)
        if result.status != "conflicting"  # there it is the two statements that count
        and index not in result.evidence
        and (reasons := _rejected(finding, wants, row.element, scene))
    ]
    near = _each_once([*rested, *sorted(others, key=lambda item: len(item.reasons))], scene.findings)
    return Explanation(
        requirement_id=result.id,
        looked_for=row.needs,
        not_enough=row.not_enough,
        elements=elements,
        near=tuple(near[:_MOST_NEAR]),
        more=max(0, len(near) - _MOST_NEAR),
    )


def _leaves(wants: Iterable[Want]) -> Iterator[Want]:
    for want in wants:
        if want.element:
            yield want
        yield from _leaves((*want.all_of, *want.any_of))


def _each_once(near: Iterable[NearMiss], findings: Sequence[Finding]) -> list[NearMiss]:
    """The first of those that are the same words: several findings may rest on them."""
    places: dict[tuple[int, int], NearMiss] = {}
    for item in near:
        places.setdefault((findings[item.finding].start, findings[item.finding].end), item)
    return list(places.values())


def _rejected(finding: Finding, wants: Sequence[Want], element: str, scene: Scene) -> tuple[str, ...]:
    """Why the finding is not what the alternative closest to it wants; nothing where none is close to it.

    Another value or section is close only where nothing else differs, and where the row is about that element: a
    diagnosis is not close to its cause, nor what is there to what is to be excluded.
    """
    why = [_differs(finding, want, scene) for want in wants if finding.element in want.element]
    alone = not any(element in want.element for want in wants) or finding.element == element
    close = [wrong for wrong in why if not wrong.keys() & {"value", "section"} or (alone and len(wrong) == 1)]
    return tuple(min(close, key=len).values()) if close else ()


def _differs(finding: Finding, want: Want, scene: Scene) -> dict[str, str]:
    """What is wrong with it, by aspect."""
    wrong = [aspect for aspect in _ASPECTS if not matches(_only(want, finding, aspect), finding, scene)]
    return {aspect: _reason(aspect, finding, want, scene) for aspect in wrong} or {"": "it does not suffice by itself"}


def _only(want: Want, finding: Finding, aspect: str) -> Want:
    """The Want reduced to the keys of one aspect."""
    keys = {key: getattr(want, key) for key in _ASPECTS[aspect]}
    if aspect != "assertion":
        keys["assertion"] = _ANY
    return Want.model_construct(_fields_set=None, **{"element": (finding.element,), **keys})


def _reason(aspect: str, finding: Finding, want: Want, scene: Scene) -> str:
    if aspect == "wording":
        return _wording(finding, want, scene)
    said = {
        "assertion": _ASSERTED[finding.assertion],
        "value": f"its value does not count here: {_words(finding.value, 'none')}",
        "status": f"it is {finding.status or 'of no stated status'}, not {' or '.join(want.status)}",
        "side": f"its side is {finding.side or 'not stated'}",
        "place": f"it is about another place{_words(finding.area, ', by its sentence', before=': ')}",
        "section": f"it stands under {_words(finding.section, 'no heading')}",
        "detail": _detail(finding, want),
    }
    return said[aspect]


def _detail(finding: Finding, want: Want) -> str:
    lacking = [name.replace("_", " ") for name in want.has if not finding.attributes.get(name)]
    if lacking:
        return f"its {' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not stated"
    return f"it is not said to have gone on for {want.min_weeks} weeks"


def _wording(finding: Finding, want: Want, scene: Scene) -> str:
    """Which words are there that must not be, or else which are not."""
    sentence = scene.chart.sentence(finding)
    for place, text, words in (("it", finding.text, want.text_lacks), ("its sentence", sentence, want.sentence_lacks)):
        if said := [word for word in words if has_phrase(text, (word,))]:
            return f'{place} says "{said[0].strip("*")}"'
    for place, text, words in (("it", finding.text, want.text_has), ("its sentence", sentence, want.sentence_has)):
        if words and not has_phrase(text, words):
            shown = ", ".join(f'"{word.strip("*")}"' for word in words[:_MOST_WORDS])
            return f"{place} does not say {shown}{' or the like' if len(words) > _MOST_WORDS else ''}"
    return "what it is to stand beside is not in its sentence"


def _words(name: str | None, none: str, *, before: str = "") -> str:
    return before + name.replace("_", " ") if name else none
