"""An adjective that grades the complaint: how long it has been there, how bad it is."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.about import about
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.marks import (
    TELLS,
    TELLS_VAGUE,
    Mark,
    carried,
    first_mark,
    holds,
    last_mark,
    marks_of,
    said,
    symptoms,
)
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.sentences.time_spans import TimeSpan
from chartgap.knowledge.elements import ElementPattern

_PAIN = re.compile(r"pain|ache|aching|discomfort|sore|hurt|sciatica|brachialgia|cervicalgia|lumbago")
_GAP = re.compile(
    r"[\s,-]*(?:(?:neck|back|shoulder|arm|leg|head|buttock|hip|thigh|hand)s?,? and"
    r" |(?!(?:and|or|with|disease|kidney|renal|distress)\b)[a-z0-9/'-]+[\s,/-]+){0,5}"
)
# "Lumbar strain, right, acute", "low back pain, mechanical, acute on chronic", "neck pain in the acute phase".
_APPOSED = re.compile(r"\s?[,(-]\s?|\s?:[ \t]*")
_AFTER_IT = re.compile(
    r"\s?(?:,|-|\(|:|;)\s?(?:(?!no\b|denies\b|and\b|with\b)[\w./'+-]+(?: [\w./'+-]+){0,4},\s?){0,4}"
    r"(?:acute(?:ly)?[ -](?:on|and)[ -]|acute exacerbation of )?"
    r"|\s(?:of an? |in (?:the |an? )|(?:is|are|was|remains|has become|has been|appears)(?: now)? )"
)
_ENDS = re.compile(r"\s*(?:$|[.,;:()]|(?:on )?chronic\b|and\b|(?:in )?(?:nature|stage|phase|traumatic|type)\b)")
_LABELS = {
    "chronicity": re.compile(r"\bchronicity\s?[:=-][ \t]*$"),
    "severity": re.compile(r"\b(?:severity|intensity|pain level)\s?[:=-][ \t]*$"),
}
_BESIDE = 25


def graded_mark(sentence: Sentence, lex: Lexeme) -> Mark | None:
    """The complaint that an adjective grades: "chronic left-sided low back pain"; or "neck pain, chronic"."""
    if lex.entry.attributes.get("alone"):
        complaints = [m for m in marks_of(sentence) if m.role == "complaint"]
        before = last_mark(sentence, lex.start, complaints, frozenset())
        found = before or first_mark(sentence, lex.end, complaints, set())
        lasts = lex.entry.id.startswith("duration") and sentence.topic == "spine"
        if found is None and lex.entry.id.startswith("severity") and sentence.topic == "spine":
            return Mark(lex.start, lex.end, "complaint")
        return found or (carried(sentence, TimeSpan(lex.start, lex.end, "vague")) if lasts else None)
    conditions = [Mark(t.start, t.end, "complaint") for t in sentence.of("topic") if t.entry.sense == "condition"]
    named = [*symptoms(sentence), *conditions]
    for mark in sorted(named):
        if lex.end <= mark.start <= lex.end + 60 and _GAP.fullmatch(sentence.view, lex.end, mark.start):
            return mark
    return _graded_before(sentence, lex, sorted(named))


def _graded_before(sentence: Sentence, lex: Lexeme, named: list[Mark]) -> Mark | None:
    """The complaint before an adjective: "neck pain, chronic", "strain, right, acute", or the label of a form."""
    label = _LABELS.get(lex.entry.id.partition(".")[0])
    if label and sentence.topic != "other":
        before = sentence.gap(sentence.start, lex.start)
        if label.search(sentence.unboxed(before, sentence.start)):
            return Mark(lex.start, lex.end, "complaint")
    if lex.entry.id.startswith("chronicity") and _ENDS.match(sentence.view, lex.end, sentence.end):
        for mark in reversed(named):
            if mark.end <= lex.start and _AFTER_IT.fullmatch(sentence.view, mark.end, lex.start):
                return mark
    for mark in named:
        if mark.end < lex.start and _APPOSED.fullmatch(sentence.unboxed(sentence.gap(mark.end, lex.start), mark.end)):
            return mark
    return None


def graded(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """An adjective that the note gives to the spine complaint: chronicity, worded severity."""
    drafts = []
    for lex in said(sentence, pattern.element, TELLS_VAGUE if pattern.element == "chronicity" else TELLS):
        mark = graded_mark(sentence, lex) if lex.entry.value else None
        if mark and holds(sentence, mark) and (pattern.element == "chronicity" or _is_pain(sentence, lex, mark)):
            where: dict[str, str] = {"about": about(sentence, mark.start, mark.end)}
            drafts.append(
                Draft(pattern.element, lex.entry.value, lex.start, mark.end if mark.end > lex.end else lex.end,
                      lex.entry.id, assertion=sentence.assertion(lex.start, lex.end), attributes=where)
            )  # fmt: skip
    return drafts


def _is_pain(sentence: Sentence, lex: Lexeme, mark: Mark) -> bool:
    """Whether an adjective grades pain of the spine or a limb that is named beside it."""
    pains = _PAIN.match(sentence.view, mark.start)
    topics = [t for t in sentence.of("topic") if not t.entry.void]
    low, high = (lex.end, mark.end + _BESIDE) if lex.end <= mark.start else (mark.start - _BESIDE, lex.start)
    named = [t.entry.sense for t in topics if low <= t.start <= high]
    labelled = mark.start == lex.start  # by the label of a form, so that it is its own mark
    alone = labelled or "alone" in lex.entry.attributes
    return bool(pains or alone) and (alone or bool(named)) and not {"joint", "other", "disease"} & set(named)
