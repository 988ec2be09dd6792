"""Complaints that have a place: numbness, radiating pain, and the side of whatever is abnormal."""

import re
from typing import Literal

from chartgap.extract.concept import admitted
from chartgap.extract.draft import Draft
from chartgap.extract.lexer import Lexeme
from chartgap.extract.sentence import Part, Sentence, distinct, runs
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Side

_SMALL = (
    r"(?:the|his|her|their|my|in|into|of|at|to|on|over|down|up|along|from|through|throughout|across|around|towards?|involving|affecting|within|about|and|or|a|an"
    r"|is|are|was|were|has|have|had|feels?|felt|with|some|mild|moderate|severe|significant|intermittent|occasional|occasionally|sometimes|persistent|constant|chronic|acute|new"
    r"|all|way|going|goes|go|extending|extends|extend|running|runs|traveling|travels|radiating|radiates|radiate|radiated|referred|sensation|sensations|symptoms?|feeling|feelings|more|mostly|mainly|primarily|distribution|level|pattern|noted|present|developed|also|related|predominantly|especially|any|no|denies|lateral|medial|anterior|posterior|aspects?|side|part|as|well|far|upper|lower|distal|proximal|bottom|sharp|shooting|burning|dull|aching|subjective|progressive|increasing|increased|worsening|started|began|associated|that|which|this|region|area|sided|both|sharp|stabbing|dermatomal|describes|it|very|tip|tips|top|just|pain|pains|numb|tender|palpation|nerve|root|roots|disc|disk|foraminal|moderately|mildly|severely|marked|worse|worst|than|greater|left|right|muscle|muscles|positive|muscular|strength|loss|rated|his|complains|complaining|complaint|neuroforaminal|neural|foramen|foramina|recess|paracentral|central)"
)
_AHEAD = re.compile(rf"[\s,/()'\"&-]*(?:{_SMALL}[\s,/()'\"&-]+)*")
_SOURCE = re.compile(r"\bfrom\s+(?:the\s+|his\s+|her\s+)?(?:left\s+|right\s+)?$")
_NEAR = 90


def places(lex: Lexeme, sentence: Sentence, every: list[list[Part]], *, ahead_first: bool) -> list[Part]:
    """The body parts a complaint is said to be in: those right before it, else those it leads to, else the nearest."""
    before = [r for r in every if r[-1].end <= lex.start]
    after = [r for r in every if r[0].start >= lex.end]
    overlapping = [r for r in every if r[0].start < lex.end and lex.start < r[-1].end]
    if overlapping:
        return overlapping[0]
    tied_before = before[-1] if before and _tied(sentence, before[-1][-1].end, lex.start) else None
    tied_after = after[0] if after and _tied(sentence, lex.end, after[0][0].start) else None
    if ahead_first and tied_after and _SOURCE.search(sentence.gap(lex.end, tied_after[0].start)):
        rest = after[1:]
        tied_after = rest[0] if rest else None
    if ahead_first:
        return tied_after or tied_before or []
    if tied_before and tied_after and lex.start - tied_before[-1].end > 25 > tied_after[0].start - lex.end:
        return tied_after
    return tied_before or tied_after or []


