"""Result elements of a sentence read together: Spurling, reflexes, sensation, strength, range of motion.

They are read together because they share words: in "strength and sensation normal, reflexes 2+ at the biceps" every
value must find its own test and every site its own value. Tests that are no element of ours (Romberg, tone) take part
as owners, so that their results are not read as ours.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from chartgap.extract import grades
from chartgap.extract.draft import Draft
from chartgap.extract.lexer import Lexeme
from chartgap.extract.result import Cell, Mark, cells, link
from chartgap.extract.result_area import areas, spine_areas
from chartgap.extract.result_source import of_last_visit, told_by_patient
from chartgap.extract.sentence import Part, Sentence, runs
from chartgap.extract.spans import blanked, facing_edges
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Side

_AND = re.compile(
    r"[\s,/&-]*(?:(?:and|or|as well as|nor|the|his|her|for|to|of|in|with|grossly|both|test|tests|testing|sign|signs"
    r"|exam|examination|maneuver)[\s,/&-]*)*"
)
_SNUG = re.compile(
    r"(?!\s*(?:and|or)\s+(?!sym|equal))[\s-]*(?:(?:to|in|of|the|his|her|on|and|all|for|both|left|right|bilateral"
    r"|bilaterally|symmetric|symmetrical|equal|deep|muscle|gross|grossly|distal|proximal|upper|lower|motor|extremity"
    r"|extremities|biceps|triceps|ankle|knee|brachioradialis|patellar|achilles|lumbar|cervical|arm|leg|hand|foot|degree"
    r"|minimal|mild)[\s,/-]*)*"
)
_COPULA = re.compile(
    r"\s*(?:is|are|was|were|remains?|:|=|-|to be|noted to be|appears?|seems?|shows?|showed|reveals?|revealed"
    r"|demonstrates?)\W*(?:all |still |noted |also |grossly |mildly |slightly |symmetrically |markedly |otherwise )*"
)
_PLUS_GRADE = re.compile(r"(?<![\d/.a-z-])(?:[0-4]\s?\+(?!\s?(?:\d|/\s?5))|\+[0-4](?!\s?/?\d)|[0-4]/4(?!\d))")
_SIGNED_GRADE = re.compile(r"(?<![\d/.a-z])[+-][0-5](?![\d/.])")
_GRADE = re.compile(r"[0-5]\s?(?:[+-]|plus|minus)?\s?(?:/|out of|over)\s?[345]|[0-4]\s?\+|[+-][0-5]|\bmrc\b")
_FELT = ("sensation", "strength")  # what a patient tells of, too
_BARE = 60  # characters
_TESTED = frozenset({"biceps", "triceps", "brachioradialis", "patellar", "achilles"})


class Group(NamedTuple):
    """Coordinated test names ("strength and sensation") and the elements they belong to."""

    start: int
    end: int
    elements: frozenset[str]


class Result(NamedTuple):
    """A mark with the value lexeme it came from (None for a grade)."""

    mark: Mark
    lexeme: Lexeme | None


class Examination:
    """Reads all result elements of a sentence; holds their patterns only."""

    def __init__(self, patterns: Mapping[str, ElementPattern]) -> None:
        self._patterns = patterns
        self._targets = [f"t:{name}" for name in patterns]
        self._values = [f"v:{name}" for name in patterns]
        self._target_kinds, self._value_kinds = frozenset(self._targets), frozenset(self._values)

    def concerns(self, sentence: Sentence) -> bool:
        """Whether a sentence names a test, lends one from its heading, or holds a grade or a result by itself."""
        if sentence.heading.elements & self._patterns.keys():
            return True
        kinds = sentence.lexemes.keys()
        if not self._target_kinds.isdisjoint(kinds):
            return True
        for kind in self._value_kinds & kinds:
            if any(v.entry.standalone or v.entry.sections or v.entry.muscles for v in sentence.lexemes[kind]):
                return True
        if not sentence.digits:
            return False
        return _GRADE.search(sentence.view, sentence.start, sentence.end) is not None or bool(
            grades.MOTION.search(sentence.view, sentence.start, sentence.end)
        )

    def recognize(self, sentence: Sentence) -> list[Draft]:
        """Findings of every result element in one sentence."""
        targets = sentence.of(*self._targets)
        groups = self._groups(sentence, targets)
        results = {name: self._results(pattern, sentence, groups) for name, pattern in self._patterns.items()}
        if not targets and not any(results.values()):
            return []
        for name in _FELT:
            results[name] = [r for r in results[name] if r.lexeme is None or not told_by_patient(r.mark, sentence)]
        _link(sentence, results)
        others = sentence.of("other_test")
        drafts: list[Draft] = []
        for name, pattern in self._patterns.items():
            if sentence.section in pattern.not_sections:
                continue
            mine = [t for t in targets if t.kind == f"t:{name}" and not t.entry.void and not _inside(t, others)]
            drafts.extend(_findings(pattern, sentence, results[name], mine))
            drafts.extend(_unvalued(pattern, sentence, [t for t in mine if not _has_result(t, results[name])]))
        return drafts

    def _groups(self, sentence: Sentence, targets: list[Lexeme]) -> list[Group]:
        """Test names that are coordinated with no value between them, those of other tests included."""
        values = {(v.start, v.end) for v in sentence.of(*self._values) if not v.entry.alone}
        values |= {(m.start, m.end) for m in grades.strength(sentence.view, sentence.start, sentence.end, topic=True)}
        found: list[list[Lexeme]] = []
        for target in _outermost([*targets, *sentence.of("other_test")]):
            last = found[-1][-1] if found else None
            if last and _joined(sentence, last, target) and not any(last.end <= s < target.start for s, _ in values):
                found[-1].append(target)
            else:
                found.append([target])
        return [Group(g[0].start, max(t.end for t in g), frozenset(map(_element, g))) for g in found]

    def _results(self, pattern: ElementPattern, sentence: Sentence, groups: list[Group]) -> list[Result]:
        """The value words and grades that belong to one element."""
        name = pattern.element
        lent = name in sentence.heading.elements
        muscles = any(p.entry and p.entry.muscle for p in sentence.parts)
        topic = lent or any(name in g.elements for g in groups) or _implied(name, sentence, groups)
        found = []
        for value in sentence.of(f"v:{name}"):
            entry = value.entry
            if entry.value == "none" or (entry.sections and sentence.section not in entry.sections):
                continue
            standalone = entry.standalone or bool(entry.sections) or (entry.muscles and muscles)
            if not (topic or standalone) or _inside(value, sentence.of(f"t:{name}")):
                continue
            owner = _owner(sentence, value.start, value.end, groups)
            owned = lent if owner is None else name in owner.elements
            if owned or (standalone and (owner is None or not entry.muscles)):
                group = (owner.start, owner.end) if owner and owned else None
                sides: list[Side] = [entry.side] if entry.side else []
                mark = Mark(value.start, value.end, entry.value, rule_id=entry.id, group=group, sides=sides)
                found.append(Result(mark, value))
        found.extend(Result(mark, None) for mark in _graded(pattern, sentence, groups, topic=topic))
        found = _longest(found)
        return [f for f in found if f.lexeme is None or not f.lexeme.entry.alone] or found


def _implied(name: str, sentence: Sentence, groups: list[Group]) -> bool:
    """Whether grades alone make an element the topic: "biceps 2+" is a reflex, "ankle extensors -3" a strength."""
    named = sentence.heading.elements.union(*(g.elements for g in groups))
    if name == "reflex" and "strength" not in named:
        sites = any(p.entry and p.entry.reflex in _TESTED for p in sentence.parts)
        if any(p.entry and p.entry.muscle and not p.entry.reflex for p in sentence.parts):
            return False
        return sites and bool(_PLUS_GRADE.search(sentence.text))
    if name == "strength" and "reflex" not in named and sentence.section == "physical_exam":
        return any(p.entry and p.entry.muscle for p in sentence.parts) and bool(_SIGNED_GRADE.search(sentence.text))
    return False


def _element(target: Lexeme) -> str:
    return "-" if target.entry.void or target.kind == "other_test" else target.kind[2:]


def _outermost(targets: list[Lexeme]) -> list[Lexeme]:
    """Without names inside a longer one ("reflex" in "jaw jerk reflex"), unless they are of the same span."""
    kept: list[Lexeme] = []
    for target in sorted(targets, key=lambda t: (t.start, -t.end)):
        if not any(
            k.start <= target.start and target.end <= k.end and k.end - k.start > target.end - target.start
            for k in kept
        ):
            kept.append(target)
    return kept


def _joined(sentence: Sentence, last: Lexeme, target: Lexeme) -> bool:
    if target.start < last.end:
        return True
    gap = sentence.gap(last.end, target.start)
    return bool(_AND.fullmatch(blanked(gap, last.end, ((p.start, p.end) for p in sentence.parts))))


def _inside(lex: Lexeme, others: list[Lexeme]) -> bool:
    return any(t.start <= lex.start and lex.end <= t.end for t in others)


def _owner(sentence: Sentence, start: int, end: int, groups: list[Group]) -> Group | None:
    """The tests a value belongs to: the group it stands snugly before, else the group before it, else after."""
    before: Group | None = None
    after: Group | None = None
    for group in groups:
        if group.start <= start and end <= group.end:
            return group
        if group.end <= start:
            before = group
        elif group.start >= end and after is None:
            after = group
    gap = (sentence.view, before.end, start) if before else None
    if after and _SNUG.fullmatch(sentence.view, end, after.start):
        if gap is None or "," in sentence.gap(gap[1], start):
            return after
        if not _SNUG.fullmatch(*gap) and not _COPULA.fullmatch(*gap):
            return after
    if before and ";" not in sentence.gap(before.end, start):
        return before
    return after if after and after.start - end < 60 else None


def _graded(pattern: ElementPattern, sentence: Sentence, groups: list[Group], *, topic: bool) -> list[Mark]:
    """Grades of the element; a muscle grade needs no test name beside it, a reflex grade does."""
    if pattern.grades == "strength":
        marks = list(grades.strength(sentence.view, sentence.start, sentence.end, topic=topic))
    elif pattern.grades == "motion":
        return _measured(pattern, sentence, groups)
    elif pattern.grades == "reflex" and topic:
        marks = list(grades.reflex(sentence.view, sentence.start, sentence.end))
    else:
        return []
    kept = []
    for mark in marks:
        owner = _owner(sentence, mark.start, mark.end, groups)
        if owner is not None and pattern.element in owner.elements and not _too_far(mark, owner):
            mark.group = (owner.start, owner.end)
        elif _of_other_test(pattern, mark, sentence, owner):
            continue
        kept.append(mark)
    return kept


def _measured(pattern: ElementPattern, sentence: Sentence, groups: list[Group]) -> list[Mark]:
    """Planes of motion with figures, where a sentence or its heading is about neck or back; words come before them."""
    if any(v.entry.value not in {"painful", "none"} for v in sentence.of(f"v:{pattern.element}")):
        return []
    spine = spine_areas((), sentence)
    marks = list(grades.motion(sentence.view, sentence.start, sentence.end, back="back" in spine)) if spine else []
    for mark in marks:
        owner = _owner(sentence, mark.start, mark.end, groups)
        if owner is not None and pattern.element in owner.elements:
            mark.group = (owner.start, owner.end)
    return marks


def _too_far(mark: Mark, owner: Group) -> bool:
    """Whether a bare digit stands too far from a test to be its grade ("DTRs 2+, 3 visits")."""
    bare = mark.grade is not None and mark.grade.isdigit()
    return bare and not -_BARE <= mark.start - owner.end <= _BARE


def _of_other_test(pattern: ElementPattern, mark: Mark, sentence: Sentence, owner: Group | None) -> bool:
    """Whether a grade is of another test than the element's, whose name does not own it.

    A grade without a 5 in it ("2+", "3+/3+") is no strength where reflexes are named, or where another test owns it.
    """
    if pattern.grades == "reflex":
        return owner is not None and (owner.elements != {"pathologic_reflex"} or _too_far(mark, owner))
    named = owner is not None or "reflex" in sentence.heading.elements or bool(_PLUS_GRADE.search(sentence.text))
    return "5" not in (mark.grade or "") and named


def _longest(found: list[Result]) -> list[Result]:
    """Of overlapping marks the longest."""
    kept: list[Result] = []
    for item in sorted(found, key=lambda f: (f.mark.start, f.mark.start - f.mark.end)):
        if not kept or item.mark.start >= kept[-1].mark.end:
            kept.append(item)
    return kept


def _link(sentence: Sentence, results: Mapping[str, list[Result]]) -> None:
    """Sites are shared out among the marks of all elements; words that several elements own are linked once."""
    marks = sorted((r.mark for own in results.values() for r in own), key=lambda m: (m.start, m.end))
    leaders: dict[tuple[int, int], Mark] = {}
    unique = [leaders.setdefault((m.start, m.end), m) for m in marks if (m.start, m.end) not in leaders]
    sites = [
        [p for p in run if p.entry and not _within(p, unique) and not _hurts(p, sentence)] for run in runs(sentence)
    ]
    free = [
        p if p.entry is None else p._replace(entry=None)
        for p in sentence.parts
        if p.end > sentence.heading_end and (p.entry is None or (p.side and _within(p, unique)))
    ]
    link(sentence, unique, [s for s in sites if s], free)
    for mark in marks:
        leader = leaders[(mark.start, mark.end)]
        mark.sites, mark.sides, mark.shared, mark.span = leader.sites, leader.sides, leader.shared, leader.span


def _hurts(part: Part, sentence: Sentence) -> bool:
    """Whether a body part is only where the pain is ("neck pain, no sensory deficit")."""
    return any(s.entry.sense == "pain" and 0 <= s.start - part.end <= 1 for s in sentence.lexemes.get("symptom", ()))


def _within(part: Part, marks: list[Mark]) -> bool:
    """Whether a body part belongs to the words of a result ("reproduces the arm pain")."""
    return any(m.start <= part.start and part.end <= m.end for m in marks)


def _findings(pattern: ElementPattern, sentence: Sentence, results: list[Result], targets: list[Lexeme]) -> list[Draft]:
    drafts: list[Draft] = []
    for mark, lexeme in results:
        value, assertion = mark.value, sentence.assertion(mark.start, mark.end, pattern.element)
        if assertion == "negated":
            flipped = lexeme.entry.negated if lexeme is not None else None
            if flipped is None:
                continue
            value, assertion = flipped, "affirmed"
        if assertion == "affirmed" and of_last_visit(mark, sentence):
            assertion = "historical"
        own = _named_by(targets, mark)
        found: list[Draft] = []
        for cell in cells(mark):
            start, end = _extent(cell, targets)
            for area, side in areas(pattern, cell.sites, own, sentence):
                chosen = (cell.side or side or sentence.heading.side) if pattern.sides else None
                rule = mark.rule_id or f"{pattern.element}.grade"
                draft = Draft(pattern.element, value, start, end, rule, side=chosen, area=area, assertion=assertion)
                if cell.grade:
                    draft.attributes["degrees" if pattern.grades == "motion" else "grade"] = cell.grade
                found.append(draft)
        sided = {d.area for d in found if d.side}
        drafts.extend(d for d in found if d.side or d.area not in sided)
    return drafts


def _has_result(target: Lexeme, results: list[Result]) -> bool:
    """Whether a test has a result; one that names no site shares any result of the sentence."""
    if not target.entry.area:
        return bool(results)
    return any(m.group is None or (m.group[0] <= target.start and target.end <= m.group[1]) for m, _ in results)


def _unvalued(pattern: ElementPattern, sentence: Sentence, targets: list[Lexeme]) -> list[Draft]:
    """A test named without a result: "no clonus" is a result, a bare name is none unless the pattern has a default."""
    out = []
    for target in targets:
        assertion = sentence.assertion(target.start, target.end, pattern.element)
        value: str | None = target.entry.value or pattern.default
        if any(v.entry.value == "none" for v in sentence.of(f"v:{pattern.element}")):
            continue
        if assertion == "negated":
            value, assertion = target.entry.negated or pattern.negated, "affirmed"
        if value is None:
            continue
        near = tuple(p for p in sentence.parts if p.entry and facing_edges(p, target) < 25)
        for area, side in areas(pattern, near[:1], [target], sentence):
            draft = Draft(pattern.element, value, target.start, target.end, target.entry.id, area=area)
            draft.side, draft.assertion = side or (near[0].side if near else None), assertion
            out.append(draft)
    return out


def _named_by(targets: list[Lexeme], mark: Mark) -> list[Lexeme]:
    """The test names that a mark is the result of."""
    if mark.group is None:
        return []
    return [t for t in targets if mark.group[0] <= t.start and t.end <= mark.group[1]]


def _extent(cell: Cell, targets: list[Lexeme]) -> tuple[int, int]:
    """The characters a result rests on: the value, its sites and the nearest test name."""
    starts, ends = [cell.start, *(s.start for s in cell.sites)], [cell.end, *(s.end for s in cell.sites)]
    near = min(targets, key=lambda t: facing_edges(t, cell), default=None)
    if near is not None and facing_edges(near, cell) < 120:
        starts.append(near.start)
        ends.append(near.end)
    return min(starts), max(ends)
