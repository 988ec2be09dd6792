"""Each row of each claimed code: met, partial, missing, conflicting or not applicable, and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from chartgap.assess.conflicts import find_conflict
from chartgap.assess.matching import find, find_any, holds
from chartgap.assess.reach import reach_of
from chartgap.assess.scene import Chart, Evidence, Scene
from chartgap.assess.wording import Lists
from chartgap.knowledge.codes import CodeRequirements, Requirement, Want
from chartgap.model import (
    GAPS,
    MOST_EVIDENCE,
    Basis,
    Claim,
    CodeResult,
    Finding,
    Level,
    RequirementResult,
    Status,
    Verdict,
)


class _Outcome(NamedTuple):
    status: Status
    evidence: Evidence
    reason: str


class _Quiet:
    """What the rows of a claimed code come to where no finding is such as they look at, as most rows of most notes do.

    It is the same for all notes of the claim that say the same of the phrases that the rows ask for.
    """

    def __init__(self, code: "_Code", scene: Scene) -> None:
        bare = Scene(Chart(scene.chart.note, ()), scene.code)
        self.outcomes = [_judge(row, bare) for row in code.rows]
        settled = _settle_pairs(code.rows, self.outcomes)
        self.results = tuple(map(partial(_result, anchor=None, scene=bare), code.rows, settled))
        self.open = frozenset(place for place, result in enumerate(self.results) if _is_open(result))
        self.against = frozenset(place for place, result in enumerate(self.results) if _contradicts(result, bare))
        self.gaps = frozenset(place for place, result in enumerate(self.results) if result.status in GAPS)
        self.whole = _of_rows(code, self.results, _verdict(bool(self.against), bool(self.open)))


_MOST = 1000
"""Claims remembered, and kinds of notes of one."""


class _Code:
    """One code of a claim with the rows of its file, by what they look at."""

    def __init__(self, code: str, file: CodeRequirements, scene: Scene) -> None:
        self.code, self.file, self.rows = code, file, file.requirements
        reaches = {row.id: reach_of(row, scene) for row in self.rows}
        self._always = {place for place, row in enumerate(self.rows) if reaches[row.id].whole}
        self._by_sign: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            signs = reaches[row.id].signs
            if row.either_or in reaches:  # a row of a pair depends on the other
                signs = signs | reaches[row.either_or].signs
            for sign in signs:
                self._by_sign.setdefault(sign, []).append(place)
        reach = reach_of(file, scene)
        self._phrases, self._visit = Lists(reach.phrases), reach.visit
        self._quiet: dict[tuple[bool, frozenset[int]], _Quiet] = {}

    def touched(self, shown: frozenset[str]) -> list[int]:
        """The places of the rows that findings which show this have to be looked at for."""
        places = (self._by_sign[sign] for sign in shown if sign in self._by_sign)
        return sorted(self._always.union(*places))

    def quiet(self, scene: Scene) -> _Quiet:
        """What the rows come to without findings, in a note that says the same of the phrases asked for."""
        chart = scene.chart
        key = (self._visit and chart.is_follow_up, chart.mentioned(self._phrases))
        return _remembered(self._quiet, key, lambda: _Quiet(self, scene))


Key = TypeVar("Key")
Value = TypeVar("Value")


def _remembered(known: dict[Key, Value], key: Key, make: Callable[[], Value]) -> Value:
    value = known.get(key)
    if value is None:
        if len(known) >= _MOST:
            known.clear()
        value = known[key] = make()
    return value


class _Codes:
    """The code files, ready to assess notes with those that are quiet."""

    def __init__(self, files: Mapping[str, CodeRequirements]) -> None:
        self.files = files
        self._claims: dict[Claim, list[_Code]] = {}

    def of(self, chart: Chart) -> list[_Code]:
        """The claimed codes that have a file."""
        return _remembered(self._claims, chart.note.claim, lambda: list(self._of(chart)))

    def _of(self, chart: Chart) -> Iterator[_Code]:
        for code in chart.note.claim.distinct_codes:
            file = self.files.get(code)
            if file is not None:
                yield _Code(code, file, Scene(chart, code))


_latest: list[_Codes] = []


def _ready(files: Mapping[str, CodeRequirements]) -> _Codes:
    """The files as `_Codes`; those of the last call are kept, because one catalog serves a whole run."""
    for codes in _latest:
        if codes.files is files:
            return codes
    _latest[:] = [_Codes(files)]
    return _latest[0]


def assess(chart: Chart, codes: Mapping[str, CodeRequirements]) -> tuple[CodeResult, ...]:
    """What became of every row of every claimed code that has a file, in claim order."""
    return tuple(_assess_code(code, Scene(chart, code.code)) for code in _ready(codes).of(chart))


class Assessor:
    """The rows of one file, ready to be judged in any scene."""

    def __init__(self, file: CodeRequirements) -> None:
        self._file = file
        self._claims: dict[tuple[str, Claim], _Code] = {}

    def result(self, scene: Scene) -> CodeResult:
        """What became of every row."""
        make = partial(_Code, scene.code, self._file, scene)
        return _assess_code(_remembered(self._claims, (scene.code, scene.claim), make), scene)


def _assess_code(code: _Code, scene: Scene) -> CodeResult:
    quiet, touched = code.quiet(scene), code.touched(scene.chart.signs)
    anchor = _anchor(code.file.anchor, scene)
    if not touched and anchor is None:
        return quiet.whole
    judged = {place: _judge(code.rows[place], scene) for place in touched}
    if any(code.rows[place].either_or for place in touched):
        outcomes = [judged.get(place, outcome) for place, outcome in enumerate(quiet.outcomes)]
        settled = _settle_pairs(code.rows, outcomes)
        judged = {place: settled[place] for place in touched}
    results = list(quiet.results)
    if anchor is not None:
        for place in quiet.gaps.difference(judged):
            results[place] = results[place].model_copy(update={"anchor_start": anchor.start, "anchor_end": anchor.end})
    for place, outcome in judged.items():
        results[place] = _result(code.rows[place], outcome, anchor, scene)
    changed = [results[place] for place in judged]
    against = any(_contradicts(result, scene) for result in changed) or not quiet.against.issubset(judged)
    open_ = any(map(_is_open, changed)) or not quiet.open.issubset(judged)
    return _of_rows(code, tuple(results), _verdict(against, open_))


def _of_rows(code: _Code, results: tuple[RequirementResult, ...], verdict: Verdict) -> CodeResult:
    return CodeResult(
        code=code.code,
        description=code.file.title,
        billable=code.code == code.file.code,  # a header claimed borrows these rows and is never billable
        verdict=verdict,
        requirements=results,
    )


def _judge(row: Requirement, scene: Scene) -> _Outcome:
    if row.when is not None and not holds(row.when, scene):
        return _Outcome("not_applicable", (), f"Applies only when {row.when.says}.")
    if conflict := find_conflict(row, scene):
        return _Outcome("conflicting", conflict[1], conflict[0].reason)
    blocked = _first(row.blocked_by, scene)
    if not blocked and (evidence := find_any(row.met, scene)) is not None:
        return _Outcome("met", evidence, _documented(evidence, scene))
    if not blocked and (less := _first(row.partial, scene)):
        return _Outcome("partial", *less)
    unfit = blocked or _first(row.wrong, scene) or ((), f"Not documented; this needs {row.needs}.")
    return _Outcome("missing", *unfit)


def _first(wants: Sequence[Want], scene: Scene) -> tuple[Evidence, str] | None:
    for want in wants:
        evidence = find(want, scene)
        if evidence is not None:
            return evidence, want.reason or ""
    return None


def _documented(evidence: Evidence, scene: Scene) -> str:
    """The facts in the vocabulary's words; the quotes are in the findings."""
    if not evidence:
        return "Documented."
    facts = dict.fromkeys(_fact(scene.findings[index]) for index in evidence[:3])
    return f"Documented: {'; '.join(facts)}."


