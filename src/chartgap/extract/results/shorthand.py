"""Results written in short: "Spurling: left yes, right no", "L biceps 4, rest 5", "bi/BR/tri R 2/2/0 and L 2/2/2"."""

import re
from collections.abc import Iterator, Mapping

from chartgap.extract.phrases.layout import TICKED
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import blanked
from chartgap.extract.results.ownership import Group
from chartgap.extract.sentences.grades import PLUS_GRADE, muscle, numbers_item, tendon
from chartgap.extract.sentences.result import Mark
from chartgap.extract.sentences.sentence import Part, Sentence
from chartgap.knowledge.elements import ElementPattern, Value

_SIDE = r"(?:left|right|l|r|lt|rt|b|bl|b/l|bilat\w*|both)\b"
_ANSWER = re.compile(
    rf"(?<![\w/+)-])(?!(?:y(?:es)?|no?)\s?/)(?<!/ )(?:(?P<no>no|n|-)|(?P<yes>yes|y))"
    rf"(?=[ ]*(?:$|[,;.)\n|]|\(?{_SIDE}\)?[ ]*(?:$|[,;.)\n/]|[+-]|(?:yes|no|y|n)\b)|[ ]-[ ]*(?:$|\n)))"
)
_BEFORE_ANSWER = re.compile(rf"(?:[:(,;/=+-]|\b(?:test|sign|maneuver)|{_SIDE}\)?|[a-z]{{4,}}'?s?)[\s:(]*$")
_TICK = re.compile(rf"{TICKED}\s*$")
# "Hoffmann R+ L-"
_SIGNED = re.compile(r"(?<![\w/])(?P<side>right|left|rt|lt|r|l)\s?(?P<sign>[+-])(?=[\s,;.)]|$)")
_CHOSEN = re.compile(rf"\s*:?\s*(?P<box>{TICKED}|_x_)\s*")
_OPTION = re.compile(r"[^\[\n\u2610-\u2612\u25a0\u25a1;,]*")
_BARE = re.compile(
    r"(?:(?<![\w./+'-])|(?<=[^\w][rl]))[+-]?[0-5][+-]?+"
    r"(?![\w%/\u00b0\"']|-\d|[+-]\d|\s?(?:/|[x%\u00b0]|out of|over|deg|weeks?|days?"
    r"|months?|years?|times|reps|mg|lbs?|kg|cm|mm|beats?|fingers?|toes?|digits?)\b|\s?/|\s?%|\.\d)"
)
_BETWEEN = re.compile(
    r"[\s:=,()/]*(?:(?:is|are|was|were|at|and|vs|strength|power|graded?|only|about|the|on|of|muscles?|groups?)[\s:=,()/]*)*"
)
_REST = re.compile(
    r"\b(?:rest|remainder|others?|otherwise|o/w|all else|everything else"
    r"|all other\w*(?: (?:muscles?|groups?|myotomes))*)(?: of (?:the )?\w+)?(?: (?:is|are|was|were))?[\s:=]*$"
)
_THROUGHOUT = re.compile(r"\s+(?:throughout|t/o|in all|all|diffusely|globally)\b")
_STROKES = re.compile(r"\s?/\s?")
_LIST = re.compile(
    r"[\s:,=]*(?:reflexes|jerks|dtrs?|strength)?[\s:,=]*(?P<side>left|right|bilat\w*|both|rt|lt|[rlb])?[\s:=]*"
    r"(?P<grades>[0-5][+-]?(?:\s?/\s?[0-5][+-]?)+)(?![\d/])"
)
_AGAIN = re.compile(
    r"[\s,;]*(?:and\s)?(?P<side>left|right|rt|lt|[rl])\b[\s:=]*(?P<grades>[0-5][+-]?(?:\s?/\s?[0-5][+-]?)+)(?![\d/])"
)
_EXAMS = frozenset({"physical_exam", "findings", "results", None})
_NEURO_LIST = re.compile(
    r"\bneuro\w*\b[^;.\n]{0,40}?(?:\b5/5|\bsilt)(?: throughout)?[\s,;/&]+(?:silt[\s,;/]+|5/5[\s,;/]+)?"
    r"(?P<grade>[0-4]\+|\+[0-4])"
    r"(?=\s*(?:[,;).]|$|throughout|sym\w*|bilat\w*|silt))"
)
_SIDES = {"l": "left", "r": "right", "b": "bilateral"}


