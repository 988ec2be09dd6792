"""The axes on which titles of ICD-10-CM differ (side, stage, trimester, …): patterns/derived, validated.

One file an axis; words/sites.yaml and words/terms.yaml hold how notes name the places and conditions of titles.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field

from chartgap.errors import PatternError, PatternProblem
from chartgap.knowledge.loading import ModelT, PatternModel, read_yaml, validate
from chartgap.knowledge.phrases import check
from chartgap.model import Basis, Level, Status

_SITES, _TERMS = "derived/words/sites.yaml", "derived/words/terms.yaml"
Near = Literal["site", "title", "note"]


def _checked(phrases: tuple[str, ...]) -> tuple[str, ...]:
    check(phrases)
    return phrases


Phrases = Annotated[tuple[str, ...], AfterValidator(_checked)]


class AxisValue(PatternModel):
    """One value: how a title or a 7th character states it, and how a note does."""

    value: str
    title: Phrases = ()
    seventh: Phrases = ()  # beginnings or parts of the 7th character's meaning
    words: Phrases = ()
    hints: Phrases = ()  # enough where the title has this value; they contradict no other
    weeks: tuple[int, int] | None = None  # weeks of gestation, first and last


class AxisExample(PatternModel):
    """A note, the code claimed from it, and the status that the axis then has."""

    code: str
    text: str
    status: Status


class Default(PatternModel):
    """The value of a note that is silent, where a note of the tabular says so; `note` is a part of its text."""

    value: str
    note: str


class Axis(PatternModel):
    """One axis."""

    axis: str
    about: str
    asks: str  # "the side"
    near: Near  # the words count at the place of the title, at a word of the title, or anywhere
    window: int = 5  # words that may stand between
    level: Level
    basis: Basis
    open: bool = False  # asked too where the title leaves it open and a sibling has a value
    joined: bool = False  # one word of a note may state two values, for which other codes stand: acute on chronic
    codes: str | None = None  # asked of these codes whatever their title, late effects left out: "S00-T34"
    values: tuple[AxisValue, ...] = Field(min_length=1)
    satisfied_by: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    default: Default | None = None
    void: Phrases = ()  # phrases of a note in which its words mean nothing
    void_title: Phrases = ()
    own_cue: bool = False  # words that deny ("nondisplaced", "not in remission") are read as they stand
    examples: tuple[AxisExample, ...] = Field(min_length=3)


class Site(PatternModel):
    """One place of the body."""

    site: str
    title: Phrases = Field(min_length=1)
    words: Phrases = ()
    within: str | None = None


class _Sites(PatternModel):
    about: str
    sites: tuple[Site, ...]


class _Terms(PatternModel):
    about: str
    empty: str
    terms: dict[str, Phrases]


class Axes(NamedTuple):
    """All that titles are read with."""

    axes: Mapping[str, Axis]
    sites: Mapping[str, Site]
    terms: Mapping[str, tuple[str, ...]]
    empty: frozenset[str]

    def wider_than(self, site: str) -> list[str]:
        """The places that a place lies in, nearest first."""
        found = []
        within = self.sites[site].within
        while within:
            found.append(within)
            within = self.sites[within].within
        return found


def load_axes(root: Path) -> Axes:
    """Read derived/ under the patterns folder; raises PatternError with all problems of its files."""
    problems: list[PatternProblem] = []
    axes: dict[str, Axis] = {}
    for path in sorted((root / "derived").glob("*.yaml")):
        axis = _read(Axis, path, root, problems)
        if axis is not None:
            axes[axis.axis] = axis
            problems.extend(_misnamed(axis, path.relative_to(root).as_posix(), path.stem))
    sites = _read(_Sites, root / _SITES, root, problems)
    terms = _read(_Terms, root / _TERMS, root, problems)
    by_name = {site.site: site for site in sites.sites} if sites else {}
    for site in by_name.values():
        if site.within and site.within not in by_name:
            problems.append(PatternProblem(_SITES, site.site, "within", f"no site is named {site.within}"))
    if problems:
        raise PatternError(problems)
    return Axes(axes, by_name, terms.terms if terms else {}, frozenset(terms.empty.split() if terms else ()))


def _read(model: type[ModelT], path: Path, root: Path, problems: list[PatternProblem]) -> ModelT | None:
    data = read_yaml(path, problems, root=root)
    return None if data is None else validate(model, data, problems, file=path.relative_to(root).as_posix())


def _misnamed(axis: Axis, file: str, stem: str) -> Iterator[PatternProblem]:
    if axis.axis != stem:
        yield PatternProblem(file, axis.axis, "axis", f"must equal the file's name, {stem}")
    known = {value.value for value in axis.values}
    named = {*axis.satisfied_by, *(v for values in axis.satisfied_by.values() for v in values)}
    named |= {axis.default.value} if axis.default else set()
    if unknown := named - known:
        yield PatternProblem(file, axis.axis, "values", f"no value is named {', '.join(sorted(unknown))}")
