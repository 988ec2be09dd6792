"""Of the marks of one element that say the same, the one that says most."""

import re
from typing import NamedTuple

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import Sentence

_WORD_AND_GRADE = re.compile(r"[\s(,]*(?:(?:at|to|of)\s+)?[\s(]*")
# "Somewhat altered, decreased over the foot" is one result, told twice.
_NEXT_WORD = re.compile(r"[\s,;(]*(?:with |and )?(?:somewhat |slightly |mildly )?")


class Result(NamedTuple):
    """A mark with the value lexeme it came from (None for a grade)."""

    mark: Mark
    lexeme: Lexeme | None


def longest(found: list[Result], sentence: Sentence) -> list[Result]:
    """Of overlapping marks the longest; of a word and its grade ("brisk at 3+") the grade."""
    kept: list[Result] = []
    for item in sorted(found, key=lambda f: (f.mark.start, f.mark.start - f.mark.end)):
        if kept and item.mark.start < kept[-1].mark.end:
            continue
        if kept and _continues(kept[-1], item, sentence):
            kept[-1].mark.end = item.mark.end
            kept[-1].mark.span = (kept[-1].mark.start, item.mark.end)
            continue
        if (
            kept
            and kept[-1].mark.value == "altered"
            and _NEXT_WORD.fullmatch(sentence.view, kept[-1].mark.end, item.mark.start)
        ):
            kept.pop()
        said = kept[-1].lexeme if kept else None
        if said is not None and not said.entry.alone and item.lexeme is None:
            word = kept[-1].mark
            if _WORD_AND_GRADE.fullmatch(sentence.view, word.end, item.mark.start):
                item.mark.group = item.mark.group or word.group
                item.mark.start = word.start
                item.mark.span = (word.start, item.mark.end)
                kept.pop()
        kept.append(item)
    return kept


def _continues(last: Result, item: Result, sentence: Sentence) -> bool:
    """Whether a word only names what a grade says: "4/5 weakness in right shoulder abduction"."""
    if last.lexeme is not None or item.lexeme is None or last.mark.value != item.mark.value:
        return False
    return not sentence.gap(last.mark.end, item.mark.start).strip()
