"""Palpation and inspection of the spine: tenderness, spasm, deformity, or their absence, with the part examined."""

import re

from chartgap.extract.concept import side_of
from chartgap.extract.draft import Draft
from chartgap.extract.lexer import Lexeme
from chartgap.extract.quantity import level_region
from chartgap.extract.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

_NECK = frozenset({"head", "cervical", "cervicothoracic"})
_REACH = 70
# Words of an examination, for the notes that have no headings.
_EXAM = re.compile(r"\b(?:palpat\w*|exam\w*|inspection|ttp|tender\b|on exam|observed|noted|percussion|there (?:is|was|are|were))\b")
# Parts of the back that do not say which: the neighbouring sentence or the heading does.
_SPINAL = re.compile(r"\b(?:para-?spin\w*|para-?vertebral|spinous|midline|facets?|spine|spinal|paraspinous)\b")


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Findings of palpation in a sentence of the examination."""
    if not _examines(pattern, sentence):
        return []
    drafts = []
    for lex in sentence.of("t:spine_exam"):
        assertion = sentence.assertion(lex.start, lex.end)
        if lex.entry.void or assertion in {"hypothetical", "family", "historical"} or _blocked(lex, sentence):
            continue
        value = lex.entry.value
        if assertion == "negated":
            value, assertion = lex.entry.negated or pattern.negated, "affirmed"
        for area in _areas(lex, sentence) if value else []:
            side = None if value == "normal" else side_of(lex, sentence) or sentence.heading.side
            drafts.append(
                Draft("spine_exam", value, lex.start, lex.end, lex.entry.id, side=side, area=area, assertion=assertion)
            )
    return drafts


def _examines(pattern: ElementPattern, sentence: Sentence) -> bool:
    if sentence.section in pattern.not_sections or sentence.study:
        return False
    return sentence.section in {"physical_exam", "results", "findings"} or bool(_EXAM.search(sentence.text))


def _blocked(lex: Lexeme, sentence: Sentence) -> bool:
    return any(re.search(rf"(?<![a-z0-9]){re.escape(word)}", sentence.text) for word in lex.entry.unless)


def _areas(lex: Lexeme, sentence: Sentence) -> list[str]:
    """Neck or back of the sites beside a finding; of none if another body part is nearer."""
    sites: list[tuple[int, str]] = []
    for start, end, region in (*sentence.regions, *((s, e, level_region(v)) for s, e, v in sentence.levels)):
        sites.append((_apart(lex, start, end), "neck" if region in _NECK else "back"))
    for part in sentence.parts:
        if part.entry and part.entry.areas:
            area = next((a for a in part.entry.areas if a in {"neck", "back"}), "")
            sites.append((_apart(lex, part.start, part.end), area))
    for other in sentence.of("other_body"):
        if not other.entry.void:
            sites.append((_apart(lex, other.start, other.end), ""))
    near = sorted(s for s in sites if s[0] < _REACH)
    if near:
        return _nearest_areas(near)
    lent = sentence.heading.region or (sentence.near_region if _SPINAL.search(sentence.text) else None)
    if lent:
        return ["neck" if lent in _NECK else "back"]
    return [a for a in sentence.heading.areas if a in {"neck", "back"}][:1]


def _nearest_areas(near: list[tuple[int, str]]) -> list[str]:
    """The nearest site, and the other of neck and back if it is listed with it ("cervical and lumbar")."""
    first = near[0]
    if not first[1]:
        # A limb or organ nearer than the spine: "tender over the shoulder"; a site as near as it is part of one phrase.
        first = next((s for s in near if s[1] and s[0] - near[0][0] < 3), first)
    if not first[1]:
        return []
    return list(dict.fromkeys([first[1], *(a for apart, a in near if a and apart - first[0] < 25)]))


def _apart(lex: Lexeme, start: int, end: int) -> int:
    if end <= lex.start:
        return lex.start - end + 4  # what is palpated follows the word more often than not
    return max(0, start - lex.end)
