"""Tests and their results: which value belongs to which site and side ("biceps 1+ on the left, 2+ on the right")."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from chartgap.extract.phrases.spans import Mention, blanked, distance
from chartgap.extract.sentences.sentence import OTHER_SIDE, Part, Sentence
from chartgap.model import Side

# What may not stand between a result and the site it leads to: another statement begins there.
_APART = re.compile(
    r"[;.!?\d]|\b(?:is|are|was|were|be|been|has|have|had|does|did|but|except|save|bar|apart|aside|with|without|no|not|nor|who|which|that|than"
    r"|when|while|because|due|secondary|however|although|though|causes?|produces?|negative|positive|normal|intact|including|includes)\b"
    r"|,\s*+(?!,|(?:and|or|over|in|at|of|along|to|throughout|involving|mainly|mostly|especially|both|all)\b)"
)
_COMMA_ONLY = re.compile(
    r"[\s,]*(?:to)?[\s,]*(?:and)?[\s,]*(?:(?:lateral|medial|dorsal|plantar|outer|inner|distal)\s+)?"
)
_ONE_ONLY = re.compile(r"\s*(?:and|&)\s+(?:symmetric|equal)")
_REST = re.compile(
    r"\b(?:otherwise|o/w|rest|remainder|elsewhere|all else|everything else|all others?(?! (?:muscle|group))"
    r"|others?(?! (?:muscle|group)))\b[^,;]*$"
)
_THROUGHOUT = re.compile(r"\s*(?:throughout|t/o)\b")
_ELSEWHERE = re.compile(r"\s*(?:everywhere else|elsewhere|otherwise)\b")
_NO_MORE = re.compile(r"[\s.)]*(?:-\s.*)?")
_STROKE = re.compile(r"(?:^|\s)/\s")
_LISTED = re.compile(r"\s*(?:,|,? and|/|&|;)[\s:]*(?:(?:is|are|was|were|at|the|reflex(?:es)?|strength)[\s:]*)*")
_MODALITY = re.compile(r"\b(?:temp(?:erature)?|prop|vib|pain|dull|sharp|t|pp|lt)\b")
_SHORT = re.compile(r"^\.(?=\s)")  # of an abbreviation: the sentence goes on
_TONE = re.compile(r"\b(?:and|with)\s+(?:(?:normal|good|muscle)\s+)*(?:tone|bulk)(?:\s+and\s+(?:tone|bulk))?\b")
# "Hypesthesia was appreciated over the thumb" says where, and begins no other statement.
_NOTED = re.compile(
    r"\b(?:is|are|was|were|could be|can be)\s+(?:also\s+)?(?:noted|appreciated|found|present|elicited|seen|demonstrated"
    r"|detected|evident|observed|identified|apparent|felt)\b(?=\s+(?:over|in|along|of|at|on|throughout|involving|to|for))"
)
# "4/5 strength with left elbow flexion": what is moved, no second statement.
_WITH = re.compile(r"\bwith\s+(?:resisted\s+)?$")
_MOVED = re.compile(
    r"(?:[a-z]+\s){0,2}(?:flexion|extension|abduction|adduction|dorsiflexion|plantar\s?flexion|eversion|inversion|rotation"
    r"|grip|grasp)\b"
)
_LONGEST_LEAD, _FARTHEST = 90, 60  # characters
_ATTACHED = re.compile(
    r"[\s:,(=-]*(?:(?:is|are|was|were|remains?|strength|reflex|reflexes|power|motor|sensation|sensory|testing|and|to"
    r"|light|touch|pinprick|also|still|all|graded|at|of|rated|equal|equally|symmetric|jerk|jerks|with|about|approximately|both|noted|be|grossly"
    r"|mildly|slightly|markedly|symmetrically)[\s:,(=-]*)*"
)
_SIDE_AHEAD = re.compile(r"[\s:=]*(?:side\s+)?(?:was|is|were|are|at)?[\s:=]*")
_TESTS = frozenset({"t:reflex", "t:pathologic_reflex", "t:spurling", "t:sensation", "t:strength", "other_test"})
_COMPARED = re.compile(r"(?:than|versus|vs|compared)\b")
_AND_SITE = re.compile(
    r"\s*(?:(?:on|in|of|over)\s+)?(?:the\s+)?,?\s*(?:and|&|as well as)\s+(?:(?:in|over|on|at)\s+)?(?:the|his|her)?\s*"
    r"|\s+(?:of|on|in)\s+(?:the|his|her)?\s*"
)
_SIDE_BEHIND = re.compile(r"[\s(]*(?:(?:on|in|at|over|for|noted)\s+)*(?:the)?[\s(]*")


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
    """A value word or grade in the sentence; `group` is the span of the test names that it is the result of."""

    start: int
    end: int
    value: str
    grade: str | None = None
    rule_id: str = ""
    group: tuple[int, int] | None = None
    sites: list[Part] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    shared: bool = False
    fixed: bool = False  # its sites and sides are known and linked to no other
    span: tuple[int, int] = (0, 0)  # the mark with the words of its sides

    def __post_init__(self) -> None:
        self.span = (self.start, self.end)


def link(sentence: Sentence, marks: list[Mark], sites: list[list[Part]], free_sides: list[Part]) -> None:
    """Give each mark its sites and sides, in place.

    A run of sites before a mark belongs to it unless an earlier mark has it; else the run after it, if nothing but
    small words stands between; else it shares the earlier mark's run (that is how two sides of one test are written).
    """
    taken: dict[int, Mark] = {}
    for index, mark in enumerate(marks):
        ceiling = marks[index + 1].start if index + 1 < len(marks) else sentence.end
        chosen = _choose(sentence, mark, sites, taken, ceiling)
        if chosen is not None:
            mark.shared = chosen in taken
            taken.setdefault(chosen, mark)
            mark.sites = list(sites[chosen])
    _link_sides(sentence, marks, free_sides)
    unclaimed = [run for index, run in enumerate(sites) if index not in taken]
    _second_site(sentence, marks, unclaimed)
    _side_of_limb(sentence, marks, unclaimed)
    _spread_both(sentence, marks)
    _spread_last(sentence, marks)
    _other_side(sentence, marks)


def _other_side(sentence: Sentence, marks: list[Mark]) -> None:
    """A side alone is of the site that the other side was told of: "right triceps is 4/5, the left 5/5"."""
    for before, mark in pairwise(marks):
        other = mark.sites or len(mark.sides) != 1 or mark.group not in {None, before.group}
        if other or _THROUGHOUT.match(sentence.view, mark.end):
            continue
        told = {*before.sides, *(site.side for site in before.sites)} - {None}
        if before.sites and told == {OTHER_SIDE.get(mark.sides[0])}:
            mark.sites = [site._replace(side=None) for site in before.sites]


def _second_site(sentence: Sentence, marks: list[Mark], unclaimed: list[list[Part]]) -> None:
    """Another site with a side of its own: "decreased in the thumb on the right and the little finger on the left"."""
    for run in unclaimed:
        mark = next((m for m in reversed(marks) if m.end <= run[0].start), None)
        if mark is None or not mark.sites or mark.shared or mark.sites[-1].end < mark.start or not run[0].side:
            continue
        between = _untested(sentence, mark.sites[-1].end, run[0].start)
        if mark.sites[-1].side and _AND_SITE.fullmatch(between):
            mark.sites.extend(run)


def _side_of_limb(sentence: Sentence, marks: list[Mark], unclaimed: list[list[Part]]) -> None:
    """A limb behind a result that has its muscle or tendon gives the side alone: "triceps 2+ both arms"."""
    for run in unclaimed:
        mark = next((m for m in reversed(marks) if m.end <= run[0].start), None)
        if mark is None or mark.sides or not run[0].side or any(site.side for site in mark.sites):
            continue
        if _SIDE_BEHIND.fullmatch(_untested(sentence, mark.end, run[0].start)):
            mark.sides.append(run[0].side)


def _spread_last(sentence: Sentence, marks: list[Mark]) -> None:
    """A side behind the last grade of a list is of the whole list where that grade is full and another is not.

    "Deltoid 5, biceps 4, triceps 5 on right": why else would a side be told? "Biceps 2+, triceps 1+ on the right"
    tells it of the triceps alone.
    """
    if len(marks) < 2 or not all(mark.sites and mark.grade for mark in marks):
        return
    *others, last = marks
    if len(last.sides) != 1 or last.value != "normal" or all(mark.value == "normal" for mark in others):
        return
    if any(mark.sides or any(site.side for site in mark.sites) for mark in others):
        return
    for mark, following in pairwise(marks):
        between = sentence.without(mark.end, following.start, "part", "t:reflex", "t:strength")
        if not _LISTED.fullmatch(between):
            return
    for mark in others:
        mark.sides.extend(last.sides)


def _spread_both(sentence: Sentence, marks: list[Mark]) -> None:
    """What is said of both sides behind the last of a list is said of all: "biceps 2+, triceps 2+ bilaterally"."""
    for mark, following in zip(marks[-2::-1], marks[:0:-1], strict=True):
        if set(following.sides) != {"bilateral"} or mark.sides or not mark.sites or not following.sites:
            continue
        if _ONE_ONLY.match(sentence.view, following.end):
            continue  # "knees 2+, ankles 1+ and symmetric"
        if mark.rule_id != following.rule_id or any(site.side for site in mark.sites):
            continue
        between = sentence.without(mark.end, following.start, "part", "t:reflex")
        if mark.end < following.sites[0].start and _LISTED.fullmatch(between):
            mark.sides.append("bilateral")


def _of_other_statement(mark: Mark, first: Mark, run: list[Part]) -> bool:
    """Whether sites stand within the statement of another test: "strength 5/5 in the arms, reflexes 2+"."""
    if mark.group is None or mark.group == first.group:
        return False
    if 0 <= (first.group or first.span)[0] - run[-1].end <= 1:
        return True  # "leg strength 5/5, sensation normal", "UE 5/5, reflexes 2+"
    if first.group is None:
        return False
    return first.group[1] <= run[0].start and run[-1].end <= mark.group[0]


def _choose(
    sentence: Sentence, mark: Mark, sites: list[list[Part]], taken: Mapping[int, Mark], ceiling: int
) -> int | None:
    before = max((i for i, run in enumerate(sites) if run[-1].end <= mark.start), default=None)
    after = min((i for i, run in enumerate(sites) if mark.end <= run[0].start < ceiling), default=None)
    over = next((i for i, run in enumerate(sites) if run[0].start < mark.start < run[-1].end), None)
    if over is not None:
        return over
    reachable = before is not None and not sentence.broken(sites[before][-1].end, mark.start)
    if reachable and _of_rest(sentence, sites[before or 0][-1].end, mark):
        reachable = False
    if reachable and before in taken and _of_other_statement(mark, taken[before or 0], sites[before or 0]):
        reachable = False
    fresh = reachable and before not in taken
    if fresh and _ATTACHED.fullmatch(_untested(sentence, sites[before or 0][-1].end, mark.start)):
        return before
    if after is not None and _goes_to(sentence, mark, sites[after], ceiling):
        return after
    return before if reachable else None


def of_rest(sentence: Sentence, at: Mention) -> bool:
    """Whether a result is of what its sentence did not name before."""
    comma = max(sentence.view.rfind(mark, sentence.start, at.start) for mark in ",;")
    return bool(
        _REST.search(sentence.view, max(sentence.start, comma), at.start) or _ELSEWHERE.match(sentence.view, at.end)
    )


def _of_rest(sentence: Sentence, start: int, mark: Mark) -> bool:
    """Whether a result is of what was not named: "decreased over the thumb, otherwise intact", "ok elsewhere"."""
    if ";" in sentence.gap(start, mark.start) and _THROUGHOUT.match(sentence.view, mark.end):
        return True
    return bool(_REST.search(sentence.view, start, mark.start) or _ELSEWHERE.match(sentence.view, mark.end))


def _goes_to(sentence: Sentence, mark: Mark, run: list[Part], ceiling: int) -> bool:
    """Whether a result is of the sites behind it."""
    if _of_next(sentence, mark, run, ceiling):
        return False
    return _leads(sentence, mark.end, run[0].start) or _trails(sentence, mark, run)


def _of_next(sentence: Sentence, mark: Mark, run: list[Part], ceiling: int) -> bool:
    """Whether a site behind a comma has a result of its own: "1+ on the left, and triceps were equal at 2+"."""
    if ceiling >= sentence.end or "," not in sentence.gap(mark.end, run[0].start) or ceiling < run[-1].end:
        return False
    return bool(_ATTACHED.fullmatch(_untested(sentence, run[-1].end, ceiling)))


def _trails(sentence: Sentence, mark: Mark, run: list[Part]) -> bool:
    """Whether a site ends the sentence behind a comma: "sensation intact to pin, arms and hands"."""
    between = _MODALITY.sub(_blanks, _untested(sentence, mark.end, run[0].start))
    return bool(_COMMA_ONLY.fullmatch(between)) and bool(
        _NO_MORE.fullmatch(_untested(sentence, run[-1].end, sentence.end))
    )


def _leads(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a result leads to the site that follows it: no other statement, symptom or test begins between."""
    if end - start > _LONGEST_LEAD or _STROKE.search(sentence.gap(start, end)):
        return False
    between = _untested(sentence, start, end)
    for aside in (_SHORT, _MODALITY, _TONE, _NOTED):
        between = aside.sub(_blanks, between)
    if _MOVED.match(sentence.view, end):
        between = _WITH.sub(_blanks, between)
    if _APART.search(between):
        return False
    others = sentence.of("symptom", "other_test")
    return not any(start <= lex.start < end and between[lex.start - start].strip() for lex in others)


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _untested(sentence: Sentence, start: int, end: int) -> str:
    """The text between two offsets with sides, test names and levels blanked."""
    words = [(x.start, x.end) for k, found in sentence.lexemes.items() if k == "side" or k[:2] == "t:" for x in found]
    levels = [(max(a, start), min(b, end)) for a, b, _ in sentence.levels if a < end and start < b]
    return blanked(sentence.gap(start, end), start, [*words, *levels])


