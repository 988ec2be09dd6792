"""CDS Hooks 2.0.1, what is declared: the services, and what the reasons for dismissing a card mean for the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chartgap.responses import Outcome

NOTE_SIGN = "org.chartgap.note-sign"
"""A hook of our own is named in reverse domain notation, as the specification wants it."""

_ENCOUNTER = {
    "documents": "DocumentReference?encounter={{context.encounterId}}",
    "conditions": "Condition?encounter={{context.encounterId}}",
    "encounter": "Encounter/{{context.encounterId}}",
}


@dataclass(frozen=True)
class Service:
    """One service: its hook, what of the hook's context it needs, what it would like to be sent."""

    hook: str
    title: str
    description: str
    context: tuple[str, ...]
    prefetch: Mapping[str, str] = field(default_factory=lambda: _ENCOUNTER)

    def told(self, id_: str) -> dict[str, Any]:
        """As discovery tells it."""
        return {
            "hook": self.hook,
            "title": self.title,
            "description": self.description,
            "id": id_,
            "prefetch": dict(self.prefetch),
            "usageRequirements": "The text of the note comes in prefetch or context: nothing is fetched from a server.",
        }


SERVICES: Mapping[str, Service] = {
    "encounter-discharge": Service(
        "encounter-discharge",
        "Open questions of the encounter's notes",
        "What the notes of the encounter leave open for the diagnoses coded from it, as questions to the provider.",
        ("userId", "patientId", "encounterId"),
    ),
    "order-sign": Service(
        "order-sign",
        "Open questions of the note behind an order",
        "What the note leaves open for the diagnoses and the procedures that are being ordered.",
        ("userId", "patientId", "draftOrders"),
    ),
    "note-sign": Service(
        NOTE_SIGN,
        "Open questions of a note before it is signed",
        "What a drafted note leaves open; the note is in the context, as a DocumentReference or as for /v1/check.",
        ("userId", "patientId", "note"),
        {name: _ENCOUNTER[name] for name in ("conditions", "encounter")},
    ),
}


@dataclass(frozen=True)
class OverrideReason:
    """Why a card may be dismissed, and what that is in the response log."""

    code: str
    display: str
    outcome: Outcome

    @property
    def coding(self) -> dict[str, str]:
        """As a card carries it."""
        return {"code": self.code, "system": "urn:chartgap:override-reason", "display": self.display}


OVERRIDE_REASONS = (
    OverrideReason("answered", "Answered in the note", "answered"),
    OverrideReason("unable", "Unable to determine", "answered"),
    OverrideReason("elsewhere", "Documented elsewhere in the record", "dismissed"),
    OverrideReason("not-relevant", "Not relevant to this visit", "dismissed"),
    OverrideReason("later", "Will be documented later", "deferred"),
)
OUTCOME_OF: Mapping[str, Outcome] = {reason.code: reason.outcome for reason in OVERRIDE_REASONS}
