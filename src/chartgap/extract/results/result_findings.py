"""From tests and their linked results to findings: areas, sides, and what headings and earlier sentences lend."""

import re
from dataclasses import replace

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import facing_edges
from chartgap.extract.recognizers.derive import LIMB_OF
from chartgap.extract.results import result_area
from chartgap.extract.results.merging import Result
from chartgap.extract.sentences.carried import examined, side_before
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.result import Cell, Mark, cells
from chartgap.extract.sentences.result_source import of_last_visit, told_by_patient
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Side

UNCLEAR = "unclear"
"""Value of a result that is none of the element's: it takes its site and side, and is no finding."""
_NOT = re.compile(r"\b(?:no|not|never|nor|without)\s+$")
_LIMBS = frozenset({"upper_limb", "lower_limb"})
_OF_LIMBS = frozenset({"strength", "sensation"})
_BARE, _BESIDE = 60, 25  # characters


def findings(pattern: ElementPattern, sentence: Sentence, results: list[Result], targets: list[Lexeme]) -> list[Draft]:
    """Findings of the results of an element, with the test names that they are results of."""
    drafts: list[Draft] = []
    for mark, lexeme in results:
        value, assertion = mark.value, sentence.assertion(mark.start, mark.end, pattern.element)
        if assertion in {"hypothetical", "family"} or value == UNCLEAR:
            continue
        if assertion == "negated":
            flipped = lexeme.entry.negated if lexeme is not None else None
            if flipped is None and (value != pattern.negated or _NOT.search(sentence.gap(sentence.start, mark.start))):
                continue
            value, assertion = flipped or value, "affirmed"  # "no clonus, negative Babinski": both say the same
        if assertion == "affirmed" and of_last_visit(mark, sentence):
            assertion = "historical"
        base = Draft(pattern.element, value, 0, 0, mark.rule_id or f"{pattern.element}.grade", assertion=assertion)
        own = _named_by(targets, mark)
        if pattern.grades == "motion" and own and all(t.entry.generic for t in own):
            base.attributes["plane"] = "yes"
        found = [
            draft
            for cell in cells(mark, own_sides=pattern.area == "none")
            for draft in _of_cell(
                base,
                cell,
                pattern=pattern,
                areas=_areas(pattern, cell, own, sentence, lexeme),
                targets=targets,
                sentence=sentence,
            )
        ]
        if not any(d.side for d in found):
            if pattern.element in _OF_LIMBS:
                _carry_side(found, sentence)
            elif pattern.element == "reflex":
                _carry_to_tendons(found, sentence)
        sided = {d.area for d in found if d.side}
        drafts.extend(d for d in found if d.side or d.area not in sided)
    return drafts


def _of_cell(  # noqa: PLR0913  # a result, where it is, and what it may inherit
    base: Draft,
    cell: Cell,
    *,
    pattern: ElementPattern,
    areas: list[tuple[str | None, Side | None]],
    targets: list[Lexeme],
    sentence: Sentence,
) -> list[Draft]:
    """One finding for each area that a result is about."""
    start, end = _extent(cell, targets)
    grade = {"degrees" if pattern.grades == "motion" else "grade": cell.grade} if cell.grade else {}
    found = []
    for area, side in areas:
        chosen = (cell.side or side or _lent_side(sentence, area)) if pattern.sides else None
        found.append(
            replace(base, start=start, end=end, side=chosen, area=area, attributes={**base.attributes, **grade})
        )
    return found


def _lent_side(sentence: Sentence, area: str | None) -> Side | None:
    """The side of a heading, for what is of its limb: below "LEFT SHOULDER:" a patellar reflex is of no side."""
    limbs = _LIMBS & set(sentence.heading.areas)
    return sentence.heading.side if not limbs or LIMB_OF.get(area or "", area) in limbs else None


def _carry_side(found: list[Draft], sentence: Sentence) -> None:
    """Give results the limb and side that is being examined: "Examination of the left leg: ... EHL 5/5.", in place."""
    if _side_of_sentence(found, sentence):
        return
    limb = examined(sentence)
    if limb is None and found and all(d.value != "normal" for d in found) and _of_the_part(sentence):
        side = side_before(sentence)
        for draft in found:
            draft.side = side if draft.area in _LIMBS else None
        return
    if limb is None or any(d.area not in {limb[0], "general"} for d in found):
        return
    for draft in found:
        draft.area, draft.side = limb


