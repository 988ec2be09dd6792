"""Muscle grades (4/5) and reflex grades (2+) in text, as marks."""

import re
from collections.abc import Callable, Iterator

from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import Sentence
from chartgap.model import Side

_STRENGTH = re.compile(
    r"(?<![\d/.])(?<!\b[ctls])(?P<sign>[+-])?(?P<a>[0-5])\s?(?P<s>\+|-(?!\s?\d)|plus|minus)?(?:\s?-\s?(?P<hi>[0-5])\s?[+-]?)?\s?(?:/"
    r"|out\s+of|over)\s?(?P<b>5|[0-5][+-])(?!\d|\.\d|/\d|\s?(?:mg|lb|year|mm|cm|scale))(?P<t>[+-](?!\d))?"
    r"|(?<![\d/.a-z+-])(?:[+-](?P<pre>[0-5])(?![\d/]|\.\d|\s?/)|(?P<bare>[0-5])(?P<bs>[+-])(?![\d/]|\s?/))"
    r"|\bmrc\s*(?:grade\s*|power\s*)?(?P<mrc>[0-5])(?P<ms>[+-])?(?:\s?/\s?5)?(?!\d)"
)
# Where a reflex grade may begin: also right behind the letters of two sides, "R2 L1".
_FREE = r"(?:(?<![\d/.a-z+-])|(?<=[^\w]r)(?=[0-4]\+?\s?[,/;]?\s?l[0-4])|(?<=r[0-4]\sl)|(?<=r[0-4]\+\sl))"
_REFLEX = re.compile(
    rf"{_FREE}(?P<neg>-)?"
    r"(?<!\dx\s)(?<!\sx\s)(?:[0-4]\+?\s?to\s)?\+?(?P<a>[0-4])\s?(?P<plus>\+{1,2}|plus)?(?:\s?(?:/"
    r"|out\s+of)\s?(?P<b>[0-4])\s?(?P<bplus>\+)?)?(?!\d|\.\d|%|/\d|[+-]?\s?(?:/|over|out of)\s?5"
    r"|\s?(?:oz|lbs?|#|mg|cm|mm|cc|extremit|limb|week|month|day|year"
    r"|beat|finger|toe|second|view|point|mos?\b|wks?\b|yrs?\b|hrs?\b|-\d|\d/\d))"
    r"|(?<![\w+/.])(?P<pluses>\+{2,3})(?![\w+/])"
    r"|(?<=[a-z:]\s)(?P<present>\+)(?=\s*(?:[,;.)]|$|\n|bilat|b/l|both|throughout|on the|and (?:sym|equal|bilat)))"
    r"|\b(?P<word>one|two|three|four)[ -]plus\b|\btr(?:ace)?\b(?:\s+positive\b)?(?P<both>\s?/\s?tr(?:ace)?\b)?"
)
PLUS_GRADE = re.compile(
    r"(?<![\d/.a-z-])(?:[0-4]\s?\+(?!\s?(?:\d|(?:/|over|out of)\s?5))|\+[0-4](?!\s?/?\d)|[0-4]/4(?!\d))"
)
_WORDED = re.compile(r"\b(?P<word>zero|one|two|three|four|five)(?:[ -](?:plus|minus))? (?:out of|over) (?:five|5)\b")
_TWO = re.compile(
    r"(?<![\d/.+-])(?P<a>[0-5])[+-]?\s?/\s?(?P<b>[0-4])(?![\d/+-]|\.\d|\s?(?:mg|lb|year|mm|cm|scale|week|day|month))"
)
_OF_STRENGTH = re.compile(r"\s*(?:motor |muscle )?(?:strength|power)\b")
_AT = re.compile(r"[\s:=]*(?:(?:is|are|was|were|at)\s+)?")
_OTHER_SCORE = re.compile(
    r"(?:pain\s*(?:scale|score|level|is|of|was|rated)*\W*|apgar\W*(?:\w+\W+){0,2}|pelvic\W*|scale of\W*|mmse\W*"
    r"|reflex\w*\W+(?:\w+\W+)?|\b(?:since|dated?|seen|until|from|by)\s+)$"
)
# What a grade without a test name may be of: a limb, a muscle, or the whole body.
_GROUND = re.compile(
    r"\b(?:throughout|bilat\w*|b/l|global\w*|diffuse\w*|symmetric\w*|equal\w*|all|both|proximal\w*|distal\w*|groups?"
    r"|testing|strong|otherwise|except|tone|neuro\w*|left|right|side)\b"
)
_GRADES = re.compile(r"(?<![\d/.+a-z-])([+-]?[0-5](?:[+-](?!\d))?)(?![\d/]|\.\d|\s?(?:%|beats?|fingers?|digits?))")
_PAIRS = re.compile(r"(?<![\d/.])([+-]?[0-5][+-]?)\s?[/,]\s?([+-]?[0-5][+-]?|trace)(?![\d/]|\.\d)")
Sides = tuple[Side, Side]
_WORDS = ("zero", "one", "two", "three", "four")
_BY_NUMBER = ("absent", "decreased", "normal", "increased", "increased")


def has_ground(sentence: Sentence, mark: Mark) -> bool:
    """Whether a grade without a test name may be of a strength: its sentence or section is of limbs or muscles."""
    if any(p.entry is None or {"upper_limb", "lower_limb", "general"} & set(p.entry.areas) for p in sentence.parts):
        return True
    return _GROUND.search(sentence.view, sentence.start, sentence.end) is not None