def _link_sides(sentence: Sentence, marks: list[Mark], free_sides: list[Part]) -> None:
    """Give each stand-alone side to the mark it is attached to ("1+ on the left", "the left was 2+").

    Attached to both or to none, it goes the way its test began: sides first ("R 1+ L 2+") or results first.
    """
    if not marks:
        return
    rows = _rows(marks)
    heads = sentence.columns
    if heads is None and (ahead := _ahead(marks, free_sides)) and all(len(row) == len(ahead) for row in rows):
        heads, free_sides = (ahead[0], ahead[1]), []  # "Reflexes right, left: 2+, 1+"
    if heads is not None and not free_sides:
        for row in rows:
            if len(row) == len(heads) and not any(mark.sides for mark in row):
                for mark, side in zip(row, heads, strict=True):
                    mark.sides.append(side)
        return
    for part in free_sides:
        assert part.side is not None
        owner = _side_owner(sentence, marks, part, rows)
        if owner is not None:
            owner.sides.append(part.side)
            owner.span = (min(owner.span[0], part.start), max(owner.span[1], part.end))


def _ahead(marks: list[Mark], free_sides: list[Part]) -> list[Side]:
    """Two different sides that stand before all results."""
    sides = [p.side for p in free_sides if p.side]
    return sides if len(sides) == len(set(sides)) == 2 and free_sides[-1].end <= marks[0].start else []


