"""Which sentences may state a fact: quick tests, so that most are not read at all."""

import re
from collections.abc import Callable, Set

from chartgap.extract.phrases.layout import names_letter
from chartgap.extract.recognizers.study import measured
from chartgap.extract.sentences.marks import TELLS
from chartgap.extract.sentences.sentence import Sentence

FIGURE_OF_TIME = re.compile(r"\d\s?[/-]\s?\d|(?:19|20)\d\d|'\d\d|\d\s?(?:[dwmy]\b|da|we|wk|mo|mth|ye|yr|h)|10")
# Each begins with a digit, which the search finds quickly: C6 or C-6, 4/5, 2+, +1.
_GRADES = re.compile(
    r"\d(?:(?:(?<=\b[ctls]\d)|(?<=\b[ctls][ -]\d))\d?\b|(?<=\b[0-5])\s?[+-]?\s?(?:/|out of|over)\s?[45]\b"
    r"|(?<=\b[0-4])\s?\+|(?<=[+-][0-5])\b)"
)
_MOTION = re.compile(r"(?:flexion|extension|rotation|bending)[^\d;.]{1,16}\d")
_MOTIONS = ("flexion", "extension", "rotation", "bending")
_SCALES = ("vas", "nrs", "nprs", "scale", "out of", "mrc")
_MUSCLES = (
    "biceps",
    "triceps",
    "deltoid",
    "delt ",
    "grip",
    "wrist ",
    "finger ",
    "intrins",
    "inteross",
    "quad",
    "iliops",
    "ehl",
)
_SIDES = ("left", "right", "bilat", "both", "either", "side", "symmetric", "equal", "lt ", "rt ", "ue", "le")
_CANAL = ("canal", "narrow", "stenos", "foram", "encroach", "compress", "imping", "cord")
# Anchors that come to nothing alone: what they add wants something else in the sentence.
_WEAK = frozenset(
    {"topic", "when", "symptom", "t:imaging_finding", "t:linkage", "t:tissue", "t:severity", "t:chronicity"}
)


def says_something(sentence: Sentence, silent: Set[str], reports: Callable[[Sentence], bool], cased: str) -> bool:
    """Whether a sentence may state a fact: by its anchors, a level, a grade or, where a complaint is told, a time."""
    kinds = {lex.kind for found in sentence.lexemes.values() for lex in found if not lex.entry.void}
    kinds -= silent
    if "alone" in kinds:
        kinds.discard("alone")
        if any(v.entry.standalone or sentence.section in v.entry.sections for v in sentence.lexemes["alone"]):
            return True
    if not kinds <= _WEAK or _weak_anchors_say(kinds, sentence, reports, cased):
        return True
    if sentence.digits and says_figure(sentence.view, sentence.start, sentence.end):
        return True
    return sentence.section in TELLS and tells_time(sentence)


def says_figure(view: str, start: int, end: int) -> bool:
    """Whether a level, a grade or a score may stand between two offsets: a quick test where there is a digit."""
    if _GRADES.search(view, start, end):
        return True
    text = view[start:end]
    if any(map(text.__contains__, _SCALES)) or any(map(text.__contains__, _MUSCLES)):
        return True
    return any(map(text.__contains__, _MOTIONS)) and _MOTION.search(text) is not None


def _weak_anchors_say(kinds: Set[str], sentence: Sentence, reports: Callable[[Sentence], bool], cased: str) -> bool:
    """Whether a sentence holds what its weak anchors want beside them: a side, a study, a canal."""
    text = sentence.text
    if "t:severity" in kinds and any("alone" in lex.entry.attributes for lex in sentence.of("t:severity")):
        return True
    if "symptom" in kinds and (len(kinds - {"topic", "when"}) > 1 or sentence.digits or _sided(text, cased, sentence)):
        return True
    if "t:imaging_finding" in kinds and (reports(sentence) or measured(sentence)):
        return True
    return "t:tissue" in kinds and any(map(text.__contains__, _CANAL))


def _sided(text: str, cased: str, sentence: Sentence) -> bool:
    """Whether a sentence may name a side: a quick test."""
    return any(map(text.__contains__, _SIDES)) or names_letter(cased, sentence.start, sentence.end)


def tells_time(sentence: Sentence) -> bool:
    """Whether a sentence may state a time: a quick test."""
    if "when" in sentence.lexemes:
        return True
    return sentence.digits and FIGURE_OF_TIME.search(sentence.view, sentence.start, sentence.end) is not None
