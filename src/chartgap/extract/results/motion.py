"""Measured movement of the spine: "rotation 50 degrees", "flexion 40/50", "range of motion 50% of normal"."""

import re
from collections.abc import Iterator

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import Sentence

_JOINT = r"(?P<joint>\b(?:knee|hip|elbow|wrist|shoulder|ankle|finger|thumb|dorsi|plantar)\s*)?"
_PLANE = (
    r"\b(?P<plane>flexion|extension|rotation|(?:side|lateral)[\s-]?(?:bend(?:ing|s)?|flexion)|flex|ext|rot"
    r"|(?:turn|rotate)s?\s(?:his|her|the)\s(?:head|neck)|turn(?:s|ing)?(?=\s(?:to\sthe\s)?(?:left|right))"
    r"|(?P<whole>rom|ranges? of motion|motion|mobility|movements?))"
)
_TO = (
    r"(?:[\s:=,(-]|\b(?:is|was|to|of|at|the|neck|spine|cervical|lumbar|back|left|right|bilaterally|bilat|about|approximately|limited|only|measured"
    r"|measures|stops|stopped|l|r|lt|rt)\b){1,14}"
)
_FIGURE = (
    r"(?P<have>\d{1,3})(?!\d)(?:\s?/\s?(?P<of>\d{2,3}|[2-4](?![\d/])))?\s?(?P<unit>\u00b0|deg(?:rees?)?\b|%|percent\b)?"
)
MEASURED = re.compile(
    rf"{_JOINT}{_PLANE}{_TO}{_FIGURE}(?!\s?(?:cm|mm|inch|in\b|\"|lb|kg|/5|weeks?|days?|months?|times|reps|visits))"
)
# Planes as chiropractors write them: "F 45/50, E 50/60, RLF 30/45 p, LR 75/80".
_LETTERED = re.compile(
    r"(?<![\w/])(?P<plane>f|e|flex|ext|[rl]\s?(?:lf|lb|sb|r|rot)|(?:lf|lb|sb|rot)\s?[rl]|[rl]f)\s?[:=]?\s?(?P<have>\d{1,3})\s?/\s?"
    r"(?P<of>\d{2,3})(?![\d/])"
)
_WITH_P = re.compile(r"\s?\(?\+?p\b(?! ?-)\)?")
# The other side of the same plane: "right 70 degrees, left 62 degrees", "50 R / 55 L".
# One of these stands in every measure: a quick test.
_PLANES = ("flex", "ext", "rot", "bend", "motion", "rom", "mobility", "movement", "turn")
_OTHER_SIDE = re.compile(
    r"\s*(?:to the )?(?:left|right|[rl]t?)?[\s,;/]*(?:and )?(?:to the )?(?:left|right|[rl]t?)?[\s:]*(?P<have>\d{1,3})"
    r"\s?(?:\u00b0|deg(?:rees?)?\b)?\s*(?:to the )?(?=left|right|[rl]t?\b|[,;.]|$|\()"
)
# Degrees that count as full, a little under the normal of the AMA Guides (cervical 50, 60, 45, 80; lumbar 60, 25, 25).
_FULL = {
    "neck": {"flex": 45, "ext": 55, "bend": 40, "rot": 70},
    "back": {"flex": 55, "ext": 22, "bend": 22, "rot": 27},
}
_FULL_PERCENT, _MOST, _MOST_OF_SPINE = 90, 180, 95
_OTHER_REACH = 20  # characters that the figure of the other side may take
_EXAMS = frozenset({"physical_exam", "findings", "results", "other", "past_medical_history", None})
_OTHER_JOINT = re.compile(
    r"\b(?:abduction|adduction|internal|external|dorsiflexion|plantar|pronation|supination|ulnar|radial|knees?|hips?"
    r"|shoulders?|wrists?|elbows?|ankles?|thumb|fingers?|toes?|hands?|scapul\w+"
    r"|lachman\w*|stability|varus|valgus|menisc\w+"
    r"|patella\w*|vocal|laryn\w+|extensor mechanism|views?|films?|x-?rays?|radiographs?)\b"
)
_ABBREVIATED = re.compile(
    r"ext\s*[:-]\s*(?!\d|full|limited|restricted|wnl|normal\s*(?:$|[,;.])|decreased|painful|\w+ \d)"
)
_SPINE = frozenset({"neck", "back"})


