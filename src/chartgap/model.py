"""What passes between the layers: immutable, complete at creation. The report is a public, versioned contract."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.0"

Side = Literal["left", "right", "bilateral"]
Assertion = Literal["affirmed", "negated", "uncertain", "historical", "hypothetical", "family"]
Setting = Literal["outpatient", "inpatient", "emergency", "telehealth"]
Level = Literal["required", "recommended", "conditional"]
Basis = Literal["code_assignment", "support", "payer"]
Status = Literal["met", "partial", "missing", "conflicting", "not_applicable"]
Verdict = Literal["supported", "incomplete", "contradicted", "invalid"]
Severity = Literal["error", "warning", "info"]

DOCUMENTED: frozenset[str] = frozenset({"affirmed", "uncertain", "historical"})
"""Assertions under which a finding counts as documentation (vocabulary)."""


class _Model(BaseModel):
    # hide_input_in_errors: a validation error must never print the note.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Claim(_Model):
    """What is claimed from the note; the order of codes is the order on the claim."""

    codes: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    payer: str | None = None
    setting: Setting = "outpatient"


class Note(_Model):
    """One note. `text` is kept exactly as given: every offset refers to it."""

    id: str
    text: str
    encounter_id: str | None = None
    claim: Claim = Claim()


class Finding(_Model):
    """One fact that the note states, with the characters it rests on and the pattern that found it.

    `note.text[start:end] == text`. `value` already carries the clinical polarity: a negative Spurling's test is
    value=negative, assertion=affirmed. `days` and `kind` are for durations only.
    """

    element: str
    value: str | None = None
    side: Side | None = None
    area: str | None = None
    status: str | None = None
    assertion: Assertion = "affirmed"
    start: int
    end: int
    text: str
    section: str | None = None
    rule_id: str
    days: int | None = None
    kind: Literal["quantity", "onset_date", "vague"] | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def documented(self) -> bool:
        """Whether the finding counts as documentation."""
        return self.assertion in DOCUMENTED


class RequirementResult(_Model):
    """What became of one requirement: its status, the findings it rests on (indexes), and the source of the rule."""

    id: str
    element: str
    level: Level
    basis: Basis
    status: Status
    evidence: tuple[int, ...] = ()
    reason: str
    source: str
    verified: bool
    anchor_start: int | None = None
    anchor_end: int | None = None


class CodeResult(_Model):
    """One claimed code, its verdict and its requirements in the order of its file."""

    code: str
    description: str
    billable: bool
    verdict: Verdict
    requirements: tuple[RequirementResult, ...] = ()


class Alert(_Model):
    """A cross-check that fired."""

    id: str
    severity: Severity
    code: str
    related_codes: tuple[str, ...] = ()
    message: str
    evidence: tuple[int, ...] = ()
    source: str


class Indicator(_Model):
    """A verbatim quote that a query rests on."""

    quote: str
    start: int
    end: int
    section: str | None = None


class Query(_Model):
    """A prompt to the provider."""

    id: str
    code: str
    requirement_ids: tuple[str, ...]
    title: str
    indicators: tuple[Indicator, ...]
    question: str
    options: tuple[str, ...]


class Report(_Model):
    """Everything chartgap has to say about one note."""

    schema_version: str = SCHEMA_VERSION
    note_id: str
    encounter_id: str | None = None
    software_version: str
    knowledge_version: str
    findings: tuple[Finding, ...] = ()
    codes: tuple[CodeResult, ...] = ()
    alerts: tuple[Alert, ...] = ()
    queries: tuple[Query, ...] = ()
    notices: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
