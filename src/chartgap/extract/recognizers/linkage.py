"""One thing said to be due to another: a phrase of cause with a medical thing on either side of it."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

_THINGS = (
    *("t:diagnosis", "t:etiology", "t:underlying_condition", "t:stenosis_site", "t:tissue", "t:imaging_finding"),
    *(
        "t:trauma_status",
        "t:radiation",
        "t:numbness",
        "t:subluxation",
        "t:complaint",
        "t:rule_out",
        "symptom",
        "t:linkage_thing",
    ),
)
_CAUSES = frozenset(
    {"t:imaging_finding", "t:etiology", "t:underlying_condition", "t:stenosis_site", "t:tissue", "t:diagnosis"}
)
_BEFORE, _AFTER = 90, 70
# "X that is due to Y": what stands between must not open a new statement.
_CLAUSE = re.compile(
    r"[;]|\.\s|\bbut\b|\bwho\b|\bunable\b|\bdifficult\w*\b|\blimited\b|\bdecreased (?:strength|range|rom)\b"
    r"|\bperform\w*|\b(?:emergency|clinic|presented|brought|seen|referred|admitted|hospital\w*|prescribed)\b"
)

_NOT = re.compile(r"\b(?:not|n't|nor)\s+(?:clearly |likely |felt to be |thought to be |directly |believed to be )?$")


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Links of a sentence, with what is the effect and what the cause as attributes."""
    if sentence.section in pattern.not_sections:
        return []
    drafts = []
    for lex in sentence.of("t:linkage"):
        assertion = sentence.assertion(lex.start, lex.end)
        if lex.entry.void or assertion in {"hypothetical", "family"}:
            continue
        first, second = _nearest(sentence, lex, ahead=False), _nearest(sentence, lex, ahead=True)
        if lex.entry.value == "reversed" and sentence.section == "physical_exam":
            continue  # "compression causes pain" is a test
        if first is None or second is None or (lex.entry.generic and not _tight(first, lex, second)):
            continue
        if lex.entry.value == "unrelated" or _NOT.search(sentence.gap(max(sentence.start, lex.start - 24), lex.start)):
            assertion = "negated"
        effect, cause = (second, first) if lex.entry.value == "reversed" else (first, second)
        drafts.append(
            Draft(
                "linkage",
                "present",
                lex.start,
                max(lex.end, second.end),
                lex.entry.id,
                assertion=assertion,
                attributes={"cause": _text(sentence, cause, lex), "effect": _text(sentence, effect, lex)},
            )
        )
    return drafts


def _nearest(sentence: Sentence, lex: Lexeme, *, ahead: bool) -> Lexeme | None:
    """The medical thing nearest before or after the phrase, the longest of those that begin together."""
    best: tuple[int, bool, int] | None = None
    chosen = None
    for thing in sentence.of(*(k for k in _THINGS if k in sentence.lexemes)):
        if getattr(thing.entry, "void", False):
            continue
        within = ahead and lex.start <= thing.start < lex.end < thing.end  # "due to RA" names the disease too
        gap = (lex.end, lex.end if within else thing.start) if ahead else (thing.end, lex.start)
        apart = gap[1] - gap[0]
        if not 0 <= apart < (_AFTER if ahead else _BEFORE) or _CLAUSE.search(sentence.view, *gap):
            continue
        rank = (apart, thing.kind not in _CAUSES, thing.start - thing.end)
        if best is None or rank < best:
            best, chosen = rank, thing
    return chosen


def _tight(first: Lexeme, lex: Lexeme, second: Lexeme) -> bool:
    """Whether "from" stands between an ailment and its cause, not between a start and an end."""
    return lex.start - first.end < 16 and second.start - lex.end < 30 and second.kind in _CAUSES


def _text(sentence: Sentence, thing: Lexeme, lex: Lexeme) -> str:
    """The words of a thing, without the phrase of cause where they begin with it."""
    start = lex.end if lex.start <= thing.start < lex.end else thing.start
    return " ".join(sentence.gap(start, thing.end).split())
