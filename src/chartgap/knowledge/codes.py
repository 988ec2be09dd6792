"""What each ICD-10-CM code needs documented: the schema of patterns/codes/*.yaml. code_files.py reads them.

Rows that codes share are written once: families.py. Which elements, values and sections there are: vocabulary.py.
"""

import re
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from chartgap.knowledge.loading import PatternModel
from chartgap.knowledge.phrases import PlainPhrases
from chartgap.model import Assertion, Basis, Level, Setting, Status

CheckName = Literal[
    "listed_after_cause", "global_neuro_statement", "abnormal_neuro", "deformity_in_two_regions",
    "many_levels_injected", "regions_as_billed", "other_regions_than_billed",
]  # fmt: skip
CHECKS: frozenset[str] = frozenset(get_args(CheckName))
"""The few judgements that are Python, in chartgap.assess.checks; everything else is written in the files."""

COMPOSITES: frozenset[str] = frozenset({
    *("objective_finding", "neuro_exam", "sequencing", "claim"),
    *("procedure", "authorization", "visits", "plan_of_care", "history", "telehealth"),
})  # fmt: skip
"""Rows that no single element answers; sequencing and claim are read off the claim. Those of the second line are asked
for by payers."""

PROCEDURE_GROUPS: dict[str, tuple[tuple[str, str], ...]] = {
    # First and last CPT code of each run. Epidural, facet, MRI, films, manipulation, 22551 and 22552 are those of
    # requirements.md; the other runs are background knowledge, not checked against the CPT book.
    "epidural_injection": (("62320", "62321"), ("64479", "64480")),
    "facet_procedure": (("64490", "64492"), ("64633", "64634")),
    "trigger_point_injection": (("20552", "20553"),),
    "cervical_mri": (("72141", "72142"), ("72156", "72156")),
    "cervical_ct": (("72125", "72127"),),
    "cervical_films": (("72040", "72040"), ("72050", "72050"), ("72052", "72052")),
    "electrodiagnostic": (("95860", "95887"), ("95905", "95913")),
    "manipulation": (("98940", "98942"),),
    "therapy": (("97010", "97168"), ("97530", "97546")),
    "acupuncture": (("97810", "97814"),),
    "evaluation": (("99202", "99215"), ("99221", "99223"), ("99231", "99239"), ("99242", "99245"), ("99281", "99285")),
    "manual_therapy": (("97140", "97140"), ("97124", "97124"), ("97112", "97112")),
    "nerve_conduction": (("95907", "95913"),),
    "needle_emg": (("95860", "95870"), ("95885", "95887")),
    "anterior_fusion": (("22551", "22552"),),
    "amniotic_product": (("Q4100", "Q4398"),),
    "surgery": (
        *(("22548", "22552"), ("22590", "22600"), ("22614", "22614"), ("22800", "22819"), ("22840", "22859")),
        *(("63001", "63001"), ("63015", "63015"), ("63020", "63020"), ("63040", "63040"), ("63045", "63045")),
        *(("63048", "63051"), ("63075", "63076"), ("63081", "63082")),
    ),
}


def as_tuple(value: Any) -> Any:
    """`side: left` may be written for `side: [left]`."""
    return (value,) if isinstance(value, str | dict) else value


Words = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]
Wants = Annotated[tuple["Want", ...], BeforeValidator(as_tuple)]
Conditions = Annotated[tuple["Condition", ...], BeforeValidator(as_tuple)]
Assertions = Annotated[tuple[Assertion, ...], BeforeValidator(as_tuple)]
Settings = Annotated[tuple[Setting, ...], BeforeValidator(as_tuple)]

_NODE_KEYS = ("element", "all_of", "any_of", "words", "link", "check")
_SHARED_KEYS = frozenset({*_NODE_KEYS, "at_least", "when", "reason"})
_ALWAYS_ASKED = _SHARED_KEYS | {"assertion", "certain"}


def sign(element: str, value: str | None = None) -> str:
    """What a finding shows at a glance: its element, or that with its value."""
    return element if value is None else f"{element}={value}"


