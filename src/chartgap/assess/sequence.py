"""Edits of the order of a claim's codes, by the tabular's own notes and titles, and of codes that stand there twice."""

import re
from collections.abc import Callable

from chartgap.assess.claim_edits import Hit, category_of
from chartgap.assess.scene import Scene
from chartgap.knowledge.icd10cm import Icd10cm
from chartgap.knowledge.icd_notes import Note

# "Dementia in other diseases classified elsewhere", "Streptococcus as the cause of diseases classified elsewhere"; but
# "not elsewhere classified" is of a rest.
_MANIFESTATION = re.compile(r"\b(?:in|as the cause of)\b.*\bclassified elsewhere")


def listed_twice(scene: Scene, icd: Icd10cm) -> Hit | None:
    """The code stands on the claim more than once."""
    times = scene.claim.codes.count(scene.code)
    return Hit(facts={"detail": str(times)}) if times > 1 else None


def before_code_first(scene: Scene, icd: Icd10cm) -> Hit | None:
    """The Code first notes that hold for the code name one that stands behind it on the claim, and none before it.

    One cause before it is enough: most notes are lists of them ("underlying disease, such as").
    """
    codes = scene.claim.distinct_codes
    place = codes.index(scene.code)
    if place == len(codes) - 1 or category_of(scene.code, icd) != scene.code:
        return None
    notes = icd.code_first(scene.code)
    if any(_names(note, code) for note in notes for code in codes[:place]):
        return None
    for note in notes:
        behind = tuple(code for code in codes[place + 1 :] if _names(note, code))
        if behind:
            return Hit((), behind, {"note": f"{note.owner}: {note.text.lstrip(', ')}"})
    return None


def manifestation_first(scene: Scene, icd: Icd10cm) -> Hit | None:
    """The first code of the claim names by its title what a disease does that is classified elsewhere."""
    if scene.claim.codes[0] != scene.code or category_of(scene.code, icd) != scene.code:
        return None
    return Hit() if _MANIFESTATION.search(icd.title(scene.code)) else None


def _names(note: Note, code: str) -> bool:
    return any(target.covers(code) for target in note.targets)


ORDER_EDITS: dict[str, Callable[[Scene, Icd10cm], Hit | None]] = {
    "listed_twice": listed_twice,
    "before_code_first": before_code_first,
    "manifestation_first": manifestation_first,
}
