"""Note-level decisions: which of several findings hold, seen from the whole note."""

import re
from collections import defaultdict
from itertools import takewhile

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers.area import ELSEWHERE
from chartgap.extract.recognizers.complaint import OF_HEAD
from chartgap.extract.results.motion import settled
from chartgap.extract.sentences.draft import OF_NOTE, Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.settling.course import settle_course
from chartgap.extract.settling.therapist import settle_therapist
from chartgap.model import DOCUMENTED

Drafts = list[tuple[Draft, str | None]]

_SPINE = frozenset({"spine", "anatomy", "condition"})
_OTHER = frozenset({"joint", "other"})
# What a review of systems or an examination names is not yet a complaint.
_NO_COMPLAINT = frozenset({"review_of_systems", "physical_exam", "family_history", "social_history", "allergies"})
_COMPLAINT = frozenset({"chief_complaint", "history_of_present_illness"})
_BACK_PAIN = re.compile(r"(?<!no )\b(?:back|neck) pain\b")
# What a drug is given for, in a note on another organ that also tells of the back ("oxycodone 5 mg for pain").
_FOR_PAIN = re.compile(r"[^.;\n]{0,70}?\bfor (?:\w+ ){0,2}?(?P<spine>(?:low |lower )?(?:back|neck) )?pain\b")
# "Significant back pain, with pain being controlled on methadone".
_CONTROLLED = re.compile(
    r"\b(?:back|neck) pain\b[^.;\n]{0,70}\b(?:controlled|managed|treated|relieved|takes|taking|handled)"
    r" (?:on|by|with)? ?$"
)
_AGAIN = re.compile(r"\b(?:new|repeat|another|updated|follow[- ]?up)\s+$")
_HEAD, _SHORT = 500, 400
_SHOWN_REACH = 200
_DENIES = re.compile(r"\b(?:denies|denied|denying|no|without|negative for)\b(?![^.;]*\b(?:but|except|however)\b)")
_INJECTIONS = frozenset(
    {"epidural_injection", "facet_injection", "trigger_point_injection", "other_injection", "chiropractic"}
)
_PLACED_TREATMENTS = _INJECTIONS | {"brace_collar"}  # they name the spine themselves
_OPERATION = frozenset({"operative", "findings", "procedures"})
_ANY_BODY = frozenset({"rule_out.any_bone", "etiology.fall", "etiology.trauma", "etiology.strain", "diagnosis.strain"})
_SIDED = frozenset({"spurling", "reflex", "pathologic_reflex", "sensation", "strength", "numbness"})
_PLACED = frozenset({"numbness"})
_HOLDS = frozenset({"affirmed", "historical"})
_NECK = frozenset({"head", "cervical", "cervicothoracic"})
_JOINED = {
    "cervical": {"cervical", "cervicothoracic"},
    "lumbar": {"lumbar", "lumbosacral", "sacral"},
    "thoracic": {"thoracic", "thoracolumbar"},
}
_LISTS = frozenset({"medications", "past_medical_history"})
_DRUG_LISTS = _LISTS | {"discharge_medications"}


def _denied(topic: Lexeme, sentence: Sentence) -> bool:
    """Whether a sentence denies what it names: "she denies any pain in her knees or ankles"."""
    return _DENIES.search(sentence.view, sentence.start, topic.start) is not None


class Scene:
    """What a note is about: how often, and whether at its beginning, it names the spine and other parts."""

    def __init__(self, view: str) -> None:
        self.view = view
        self._spine = self._other = self._pain = 0
        self._opens = False
        self.back_pain = False  # whether the patient comes with a pain of the back or neck

    def see(self, sentence: Sentence) -> None:
        """Count the topics of the next sentence."""
        if sentence.section in _NO_COMPLAINT:
            return
        if sentence.section in _COMPLAINT and not self.back_pain:
            self.back_pain = _BACK_PAIN.search(sentence.view, *sentence.span) is not None
        topics = [t for t in sentence.lexemes.get("topic", ()) if not t.entry.void]
        spine = len(sentence.levels) + sum(t.entry.sense in _SPINE for t in topics)
        self._spine += spine
        self._other += sum(t.entry.sense in _OTHER for t in topics if not _denied(t, sentence))
        self._pain += "symptom" in sentence.lexemes
        self._opens = self._opens or (spine > 0 and sentence.start < _HEAD)

    @property
    def short(self) -> bool:
        """Whether the text is a few sentences, taken to be about one complaint."""
        return len(self.view) <= _SHORT

    @property
    def elsewhere(self) -> bool:
        """Whether the note is about something else than the spine; a mere phrase is about nothing else."""
        if len(self.view) <= _SHORT:
            return False
        if not self._spine:
            return True
        return self._spine * 4 <= self._other if self._opens else self._spine * 2 < self._other

    @property
    def no_pain(self) -> bool:
        """Whether a whole note names neither the spine nor pain."""
        return len(self.view) > _SHORT and not self._spine and not self._pain