def _rows(marks: list[Mark]) -> list[list[Mark]]:
    """Marks of one test each: those that share their sites."""
    rows: list[list[Mark]] = []
    for mark in marks:
        if rows and rows[-1][-1].sites == mark.sites:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return rows


def _sides_first(rows: list[list[Mark]], after: Mark, part: Part, before: Mark) -> bool:
    """Whether the sides of a test stand before its results: "biceps R 1+ L 2+"."""
    row = next(row for row in rows if any(mark is after for mark in row))
    if not any(mark is before for mark in row):
        return bool(after.sites) and after.sites[-1].end <= part.start
    return bool(row[0].sides) and row[0].span[0] < row[0].start


def _side_owner(sentence: Sentence, marks: list[Mark], part: Part, rows: list[list[Mark]]) -> Mark | None:
    inside = next((m for m in marks if m.start <= part.start and part.end <= m.end), None)
    if inside is not None:
        return inside
    after = next((m for m in marks if m.start >= part.end), None)
    before = next((m for m in reversed(marks) if m.end <= part.start), None)
    if before is not None and sentence.broken(before.end, part.start):
        before = None
    if after is not None and sentence.broken(part.end, after.start):
        after = None
    opened = before is not None and "(" in sentence.gap(before.end, part.start)
    if opened and after is not None and sentence.view.find(")", part.end, after.start) < 0:
        return after
    if (before is not None and _of_next_test(sentence, part, before)) or _COMPARED.match(sentence.view, part.start):
        return after
    ahead = after is not None and bool(_SIDE_AHEAD.fullmatch(sentence.view, part.end, after.start))
    behind = before is not None and bool(_SIDE_BEHIND.fullmatch(_untested(sentence, before.end, part.start)))
    if ahead != behind:
        return after if ahead else before
    if before is None or after is None:
        mark = before or after
        return None if mark is None or distance(mark, part.start, part.end) > _FARTHEST else mark
    return after if _sides_first(rows, after, part, before) else before


