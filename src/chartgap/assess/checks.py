"""The few judgements that patterns/codes cannot say in keys; CHECKS names them all."""

import re
from collections.abc import Callable
from typing import NamedTuple

from chartgap.assess.manipulation import TREATED, other_regions_than_billed, regions_as_billed
from chartgap.assess.scene import Scene
from chartgap.knowledge.codes import CheckName
from chartgap.model import Finding

_LOWER = frozenset({"patellar", "achilles", "lower_limb", "back"})
_PARTS = frozenset({"reflex", "sensation", "strength"})
_NORMAL = {"reflex": {"normal"}, "sensation": {"normal"}, "strength": {"normal"}, "pathologic_reflex": {"negative"}}
_GLOBAL = (
    *("neuro grossly intact", "neurologically grossly intact", "grossly neurologically intact"),
    *("neuro exam grossly intact", "grossly nonfocal", "neurologic exam grossly intact"),
    *("neurologically intact", "neuro intact", "neurovascularly intact", "neuro exam intact", "neuro exam normal"),
    *("neurologic exam intact", "neurologic exam normal", "neurologic exam is normal", "neurological exam normal"),
    *("neurological exam is normal", "neurologic examination is normal", "neurological examination is normal"),
    *("neuro exam is normal", "normal neuro exam", "normal neurologic exam*", "normal neurological exam*"),
    *("neuro exam is intact", "neuro exam non-focal", "neurologic exam is nonfocal", "neuro nonfocal"),
)
_OF_DEFORMITY = frozenset({"diagnosis", "imaging_finding", "region", "level"})
_DEFORMED = re.compile(r"kypho|apex|curve|deformity|angulation", re.I)
_MOST_LEVELS = ((1, ("interlaminar",)), (2, ("transforaminal", "TFESI")))
_REGION = frozenset({"region", "level", "subluxation"})
_SPANS_JUNCTION = re.compile(r"\bC\d\s*(?:-|to|through|thru)\s*T\d|cervico-?thoracic|\bC7\s*[-/]\s*T1", re.I)


def listed_after_cause(scene: Scene) -> tuple[int, ...] | None:
    """A code outside M40 stands before this one on the claim (Code first note at M40; claim order alone decides)."""
    codes = scene.claim.codes
    before = codes[: codes.index(scene.code)] if scene.code in codes else ()
    return () if any(not code.startswith("M40") for code in before) else None


def global_neuro_statement(scene: Scene) -> tuple[int, ...] | None:
    """ "Neuro intact": reflexes, sensation and strength in one breath, and none of them on its own."""
    spans: dict[tuple[int, int], dict[str, int]] = {}
    for index, finding in enumerate(scene.findings):
        unplaced = finding.area in {None, "general"} and finding.value == "normal"
        if finding.element in _PARTS and finding.documented and unplaced:
            spans.setdefault((finding.start, finding.end), {})[finding.element] = index
    together = {span: found for span, found in spans.items() if len(found) == len(_PARTS)}
    apart = {f.element for f in scene.findings if f.documented and (f.start, f.end) not in together} >= _PARTS
    if apart:
        return None
    for found in together.values():
        return tuple(found.values())
    return () if scene.chart.mentions(_GLOBAL) else None


def abnormal_neuro(scene: Scene) -> tuple[int, ...] | None:
    """An abnormal reflex, sensation, strength or cord sign that is not the leg's."""
    found = tuple(i for i, finding in enumerate(scene.findings) if _abnormal(finding))
    return found or None


def _abnormal(finding: Finding) -> bool:
    normal = _NORMAL.get(finding.element)
    return normal is not None and finding.documented and finding.value not in normal and finding.area not in _LOWER


def deformity_in_two_regions(scene: Scene) -> tuple[int, ...] | None:
    """The junction, or two regions, in a sentence about the deformity; other diagnoses' regions do not count."""
    for index, finding in enumerate(scene.findings):
        if finding.element not in _OF_DEFORMITY or not finding.documented:
            continue
        sentence = scene.chart.sentence(finding)
        if not _DEFORMED.search(sentence):
            continue
        beside = [scene.findings[i] for i in scene.chart.neighbours(finding)]
        regions = {item.value for item in beside if item.element == "region" and item.documented}
        if _SPANS_JUNCTION.search(sentence) or "cervicothoracic" in regions or len(regions) > 1:
            return (index,)
    return None


def many_levels_injected(scene: Scene) -> tuple[int, ...] | None:
    """More than one disc level in sentences about an interlaminar injection, or than two of a transforaminal one."""
    for most, phrases in _MOST_LEVELS:
        levels: dict[str, int] = {}
        for index in scene.chart.showing.get("level", ()):
            finding = scene.findings[index]
            disc = "-" in (finding.value or "")
            if disc and finding.assertion == "affirmed" and scene.chart.sentence_has(finding, phrases):
                levels.setdefault(finding.value or "", index)
        if len(levels) > most:
            return tuple(levels.values())
    return None


CHECKS: dict[CheckName, Callable[[Scene], tuple[int, ...] | None]] = {
    "listed_after_cause": listed_after_cause,
    "global_neuro_statement": global_neuro_statement,
    "abnormal_neuro": abnormal_neuro,
    "deformity_in_two_regions": deformity_in_two_regions,
    "many_levels_injected": many_levels_injected,
    "regions_as_billed": regions_as_billed,
    "other_regions_than_billed": other_regions_than_billed,
}


class LooksAt(NamedTuple):
    """The elements of findings and the phrases of the text on which a check rests."""

    elements: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    whole: bool = False  # what the text says besides matters too


LOOKS_AT: dict[CheckName, LooksAt] = {
    "listed_after_cause": LooksAt(),
    "global_neuro_statement": LooksAt(_PARTS, _GLOBAL),
    "abnormal_neuro": LooksAt(frozenset(_NORMAL)),
    "deformity_in_two_regions": LooksAt(_OF_DEFORMITY),
    "many_levels_injected": LooksAt(frozenset({"level"})),
    "regions_as_billed": LooksAt(_REGION, TREATED, whole=True),
    "other_regions_than_billed": LooksAt(_REGION, TREATED, whole=True),
}