class Link(PatternModel):
    """One thing said to come of another: "kyphosis due to C3-C6 laminectomy", "laminectomy causing kyphosis"."""

    effect: PlainPhrases = Field(min_length=1)
    cause: PlainPhrases = Field(min_length=1)


class Want(PatternModel):
    """Something the note should hold: a finding described by its keys (all must agree), or a combination of such.

    Phrases (words, text_has, sentence_has, …): whole words, any case; "fibro*" = begins so; # = a number;
    braces choose and brackets are optional, as in the phrases of elements.
    """

    element: Words = ()
    value: Words = ()  # "*" stands for anything: "*/10"
    not_value: Words = ()
    area: Words = ()  # "unstated" = none
    side: Words = ()  # left, right, bilateral, stated, unstated, congruent (not the arm opposite to the symptoms)
    status: Words = ()
    assertion: Assertions = ()  # without it: affirmed, uncertain or historical
    certain: bool = False  # affirmed; at inpatient discharge uncertain wording counts too (guideline II.H)
    section: Words = ()  # a section name, or "assessed": the assessment, or a note without sections
    not_section: Words = ()
    kind: Words = ()
    has: Words = ()  # attributes that must be present
    result: Words = ()  # of a study of the nerves: positive, negative, equivocal, other
    min_days: int | None = None  # of a duration
    min_weeks: int | None = None  # length of a treatment
    min_percent: int | None = None  # the sentence states a percentage of at least this; of a range, the lower end
    levels: str | None = None  # "C2-C7": every vertebra named lies between these
    about: Literal["neck", "code"] | None = (
        None  # not where its area or its sentence speaks of another part of the spine
    )
    text_has: PlainPhrases = ()
    text_lacks: PlainPhrases = ()
    sentence_has: PlainPhrases = ()
    sentence_lacks: PlainPhrases = ()
    with_: Wants = Field(default=(), alias="with")  # each is found in the same sentence

    all_of: Wants = ()
    any_of: Wants = ()
    at_least: int = 1  # how many of any_of
    words: PlainPhrases = ()  # phrases that the note holds, not negated
    link: Link | None = None  # in one sentence, not denied, not the family's
    check: CheckName | None = None

    when: "Condition | None" = None  # counts only then; alone it is a fact about the claim
    reason: str | None = None

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The keys that are set beside `element` and its assertion: what a finding must agree with."""
        keys = [key for key in type(self).model_fields if key not in _ALWAYS_ASKED and getattr(self, key)]
        return tuple(keys)

    @cached_property
    def exact(self) -> frozenset[str] | None:
        """The values one of which a finding must have; None where any will do, or one that fits a pattern."""
        return frozenset(self.value) if self.value and not any("*" in value for value in self.value) else None

    @cached_property
    def signs(self) -> frozenset[str] | None:
        """Of these a note's findings show one at least where this holds; None where it may hold without any."""
        if self.element:
            return frozenset(sign(element, value) for element in self.element for value in self.exact or (None,))
        parts = [part.signs for part in self.all_of or self.any_of]
        known = [signs for signs in parts if signs is not None]
        if self.all_of:
            return min(known, key=len, default=None)
        return frozenset().union(*known) if parts and len(known) == len(parts) else None

    @model_validator(mode="after")
    def _one_kind(self) -> "Want":
        kinds = [key for key in _NODE_KEYS if getattr(self, key)]
        if len(kinds) > 1 or not (kinds or self.when):
            raise ValueError("exactly one of element, all_of, any_of, words, link, check (or `when` alone) is needed")
        stray = self.model_fields_set - _SHARED_KEYS
        if stray and kinds != ["element"]:
            raise ValueError(f"{', '.join(sorted(stray))}: only beside `element`")
        if not all(re.search(r"[A-Za-z]", item) for item in self.words):
            raise ValueError("a phrase of words needs a letter")
        if self.levels and not re.fullmatch(r"[CTLS]\d{1,2}-[CTLS]\d{1,2}", self.levels):
            raise ValueError("levels is written like C2-C7")
        return self