def _of_next_test(sentence: Sentence, part: Part, before: Mark) -> bool:
    """Whether a side stands before the name of another test: "2+ on the left with bilateral Babinski signs"."""
    low, high = before.group or before.span
    return any(
        0 <= lex.start - part.end <= 1 and not low <= lex.start < high
        for kind, found in sentence.lexemes.items()
        if kind in _TESTS
        for lex in found
    )


def cells(mark: Mark, *, own_sides: bool = False) -> list[Cell]:
    """The results that a linked mark states: one for each side of each site.

    A mark that shares its sites with an earlier one has its own side ("2+ right patellar, 1+ on the left"), and so has
    one of a test without a site (`own_sides`: "positive left with pain in the left arm, negative right").
    """
    sides: list[Side | None] = list(dict.fromkeys(mark.sides)) or [None]
    if not mark.sites:
        return [Cell(*mark.span, mark.value, mark.grade, (), side) for side in sides]
    by_side: dict[Side | None, list[Part]] = {}
    for site in mark.sites:
        both = site.side == "bilateral" and "bilateral" not in mark.sides  # "both hands: grip is less on the left"
        own = None if (mark.shared or own_sides or both) and mark.sides else site.side
        by_side.setdefault(own, []).append(site)
    return [
        Cell(*mark.span, mark.value, mark.grade, tuple(group), side)
        for own, group in by_side.items()
        for side in ([own] if own else sides)
    ]


def in_any(part: Part, spans: list[tuple[int, int]]) -> bool:
    """Whether a body part or side stands in a list whose grades were shared out."""
    return any(low <= part.start and part.end <= high for low, high in spans)


def hurts(part: Part, sentence: Sentence) -> bool:
    """Whether a body part is only where the pain is ("neck pain, no sensory deficit")."""
    return any(s.entry.sense == "pain" and 0 <= s.start - part.end <= 1 for s in sentence.lexemes.get("symptom", ()))


def within(part: Part, marks: list[Mark]) -> bool:
    """Whether a body part belongs to the words of a result ("reproduces the arm pain")."""
    return any(m.start <= part.start and part.end <= m.end for m in marks)
