"""What became of cards, into the response log. Comments of users are free text: they are neither kept nor logged."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from chartgap.responses import Outcome, Response
from chartgap.service.hooks import OUTCOME_OF
from chartgap.service.requests import parsed


class Coding(BaseModel):
    """The code of a reason."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    code: str


class OverrideReason(BaseModel):
    """Why a card was dismissed."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    reason: Coding | None = None


class Entry(BaseModel):
    """What became of one card."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    card: str
    outcome: Literal["accepted", "overridden"]
    overrideReason: OverrideReason | None = None  # the specification's name
    outcomeTimestamp: AwareDatetime

    @property
    def means(self) -> Outcome:
        """In the words of the log: dismissed without a reason, or with one of the client's own, is just that."""
        if self.outcome == "accepted":
            return "answered"
        reason = self.overrideReason.reason if self.overrideReason else None
        return OUTCOME_OF.get(reason.code, "dismissed") if reason else "dismissed"


class Feedback(BaseModel):
    """The body."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    feedback: list[Entry]


class Card(NamedTuple):
    """The query that a card put."""

    service: str
    query_id: str
    rules_version: str


def entries(body: bytes, service: str, card_of: Callable[[str], Card | None]) -> tuple[list[Response], int]:
    """What is to be logged, and how many cards are not known; Refused where the body is not as specified."""
    told = parsed(Feedback, body).feedback
    found: list[Response] = []
    for entry in told:
        card = card_of(entry.card)
        if card is not None and card.service == service:
            found.append(_response(card, entry.means, entry.outcomeTimestamp))
    return found, len(told) - len(found)


def _response(card: Card, outcome: Outcome, time: datetime) -> Response:
    return Response(id=card.query_id, rules_version=card.rules_version, outcome=outcome, time=time)
