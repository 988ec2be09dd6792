"""Concepts: phrases that state a fact by themselves (a diagnosis, a study), with their area, side and status."""

import re
from collections.abc import Callable
from dataclasses import replace

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import between, distance, facing_edges
from chartgap.extract.recognizers.area import ELSEWHERE, elsewhere, study_areas
from chartgap.extract.recognizers.status import exists, in_vain, status, statuses
from chartgap.extract.sentences.about import about
from chartgap.extract.sentences.binding import runs
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern, Target
from chartgap.model import Assertion, Side

_JOIN = re.compile(
    r"[\s,/&+]*(?:(?:and|or|of|the|to|as well as|an?|both|full|whole|entire|lower|upper|region|regions|spine|spines"
    r"|views?|his|her|for|in)[\s,/&-]*)*"
)
_NEAR, _LETTER_REACH = 45, 25
_BEFORE, _BEHIND = 120, 40
_MIDLINE = frozenset({"canal", "kyphosis", "loss_of_lordosis", "normal"})
_LETTER = re.compile(
    r"(?<![\w./'-])([lrb])(?:(?=\s+(?:[clt]\d|para|levator|trap|upper|ut\b|foram|neuroforam|neck|occip|facet|artic|sub"
    r"|splen|rhomb|lateral|para))|(?=\s*[.,;)]))"
)
_CLOSE = 40
_LIST = re.compile(r"\s*(?:\([^)]{0,20}\)\s*)?(?:,? ?(?:and|or)\b|,|/|&|\+)\s*(?:\w+\s){0,2}")
_FOR = re.compile(
    r"[^,;.\n]{0,35}?\bfor\s+(?:(?:the|his|her|a|chronic|severe|left|right|bilateral|known|some|underlying|prior)\s+)*"
)
_OTHER_AIM = re.compile(
    r"(?:osteo|rheumatoid |knee |hand |hip )?arthritis\b(?! (?:of|in) (?:the |his |her )?(?:spine|neck|back"
    r"|lumbar|cervical))"
    r"|(?:\w+ ){0,2}spasticity\b|(?:pseudo)?gout\b|menstrual|cramps\b|anxiety|sleep\b|mood\b"
    r"|opioid (?:use|dependence|addiction)|(?:diabetic|peripheral) neuropathy|postherpetic|shingles"
)
_ANOTHER = frozenset({"joint", "other", "disease"})
_APART = re.compile(r"[,;]|\bwho\b")

__all__ = ["about_spine", "admitted", "recognize", "regions_of", "side_of", "status"]


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Findings of one concept element in one sentence."""
    if pattern.sections and sentence.section not in pattern.sections:
        return []
    if sentence.section in pattern.not_sections:
        return []
    drafts: list[Draft] = []
    for lex in sentence.of(f"t:{pattern.element}"):
        if lex.entry.void:
            continue
        if admitted(lex, sentence):
            drafts.extend(_drafts(pattern, lex, sentence))
        elif pattern.element == "imaging" and "other_body" in lex.entry.unless and elsewhere(lex, sentence):
            drafts.append(Draft(pattern.element, lex.entry.value, lex.start, lex.end, lex.entry.id, area=ELSEWHERE))
    return drafts


def admitted(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a target stands where its `needs`, `unless` and `sections` want it."""
    target: Target = lex.entry
    if target.sections and sentence.section not in target.sections:
        return False
    if not all(_NEEDS[need](lex, sentence) if need in _NEEDS else sentence.of(need) for need in target.needs):
        return False
    return not any(_blocked(word, lex, sentence) for word in target.unless)


def _listed(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether an abbreviation ("PT") stands in a plan, or in a list beside another treatment."""
    return sentence.section in {"plan", "assessment_and_plan"} or _in_list(lex, sentence)


def _in_list(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a word ("rest") stands in a list beside another treatment."""
    others = (*sentence.of("t:conservative_treatment"), *sentence.of("treatment"))
    return any(
        _LIST.fullmatch(sentence.view, *between(lex, o.start, o.end))
        for o in others
        if not o.entry.void and (o.end <= lex.start or lex.end <= o.start)
    )


def _blocked(word: str, lex: Lexeme, sentence: Sentence) -> bool:
    if word == "other_body":
        return elsewhere(lex, sentence) if lex.kind == "t:imaging" else other_body_nearer(lex, sentence)
    around = sentence.text
    if lex.kind == "t:radiation" and lex.entry.id != "radiation.noun":
        around = sentence.gap(max(sentence.start, lex.start - _BEFORE), min(sentence.end, lex.end + _BEHIND))
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}", around))


