"""Each row of each claimed code: met, partial, missing, conflicting or not applicable, and why."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chartgap.assess.conflicts import find_conflict
from chartgap.assess.matching import Evidence, find, find_any, holds
from chartgap.assess.scene import Chart, Scene
from chartgap.knowledge.codes import CodeRequirements, Requirement, Want
from chartgap.model import Basis, CodeResult, Finding, Level, Note, RequirementResult, Status, Verdict

_MOST_EVIDENCE = 6
"""A note says "neck" forty times; the first few say where to look."""


class _Outcome(NamedTuple):
    status: Status
    evidence: Evidence
    reason: str


def assess(note: Note, findings: Sequence[Finding], codes: Mapping[str, CodeRequirements]) -> tuple[CodeResult, ...]:
    """What became of every row of every claimed code that has a file, in claim order."""
    results = []
    chart = Chart(note, tuple(findings))
    for code in dict.fromkeys(note.claim.codes):
        rows = _rows_for(code, codes)
        if rows is not None:
            results.append(_assess_code(rows, Scene(chart, code)))
    return tuple(results)


def _rows_for(code: str, codes: Mapping[str, CodeRequirements]) -> CodeRequirements | None:
    if code in codes:
        return codes[code]
    return next((item for item in codes.values() if code in item.also_for), None)


def _assess_code(rows: CodeRequirements, scene: Scene) -> CodeResult:
    outcomes = {row.id: _judge(row, scene) for row in rows.requirements}
    _settle_pairs(rows, outcomes)
    anchor = _anchor(rows.anchor, scene)
    results = tuple(_result(row, outcomes[row.id], anchor, scene) for row in rows.requirements)
    return CodeResult(
        code=scene.code,
        description=rows.title,
        billable=scene.code == rows.code,  # a header claimed borrows these rows and is never billable
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


def _result(row: Requirement, outcome: _Outcome, anchor: Finding | None, scene: Scene) -> RequirementResult:
    level, basis = _weight(row, outcome.status, scene)
    gap = anchor if outcome.status in {"missing", "partial", "conflicting"} else None
    return RequirementResult(
        id=row.id,
        element=row.element,
        level=level,
        basis=basis,
        status=outcome.status,
        evidence=outcome.evidence[:_MOST_EVIDENCE],
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
    if any(_contradicts(result, scene) for result in results):
        return "contradicted"
    needed = [r for r in results if r.level == "required" and r.basis != "payer"]
    complete = all(r.status in {"met", "not_applicable"} for r in needed)
    return "supported" if complete else "incomplete"


def _contradicts(result: RequirementResult, scene: Scene) -> bool:
    """A code_assignment row in conflict, or the diagnosis itself stated to be absent."""
    if result.basis != "code_assignment":
        return False
    denied = any(scene.findings[index].assertion == "negated" for index in result.evidence)
    return result.status == "conflicting" or (result.element == "diagnosis" and result.status == "missing" and denied)