def strength(  # noqa: PLR0913  # a table's columns and a pair's order are two things
    view: str, start: int, end: int, *, topic: bool, columns: Sides | None = None, pairs: Sides | None = None
) -> Iterator[Mark]:
    """4/5, 4+/5, 4-5/5, 4 out of 5; +5 and 4+ only where strength is the topic; "4+/4-" grades both sides.

    In a table with a column for each side a grade needs no scale ("4+"); under "(R/L)" two grades are of two sides.
    """
    if topic and pairs:
        yield from _paired(view, start, end, pairs, muscle)
        return
    if topic and columns and "/" not in view[start:end]:
        for match in _GRADES.finditer(view, start, end):
            yield Mark(match.start(), match.end(), muscle(match[1]), match[1])
        return
    for match in _STRENGTH.finditer(view, start, end):
        short = match["pre"] is not None or match["bare"] is not None
        if short and not topic:
            continue
        if not short and _OTHER_SCORE.search(view, max(start, match.start() - 25), match.start()):
            continue
        yield _strength_mark(match)
    for match in _WORDED.finditer(view, start, end) if topic and view.find("five", start, end) >= 0 else ():
        if _OTHER_SCORE.search(view, max(start, match.start() - 25), match.start()):
            continue
        full = match["word"] == "five" and "minus" not in match.group()
        yield Mark(match.start(), match.end(), "normal" if full else "decreased", match.group())


def muscle(grade: str) -> str:
    """The value of a muscle grade as it is written in a table."""
    return "normal" if grade.strip("+") == "5" else "decreased"


def _paired(view: str, start: int, end: int, sides: Sides, value_of: Callable[[str], str]) -> Iterator[Mark]:
    """Two grades with a stroke between, one for each side."""
    for match in _PAIRS.finditer(view, start, end):
        first, second = value_of(match[1]), value_of(match[2])
        if first == second:
            yield Mark(match.start(), match.end(), first, match.group(), sides=["bilateral"])
            continue
        yield Mark(match.start(1), match.end(1), first, match[1], sides=[sides[0]])
        yield Mark(match.start(2), match.end(2), second, match[2], sides=[sides[1]])


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
        and match["t"] != "-"
    )
    mark = Mark(match.start(), match.end(), "normal" if full else "decreased", grade)
    alike = (match["a"] == "5") == (second[0] == "5")
    if (pair and alike) or (second == "5" and match["a"] == "5" and match["t"]):
        mark.sides.append("bilateral")  # "5/4+" does not say which side is the weak one
    return mark


def two_sided(sentence: Sentence) -> Iterator[Mark]:
    """Grades of two sides of a muscle, or of a limb below the heading of strength: "deltoid 4/4", "LE: 1/1 quads"."""
    muscles = [p.end for p in sentence.parts if p.entry and p.entry.muscle]
    lent = bool(sentence.heading.areas) and "strength" in sentence.heading.elements
    limbs = [
        p.end for p in sentence.parts if p.entry and not p.entry.muscle and sentence.view[p.end : p.end + 1] == ":"
    ]
    for match in _TWO.finditer(sentence.view, sentence.start, sentence.end):
        limb = lent or any(end <= match.start() for end in limbs)
        if (
            limb
            or _OF_STRENGTH.match(sentence.view, match.end())
            or any(_AT.fullmatch(sentence.view, end, match.start()) for end in muscles if end <= match.start())
        ):
            both = (match["a"] == "5") == (match["b"] == "5")
            yield Mark(match.start(), match.end(), "decreased", match.group(), sides=["bilateral"] if both else [])


def reflex(view: str, start: int, end: int, *, pairs: Sides | None = None) -> Iterator[Mark]:
    """2+, +2, 2/4, 2+/2+ (both sides), trace, 3 plus, ++; a single plus."""
    if pairs:
        yield from _paired(view, start, end, pairs, tendon)
        return
    scaled = view.find("++", start, end) >= 0
    for match in _REFLEX.finditer(view, start, end):
        if match["present"]:
            # The least of "+, ++, +++"; where no other is written, elicited and no more.
            yield Mark(match.start(), match.end(), "decreased" if scaled else "normal", "+")
        elif not numbers_item(view, start, match.end()):
            yield _reflex_mark(match)


def numbers_item(view: str, start: int, end: int) -> bool:
    """Whether a digit that ends at an offset numbers an item of a list: "2) triceps", not "(biceps 2)"."""
    if not view.startswith(")", end):
        return False
    return view.rfind("(", start, end) <= view.rfind(")", start, end)


def tendon(grade: str) -> str:
    """The value of a reflex grade as it is written in a table."""
    return "decreased" if grade == "trace" else _BY_NUMBER[min(4, int(grade.strip("+-")))]


def _reflex_mark(match: re.Match[str]) -> Mark:
    grade = re.sub(r"\s+", "", match.group())
    if match["word"]:
        return Mark(match.start(), match.end(), _BY_NUMBER[_WORDS.index(match["word"])], match.group())
    if match["pluses"]:
        return Mark(match.start(), match.end(), _BY_NUMBER[len(grade)], grade)
    if match["a"] is None:
        return Mark(match.start(), match.end(), "decreased", grade, sides=["bilateral"] if match["both"] else [])
    first, second = int(match["a"]), match["b"]
    on_a_scale = second == "4" and not match["bplus"] and first != 4
    mark = Mark(match.start(), match.end(), "decreased" if match["neg"] else _BY_NUMBER[first], grade)
    if second is not None and not on_a_scale:
        if int(second) == first:
            mark.sides.append("bilateral")
        elif second != "4" and (second != "2" or first > int(second)):
            mark.value = (
                "asymmetric"  # "0/1", "3/2+": two sides, and no word on which is which; "1/2" may be of a scale
            )
    return mark