def answers(sentence: Sentence, patterns: Mapping[str, ElementPattern]) -> None:
    """Add bare answers to the results of the tests that are positive or negative, in place."""
    for name in ("spurling", "pathologic_reflex"):
        tests = sentence.lexemes.get(f"t:{name}")
        if not tests or name not in patterns:
            continue
        kind = f"v:{name}"
        known = sentence.lexemes.get(kind, [])
        known = [*known, *_ticked(sentence, tests, _plain_value(patterns[name], "positive"), known)]
        if sentence.boxes and (chosen := _chosen(sentence, tests[0], _plain_value(patterns[name], "positive"), known)):
            known.append(chosen)
        known += _signed(sentence, tests[0].end, patterns[name], known)
        for match in _ANSWER.finditer(sentence.view, tests[0].end, sentence.end):
            if any(k.start < match.end() and match.start() < k.end for k in known):
                continue
            if not _BEFORE_ANSWER.search(sentence.view, max(sentence.start, match.start() - 12), match.start()):
                continue
            entry = _plain_value(patterns[name], "negative" if match["no"] else "positive")
            known = sorted([*known, Lexeme(match.start(), match.end(), kind, entry)], key=lambda x: x.start)
        if known:
            sentence.lexemes[kind] = known


def _ticked(sentence: Sentence, tests: list[Lexeme], value: Value, known: list[Lexeme]) -> Iterator[Lexeme]:
    """A positive result for a test with its side behind a ticked box: "[x] Spurling right   [ ] Spurling left"."""
    for test in tests:
        box = _TICK.search(sentence.view, sentence.start, test.start)
        option = _OPTION.match(sentence.view, test.end, sentence.end)
        if box is None or option is None or any(test.start < k.start < option.end() for k in known):
            continue
        if any(test.end <= side.start < option.end() for side in sentence.of("side")):
            yield Lexeme(box.start(), box.end(), f"v:{test.kind[2:]}", value)


def _chosen(sentence: Sentence, test: Lexeme, value: Value, known: list[Lexeme]) -> Lexeme | None:
    """A positive result where the boxes behind a test are of sides alone: "Spurling: [ ] R  [x] L"."""
    stop = next((k.start for k in known if k.start > test.end), sentence.end)
    for side in sentence.of("side"):
        if not test.end <= side.start < stop:
            continue
        box = _CHOSEN.fullmatch(sentence.stated(test.end, side.start))
        if box:
            start = test.end + box.start("box")
            return Lexeme(start, side.end, f"v:{test.kind[2:]}", value)
    return None


def _signed(sentence: Sentence, start: int, pattern: ElementPattern, known: list[Lexeme]) -> list[Lexeme]:
    """Results of the two sides that each have a sign behind them: "R+ L-"."""
    found = list(_SIGNED.finditer(sentence.view, start, sentence.end))
    if len(found) != 2 or found[0]["side"][0] == found[1]["side"][0]:  # sides
        return []
    if sentence.view[found[0].end() : found[1].start()].strip(" ,;/"):
        return []
    known[:] = [k for k in known if not any(m.start() <= k.start < m.end() for m in found)]
    return [Lexeme(*m.span(), f"v:{pattern.element}", _sided(pattern, m)) for m in found]


def _sided(pattern: ElementPattern, match: re.Match[str]) -> Value:
    value = _plain_value(pattern, "positive" if match["sign"] == "+" else "negative")
    return value.model_copy(update={"side": _SIDES[match["side"][0]]})


def _plain_value(pattern: ElementPattern, value: str) -> Value:
    return next(v for v in pattern.values if v.value == value and not v.area)


def scaleless(sentence: Sentence, groups: list[Group], marks: list[Mark], *, topic: bool) -> list[Mark]:
    """Muscle grades without a scale, where strength is the topic or an examination tells them of muscles alone."""
    if sentence.columns or sentence.pairs or not sentence.digits:
        return []
    if not topic:
        reflex = "reflex" in sentence.heading.elements or any("reflex" in g.elements for g in groups)
        if reflex or sentence.section not in _EXAMS or PLUS_GRADE.search(sentence.text):
            return []
        if not _count(sentence):
            return []
    found = _bare_grades(sentence)
    return [f for f in found if not any(m.start < f.end and f.start < m.end for m in marks)]


