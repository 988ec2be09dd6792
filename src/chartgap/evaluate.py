"""Precision, recall and F1 of findings, and the accuracy of gap decisions, against gold annotations.

Strict: every key of the element must agree. A fact marked optional (annotators disagreed) counts neither way. What does
not count as documentation (negated, hypothetical, family) is neither wanted nor false, in the gold as in the findings.
What facts may say, and which keys are compared, is the `vocabulary` of patterns/elements.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chartgap.errors import ReadError
from chartgap.knowledge.icd10cm import shown_code
from chartgap.knowledge.vocabulary import vocabulary
from chartgap.model import DOCUMENTED, Assertion, Claim, Finding, Note, Report, Setting, Side, Status
from chartgap.readers import decode
from chartgap.readers.objects import parse_object, safe_key, validation_reasons

Key = tuple[str, ...]
Check = Callable[[Note], Report]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class Fact(_Strict):
    """One annotated fact. The days of a duration may stand in `days` or in `value`."""

    element: str
    value: str | int | None = None
    side: Side | None = None
    area: str | None = None
    status: str | None = None
    assertion: Assertion = "affirmed"
    kind: Literal["quantity", "onset_date", "vague"] | None = None
    days: int | None = None
    quote: str
    start: int | None = None
    end: int | None = None
    optional: bool = False

    @property
    def key(self) -> Key:
        """What must agree with a finding."""
        return _key(self, days=self.length)

    @property
    def length(self) -> int | None:
        """How many days a duration lasts."""
        return self.value if self.days is None and isinstance(self.value, int) else self.days


class ExpectedAlerts(_Strict):
    """Ids of alerts that must fire, and of those that may."""

    expected: list[str]
    optional: list[str] = []


class _GoldLine(_Strict):
    id: str
    text: str | None = None
    file: str | None = None
    style: str | None = None  # what kind of note it is; for people, as the next
    hard: str | None = None  # where the annotator was in doubt
    codes: list[str] = []
    procedures: list[str] = []
    payer: str | None = None
    setting: Setting = "outpatient"
    facts: list[Fact] = Field(default_factory=list)
    gaps: dict[str, dict[str, Status]] = Field(default_factory=dict)
    alerts: ExpectedAlerts | None = None


_KEYS = tuple(dict.fromkeys((*_GoldLine.model_fields, *Fact.model_fields, *ExpectedAlerts.model_fields)))


class GoldNote(NamedTuple):
    """A note with what is to be found in it; `source` and `line` say where the annotation is."""

    note: Note
    facts: tuple[Fact, ...]
    gaps: dict[str, dict[str, Status]]
    alerts: ExpectedAlerts | None
    source: str
    line: int


@dataclass
class Counts:
    """True positives, false positives and false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        """How much of what was found is right."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """How much of what is there was found."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 0.0

    def count(self, *, wanted: set[Key], found: set[Key], optional: set[Key]) -> None:
        """Add one note's sets."""
        self.tp += len(found & wanted)
        self.fp += len(found - wanted - optional)
        self.fn += len(wanted - found)


@dataclass
class Scores:
    """The result; `wrong` tells each mistake in words, without note text."""

    elements: dict[str, Counts] = field(default_factory=dict)
    alerts: Counts | None = None
    gaps: int = 0
    gaps_right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def overall(self) -> Counts:
        """All elements together."""
        parts = self.elements.values()
        return Counts(sum(c.tp for c in parts), sum(c.fp for c in parts), sum(c.fn for c in parts))

    @property
    def gap_accuracy(self) -> float:
        """How many gap decisions have exactly the gold's status."""
        return self.gaps_right / self.gaps if self.gaps else 0.0


