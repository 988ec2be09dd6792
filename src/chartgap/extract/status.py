"""Done or planned: what the words around a study or a treatment, or its section, say of it."""

import re

from chartgap.extract.lexer import Lexeme
from chartgap.extract.sentence import Sentence
from chartgap.knowledge.elements import StatusRule

_TOLD_REACH, _PLANNED_REACH, _DONE_REACH = 75, 32, 60
# Between a study and what is told of it only its own description may stand, not a new statement.
_NEW_CLAUSE = re.compile(r"\b(?:and|then|she|he|i|we|to|if|until|before|when|because)\s+$|\bto (?:see|evaluate|rule|assess|look)\b")


def status(rule: StatusRule, lex: Lexeme, sentence: Sentence) -> str:
    """The status of a mention; where it goes on, what is ahead."""
    return statuses(rule, lex, sentence)[-1]


def statuses(rule: StatusRule, lex: Lexeme, sentence: Sentence) -> tuple[str, ...]:
    """The status of a mention; two where it was begun and goes on ("continue gabapentin")."""
    cues = [c for c in sentence.of("cue") if not c.entry.void]
    before = [c for c in cues if c.end <= lex.start and not sentence.broken(c.end, lex.start)]
    after = [c for c in cues if c.start >= lex.end and not sentence.broken(lex.end, c.start)]
    ahead = sentence.section in rule.planned_sections
    told = _told(after, lex, sentence)
    governing = before[-1] if before and before[-1].entry.sense != "told" else None
    if governing is None and len(before) > 1:
        governing = next((c for c in reversed(before) if c.entry.sense != "told"), None)
    if governing is not None:
        sense = governing.entry.sense
        if told and sense in {"planned", "issued"}:
            return (rule.done,)
        return _by_sense(rule, sense, ahead=ahead)
    if told:
        return (rule.done,)
    first = after[0] if after else None
    if first and first.start - lex.end < _PLANNED_REACH and first.entry.sense in {"planned", "issued", "both"}:
        return _by_sense(rule, first.entry.sense, ahead=ahead)
    return (rule.planned if ahead else rule.done,)


def _told(after: list[Lexeme], lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a result is told of the mention, or that it was done, before anything else is said."""
    if not after or after[0].entry.sense not in {"told", "done"}:
        return False
    gap = sentence.gap(lex.end, after[0].start)
    reach = _TOLD_REACH if after[0].entry.sense == "told" else 4
    return len(gap) < reach and not _NEW_CLAUSE.search(gap)


def _by_sense(rule: StatusRule, sense: str | None, *, ahead: bool) -> tuple[str, ...]:
    if sense == "both":
        return (rule.done, rule.planned) if rule.continues else (rule.planned,)
    if sense == "issued":
        return (rule.planned if ahead else rule.done,)
    return (rule.planned if sense == "planned" else rule.done,)