def may_measure(view: str, start: int, end: int) -> bool:
    """Whether a sentence with a digit may measure a plane of motion."""
    text = view[start:end]
    return any(map(text.__contains__, _PLANES)) and MEASURED.search(text) is not None


def of_spine(plane: Lexeme, sentence: Sentence) -> bool:
    """Whether a plane of motion that names no region ("rotation limited") is one of the spine here."""
    if _ABBREVIATED.match(sentence.view, plane.start, sentence.end) and plane.start == sentence.start:
        return False  # "Ext: no edema" are the limbs
    if sentence.study or "t:strength" in sentence.lexemes:
        return False
    if any(p.start <= plane.start < p.end and p.entry and p.entry.muscle for p in sentence.parts):
        return False
    return not of_joint(sentence)


def of_joint(sentence: Sentence) -> bool:
    """Whether a motion that names no region may be one of a limb, or is told outside an examination."""
    if sentence.section not in _EXAMS or names_joint(sentence):
        return True
    areas = sentence.heading.areas
    return bool(areas) and _SPINE.isdisjoint(areas)


def names_joint(sentence: Sentence) -> bool:
    """Whether a sentence names another joint than those of the spine."""
    return _OTHER_JOINT.search(sentence.view, sentence.start, sentence.end) is not None


def opens_with_joint(sentence: Sentence) -> bool:
    """Whether the first statement of a sentence names another joint."""
    stop = sentence.view.find(";", sentence.start, sentence.end)
    return _OTHER_JOINT.search(sentence.view, sentence.start, stop if stop >= 0 else sentence.end) is not None


def measures(view: str, start: int, end: int, *, back: bool | None) -> Iterator[Mark]:
    """The measured planes of spine motion as one mark: restricted if any is ("flexion 40/50, rotation 45 degrees").

    Where nothing near says whether it is neck or back (`back` None), the mark spans all measures: `settled` reads
    them again.
    """
    found = [m for m in MEASURED.finditer(view, start, end) if not m["joint"] and _measures(m)]
    short = [m for m in found if _falls_short(m, view, end, "back" if back else "neck")]
    if found and (back is not None or all(int(m["have"]) <= _MOST_OF_SPINE for m in found)):
        chosen = (short or found)[0]
        mark = Mark(chosen.start("plane"), chosen.end(), "restricted" if short else "normal", chosen.group().strip())
        if back is None:
            mark.span = (found[0].start("plane"), min(end, found[-1].end() + _OTHER_REACH))
        yield mark


def lettered(view: str, start: int, end: int) -> Iterator[Mark]:
    """Planes of motion by their letters, of two planes or more, each of its normal."""
    found = list(_LETTERED.finditer(view, start, end))
    if len(found) > 1:
        short = [m for m in found if int(m["have"]) * 100 < int(m["of"]) * _FULL_PERCENT]
        chosen = (short or found)[0]
        yield Mark(*chosen.span(), "restricted" if short else "normal", chosen.group())
        for match in found:
            if hurts := _WITH_P.match(view, match.end(), end):
                yield Mark(*hurts.span(), "painful", rule_id="range_of_motion.painful")


def settled(view: str, start: int, end: int, area: str) -> str | None:
    """The value of the measures between two offsets, now that the note has said of what region they are."""
    return next((mark.value for mark in measures(view, start, end, back=area == "back")), None)


def _measures(match: re.Match[str]) -> bool:
    """Whether a figure can be a measure: of the whole motion only a share of the normal is."""
    share = match["unit"] in {"%", "percent"}
    if match["of"] == "10":
        return False  # a score of pain
    return int(match["have"]) <= _MOST and (share or bool(match["of"]) or not match["whole"])


def _falls_short(match: re.Match[str], view: str, end: int, area: str) -> bool:
    have = int(match["have"])
    if match["unit"] in {"%", "percent"}:
        return have < _FULL_PERCENT
    if match["of"]:
        return have * 100 < int(match["of"]) * _FULL_PERCENT
    other = _OTHER_SIDE.match(view, match.end(), end)
    plane = match["plane"]
    kind = next((k for k in ("bend", "lateral", "side", "flex", "ext") if k in plane), "rot")
    least = min(have, int(other["have"])) if other else have
    return least < _FULL[area]["bend" if kind in {"lateral", "side"} else kind]