def read_gold(path: Path) -> Iterator[GoldNote | ReadError]:
    """The annotated notes of a .jsonl file; everything wrong in a line is one error with file, line and keys."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        yield ReadError(error.strerror or type(error).__name__, source=path.as_posix())
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _gold_note(line.strip(), path, number)
            except ReadError as error:
                yield error
    if not any(line.strip() for line in lines):
        yield ReadError("empty", source=path.as_posix())


def evaluate(gold: Iterable[GoldNote], check: Check) -> Scores:
    """Check every note and compare; a gap decision on a requirement that does not exist raises ReadError."""
    scores = Scores()
    for item in gold:
        report = check(item.note)
        _score_findings(scores, item, report.findings)
        _score_gaps(scores, item, report)
        _score_alerts(scores, item, report)
    return scores


def table(scores: Scores) -> str:
    """The scores as aligned text, a line an element."""
    rows = [*sorted(scores.elements.items()), ("all", scores.overall)]
    if scores.alerts is not None:
        rows.append(("alerts", scores.alerts))
    lines = [
        f"{name:<24} P {c.precision:.3f}  R {c.recall:.3f}  F1 {c.f1:.3f}  (tp {c.tp} fp {c.fp} fn {c.fn})"
        for name, c in rows
    ]
    if scores.gaps:
        lines.append(
            f"{'gap decisions':<24} accuracy {scores.gap_accuracy:.3f}  ({scores.gaps_right} of {scores.gaps})"
        )
    return "\n".join(lines)


def _gold_note(line: bytes, path: Path, number: int) -> GoldNote:
    source = path.as_posix()
    try:
        gold = _GoldLine.model_validate(parse_object(line, source=source, number=number, known=_KEYS))
    except ValidationError as error:
        raise ReadError(validation_reasons(error, _KEYS), source=source, line=number) from None
    if (gold.text is None) == (gold.file is None):
        raise ReadError("text, file: exactly one of them is needed", source=source, line=number)
    text = gold.text if gold.text is not None else _text_of(path.parent / str(gold.file), source, number)
    problems = [f"facts.{i}.{problem}" for i, fact in enumerate(gold.facts) for problem in _problems(fact, text)]
    if problems:
        raise ReadError("; ".join(problems), source=source, line=number)
    claim = Claim(codes=_claimed(gold), procedures=tuple(gold.procedures), payer=gold.payer, setting=gold.setting)
    note = Note(id=gold.id, text=text, claim=claim)
    return GoldNote(note, tuple(gold.facts), gold.gaps, gold.alerts, source, number)


def _claimed(gold: _GoldLine) -> tuple[str, ...]:
    """The codes given, and those with gap decisions."""
    return tuple(dict.fromkeys([*gold.codes, *gold.gaps]))


def _text_of(path: Path, source: str, number: int) -> str:
    try:
        return decode(path.read_bytes())[0]
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except ReadError as error:
        reason = error.reason
    except ValueError:
        reason = "not a file name"  # it holds a zero byte
    raise ReadError(f"file: {reason}", source=source, line=number)


def _problems(fact: Fact, text: str) -> Iterator[str]:
    """What in a fact is outside the vocabulary or the note; nothing of either is repeated."""
    element = vocabulary().get(fact.element)
    if element is None or not element.compared:
        yield "element: unknown element"
        return
    if fact.element == "duration":
        if isinstance(fact.value, str) or (fact.kind == "quantity") != (fact.length is not None):
            yield "days: a number for a quantity, else null"
        if fact.kind is None:
            yield "kind: needed for a duration"
    elif not isinstance(fact.value, str) or (element.values and fact.value not in element.values):
        yield f"value: not a value of {fact.element}"
    if fact.area is not None and not element.any_area and fact.area not in element.areas:
        yield f"area: not an area of {fact.element}"
    if fact.status is not None and fact.status not in element.statuses:
        yield f"status: not a status of {fact.element}"
    yield from _quote_problems(fact, text)


def _quote_problems(fact: Fact, text: str) -> Iterator[str]:
    if not fact.quote or fact.quote not in text:
        yield "quote: not in the text"
    elif fact.start is not None and text[fact.start : fact.end] != fact.quote:
        yield "start: the quote is not there"


def _score_findings(scores: Scores, item: GoldNote, findings: Sequence[Finding]) -> None:
    wanted = {fact.key for fact in item.facts if fact.assertion in DOCUMENTED and not fact.optional}
    optional = {fact.key for fact in item.facts if fact.assertion in DOCUMENTED and fact.optional}
    found = {_key(f, days=f.days): f for f in findings if f.documented and f.element in _compared(item)}
    for name in sorted({key[0] for key in (*wanted, *optional, *found)}):
        counts = scores.elements.setdefault(name, Counts())
        mine = {key for key in found if key[0] == name}
        gold = {key for key in wanted if key[0] == name}
        counts.count(wanted=gold, found=mine, optional=optional)
        for key in sorted(mine - gold - optional):
            scores.wrong.append(f"{item.note.id}: false {' '.join(key)} at {found[key].start} ({found[key].rule_id})")
        scores.wrong.extend(f"{item.note.id}: missed {' '.join(key)}" for key in sorted(gold - mine))


def _compared(item: GoldNote) -> frozenset[str]:
    """The elements that are scored in a note: of the optional ones those that its annotation has."""
    named = {fact.element for fact in item.facts}
    told = vocabulary().items()
    return frozenset(name for name, words in told if words.compared and (name in named or not words.optional))


def _score_gaps(scores: Scores, item: GoldNote, report: Report) -> None:
    for code, decisions in item.gaps.items():
        rows = {row.id: row.status for result in report.codes if result.code == code for row in result.requirements}
        # A header is judged by its leaf's rows, whose ids begin with the leaf.
        short = {id_.rsplit(".", 1)[-1]: status for id_, status in rows.items()}
        for name, wanted in decisions.items():
            if name not in short:
                reason = f"gaps.{shown_code(code)}.{safe_key(name, vocabulary())}: no such requirement"
                raise ReadError(reason, source=item.source, line=item.line)
            scores.gaps += 1
            scores.gaps_right += short[name] == wanted
            if short[name] != wanted:
                scores.wrong.append(f"{item.note.id}: {code}.{name} is {short[name]}, gold {wanted}")


def _score_alerts(scores: Scores, item: GoldNote, report: Report) -> None:
    if item.alerts is None:
        return
    scores.alerts = scores.alerts or Counts()
    wanted: set[Key] = {(id_,) for id_ in item.alerts.expected}
    optional: set[Key] = {(id_,) for id_ in item.alerts.optional}
    found: set[Key] = {(alert.id,) for alert in report.alerts}
    scores.alerts.count(wanted=wanted, found=found, optional=optional)
    scores.wrong.extend(f"{item.note.id}: false alert {key[0]}" for key in sorted(found - wanted - optional))
    scores.wrong.extend(f"{item.note.id}: missed alert {key[0]}" for key in sorted(wanted - found))


def _key(fact: Fact | Finding, *, days: int | None) -> Key:
    values: dict[str, Any] = {name: getattr(fact, name) for name in ("value", "side", "area", "status", "kind")}
    if fact.element == "duration":
        values["value"] = days if fact.kind == "quantity" else None
    if fact.element == "severity":
        # "7/10", "7 / 10", "7 out of 10" and "7" are one severity.
        values["value"] = re.sub(r"\s", "", str(fact.value).replace("out of", "/")).removesuffix("/10")
    return (fact.element, *(str(values[name]) for name in vocabulary()[fact.element].compared))
