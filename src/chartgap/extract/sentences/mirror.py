"""A side at the head of a list that another list repeats for the other side: it is the side of the whole list.

"Right biceps 2, triceps 2, left biceps 2, triceps 1" grades four reflexes with a side each. "Right biceps 1+,
triceps 2+" alone leaves open whose the triceps is.
"""

import re
from collections.abc import Iterator

from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import OTHER_SIDE, Sentence
from chartgap.model import Side

_WORDS: dict[Side, str] = {"left": r"(?:left|lt|l)", "right": r"(?:right|rt|r)"}
_REACH = 200  # characters
_SIDE = re.compile(r"\b(?:left|right|lt|rt|l|r|bilat\w*|both)\b")


def spread_mirrored(sentence: Sentence, marks: list[Mark]) -> None:
    """Give the side at the head of a list to its other results, in place, where the other side has a list as well."""
    for side, run in _runs(marks):
        if len(run) > 1 and _repeated(sentence, run, OTHER_SIDE[side]):
            for mark in run[1:]:
                mark.sides.append(side)


def _runs(marks: list[Mark]) -> Iterator[tuple[Side, list[Mark]]]:
    """Graded results that follow one with a side, as long as they have none of their own."""
    run: list[Mark] = []
    side: Side | None = None
    for mark in marks:
        own = {*mark.sides, *(site.side for site in mark.sites)} - {None}
        if side and not own and mark.grade and mark.sites and not mark.shared:
            run.append(mark)
            continue
        if side:
            yield side, run
        one = own.pop() if len(own) == 1 else None
        side = one if one in OTHER_SIDE and mark.grade and mark.sites else None
        run = [mark]
    if side:
        yield side, run


def _repeated(sentence: Sentence, run: list[Mark], other: Side) -> bool:
    """Whether the names of a list stand again, in its order, behind the other side."""
    view = sentence.view
    names = [_name(view[m.sites[0].start : m.sites[0].end]) for m in run]
    listed = r"[^.\n]{0,40}?".join(re.escape(name) for name in names)
    again = re.compile(rf"\b{_WORDS[other]}\b[\s:=(-]*{listed}")
    start, end = run[0].sites[0].start, run[-1].end
    low, high = max(0, start - _REACH), min(len(view), end + _REACH)
    found = again.search(view, end, high) or again.search(view, low, start)
    return found is not None and len(_SIDE.findall(found.group())) == 1


def _name(words: str) -> str:
    return _SIDE.sub("", words).strip(" :=(-")
