"""Statements of one note that cannot both stand. A past state against a present one is not a conflict."""

from itertools import product

from chartgap.assess.matching import find_any
from chartgap.assess.scene import ASSESSED, Scene
from chartgap.knowledge.codes import Conflict, Requirement, Want
from chartgap.model import Finding

_CURRENT = frozenset({"affirmed", "uncertain"})
_COMPLAINT = frozenset({"chief_complaint", "history_of_present_illness", "history", "subjective"})


def find_conflict(row: Requirement, scene: Scene) -> tuple[Conflict, tuple[int, ...]] | None:
    """The first conflict of the row that the note holds, with the findings that contradict each other."""
    for conflict in row.conflict:
        pairs = _pairs(conflict, row, scene)
        if pairs:
            return conflict, tuple(sorted(set(pairs)))
    return None


def _pairs(conflict: Conflict, row: Requirement, scene: Scene) -> list[int]:
    among = conflict.among or (Want(element=(row.element,), assertion=("affirmed", "uncertain", "negated")),)
    indexes = find_any(among, scene) or ()
    if conflict.sides:
        return _sides(indexes, scene)
    if conflict.days_ratio is not None:
        return _durations(indexes, scene, ratio=conflict.days_ratio)
    return _values(conflict, indexes, scene)


def _sides(indexes: tuple[int, ...], scene: Scene) -> list[int]:
    """Left in one place and right in another; a place that names both, or bilateral, makes it no contradiction."""
    places: dict[str, dict[str, int]] = {}
    for index in indexes:
        finding = scene.findings[index]
        if finding.side and finding.assertion in _CURRENT:
            place = finding.section or str(scene.chart.neighbours(finding)[0])
            places.setdefault(place, {}).setdefault(finding.side, index)
    if any(len(sides) > 1 or "bilateral" in sides for sides in places.values()):
        return []
    found = {side: index for sides in places.values() for side, index in sides.items()}
    return list(found.values()) if len(found) > 1 else []


def _durations(indexes: tuple[int, ...], scene: Scene, *, ratio: float) -> list[int]:
    """One duration in the history and another in the assessment; a note with several complaints is left alone."""
    told = {f.days: i for i in indexes if (f := scene.findings[i]).days and f.section in _COMPLAINT}
    judged = {f.days: i for i in indexes if (f := scene.findings[i]).days and f.section in ASSESSED and f.section}
    if len(told) != 1 or len(judged) != 1:
        return []
    (first, one), (second, other) = *told.items(), *judged.items()
    apart = max(first or 0, second or 0) >= ratio * min(first or 1, second or 1)
    return [one, other] if apart else []


def _values(conflict: Conflict, indexes: tuple[int, ...], scene: Scene) -> list[int]:
    left, right = conflict.values or ((), ())
    for one, other in product(indexes, indexes):
        a, b = scene.findings[one], scene.findings[other]
        if _stance(a) in left and _stance(b) in right and _comparable(conflict, a, b, scene):
            return [one, other]
    return []


def _stance(finding: Finding) -> str | None:
    """The value, or "negated" for a stated absence; a past state has none."""
    if finding.assertion == "negated":
        return "negated"
    return finding.value if finding.assertion in _CURRENT else None


def _comparable(conflict: Conflict, a: Finding, b: Finding, scene: Scene) -> bool:
    if conflict.across_sections and a.section == b.section:
        return False
    return all(_shared(key, a, b, scene) for key in conflict.same)


def _shared(key: str, a: Finding, b: Finding, scene: Scene) -> bool:
    """The same side (bilateral meets every side), area (an unstated one meets every area) or attribute."""
    if key == "side":
        sides = {a.side, b.side}
        # Within one sentence "positive on the right, negative" goes on about the other side.
        apart = a.section != b.section or scene.chart.neighbours(a) != scene.chart.neighbours(b)
        if None in sides:  # two results in one line without a side are the two columns of a table
            return apart
        return len(sides) == 1 or "bilateral" in sides
    if key == "area":
        return a.area == b.area or None in {a.area, b.area}
    if key == "value":
        return a.value == b.value
    return a.attributes.get(key) == b.attributes.get(key)
