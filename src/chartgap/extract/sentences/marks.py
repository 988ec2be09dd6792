"""Words of a sentence that a time or a grade may belong to: complaints, beginnings, injuries, changes."""

import re
from typing import Literal, NamedTuple

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.sentences.time_spans import TimeSpan

Role = Literal["complaint", "onset", "injury", "course", "event", "change"]


class Mark(NamedTuple):
    """A word that a time or a grade may belong to."""

    start: int
    end: int
    role: Role


TELLS = frozenset(
    {
        "chief_complaint", "history_of_present_illness", "indication", "assessment", "assessment_and_plan",
        "hospital_course", "diagnosis_preoperative", "other", None,
    }
)  # fmt: skip
TELLS_VAGUE = TELLS | {"review_of_systems", "past_medical_history", "diagnosis_postoperative", "social_history"}
_CARRIED = re.compile(r"\b(?:this|its?|symptoms?|sx|problems?|these|complaints?|condition)\b")
PAIN_WORD = re.compile(
    r"\bpains?\b|\bsx\b|symptom|problem|complain|discomfort|trouble|\bache|sore|condition|stiff|hurt"
)
_REACH = 120


def said(sentence: Sentence, element: str, sections: frozenset[str | None]) -> list[Lexeme]:
    """The targets of an element that the sentence states of the patient."""
    if sentence.section not in sections:
        return []
    return [
        lex
        for lex in sentence.of(f"t:{element}")
        if not lex.entry.void and sentence.assertion(lex.start, lex.end) not in {"negated", "family", "hypothetical"}
    ]


def marks_of(sentence: Sentence) -> list[Mark]:
    """Complaints, onset words, injuries, events and changes of a sentence, in order."""
    topics = [t for t in sentence.of("topic") if not t.entry.void and t.entry.sense != "anatomy"]
    times = [t for t in sentence.of("time") if not t.entry.void and t.entry.sense != "scale"]
    courses = [(t.start, t.end) for t in times if t.entry.sense == "course"]
    topics = [t for t in topics if not any(s <= t.start and t.end <= e for s, e in courses)]  # "head has been sinking"
    found = [Mark(t.start, t.end, "complaint") for t in topics]
    return sorted([*found, *symptoms(sentence), *(Mark(t.start, t.end, t.entry.sense) for t in times)])


def symptoms(sentence: Sentence) -> list[Mark]:
    """What the patient feels, as marks; signs and structures are no complaint."""
    return [
        Mark(s.start, s.end, "complaint")
        for s in sentence.of("symptom")
        if not s.entry.void and s.entry.sense in {"pain", "sensory", "weakness", "root"}
    ]


def holds(sentence: Sentence, mark: Mark) -> bool:
    """Whether a complaint is stated of the patient, not denied or told of a relative."""
    return sentence.assertion(mark.start, mark.end) not in {"negated", "family", "hypothetical"}


def last_mark(sentence: Sentence, at: int, marks: list[Mark], skip: frozenset[str]) -> Mark | None:
    """The nearest mark before an offset in the same clause."""
    for mark in reversed(marks):
        if mark.end <= at and mark.role not in skip:
            near = at - mark.end <= _REACH and not sentence.broken(mark.end, at)
            return mark if near else None
    return None


def first_mark(sentence: Sentence, at: int, marks: list[Mark], skip: set[str]) -> Mark | None:
    """The nearest mark after an offset in the same clause."""
    for mark in marks:
        if mark.start >= at and mark.role not in skip:
            near = mark.start - at <= _REACH and not sentence.broken(at, mark.start)
            return mark if near else None
    return None


def carried(sentence: Sentence, span: TimeSpan) -> Mark | None:
    """The complaint that "it" or "the symptoms" stands for."""
    if not (PAIN_WORD.search(sentence.text) or sentence.topic in {"spine", "open"}):
        return None
    lead = sentence.gap(sentence.start, span.start)
    return Mark(span.start, span.end, "onset") if _CARRIED.search(lead) else None
