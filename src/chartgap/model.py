"""What passes between the layers: immutable, complete at creation. The report is a public, versioned contract."""

import datetime as dt
import re
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from chartgap.errors import one_word

SCHEMA_VERSION = "1.2"

Side = Literal["left", "right", "bilateral"]
Assertion = Literal["affirmed", "negated", "uncertain", "historical", "hypothetical", "family"]
Setting = Literal["outpatient", "inpatient", "emergency", "telehealth"]
Level = Literal["required", "recommended", "conditional"]
Basis = Literal["code_assignment", "support", "payer"]
Status = Literal["met", "partial", "missing", "conflicting", "not_applicable"]
Verdict = Literal["supported", "incomplete", "contradicted", "invalid"]
Severity = Literal["error", "warning", "info"]

GAPS: frozenset[Status] = frozenset({"missing", "partial", "conflicting"})
"""What becomes of a row that the note leaves open."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""The most severe first."""
NAMELESS = "note"
"""The id of a note that was given none."""
MOST_EVIDENCE = 6
"""Findings named as what a judgement rests on: a note says "neck" forty times, the first few say where to look."""
DOCUMENTED: frozenset[str] = frozenset({"affirmed", "uncertain", "historical"})
"""Assertions under which a finding counts as documentation (vocabulary)."""


class _Model(BaseModel):
    # hide_input_in_errors: a validation error must never print the note.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ProcedureLine(NamedTuple):
    """One procedure of a claim: its code, and its modifiers with those that go with every procedure."""

    code: str
    modifiers: tuple[str, ...]


class Claim(_Model):
    """What is claimed from the note; the order of codes is the order on the claim.

    A procedure may carry its modifiers ("98940-AT"); `modifiers` are those that go with every procedure. `overlays` are
    packs of payers' rules that are off unless they are named.
    """

    codes: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    payer: str | None = None
    setting: Setting = "outpatient"
    date_of_service: dt.date | None = None
    overlays: tuple[str, ...] = ()

    @property
    def distinct_codes(self) -> tuple[str, ...]:
        """The codes in order, one that comes twice at its first place only."""
        return tuple(dict.fromkeys(self.codes))

    @property
    def lines(self) -> tuple[ProcedureLine, ...]:
        """The procedures in order, each parted from its modifiers."""
        return tuple(map(self._line, self.procedures))

    def _line(self, procedure: str) -> ProcedureLine:
        code, *own = re.split(r"[-\s,]+", procedure.strip().upper())
        return ProcedureLine(code, tuple(dict.fromkeys((*filter(None, own), *map(str.upper, self.modifiers)))))


class Note(_Model):
    """One note. `text` is kept exactly as given: every offset refers to it.

    `provider`: whether the provider whose claim it is wrote it. Where the notes of an encounter are assessed together,
    another author's note is evidence, but its diagnosis is not the provider's. `site`: the clinic or facility; an audit
    counts by it, nothing is judged by it.
    """

    id: str
    text: str
    previous_text: tuple[
        str, ...
    ] = ()  # earlier notes of the patient, the latest first; only ever compared with `text`
    encounter_id: str | None = None
    author: str | None = None
    provider: bool = True
    site: str | None = None
    date: dt.date | None = None
    claim: Claim = Claim()

    @property
    def date_of_service(self) -> dt.date | None:
        """The claim's, or else the note's own date."""
        return self.claim.date_of_service or self.date

    @property
    def is_named(self) -> bool:
        """Whether it has an id of its own, by which it is known again."""
        return self.id.partition("#")[0] != NAMELESS

    @property
    def name(self) -> str:
        """How a query names it as a source."""
        name = f"note {one_word(self.id)}" if self.is_named else "note"
        return f"{name} of {self.date}" if self.date else name


