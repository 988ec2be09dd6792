"""Note-level decisions on the course of the complaint, taken when every section has been read.

A statement about a limb, or one that names no complaint, counts only in a note that has a spine complaint. A word
("chronic", "severe") adds nothing where the same complaint has a number.
"""

from chartgap.extract.sentences.draft import Draft

Pair = tuple[Draft, str | None]

_COURSE = frozenset({"duration", "severity", "modifying_factors", "functional_impact", "onset", "chronicity"})
_TELLING = frozenset(
    {
        "chief_complaint", "history_of_present_illness", "indication", "assessment", "assessment_and_plan",
        "diagnosis_preoperative", "diagnosis_postoperative",
    }
)  # fmt: skip
_STORY = _TELLING | {"hospital_course", "physical_exam", "other", "findings", "procedures", None}


def settle_course(drafts: list[Pair], *, short: bool) -> list[Pair]:
    """Drop what is about another complaint, and words beside numbers."""
    course = [d for d, _ in drafts if d.element in _COURSE]
    if not course:
        return drafts
    spine = short or has_spine_complaint(drafts)
    held = {id(d) for d, section in drafts if d.element in _COURSE and _is_ours(d, section, spine=spine, short=short)}
    numbers = [d for d in course if id(d) in held and _is_number(d)]
    # A date may be that of an injury on top of it: "longstanding back pain, who was in an accident in May".
    sites = {d.attributes.get("site", "") for d in numbers if d.element == "duration" and d.kind == "quantity"}
    scored = any(d.element == "severity" for d in numbers)
    kept = [
        pair
        for pair in drafts
        if pair[0].element not in _COURSE or (id(pair[0]) in held and not _idle(pair[0], sites, scored=scored))
    ]
    for draft in course:
        draft.attributes = {k: v for k, v in draft.attributes.items() if k not in {"about", "site"}}
    return kept


def _is_ours(draft: Draft, section: str | None, *, spine: bool, short: bool) -> bool:
    """Whether a statement is about the spine complaint; one that names nothing must stand in its story."""
    topic = draft.attributes.get("about", "spine")
    if topic == "open":
        return spine and (short or section in _STORY or draft.element == "severity")
    return topic == "spine" or (topic == "limb" and spine)


def _is_number(draft: Draft) -> bool:
    return draft.kind in {"quantity", "onset_date"} or draft.rule_id == "severity.score"


def _idle(draft: Draft, sites: set[str], *, scored: bool) -> bool:
    """Whether a word says less than a number that the note gives for the same complaint."""
    if draft.element == "severity":
        return scored and draft.rule_id != "severity.score"
    if draft.kind == "vague" and draft.rule_id != "duration.vague":
        return draft.attributes.get("site", "") in sites
    return False


def has_spine_complaint(drafts: list[Pair]) -> bool:
    """Whether the note complains of the spine or names a disease of it."""
    for draft, section in drafts:
        if draft.assertion not in {"affirmed", "uncertain", "historical"}:
            continue
        if draft.element == "diagnosis" or (draft.element == "radiation" and draft.value == "present"):
            return True
        if draft.element == "region" and section in _TELLING:
            return True
        if draft.element in {"duration", "severity"} and draft.attributes.get("about") == "spine":
            return True
    return False