def _side_of_sentence(found: list[Draft], sentence: Sentence) -> bool:
    """Give abnormal results of a limb its side: "In the left leg, there is decreased sensation in an L5 pattern"."""
    if any(d.value == "normal" for d in found) or any(p.entry is None for p in sentence.parts):
        return False
    areas = {d.area for d in found}
    told = {(p.side, a) for p in sentence.parts if p.entry and p.side for a in p.entry.areas}
    if len(areas) != 1 or len(told) != 1 or not areas <= _LIMBS & {a for _, a in told}:
        return False
    side = told.pop()[0]
    if side == "bilateral":
        return False
    for draft in found:
        draft.side = side
    return True


def _carry_to_tendons(found: list[Draft], sentence: Sentence) -> None:
    """Give reflexes of the limb that is being examined its side, in place."""
    limb = examined(sentence)
    if limb is not None and all(LIMB_OF.get(d.area or "") == limb[0] for d in found):
        for draft in found:
            draft.side = limb[1]


def _of_the_part(sentence: Sentence) -> bool:
    """Whether all limbs that a sentence names are one part that was spoken of: "decreased over the thumb"."""
    limbs = [p for p in sentence.parts if p.entry and _LIMBS & set(p.entry.areas)]
    return len(limbs) == len(sentence.parts) > 0 and all(
        sentence.view.endswith("the ", 0, p.start) and not sentence.view.endswith(("s", "feet"), 0, p.end)
        for p in limbs[:1]
    )


def _areas(
    pattern: ElementPattern, cell: Cell, own: list[Lexeme], sentence: Sentence, lexeme: Lexeme | None
) -> list[tuple[str | None, Side | None]]:
    if lexeme is not None and (lexeme.entry.standalone or lexeme.entry.sections) and lexeme.entry.area:
        return [(lexeme.entry.area, None)]
    return result_area.areas(pattern, cell.sites, own, sentence, cell)


def has_result(target: Lexeme, results: list[Result]) -> bool:
    """Whether a test has a result; one that names no site shares any result of the sentence."""
    if not target.entry.area:
        return bool(results)
    return any(m.group is None or (m.group[0] <= target.start and target.end <= m.group[1]) for m, _ in results)


def unvalued(pattern: ElementPattern, sentence: Sentence, targets: list[Lexeme]) -> list[Draft]:
    """A test named without a result: "no clonus" is a result, a bare name is none unless the pattern has a default."""
    out = []
    for target in targets:
        if (target.entry.generic) or (pattern.examined and told_by_patient(target, sentence)):
            continue
        assertion = sentence.assertion(target.start, target.end, pattern.element)
        value: str | None = target.entry.value or pattern.default
        if assertion in {"hypothetical", "family"}:
            continue
        if any(v.entry.value == "none" for v in sentence.of(f"v:{pattern.element}")):
            continue
        if assertion == "negated":
            value, assertion = target.entry.negated or pattern.negated, "affirmed"
        if value is None:
            continue
        near = tuple(p for p in sentence.parts if p.entry and facing_edges(p, target) < _BESIDE)
        for area, side in result_area.areas(pattern, near[:1], [target], sentence, target):
            draft = Draft(pattern.element, value, target.start, target.end, target.entry.id, area=area)
            draft.side, draft.assertion = side or (near[0].side if near else None), assertion
            out.append(draft)
    return out


def _named_by(targets: list[Lexeme], mark: Mark) -> list[Lexeme]:
    """The test names that a mark is the result of."""
    if mark.group is None:
        return []
    return [t for t in targets if mark.group[0] <= t.start and t.end <= mark.group[1]]


def _extent(cell: Cell, targets: list[Lexeme]) -> tuple[int, int]:
    """The characters a result rests on: the value, its sites and the nearest test name."""
    starts, ends = [cell.start, *(s.start for s in cell.sites)], [cell.end, *(s.end for s in cell.sites)]
    near = min(targets, key=lambda t: facing_edges(t, cell), default=None)
    if near is not None and facing_edges(near, cell) < 2 * _BARE:
        starts.append(near.start)
        ends.append(near.end)
    return min(starts), max(ends)
