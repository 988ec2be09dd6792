"""The few judgements of alerts that keys cannot say; chartgap.knowledge.alerts names them all."""

import re
from collections.abc import Callable

from chartgap.assess.claim_edits import Hit
from chartgap.assess.manipulation import CMT, manipulated
from chartgap.assess.scene import Scene, positions
from chartgap.knowledge.codes import sign
from chartgap.model import Finding

_ARM = frozenset({"biceps", "brachioradialis", "triceps", "upper_limb", "neck", None})
_ABNORMAL = {
    "spurling": frozenset({"positive"}),
    "reflex": frozenset({"decreased", "absent"}),
    "sensation": frozenset({"decreased", "absent", "altered"}),
    "strength": frozenset({"decreased"}),
}
_ROOT = re.compile(r"C([3-8])")
_EXAM = frozenset(
    {"spurling", "reflex", "pathologic_reflex", "sensation", "strength", "range_of_motion", "spine_exam", "subluxation"}
)
_CLONED_SENTENCES = 3
_LONG_SENTENCE = 15
_VISIT = re.compile(
    r"\b(?:visit|session|treatment(?:\sday)?)\s*(?:#|number|no\.?)?\s*(\d{1,2})\b(?!\s?[/:.-]\d|\s?(?:min|hour|hr|[ap]\.?m))"
    r"|\b(\d{1,2})th\s(?:visit|session)\b",
    re.I,
)
_REPORTED = ("progress report", "progress note", "re-evaluation", "reevaluation", "recertification")
_MOST_VISITS = 10


def signs_on_other_side(scene: Scene) -> Hit | None:
    """Symptoms, abnormal signs and the diagnosis name a side each, and two of them have no side in common."""
    if len({finding.side for finding in scene.findings} - {None}) < len({"left", "right"}):
        return None
    symptoms = _sided(scene, _is_symptom)
    signs = _sided(scene, lambda f: f.value in _ABNORMAL.get(f.element, ()) and f.area in _ARM)
    roots = [f for f in scene.findings if f.element == "diagnosis" and f.value == "cervical_radiculopathy"]
    named = _sided(scene, lambda f: f in roots or _is_side_of(f, roots))
    groups = [group for group in (symptoms, signs, named) if group]
    for one, group in enumerate(groups):
        for other in groups[one + 1 :]:
            if not group.keys() & other.keys() and "bilateral" not in group.keys() | other.keys():
                return Hit(tuple(sorted((*group.values(), *other.values()))))
    return None


def _sided(scene: Scene, wanted: Callable[[Finding], bool]) -> dict[str, int]:
    """The first finding of each side among those wanted."""
    found: dict[str, int] = {}
    for index, finding in enumerate(scene.findings):
        if finding.side and finding.assertion in {"affirmed", "uncertain"} and wanted(finding):
            found.setdefault(finding.side, index)
    return found


def _is_side_of(finding: Finding, roots: list[Finding]) -> bool:
    """Whether the words of a side are those of a diagnosis too: "left C6 radiculopathy"."""
    return finding.element == "laterality" and any(f.start >= finding.start and f.end <= finding.end for f in roots)


def _is_symptom(finding: Finding) -> bool:
    told = finding.element in {"radiation", "numbness"} and finding.value != "absent"
    return told and finding.area == "upper_limb" and finding.section not in {"physical_exam", "past_medical_history"}


def root_off_imaging(scene: Scene) -> Hit | None:
    """A single root is diagnosed, and the lesions imaging shows all lie at levels of other roots."""
    roots, lesions = {}, {}
    for index, finding in enumerate(scene.findings):
        if finding.assertion != "affirmed":
            continue
        level = finding.attributes.get("level", "")
        if finding.element == "diagnosis" and finding.value == "cervical_radiculopathy" and _ROOT.fullmatch(level):
            roots[level] = index
        elif finding.element == "imaging_finding" and finding.value in {"disc", "stenosis", "osteophyte"}:
            for span in re.findall(r"C\d-[CT]\d", finding.attributes.get("levels", level)):
                lesions[span] = index
    if len(roots) != 1 or not lesions:
        return None
    (root, at), places = next(iter(roots.items())), [positions(span) for span in lesions]
    # Root C6 leaves between C5 and C6; C8 between C7 and T1.
    exits = 8.0 if root == "C8" else positions(root)[0]
    if any(low < exits <= high for low, high in places):
        return None
    return Hit((at, *lesions.values()))


def another_region(scene: Scene) -> Hit | None:
    """A diagnosis is assessed of another part of the spine than all codes of the claim, and theirs is not named."""
    parts, back = scene.chart.named_parts, scene.of_the_back
    if back is None or not parts or any(neck is not back for _, neck in parts):
        return None
    if any(Scene(scene.chart, code).of_the_back is not back for code in scene.claim.codes):
        return None
    named = {number for index, _ in parts for number in scene.chart.neighbours(scene.findings[index])}
    found = [
        index
        for index in sorted(named)
        if (item := scene.findings[index]).element == "diagnosis"
        and item.assertion == "affirmed"
        and item.section is not None
        and scene.chart.is_assessed(item)
    ]
    return Hit(tuple(found)) if found else None


def cloned_exam(scene: Scene) -> Hit | None:
    """Every sentence of the examination stands, word for word, in the note before; there are at least three."""
    if not scene.chart.note.previous_text:
        return None
    previous = _squeezed(scene.chart.note.previous_text[0])
    sentences: dict[str, int] = {}
    for index, finding in enumerate(scene.findings):
        if finding.element in _EXAM and finding.documented:
            sentences.setdefault(_squeezed(scene.chart.sentence(finding)), index)
    told = {sentence: index for sentence, index in sentences.items() if len(sentence) >= _LONG_SENTENCE}
    if len(told) < _CLONED_SENTENCES or not all(sentence in previous for sentence in told):
        return None
    return Hit(tuple(told.values()))


