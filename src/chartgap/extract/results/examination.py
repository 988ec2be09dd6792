"""Result elements of a sentence read together: Spurling, reflexes, sensation, strength, range of motion.

They are read together because they share words: in "strength and sensation normal, reflexes 2+ at the biceps" every
value must find its own test and every site its own value. Tests that are no element of ours (Romberg, tone) take part
as owners, so that their results are not read as ours.
"""

import re
from collections.abc import Mapping

from chartgap.extract.phrases.layout import is_light_touch
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers.concept import admitted
from chartgap.extract.results import exceptions, motion, ownership, result_area, shorthand, unanswered
from chartgap.extract.results.merging import Result, longest
from chartgap.extract.results.ownership import Group, inside
from chartgap.extract.results.result_findings import findings, has_result, unvalued
from chartgap.extract.sentences import grades
from chartgap.extract.sentences.binding import runs
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.mirror import spread_mirrored
from chartgap.extract.sentences.result import Mark, hurts, in_any, link, within
from chartgap.extract.sentences.result_source import aimed_at, of_cranial_nerve, told_by_patient
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern, Value
from chartgap.model import Side

_SIGNED_GRADE = re.compile(r"(?<![\d/.a-z])[+-][0-5](?![\d/.])")
_GRADE = re.compile(r"[0-5]\s?(?:[+-]|plus|minus)?\s?(?:/|out of|over)\s?[345]|[0-4]\s?\+|[+-][0-5]|\bmrc\b")
# Where a muscle is one of an image or an operation.
_TISSUE = re.compile(
    r"\b(?:tendons?(?! (?:stretch )?(?:reflex|jerk))|insertions?|labr\w+"
    r"|ligament\w*|tears?|cuff|emg|ncv|ncs|fibrillations?|muscle belly)\b"
)
_BARE = 60  # characters
_FIFTHS = re.compile(r"\d[+-]?\s?/\s?5\b")
_UNGRADED = frozenset({"pathologic_reflex", "sensation", "spurling"})
_TESTED = frozenset({"biceps", "triceps", "brachioradialis", "patellar", "achilles"})


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
        view, start, end = sentence.view, sentence.start, sentence.end
        if sentence.columns is not None or sentence.row is not None:
            return True
        if not sentence.digits:
            return False
        return shorthand.may_grade(sentence) or bool(
            _GRADE.search(view, start, end) or motion.may_measure(view, start, end)
        )

    def recognize(self, sentence: Sentence) -> list[Draft]:
        """Findings of every result element in one sentence."""
        if of_cranial_nerve(sentence) or aimed_at(sentence):
            return []
        unanswered.drop(sentence, self._patterns)
        shorthand.answers(sentence, self._patterns)
        others = sentence.of("other_test")
        targets = [t for t in sentence.of(*self._targets) if _is_test(t, sentence)]
        spans = self._value_spans(sentence)
        groups = ownership.groups(sentence, [*targets, *others], spans)
        results = {name: self._results(pattern, sentence, groups) for name, pattern in self._patterns.items()}
        exceptions.add(sentence, results, spans)
        if not targets and not any(results.values()):
            return []
        _link(sentence, results)
        drafts: list[Draft] = []
        for name, pattern in self._patterns.items():
            if sentence.section in pattern.not_sections:
                continue
            mine = [t for t in targets if t.kind == f"t:{name}" and not t.entry.void and not inside(t, others)]
            drafts.extend(findings(pattern, sentence, results[name], mine))
            drafts.extend(unvalued(pattern, sentence, [t for t in mine if not has_result(t, results[name])]))
        return _without_echo(drafts)

    def _value_spans(self, sentence: Sentence) -> set[tuple[int, int]]:
        """Where results stand: they part one test from the next."""
        spans = {(v.start, v.end) for v in sentence.of(*self._values) if not v.entry.alone}
        view, start, end = sentence.view, sentence.start, sentence.end
        return spans | {(m.start, m.end) for m in grades.strength(view, start, end, topic=True)}

    def _results(self, pattern: ElementPattern, sentence: Sentence, groups: list[Group]) -> list[Result]:
        """The value words and grades that belong to one element."""
        name = pattern.element
        lent = name in sentence.heading.elements
        muscles = any(p.entry and p.entry.muscle for p in sentence.parts)
        topic = lent or any(name in g.elements for g in groups) or _implied(name, sentence, groups)
        found = []
        for value in sentence.of(f"v:{name}"):
            entry: Value = value.entry
            alone = entry.standalone or sentence.section in entry.sections
            standalone = alone or (entry.muscles and muscles and not _TISSUE.search(sentence.text))
            if not (topic or standalone) or not _counts(value, pattern, sentence):
                continue
            owner = ownership.owner(sentence, value.start, value.end, groups)
            if owner is None:
                owned = lent or (name == "reflex" and _of_tendon(sentence, value.start, value.end))
            else:
                owned = name in owner.elements and _fits(entry, name, owner)
            if owned or (standalone and (owner is None or alone)):
                group = (owner.start, owner.end) if owner and owned else None
                sides: list[Side] = [entry.side] if entry.side else []
                mark = Mark(value.start, value.end, entry.value, rule_id=entry.id, group=group, sides=sides)
                found.append(Result(mark, value))
        found.extend(Result(mark, None) for mark in _graded(pattern, sentence, groups, topic=topic))
        found = longest(found, sentence)
        return [f for f in found if not _is_echo(f, found, sentence)] or found


