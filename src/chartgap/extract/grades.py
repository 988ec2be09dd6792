"""Muscle grades (4/5) and reflex grades (2+) in text, as marks."""

import re
from collections.abc import Iterator

from chartgap.extract.result import Mark

_STRENGTH = re.compile(
    r"(?<![\d/.])(?<!\b[ctls])(?P<sign>[+-])?(?P<a>[0-5])\s?(?P<s>\+|-(?!\s?\d)|plus|minus)?(?:\s?-\s?(?P<hi>[0-5])\s?[+-]?)?\s?(?:/"
    r"|out\s+of|over)\s?(?P<b>5|[0-5][+-])(?!\d|\.\d|/\d|\s?(?:mg|lb|year|mm|cm))(?P<t>[+-](?!\d))?"
    r"|(?<![\d/.a-z+-])(?:[+-](?P<pre>[0-5])(?![\d/]|\.\d|\s?/)|(?P<bare>[0-5])(?P<bs>[+-])(?![\d/]|\s?/))"
    r"|\bmrc\s*(?:grade\s*|power\s*)?(?P<mrc>[0-5])(?P<ms>[+-])?(?:\s?/\s?5)?(?!\d)"
)
_REFLEX = re.compile(
    r"(?<![\d/.a-z+-])(?P<neg>-)?\+?(?P<a>[0-4])\s?(?P<plus>\+{1,2}|plus)?(?:\s?(?:/"
    r"|out\s+of)\s?(?P<b>[0-4])\s?(?P<bplus>\+)?)?(?!\d|\.\d|%|/\d|\s?(?:mg|cm|mm|cc|extremit|limb|week|month|day|year"
    r"|beat|finger|toe|second|view|point|mos?\b|wks?\b|yrs?\b|hrs?\b|-\d|\d/\d))|\btrace\b"
)
_OTHER_SCORE = re.compile(
    r"(?:pain\s*(?:scale|score|level|is|of|was|rated)*\W*|apgar\W*(?:\w+\W+){0,2}|pelvic\W*|scale of\W*|mmse\W*"
    r"|reflex\w*\W+(?:\w+\W+)?)$"
)
_PLANE = r"(?P<plane>flexion|extension|rotation|(?:side|lateral)[\s-]?bend(?:ing|s)?|(?:lateral|side)[\s-]?flexion)"
MOTION = re.compile(
    rf"(?P<joint>\b(?:knee|hip|elbow|wrist|shoulder|ankle|finger|thumb|dorsi|plantar)\s*)?\b(?:(?P<side>lateral|side)\s*)?{_PLANE}"
    r"(?:[\s:=,(]|\b(?:is|was|to|of|at|the|left|right|bilaterally|bilat|about|approximately|limited|only|measured|measures|l|r|lt|rt)\b"
    r"|-){1,12}(?P<have>\d{1,3})(?!\d)(?:\s?/\s?(?P<of>\d{2,3}))?\s?(?P<unit>°|deg(?:rees?)?\b|%|percent\b)?(?!\s?(?:cm|mm|inch|in\b|\"|lb|kg|/5))"
)
# Degrees that count as full, a little under the normal of the AMA Guides (cervical 50, 60, 45, 80; lumbar 60, 25, 25).
_FULL = {
    "neck": {"flexion": 45, "extension": 55, "bending": 40, "rotation": 70},
    "back": {"flexion": 55, "extension": 22, "bending": 22, "rotation": 27},
}
_FULL_PERCENT = 90
_BY_NUMBER = ("absent", "decreased", "normal", "increased", "increased")


def strength(view: str, start: int, end: int, *, topic: bool) -> Iterator[Mark]:
    """4/5, 4+/5, 4-5/5, 4 out of 5; +5 and 4+ only where strength is the topic; "4+/4-" grades both sides."""
    for match in _STRENGTH.finditer(view, start, end):
        short = match["pre"] is not None or match["bare"] is not None
        if short and not topic:
            continue
        if not short and _OTHER_SCORE.search(view, max(start, match.start() - 25), match.start()):
            continue
        yield _strength_mark(match)


def _strength_mark(match: re.Match[str]) -> Mark:
    grade = re.sub(r"\s+", "", match.group())
    if match["mrc"]:
        full = match["mrc"] == "5" and match["ms"] != "-"
        return Mark(match.start(), match.end(), "normal" if full else "decreased", match["mrc"] + (match["ms"] or ""))
    if match["a"] is None:
        full = (match["pre"] or match["bare"]) == "5" and match["bs"] != "-" and not grade.startswith("-")
        return Mark(match.start(), match.end(), "normal" if full else "decreased", grade)
    second = match["b"]
    pair = second != "5" or (match["t"] is not None and match["a"] != "5")
    full = (
        match["a"] == "5"
        and match["sign"] != "-"
        and match["s"] not in {"-", "minus"}
        and (not pair or second[0] == "5")
    )
    mark = Mark(match.start(), match.end(), "normal" if full else "decreased", grade)
    if pair or (second == "5" and match["a"] == "5" and match["t"]):
        mark.sides.append("bilateral")
    return mark


def reflex(view: str, start: int, end: int) -> Iterator[Mark]:
    """2+, +2, 2/4, 2+/2+ (both sides), trace, 3 plus."""
    for match in _REFLEX.finditer(view, start, end):
        yield _reflex_mark(match)


def _reflex_mark(match: re.Match[str]) -> Mark:
    grade = re.sub(r"\s+", "", match.group())
    if match["a"] is None:
        return Mark(match.start(), match.end(), "decreased", grade)
    first, second = int(match["a"]), match["b"]
    on_a_scale = second == "4" and not match["bplus"] and first != 4
    mark = Mark(match.start(), match.end(), "decreased" if match["neg"] else _BY_NUMBER[first], grade)
    if second is not None and not on_a_scale:
        if int(second) == first:
            mark.sides.append("bilateral")
        elif first == 1 and second == "2":
            mark.value = "decreased"
    return mark


def motion(view: str, start: int, end: int, *, back: bool) -> Iterator[Mark]:
    """The measured planes of spine motion as one mark: restricted if any is ("flexion 40/50, rotation 45 degrees")."""
    found = [m for m in MOTION.finditer(view, start, end) if not m["joint"]]
    short = [m for m in found if _falls_short(m, "back" if back else "neck")]
    if found:
        chosen = (short or found)[0]
        yield Mark(chosen.start("plane"), chosen.end(), "restricted" if short else "normal", chosen.group().strip())


def _falls_short(match: re.Match[str], area: str) -> bool:
    have = int(match["have"])
    if match["unit"] in {"%", "percent"}:
        return have < _FULL_PERCENT
    if match["of"]:
        return have * 100 < int(match["of"]) * _FULL_PERCENT
    plane = match["plane"]
    kind = "bending" if "bend" in plane or "lateral" in plane or "side" in plane else plane
    return have < _FULL[area][kind]