def about_spine(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a mention is about the spine: a region or level is nearer than another body site, or lent by context."""
    if other_body_nearer(lex, sentence):
        return False
    return bool(sentence.regions or sentence.levels or sentence.heading.region or sentence.near_region)


def near_spine(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a region or level stands close by, or the heading names one: for words that any joint can have."""
    if other_body_nearer(lex, sentence):
        return False
    close = any(
        _distance(lex, s, e) <= _CLOSE and not _APART.search(sentence.view, *sorted(between(lex, s, e)))
        for s, e, _ in sentence.places
    )
    return (
        close
        or "spine" in sentence.gap(max(sentence.start, lex.start - _CLOSE), min(sentence.end, lex.end + _CLOSE))
        or bool(sentence.heading.region)
    )


def _on_topic(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether nothing else than the spine or a limb of it is spoken of."""
    return about(sentence, lex.start, lex.end) != "other"


def _studied(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether it is told of the spine, or seen on the study of it that is being reported."""
    studied = sentence.study and sentence.study_region is not None
    return about_spine(lex, sentence) or (studied and not other_body_nearer(lex, sentence))


def _here(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether no study of another body part is being told of."""
    return bool(sentence.places) or not sentence.elsewhere


def _beside_pain(lex: Lexeme, sentence: Sentence) -> bool:
    return bool(sentence.of("symptom"))


_NEEDS: dict[str, Callable[[Lexeme, Sentence], bool]] = {
    "spine": about_spine,
    "near_spine": near_spine,
    "studied": _studied,
    "topic": _on_topic,
    "here": _here,
    "pain": _beside_pain,
    "listed": _listed,
    "in_list": _in_list,
}
"""What a target may need; any other name is a kind of phrase that its sentence must hold."""


def other_body_nearer(lex: Lexeme, sentence: Sentence) -> bool:
    others = [o for o in sentence.of("other_body") if not o.entry.void]
    if not others:
        return False
    spine = [(r[0], r[1]) for r in (*sentence.regions, *sentence.levels)]
    return min(_distance(lex, o.start, o.end) for o in others) < min(
        (_distance(lex, s, e) for s, e in spine), default=10_000
    )


def _distance(lex: Lexeme, start: int, end: int) -> int:
    """Characters between a mention and a span; what stands before is a little nearer than what stands after."""
    return distance(lex, start, end) + (0 if end <= lex.start else 1)


def _drafts(pattern: ElementPattern, lex: Lexeme, sentence: Sentence) -> list[Draft]:
    target: Target = lex.entry
    stated = _stated(pattern, lex, sentence)
    if stated is None:
        return []
    value, assertion = stated
    base = Draft(
        pattern.element, value, lex.start, lex.end, target.id,
        side=target.side, area=target.area, assertion=assertion,
        attributes={k: v for k, v in target.attributes.items() if k != "also"},
    )  # fmt: skip
    areas: list[str | None] = [target.area]
    if target.area is None and pattern.element == "imaging":
        areas = study_areas(lex, sentence)
    elif target.area is None and pattern.area in {"region", "spine"}:
        areas = list(regions_of(lex, sentence, neck_back=pattern.area == "spine")) or [None]
    elif target.area is None and pattern.area == "limb":
        return _with_parts(base, lex, sentence)
    if pattern.sides and base.side is None and value not in _MIDLINE:
        base.side = _own_side(lex, sentence) if pattern.element == "complaint" else side_of(lex, sentence)
    sides = _with_coordinated(base.side, lex, sentence)
    found = _statuses(pattern, lex, sentence)
    if pattern.element == "conservative_treatment" and _for_another(lex, sentence):
        return []
    drafts = [_with(base, area, side, status) for area in areas for side in sides for status in found]
    if also := target.attributes.get("also"):
        drafts.append(replace(base, value=also, side=None))
    for draft in drafts:
        if pattern.status and draft.status == pattern.status.planned and draft.assertion == "hypothetical":
            draft.assertion = "affirmed"  # "if no better, an MRI": planned, and the condition is the plan's
    return drafts


def _stated(pattern: ElementPattern, lex: Lexeme, sentence: Sentence) -> tuple[str | None, Assertion] | None:
    """The value that a mention states and whether it holds; None where the pattern wants no such statement."""
    assertion = sentence.assertion(lex.start, lex.end, pattern.element)
    value = lex.entry.value or pattern.default
    if assertion == "negated" and pattern.status and (in_vain if pattern.status.continues else exists)(lex, sentence):
        assertion = "affirmed"
    if assertion != "negated":
        return None if pattern.when == "negated" else (value, assertion)
    if pattern.when == "affirmed":
        return None
    negated = pattern.negated if lex.entry.negated is None else lex.entry.negated
    if negated == "":
        return None
    if negated is not None:
        return negated, "affirmed"
    return value, "affirmed" if pattern.when == "negated" else assertion


def _statuses(pattern: ElementPattern, lex: Lexeme, sentence: Sentence) -> tuple[str | None, ...]:
    if pattern.status is None:
        return (None,)
    return (lex.entry.status,) if lex.entry.status else statuses(pattern.status, lex, sentence)


def _own_side(lex: Lexeme, sentence: Sentence) -> Side | None:
    """The side of a pain: that of the body part it names, else a side right before it ("left-sided headache")."""
    named = [p for p in sentence.parts if p.entry and p.start < lex.end and lex.start < p.end]
    beside = [p for p in sentence.parts if not p.entry and 0 <= lex.start - p.end < 3]
    return next((p.side for p in (named or beside) if p.side), None)


def _for_another(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a treatment is said to be for another disease or joint: "Lyrica for fibromyalgia"."""
    match = _FOR.match(sentence.view, lex.end, sentence.end)
    if match is None:
        return False
    if _OTHER_AIM.match(sentence.view, match.end()):
        return True
    ahead = [t for t in sentence.of("topic") if not t.entry.void and t.start >= match.end()]
    if not ahead or ahead[0].start != match.end() or ahead[0].entry.sense not in _ANOTHER:
        return False
    return not any(t.entry.sense in {"spine", "condition"} for t in ahead)


def side_of(lex: Lexeme, sentence: Sentence) -> Side | None:
    """The side nearest to a mention within its clause; a comma between puts it farther off."""
    found: list[tuple[int, Side]] = []
    for part in sentence.parts:
        low, high = between(lex, part.start, part.end)
        if part.side is None or high - low > _NEAR or sentence.broken(low, max(low, high)):
            continue
        found.append((max(0, high - low) + (_NEAR if "," in sentence.gap(low, high) else 0), part.side))
    found.extend(_letter_sides(lex, sentence))
    return min(found)[1] if found else None


def _with_coordinated(side: Side | None, lex: Lexeme, sentence: Sentence) -> list[Side | None]:
    """A side with those listed beside it: "foraminal stenosis on the left at C5-6 and on the right at C6-7"."""
    for run in runs(sentence) if side else ():
        if run[0].side == side and run[0].start >= lex.end and len(run) > 1 and not any(p.entry for p in run):
            return list(dict.fromkeys(p.side for p in run))
    return [side]


def _letter_sides(lex: Lexeme, sentence: Sentence) -> list[tuple[int, Side]]:
    """Sides written as one letter: "L C6-7 narrowing", "tender R levator", "neck tender L"."""
    found: list[tuple[int, Side]] = []
    for match in _LETTER.finditer(sentence.view, max(sentence.start, lex.start - 20), sentence.end):
        apart = distance(lex, *match.span())
        if apart > _LETTER_REACH or "," in sentence.gap(lex.end, match.start()):
            continue
        found.append((apart, "left" if match[1] == "l" else "right" if match[1] == "r" else "bilateral"))
    return found


def _with(base: Draft, area: str | None, side: Side | None, status: str | None) -> Draft:
    return replace(base, area=area, side=side, status=status, attributes=dict(base.attributes))


def _with_parts(base: Draft, lex: Lexeme, sentence: Sentence) -> list[Draft]:
    near = [p for p in sentence.parts if p.entry and facing_edges(p, lex) < _NEAR]
    if not near:
        return [base]
    part = min(near, key=lambda p: facing_edges(p, lex))
    assert part.entry is not None
    return [_with(base, part.entry.areas[0], base.side or part.side, base.status)]


def regions_of(lex: Lexeme, sentence: Sentence, *, neck_back: bool = False) -> list[str]:
    """The spine regions a mention is about: those coordinated beside it, else the nearest, else what context lends."""
    spans = sentence.places
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
