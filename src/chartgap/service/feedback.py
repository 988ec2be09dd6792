"""What became of cards, into the response log. Comments of users are free text: they are neither kept nor logged."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from chartgap.responses import Outcome, Response
from chartgap.service.answers import problem
from chartgap.service.hooks import OUTCOME_OF
from chartgap.service.requests import Refused, parsed


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


_KEYS = tuple(key for model in (Feedback, Entry, OverrideReason, Coding) for key in model.model_fields)


class Card(NamedTuple):
    """The query that a card put; one that puts none has no query_id, and nothing is logged of it."""

    service: str
    query_id: str
    rules_version: str


def entries(body: bytes, service: str, card_of: Callable[[str], Card | None]) -> tuple[list[Response], int]:
    """What is to be logged, and how many cards are not known; Refused where none is or the body is wrong."""
    told = [(entry, card_of(entry.card)) for entry in parsed(Feedback, body, keys=_KEYS).feedback]
    known = [(entry, card) for entry, card in told if card is not None and card.service == service]
    if told and not known:
        detail = "cards are remembered for a while only"
        raise Refused(problem(404, "unknown-card", "No such card is known.", detail=detail))
    found = [_response(card, entry) for entry, card in known if card.query_id]
    return found, len(told) - len(known)


def _response(card: Card, entry: Entry) -> Response:
    return Response(
        id=card.query_id, rules_version=card.rules_version, outcome=entry.means, time=entry.outcomeTimestamp
    )
