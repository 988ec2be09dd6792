"""Cross-checks of a note and its claim: patterns/alerts/*.yaml, validated. One file per family, named after it."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.codes import Condition, Link, Want, Words, as_tuple
from chartgap.knowledge.loading import PatternModel, validate
from chartgap.knowledge.phrase_lists import read_filled_yaml
from chartgap.knowledge.phrases import PlainPhrases
from chartgap.model import Basis, Setting, Severity

AlertCheck = Literal[
    "header", "unknown_code", "seventh_character", "edition", "excludes1", "signs_on_other_side", "root_off_imaging",
    "another_region", "cloned_exam", "nothing_new", "cmt_regions", "apex_at_junction", "same_level_twice",
    "visits_unreported", "listed_twice", "before_code_first", "manifestation_first",
]  # fmt: skip
"""Judgements that keys cannot say; chartgap.assess.alert_checks, claim_edits and sequence hold them."""
PLACEHOLDERS = frozenset({"code", "title", "others", "leaves", "nearest", "release", "characters", "detail", "note"})
"""What a message may name in braces; a check supplies what the claim alone does not."""

Wants = Annotated[tuple[Want, ...], BeforeValidator(as_tuple)]
_ID = re.compile(r"XC(?:-[A-Z0-9]+)*(?:-\d{2}b?)?")


class Case(PatternModel):
    """One way in which an alert fires: everything written here must hold for the claimed code."""

    code: Words = ()  # narrows the alert's codes
    beside: Words = ()  # another code on the claim like one of these; it becomes a related code
    not_beside: Words = ()
    only: Words = ()  # every code on the claim is like one of these
    order: Literal["first", "not_first", "before", "after"] | None = None  # before, after: the code of `beside`
    no_modifier: str | None = None  # no procedure on the claim carries it: "98940-AT"
    after_no: Words = ()  # no code listed before this one is like these
    when: Condition | None = None
    finds: Wants = ()  # any of these in the note; they are the evidence
    lacks: Wants = ()  # none of these in the note
    says: PlainPhrases = ()  # the note says one of them, of the patient, not denied ("not" near before it denies)
    link: Link | None = None  # in one sentence, not denied, not the family's
    beside_code_in_text: Words = ()  # the note writes the code itself, with one of these phrases in the same line
    check: AlertCheck | None = None
    severity: Severity | None = None  # where it differs from the alert's
    message: str | None = None
    related: Words = ()

    @model_validator(mode="after")
    def _coherent(self) -> "Case":
        if self.order in {"before", "after"} and not self.beside:
            raise ValueError("order before and after need `beside`")
        _known_placeholders(self.message)
        return self


class AlertExample(PatternModel):
    """A note with its claim, and the ids of ALL alerts that it raises."""

    text: str
    codes: Words
    alerts: Words = ()
    procedures: Words = ()
    payer: str | None = None
    setting: Setting = "outpatient"
    previous: Words = ()  # earlier notes of the patient, the latest first


Cases = Annotated[tuple[Case, ...], BeforeValidator(as_tuple)]


class AlertRule(PatternModel):
    """One alert: the first of its cases that holds raises it."""

    id: str
    trigger: str
    severity: Severity
    basis: Basis
    codes: Words = Field(min_length=1)  # "M50.1*"; the claimed codes that it is about
    once: bool = False  # about the visit: raised for the first such code only
    fires: Cases = Field(min_length=1)
    silent_with: Words = ()  # alerts that say the same of the same code, and say it better
    message: str
    related: Words = ()
    source: str
    verified: bool  # the authority itself was read
    examples: tuple[AlertExample, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _coherent(self) -> "AlertRule":
        if not _ID.fullmatch(self.id):
            raise ValueError("an alert's id is written like XC-RAD-02")
        _known_placeholders(self.message)
        fires = [self.id in example.alerts for example in self.examples]
        if not any(fires) or all(fires):
            raise ValueError("an example that fires and one that is silent are needed")
        return self

    @property
    def family(self) -> str:
        """The file that it stands in."""
        return re.sub(r"-\d{2}b?$", "", self.id)

    def concerns(self, code: str) -> bool:
        """Whether the alert may be raised for a claimed code."""
        return any(fnmatchcase(code, pattern) for pattern in self.codes)


class AlertFamily(PatternModel):
    """One file: a family of alerts."""

    id: str
    title: str
    alerts: tuple[AlertRule, ...] = Field(min_length=1)


def load_alerts(root: Path, problems: list[PatternProblem]) -> dict[str, AlertRule]:
    """Read alerts/ under the patterns folder, by id in the order of files; problems are added to `problems`."""
    found: dict[str, AlertRule] = {}
    for path in sorted((root / "alerts").glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        data = read_filled_yaml(path, problems, root=root)
        family = validate(AlertFamily, data, problems, file=name) if data is not None else None
        if family is None:
            continue
        wrong = [PatternProblem(name, id_, key, message) for id_, key, message in _misnamed(family, path.stem, found)]
        problems.extend(wrong)
        if not wrong:
            found |= {alert.id: alert for alert in family.alerts}
    problems.extend(_unknown_ids(found))
    return found


def _misnamed(family: AlertFamily, stem: str, found: Mapping[str, AlertRule]) -> Iterator[tuple[str, str, str]]:
    if family.id != stem:
        yield family.id, "id", f"must equal the file's name, {stem}"
    seen: set[str] = set()
    for alert in family.alerts:
        if alert.id != family.id and not alert.id.startswith(f"{family.id}-"):
            yield alert.id, "id", f"must start with {family.id}"
        if alert.id in seen or alert.id in found:
            yield alert.id, "id", "is used twice"
        seen.add(alert.id)


def _unknown_ids(found: Mapping[str, AlertRule]) -> Iterator[PatternProblem]:
    for alert in found.values():
        named = {*alert.silent_with, *(id_ for example in alert.examples for id_ in example.alerts)}
        for id_ in sorted(named - found.keys()):
            yield PatternProblem("alerts", alert.id, "silent_with or examples", f"names no alert: {id_}")


def _known_placeholders(message: str | None) -> None:
    for _, name, _, _ in Formatter().parse(message or ""):
        if name is not None and name not in PLACEHOLDERS:
            raise ValueError(f"unknown placeholder {{{name}}}")
