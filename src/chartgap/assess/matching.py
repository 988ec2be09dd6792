"""Whether the note holds what a pattern file wants: Want and Condition, evaluated."""

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from chartgap.assess.causes import linked_in
from chartgap.assess.checks import CHECKS
from chartgap.assess.scene import Evidence, Scene, positions, weeks
from chartgap.assess.wording import has_phrase
from chartgap.knowledge.codes import PROCEDURE_GROUPS, Condition, Want
from chartgap.knowledge.payer_names import ANY, PAYER_GROUPS, PayerGroup
from chartgap.model import DOCUMENTED, Finding, ProcedureLine

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:-|to)\s*\d+)?\s*(?:%|percent)")


def find_any(wants: Iterable[Want], scene: Scene) -> Evidence | None:
    """The evidence of all alternatives that hold, in the order of the note; None when none holds."""
    held = [evidence for want in wants if (evidence := find(want, scene)) is not None]
    return (held[0] if len(held) == 1 else _merge(held)) if held else None


def find(want: Want, scene: Scene) -> Evidence | None:
    """The evidence of one Want, or None."""
    if want.signs is not None and want.signs.isdisjoint(scene.chart.signs):
        return None
    return _find(want, scene) if want.when is None or holds(want.when, scene) else None


def _find(want: Want, scene: Scene) -> Evidence | None:
    if want.element:
        return _find_element(want, scene)
    if want.all_of:
        parts = [find(part, scene) for part in want.all_of]
        return None if None in parts else _merge(part for part in parts if part is not None)
    if want.any_of:
        held = [part for item in want.any_of if (part := find(item, scene)) is not None]
        return _merge(held) if len(held) >= want.at_least else None
    if want.words:
        return () if scene.chart.mentions(want.words) else None
    if want.link:
        return linked_in(want.link, scene)
    return CHECKS[want.check](scene) if want.check else ()


def _find_element(want: Want, scene: Scene) -> Evidence | None:
    findings, showing = scene.chart.findings, scene.chart.showing
    likely = [index for shown in want.signs or () if shown in showing for index in showing[shown]]
    held = [index for index in likely if _agrees(want, findings[index], scene)]
    return tuple(sorted(held)) if held else None


def _merge(parts: Iterable[Evidence]) -> Evidence:
    return tuple(sorted({index for part in parts for index in part}))


def matches(want: Want, finding: Finding, scene: Scene) -> bool:
    """Whether one finding is what a Want describes; only the keys that the file sets are looked at."""
    return finding.element in want.element and _agrees(want, finding, scene)


def _agrees(want: Want, finding: Finding, scene: Scene) -> bool:
    if not _asserted(want, finding, scene):
        return False
    for key in want.asked:  # noqa: SIM110  # a generator would cost more than most of the tests
        if not _TESTS[key](want, finding, scene):
            return False
    return True


def _asserted(want: Want, finding: Finding, scene: Scene) -> bool:
    if want.certain:
        inpatient = scene.claim.setting == "inpatient"
        return finding.assertion == "affirmed" or (inpatient and finding.assertion == "uncertain")
    return finding.assertion in (want.assertion or DOCUMENTED)


def _is_one_of(value: str | None, patterns: tuple[str, ...]) -> bool:
    value = value or ""
    return value in patterns or any("*" in pattern and fnmatchcase(value, pattern) for pattern in patterns)


def _in(actual: str | None, wanted: tuple[str, ...]) -> bool:
    return (actual or "unstated") in wanted


def _lasts(want: Want, finding: Finding, _: Scene) -> bool:
    return (weeks(finding.attributes.get("length", "")) or 0) >= (want.min_weeks or 0)


def _measured(want: Want, finding: Finding, scene: Scene) -> bool:
    shares = (float(match[1]) for match in _PERCENT.finditer(scene.chart.sentence(finding)))
    return max(shares, default=0) >= (want.min_percent or 0)


def _between(want: Want, finding: Finding, _: Scene) -> bool:
    low, high = positions(want.levels or "")
    places = positions(finding.value or "")
    return bool(places) and all(low <= place <= high for place in places)


def _sided(want: Want, finding: Finding, scene: Scene) -> bool:
    if "congruent" in want.side:
        return scene.chart.congruent(finding.side)
    return _in(finding.side, want.side) or (finding.side is not None and "stated" in want.side)


def _stands_in(want: Want, finding: Finding, scene: Scene) -> bool:
    return finding.section in want.section or ("assessed" in want.section and scene.chart.is_assessed(finding))


def _accompanied(want: Want, finding: Finding, scene: Scene) -> bool:
    beside = [scene.findings[i] for i in scene.chart.neighbours(finding)]
    return all(any(matches(other, item, scene) for item in beside) for other in want.with_)


