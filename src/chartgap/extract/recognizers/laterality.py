"""Laterality: the side of whatever is abnormal of spine or limb."""

import re
from typing import Literal

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers.complaint import root_limb
from chartgap.extract.recognizers.complaint_places import places, reached
from chartgap.extract.recognizers.concept import other_body_nearer
from chartgap.extract.recognizers.radiation import topic
from chartgap.extract.sentences.binding import own_noun, runs
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Part, Sentence
from chartgap.knowledge.elements import ElementPattern, LexiconEntry

_APART = re.compile(r",|\b(?:and|with|had|has)\b")
_WITH = re.compile(r"\b(?:with|and)\b|,")
_NAME = re.compile(
    r"[\s-]*(?:(?:sided|mild|moderate|severe|neural|neuro|foraminal|neuroforaminal|lateral|recess|paracentral|central"
    r"|disc|disk|facet|uncovertebral|osteophytic|bony|to)[\s-]*)*"
)
_OPENS = re.compile(r"[\s*\u2022-]*(?:in|of|over) (?:the |his |her |both )?")
_BESIDE = 1
_TRUNK = frozenset({"neck", "back"})
_BOUND: dict[str, Literal["neck", "back"]] = {"cervical": "neck", "cervicothoracic": "neck", "head": "neck"}


