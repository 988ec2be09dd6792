"""Which named diagnoses are the clinician's own: those of the assessment, if the note has one."""

import re

from chartgap.extract.sentences.draft import Draft

Drafts = list[tuple[Draft, str | None]]

ASSESSMENT = frozenset(
    {
        "assessment",
        "assessment_and_plan",
        "plan",
        "diagnosis_preoperative",
        "diagnosis_postoperative",
        "discharge_diagnosis",
    }
)
_SYMPTOM = frozenset({"neck_pain", "back_pain"})
_LETTER = 400
_STORY = frozenset(
    {
        None, "history_of_present_illness", "hospital_course", "findings", "imaging", "indication", "other", "results",
        "electrodiagnostic",
    }
)  # fmt: skip
_PRESENTS = re.compile(
    r"(?:present(?:s|ed|ing)?(?: \w+){0,3} (?:with|for)|complain(?:s|ed|ing)?(?: \w+){0,2} of|here (?:today )?for"
    r"|evaluation of|\bonset of|(?:flare-?up|recurrence) of"
    r"|history (?:significant |notable )?(?:for|of)|seen for|referred for)[^.;]{0,40}$"
)


def settle_diagnosis(drafts: Drafts, view: str, *, has_assessment: bool, titled: bool = True) -> Drafts:
    """Drop diagnoses outside the assessment where there is one, and opening words ("presents with neck pain") within.

    A note without any assessment keeps the named disorders of its story; a symptom is a diagnosis there only if the
    text has no titles at all.
    """
    plain = not titled or not any(section for _, section in drafts)
    if plain and len(view) > _LETTER and any(_names_disorder(draft) for draft, _ in drafts):
        plain = False  # a letter that names what the patient suffers from
    kept = []
    for draft, section in drafts:
        if draft.element == "diagnosis" and not _own(draft, section, view, has_assessment=has_assessment, plain=plain):
            continue
        kept.append((draft, section))
    return kept


def _names_disorder(draft: Draft) -> bool:
    return draft.element == "diagnosis" and draft.value not in _SYMPTOM and draft.assertion == "affirmed"


def _own(draft: Draft, section: str | None, view: str, *, has_assessment: bool, plain: bool) -> bool:
    symptom = draft.value in _SYMPTOM
    if symptom and section in ASSESSMENT and _PRESENTS.search(view, max(0, draft.start - 90), draft.start):
        return False
    if has_assessment:
        return section in ASSESSMENT
    return plain or (section in _STORY and not symptom)


def settle_places(drafts: Drafts) -> Drafts:
    """A complaint named again without its place or side says nothing new: "numbness" after "left hand numbness"."""
    told = [d for d, _ in drafts if d.element in {"numbness", "radiation"}]
    if not told:
        return drafts
    placed = {(d.element, d.value) for d in told if d.area not in {None, "other"}}
    sided = {(d.element, d.value, d.area) for d in told if d.side and d.area}
    return [
        (d, s)
        for d, s in drafts
        if d.element not in {"numbness", "radiation"}
        or d.value == "absent"
        or (d.area not in {None, "other"} and (d.side or (d.element, d.value, d.area) not in sided))
        or d.side is not None
        or (d.element, d.value) not in placed
    ]
