"""What became of the rows that were read off titles, from the findings that answer them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chartgap.knowledge.derived import DerivedRow
from chartgap.model import MOST_EVIDENCE, CodeResult, Finding, RequirementResult, Status, Verdict

_CURRENT = frozenset({"affirmed", "uncertain"})


class _Outcome(NamedTuple):
    status: Status
    evidence: tuple[int, ...]
    reason: str


class _Told(NamedTuple):
    """A finding of one row with its number in the report."""

    number: int
    finding: Finding


def assess_titles(
    titles: Mapping[str, str], rows: Mapping[str, Sequence[DerivedRow]], findings: Sequence[Finding]
) -> tuple[CodeResult, ...]:
    """The result of every code that has derived rows; `titles` are the official ones."""
    answers: dict[str, list[_Told]] = {}
    for index, finding in enumerate(findings):
        if finding.element == "title_axis":
            answers.setdefault(finding.rule_id, []).append(_Told(index, finding))
    return tuple(_result(code, titles[code], asked, answers) for code, asked in rows.items() if asked)


def _result(code: str, title: str, rows: Sequence[DerivedRow], answers: Mapping[str, Sequence[_Told]]) -> CodeResult:
    told = [item.finding for row in rows for item in answers.get(row.id, ()) if item.finding.documented]
    anchor = min(told, key=lambda finding: finding.start, default=None)
    results = tuple(_row(row, _judge(row, answers.get(row.id, ())), anchor) for row in rows)
    return CodeResult(code=code, description=title, billable=True, verdict=_verdict(results), requirements=results)


def _row(row: DerivedRow, outcome: _Outcome, anchor: Finding | None) -> RequirementResult:
    # That the title leaves something open is a tip; that the note names it is a mistake in the code.
    decided = row.kind == "open" and outcome.status == "conflicting"
    gap = anchor if outcome.status in {"missing", "partial", "conflicting"} else None
    return RequirementResult(
        id=row.id,
        element=row.axis,
        level="required" if decided else row.level,
        basis="code_assignment" if decided else row.basis,
        status=outcome.status,
        evidence=outcome.evidence[:MOST_EVIDENCE],
        reason=outcome.reason,
        source=row.source,
        verified=True,
        anchor_start=gap.start if gap else None,
        anchor_end=gap.end if gap else None,
        derived=True,
    )


def _judge(row: DerivedRow, told: Sequence[_Told]) -> _Outcome:
    documented = [item for item in told if item.finding.documented]
    judge = {"with": _with, "without": _without, "open": _open, "site": _site, "stated": _stated}[row.kind]
    outcome = judge(row, documented, told)
    return outcome or _Outcome("missing", (), f"Not documented; this needs {row.needs}.")


def _stated(row: DerivedRow, documented: list[_Told], told: Sequence[_Told]) -> _Outcome | None:
    values = {item.finding.value or "" for item in documented}
    if row.claimed == ("bilateral",) and values >= {"right", "left"}:
        values.add("bilateral")
    fit = set(row.satisfied_by) & values
    for value, code in row.joined:
        starts = {item.finding.start for item in documented if item.finding.value in fit}
        both = [item for item in documented if item.finding.value == value and item.finding.start in starts]
        if both and both[0].finding.assertion in _CURRENT:
            reason = f"The note says {_words({value, *fit})} at once; {code} is of both."
            return _Outcome("conflicting", _places(both), reason)
    if values & set(row.claimed) and row.every and not set(row.claimed) <= values:
        return _Outcome("partial", _places(documented), f"Only {_words(fit)} is stated; this needs {row.needs}.")
    if fit:
        return _Outcome("met", _places(documented, fit | {"right", "left"} & values), f"Documented: {_words(fit)}.")
    against = [item for item in documented if item.finding.assertion in _CURRENT]
    if against:
        said = {item.finding.value or "" for item in against}
        return _Outcome("conflicting", _places(against), f"The note says {_words(said)}; this needs {row.needs}.")
    return _Outcome("not_applicable", (), row.default) if row.default else None


def _site(row: DerivedRow, documented: list[_Told], told: Sequence[_Told]) -> _Outcome | None:
    named = [item for item in documented if item.finding.value in row.claimed]
    if named:
        return _Outcome("met", _places(named), f"Documented: {_words({item.finding.value or '' for item in named})}.")
    if documented:
        wider = _words({item.finding.value or "" for item in documented})
        return _Outcome("partial", _places(documented), f"Only the wider place is named ({wider}).")
    return None


def _with(row: DerivedRow, documented: list[_Told], told: Sequence[_Told]) -> _Outcome | None:
    certain = [item for item in documented if item.finding.assertion != "uncertain"]
    if certain:
        return _Outcome("met", _places(certain), "Documented.")
    if documented:
        return _Outcome("partial", _places(documented), f"Stated as uncertain only; this needs {row.needs}.")
    denied = [item for item in told if item.finding.assertion == "negated"]
    return _Outcome("conflicting", _places(denied), f"The note denies it; this needs {row.needs}.") if denied else None


def _without(row: DerivedRow, documented: list[_Told], told: Sequence[_Told]) -> _Outcome | None:
    present = [item for item in documented if item.finding.assertion == "affirmed"]
    if present:
        return _Outcome("conflicting", _places(present), f"The note names it; this needs {row.needs}.")
    denied = [item for item in told if item.finding.assertion == "negated"]
    return _Outcome("met", _places(denied), "Documented as absent." if denied else "Not named in the note.")


def _open(row: DerivedRow, documented: list[_Told], told: Sequence[_Told]) -> _Outcome | None:
    codes = ", ".join(row.alternatives[:3])
    stated = [item for item in documented if item.finding.assertion == "affirmed"]
    if stated:
        said = _words({item.finding.value or "" for item in stated})
        reason = f"The note says {said}, and the title leaves it open; the codes beside it name it ({codes})."
        return _Outcome("conflicting", _places(stated), reason)
    return _Outcome("missing", (), f"Not documented: {row.needs}; the codes beside it name it ({codes}).")


def _places(told: Sequence[_Told], values: set[str] | None = None) -> tuple[int, ...]:
    return tuple(item.number for item in told if values is None or item.finding.value in values)


def _words(values: set[str]) -> str:
    return ", ".join(sorted(value.replace("_", " ") for value in values))


def _verdict(results: Sequence[RequirementResult]) -> Verdict:
    if any(row.status == "conflicting" and row.basis == "code_assignment" for row in results):
        return "contradicted"
    needed = (row for row in results if row.level == "required")
    return "supported" if all(row.status in {"met", "not_applicable"} for row in needed) else "incomplete"