def _is_echo(result: Result, found: list[Result], sentence: Sentence) -> bool:
    """Whether another result of the same tests says more: "symmetric at 2+"; "symmetric except ..." says two things."""
    if result.lexeme is None or not result.lexeme.entry.alone:
        return False
    mine = result.mark
    others = [f.mark for f in found if f.lexeme is None or not f.lexeme.entry.alone]
    if others and others[0].start > mine.end and exceptions.EXCEPT.search(sentence.view, mine.end, others[0].start):
        return False
    return any(o.group == mine.group or o.group is None or mine.group is None for o in others)


def _without_echo(drafts: list[Draft]) -> list[Draft]:
    """Without a Spurling result beside one with a side, and without full planes of motion beside limited ones."""
    stiff = {d.area for d in drafts if d.element == "range_of_motion" and d.value == "restricted"}
    drafts = [d for d in drafts if (d.element, d.value) != ("range_of_motion", "normal") or d.area not in stiff]
    sided = {d.value for d in drafts if d.element == "spurling" and d.side}
    return [d for d in drafts if d.element != "spurling" or d.side or d.value not in sided]


def _is_test(target: Lexeme, sentence: Sentence) -> bool:
    """Whether a phrase names a test here: LT is not the left, nor rotation that of a shoulder."""
    if target.kind == "t:range_of_motion" and target.entry.generic:
        return motion.of_spine(target, sentence)
    if target.entry.void and any(
        p.entry and p.entry.muscle and p.start <= target.start and target.end <= p.end for p in sentence.parts
    ):
        return False  # "plantar flexion 4/5" is no plantar response, and no other test either
    if target.entry.generic:
        return not _TISSUE.search(sentence.text) and any(
            ownership.attached(sentence, v, target) for v in sentence.of(f"v:{target.kind[2:]}") if _own(v.entry)
        )
    if target.kind == "t:sensation" and sentence.gap(target.start, target.end) == "lt":
        return sentence.columns is not None or is_light_touch(sentence.view, target.start)
    return not target.entry.unless or admitted(target, sentence)


def _own(entry: Value) -> bool:
    """Whether a result is one of a name of several meanings: toes go up, a dorsiflexion is strong."""
    return bool(entry.area or entry.muscles)


def _counts(value: Lexeme, pattern: ElementPattern, sentence: Sentence) -> bool:
    """Whether a result word may be a result where it stands: in its section, and not as the patient tells it."""
    entry: Value = value.entry
    if entry.value == "none" or sentence.section in entry.not_sections:
        return False
    if inside(value, sentence.of(f"t:{pattern.element}")) or sentence.view.startswith("0/5 scale", value.start):
        return False
    return not (pattern.examined and told_by_patient(value, sentence))


def _fits(entry: Value, name: str, owner: Group) -> bool:
    """Whether a result is one of these tests."""
    own = [t.entry for t in owner.targets if t.kind == f"t:{name}"]
    if entry.area and not entry.standalone and all(t.area != entry.area for t in own):
        return False
    return _own(entry) or not all(t.generic and name != "range_of_motion" for t in own)


