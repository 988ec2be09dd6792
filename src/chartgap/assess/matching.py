"""Whether the note holds what a pattern file wants: Want and Condition, evaluated."""

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from chartgap.assess.checks import CHECKS
from chartgap.assess.scene import ASSESSED, Scene, positions, weeks
from chartgap.assess.wording import has_phrase
from chartgap.knowledge.codes import PROCEDURE_GROUPS, Condition, Want
from chartgap.model import DOCUMENTED, Finding

Evidence = tuple[int, ...]
"""Indexes of findings; () = it holds without resting on one."""


def find_any(wants: Iterable[Want], scene: Scene) -> Evidence | None:
    """The evidence of all alternatives that hold, in the order of the note; None when none holds."""
    held = [evidence for want in wants if (evidence := find(want, scene)) is not None]
    return (held[0] if len(held) == 1 else _merge(held)) if held else None


def find(want: Want, scene: Scene) -> Evidence | None:
    """The evidence of one Want, or None."""
    if want.when is not None and not holds(want.when, scene):
        return None
    if want.element:
        by_element, findings = scene.chart.by_element, scene.findings
        told = [index for element in want.element if element in by_element for index in by_element[element]]
        return tuple(sorted([i for i in told if matches(want, findings[i], scene)])) or None if told else None
    if want.all_of:
        parts = [find(part, scene) for part in want.all_of]
        return None if None in parts else _merge(part for part in parts if part is not None)
    if want.any_of:
        held = [part for item in want.any_of if (part := find(item, scene)) is not None]
        return _merge(held) if len(held) >= want.at_least else None
    if want.words:
        return () if scene.chart.mentions(want.words) else None
    return CHECKS[want.check](scene) if want.check else ()


def _merge(parts: Iterable[Evidence]) -> Evidence:
    return tuple(sorted({index for part in parts for index in part}))


def matches(want: Want, finding: Finding, scene: Scene) -> bool:
    """Whether one finding is what a Want describes."""
    return (
        finding.element in want.element
        and _asserted(want, finding, scene)
        and _valued(want, finding)
        and _sided(want, finding, scene)
        and _placed(want, finding, scene)
        and _worded(want, finding, scene)
    )


def _asserted(want: Want, finding: Finding, scene: Scene) -> bool:
    if want.certain:
        inpatient = scene.claim.setting == "inpatient"
        return finding.assertion == "affirmed" or (inpatient and finding.assertion == "uncertain")
    return finding.assertion in (want.assertion or DOCUMENTED)


def _valued(want: Want, finding: Finding) -> bool:
    value = finding.value or ""
    if want.value and not any(fnmatchcase(value, pattern) for pattern in want.value):
        return False
    if any(fnmatchcase(value, pattern) for pattern in want.not_value):
        return False
    return (
        _in(finding.status, want.status)
        and _in(finding.kind, want.kind)
        and all(finding.attributes.get(name) for name in want.has)
        and _in(finding.attributes.get("result"), want.result)
        and (want.min_days is None or (finding.days or 0) >= want.min_days)
        and (want.min_weeks is None or (weeks(finding.attributes.get("length", "")) or 0) >= want.min_weeks)
        and (want.levels is None or _between(finding, want.levels))
    )


def _in(actual: str | None, wanted: tuple[str, ...]) -> bool:
    return not wanted or (actual or "unstated") in wanted


def _between(finding: Finding, levels: str) -> bool:
    low, high = positions(levels)
    places = positions(finding.value or "")
    return bool(places) and all(low <= place <= high for place in places)


def _sided(want: Want, finding: Finding, scene: Scene) -> bool:
    if not want.side:
        return True
    if "congruent" in want.side:
        return scene.chart.congruent(finding.side)
    return _in(finding.side, want.side) or (finding.side is not None and "stated" in want.side)


def _placed(want: Want, finding: Finding, scene: Scene) -> bool:
    if want.section and not (
        finding.section in want.section or ("assessed" in want.section and finding.section in ASSESSED)
    ):
        return False
    if finding.section in want.not_section or not _in(finding.area, want.area):
        return False
    return want.about is None or scene.chart.about_neck(finding)


def _worded(want: Want, finding: Finding, scene: Scene) -> bool:
    if want.text_has and not has_phrase(finding.text, want.text_has):
        return False
    if has_phrase(finding.text, want.text_lacks):
        return False
    if not (want.sentence_has or want.sentence_lacks or want.with_):
        return True
    sentence = scene.chart.sentence(finding)
    if want.sentence_has and not has_phrase(sentence, want.sentence_has):
        return False
    if has_phrase(sentence, want.sentence_lacks):
        return False
    beside = [scene.findings[i] for i in scene.chart.neighbours(finding)]
    return all(any(matches(other, item, scene) for item in beside) for other in want.with_)


def holds(condition: Condition, scene: Scene) -> bool:
    """Whether everything that the condition names is so."""
    return _claim_holds(condition, scene) and _note_holds(condition, scene)


def _claim_holds(condition: Condition, scene: Scene) -> bool:
    claim = scene.claim
    first = claim.codes[0] if claim.codes else ""
    return (
        (not condition.procedure or any(map(_in_groups(condition.procedure), claim.procedures)))
        and (not condition.code or any(c != scene.code and c.startswith(condition.code) for c in claim.codes))
        and (not condition.first_code or first.startswith(condition.first_code))
        and (not condition.primary or first == scene.code)
        and (not condition.payer or _pays(condition.payer, (claim.payer or "").lower()))
        and (not condition.setting or claim.setting in condition.setting)
    )


def _pays(names: tuple[str, ...], payer: str) -> bool:
    return any((name == "any" and payer) or name.lower() in payer for name in names)


def _in_groups(names: tuple[str, ...]) -> Callable[[str], bool]:
    runs = [run for name in names for run in PROCEDURE_GROUPS.get(name, ((name, name),))]

    def billed(procedure: str) -> bool:
        code = re.split(r"[-\s]", procedure.strip().upper())[0]  # 98940-AT: the modifier is not the code's
        return any(first <= code <= last for first, last in runs)

    return billed


def _note_holds(condition: Condition, scene: Scene) -> bool:
    return (
        (not condition.follow_up or scene.chart.is_follow_up)
        and (not condition.words or scene.chart.mentions(condition.words))
        and (not condition.finding or find_any(condition.finding, scene) is not None)
        and (condition.check is None or CHECKS[condition.check](scene) is not None)
        and all(holds(part, scene) for part in condition.all_of)
        and (not condition.any_of or any(holds(part, scene) for part in condition.any_of))
        and not any(holds(part, scene) for part in condition.none_of)
    )