def nothing_new(scene: Scene) -> Hit | None:
    """A later visit without a measured change and with a plan that only goes on."""
    chart = scene.chart
    if not (chart.is_follow_up or chart.note.previous_text) or _measured_change(scene):
        return None
    plans = [
        i for i, f in enumerate(scene.findings) if f.element in _PLANS and f.status in {None, "planned", "ordered"}
    ]
    previous = _squeezed(" ".join(chart.note.previous_text))
    fresh = [i for i in plans if not _goes_on(scene.findings[i], scene, previous)]
    return None if fresh else Hit(tuple(plans))


_PLANS = frozenset({"treatment_plan", "workup_plan", "conservative_treatment", "imaging", "electrodiagnostic"})
_PLANNED = frozenset({"plan", "assessment_and_plan"})
_GOES_ON = re.compile(r"\b(?:continu\w+|same|unchanged|as before|refill\w*|follow[\s-]?up|prn|return)\b", re.I)
_NEW_STEP = re.compile(
    r"\b(?:referrals?|refer(?:red)?\sto|start(?:ed|ing)?|begin|add(?:ed|ing)?|initiat\w+|increas(?:e|ed|ing)|trial\sof"
    r"|switch(?:ed|ing)?\sto|order(?:ed|ing)?)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\d+\s?%|\b(?:from|was)\s\d+(?:\s?/\s?10)?\s(?:to|now)|\bnow\s\d|(?:down|up)\sfrom|\d\s?(?:->|→)\s?\d", re.I
)


def _measured_change(scene: Scene) -> bool:
    return any(
        finding.element in {"treatment_response", "severity", "range_of_motion", "functional_impact"}
        and _CHANGE.search(scene.chart.sentence(finding))
        for finding in scene.findings
    )


def _goes_on(finding: Finding, scene: Scene, previous: str) -> bool:
    sentence = scene.chart.sentence(finding)
    if finding.section in _PLANNED and _NEW_STEP.search(sentence):
        return bool(previous) and _squeezed(sentence) in previous
    return _GOES_ON.search(sentence) is not None or (bool(previous) and _squeezed(sentence) in previous)


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def cmt_regions(scene: Scene) -> Hit | None:
    """The spinal regions said to be treated are not as many as the manipulation code on the claim is for."""
    billed, treated = found = manipulated(scene)
    if len(billed) > 1:
        return Hit(facts={"detail": f"{' and '.join(billed)} are on one claim"})
    if not billed or not treated or found.fits:
        return None
    return Hit(facts={"detail": f"{billed[0]} is on the claim and the note names {len(treated)}: {', '.join(treated)}"})


def apex_at_junction(scene: Scene) -> Hit | None:
    """The kyphosis, or its apex, is placed at the cervicothoracic junction itself."""
    for index, finding in enumerate(scene.findings):
        if finding.documented and finding.element in {"diagnosis", "imaging_finding"} and finding.value == "kyphosis":
            sentence = scene.chart.sentence(finding)
            if _JUNCTION.search(sentence):
                return Hit((index,))
    if "apex" not in scene.chart.lowered:
        return None
    return Hit() if any(map(_APEX.search, scene.chart.note.text.splitlines())) else None


_AT = r"(?:C7\s?[-/]\s?T1|T1\b|cervico-?thoracic)"
_JUNCTION = re.compile(rf"cervico-?thoracic\s(?:\w+\s)?kypho|kypho\w+\s(?:at|of)\s(?:the\s)?{_AT}", re.I)
_APEX = re.compile(rf"\bapex(?:\s\w+){{0,4}}?\s(?:at|is|of|near)?\s?(?:the\s)?{_AT}|apex:?\s{_AT}", re.I)


def same_level_twice(scene: Scene) -> Hit | None:
    """M50.12x and M50.22x whose last character, the level, is the same."""
    level = scene.code[len("M50.1") :]
    twin = f"M50.2{level}"
    return Hit(related=(twin,)) if twin in scene.claim.codes else None


def visits_unreported(scene: Scene) -> Hit | None:
    """The note numbers its therapy visit above ten, and no report of progress is named."""
    text = scene.chart.note.text
    visits = [int(match[1] or match[2]) for match in _VISIT.finditer(text)]
    if not visits or max(visits) <= _MOST_VISITS or scene.chart.mentions(_REPORTED):
        return None
    return Hit(facts={"detail": str(max(visits))})


NOTE_CHECKS: dict[str, Callable[[Scene], Hit | None]] = {
    "signs_on_other_side": signs_on_other_side,
    "root_off_imaging": root_off_imaging,
    "another_region": another_region,
    "cloned_exam": cloned_exam,
    "nothing_new": nothing_new,
    "cmt_regions": cmt_regions,
    "apex_at_junction": apex_at_junction,
    "same_level_twice": same_level_twice,
    "visits_unreported": visits_unreported,
}

CHECKS_NEED: dict[str, frozenset[str]] = {
    "root_off_imaging": frozenset({sign("diagnosis", "cervical_radiculopathy")}),
    "another_region": frozenset({sign("diagnosis", None)}),
    "cloned_exam": _EXAM,
}
"""Judgements that no note passes whose findings show none of these."""

NOTE_PLACES: dict[str, re.Pattern[str]] = {"cmt_regions": CMT, "apex_at_junction": _APEX, "visits_unreported": _VISIT}
"""What stands in the lines that a judgement rests on which has no finding to name."""
