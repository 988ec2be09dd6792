"""Whose word a result is, and of when: what a patient tells is no result, an earlier visit's is not of today."""

import re

from chartgap.extract.phrases.spans import Mention
from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import Sentence

_EXAMINED = re.compile(r"\b(?:exam|test|light touch|pin|evaluat|objective|dermatom|monofilament|reflex)")
_LAST_VISIT = re.compile(
    r"(?P<like>\b(?:since|from|than|as|after|to)\s+)?(?:\b(?:at|on|during|in)\s+)?(?:\b(?:the|his|her|my|our)\s+)?\b(?:last|previous"
    r"|prior|initial|first)\s+(?:office\s+)?(?:visit|exam|examination|appointment|evaluation|encounter|time)\b"
)
_EARLIER = re.compile(r"\b(?:previously|formerly|initially|originally)\s+$")
# An item of a list of cranial nerves: "V: normal sensation".
_CRANIAL = re.compile(
    r"(?:cn\s*)?(?:v|vii|viii|ix|xi|xii|v,? ?vii|ix,? ?x)\s?[:.-]\s|cranial nerves? (?:v|vii|xi)\b[^;.]{0,20}\bfacial\b"
)
_AIM = re.compile(
    r"\b(?:(?:short|long)[ -]term |treatment |therapy )?goals?\s*(?::|\b(?:is|are|include)\b)"
    r"|\bstrength to (?:be|reach|improve|increase) (?:to )?[0-5]"
    r"|\b(?:patient|he|she|pt) will (?:achieve|increase|demonstrate|have|be able)\b"
)
_AIMS = ("goal", " will ", "strength to ")  # one of these stands in every aim: a quick test
# Two of these in a list are what consent was asked for: "nerves and blood vessels, numbness, infection, nonunion".
_MISHAP = re.compile(
    r"\b(?:infection|bleeding|non-?union|malunion|compartment syndrome|blood vessels?|(?:neuro)?vascular injury"
    r"|nerve (?:injury|damage)|(?:hardware|implant) failure|(?:further|second|additional|repeat) surgery|scarring"
    r"|wound (?:healing|dehiscence)|death|csf leak|spinal fluid leak|dural tear|paralysis|failure of)\b"
)
_NEXT_CLAUSE = re.compile(r"[,;]|\bbut\b|\bnow\b|\btoday\b|\bis\b")


def told_by_patient(mention: Mention, sentence: Sentence) -> bool:
    """Whether the patient tells of weakness or lost feeling, outside any examination: no result of a test."""
    told = [t for t in sentence.of("told") if t.end <= mention.start and not t.entry.void]
    if not told or sentence.broken(told[-1].end, mention.start):
        return False
    return _EXAMINED.search(sentence.text) is None


def of_last_visit(mark: Mark, sentence: Sentence) -> bool:
    """Whether a result is that of an earlier visit ("positive last visit, negative today"), not one like it."""
    if _EARLIER.search(sentence.view, max(sentence.start, mark.start - 20), mark.start):
        return True
    found = _LAST_VISIT.search(sentence.view, sentence.start, sentence.end)
    if found is None or found["like"]:
        return False
    low, high = sorted((mark.end, found.start())) if mark.end <= found.start() else (found.end(), mark.start)
    return _NEXT_CLAUSE.search(sentence.view, low, high) is None


def of_cranial_nerve(sentence: Sentence) -> bool:
    """Whether a sentence is what was examined of one cranial nerve."""
    return _CRANIAL.match(sentence.view, sentence.start, sentence.end) is not None


def aimed_at(sentence: Sentence) -> bool:
    """Whether a sentence tells what a treatment is to reach, or what may go wrong with it, not what was found."""
    text = sentence.text
    if any(map(text.__contains__, _AIMS)) and _AIM.search(text) is not None:
        return True
    listed = text.count(",") > 1 and sentence.section != "review_of_systems" and "deni" not in text
    return listed and len(set(_MISHAP.findall(text))) > 1
