"""Forms that nobody filled in: "Spurling (positive / negative):" states neither."""

import re
from collections.abc import Iterable

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.sentence import Sentence

_STROKE = re.compile(r"\s?/\s?")
_PLAIN = frozenset({"normal", "negative"})


def drop(sentence: Sentence, elements: Iterable[str]) -> None:
    """Take results that stand as alternatives of each other from the sentence, in place.

    Two abnormal ones are no alternatives ("decreased/absent at the ankles"), and under "(R/L)" two are of two sides.
    """
    if sentence.pairs or sentence.columns or sentence.view.find("/", sentence.start, sentence.end) < 0:
        return
    for element in elements:
        kind = f"v:{element}"
        found = sentence.lexemes.get(kind, [])
        if len(found) < 2:  # nothing to choose from
            continue
        offered = {id(lex) for run in _runs(sentence, found) if _opposite(run) for lex in run}
        if offered:
            sentence.lexemes[kind] = [lex for lex in found if id(lex) not in offered]


def _runs(sentence: Sentence, found: list[Lexeme]) -> list[list[Lexeme]]:
    """Results with nothing but a stroke between them."""
    runs: list[list[Lexeme]] = [[found[0]]]
    for lex in found[1:]:
        if _STROKE.fullmatch(sentence.view, runs[-1][-1].end, lex.start):
            runs[-1].append(lex)
        else:
            runs.append([lex])
    return runs


def _opposite(run: list[Lexeme]) -> bool:
    values = {lex.entry.value for lex in run}
    return bool(values & _PLAIN) and bool(values - _PLAIN - {"none"})
