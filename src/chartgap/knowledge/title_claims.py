"""Which values of an axis (acute, right, stage 3) a title states, and whether all of them or any."""

import re
from functools import lru_cache

from chartgap.knowledge.axes import Axis
from chartgap.knowledge.phrases import any_of

_EITHER = re.compile(r"\bor\b|\bthrough\b|/|\bto\b")


def claimed_in(axis: Axis, title: str, seventh: str) -> tuple[tuple[str, ...], bool]:
    """The values that a title with its 7th character's meaning states; True where it has all of them, not any."""
    any_value = _compiled(tuple(phrase for value in axis.values for phrase in (*value.title, *value.seventh)))
    if any_value is None or not any_value.search(f"{title} {seventh}"):
        return (), False
    void = _compiled(axis.void_title)
    text = void.sub(lambda match: " " * len(match[0]), title) if void else title
    found = []
    for value in axis.values:
        words, meaning = _compiled(value.title), _compiled(value.seventh)
        if words and (match := words.search(text)):
            found.append((match.start(), match.end(), value.value))
        elif meaning and seventh and meaning.search(seventh):
            found.append((0, 0, value.value))
    return _joined(axis, sorted(found), text) if found else ((), False)


def _joined(axis: Axis, found: list[tuple[int, int, str]], text: str) -> tuple[tuple[str, ...], bool]:
    names = tuple(dict.fromkeys(value for _, _, value in found))
    if len(names) == 1:
        return names, False
    names = tuple(name for name in names if name != "unilateral")  # "Unilateral …, right knee"
    between = text[found[0][1] : found[-1][0]]
    if "through" in between:  # stage 1 through stage 4
        order = [value.value for value in axis.values]
        names = tuple(order[order.index(names[0]) : order.index(names[-1]) + 1])
    return names, len(names) > 1 and not _EITHER.search(between)


@lru_cache(maxsize=256)
def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    return any_of(phrases) if phrases else None
