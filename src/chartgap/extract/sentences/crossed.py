"""Tables with a column for each muscle or tendon and a row for each side: "Biceps  Triceps" above "Right  2+  1+"."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chartgap.extract.document.text import Span
from chartgap.extract.sentences.grades import muscle, tendon
from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import Part
from chartgap.knowledge.elements import LexiconEntry
from chartgap.model import Side

_GRADE = r"(?:[+-]?[0-5][+-]{0,2}(?:\s?/\s?[45][+-]?)?|tr(?:ace)?)"
_ROW = re.compile(
    rf"[ \t|*-]*(?P<side>right|left|[rl]t?)\b[ \t|:]+(?P<grades>{_GRADE}(?:[ \t]*[|,;][ \t]*|[ \t]+){_GRADE}"
    rf"(?:(?:[ \t]*[|,;][ \t]*|[ \t]+){_GRADE})*)[ \t|.]*"
)
_MAY_BE = re.compile(rf"(?:^|\n)[ \t|*-]*(?:right|left|[rl]t?)\b[ \t|:]+{_GRADE}[ \t|,;]")
_EACH = re.compile(rf"{_GRADE}(?![\w/+-])")
_RULE = re.compile(r"[\s|:+=_-]*")
_APART = re.compile(r"[ \t]*\|[ \t|]*|[ \t]{2,}|\t")
_REFLEXES, _STRENGTH = (
    re.compile(r"reflex|\bdtrs?\b|jerk|tendon"),
    re.compile(r"motor|strength|power|\bmmt\b|muscle|myotom"),
)
_ABOVE = 5  # lines between a row and the head of its table
_SIDE: dict[str, Side] = {"r": "right", "l": "left"}

Named = Callable[[int, int], Sequence[tuple[int, int, LexiconEntry]]]


class Crossed(NamedTuple):
    """A row: the element that its grades are of, and the grades with their muscles or tendons."""

    element: str
    marks: list[Mark]


def has_rows(view: str) -> bool:
    """Whether a note may hold such a table: a quick test before each sentence is tried."""
    return _MAY_BE.search(view) is not None


def crossed(view: str, span: Span, named: Named, lent: frozenset[str]) -> Crossed | None:
    """The row that a sentence is; `named` finds muscles and tendons between offsets.

    `lent` are the elements that the heading above lends. A column whose head names neither says nothing; where heads
    and grades differ in number, none does.
    """
    row = _ROW.fullmatch(view, *span)
    head = _head(view, span.start) if row else None
    if row is None or head is None:
        return None
    grades = list(_EACH.finditer(view, *row.span("grades")))
    heads = _columns(view, head, named(*head), len(grades))
    entries = [entry for entry in heads if entry]
    element = _element(view[max(0, head.start - 40) : head.end], row["grades"], entries, lent)
    if len(entries) < 2 or element is None:
        return None
    side, value_of = _SIDE[row["side"][0]], _tendon if element == "reflex" else _muscle
    marks = []
    for grade, entry in zip(grades, heads, strict=True):
        if entry:
            at = grade.span()
            marks.append(Mark(*at, value_of(grade.group()), grade.group(), sites=[Part(*at, entry, side)], fixed=True))
    return Crossed(element, marks)


def _tendon(grade: str) -> str:
    return tendon("trace" if grade.startswith("tr") else grade.partition("/")[0].strip())


def _muscle(grade: str) -> str:
    return muscle(grade.partition("/")[0].strip())


def _head(view: str, at: int) -> Span | None:
    """The line that heads the table of a row: the nearest above that is no row itself and no rule."""
    end = view.rfind("\n", 0, at)
    for _ in range(_ABOVE):
        if end < 0:
            return None
        start = view.rfind("\n", 0, end) + 1
        if not _RULE.fullmatch(view, start, end) and not _ROW.fullmatch(view, start, end):
            return Span(start, end)
        end = start - 1
    return None


def _columns(
    view: str, head: Span, found: Sequence[tuple[int, int, LexiconEntry]], count: int
) -> list[LexiconEntry | None]:
    """What heads each column; empty where that is not so many."""
    if len(found) == count:
        return [entry for _, _, entry in found]
    edges = [head.start, *(at for gap in _APART.finditer(view, *head) for at in gap.span()), head.end]
    cells = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if view[a:b].strip()]
    if len(cells) == count + 1:
        del cells[0]  # "Reflexes  Biceps  Triceps"
    if len(cells) != count:
        return []
    return [next((entry for a, b, entry in found if cell.start <= a and b <= cell.end), None) for cell in cells]


def _element(above: str, grades: str, entries: Sequence[LexiconEntry], lent: frozenset[str]) -> str | None:
    """What the grades of a table are of, by their scale, its head and heading, else by the plus of tendons."""
    if re.search(r"/\s?5", grades):
        return "strength"
    reflexes, strength = _REFLEXES.search(above), _STRENGTH.search(above)
    if bool(reflexes) != bool(strength):
        return "reflex" if reflexes else "strength"
    if lent & {"reflex", "strength"} in ({"reflex"}, {"strength"}):
        return next(iter(lent & {"reflex", "strength"}))
    return "reflex" if "+" in grades and all(entry.reflex for entry in entries) else None
