"""Sides that an earlier sentence of a line tells: of the limb that is examined, of the foot that was spoken of."""

import re

from chartgap.extract.sentences.sentence import Sentence
from chartgap.model import Side

_UPPER = r"upper extremity|upper limb|arm|forearm|hand|wrist|elbow|shoulder|finger|thumb"
_LOWER = r"lower extremity|lower limb|leg|foot|ankle|knee|hip|thigh|calf|buttock"
_SIDED = re.compile(
    rf"\b(?P<side>left|right)(?: sided| side of (?:the|his|her))? (?:\w+ )?"
    rf"(?:(?P<upper>{_UPPER})|(?P<lower>{_LOWER}))\b"
)
_EXAMINED = re.compile(
    rf"\b(?:exam(?:ination)?|inspection|evaluation) of (?:the |his |her )?(?P<side>left|right) "
    rf"(?:(?P<upper>{_UPPER})|(?P<lower>{_LOWER}))\b"
)
_TOLD = re.compile(
    r"\b(?P<side>left|right)\b(?![ -]?(?:hand(?:ed|er)|rotation|bending|tilt|turn|dominant|away|now|after))"
)
_BOTH = re.compile(r"\b(?:both|bilateral\w*|contralateral|opposite|other)\b")
# What is said of more than the limb that is examined.
_WHOLE = re.compile(
    r"\b(?:throughout|all|both|bilateral\w*|symmetric\w*|equal\w*|globally|extremities|upper and lower)\b"
)
_REACH = 600  # characters


def examined(sentence: Sentence) -> tuple[str, Side] | None:
    """The limb and side whose examination an earlier sentence of the line begins, if nothing since is of another."""
    view = sentence.view
    low = max(view.rfind("\n", 0, sentence.start) + 1, sentence.start - _REACH)
    found = list(_EXAMINED.finditer(view, low, sentence.start))
    if not found or _WHOLE.search(view, sentence.start, sentence.end):
        return None
    return _limb(found[-1]) if _one_side(view, found[-1].end(), sentence.end, found[-1]["side"]) else None


def spoken_of(sentence: Sentence, area: str) -> Side | None:
    """The one side of a limb that the sentence right before on the line tells."""
    view = sentence.view
    low = max(view.rfind("\n", 0, sentence.start), view.rfind(". ", 0, max(0, sentence.start - 2))) + 1
    told = {_limb(match) for match in _SIDED.finditer(view, low, sentence.start)}
    sides = {side for limb, side in told if limb == area}
    return sides.pop() if len(sides) == 1 and not _BOTH.search(view, low, sentence.start) else None


def side_before(sentence: Sentence) -> Side | None:
    """The one side that the sentence right before on the line tells, be it of a limb or of a test."""
    view = sentence.view
    low = max(view.rfind("\n", 0, sentence.start), view.rfind(". ", 0, max(0, sentence.start - 2))) + 1
    told: set[Side] = {"left" if m["side"] == "left" else "right" for m in _TOLD.finditer(view, low, sentence.start)}
    return told.pop() if len(told) == 1 and not _BOTH.search(view, low, sentence.start) else None


def _limb(match: re.Match[str]) -> tuple[str, Side]:
    return ("upper_limb" if match["upper"] else "lower_limb"), ("left" if match["side"] == "left" else "right")


def _one_side(view: str, start: int, end: int, side: str) -> bool:
    other = "left" if side == "right" else "right"
    return not _BOTH.search(view, start, end) and re.search(rf"\b{other}\b", view[start:end]) is None
