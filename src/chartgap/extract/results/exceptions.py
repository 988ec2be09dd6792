"""What a normal result leaves out: "sensation intact except over the left foot" tells of lost feeling there."""

import re
from collections.abc import Mapping

from chartgap.extract.results.merging import Result
from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import Part, Sentence

EXCEPT = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|with the exception of|other than|aside from|apart from|save(?: for)?|bar|but for)\b"
)
_LEADS = re.compile(
    r"[\s,]*(?:(?:in|over|at|along|on|of|the|his|her|an?|some|left|right|medial|lateral|dorsal|plantar|ulnar|radial|aspect|dermatome"
    r"|distribution|big|great|distal|tips?|area|region|both|proximal)[\s,]+)*"
)
_OF_LIMBS = frozenset({"sensation", "strength"})


def add(sentence: Sentence, results: Mapping[str, list[Result]], values: set[tuple[int, int]]) -> None:
    """Add a loss at each place that a normal result of strength or sensation leaves out, in place."""
    word = EXCEPT.search(sentence.view, sentence.start, sentence.end)
    if word is None:
        return
    end = sentence.view.find(";", word.end(), sentence.end)
    end = end if end >= 0 else sentence.end
    part = next((p for p in sentence.parts if word.end() <= p.start < end), None)
    if any(word.start() <= start < end for start, _ in values):
        return
    if not (_led(sentence, word.end(), part) if part and part.entry else _leads_to_root(sentence, word.end(), end)):
        return
    for name in _OF_LIMBS & results.keys():
        before = [r.mark for r in results[name] if r.mark.end <= word.start()]
        if before and before[-1].value == "normal" and not sentence.broken(before[-1].end, word.start()):
            mark = Mark(*word.span(), "decreased", rule_id=f"{name}.except", group=before[-1].group)
            results[name].append(Result(mark, None))


def _leads_to_root(sentence: Sentence, start: int, end: int) -> bool:
    """Whether roots are left out: "intact except left C6"."""
    root = next((low for low, _, value in sentence.levels if start <= low < end and "-" not in value), None)
    return root is not None and _LEADS.fullmatch(sentence.without(start, root, "side") + " ") is not None


def _led(sentence: Sentence, start: int, part: Part) -> bool:
    """Whether only small words, sides and levels stand before a body part that is left out."""
    gap = sentence.without(start, part.start, "side")
    for low, high, _ in sentence.levels:
        if start <= low and high <= part.start:
            gap = gap[: low - start] + " " * (high - low) + gap[high - start :]
    return _LEADS.fullmatch(gap + " ") is not None
