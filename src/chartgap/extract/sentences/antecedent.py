"""Sides and limbs that are pointed at, not named: "the same distribution", "on that side", "the other leg"."""

import re
from typing import Literal, NamedTuple

from chartgap.extract.sentences.sentence import OTHER_SIDE
from chartgap.model import Side

POINTING = frozenset({"same", "other", "same_place", "same_limb"})
"""Senses of sides and body parts that say only whether they are those spoken of before."""
_WHOLE = frozenset({"same_place", "same_limb"})
_UPPER = r"upper (?:extremity|extremities|limbs?)|arms?|forearms?|hands?|wrists?|elbows?|shoulders?|fingers?|thumbs?"
_LOWER = (
    r"lower (?:extremity|extremities|limbs?)|legs?|foot|feet|ankles?|knees?|hips?|thighs?|calf|calves|buttocks?|toes?"
)
_LIMB = re.compile(rf"\b(?:(?P<upper>{_UPPER})|(?P<lower>{_LOWER})|(?P<trunk>neck|back|lumbar|cervical|spine))\b")
_SIDE = re.compile(
    r"\b(?:(?P<left>left|lt|lue|lle)|(?P<right>right|rt|rue|rle)|(?P<both>bilateral\w*|both|bue|ble))\b"
    r"(?:(?<=on the left)|(?<=on the right)"
    r"|(?![ -]?(?:hand(?:ed|er)|away|now|after|before|upper quadrant|lower quadrant|with\b|without\b|the\b)))"
)
_ABBREVIATED = {"lue": "upper_limb", "rue": "upper_limb", "bue": "upper_limb"} | dict.fromkeys(
    ("lle", "rle", "ble"), "lower_limb"
)
_AREAS = {"upper": "upper_limb", "lower": "lower_limb", "trunk": "trunk"}
_REACH = 240  # characters


class Spoken(NamedTuple):
    """What was spoken of last: a side, and a limb if one was named."""

    side: Side | None
    area: str | None


def pointed(sense: str, view: str, at: int) -> Spoken:
    """What a word at an offset points at, from what its line says before; nothing where both sides were told."""
    low = max(view.rfind("\n", 0, at) + 1, at - _REACH)
    sides = [(m.start(), _side(m), _ABBREVIATED.get(m[0])) for m in _SIDE.finditer(view, low, at)]
    limb = _last_limb(view, low, at) if sense in _WHOLE else None
    if limb is None:
        side = _last(sides, view, at)
        return Spoken(OTHER_SIDE.get(side) if sense == "other" and side else side, None)
    start, area = limb
    side = _last([s for s in sides if s[0] <= start or "." not in view[start : s[0]]], view, at)
    return Spoken(side, area)


def _last_limb(view: str, low: int, at: int) -> tuple[int, str] | None:
    """The last limb named, unless its sentence names both or ends with neck or back."""
    found = [(m.start(), _AREAS[m.lastgroup or ""]) for m in _LIMB.finditer(view, low, at)]
    found += [(m.start(), _ABBREVIATED[m[0]]) for m in _SIDE.finditer(view, low, at) if m[0] in _ABBREVIATED]
    last = max(found, default=(0, "trunk"))
    begin = view.rfind(". ", low, last[0])
    named = {area for start, area in found if start > begin} - {"trunk"}
    return last if named == {last[1]} else None


def _last(sides: list[tuple[int, Side, str | None]], view: str, at: int) -> Side | None:
    """The side told last, unless its sentence tells both."""
    if not sides:
        return None
    start, side, _ = sides[-1]
    begin = view.rfind(". ", 0, start)
    return side if all(other == side for where, other, _ in sides if where > begin) else None


def _side(match: re.Match[str]) -> Side:
    kinds: tuple[Literal["left", "right"], ...] = ("left", "right")
    return next((kind for kind in kinds if match[kind]), "bilateral")