def _tied(sentence: Sentence, start: int, end: int) -> bool:
    """Whether only small words, symptoms and sides stand between two offsets."""
    if end - start > _NEAR:
        return False
    text = sentence.gap(start, end)
    for other in (*sentence.of("symptom"), *sentence.of("side")):
        if start <= other.start and other.end <= end:
            text = text[: other.start - start] + " " * (other.end - other.start) + text[other.end - start :]
    return bool(_AHEAD.fullmatch(text + " "))


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Findings of a complaint element: present or, where negated, absent; with side and area of each place."""
    targets = [t for t in sentence.of(f"t:{pattern.element}") if not t.entry.void]
    if not targets or (pattern.not_sections and sentence.section in pattern.not_sections):
        return []
    every = runs(sentence)
    drafts: list[Draft] = []
    for lex in targets:
        if not admitted(lex, sentence):
            continue
        value, assertion = lex.entry.value or pattern.default, sentence.assertion(lex.start, lex.end)
        if assertion == "negated":
            value, assertion = lex.entry.negated or pattern.negated, "affirmed"
        found = places(lex, sentence, every, ahead_first=pattern.area == "radiation")
        pairs = _pairs(pattern, found)
        if value is None or (lex.entry.generic and not any(a for _, a in pairs) and value != pattern.negated):
            continue
        if lex.entry.area is not None:
            pairs = [(None, lex.entry.area)]
        start, end = min([lex.start, *(p.start for p in found)]), max([lex.end, *(p.end for p in found)])
        for side, area in pairs or _lent(pattern, sentence):
            drafts.append(
                Draft(pattern.element, value, start, end, lex.entry.id, side=side, area=area, assertion=assertion)
            )
    return drafts


def _lent(pattern: ElementPattern, sentence: Sentence) -> list[tuple[Side | None, str | None]]:
    areas = [a for a in sentence.heading.areas if a in {"upper_limb", "lower_limb"}]
    if pattern.area == "limb" and areas:
        return [(sentence.heading.side, a) for a in areas]
    return [(None, None)]


def _pairs(pattern: ElementPattern, parts: list[Part]) -> list[tuple[Side | None, str | None]]:
    """Distinct (side, area) of parts, in the area vocabulary of the element."""
    if pattern.area == "radiation":
        pairs = [(p.side, p.entry.radiation) for p in parts if p.entry and p.entry.radiation]
        limbs = [p for p in pairs if p[1] != "other"]
        return distinct(limbs or pairs)
    return distinct((p.side, a) for p in parts if p.entry for a in p.entry.areas if a not in {"general", "head"})


_BOUND: dict[str, Literal["neck", "back"]] = {"cervical": "neck", "cervicothoracic": "neck", "head": "neck"}


def laterality(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """The side of each symptom or abnormal finding of spine or limb that the sentence states of the patient."""
    if sentence.section in pattern.not_sections or not any(p.side for p in sentence.parts):
        return []
    every = runs(sentence)
    drafts: list[Draft] = []
    for lex in sentence.of("symptom"):
        if lex.entry.void or sentence.assertion(lex.start, lex.end) in {"negated", "hypothetical", "family"}:
            continue
        found = places(lex, sentence, every, ahead_first=lex.entry.sense == "root")
        for part in found:
            for area in _side_areas(part, lex, sentence):
                if part.side is None or area is None:
                    continue
                start, end = min(lex.start, part.start), max(lex.end, part.end)
                drafts.append(
                    Draft(
                        pattern.element,
                        "present",
                        start,
                        end,
                        lex.entry.id,
                        side=part.side,
                        area=area,
                        assertion=sentence.assertion(lex.start, lex.end),
                    )  # fmt: skip
                )
    return drafts


def _side_areas(part: Part, lex: Lexeme, sentence: Sentence) -> list[str]:
    """Areas of a sided part; a side that stands alone takes the region that the sentence is about."""
    sense = lex.entry.sense
    if part.entry is not None:
        if sense == "structure" and not (set(part.entry.areas) & {"neck", "back"}):
            return []
        if part.entry.joint and sense == "pain" and not _radicular(sentence):
            return [] if not sentence.regions and part.entry.radiation != "shoulder" else list(part.entry.areas)
        return [a for a in part.entry.areas if a not in {"general", "head"}]
    regions = [r for _, _, r in (*sentence.regions, *sentence.levels)]
    if not regions:
        lent = sentence.heading.region or sentence.near_region
        regions = [lent] if lent and sense in {"structure", "pain", "root"} else []
    return [_BOUND.get(r, "back") for r in regions[:1]]


def _radicular(sentence: Sentence) -> bool:
    return any(s.entry.sense in {"root", "sensory"} for s in sentence.of("symptom"))
