"""Each row of each claimed code: met, partial, missing, conflicting or not applicable, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chartgap.assess.conflicts import find_conflict
from chartgap.assess.matching import Evidence, find, find_any, holds
from chartgap.assess.reach import reach_of
from chartgap.assess.scene import Chart, Scene
from chartgap.knowledge.codes import CodeRequirements, Requirement, Want
from chartgap.model import GAPS, MOST_EVIDENCE, Basis, CodeResult, Finding, Level, RequirementResult, Status, Verdict


class _Outcome(NamedTuple):
    status: Status
    evidence: Evidence
    reason: str


class _Judged(NamedTuple):
    outcome: _Outcome
    result: RequirementResult


@dataclass
class _Silence:
    """What a code comes to where a note holds nothing that its rows look at: the same for every note of a claim."""

    rows: dict[str, _Judged] = field(default_factory=dict)
    whole: CodeResult | None = None  # where that is so of all rows


_MOST_SILENCES = 1000
"""Kinds of claims remembered for a code."""


class _Code:
    """The rows of one code, each with what it looks at."""

    def __init__(self, file: CodeRequirements) -> None:
        self.file = file
        self.rows = [(row, reach_of(row)) for row in file.requirements]
        self.reach = reach_of(file)
        self._silences: dict[tuple[object, ...], _Silence] = {}

    def silence(self, scene: Scene) -> _Silence:
        """What is known of silent rows under this claim, in a note that holds the same of the phrases asked for."""
        chart = scene.chart
        key = (scene.code, scene.claim, chart.is_follow_up, *map(chart.mentions, self.reach.phrases))
        known = self._silences.get(key)
        if known is None:
            if len(self._silences) >= _MOST_SILENCES:
                self._silences.clear()
            known = self._silences[key] = _Silence()
        return known


class _Codes:
    """The code files that were claimed, ready to assess notes."""

    def __init__(self, files: Mapping[str, CodeRequirements]) -> None:
        self.files = files
        self._codes: dict[str, _Code] = {}

    def get(self, code: str) -> _Code | None:
        """The rows that serve a claimed code."""
        file = self.files.get(code)
        if file is None:
            return None
        if file.code not in self._codes:
            self._codes[file.code] = _Code(file)
        return self._codes[file.code]


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
    results = []
    ready = _ready(codes)
    for code in dict.fromkeys(chart.note.claim.codes):
        rows = ready.get(code)
        if rows is not None:
            results.append(_assess_code(rows, Scene(chart, code)))
    return tuple(results)


class Assessor:
    """The rows of one file, ready to be judged in any scene."""

    def __init__(self, file: CodeRequirements) -> None:
        self._code = _Code(file)

    def result(self, scene: Scene) -> CodeResult:
        """What became of every row."""
        return _assess_code(self._code, scene)


def _assess_code(code: _Code, scene: Scene) -> CodeResult:
    silence = code.silence(scene)
    if code.reach.touches(scene.chart.by_element):
        return _with_rows(code, scene, silence)
    if silence.whole is None:
        silence.whole = _with_rows(code, scene, silence)
    return silence.whole


def _with_rows(code: _Code, scene: Scene, silence: _Silence) -> CodeResult:
    file, silent = code.file, silence.rows
    outcomes: dict[str, _Outcome] = {}
    for row, reach in code.rows:
        if reach.touches(scene.chart.by_element):
            outcomes[row.id] = _judge(row, scene)
            continue
        if row.id not in silent:
            outcome = _judge(row, scene)
            silent[row.id] = _Judged(outcome, _result(row, outcome, None, scene))
        outcomes[row.id] = silent[row.id].outcome
    _settle_pairs(file, outcomes)
    anchor = _anchor(file.anchor, scene)
    results = tuple(_settled(row, outcomes[row.id], silent.get(row.id), anchor, scene) for row in file.requirements)
    return CodeResult(
        code=scene.code,
        description=file.title,
        billable=scene.code == file.code,  # a header claimed borrows these rows and is never billable
        verdict=_verdict(results, scene),
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


def _settle_pairs(rows: CodeRequirements, outcomes: dict[str, _Outcome]) -> None:
    """Either/or rows: once one is met the other does not apply."""
    before = dict(outcomes)
    for row in rows.requirements:
        other = before.get(row.either_or or "")
        if other is not None and other.status == "met" and before[row.id].status != "met":
            reason = f"Either this or {row.either_or} is needed, and that one is documented."
            outcomes[row.id] = _Outcome("not_applicable", (), reason)


def _anchor(wants: Sequence[Want], scene: Scene) -> Finding | None:
    """The finding that created the obligation: the best of the file's anchors, the first of its kind."""
    for want in wants:
        evidence = find(want, scene)
        if evidence:
            return scene.findings[evidence[0]]
    return None


def _settled(
    row: Requirement, outcome: _Outcome, silent: _Judged | None, anchor: Finding | None, scene: Scene
) -> RequirementResult:
    """The result of an outcome; one that is known is shared between notes, but for the place where a gap is shown."""
    if silent is None or silent.outcome is not outcome:
        return _result(row, outcome, anchor, scene)
    if anchor is None or outcome.status not in GAPS:
        return silent.result
    return silent.result.model_copy(update={"anchor_start": anchor.start, "anchor_end": anchor.end})


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


def _verdict(results: Sequence[RequirementResult], scene: Scene) -> Verdict:
    """Payer rows never decide it: they are about coverage, not about whether the code is documented."""
    if any(result.basis == "code_assignment" and _contradicts(result, scene) for result in results):
        return "contradicted"
    needed = [r for r in results if r.level == "required" and r.basis != "payer"]
    complete = all(r.status in {"met", "not_applicable"} for r in needed)
    return "supported" if complete else "incomplete"


def _contradicts(result: RequirementResult, scene: Scene) -> bool:
    """Whether a code_assignment row is in conflict, or the diagnosis itself stated to be absent."""
    denied = any(scene.findings[index].assertion == "negated" for index in result.evidence)
    return result.status == "conflicting" or (result.element == "diagnosis" and result.status == "missing" and denied)
