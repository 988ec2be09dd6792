"""A report as a scribe shows it beside a draft: what the clinician can still add, quickest first, leading to nothing.

The rules of queries hold for it too, so a gap's reason is told without what would satisfy it.
"""

import re

from chartgap.knowledge.drafts import DraftPrompts, leads
from chartgap.knowledge.query_rules import QueryRules
from chartgap.model import GAPS, Draft, DraftGap, DraftItem, Level, Report, RequirementResult

_UNTIL = re.compile(r"; (?:this needs|the codes)\b.*|: .*", re.S)
_OF_CODES = re.compile(r"\bcod(?:e[sd]?|ing)\b|\bclaim|\bbill|\b[A-Z]\d[0-9A-Z](?:\.\w+)?\b")
_SAID_OTHERWISE = re.compile(
    r", which (?:is|points to) [A-Z]\d|, which [\w-]+(?: \d+)? excludes|\b[Aa]nother (?:part|region)\b"
)
_PLAINLY = {"missing": "Not documented.", "partial": "Documented in part.", "conflicting": "Documented in two ways."}
_CALLED = {
    "laterality": "side",
    "with": "what goes with it",
    "without": "what goes with it",
    "spurling": "test of the neck",
}
_LEVELS: tuple[Level, ...] = ("required", "conditional", "recommended")


def drafted(report: Report, prompts: DraftPrompts, rules: QueryRules) -> Draft:
    """What is open of a report, one item an element."""
    open_: dict[str, list[tuple[str, RequirementResult]]] = {}
    left: list[str] = []
    astray = {alert.code for alert in report.alerts if alert.id in prompts.set_aside_by}
    for result in report.codes:
        for row in result.requirements:
            if row.status not in GAPS:
                continue
            if result.code not in astray and _offered(row, prompts):
                open_.setdefault(row.element, []).append((result.code, row))
            else:
                left.append(row.id)
    items = [_item(element, rows, report, prompts, rules) for element, rows in open_.items()]
    items.sort(key=lambda item: (prompts.order[item.effort], min(_LEVELS.index(gap.level) for gap in item.gaps)))
    return Draft(
        note_id=report.note_id,
        software_version=report.software_version,
        knowledge_version=report.knowledge_version,
        items=tuple(items),
        queries=report.queries,
        not_offered=tuple(left),
        errors=report.errors,
    )


def _offered(row: RequirementResult, prompts: DraftPrompts) -> bool:
    """Not what only a new study could add, what is written elsewhere, or what is written and points to another code."""
    if row.status == "missing" and row.evidence and _SAID_OTHERWISE.search(row.reason):
        return False
    effort = prompts.effort(row.element)
    return effort.offered and (bool(row.evidence) or not effort.mentioned)


def _item(
    element: str, rows: list[tuple[str, RequirementResult]], report: Report, prompts: DraftPrompts, rules: QueryRules
) -> DraftItem:
    prompt = prompts.prompts[element]
    ids = {row.id for _, row in rows}
    conflict = any(row.status == "conflicting" for _, row in rows)
    return DraftItem(
        element=element,
        effort=prompt.effort,
        prompt=prompts.conflict if conflict else prompt.says,
        gaps=tuple(_gap(code, row, report, rules) for code, row in rows),
        query_id=next((query.id for query in report.queries if ids & set(query.requirement_ids)), None),
    )


def _gap(code: str, row: RequirementResult, report: Report, rules: QueryRules) -> DraftGap:
    start, end, note_id = row.anchor_start, row.anchor_end, row.anchor_note_id
    if row.evidence:
        first = report.findings[row.evidence[0]]
        start, end, note_id = first.start, first.end, first.note_id
    return DraftGap(
        code=code,
        requirement_id=row.id,
        level=row.level,
        basis=row.basis,
        status=row.status,
        reason=_reason(row, rules),
        anchor_start=start,
        anchor_end=end,
        anchor_note_id=note_id,
        source=row.source,
        verified=row.verified,
    )


def _reason(row: RequirementResult, rules: QueryRules) -> str:
    """What the note has; where the row's own words would name a condition or a code, plain words."""
    said = _UNTIL.sub(".", row.reason).removesuffix("..") if _UNTIL.search(row.reason) else row.reason
    return _PLAINLY[row.status] if _OF_CODES.search(said) or leads(said, rules) else said


def told_plainly(element: str) -> str:
    """An element as it is called in a sentence."""
    return _CALLED.get(element, element.replace("_", " "))