class Finding(_Model):
    """One fact that the note states, with the characters it rests on and the pattern that found it.

    `note.text[start:end] == text`. `value` already carries the clinical polarity: a negative Spurling's test is
    value=negative, assertion=affirmed. `days` and `kind` are for durations only. `note_id` says which note of an
    encounter it is in; None in the report on one note.
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
    note_id: str | None = None

    @property
    def documented(self) -> bool:
        """Whether the finding counts as documentation."""
        return self.assertion in DOCUMENTED


class RequirementResult(_Model):
    """What became of one requirement: its status, the findings it rests on (indexes), and the source of the rule.

    `derived`: read off the code's official title, not out of a catalogue of requirements.
    """

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
    anchor_note_id: str | None = None
    derived: bool = False


class CodeResult(_Model):
    """One claimed code, its verdict and its requirements in the order of its file."""

    code: str
    description: str
    billable: bool
    verdict: Verdict
    requirements: tuple[RequirementResult, ...] = ()


class Indicator(_Model):
    """A verbatim quote that a query rests on, or an alert."""

    quote: str
    start: int
    end: int
    section: str | None = None
    note_id: str | None = None
    source: str = ""  # the note, its section and, where it is known, the date, in words


class Alert(_Model):
    """A cross-check that fired.

    It rests on findings (`evidence`), or on words that are none (`quotes`). What the claim alone tells is anchored at
    the words that its code is claimed for.
    """

    id: str
    severity: Severity
    basis: Basis = "code_assignment"
    code: str
    related_codes: tuple[str, ...] = ()
    message: str
    evidence: tuple[int, ...] = ()
    quotes: tuple[Indicator, ...] = ()
    source: str
    verified: bool = True
    anchor_start: int | None = None
    anchor_end: int | None = None
    anchor_note_id: str | None = None


class ResponseField(_Model):
    """Something to fill in when a query is answered."""

    name: str
    kind: Literal["choice", "text", "datetime"]
    label: str


class Query(_Model):
    """A prompt to the provider. Its id is the same whenever the same note leaves the same question open."""

    id: str
    code: str
    requirement_ids: tuple[str, ...]
    title: str
    indicators: tuple[Indicator, ...]
    question: str
    options: tuple[str, ...]
    problem: str = ""
    alert_ids: tuple[str, ...] = ()
    related_codes: tuple[str, ...] = ()
    response_fields: tuple[ResponseField, ...] = ()
    template: str = ""
    rules_version: str = ""


class NearMiss(_Model):
    """A finding that comes close to what a requirement needs, and why it does not count for it."""

    finding: int
    reasons: tuple[str, ...]


class Explanation(_Model):
    """What was looked for where a gap was found, and what came close."""

    requirement_id: str
    looked_for: str
    not_enough: str | None = None
    elements: tuple[str, ...]
    near: tuple[NearMiss, ...] = ()
    more: int = 0  # near misses that are not listed


class Report(_Model):
    """Everything chartgap has to say about one note, or about the notes of one encounter together.

    `note_ids` names the notes of an encounter; `note_id` is then the encounter's id. `texts`, by note id, are what the
    offsets refer to; only where they are asked for.
    """

    schema_version: str = SCHEMA_VERSION
    note_id: str
    note_ids: tuple[str, ...] = ()
    encounter_id: str | None = None
    software_version: str
    knowledge_version: str
    icd10cm_release: str | None = None
    findings: tuple[Finding, ...] = ()
    codes: tuple[CodeResult, ...] = ()
    alerts: tuple[Alert, ...] = ()
    queries: tuple[Query, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    notices: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    texts: dict[str, str] = Field(default_factory=dict)


class DraftGap(_Model):
    """One requirement that a draft leaves open; the reason says what the note has, never what would satisfy it."""

    code: str
    requirement_id: str
    level: Level
    basis: Basis
    status: Status
    reason: str
    anchor_start: int | None = None
    anchor_end: int | None = None
    anchor_note_id: str | None = None
    source: str
    verified: bool


class DraftItem(_Model):
    """Something that the clinician may still add, with all the requirements that it is about."""

    element: str
    effort: str
    prompt: str
    gaps: tuple[DraftGap, ...]
    query_id: str | None = None


class Draft(_Model):
    """A report on a note that is not signed yet: what can still be added, quickest first.

    `not_offered` names the gaps that are left out: what only a new study could add, or what is no matter of the note.
    """

    schema_version: str = SCHEMA_VERSION
    note_id: str
    software_version: str
    knowledge_version: str
    items: tuple[DraftItem, ...] = ()
    queries: tuple[Query, ...] = ()
    not_offered: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


class Delta(_Model):
    """Ids, by what became of them between two reports; dropped is what is not asked of the claim any more."""

    resolved: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class Changes(_Model):
    """What is different from an earlier report on the note; `since` is its id, or None where its text was given.

    Rows that are open are those not met; alerts are named with their code, queries by what they ask about which code.
    """

    schema_version: str = SCHEMA_VERSION
    since: str | None
    rows: Delta
    alerts: Delta
    queries: Delta
    report: Report | None = None
    draft: Draft | None = None