def _fact(finding: Finding) -> str:
    value = f"{finding.days} days" if finding.days is not None else finding.value
    parts = (finding.element, finding.area, value, finding.side, finding.status)
    hedge = "" if finding.assertion == "affirmed" else f" ({finding.assertion})"
    return " ".join(part.replace("_", " ") for part in parts if part) + hedge


def _settle_pairs(rows: Sequence[Requirement], outcomes: Sequence[_Outcome]) -> list[_Outcome]:
    """Either/or rows: once one is met the other does not apply."""
    met = {row.id for row, outcome in zip(rows, outcomes, strict=True) if outcome.status == "met"}
    settled = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if row.either_or in met and outcome.status != "met":
            reason = f"Either this or {row.either_or} is needed, and that one is documented."
            settled.append(_Outcome("not_applicable", (), reason))
        else:
            settled.append(outcome)
    return settled


def _anchor(wants: Sequence[Want], scene: Scene) -> Finding | None:
    """The finding that created the obligation: the best of the file's anchors, the first of its kind."""
    for want in wants:
        evidence = find(want, scene)
        if evidence:
            return scene.findings[evidence[0]]
    return None


def _result(row: Requirement, outcome: _Outcome, anchor: Finding | None, scene: Scene) -> RequirementResult:
    level, basis = _weight(row, outcome.status, scene)
    gap = anchor if outcome.status in GAPS else None
    return RequirementResult(
        id=row.id,
        element=row.element,
        level=level,
        basis=basis,
        status=outcome.status,
        evidence=outcome.evidence[:MOST_EVIDENCE],
        reason=outcome.reason,
        source=row.source,
        verified=row.verified,
        anchor_start=gap.start if gap else None,
        anchor_end=gap.end if gap else None,
    )


def _weight(row: Requirement, status: Status, scene: Scene) -> tuple[Level, Basis]:
    """Level and basis as they are for this claim: a conditional row that applies is required."""
    for raised in row.raised:
        if status != "not_applicable" and holds(raised.when, scene):
            return raised.level, raised.basis
    if row.level == "conditional" and status != "not_applicable":
        return "required", row.basis
    return row.level, row.basis


def _verdict(against: bool, open_: bool) -> Verdict:
    return "contradicted" if against else "incomplete" if open_ else "supported"


def _is_open(result: RequirementResult) -> bool:
    """Payer rows never decide a verdict: they are about coverage, not about whether the code is documented."""
    needed = result.level == "required" and result.basis != "payer"
    return needed and result.status not in {"met", "not_applicable"}


def _contradicts(result: RequirementResult, scene: Scene) -> bool:
    """Whether a code_assignment row is in conflict, or the diagnosis itself stated to be absent."""
    if result.basis != "code_assignment":
        return False
    denied = any(scene.findings[index].assertion == "negated" for index in result.evidence)
    return result.status == "conflicting" or (result.element == "diagnosis" and result.status == "missing" and denied)
