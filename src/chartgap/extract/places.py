"""Spine regions and levels of a sentence."""

from chartgap.extract import quantity
from chartgap.extract.quantity import Found
from chartgap.extract.sentence import Sentence


def levels(sentence: Sentence) -> list[Found]:
    """Spine levels of the sentence."""
    return quantity.levels(sentence.view, sentence.start, sentence.end)


def regions(sentence: Sentence) -> list[tuple[int, int, str]]:
    """Named spine regions: of nested phrases the longest; phrases that are not the spine block theirs."""
    found: list[tuple[int, int, str]] = []
    reach = -1
    for lex in sentence.of("region"):
        if lex.start < reach:
            continue
        reach = lex.end
        if not lex.entry.void:
            found.append((lex.start, lex.end, lex.entry.region))
    return found
