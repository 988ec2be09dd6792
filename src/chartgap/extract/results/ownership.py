"""Whose result is it? Test names that stand together, and the test that a value or a grade belongs to."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import between, blanked
from chartgap.extract.results.exceptions import EXCEPT
from chartgap.extract.sentences.sentence import Sentence

_AND = re.compile(
    r"[\s,/&-]*(?:(?:and|or|as well as|nor|the|his|her|for|to|of|in|with|grossly|both|test|tests|testing|sign|signs"
    r"|exam|examination|maneuver)[\s,/&-]*)*"
)
_SNUG = re.compile(
    r"(?!\s*(?:and|or)\s+(?!sym|equal))[\s-]*(?:(?:to|in|of|the|his|her|on|and|all|for|both|left|right|bilateral"
    r"|bilaterally|symmetric|symmetrical|equal|deep|muscle|gross|grossly|distal|proximal|upper|lower|motor|extremity"
    r"|extremities|biceps|triceps|ankle|knee|brachioradialis|patellar|achilles|lumbar|cervical|arm|leg|hand|foot|degree|radial|ulnar|pedal|pedis|dorsalis|peripheral|tibial|femoral|carotid"
    r"|minimal|mild)[\s,/-]*)*"
)
_COPULA = re.compile(
    r"\s*(?:is|are|was|were|remains?|:|=|-|to be|noted to be|appears?|seems?|shows?|showed|reveals?|revealed"
    r"|demonstrates?)\W*(?:all |still |noted |also |grossly |mildly |slightly |symmetrically |markedly |otherwise )*"
)
_OTHER_SIDE = re.compile(
    r"[^;]*;\s*(?:(?:on )?(?:the )?(?:left|right|[lr]t?|bilat\w*)(?: side)?|(?:today|now|currently)(?: it)?)"
    r"(?: (?:is|was))?[\s:]*"
)
# "positive on the right; negative on the left"
_BARE_START = re.compile(r"[^;]*;\s*(?:(?:it|this)\s(?:is|was)\s)?")
_ON_SIDE = re.compile(
    r"\s(?:on|to|in|at)\s(?:the\s)?(?:left|right|[lr]t?|other|opposite|contralateral)\b(?:\sside)?\s*(?:[.;,)]|$)"
)
_NEXT = re.compile(r";|\band (?:his|her|the patient's) ")  # "the foot looked normal and her strength was 4/5"
_FAR = 60  # characters


class Group(NamedTuple):
    """Coordinated test names ("strength and sensation") and the elements they belong to."""

    start: int
    end: int
    elements: frozenset[str]
    targets: tuple[Lexeme, ...]


def groups(sentence: Sentence, targets: Iterable[Lexeme], values: Iterable[tuple[int, int]]) -> list[Group]:
    """Test names that are coordinated with no value between them, those of other tests included."""
    spans = list(values)
    found: list[list[Lexeme]] = []
    for target in _outermost(targets):
        last = found[-1][-1] if found else None
        plain = target.kind == "other_test" or not target.entry.generic
        joined = last and plain and _joined(sentence, last, target)
        parted = last and any(last.end <= start < target.start for start, _ in spans)
        if joined and not parted and not _own_results(sentence, found[-1][0], target, spans):
            found[-1].append(target)
        else:
            found.append([target])
    return [Group(g[0].start, max(t.end for t in g), frozenset(map(_element, g)), tuple(g)) for g in found]


def inside(lex: Lexeme, others: Iterable[Lexeme]) -> bool:
    """Whether a mention lies wholly in one of others."""
    return any(t.start <= lex.start and lex.end <= t.end for t in others)


def _element(target: Lexeme) -> str:
    return "-" if target.entry.void or target.kind == "other_test" else target.kind[2:]


def _outermost(targets: Iterable[Lexeme]) -> list[Lexeme]:
    """Without names inside a longer one ("reflex" in "jaw jerk reflex"), unless they are of the same span."""
    kept: list[Lexeme] = []
    for target in sorted(targets, key=lambda t: (t.start, -t.end)):
        if not any(
            k.start <= target.start and target.end <= k.end and k.end - k.start > target.end - target.start
            for k in kept
        ):
            kept.append(target)
    return kept


def _own_results(sentence: Sentence, first: Lexeme, target: Lexeme, spans: list[tuple[int, int]]) -> bool:
    """Whether a result stands before the first test and another behind the last: "5/5 strength, DTRs 2+"."""
    said = ((s, e) for s, e in spans if e <= first.start and e - s > len("no"))
    before = any(not sentence.gap(e, first.start).strip() for _, e in said)
    return before and any(
        _COPULA.fullmatch(sentence.view, target.end, s) or not sentence.gap(target.end, s).strip()
        for s, _ in spans
        if s > target.end
    )


def _joined(sentence: Sentence, last: Lexeme, target: Lexeme) -> bool:
    if target.start < last.end:
        return True
    gap = sentence.gap(last.end, target.start)
    return bool(_AND.fullmatch(blanked(gap, last.end, ((p.start, p.end) for p in sentence.parts))))


def owner(sentence: Sentence, start: int, end: int, groups: Iterable[Group]) -> Group | None:
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
    if after and not (before and _labels(sentence, end, after)) and _SNUG.fullmatch(sentence.view, end, after.start):
        if gap is None or "," in sentence.gap(gap[1], start) or _heads(before, sentence):
            return after
        if not _SNUG.fullmatch(*gap) and not _COPULA.fullmatch(*gap):
            return after
    if before and _reaches(sentence, before.end, start, end):
        return before
    if (
        after
        and after.start - end < _FAR
        and not _NEXT.search(sentence.view, end, after.start)
        and not _excepted(sentence, end, after)
    ):
        return after
    return None


def _heads(before: Group | None, sentence: Sentence) -> bool:
    """Whether a test of no element only heads what follows: "neuro intact: 5/5 strength"."""
    return before is not None and before.elements == {"-"} and sentence.view.startswith(":", before.end)


def _labels(sentence: Sentence, end: int, after: Group) -> bool:
    """Whether a test apart from a result is the label of the next column: "Neg   Hoffmann: [x] Pos"."""
    apart = after.start - end > 1 and not sentence.gap(end, after.start).strip()
    return apart and sentence.gap(after.end, after.end + 2).lstrip().startswith(":")


def _reaches(sentence: Sentence, since: int, start: int, end: int) -> bool:
    """Whether no statement of another test begins between: "Spurling L reproduces arm pain; R not done" is one."""
    gap = sentence.gap(since, start)
    if ";" not in gap or _OTHER_SIDE.fullmatch(gap):
        return True
    return bool(_BARE_START.fullmatch(gap) and _ON_SIDE.match(sentence.view, end, sentence.end))


def _excepted(sentence: Sentence, end: int, after: Group) -> bool:
    """Whether a result is of all but what follows: "unremarkable except for decreased vibration"."""
    return EXCEPT.search(sentence.view, end, after.start) is not None


def attached(sentence: Sentence, value: Lexeme, target: Lexeme) -> bool:
    """Whether a result word stands directly at a test name, sides aside: "toes are downgoing", "upgoing left toe"."""
    low, high = between(value, target.start, target.end)
    gap = sentence.without(low, high, "side") if low < high else ""
    return bool(_SNUG.fullmatch(gap) or (target.end <= value.start and _COPULA.fullmatch(gap)))


def snug(sentence: Sentence, start: int, end: int, group: Group) -> bool:
    """Whether a result stands directly at a test name: "pupils 5/5", "3/5 reflexes"."""
    if group.end <= start:
        return bool(_COPULA.fullmatch(sentence.view, group.end, start)) or not sentence.gap(group.end, start).strip()
    return not sentence.gap(end, group.start).strip()
