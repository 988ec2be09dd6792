"""Tests and their results: which value belongs to which site and side ("biceps 1+ on the left, 2+ on the right")."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from chartgap.extract.sentence import Part, Sentence
from chartgap.model import Side

_TIGHT = re.compile(
    r"[\s:(]*(?:(?:to|in|at|of|for|with|throughout|over|on|along|within|involving|the|his|her|both|and|symmetric|symmetrical|symmetrically"
    r"|equal|equally|bilaterally|bilateral|strength|reflex|reflexes|light|touch|pinprick|pin|prick|temperature|vibration|sense|all"
    r"|muscle|muscles|group|groups|tested|level|motor|power|left|right|proximal|distal|lateral|medial|aspect|upper|lower|deep|tendon"
    r"|sensation|sensory|distribution|dermatome|dermatomes|from|across|through|noted|elicited|present|grossly|as|well|major|or|proprioception)"
    r"[\s,:()/-]*)*"
)


class Cell(NamedTuple):
    """One result: a value (with its grade as written) for a site and side."""

    start: int
    end: int
    value: str
    grade: str | None
    sites: tuple[Part, ...]
    side: Side | None


@dataclass(slots=True)
class Mark:
    """A value word or grade in the sentence."""

    start: int
    end: int
    value: str
    grade: str | None = None
    rule_id: str = ""
    group: tuple[int, int] | None = None  # the coordinated test names that it is the result of
    sites: list[Part] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)


def link(sentence: Sentence, marks: list[Mark], sites: list[list[Part]], free_sides: list[Part]) -> None:
    """Give each mark its sites and sides, in place.

    A run of sites before a mark belongs to it unless an earlier mark has it; else the run after it, if nothing but
    small words stands between; else it shares the earlier mark's run (that is how two sides of one test are written).
    """
    taken: dict[int, Mark] = {}
    for index, mark in enumerate(marks):
        previous_end = marks[index - 1].end if index else sentence.start
        next_start = marks[index + 1].start if index + 1 < len(marks) else sentence.end
        before = _last_before(sites, mark.start, sentence.start)
        after = _first_after(sites, mark.end, next_start)
        fresh = before is not None and before not in taken and sites[before][-1].end > (previous_end if index else -1)
        if before is not None and fresh and not sentence.broken(sites[before][-1].end, mark.start):
            chosen: int | None = before
        elif after is not None and _TIGHT.fullmatch(sentence.view, mark.end, sites[after][0].start):
            chosen = after
        elif before is not None and not sentence.broken(sites[before][-1].end, mark.start):
            chosen = before
        else:
            chosen = None
        if chosen is not None:
            taken[chosen] = mark
            mark.sites = list(sites[chosen])
    _link_sides(sentence, marks, free_sides)


def _last_before(sites: list[list[Part]], start: int, floor: int) -> int | None:
    found = None
    for index, run in enumerate(sites):
        if floor <= run[0].start and run[-1].end <= start:
            found = index
    return found


def _first_after(sites: list[list[Part]], end: int, ceiling: int) -> int | None:
    for index, run in enumerate(sites):
        if end <= run[0].start < ceiling:
            return index
    return None


def _link_sides(sentence: Sentence, marks: list[Mark], free_sides: list[Part]) -> None:
    """Sides that stand alone go to the mark before them ("1+ on the left"), or after ("left 1+, right 2+")."""
    if not marks or not free_sides:
        return
    leading = free_sides[0].end <= marks[0].start and len(free_sides) >= len(marks) > 1
    for part in free_sides:
        assert part.side is not None
        after = [m for m in marks if m.start >= part.end]
        before = [m for m in marks if m.end <= part.start]
        mark = after[0] if after and (leading or not before) else before[-1] if before else None
        if mark is None or sentence.broken(part.start, mark.start if mark.start > part.start else mark.end):
            continue
        mark.sides.append(part.side)


def cells(mark: Mark) -> list[Cell]:
    """The results that a linked mark states: one for each side of each site."""
    out: list[Cell] = []
    sides: list[Side | None] = list(dict.fromkeys(mark.sides)) or [None]
    if not mark.sites:
        return [Cell(mark.start, mark.end, mark.value, mark.grade, (), side) for side in sides]
    by_side: dict[Side | None, list[Part]] = {}
    for site in mark.sites:
        by_side.setdefault(site.side, []).append(site)
    for own, group in by_side.items():
        for side in [own] if own else sides:
            out.append(Cell(mark.start, mark.end, mark.value, mark.grade, tuple(group), side))
    return out
