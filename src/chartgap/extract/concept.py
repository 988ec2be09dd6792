"""Concepts: a phrase that states a fact by itself (a diagnosis, a study, a treatment), with its area, side and status."""

import re

from chartgap.extract.draft import Draft
from chartgap.extract.lexer import Lexeme
from chartgap.extract.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern, StatusRule, Target

_JOIN = re.compile(
    r"[\s,/&+]*(?:(?:and|or|of|the|to|as well as|an?|both|full|whole|entire|lower|upper|region|regions|spine|spines|views?|his|her|for|in)[\s,/&-]*)*"
)
_NEAR = 45


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Findings of one concept element in one sentence."""
    if pattern.sections and sentence.section not in pattern.sections:
        return []
    if sentence.section in pattern.not_sections:
        return []
    drafts: list[Draft] = []
    for lex in sentence.of(f"t:{pattern.element}"):
        if not lex.entry.void and admitted(lex, sentence):
            drafts.extend(_drafts(pattern, lex, sentence))
    return drafts


def admitted(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a target stands where its `needs`, `unless` and `sections` want it."""
    target: Target = lex.entry
    if target.sections and sentence.section not in target.sections:
        return False
    if "spine" in target.needs and not about_spine(lex, sentence):
        return False
    if "pain" in target.needs and not sentence.of("symptom"):
        return False
    return not any(_blocked(word, lex, sentence) for word in target.unless)


def _blocked(word: str, lex: Lexeme, sentence: Sentence) -> bool:
    if word == "other_body":
        return _other_body_nearer(lex, sentence)
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}", sentence.text))


def about_spine(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a mention is about the spine: a region or level is nearer than another body site, or lent by context."""
    if _other_body_nearer(lex, sentence):
        return False
    return bool(sentence.regions or sentence.levels or sentence.heading.region or sentence.near_region)


def _other_body_nearer(lex: Lexeme, sentence: Sentence) -> bool:
    others = [o for o in sentence.of("other_body") if not o.entry.void]
    if not others:
        return False
    spine = [(r[0], r[1]) for r in (*sentence.regions, *sentence.levels)]
    return min(_distance(lex, o.start, o.end) for o in others) < min(
        (_distance(lex, s, e) for s, e in spine), default=10_000
    )


def _distance(lex: Lexeme, start: int, end: int) -> int:
    """Characters between a mention and a span; what stands before is a little nearer than what stands after."""
    if end <= lex.start:
        return lex.start - end
    return max(0, start - lex.end) + 1


def _drafts(pattern: ElementPattern, lex: Lexeme, sentence: Sentence) -> list[Draft]:
    target: Target = lex.entry
    assertion = sentence.assertion(lex.start, lex.end)
    value = target.value or pattern.default
    negated = target.negated or pattern.negated
    if assertion == "negated":
        if pattern.when == "affirmed":
            return []
        if negated is not None:
            value, assertion = negated, "affirmed"
        elif pattern.when == "negated":
            assertion = "affirmed"
    elif pattern.when == "negated":
        return []
    base = Draft(
        pattern.element, value, lex.start, lex.end, target.id,
        side=target.side, area=target.area, assertion=assertion, attributes=dict(target.attributes),
    )  # fmt: skip
    if pattern.status:
        base.status = target.status or status(pattern.status, lex, sentence)
    areas: list[str | None] = [target.area]
    if target.area is None and pattern.area in {"region", "spine"}:
        areas = list(regions_of(lex, sentence, neck_back=pattern.area == "spine")) or [None]
    elif target.area is None and pattern.area == "limb":
        return _with_parts(base, lex, sentence)
    out = []
    for area in areas:
        out.append(Draft(**{**_fields(base), "area": area}))
    return out


def _fields(draft: Draft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in Draft.__slots__}


def _with_parts(base: Draft, lex: Lexeme, sentence: Sentence) -> list[Draft]:
    near = [p for p in sentence.parts if p.entry and min(abs(p.start - lex.end), abs(lex.start - p.end)) < _NEAR]
    if not near:
        return [base]
    part = min(near, key=lambda p: min(abs(p.start - lex.end), abs(lex.start - p.end)))
    assert part.entry is not None
    return [Draft(**{**_fields(base), "area": part.entry.areas[0], "side": base.side or part.side})]


def regions_of(lex: Lexeme, sentence: Sentence, *, neck_back: bool = False) -> list[str]:
    """The spine regions a mention is about: those coordinated beside it, else the nearest, else what context lends."""
    spans = sorted({*sentence.regions, *((s, e, r) for s, e, r in sentence.levels)})
    if spans:
        nearest = min(spans, key=lambda s: _distance(lex, s[0], s[1]))
        at = spans.index(nearest)
        low = high = at
        while low > 0 and _JOIN.fullmatch(sentence.view, spans[low - 1][1], spans[low][0]):
            low -= 1
        while high + 1 < len(spans) and _JOIN.fullmatch(sentence.view, spans[high][1], spans[high + 1][0]):
            high += 1
        found = [r for _, _, r in spans[low : high + 1]]
    else:
        found = [r for r in (sentence.heading.region, sentence.near_region) if r][:1]
    if neck_back:
        found = ["neck" if r in {"cervical", "cervicothoracic", "head"} else "back" for r in found]
    return list(dict.fromkeys(found))


def status(rule: StatusRule, lex: Lexeme, sentence: Sentence) -> str:
    """Done or planned: by the nearest cue of the clause, else by the section."""
    cues = [c for c in sentence.of("cue") if not c.entry.void and c.entry.sense in {"planned", "done"}]
    before = [c for c in cues if c.end <= lex.start and not sentence.broken(c.end, lex.start)]
    after = [c for c in cues if c.start >= lex.end and not sentence.broken(lex.end, c.start)]
    if any(c.entry.sense == "done" and c.start - lex.end < 60 for c in after[:1]):
        return rule.done
    if before:
        return rule.planned if before[-1].entry.sense == "planned" else rule.done
    if after and after[0].start - lex.end < 40:
        return rule.planned if after[0].entry.sense == "planned" else rule.done
    if sentence.section in rule.planned_sections:
        return rule.planned
    return rule.done