def _implied(name: str, sentence: Sentence, groups: list[Group]) -> bool:
    """Whether grades alone make an element the topic: "biceps 2+" is a reflex, "ankle extensors -3" a strength."""
    named = sentence.heading.elements.union(*(g.elements for g in groups))
    if name == "reflex" and "strength" in sentence.heading.elements and "+" not in sentence.text:
        return False  # "MOTOR: Legs: 4/4 at the hips and knees" grades two sides
    if name == "reflex" and "2+" in sentence.text and shorthand.of_neuro_list(sentence):
        return True
    if name == "reflex" and ("strength" not in named or _FIFTHS.search(sentence.text)):
        return any(_of_tendon(sentence, *m.span()) for m in grades.PLUS_GRADE.finditer(sentence.view, *sentence.span))
    if name == "strength" and "reflex" not in named and sentence.section == "physical_exam":
        muscles = [p.entry for p in sentence.parts if p.entry and p.entry.muscle]
        if sentence.columns and muscles and not any(e.reflex for e in muscles):
            return True
        return bool(muscles) and bool(_SIGNED_GRADE.search(sentence.text))
    return False


def _of_tendon(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the clause of a grade names tendons, and no muscle that has none."""
    low = sentence.view.rfind(";", sentence.start, start) + 1
    high = sentence.view.find(";", end, sentence.end)
    if _TISSUE.search(sentence.text):
        return False
    inside = [p.entry for p in sentence.parts if p.entry and low <= p.start and (high < 0 or p.end <= high)]
    return any(e.reflex in _TESTED for e in inside) and not any(e.muscle and not e.reflex for e in inside)


def _behind_tendon(sentence: Sentence, at: int) -> bool:
    """Whether a tendon or the name of a reflex stands right before: "triceps +", not "Spurling +"."""
    ends = [p.end for p in sentence.parts if p.entry and p.entry.reflex]
    ends += [t.end for t in sentence.of("t:reflex") if not t.entry.void]
    return any(end <= at and not sentence.gap(end, at).strip(" :") for end in ends)


def _graded(pattern: ElementPattern, sentence: Sentence, groups: list[Group], *, topic: bool) -> list[Mark]:
    """Grades of the element; a muscle grade needs no test name beside it, a reflex grade or a measure does."""
    view, start, end = sentence.view, sentence.start, sentence.end
    if sentence.row:
        return sentence.row.marks if sentence.row.element == pattern.element else []
    if pattern.grades == "motion":
        return _measured(pattern, sentence, groups) if sentence.digits else []
    if pattern.grades == "strength":
        marks = list(grades.strength(view, start, end, topic=topic, columns=sentence.columns, pairs=sentence.pairs))
        marks = [*marks, *(grades.two_sided(sentence) if topic and not sentence.pairs else ())]
        marks = [*marks, *shorthand.scaleless(sentence, groups, marks, topic=topic)]
    elif pattern.grades == "reflex" and topic:
        named = "reflex" in sentence.heading.elements or any("reflex" in g.elements for g in groups)
        found = grades.reflex(view, start, end, pairs=sentence.pairs)
        marks = [m for m in found if named or _of_tendon(sentence, m.start, m.end)]
        marks = [m for m in marks if m.grade != "+" or _behind_tendon(sentence, m.start)]
    else:
        return []
    fixed = list(shorthand.shared_out(sentence, pattern.element)) if topic and not sentence.pairs else []
    fixed += shorthand.of_neuro_list(sentence) if pattern.element == "reflex" else []
    kept = fixed
    for mark in shorthand.apart(marks, fixed):
        owner = ownership.owner(sentence, mark.start, mark.end, groups)
        if owner is not None and pattern.element in owner.elements and not _too_far(mark, owner):
            mark.group = (owner.start, owner.end)
        elif _of_other_test(pattern, mark, sentence, owner, topic=topic):
            continue
        kept.append(mark)
    return kept


def _measured(pattern: ElementPattern, sentence: Sentence, groups: list[Group]) -> list[Mark]:
    """Planes of motion with figures, where a sentence or its heading is about neck or back; words come before them."""
    words = {v.entry.value for v in sentence.of(f"v:{pattern.element}")} - {"painful", "none"}
    if words - {"normal"} or _said_of_whole(pattern, sentence, groups):
        return []
    spine = result_area.spine_areas((), sentence)
    marks: list[Mark] = []
    if spine or result_area.may_be_of_note(sentence):
        back = "back" in spine if spine else None
        marks = list(motion.measures(sentence.view, sentence.start, sentence.end, back=back))
    if not marks and any("range_of_motion" in g.elements for g in groups):
        marks = list(motion.lettered(sentence.view, sentence.start, sentence.end))
    if words:
        marks = [mark for mark in marks if mark.value == "restricted"]
    for mark in marks:
        owner = ownership.owner(sentence, mark.start, mark.end, groups)
        if owner is not None and pattern.element in owner.elements:
            mark.group = (owner.start, owner.end)
    return marks


def _said_of_whole(pattern: ElementPattern, sentence: Sentence, groups: list[Group]) -> bool:
    """Whether the range as a whole is called full, not one of its planes: "full range of motion, flexion 50"."""
    full = [v for v in sentence.of(f"v:{pattern.element}") if v.entry.value == "normal"]
    owned = [(v, ownership.owner(sentence, v.start, v.end, groups)) for v in full]
    nearest = [max((t for t in o.targets if t.end <= v.start), default=None, key=_end) for v, o in owned if o]
    return any(t and t.kind == "t:range_of_motion" and not t.entry.generic for t in nearest) or any(
        t.kind == "t:range_of_motion" and not t.entry.generic
        for v, o in owned
        if o and v.end <= o.start
        for t in o.targets
    )


def _end(lex: Lexeme) -> int:
    return lex.end


def _too_far(mark: Mark, owner: Group) -> bool:
    """Whether a bare digit stands too far from a test to be its grade ("DTRs 2+, 3 visits")."""
    bare = mark.grade is not None and mark.grade.isdigit()
    return bare and not -_BARE <= mark.start - owner.end <= _BARE


def _of_other_test(
    pattern: ElementPattern, mark: Mark, sentence: Sentence, owner: Group | None, *, topic: bool
) -> bool:
    """Whether a grade is of another test than the element's, whose name does not own it.

    A grade without a 5 in it ("2+", "3+/3+") is no strength where reflexes are named, or where another test owns it.
    """
    if pattern.grades == "reflex":
        return owner is not None and (not owner.elements <= _UNGRADED or _too_far(mark, owner))
    if topic and (sentence.columns or sentence.pairs):
        return False
    if owner is not None and ownership.snug(sentence, mark.start, mark.end, owner):
        return True
    if not topic and not grades.has_ground(sentence, mark):
        return True
    plain = any(p.entry and p.entry.muscle and not p.entry.reflex for p in sentence.parts)
    if owner is None and "strength" in sentence.heading.elements and "+" not in sentence.text:
        return False
    named = owner is not None or "reflex" in sentence.heading.elements
    named = named or (not plain and bool(grades.PLUS_GRADE.search(sentence.text)))
    return "5" not in (mark.grade or "") and named


def _link(sentence: Sentence, results: Mapping[str, list[Result]]) -> None:
    """Sites are shared out among the marks of all elements; words that several elements own are linked once."""
    marks = sorted((r.mark for own in results.values() for r in own), key=lambda m: (m.start, m.end))
    leaders: dict[int, Mark] = {}  # "motor or sensory deficits" and "sensory deficits" end alike
    fixed = [m.span for m in marks if m.fixed]
    unique = [leaders.setdefault(m.end, m) for m in marks if not m.fixed and m.end not in leaders]
    toes = _tested_toes(sentence)
    named = [(t.start, t.end) for t in sentence.of("t:pathologic_reflex") if t.entry.side]
    sites = [
        [
            p
            for p in run
            if p.entry and not within(p, unique) and not hurts(p, sentence) and not in_any(p, [*fixed, *toes])
        ]
        for run in runs(sentence)
    ]
    free = [
        p if p.entry is None else p._replace(entry=None)
        for p in sentence.parts
        if p.end > sentence.heading_end
        and not in_any(p, [*fixed, *named])
        and (p.entry is None or (p.side and (within(p, unique) or in_any(p, toes))))
    ]
    link(sentence, unique, [s for s in sites if s], free)
    spread_mirrored(sentence, unique)
    for mark in marks:
        if mark.fixed:
            continue
        leader = leaders[mark.end]
        mark.sites, mark.sides, mark.shared, mark.span = leader.sites, leader.sides, leader.shared, leader.span


def _tested_toes(sentence: Sentence) -> list[tuple[int, int]]:
    """Toes that go up or down, which are no place of another result: "downgoing toes, symmetric strength"."""
    if not any(v.entry.area for v in sentence.of("v:pathologic_reflex")):
        return []
    return [(t.start, t.end) for t in sentence.of("t:pathologic_reflex") if t.entry.generic]