_TESTS: dict[str, Callable[[Want, Finding, Scene], bool]] = {
    "value": lambda want, finding, _: _is_one_of(finding.value, want.value),
    "not_value": lambda want, finding, _: not _is_one_of(finding.value, want.not_value),
    "area": lambda want, finding, _: _in(finding.area, want.area),
    "side": _sided,
    "status": lambda want, finding, _: _in(finding.status, want.status),
    "section": _stands_in,
    "not_section": lambda want, finding, _: finding.section not in want.not_section,
    "kind": lambda want, finding, _: _in(finding.kind, want.kind),
    "has": lambda want, finding, _: all(finding.attributes.get(name) for name in want.has),
    "result": lambda want, finding, _: _in(finding.attributes.get("result"), want.result),
    "min_days": lambda want, finding, _: (finding.days or 0) >= (want.min_days or 0),
    "min_weeks": _lasts,
    "min_percent": _measured,
    "levels": _between,
    "about": lambda want, finding, scene: (
        scene.about_code(finding) if want.about == "code" else scene.chart.about_neck(finding)
    ),
    "text_has": lambda want, finding, _: has_phrase(finding.text, want.text_has),
    "text_lacks": lambda want, finding, _: not has_phrase(finding.text, want.text_lacks),
    "sentence_has": lambda want, finding, scene: scene.chart.sentence_has(finding, want.sentence_has),
    "sentence_lacks": lambda want, finding, scene: not scene.chart.sentence_has(finding, want.sentence_lacks),
    "with_": _accompanied,
}
"""The keys of a Want that describe a finding, cheap ones before dear ones where the model has them in that order."""


def holds(condition: Condition, scene: Scene) -> bool:
    """Whether everything that the condition names is so."""
    return claim_holds(condition, scene) and note_holds(condition, scene)


def claim_tells(condition: Condition, scene: Scene) -> bool | None:
    """What the claim alone tells of a condition: the same for every note of a claim. None: it depends on the note."""
    if not claim_holds(condition, scene):
        return False
    every, some, none = (
        [claim_tells(part, scene) for part in parts]
        for parts in (condition.all_of, condition.any_of, condition.none_of)
    )
    if False in every or True in none or (some and not any(told is not False for told in some)):
        return False
    open_ = condition.follow_up or condition.words or condition.finding or condition.check
    return None if open_ or None in (*every, *none) or (some and True not in some) else True


def claim_holds(condition: Condition, scene: Scene) -> bool:
    """Whether the claim is as the condition wants it: the same for every note of a claim."""
    claim = scene.claim
    first = claim.codes[0] if claim.codes else ""
    return (
        (not (condition.procedure or condition.modifier) or any(_billed(condition, line) for line in claim.lines))
        and (not condition.code or any(c != scene.code and c.startswith(condition.code) for c in claim.codes))
        and (not condition.first_code or first.startswith(condition.first_code))
        and (not condition.earlier or any(c.startswith(condition.earlier) for c in _earlier(scene)))
        and (not condition.primary or first == scene.code)
        and (not condition.payer or pays(condition.payer, claim.payer))
        and (not condition.setting or claim.setting in condition.setting)
        and (not condition.overlay or any(name in claim.overlays for name in condition.overlay))
    )


def _earlier(scene: Scene) -> tuple[str, ...]:
    """The codes listed before the scene's."""
    codes = scene.claim.codes
    return codes[: codes.index(scene.code)] if scene.code in codes else ()


def pays(names: tuple[str, ...], payer: str | None) -> bool:
    """Whether one of the names is the payer's: a group of names, "any", or words of it."""
    return any(_is_called(name, payer) for name in names) if payer else False


@lru_cache(maxsize=1024)
def _is_called(name: str, payer: str) -> bool:
    group = PAYER_GROUPS.get(name) or PayerGroup((name,))
    return name == ANY or (
        has_phrase(payer, group.names)
        and (not group.beside or has_phrase(payer, group.beside))
        and not has_phrase(payer, group.lacks)
    )


def _billed(condition: Condition, line: ProcedureLine) -> bool:
    """Whether a procedure is one of the condition's, with one of its modifiers: 98940-AT."""
    runs = [run for name in condition.procedure for run in PROCEDURE_GROUPS.get(name, ((name, name),))]
    return (not runs or any(first <= line.code <= last for first, last in runs)) and (
        not condition.modifier or not set(condition.modifier).isdisjoint(line.modifiers)
    )


def note_holds(condition: Condition, scene: Scene) -> bool:
    """Whether the note is as the condition wants it."""
    return (
        (not condition.follow_up or scene.chart.is_follow_up)
        and (not condition.words or scene.chart.mentions(condition.words))
        and (not condition.finding or find_any(condition.finding, scene) is not None)
        and (condition.check is None or CHECKS[condition.check](scene) is not None)
        and all(holds(part, scene) for part in condition.all_of)
        and (not condition.any_of or any(holds(part, scene) for part in condition.any_of))
        and not any(holds(part, scene) for part in condition.none_of)
    )