def settle_imaging(drafts: Drafts, scene: Scene) -> Drafts:
    """One study is one finding: a study named again without its region is dropped, and so is one of no spine."""
    studies = [d for d, _ in drafts if d.element == "imaging"]
    if not studies:
        return drafts
    _place_films_of_operation(drafts)
    _place_by_what_is_shown(drafts)
    areas: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for draft in studies:
        if draft.area is not None and draft.assertion != "negated":
            areas[draft.value, draft.status].add(draft.area)
    _place_repeats(studies, areas, scene.view)
    off_topic = scene.elsewhere or not (scene.short or any(_names_spine(d, s) for d, s in drafts))
    named = any(d.value != "other" and d.area != ELSEWHERE for d in studies)
    kept = []
    for draft, section in drafts:
        if draft.element == "imaging":
            if draft.area == ELSEWHERE or (draft.rule_id == "imaging.other" and named):
                continue
            if _only_asked_for(draft, section, areas) and not _again(draft, scene.view):
                continue
            if draft.area is None and draft.assertion != "negated" and (off_topic or _same_study(draft, areas)):
                continue
        kept.append((draft, section))
    return kept


def _place_by_what_is_shown(drafts: Drafts) -> None:
    """A study whose region is not named is of the region of the levels that it shows: "MRI reviewed. C6-7 stenosis"."""
    told = [(d, section) for d, section in drafts if d.element in {"imaging", "imaging_finding"}]
    told.sort(key=lambda item: item[0].start)
    known = {(d.value, d.area) for d, _ in told if d.element == "imaging"}
    for i, (study, section) in enumerate(told):
        if study.element != "imaging" or study.area is not None or study.status != "done":
            continue
        shown = takewhile(lambda item: item[0].element == "imaging_finding", told[i + 1 :])
        near = [d for d, where in shown if where == section and d.start - study.end < _SHOWN_REACH]
        areas = {d.area for d in near if d.area and "level" in d.attributes}
        if len(areas) == 1 and (study.value, area := areas.pop()) not in known:
            study.area = area


def _place_repeats(studies: list[Draft], areas: dict[tuple[str | None, str | None], set[str]], view: str) -> None:
    """A study that is to be repeated is of what it was of: "lumbar MRI of 2018 ... a new MRI is ordered"."""
    for draft in studies:
        made = areas.get((draft.value, "done"), set()) - {ELSEWHERE}
        if draft.area is None and draft.status == "ordered" and len(made) == 1 and _again(draft, view):
            draft.area = next(iter(made))


def _again(draft: Draft, view: str) -> bool:
    return _AGAIN.search(view, max(0, draft.start - 12), draft.start) is not None


def _names_spine(draft: Draft, section: str | None) -> bool:
    """Whether a finding tells more of the spine than that a region of it was looked at."""
    if draft.assertion not in DOCUMENTED or section in _NO_COMPLAINT:
        return False
    if draft.element == "complaint":
        return draft.value != "headache"
    return draft.element in {"diagnosis", "level", "etiology"} or (
        draft.element == "radiation" and draft.value == "present"
    )


def _place_films_of_operation(drafts: Drafts) -> None:
    """A film in the course of an operation shows where one operates: the one spine region that the note is about."""
    films = [d for d, s in drafts if d.element == "imaging" and d.value == "xray" and s in _OPERATION]
    films += [d for d, _ in drafts if d.rule_id == "imaging.discogram"]
    if any(d.area for d in films):
        return
    named = {d.value for d, _ in drafts if d.element == "region" and d.assertion in DOCUMENTED}
    region = next((main for main, group in _JOINED.items() if named and named <= group), None)
    for draft in films:
        draft.area = region


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
        if not ("emg_ncs" in found or (found == {"emg", "ncs"} and "electrodiagnostic" in headed)):
            continue
        for draft in studies:
            if draft.status == status:
                draft.value = "emg_ncs"
    return drafts


def settle_treatments(drafts: Drafts, scene: Scene) -> Drafts:
    """Treatments of another complaint, and what belongs to an operation, are no findings."""
    other, none = scene.elsewhere, scene.no_pain
    if none:
        return [(d, s) for d, s in drafts if d.element != "conservative_treatment"]
    pained = scene.short or any(_is_pain(d, s) for d, s in drafts)
    concerned = pained or any(_concerns_spine(d, s) for d, s in drafts)
    kept = []
    for draft, section in settle_therapist(drafts, scene.view):
        if draft.element == "conservative_treatment":
            ours = _for_spine(draft, scene)
            meant = ours or (pained if section in _DRUG_LISTS else concerned or draft.value in _PLACED_TREATMENTS)
            if not (meant and _holds(draft, section, elsewhere=other and not ours)):
                continue
        kept.append((draft, section))
    return kept


def _concerns_spine(draft: Draft, section: str | None) -> bool:
    """Whether a note tells of something that a treatment may be for though it names no pain of the spine."""
    if draft.element == "conservative_treatment":
        return draft.value in _INJECTIONS
    if draft.assertion not in DOCUMENTED or section in _NO_COMPLAINT:
        return False
    return draft.element in {"etiology", "level"} or (draft.element == "numbness" and draft.value == "present")


