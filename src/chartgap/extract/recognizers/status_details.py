"""What the details beside a treatment or study say of its status where no cue does: minutes, tablets, an arrow."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.sentence import Sentence

# What a clinician does with hands or machine, told with its minutes or levels and no frequency, was done at the visit.
_BY_HAND = re.compile(
    r"(?:cmt|smt|hvla|mhp|hmp|ifc|interferential|e-?stim|tens)\b|.*traction$|(?:hot|moist|cold) packs?$"
)
_DELIVERED = re.compile(
    r"[\w\s()/-]{0,25}?\b(?:x ?)?\d+(?:-\d+)? ?(?:min|mins|minutes)\b|\s*x ?\d+\b(?! ?(?:/|w|d|m))"
    r"|\s*(?:\(\w+\)\s*)?(?:to\s)?[ctl]\d"
)
_FREQUENCY = re.compile(
    r"\d ?x\b|\b(?:once|twice|times|daily|weekly|bid|tid|prn|every|per|each|home|wks?|weeks?|month|trial|unit)\b"
)
# "Hydrocodone #8": so many are dispensed.
_DISPENSED = re.compile(r"(?:[ /]?(?:\d+(?:\.\d+)?|mg|po|tabs?|qhs|prn|[bt]id|q ?\d+ ?h)\b){0,6}[ ,]*#\s?\d+\b")
# "Cannot be excluded -> MRI", "?EMG": what it leads to.
_POINTED = re.compile(r"(?:->|=>|\u2192|\?)\s?$")
_LOOK = 8


def by_itself(sense: str | None, lex: Lexeme, sentence: Sentence) -> str | None:
    """What a treatment's own details say: minutes on the table were given, a count of tablets is being dispensed."""
    if sense is None and _BY_HAND.match(sentence.gap(lex.start, lex.end)):
        delivered = _DELIVERED.match(sentence.view, lex.end, sentence.end)
        return "done" if delivered and not _FREQUENCY.search(sentence.view, lex.end, sentence.end) else None
    if sense in {None, "issued"} and sentence.section == "assessment":
        return "planned" if _DISPENSED.match(sentence.view, lex.end, sentence.end) else None
    return None


def pointed_to(sense: str | None, lex: Lexeme, sentence: Sentence) -> str | None:
    """Whether a study is what reasoning leads to, or is asked for: "cannot be excluded -> MRI", "?EMG"."""
    before = sentence.gap(max(sentence.start, lex.start - _LOOK), lex.start)
    return "planned" if sense is None and _POINTED.search(before) else None
