"""The fields of a note as a line of JSON or a row of a table names them: one list for all such formats."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from chartgap.model import Claim, Note, Setting


def _day(value: Any) -> Any:
    """A date is written 2026-05-31; the value is left out of the error, as everywhere."""
    if not isinstance(value, str):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date is written like 2026-05-31") from None


Day = Annotated[dt.date | None, BeforeValidator(_day)]


class NoteFields(BaseModel):
    """One note and its claim side by side."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)

    id: str
    text: str
    codes: list[str] = []
    procedures: list[str] = []
    modifiers: list[str] = []
    payer: str | None = None
    setting: Setting = "outpatient"
    overlays: list[str] = []
    date_of_service: Day = None
    encounter_id: str | None = None
    author: str | None = None
    provider: bool = True
    site: str | None = None
    date: Day = None
    previous_text: str | list[str] = []

    def note(self) -> Note:
        """The note; a ValueError names the key that is empty."""
        for key in ("id", "text"):
            if not getattr(self, key).strip():
                raise ValueError(f"{key}: empty")
        claim = Claim(**self.model_dump(include=set(Claim.model_fields)))
        previous = (self.previous_text,) if isinstance(self.previous_text, str) else tuple(self.previous_text)
        fields = self.model_dump(include={"id", "text", "encounter_id", "author", "provider", "site", "date"})
        return Note(**fields, previous_text=previous, claim=claim)


FIELDS = tuple(NoteFields.model_fields)
