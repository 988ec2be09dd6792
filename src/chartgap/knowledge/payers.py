"""What payers ask for beside the code set: patterns/payers/*.yaml, validated. One pack a policy family, named after it.

A pack applies only where the claim carries its payer and one of its procedures (or its code or setting). Policies are
regional and change often: each pack says which it follows, how far each was verified, and when it was last looked at.
Its rows are written like those of a code (codes.py).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.codes import CodeRequirements, Condition, Requirement, Settings, Want, Words, as_tuple
from chartgap.knowledge.loading import PatternModel, validate
from chartgap.knowledge.phrase_lists import read_filled_yaml
from chartgap.model import Basis, Claim, Level, Setting

Mark = Literal["V", "V/2nd", "V/B", "titles", "2nd", "B"]
MARKS: Mapping[Mark, str] = {
    "V": "the contractor's or payer's own page was read",
    "V/2nd": "a page was read for a part, a secondary summary for the rest",
    "V/B": "a page was read for a part, the rest is background knowledge",
    "titles": "of the contractor's page only the title was read",
    "2nd": "a secondary summary was read",
    "B": "background knowledge, not verified",
}
"""How far a policy was verified; only "V" makes a requirement verified."""


class Policy(PatternModel):
    """A coverage determination, article, manual section or commercial policy."""

    number: str
    contractor: str
    mark: Mark


def _as_payer(value: Any) -> Any:
    """`cigna` may be written for `{name: cigna, mark: V}`."""
    return {"name": value} if isinstance(value, str) else value


def _as_payers(value: Any) -> Any:
    return [_as_payer(item) for item in value] if isinstance(value, list) else [_as_payer(value)]


class PackPayer(PatternModel):
    """Whom a pack is about; another mark than V where the policies that were read are not this payer's own."""

    name: str  # a group of payer_names.py, "any", or words of the payer's name
    mark: Mark = "V"


class OverlayRow(Requirement):
    """A requirement of a payer; `verified` follows from its mark."""

    mark: Mark
    level: Level = "required"
    basis: Basis = "payer"

    @model_validator(mode="before")
    @classmethod
    def _marked(cls, data: Any) -> Any:
        if isinstance(data, dict) and "verified" in data:
            raise ValueError("verified follows from mark")
        return {**data, "verified": data.get("mark") == "V"} if isinstance(data, dict) else data


class ExampleClaim(PatternModel):
    """A claim around the examples; the first of a pack's holds where an example does not say otherwise."""

    codes: Words = ()
    procedures: Words = ()
    payer: str | None = None
    setting: Setting = "outpatient"
    overlays: Words = ()

    @property
    def claim(self) -> Claim:
        """As it is on a note."""
        return Claim(**self.model_dump())


class Pack(PatternModel):
    """One payer's rules for one kind of service."""

    id: str
    title: str
    payer: Annotated[tuple[PackPayer, ...], BeforeValidator(_as_payers)] = Field(min_length=1)
    procedure: Words = ()  # groups of PROCEDURE_GROUPS or CPT codes; any of them
    code: Words = ()  # beginnings of codes; any of them on the claim
    setting: Settings = ()
    enabled: bool = True  # a pack that is off applies only where the claim names it among its overlays
    policies: tuple[Policy, ...] = Field(min_length=1)
    reviewed: date
    note: str | None = None
    anchor: Annotated[tuple[Want, ...], BeforeValidator(as_tuple)] = Field(min_length=1)
    example: ExampleClaim
    silent: Annotated[tuple[ExampleClaim, ...], BeforeValidator(as_tuple)] = Field(min_length=1)  # says nothing there
    rows: tuple[OverlayRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> "Pack":
        if not (self.procedure or self.code or self.setting):
            raise ValueError("a procedure, code or setting is needed")
        if self.procedure:
            Condition(procedure=self.procedure)  # unknown groups are an error
        return self

    @cached_property
    def requirements(self) -> CodeRequirements:
        """The rows in the form in which those of codes are assessed."""
        return CodeRequirements(code=self.id, title=self.title, anchor=self.anchor, requirements=self.rows)

    def example_claims(self) -> Iterator[tuple[OverlayRow, str, Claim, str | None]]:
        """Row, text, claim and the status that the row then has; None = the pack says nothing of that claim."""
        for row in self.rows:
            for example in row.examples:
                given = example.model_dump(include=example.model_fields_set & set(ExampleClaim.model_fields))
                yield row, example.text, self.example.model_copy(update=given).claim, example.status
                for silent in self.silent:
                    claim = silent if silent.codes else silent.model_copy(update={"codes": self.example.codes})
                    yield row, example.text, claim.claim, None


def load_payers(root: Path, problems: list[PatternProblem]) -> dict[str, Pack]:
    """Read payers/ under the patterns folder by id; every problem is added to `problems`, and its file is left out."""
    found: dict[str, Pack] = {}
    for path in sorted((root / "payers").glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        data = read_filled_yaml(path, problems, root=root)
        pack = validate(Pack, data, problems, file=name) if data is not None else None
        if pack is None:
            continue
        wrong = [PatternProblem(name, id_, key, message) for id_, key, message in _misnamed(pack, path.stem)]
        problems.extend(wrong)
        if not wrong:
            found[pack.id] = pack
    return found


def _misnamed(pack: Pack, stem: str) -> Iterator[tuple[str, str, str]]:
    if pack.id != stem:
        yield pack.id, "id", f"must equal the file's name, {stem}"
    seen: set[str] = set()
    for row in pack.rows:
        if not row.id.startswith(f"{pack.id}-"):
            yield row.id, "id", f"must start with {pack.id}-"
        if row.id in seen:
            yield row.id, "id", "is used twice"
        seen.add(row.id)
