"""Whose word a result is, and of when: what a patient tells is no result, an earlier visit's is not of today."""

import re

from chartgap.extract.result import Mark
from chartgap.extract.sentence import Sentence

_TELLS = re.compile(
    r"\b(?:denie[sd]|denying|reports?|reported|endorse[sd]?|complain(?:s|ed|ing)|state[sd]?|feels?|felt|describe[sd]?"
    r"|notice[sd]?|noticing|experience[sd]?|experiencing|admits?|admitted|awoke|developed)\b"
)
_EXAMINED = re.compile(r"\b(?:exam|test|light touch|pin|evaluat|objective|dermatom|monofilament|reflex)")
_LAST_VISIT = re.compile(
    r"(?P<like>\b(?:since|from|than|as|after|to)\s+)?(?:\b(?:at|on|during|in)\s+)?(?:\b(?:the|his|her|my|our)\s+)?\b(?:last|previous"
    r"|prior|initial|first)\s+(?:office\s+)?(?:visit|exam|examination|appointment|evaluation|encounter|time)\b"
)
_NEXT_CLAUSE = re.compile(r"[,;]|\bbut\b|\bnow\b|\btoday\b|\bis\b")


def told_by_patient(mark: Mark, sentence: Sentence) -> bool:
    """Whether the patient tells of weakness or lost feeling, outside any examination: no result of a test."""
    if sentence.section == "physical_exam" or _EXAMINED.search(sentence.text):
        return False
    return _TELLS.search(sentence.view, sentence.start, mark.start) is not None


def of_last_visit(mark: Mark, sentence: Sentence) -> bool:
    """Whether a result is that of an earlier visit ("positive last visit, negative today"), not one like it."""
    found = _LAST_VISIT.search(sentence.view, sentence.start, sentence.end)
    if found is None or found["like"]:
        return False
    low, high = sorted((mark.end, found.start())) if mark.end <= found.start() else (found.end(), mark.start)
    return _NEXT_CLAUSE.search(sentence.view, low, high) is None
