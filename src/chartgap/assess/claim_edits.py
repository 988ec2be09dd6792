"""Edits of the claim itself against the tabular: validity, 7th character, edition, pairs that exclude each other."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from chartgap.assess.scene import Evidence, Scene
from chartgap.errors import UnknownCodeError
from chartgap.knowledge.icd10cm import Icd10cm

_MOST_CODES = 12
_FULL = len("S13.4XXA")


class Hit(NamedTuple):
    """What an alert rests on: findings, codes, and words for its message."""

    evidence: Evidence = ()
    related: tuple[str, ...] = ()
    facts: Mapping[str, str] = {}


def category_of(code: str, icd: Icd10cm) -> str | None:
    """The code itself or the nearest beginning of it that the tabular holds."""
    try:
        for length in range(len(code), 2, -1):
            if icd.exists(code[:length].rstrip(".")):
                return code[:length].rstrip(".")
    except UnknownCodeError:
        return None
    return None


def header(scene: Scene, icd: Icd10cm) -> Hit | None:
    """The code is there, but has codes under it."""
    if category_of(scene.code, icd) != scene.code or icd.billable(scene.code):
        return None
    leaves = icd.leaves(scene.code)
    return Hit((), leaves[:_MOST_CODES], {"leaves": _listed(leaves)})


def unknown_code(scene: Scene, icd: Icd10cm) -> Hit | None:
    """The tabular does not hold the code."""
    if category_of(scene.code, icd) == scene.code:
        return None
    try:
        nearest = icd.nearest(scene.code)
    except UnknownCodeError:  # not even in the form of a code
        return Hit(facts={"nearest": "none"})
    return Hit((), nearest, {"nearest": ", ".join(nearest) or "none"})


def seventh_character(scene: Scene, icd: Icd10cm) -> Hit | None:
    """A 7th character is due by the tabular's own definition, and is not at the seventh place."""
    known = category_of(scene.code, icd)
    if known is None or len(scene.code) >= _FULL or (known == scene.code and icd.billable(known)):
        return None
    characters = icd.seven_characters(known)
    leaves = icd.leaves(known)
    if not characters or not all(len(leaf) == _FULL for leaf in leaves):
        return None
    return Hit((), leaves[:_MOST_CODES], {"characters": ", ".join(characters), "leaves": _listed(leaves)})


def edition(scene: Scene, icd: Icd10cm) -> Hit | None:
    """The date of service is not in the fiscal year of the release; without one on the claim, the note's own."""
    day = scene.chart.note.date_of_service or scene.chart.told_date
    if day is None or icd.year_start <= day <= icd.end:
        return None
    return Hit(facts={"detail": f"{day:%Y-%m-%d}", "note": f"{icd.year_start:%Y-%m-%d} to {icd.end:%Y-%m-%d}"})


def excluded_pairs(scene: Scene, icd: Icd10cm) -> Iterator[Hit]:
    """The Excludes1 notes between the code and each that follows it on the claim, in either direction."""
    codes = scene.claim.distinct_codes
    if category_of(scene.code, icd) != scene.code:
        return
    for other in codes[codes.index(scene.code) + 1 :]:
        if category_of(other, icd) == other and (conflicts := icd.conflicts(scene.code, other)):
            note = conflicts[0].note
            yield Hit((), (other,), {"note": f"{note.owner}: {note.text}"})


def _listed(codes: tuple[str, ...]) -> str:
    more = len(codes) - _MOST_CODES
    return ", ".join(codes[:_MOST_CODES]) + (f" and {more} more" if more > 0 else "")


CLAIM_EDITS: dict[str, Callable[[Scene, Icd10cm], Hit | None]] = {
    "header": header,
    "unknown_code": unknown_code,
    "seventh_character": seventh_character,
}