def _is_pain(draft: Draft, section: str | None) -> bool:
    """Whether a note tells of a disorder or pain of the spine that a drug in a mere list of drugs may be for."""
    if draft.assertion not in DOCUMENTED or section in _NO_COMPLAINT | {"past_medical_history"}:
        return False
    if draft.element == "radiation":
        return draft.value == "present"
    return draft.element == "diagnosis" or (draft.element == "complaint" and draft.value != "headache")


def _for_spine(draft: Draft, scene: Scene) -> bool:
    """Whether a treatment is for the pain of the back that a note on another organ tells of."""
    if _CONTROLLED.search(scene.view, max(0, draft.start - 110), draft.start):
        return True
    given = _FOR_PAIN.match(scene.view, draft.end)
    return given is not None and (given["spine"] is not None or scene.back_pain)


def _holds(draft: Draft, section: str | None, *, elsewhere: bool) -> bool:
    if draft.value in _INJECTIONS:
        return not elsewhere or draft.value != "other_injection"
    if draft.value == "oral_steroid" and section in _LISTS:
        return False  # more often for the lungs or joints than for the back
    if section == "physical_exam" and draft.value == "heat_ice":
        return False
    if draft.value == "brace_collar":
        return not elsewhere  # put on at the end of an operation
    return section not in _OPERATION and not elsewhere


def settle_bones(drafts: Drafts, scene: Scene) -> Drafts:
    """In a note on another organ a fracture or fall is of the spine if its sentence says so, and a limb just hurts."""
    if not scene.elsewhere:
        return drafts
    return [
        (d, s)
        for d, s in drafts
        if (d.rule_id not in _ANY_BODY or "region" in d.attributes)
        and not (d.element == "laterality" and d.rule_id == "symptom.pain" and d.area in {"upper_limb", "lower_limb"})
    ]


def settle_radiation(drafts: Drafts, scene: Scene) -> Drafts:
    """What radiates in a note on another organ is of the spine only if its sentence or those before say so."""
    elsewhere, kept = scene.elsewhere, []
    for draft, section in drafts:
        topic = draft.attributes.pop("about", "") if draft.element == "radiation" else "spine"
        if topic == "spine" or not elsewhere:
            kept.append((draft, section))
    return kept


def settle_motion(drafts: Drafts, view: str) -> Drafts:
    """Planes measured line by line are one range: where one is short of full, the full ones say no more.

    A motion of which no sentence near says the region is of the one region that the note is about.
    """
    regions = {"neck" if d.value in _NECK else "back" for d, _ in drafts if d.element == "region"}
    for draft, _ in drafts:
        if draft.area == OF_NOTE and len(regions) == 1:
            draft.area = next(iter(regions))
            if draft.rule_id == "range_of_motion.grade":
                draft.value = settled(view, draft.start, draft.end, draft.area) or draft.value
    drafts = [(d, section) for d, section in drafts if d.area != OF_NOTE]
    motions = [(d, section) for d, section in drafts if d.element == "range_of_motion"]
    short = {(d.area, section) for d, section in motions if d.value == "restricted"}
    planes = [
        d
        for d, section in motions
        if (d.attributes.pop("plane", None) or d.rule_id == "range_of_motion.grade")
        and d.value == "normal"
        and (d.area, section) in short
    ]
    return [(d, section) for d, section in drafts if not any(d is plane for plane in planes)]


def settle_head(drafts: Drafts) -> Drafts:
    """Numbness of the face is no finding, nor is one without a place where the note names the face alone."""
    felt = [d for d, _ in drafts if d.element == "numbness" and d.value == "present"]
    limbs = any(d.area != OF_HEAD and (d.area or d.side) for d in felt)
    alone = any(d.area == OF_HEAD for d in felt) and not limbs
    gone = [d for d in felt if d.area == OF_HEAD or (alone and not d.area)]
    return [(d, section) for d, section in drafts if not any(d is g for g in gone)] if gone else drafts


def settle_sides(drafts: Drafts) -> Drafts:
    """A fact told with its side, or a complaint with its place, is not another one where the note tells it without."""
    sided = {(d.element, d.value, d.area, d.assertion) for d, _ in drafts if d.side and d.element in _SIDED}
    placed = {(d.element, d.value) for d, _ in drafts if d.area and d.element in _PLACED and d.assertion in _HOLDS}
    return [
        (d, section)
        for d, section in drafts
        if (d.side or (d.element, d.value, d.area, d.assertion) not in sided)
        and (d.area or (d.element, d.value) not in placed)
    ]


def settle(drafts: Drafts, scene: Scene) -> Drafts:
    """All note-level decisions in turn."""
    drafts = settle_treatments(settle_electrodiagnostic(settle_imaging(drafts, scene)), scene)
    drafts = settle_bones(settle_radiation(drafts, scene), scene)
    return settle_course(settle_sides(settle_motion(settle_head(drafts), scene.view)), short=scene.short)
