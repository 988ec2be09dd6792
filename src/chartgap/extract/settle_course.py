"""Note-level decisions on the course of the complaint, taken when every section has been read.

A statement about a limb, or one that names no complaint, counts only in a note that has a spine complaint. A word
("chronic", "severe") adds nothing where the same complaint has a number.
"""

from chartgap.extract.draft import Draft

Pair = tuple[Draft, str | None]

_COURSE = frozenset({"duration", "severity", "modifying_factors", "functional_impact", "onset", "chronicity"})
_SHORT = 400  # a text of a few sentences is taken to be about one complaint
_TELLING = frozenset(
    {
        "chief_complaint", "history_of_present_illness", "indication", "assessment", "assessment_and_plan",
        "diagnosis_preoperative", "diagnosis_postoperative",
    }
)  # fmt: skip


def settle_course(drafts: list[Pair], view: str) -> list[Pair]:
    """Drop what is about another complaint, and words beside numbers."""
    course = [d for d, _ in drafts if d.element in _COURSE]
    if not course:
        return drafts
    spine = len(view) < _SHORT or has_spine_complaint(drafts)
    wanted = {"spine", "limb", "open"} if spine else {"spine"}
    numbers = [d for d in course if _is_number(d) and d.attributes.get("about") in wanted]
    sites = {d.attributes.get("site", "") for d in numbers if d.element == "duration"}
    scored = any(d.element == "severity" for d in numbers)
    kept = [
        pair
        for pair in drafts
        if pair[0].element not in _COURSE
        or (pair[0].attributes.get("about", "spine") in wanted and not _idle(pair[0], sites, scored=scored))
    ]
    for draft in course:
        draft.attributes = {k: v for k, v in draft.attributes.items() if k not in {"about", "site"}}
    return kept


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
