"""Whether words that take any object ("cannot", "is difficult") have an activity beside them: work, buttons, sleep."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence

_REACH = 45
_WORDS = 5
# What may not stand between: the end of a clause, another subject or verb.
_APART = re.compile(
    r"[.;\n]|\b(?:but|because|since|although|however|while|he|she|who|which|that|therefore|then|until|unless|except"
    r"|without|denies|has|had|is|are|was|were|will)\b"
)
_WORD = re.compile(r"[a-z]+")


def hinders_next(draft: Draft, sentence: Sentence) -> bool:
    """Whether an activity follows ("cannot carry", "limited in: lifting"); it then is part of the finding."""
    for named in _activities(sentence):
        if named.end <= draft.end and named.start > draft.start:
            return True
        if 0 <= named.start - draft.end <= _REACH and _joined(draft.end, named.start, sentence):
            draft.end = named.end
            return True
    return False


def hindered_before(draft: Draft, sentence: Sentence) -> bool:
    """Whether an activity stands before ("driving for long is difficult"); it then is part of the finding."""
    for named in reversed(_activities(sentence)):
        if 0 <= draft.start - named.end <= _REACH and _joined(named.end, draft.start, sentence):
            draft.start = named.start
            return True
    return False


def _activities(sentence: Sentence) -> list[Lexeme]:
    return [a for a in sentence.of("activity") if not a.entry.void]


def _joined(start: int, end: int, sentence: Sentence) -> bool:
    between = sentence.gap(start, end)
    return not _APART.search(between) and len(_WORD.findall(between)) <= _WORDS
