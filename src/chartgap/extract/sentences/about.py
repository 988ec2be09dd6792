"""What a statement is about: the spine complaint, a limb that may belong to it, or something else.

Statements of time, degree and burden seldom name their complaint ("It is worse with sitting"), so the topic of the
sentences before is carried on.
"""

import re
from typing import Literal

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import between, distance
from chartgap.extract.sentences.sentence import Sentence

About = Literal["spine", "limb", "other", "open"]

# A history goes on in these sections from one to the next; elsewhere a section begins with no topic.
NARRATIVE = frozenset({"chief_complaint", "history_of_present_illness", "indication", "hospital_course", None})
CARRIED = NARRATIVE | {"assessment", "assessment_and_plan"}
_ABSENT = re.compile(r"\b(?:no|not|denies|denied|denying|without|negative for|unremarkable)\b")
_CONTRAST = re.compile(r"\b(?:but|however|says|reports?|complains|states|does have)\b")
_NEAR, _BREATH, _DIGRESSION = 60, 15, 2
_CLAUSE = re.compile(
    r";|\b(?:and (?:he|she|they|the patient) (?:has|had|is|was|denies|also)|but|however|denies|while(?! \w+ing))\b"
)
_SPINE = {"spine", "condition", "anatomy"}
_ELSEWHERE = {"other", "disease"}


class TopicWalker:
    """Gives each sentence the topic that those before it leave.

    A history that begins with the spine, or names it as often as other things, comes back to it: another topic is
    carried over two sentences only.
    """

    def __init__(self) -> None:
        self._topic: About = "open"
        self._section: str | None = None
        self._main: About = "open"
        self._age = 0
        self._spine = self._other = 0

    def read(self, sentence: Sentence) -> None:
        """Set the topic that a sentence inherits, then go on to the one it leaves."""
        if sentence.section != self._section:
            if not {sentence.section, self._section} <= NARRATIVE:
                self._topic = self._main = "open"
                self._spine = self._other = 0
            self._section = sentence.section
        if sentence.section not in CARRIED:
            return
        at_home = self._main == "spine" or self._spine > max(1, self._other)
        if at_home and self._topic == "other" and self._age > _DIGRESSION:
            self._topic = "spine"
        sentence.topic = self._topic
        self._age += 1
        found = sentence.lexemes.get("topic")
        if found:
            left = _left(sentence, found, self._topic)
            if left != "other" or self._main != "spine" or _names_organ(found):
                self._topic = left  # "neck pain; he also has nausea" goes on with the neck
            self._age = 0
            self._spine += self._topic == "spine"
            self._other += self._topic == "other"
            self._main = self._topic if self._main == "open" else self._main


def _left(sentence: Sentence, found: list[Lexeme], topic: About) -> About:
    """The topic after a sentence; what it denies changes nothing."""
    absent = _ABSENT.search(sentence.view, sentence.start, sentence.end)
    after = _CONTRAST.search(sentence.view, absent.end(), sentence.end) if absent else None
    said = [
        t
        for t in found
        if not t.entry.void and (absent is None or t.start < absent.start() or (after and t.start >= after.end()))
    ]
    senses = {t.entry.sense for t in said}
    if senses & _SPINE:
        return "spine"
    last = said[-1].entry.sense if said else None
    if last in _ELSEWHERE or (last == "joint" and topic != "spine"):
        return "other"
    return "limb" if last == "limb" and topic != "spine" else topic


def _names_organ(found: list[Lexeme]) -> bool:
    return any(t.entry.sense in {"other", "joint"} and not t.entry.weak for t in found if not t.entry.void)


def about(sentence: Sentence, start: int, end: int) -> About:
    """The topic of a statement: the nearest of its clause, else of its sentence, else the one carried on."""
    found = [t for t in sentence.lexemes.get("topic", ()) if not t.entry.void]
    if not found:
        return sentence.topic
    clause = [t for t in found if not _other_clause(sentence, t, start, end)]
    if not clause and sentence.topic != "open":
        return sentence.topic
    clause = clause or found
    nearest = min(clause, key=lambda t: _distance(t, start, end))
    sense = nearest.entry.sense
    if sense in _SPINE:
        return "spine"
    if sense in _ELSEWHERE:
        return "other"
    if sense == "joint":
        reached = sentence.topic == "spine" and "t:radiation" in sentence.lexemes
        return "spine" if reached or _beside_spine(clause, nearest) else "other"
    return "spine" if sentence.topic == "spine" or any(t.entry.sense in _SPINE for t in clause) else "limb"


def about_pain(sentence: Sentence, start: int, end: int) -> About:
    """The topic of a pain score: vital signs and diseases beside it are not what hurts."""
    found = [t for t in sentence.lexemes.get("topic", ()) if not t.entry.void and t.entry.sense != "disease"]
    near = [t for t in found if _distance(t, start, end) <= _NEAR and not _other_clause(sentence, t, start, end)]
    if not near:
        return sentence.topic
    nearest = min(near, key=lambda t: _distance(t, start, end))
    if nearest.entry.sense == "joint":
        return "spine" if _beside_spine(near, nearest) else "other"
    return "other" if nearest.entry.sense == "other" else "spine" if nearest.entry.sense in _SPINE else "limb"


def _beside_spine(topics: list[Lexeme], joint: Lexeme) -> bool:
    """Whether the spine is named before a joint ("neck pain into the shoulder") or in one breath after it."""
    return any(t.entry.sense in _SPINE and (t.end <= joint.start or t.start - joint.end <= _BREATH) for t in topics)


def _other_clause(sentence: Sentence, topic: Lexeme, start: int, end: int) -> bool:
    """Whether a clause ends between a topic and a statement."""
    low, high = between(topic, start, end)
    return low < high and bool(_CLAUSE.search(sentence.view, low, high))


def _distance(topic: Lexeme, start: int, end: int) -> int:
    """Characters between; what stands before is nearer than what stands after."""
    apart = distance(topic, start, end)
    return apart * 2 + 10 if topic.start >= end else apart


def site(sentence: Sentence, start: int, end: int) -> str | None:
    """The nearest region of a statement of time: two statements on one complaint agree in it."""
    if not sentence.regions:
        return sentence.near_region
    return min(sentence.regions, key=lambda s: max(s[0] - end, start - s[1], 0))[2]