def laterality(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """The side of each symptom or abnormal finding of spine or limb that the sentence states of the patient."""
    if sentence.section in pattern.not_sections or not any(p.side for p in sentence.parts):
        return []
    every = _runs_outside_signs(sentence)
    drafts: list[Draft] = []
    for lex in sentence.of("symptom"):
        if lex.entry.sense == "structure" and other_body_nearer(lex, sentence):
            continue
        if lex.entry.void or sentence.assertion(lex.start, lex.end) in {"negated", "hypothetical", "family"}:
            continue
        ahead_first = lex.entry.sense in {"root", "sign"} or lex.entry.id == "symptom.presses"
        found = _right_before(lex, sentence, every) or places(lex, sentence, every, ahead_first=ahead_first)
        if lex.entry.id == "symptom.travels" and topic(lex, sentence, found) == "other":
            continue
        if lex.entry.id == "symptom.root" and not any(p.side for p in found):
            found = _side_before(lex, sentence, every) or found
        if not any(p.side for p in found):
            after = [r for r in every if r[0].start >= lex.end]
            found = reached(after, lex, sentence) or found  # "low back pain, mainly over the left SI joint"
        for part in (p for p in found if p.side and not _goes_ahead(p, lex, sentence)):
            for area in _side_areas(part, lex, sentence):
                start, end = min(lex.start, part.start), max(lex.end, part.end)
                draft = Draft(pattern.element, "present", start, end, lex.entry.id, side=part.side, area=area)
                draft.assertion = sentence.assertion(lex.start, lex.end)
                drafts.append(draft)
    return drafts


def _right_before(lex: Lexeme, sentence: Sentence, every: list[list[Part]]) -> list[Part]:
    """The side right before a structure's name: "bilateral foraminal narrowing at C4-5, moderate on the right"."""
    if lex.entry.sense != "structure" or lex.entry.id == "symptom.presses":
        return []
    before = [run[-1] for run in every if run[-1].end <= lex.start][-1:]
    return [p for p in before if p.entry is None and _NAME.fullmatch(sentence.without_levels(p.end, lex.start))]


def _side_before(lex: Lexeme, sentence: Sentence, every: list[list[Part]]) -> list[Part]:
    """The side that stands before a root disorder, over its level: "right C4 radiculopathy with shoulder pain"."""
    before = [run[-1] for run in every if run[-1].end <= lex.start][-1:]
    return [p for p in before if p.entry is None and p.side and not sentence.without_levels(p.end, lex.start).strip()]


def _runs_outside_signs(sentence: Sentence) -> list[list[Part]]:
    """Body parts without those in the name of a sign (the leg of a straight leg raise)."""
    signs = [s for s in sentence.of("symptom") if s.entry.sense == "sign"]
    if not signs:
        return runs(sentence)
    kept = [[_outside(p, signs) for p in run] for run in runs(sentence)]
    return [found for run in kept if (found := [p for p in run if p.entry or p.side])]


def _goes_ahead(part: Part, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a side behind a symptom is that of the next thing: "back pain, right T8-T9 facet injections"."""
    if part.entry is None and part.side == "bilateral" and own_noun(part.end, sentence) and part.start >= lex.end:
        return True  # "tenderness at both anserine bursae": a place that is no part of the spine
    if part.entry is not None or part.start < lex.end:
        return False
    if lex.entry.sense == "pain" and _of_root(part, lex, sentence):
        return True
    return bool(_APART.search(sentence.gap(lex.end, part.start))) and own_noun(part.end, sentence)


def _of_root(part: Part, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a side is that of a limb's root disorder told with a pain: "back pain with sciatica on the left"."""
    for other in sentence.of("symptom"):
        if other.entry.sense != "root" or other.entry.id == "symptom.travels" or other.start <= lex.end:
            continue
        if other.end <= part.start or 0 <= other.start - part.end <= _BESIDE:
            return _WITH.search(sentence.gap(lex.end, other.start)) is not None
    return False


def _outside(part: Part, signs: list[Lexeme]) -> Part:
    """A part of a sign's name is its side alone: "cannot do <toe raises> on the left"."""
    return part._replace(entry=None) if any(s.start <= part.start and part.end <= s.end for s in signs) else part


def _side_areas(part: Part, lex: Lexeme, sentence: Sentence) -> list[str]:
    """Areas of a sided part; a side that stands alone takes those of the symptom, else what the sentence is about."""
    radicular = sentence.gap(max(sentence.start, lex.start - 10), lex.start) == "radicular "
    if radicular and (limb := root_limb(sentence)):
        return [limb]
    if part.entry is not None:
        if lex.entry.id == "symptom.root" and 0 <= lex.start - part.end <= 1 and _TRUNK.issuperset(part.entry.areas):
            return [root_limb(sentence) or part.entry.areas[0]]  # "right lumbosacral radiculopathy"
        return _part_areas(part.entry, lex.entry.sense, sentence)
    if lex.entry.areas or lex.entry.sense in {"sensory", "weakness", "sign"}:
        return list(lex.entry.areas) or _limb_ahead(part, lex, sentence)
    own = [p.entry for p in sentence.parts if p.entry and 0 <= lex.start - p.end <= _BESIDE]
    if own:
        return _part_areas(own[-1], lex.entry.sense, sentence)  # "knee pain is worse on the left"
    return _topic_areas(lex.entry.sense, sentence)


def _limb_ahead(part: Part, lex: Lexeme, sentence: Sentence) -> list[str]:
    """The limb that opens a sentence, of sides behind what is found: "in the legs there is spasticity on the right"."""
    first = next((p for p in sentence.parts if p.entry), None)
    if first is None or first.side or part.start < lex.end or lex.start < first.end or own_noun(part.end, sentence):
        return []
    opens = _OPENS.fullmatch(sentence.view, max(sentence.start, sentence.heading_end), first.start)
    return [a for a in first.entry.areas if a.endswith("_limb")] if opens and first.entry else []


def _part_areas(entry: LexiconEntry, sense: str | None, sentence: Sentence) -> list[str]:
    """Areas of a body part; none for a structure outside the spine, nor for a joint that hurts by itself."""
    if sense == "structure" and not {"neck", "back"} & set(entry.areas):
        return []
    local = not sentence.regions or entry.id not in {"part.shoulder", "part.hip"}
    if entry.joint and sense == "pain" and local and not _radicular(sentence):
        return []
    return [a for a in entry.areas if a not in {"general", "head"}]


def _topic_areas(sense: str | None, sentence: Sentence) -> list[str]:
    """The limb of a root, else neck or back by the region that the sentence is about."""
    region = next((r for _, _, r in sentence.places), None)
    if region is None:
        own = [a for p in sentence.parts if p.entry for a in p.entry.areas if a in {"neck", "back"}]
        if own:
            return own[:1]
        region = sentence.heading.region or sentence.near_region or sentence.topic_region
    if sense == "root" and (limb := root_limb(sentence)):
        return [limb]
    return [_BOUND.get(region, "back")] if region else []


def _radicular(sentence: Sentence) -> bool:
    return any(s.entry.sense in {"root", "sensory"} for s in sentence.of("symptom"))
