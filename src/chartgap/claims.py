"""What the command line says of every claim, put into the claim of a note."""

import datetime as dt
from typing import NamedTuple

from chartgap.model import Claim, Note, Setting


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
            codes=(*own.codes, *self.codes),
            procedures=(*own.procedures, *self.procedures),
            modifiers=(*own.modifiers, *self.modifiers),
            overlays=(*own.overlays, *self.overlays),
            payer=self.payer or own.payer,
            setting=self.setting or own.setting,
            date_of_service=self.date_of_service or own.date_of_service,
        )
        return note.model_copy(update={"claim": claim})