class Condition(PatternModel):
    """When a row applies. Keys written together must all hold."""

    says: str | None = None  # the condition in plain words, for the report
    procedure: Words = ()  # groups of PROCEDURE_GROUPS or CPT codes; on the claim
    code: Words = ()  # beginnings of other codes on the claim
    first_code: Words = ()
    earlier: Words = ()  # beginnings of codes listed before this one
    primary: bool = False  # the code is listed first
    modifier: Words = ()  # on a procedure of the claim, or on one of `procedure`: 98940-AT
    payer: Words = ()  # groups of payer_names.py, words of the payer's name, or "any"
    overlay: Words = ()  # a pack of patterns/payers that the claim names
    setting: Settings = ()
    follow_up: bool = False  # the note says that it is not the first visit
    finding: Wants = ()  # any of these in the note
    words: PlainPhrases = ()
    check: CheckName | None = None
    all_of: Conditions = ()
    any_of: Conditions = ()
    none_of: Conditions = ()

    @model_validator(mode="after")
    def _known(self) -> "Condition":
        for name in self.procedure:
            if name not in PROCEDURE_GROUPS and not re.fullmatch(r"[A-Z0-9]\d{3}[A-Z0-9]", name):
                raise ValueError(f"unknown procedure group {name}")
        if not self.model_fields_set - {"says"}:
            raise ValueError("an empty condition")
        return self


class Raised(PatternModel):
    """Under `when` the row has this level and basis instead."""

    when: Condition
    level: Level
    basis: Basis


class Conflict(PatternModel):
    """Two current statements among `among` that cannot both stand."""

    among: Wants = ()  # without it: all of the row's element
    sides: bool = False  # one section says left, another right, none both
    values: tuple[Words, Words] | None = None  # a value of the first list against one of the second
    days_ratio: float | None = None  # durations of history and assessment differ by this factor
    same: Words = ()  # area, side or an attribute that both must share; an unstated side meets none or bilateral only
    across_sections: bool = False
    reason: str

    @model_validator(mode="after")
    def _one_kind(self) -> "Conflict":
        if sum((self.sides, self.values is not None, self.days_ratio is not None)) != 1:
            raise ValueError("exactly one of sides, values, days_ratio is needed")
        return self


class Example(PatternModel):
    """A note, perhaps a claim around it, and the status the row then has."""

    text: str
    status: Status
    codes: Words = ()  # on the claim, in order; without it the file's own code alone
    procedures: Words = ()
    payer: str | None = None
    setting: Setting = "outpatient"
    overlays: Words = ()


class Requirement(PatternModel):
    """One row: first `when`, then `conflict`, `blocked_by`, `met`, `partial`, `wrong` decide, in this order."""

    id: str
    element: str
    level: Level
    basis: Basis
    needs: str  # "The note needs …": what satisfies the row
    not_enough: str | None = None
    why: str
    source: str
    verified: bool  # the authority itself was read (tabular, guideline text, payer page), not a secondary article
    when: Condition | None = None
    raised: tuple[Raised, ...] = ()
    either_or: str | None = None  # the other row of a pair: once one is met the other does not apply
    met: Wants = Field(min_length=1)
    partial: Wants = ()
    blocked_by: Wants = ()  # missing whatever else is written
    wrong: Wants = ()  # missing, and why what is written does not count
    conflict: Annotated[tuple[Conflict, ...], BeforeValidator(as_tuple)] = ()
    examples: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> "Requirement":
        if self.level == "conditional" and self.when is None:
            raise ValueError("a conditional row needs `when`")
        for condition in (self.when, *(item.when for item in self.raised)):
            if condition is not None and not condition.says:
                raise ValueError("`when` needs `says`")
        for want in (*self.partial, *self.blocked_by, *self.wrong):
            if not want.reason:
                raise ValueError("each of partial, blocked_by and wrong needs its reason")
        return self


class CodeRequirements(PatternModel):
    """One code with its rows."""

    code: str
    title: str
    also_for: Words = ()  # headers on a claim that these rows serve (settled point)
    anchor: Wants = Field(min_length=1)  # the findings that create the obligation, best first; gaps are shown there
    requirements: tuple[Requirement, ...] = Field(min_length=1)
