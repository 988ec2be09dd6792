"""Result elements of a sentence read together: Spurling, reflexes, sensation, strength, range of motion.

They are read together because they share words: in "strength and sensation normal, reflexes 2+ at the biceps" every
value must find its own test and every site its own value.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from chartgap.extract.draft import Draft
from chartgap.extract.lexer import Lexeme
from chartgap.extract.result import Mark, cells, link
from chartgap.extract.sentence import Part, Sentence, runs
from chartgap.knowledge.elements import ElementPattern

_AND = re.compile(
    r"[\s,/&-]*(?:(?:and|or|as well as|nor|the|his|her|for|to|of|in|with|grossly|both|test|tests|testing|sign|signs|exam|examination|maneuver)[\s,/&-]*)*"
)
_SNUG = re.compile(
    r"(?!\s*(?:and|or)\s+(?!sym|equal))[\s-]*(?:(?:to|in|of|the|his|her|on|and|all|for|both|left|right|bilateral|bilaterally|symmetric|symmetrical|equal"
    r"|deep|muscle|gross|grossly|distal|proximal|upper|lower|motor|extremity|extremities|biceps|triceps|ankle|knee|brachioradialis|patellar|achilles"
    r"|lumbar|cervical|arm|leg|hand|foot)[\s,/-]*)*"
)
_COPULA = re.compile(r"\s*(?:is|are|was|were|remains?|:|=|-|to be|noted to be|appears?|seems?|show|shows|showed)\W*(?:all |still |noted |also |grossly |mildly |slightly |symmetrically |markedly |otherwise )*")
_STRENGTH = re.compile(
    r"(?<![\d/.])(?P<a>[0-5])\s?(?P<s>\+|-(?!\d)|plus|minus)?(?:\s?-\s?(?P<hi>[0-5])\s?[+-]?)?\s?(?:/|out\s+of|over)\s?(?P<b>5|[0-5][+-])(?![\d.]|/\d|\s?(?:mg|lb|year|mm|cm))(?P<t>[+-](?!\d))?"
    r"|(?<![\d/.a-z])\+(?P<pre>[0-5])(?![\d/.])"
)
_REFLEX = re.compile(
    r"(?<![\d/.a-z+-])(?P<neg>-)?\+?(?P<a>[0-4])\s?(?P<plus>\+{1,2}|plus)?(?:\s?(?:/|out\s+of)\s?(?P<b>[0-4])\s?(?P<bplus>\+)?)?(?![\d.%]|/\d|\s?(?:mg|cm|mm|cc|extremit|limb|week|month|day|year|beat|finger|toe|second|view|point|-?\d))"
    r"|\btrace\b"
)


class Group(NamedTuple):
    """Coordinated test names ("strength and sensation") and the elements they belong to."""

    start: int
    end: int
    elements: frozenset[str]


class Examination:
    """Reads all result elements of a sentence; holds their patterns only."""

    def __init__(self, patterns: Mapping[str, ElementPattern]) -> None:
        self._patterns = patterns
        self._kinds = [f"t:{name}" for name in patterns]

    def recognize(self, sentence: Sentence) -> list[Draft]:
        """Findings of every result element in one sentence."""
        targets = [t for t in sentence.of(*self._kinds) if not t.entry.void]
        marks: dict[str, list[tuple[Mark, Lexeme | None]]] = {}
        groups = _groups(sentence, targets, self._value_spans(sentence))
        for name, pattern in self._patterns.items():
            own = self._marks(pattern, sentence, groups)
            if own:
                marks[name] = own
        if not marks and not targets:
            return []
        ordered = sorted((m for own in marks.values() for m, _ in own), key=lambda m: (m.start, m.end))
        self._link(sentence, ordered, marks)
        drafts: list[Draft] = []
        for name, pattern in self._patterns.items():
            mine = [t for t in targets if t.kind == f"t:{name}"]
            drafts.extend(_findings(pattern, sentence, marks.get(name, []), mine))
        return drafts

    def _value_spans(self, sentence: Sentence) -> list[tuple[int, int]]:
        spans = {(v.start, v.end) for name in self._patterns for v in sentence.of(f"v:{name}") if not v.entry.alone}
        spans |= {(m.start(), m.end()) for m in _STRENGTH.finditer(sentence.view, sentence.start, sentence.end)}
        return sorted(spans)

    def _link(
        self, sentence: Sentence, ordered: list[Mark], marks: Mapping[str, list[tuple[Mark, Lexeme | None]]]
    ) -> None:
        """Sites are shared out among the marks of all elements; words that several elements own are linked once."""
        leaders: dict[tuple[int, int], Mark] = {}
        unique = [leaders.setdefault((m.start, m.end), m) for m in ordered if (m.start, m.end) not in leaders]
        every = runs(sentence)
        sites = [[p for p in run if p.entry] for run in every]
        link(sentence, unique, [s for s in sites if s], [p for p in sentence.parts if p.entry is None])
        for own in marks.values():
            for mark, _ in own:
                leader = leaders[(mark.start, mark.end)]
                mark.sites, mark.sides = leader.sites, leader.sides

    def _marks(
        self, pattern: ElementPattern, sentence: Sentence, groups: list[Group]
    ) -> list[tuple[Mark, Lexeme | None]]:
        """The value words and grades that belong to one element."""
        name = pattern.element
        lent = name in sentence.heading.elements
        mine = any(name in g.elements for g in groups)
        if (
            not mine
            and not lent
            and pattern.grades != "strength"
            and not any(v.entry.sections for v in sentence.of(f"v:{name}"))
        ):
            return []
        found: list[tuple[Mark, Lexeme | None]] = []
        for value in sentence.of(f"v:{name}"):
            if value.entry.sections and sentence.section not in value.entry.sections:
                continue
            if any(t.start <= value.start and value.end <= t.end for t in sentence.of(f"t:{name}")):
                continue
            owner = _owner(sentence, value.start, value.end, groups)
            standalone = bool(value.entry.sections) or value.entry.area is not None
            owned = lent if owner is None else name in owner.elements
            if owned or standalone:
                group = (owner.start, owner.end) if owner and owned else None
                found.append(
                    (Mark(value.start, value.end, value.entry.value, rule_id=value.entry.id, group=group), value)
                )
        found.extend((m, None) for m in _grades(pattern, sentence, groups, lent=lent or mine))
        found = _prune(found)
        strong = [f for f in found if f[1] is None or not f[1].entry.alone]
        return strong or found


def _groups(sentence: Sentence, targets: list[Lexeme], values: list[tuple[int, int]]) -> list[Group]:
    """Test names that are coordinated with no value between them."""
    groups: list[list[Lexeme]] = []
    for target in targets:
        joined = groups and _AND.fullmatch(_blank_parts(sentence, groups[-1][-1].end, target.start))
        if joined and not any(groups[-1][-1].end <= s < target.start for s, _ in values):
            groups[-1].append(target)
        else:
            groups.append([target])
    return [Group(g[0].start, max(t.end for t in g), frozenset(t.kind[2:] for t in g)) for g in groups]


def _blank_parts(sentence: Sentence, start: int, end: int) -> str:
    if start >= end:
        return ""
    text = sentence.gap(start, end)
    for part in sentence.parts:
        if start <= part.start and part.end <= end:
            text = text[: part.start - start] + " " * (part.end - part.start) + text[part.end - start :]
    return text


def _owner(sentence: Sentence, start: int, end: int, groups: list[Group]) -> Group | None:
    """The tests a value belongs to: the group it stands snugly before, else the group before it, else after."""
    inside = [g for g in groups if g.start <= start and end <= g.end]
    if inside:
        return inside[0]
    before = [g for g in groups if g.end <= start]
    after = [g for g in groups if g.start >= end]
    if after and _SNUG.fullmatch(sentence.view, end, after[0].start):
        if not before or "," in sentence.gap(before[-1].end, start):
            return after[0]
        gap = (sentence.view, before[-1].end, start)
        if not _SNUG.fullmatch(*gap) and not _COPULA.fullmatch(*gap):
            return after[0]
    if before and ";" not in sentence.gap(before[-1].end, start):
        return before[-1]
    return after[0] if after and after[0].start - end < 60 else None


def _grades(pattern: ElementPattern, sentence: Sentence, groups: list[Group], *, lent: bool) -> list[Mark]:
    view, start, end = sentence.view, sentence.start, sentence.end
    if pattern.grades == "strength":
        marks = [m for m in map(_strength, _STRENGTH.finditer(view, start, end)) if _fits(m, sentence, lent)]
    elif pattern.grades == "reflex" and lent:
        marks = [_reflex(m) for m in _REFLEX.finditer(view, start, end)]
    else:
        return []
    kept = []
    for mark in marks:
        owner = _owner(sentence, mark.start, mark.end, groups)
        if owner is not None and pattern.element in owner.elements:
            mark.group = (owner.start, owner.end)
        elif owner is not None and pattern.grades == "reflex" and owner.elements != {"pathologic_reflex"}:
            continue
        kept.append(mark)
    return kept


def _fits(mark: Mark, sentence: Sentence, lent: bool) -> bool:
    """An x/5 is a muscle grade unless it scores something else; a bare +5 only where strength is the topic."""
    if mark.grade and mark.grade.startswith("+"):
        return lent
    return not re.search(
        r"pain\s+(?:scale|score|level|is|of|was|rated)?\W*$|apgar|pelvic|reflex\w*\W+(?:\w+\W+)?$|scale of",
        sentence.gap(sentence.start, mark.start)[-25:],
    )


def _strength(match: re.Match[str]) -> Mark:
    """4/5, 4+/5, 4-5/5, 4 out of 5, +5; "4+/4-" is a pair of sides."""
    grade = re.sub(r"\s+", "", match.group())
    if match["pre"]:
        return Mark(match.start(), match.end(), "normal" if match["pre"] == "5" else "decreased", grade)
    second = match["b"]
    pair = second != "5" or (match["t"] is not None and match["a"] != "5") or False
    full = match["a"] == "5" and match["s"] not in {"-", "minus"} and (not pair or second[0] == "5")
    mark = Mark(match.start(), match.end(), "normal" if full else "decreased", grade)
    if pair or (second == "5" and match["a"] == "5" and match["t"]):
        mark.sides.append("bilateral")
    return mark


def _reflex(match: re.Match[str]) -> Mark:
    """2+, +2, 2/4, 2+/2+ (both sides), trace, 3 plus."""
    grade = re.sub(r"\s+", "", match.group())
    if match["a"] is None:
        return Mark(match.start(), match.end(), "decreased", grade)
    first, second = int(match["a"]), match["b"]
    scale = second == "4" and not match["bplus"] and first != 4
    mark = Mark(match.start(), match.end(), "decreased" if match["neg"] else _grade_value(first), grade)
    if second is not None and not scale:
        if int(second) == first:
            mark.sides.append("bilateral")
        elif first == 1 and second == "2":
            mark.value = "decreased"
    return mark


def _grade_value(grade: int) -> str:
    return ("absent", "decreased", "normal", "increased", "increased")[grade]


def _prune(found: list[tuple[Mark, Lexeme | None]]) -> list[tuple[Mark, Lexeme | None]]:
    """Of overlapping marks the longest."""
    kept: list[tuple[Mark, Lexeme | None]] = []
    for item in sorted(found, key=lambda f: (f[0].start, f[0].start - f[0].end)):
        if kept and item[0].start < kept[-1][0].end:
            continue
        kept.append(item)
    return kept


def _findings(
    pattern: ElementPattern, sentence: Sentence, marks: list[tuple[Mark, Lexeme | None]], targets: list[Lexeme]
) -> list[Draft]:
    drafts: list[Draft] = []
    for mark, lex in marks:
        value, assertion = mark.value, sentence.assertion(mark.start, mark.end)
        if assertion == "negated":
            flipped = lex.entry.negated if lex is not None else None
            if flipped is None:
                continue
            value, assertion = flipped, "affirmed"
        for cell in cells(mark):
            named = _named(pattern, cell.sites, targets, mark, sentence)
            for area, side in named:
                chosen = cell.side or side or sentence.heading.side if pattern.sides else None
                rule = mark.rule_id or f"{pattern.element}.grade"
                start, end = _extent(mark, cell.sites, targets, sentence)
                draft = Draft(pattern.element, value, start, end, rule, side=chosen, area=area, assertion=assertion)
                if cell.grade:
                    draft.attributes["grade"] = cell.grade
                drafts.append(draft)
    if not marks:
        drafts.extend(_unvalued(pattern, sentence, targets))
    return drafts


def _unvalued(pattern: ElementPattern, sentence: Sentence, targets: list[Lexeme]) -> list[Draft]:
    """A test named without a result: "no clonus" is a result, a bare name is none unless the pattern has a default."""
    out = []
    for target in targets:
        assertion = sentence.assertion(target.start, target.end)
        value: str | None = target.entry.value or pattern.default
        if assertion == "negated":
            value, assertion = target.entry.negated or pattern.negated, "affirmed"
        if value is None:
            continue
        parts = [p for p in sentence.parts if p.entry and abs(p.start - target.end) < 30]
        for area, side in _named(pattern, tuple(parts[:1]), [target], None, sentence):
            if area is not None or pattern.area == "none":
                out.append(
                    Draft(
                        pattern.element,
                        value,
                        target.start,
                        target.end,
                        target.entry.id,
                        side=side,
                        area=area,
                        assertion=assertion,
                    )
                )
    return out


def _named(
    pattern: ElementPattern, sites: tuple[Part, ...], targets: list[Lexeme], mark: Mark | None, sentence: Sentence
) -> list[tuple[str | None, "str | None"]]:
    """The areas (with a side that the area word carries) that a result is about."""
    own = _nearest(targets, mark)
    fixed = [t for t in own if t.entry.area]
    side = next((t.entry.side for t in own if t.entry.side), None)
    if fixed:
        return [(t.entry.area, t.entry.side) for t in fixed]
    if pattern.area == "none":
        return [(None, side)]
    areas = [a for s in sites if s.entry for a in _site_areas(pattern, s)]
    if not areas and sites and pattern.area != "site":
        return []
    if not areas and pattern.area == "spine":
        areas = (
            ["neck" if sentence.heading.region in {"cervical", "head"} else "back"]
            if sentence.heading.region
            else list(_region_areas(sentence))
        )
        return [(a, None) for a in dict.fromkeys(areas)]
    if not areas and sentence.heading.areas:
        areas = list(sentence.heading.areas)
    return [(a, side) for a in dict.fromkeys(areas or ["general"])]


def _region_areas(sentence: Sentence) -> list[str]:
    return ["neck" if r in {"cervical", "head", "cervicothoracic"} else "back" for _, _, r in sentence.regions] or (
        ["neck" if sentence.near_region in {"cervical", "head"} else "back"] if sentence.near_region else []
    )


def _site_areas(pattern: ElementPattern, site: Part) -> list[str]:
    assert site.entry is not None
    if pattern.area == "site":
        return site.entry.reflex.split("+") if site.entry.reflex else []
    if pattern.area == "spine":
        return [a for a in site.entry.areas if a in {"neck", "back"}]
    wanted = {"upper_limb", "lower_limb", "general"} | ({"neck", "back"} if pattern.element == "sensation" else set())
    return [a for a in site.entry.areas if a in wanted]


def _nearest(targets: list[Lexeme], mark: Mark | None) -> list[Lexeme]:
    """The test names that a mark is the result of."""
    if mark is None or mark.group is None:
        return targets if mark is None else []
    return [t for t in targets if mark.group[0] <= t.start and t.end <= mark.group[1]]


def _extent(mark: Mark, sites: tuple[Part, ...], targets: list[Lexeme], sentence: Sentence) -> tuple[int, int]:
    """The characters a result rests on: the value, its sites and the nearest test name."""
    near = min(targets, key=lambda t: min(abs(t.start - mark.end), abs(mark.start - t.end)), default=None)
    starts = [mark.start, *(s.start for s in sites)]
    ends = [mark.end, *(s.end for s in sites)]
    if near is not None and min(abs(near.start - mark.end), abs(mark.start - near.end)) < 120:
        starts.append(near.start)
        ends.append(near.end)
    return min(starts), max(ends)
