"""How many of the billable codes are checked for anything: by a file of their own, or by what their title says."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from chartgap.knowledge.derived import Deriver
from chartgap.knowledge.icd10cm import Icd10cm

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Coverage:
    """Counts of billable codes."""

    billable: int = 0
    own: int = 0  # with a file
    derived: int = 0  # without one, with a row from the title
    required: int = 0  # of these, with a row that is required
    bare: dict[str, int] = field(default_factory=dict)  # with neither, by chapter


def coverage(icd: Icd10cm, deriver: Deriver, served: Collection[str]) -> Coverage:
    """Count all codes of a release; codes that differ in the 7th character for the encounter are looked at once."""
    counts = Coverage()
    for code, same in _families(icd):
        counts.billable += same
        if code in served:
            counts.own += same
            continue
        rows = deriver.rows(code)
        counts.derived += same if rows else 0
        counts.required += same if any(row.level == "required" for row in rows) else 0
        if not rows:
            chapter = icd.ancestors(code)[-1]
            counts.bare[chapter] = counts.bare.get(chapter, 0) + same
    return counts


def _families(icd: Icd10cm) -> Iterator[tuple[str, int]]:
    """Each billable code, or the first of those that share all but the character for the encounter; and how many."""
    for letter in LETTERS:
        families: dict[str, list[str]] = {}
        for code in icd.codes(letter):
            meaning = icd.title(code).lower()
            shared = len(code) == len("S52.501A") and ("encounter" in meaning or meaning.endswith("sequela"))
            families.setdefault(code[:-1] if shared else code, []).append(code)
        yield from ((codes[0], len(codes)) for codes in families.values())
