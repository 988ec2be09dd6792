"""Schemas of patterns/elements/ (what to look for) and patterns/lexicon/ (sides, body parts, regions, cues)."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.loading import PatternModel, read_yaml, validate
from chartgap.knowledge.phrases import check
from chartgap.model import Side

Recognizer = Literal[
    "concept", "result", "complaint", "laterality", "region", "level", "duration", "severity", "stated", "graded",
    "linkage", "palpation", "plan", "response", "study_finding", "tissue", "trauma",
]  # fmt: skip

_ANY = "any"


class _Entry(PatternModel):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
    phrases: tuple[str, ...] = Field(min_length=1)

    @field_validator("phrases")
    @classmethod
    def _phrases_expand(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        check(phrases)
        return phrases


class LexiconEntry(_Entry):
    """A side, body part, region or cue that recognizers link to a target.

    `void` marks a phrase that only blocks a shorter one ("right-handed" is no side); `weak` one that counts only where
    the sentence is about the spine ("neck supple" is no region).
    """

    side: Side | None = None
    areas: tuple[str, ...] = ()
    region: str | None = None
    reflex: str | None = None
    radiation: str | None = None
    sense: str | None = None
    joint: bool = False
    muscle: bool = False
    weak: bool = False
    void: bool = False


class Lexicon(PatternModel):
    """One file of patterns/lexicon/."""

    kind: str
    about: str
    entries: tuple[LexiconEntry, ...]


class Target(_Entry):
    """Phrases that mention an element, with what the phrase alone decides."""

    value: str | None = None
    area: str | None = None
    side: Side | None = None
    status: str | None = None
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    generic: bool = False
    negated: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    sections: tuple[str, ...] = ()
    void: bool = False


class Value(_Entry):
    """Words that give a test its result.

    `negated` is the result when the words are negated ("no weakness"); `alone` counts only where no other value does;
    `standalone` needs no test beside it ("hyperreflexia"), nor in `sections`; `muscles` needs none where a muscle is
    named; `area` makes it a result of the tests of that area only, and the only one of a `generic` test ("toes up").
    """

    value: str
    negated: str | None = None
    alone: bool = False
    standalone: bool = False
    muscles: bool = False
    side: Side | None = None
    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    area: str | None = None
    void: bool = False


class Example(PatternModel):
    """A text and exactly the findings of this element in it; a key left out means null (assertion: affirmed)."""

    text: str
    findings: tuple[dict[str, Any], ...]


class StatusRule(PatternModel):
    """How cues of patterns/lexicon/cues.yaml become a status."""

    done: str
    planned: str
    continues: bool = False  # "continue X" is done and planned
    planned_sections: tuple[str, ...] = ()
    done_sections: tuple[str, ...] = ()


def _as_areas(value: Any) -> Any:
    return (value,) if value == _ANY else value


class Vocabulary(PatternModel):
    """What the findings of an element say. Gold is compared by it, and conditions name nothing else."""

    values: tuple[str, ...] = ()  # none given: a name, a level, a number
    areas: Annotated[tuple[str, ...], BeforeValidator(_as_areas)] = ()  # "any": whatever the gold says
    statuses: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()  # the keys that must agree with an annotation; none given: it is not annotated
    optional: bool = False  # compared only in a note whose annotation has the element
    internal: tuple[str, ...] = ()  # values of phrases that no finding keeps

    @property
    def any_area(self) -> bool:
        """Whether areas are not looked at."""
        return _ANY in self.areas


class ElementPattern(PatternModel):
    """One file of patterns/elements/."""

    element: str
    about: str
    vocabulary: Vocabulary
    recognizer: Recognizer
    area: Literal["limb", "region", "site", "radiation", "spine", "none"] = "none"
    sides: bool = False
    when: Literal["any", "affirmed", "negated"] = "any"
    negated: str | None = None
    default: str | None = None
    status: StatusRule | None = None
    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    grades: Literal["reflex", "strength", "motion", "none"] = "none"
    examined: bool = False  # what the patient tells ("denies weakness") is no result
    targets: tuple[Target, ...] = ()
    values: tuple[Value, ...] = ()
    examples: tuple[Example, ...] = Field(min_length=3)

    @model_validator(mode="after")
    def _examples_fire_and_stay_silent(self) -> "ElementPattern":
        if not any(e.findings for e in self.examples):
            raise ValueError("no example that fires")
        if all(e.findings for e in self.examples):
            raise ValueError("no example that is silent")
        return self

    @model_validator(mode="after")
    def _phrases_keep_to_the_vocabulary(self) -> "ElementPattern":
        told = self.vocabulary
        all_phrases: list[Target | Value] = [*self.targets, *self.values]
        phrases = [item for item in all_phrases if not item.void]
        given = {value for item in phrases for value in (item.value, item.negated) if value}
        if told.values and (unknown := sorted(given - {*told.values, *told.internal})):
            raise ValueError(f"values that the vocabulary has not: {', '.join(unknown)}")
        areas = {item.area for item in phrases if item.area}
        if not told.any_area and (unknown := sorted(areas - set(told.areas))):
            raise ValueError(f"areas that the vocabulary has not: {', '.join(unknown)}")
        return self


def load_elements(root: Path, problems: list[PatternProblem]) -> dict[str, ElementPattern]:
    """Every file of elements/, by element id; the file is named after its element."""
    found: dict[str, ElementPattern] = {}
    ids: dict[str, str] = {}
    for path in sorted((root / "elements").glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        data = read_yaml(path, problems, root=root)
        pattern = validate(ElementPattern, data, problems, file=name) if data is not None else None
        if pattern is None:
            continue
        if pattern.element != path.stem:
            problems.append(PatternProblem(name, pattern.element, "element", "the file is not named after its element"))
        found[pattern.element] = pattern
        for entry in (*pattern.targets, *pattern.values):
            if entry.id in ids:
                problems.append(PatternProblem(name, entry.id, "id", f"also in {ids[entry.id]}"))
            ids[entry.id] = name
    return found


def load_lexicon(root: Path, problems: list[PatternProblem]) -> dict[str, Lexicon]:
    """Every file of lexicon/, by kind."""
    found: dict[str, Lexicon] = {}
    for path in sorted((root / "lexicon").glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        data = read_yaml(path, problems, root=root)
        lexicon = validate(Lexicon, data, problems, file=name) if data is not None else None
        if lexicon is not None:
            found[lexicon.kind] = lexicon
    return found
