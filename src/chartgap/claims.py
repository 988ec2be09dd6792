"""What the command line says of every claim, put into the claim of a note; and what no procedure looks like."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from chartgap.knowledge.icd10cm import joined_codes
from chartgap.model import Claim, Note, Setting

_PROCEDURE = re.compile(
    "[0-9]{5}"  # CPT, category I
    "|[0-9]{4}[AFMTU]"  # CPT: vaccines' and laboratories' codes, categories II and III
    "|[A-Z][0-9]{4}"  # HCPCS level II
    "|[0-9BCDFGHX][0-9A-HJ-NP-Z]{6}"  # ICD-10-PCS, which has no I and no O
)
_MODIFIER = re.compile("[0-9A-Z]{2}")


class Given(NamedTuple):
    """Codes, procedures, modifiers and overlays go beside the note's own; payer, setting and date replace them."""

    codes: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    payer: str | None = None
    setting: Setting | None = None
    date_of_service: dt.date | None = None

    def to(self, note: Note) -> Note:
        """The note with the claim that it then has."""
        own = note.claim
        claim = Claim(
            codes=joined_codes(own.codes, self.codes),
            procedures=(*own.procedures, *self.procedures),
            modifiers=(*own.modifiers, *self.modifiers),
            overlays=(*own.overlays, *self.overlays),
            payer=self.payer or own.payer,
            setting=self.setting or own.setting,
            date_of_service=self.date_of_service or own.date_of_service,
        )
        return note.model_copy(update={"claim": claim})


def malformed(claim: Claim) -> Iterator[str]:
    """A notice for each procedure or modifier that cannot be one, by its place: what the claim says is not repeated."""
    shared = {modifier.upper() for modifier in claim.modifiers}
    for place, line in enumerate(claim.lines, 1):
        if not _PROCEDURE.fullmatch(line.code):
            yield f"procedure {place} of the claim has not the form of a CPT, HCPCS or ICD-10-PCS code"
        own = set(line.modifiers) - shared
        if not all(map(_MODIFIER.fullmatch, own)):
            yield f"procedure {place} of the claim has a modifier that is not two letters or digits"
    for place, modifier in enumerate(claim.modifiers, 1):
        if not _MODIFIER.fullmatch(modifier.upper()):
            yield f"modifier {place} of the claim is not two letters or digits"
