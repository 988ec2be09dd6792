"""Note-level decisions: which of several findings hold, seen from the whole note."""

import re
from collections import defaultdict

from chartgap.extract.area import ELSEWHERE
from chartgap.extract.draft import Draft
from chartgap.extract.settle_course import settle_course

Drafts = list[tuple[Draft, str | None]]

_SPINE = re.compile(
    r"(?<![a-z])(?:back|neck|spin(?:e|al)|lumb\w+|cervic(?:al|othoracic|algia)|thoracolumbar|radicul\w+|sciatic\w*|myelopath\w+|vertebra\w*|dis[ck]s?|[cl]\d-\w\d?|laminectom\w+|facets?|whiplash)(?![a-z])"
)
_PAIN = re.compile(r"(?<![a-z])(?:pain\w*|aches?|aching|hurts?|sore(?:ness)?|stiff(?:ness)?|spasms?|tender\w*)(?![a-z])")
_OTHER = re.compile(
    r"(?<![a-z])(?:hips?|knees?|shoulders?|ankles?|wrists?|elbows?|foot|feet|femur|patella\w*|menisc\w+|rotator|thumb|toe|hernia|gallbladder|colon\w*|abdom\w+|pelvi[sc]|chest|coronary|cardiac|lungs?"
    r"|tooth|teeth|jaw|dental|migraines?|seizures?|stroke|brain|tumor|cancer|carcinoma|uter\w+|prostate|bladder|kidneys?|renal|pregnan\w+|sinus\w*|ear|throat|eyes?)(?![a-z])"
)
_SHORT, _HEAD = 400, 350
_INJECTIONS = frozenset(
    {"epidural_injection", "facet_injection", "trigger_point_injection", "other_injection", "chiropractic"}
)
_OPERATION = frozenset({"operative", "findings"})


def settle_imaging(drafts: Drafts, view: str) -> Drafts:
    """One study is one finding: a study named again without its region is dropped, and so is one of no spine."""
    studies = [d for d, _ in drafts if d.element == "imaging"]
    if not studies:
        return drafts
    areas: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for draft in studies:
        if draft.area is not None and draft.assertion != "negated":
            areas[draft.value, draft.status].add(draft.area)
    off_topic = of_other(view)
    named = any(d.value != "other" and d.area != ELSEWHERE for d in studies)
    kept = []
    for draft, section in drafts:
        if draft.element == "imaging":
            if draft.area == ELSEWHERE or (draft.value == "other" and named):
                continue
            if _only_asked_for(draft, section, areas):
                continue
            if draft.area is None and draft.assertion != "negated" and (off_topic or _same_study(draft, areas)):
                continue
        kept.append((draft, section))
    return kept


def _only_asked_for(draft: Draft, section: str | None, areas: dict[tuple[str | None, str | None], set[str]]) -> bool:
    """Whether a history tells that a study was asked for, which the note then has the result of."""
    return (
        section == "history_of_present_illness"
        and draft.status == "ordered"
        and draft.area in areas.get((draft.value, "done"), set())
    )


def _same_study(draft: Draft, areas: dict[tuple[str | None, str | None], set[str]]) -> bool:
    """Whether a study without a region is one that the note names with its region, or with another body part."""
    same = areas.get((draft.value, draft.status), set())
    other = set().union(*(found for (value, _), found in areas.items() if value == draft.value))
    return bool(same) or other == {ELSEWHERE} or (draft.status == "ordered" and bool(other - {ELSEWHERE}))


def settle_electrodiagnostic(drafts: Drafts) -> Drafts:
    """One examination of needle and nerves is one finding, though its two parts have a heading each."""
    studies = [d for d, _ in drafts if d.element == "electrodiagnostic" and d.assertion != "negated"]
    for status in ("done", "ordered"):
        found = {d.value for d in studies if d.status == status}
        headed = {s for d, s in drafts if d.element == "electrodiagnostic" and d.status == status}
        if not ("emg_ncs" in found or (found == {"emg", "ncs"} and headed == {"electrodiagnostic"})):
            continue
        for draft in studies:
            if draft.status == status:
                draft.value = "emg_ncs"
    return drafts


def settle_treatments(drafts: Drafts, view: str) -> Drafts:
    """Treatments of another complaint, and what belongs to an operation, are no findings."""
    if not any(d.element == "conservative_treatment" for d, _ in drafts):
        return drafts
    if len(view) > _SHORT and not _SPINE.search(view) and not _PAIN.search(view):
        return [(d, s) for d, s in drafts if d.element != "conservative_treatment"]
    other = of_other(view)
    return [(d, s) for d, s in drafts if d.element != "conservative_treatment" or _holds(d, s, elsewhere=other)]


def of_other(view: str) -> bool:
    """Whether a note is about another part of the body: by its first lines, and by how often it names either."""
    if len(view) <= _SHORT:
        return False
    head = view[:_HEAD]
    spine, other = len(_SPINE.findall(view)), len(_OTHER.findall(view))
    if _OTHER.search(head) and not _SPINE.search(head):
        return spine < other * 2
    return not spine or (spine * 4 < other and not _SPINE.search(head))


def _holds(draft: Draft, section: str | None, *, elsewhere: bool) -> bool:
    if draft.value in _INJECTIONS:
        return not elsewhere or draft.value != "other_injection"
    if section == "physical_exam" and draft.value != "brace_collar":
        return False
    return section not in _OPERATION and not elsewhere


def settle(drafts: Drafts, view: str) -> Drafts:
    """All note-level decisions in turn."""
    return settle_course(settle_treatments(settle_electrodiagnostic(settle_imaging(drafts, view)), view), view)
