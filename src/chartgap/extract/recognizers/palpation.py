"""Palpation and inspection of the spine: tenderness, spasm, deformity, or their absence, with the part examined."""

import re

from chartgap.extract.phrases.levels import level_region
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import distance
from chartgap.extract.recognizers.concept import side_of
from chartgap.extract.sentences.draft import OF_NOTE, Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

_NECK = frozenset({"head", "cervical", "cervicothoracic"})
# What no film shows.
_PALPATED = re.compile(r"\b(?:non-?|un)?(?:tender\w*|ttp|palpat\w*)\b")
_REACH = 70
_AND = re.compile(r"[\s,/&]*(?:(?:and|or|to|the|mid|low|lower|upper|through|thoracic)[\s,/&]*)*")
# Words of an examination, for the notes that have no headings.
_EXAM = re.compile(
    r"\b(?:palpat\w*|exam\w*|inspection|ttp|tender\b|on exam|observed|noted|percussion|there (?:is|was|are|were)"
    r"|non-?tender"
    r"|tenderness (?:over|along|of the|at)|(?:no|without) (?:[\w-]+ ){0,3}tenderness)\b"
)
# Parts of the back that do not say which: the neighbouring sentence or the heading does.
_SPINAL = re.compile(r"\b(?:para-?spin\w*|para-?vertebral|spinous|midline|facets?|spine|spinal|paraspinous)\b")


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Findings of palpation in a sentence of the examination."""
    if "t:spine_exam" not in sentence.lexemes:
        return []
    examined = _examines(sentence)
    if sentence.section in pattern.not_sections:
        return []
    drafts = []
    for lex in sentence.of("t:spine_exam"):
        assertion = sentence.assertion(lex.start, lex.end)
        if (
            not (examined or lex.entry.area)
            or lex.entry.void
            or (sentence.study and not _PALPATED.search(sentence.gap(lex.start, lex.end)))
            or assertion in {"hypothetical", "family", "historical"}
            or _blocked(lex, sentence)
        ):
            continue
        value = lex.entry.value
        if assertion == "negated":
            value, assertion = lex.entry.negated, "affirmed"
        for area in ([lex.entry.area] if lex.entry.area else _areas(lex, sentence)) if value else []:
            side = None if value == "normal" else side_of(lex, sentence) or sentence.heading.side
            drafts.append(
                Draft("spine_exam", value, lex.start, lex.end, lex.entry.id, side=side, area=area, assertion=assertion)
            )
    return drafts


def _examines(sentence: Sentence) -> bool:
    return sentence.section in {"physical_exam", "results", "findings"} or bool(_EXAM.search(sentence.text))


def _blocked(lex: Lexeme, sentence: Sentence) -> bool:
    return any(re.search(rf"(?<![a-z0-9]){re.escape(word)}", sentence.text) for word in lex.entry.unless)


def _areas(lex: Lexeme, sentence: Sentence) -> list[str]:
    """Neck or back of the sites beside a finding; none if another body part is nearer."""
    near = sorted(s for s in _sites(lex, sentence) if s[0] < _REACH)
    spinal = min(
        (_apart(lex, *m.span()) for m in _SPINAL.finditer(sentence.view, sentence.start, sentence.end)), default=None
    )
    if spinal is not None and near and not near[0][3] and spinal < near[0][0]:
        near = []  # "tender paraspinals, arms 5/5": the muscles are the spine's, wherever the note places them
    if near and near[0][3]:
        first = near[0]
        return list(dict.fromkeys([first[3], *(s[3] for s in near[1:] if s[3] and _listed(first, s, sentence))]))
    if near:
        return [s[3] for s in near if s[3] and s[0] - near[0][0] < 3][:1]
    lent = sentence.heading.region or (sentence.near_region if _SPINAL.search(sentence.text) else None)
    if lent:
        return ["neck" if lent in _NECK else "back"]
    headed = [a for a in sentence.heading.areas if a in {"neck", "back"}][:1]
    return headed or ([OF_NOTE] if spinal is not None and not near else [])


def _sites(lex: Lexeme, sentence: Sentence) -> list[tuple[int, int, int, str]]:
    """(distance, start, end, neck, back or "" for another part) of every place that the sentence names."""
    places = [(s, e, "neck" if r in _NECK else "back") for s, e, r in sentence.regions]
    places += [(s, e, "neck" if level_region(v) in _NECK else "back") for s, e, v in sentence.levels]
    for part in sentence.parts:
        words = sentence.gap(part.start, part.end)
        # "Paraspinal" is of neck or back alike: regions, levels and headings say of which.
        if part.entry and part.entry.areas and not words.startswith(("para", "spinous")):
            area = "neck" if "occip" in words else next((a for a in part.entry.areas if a in {"neck", "back"}), "")
            places.append((part.start, part.end, area))
    places += [(o.start, o.end, "") for o in sentence.of("other_body") if not o.entry.void]
    return [(_apart(lex, s, e), s, e, area) for s, e, area in places]


def _listed(first: tuple[int, int, int, str], other: tuple[int, int, int, str], sentence: Sentence) -> bool:
    """Whether two places are named together: "cervical and lumbar"."""
    low, high = sorted(((first[1], first[2]), (other[1], other[2])))
    return low[1] <= high[0] and bool(_AND.fullmatch(sentence.view, low[1], high[0]))


def _apart(lex: Lexeme, start: int, end: int) -> int:
    """Characters between; what is palpated follows the word more often than not."""
    return distance(lex, start, end) + (4 if end <= lex.start else 0)
