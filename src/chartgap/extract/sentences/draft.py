"""What recognizers give back: findings without their text and section, which the extractor adds."""

from dataclasses import dataclass, field
from typing import Literal

from chartgap.model import Assertion, Side

OF_NOTE = "of_note"
"""Area of an examination of which no sentence near says whether it is of neck or back: the note as a whole may."""


@dataclass(slots=True)
class Draft:
    """A finding in the making; offsets are absolute."""

    element: str
    value: str | None
    start: int
    end: int
    rule_id: str
    side: Side | None = None
    area: str | None = None
    status: str | None = None
    assertion: Assertion = "affirmed"
    days: int | None = None
    kind: Literal["quantity", "onset_date", "vague"] | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two drafts one fact."""
        return (self.element, self.value, self.side, self.area, self.status, self.assertion, self.days, self.kind)