def _bare_grades(sentence: Sentence) -> Iterator[Mark]:
    """Muscle grades without a scale, each behind its muscle, a side or another grade: "deltoid R 5 L 4+, grip 5"."""
    muscles = [p.end for p in sentence.parts if p.entry and p.entry.muscle]
    roots = [e for _, e, _ in sentence.levels]
    roots += [t.end for t in sentence.of("t:strength") if not t.entry.void and not t.entry.generic]
    last = -1
    for match in _BARE.finditer(sentence.view, sentence.start, sentence.end):
        start = match.start()
        if numbers_item(sentence.view, sentence.start, match.end()):
            continue
        if sentence.view[start - 1 : start].isalpha() and not any(s.end == start for s in sentence.of("side")):
            continue  # a level, not a grade on the left
        anchor = max([last, *(a for a in (*muscles, *roots) if a <= start)], default=-1)
        gap = _unsided(sentence, anchor, start) if anchor >= 0 else ""
        follows = anchor >= 0 and _BETWEEN.fullmatch(gap) is not None
        if anchor == last and follows and sentence.gap(anchor, start).strip(" ,:") == "":
            follows = False  # "biceps 5, 3 visits"
        follows = follows or (anchor < 0 and _of_limb(sentence, *match.span()))
        if follows or (last >= 0 and _REST.search(sentence.view, max(sentence.start, start - 40), start)):
            last = match.end()
            yield Mark(start, match.end(), muscle(match.group()), match.group())


def may_grade(sentence: Sentence) -> bool:
    """Whether a sentence names a muscle, or begins below the heading of a limb with a grade of all of it."""
    if any(p.entry and p.entry.muscle for p in sentence.parts):
        return True
    match = _BARE.match(sentence.view, sentence.start, sentence.end)
    return match is not None and _of_limb(sentence, *match.span())


def _of_limb(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a grade opens what stands below the heading of a limb: "RIGHT ARM:", then "5 throughout"."""
    lead = sentence.gap(max(sentence.start, sentence.heading_end), start)
    return bool(sentence.heading.areas) and not lead.strip() and _THROUGHOUT.match(sentence.view, end) is not None


def _count(sentence: Sentence) -> bool:
    """Whether grades without a scale may be of muscles where no word says strength: one is full or has no reflex."""
    found = list(_bare_grades(sentence))
    if not found:
        return False
    if any(m.grade and m.grade.strip("+-") == "5" for m in found):
        return True
    return any(p.entry and p.entry.muscle and not p.entry.reflex for p in sentence.parts) and len(found) > 1


def _unsided(sentence: Sentence, start: int, end: int) -> str:
    spans = [(x.start, x.end) for kind in ("side", "t:strength") for x in sentence.lexemes.get(kind, ())]
    return blanked(sentence.gap(start, end), start, spans)


def shared_out(sentence: Sentence, element: str) -> Iterator[Mark]:
    """Grades in the order of the sites before them: "biceps/BR/triceps R 2/2/0 and L 2/2/2"."""
    grade_of = tendon if element == "reflex" else muscle
    for run in _stroked(sentence):
        match = _LIST.match(sentence.view, run[-1].end, sentence.end)
        while match:
            grades = _STROKES.split(match["grades"])
            if len(grades) != len(run) or (len(run) == 2 and not match["side"]):
                break
            side = _SIDES[match["side"][0]] if match["side"] else None
            at = match.start("grades")
            for part, grade in zip(run, grades, strict=True):
                start = sentence.view.index(grade, at)
                at = start + len(grade)
                mark = Mark(start, at, grade_of(grade), grade, sites=[part], fixed=True)
                mark.sides = [side] if side and not part.side else []  # type: ignore[list-item]
                mark.span = (match.start(), match.end())
                yield mark
            match = _AGAIN.match(sentence.view, match.end(), sentence.end)


def _stroked(sentence: Sentence) -> Iterator[list[Part]]:
    """Tendons or muscles with strokes or commas between."""
    run: list[Part] = []
    for part in [p for p in sentence.parts if p.entry and (p.entry.muscle or p.entry.reflex)]:
        if run and re.fullmatch(r"\s?[/,]\s?", sentence.gap(run[-1].end, part.start)):
            run.append(part)
            continue
        if len(run) > 1:
            yield run
        run = [part]
    if len(run) > 1:
        yield run


def of_neuro_list(sentence: Sentence) -> list[Mark]:
    """The reflex grade of a list that names no test: "neuro WNL (5/5, 2+, SILT)"."""
    match = _NEURO_LIST.search(sentence.view, sentence.start, sentence.end) if "neuro" in sentence.text else None
    if match is None:
        return []
    return [Mark(*match.span("grade"), tendon(match["grade"]), match["grade"], fixed=True)]


def apart(marks: list[Mark], fixed: list[Mark]) -> list[Mark]:
    """Marks outside of the lists that were shared out."""
    return [m for m in marks if not any(f.span[0] <= m.start < f.span[1] for f in fixed)]
