"""Templates of the questions to providers: patterns/queries/*.yaml, validated. One file a question, named after it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.codes import Settings, Want, Wants, Words  # noqa: F401  # Wants names Want
from chartgap.knowledge.loading import PatternModel, validate
from chartgap.knowledge.phrase_lists import read_filled_yaml

OTHER = "Other (please specify)"
UNABLE = "Unable to determine"
"""The two options that no query goes without (rule 9); the templates do not write them."""

Gap = Literal["missing", "partial", "conflicting"]


OF_THE_CONDITION = ("site", "side", "with", "stage", "severity", "course", "episode", "degree", "diabetes_type")
"""Axes of titles that a note answers with words about the condition, not with words that any note may hold."""


class Trigger(PatternModel):
    """Gaps or alerts that raise the question. A gap in a row of another basis than code assignment needs `doubt`."""

    rows: Words = ()  # "*.laterality": ids of requirements
    titles: Words = ()  # "side": axes of patterns/derived, of codes without a file
    quoting: Words = OF_THE_CONDITION  # with `titles`: the axes that are documented, whose words are quoted
    status: tuple[Gap, ...] = ("missing", "partial", "conflicting")
    resting_on: Wants = ()  # one of the findings that the gap rests on is like this
    beside_met: str | None = None  # this row of the same code is met: "diagnosis"
    answered_by: Wants = ()  # no question: the note says it, and what the gap calls for is another code
    doubt: str | None = None  # why the clinical validity of the code is in doubt
    alerts: Words = ()

    @model_validator(mode="after")
    def _one_kind(self) -> "Trigger":
        if sum(map(bool, (self.rows, self.titles, self.alerts))) != 1:
            raise ValueError("exactly one of rows, titles, alerts is needed")
        if self.titles and self.model_fields_set - {"titles", "quoting", "status"}:
            raise ValueError("only quoting and status beside titles")
        if self.alerts and self.model_fields_set - {"alerts", "doubt", "answered_by"}:
            raise ValueError("only doubt and answered_by beside alerts")
        return self


class Option(PatternModel):
    """One answer to choose. It is offered when the note holds what supports it, or always if it asserts nothing."""

    text: str
    support: Wants = ()
    asserts_nothing: bool = False  # a field to fill in, or an answer that names no condition
    setting: Settings = ()

    @model_validator(mode="after")
    def _supported(self) -> "Option":
        if bool(self.support) == self.asserts_nothing:
            raise ValueError("either `support` or `asserts_nothing: true` is needed")
        return self


class QueryExample(PatternModel):
    """A note with its claim, and what is then asked: nothing, or exactly these quotes and options."""

    text: str
    codes: Words
    alerts: Words = ()  # raised in addition, so that the example does not depend on what raises them
    asked: bool = True
    quotes: Words = ()
    options: Words = ()  # without the two that are always there

    @model_validator(mode="after")
    def _complete(self) -> "QueryExample":
        if self.asked != bool(self.quotes):
            raise ValueError("what is asked has quotes, what is not has none")
        return self


class QueryTemplate(PatternModel):
    """One question. What several codes and rows leave open alike is asked once."""

    id: str
    priority: int  # the lowest is asked first, and gets a gap that several templates could ask about
    raised_by: tuple[Trigger, ...] = Field(min_length=1)
    joined_by: Words = ()  # ids of alerts that are told with the question, but do not raise it
    title: str
    problem: str
    question: str
    indicators: Wants = ()  # what is quoted beside the findings that the gap rests on
    must_quote: Wants = ()  # asked only where one of these is found and can be quoted
    options: tuple[Option, ...] = Field(min_length=1)
    source: str
    examples: tuple[QueryExample, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _coherent(self) -> "QueryTemplate":
        if not self.question.endswith("?") or "?" in f"{self.title}{self.problem}{self.question[:-1]}":
            raise ValueError("one question, ending in a question mark, is needed")
        if {OTHER, UNABLE} & {option.text for option in self.options}:
            raise ValueError(f"{OTHER!r} and {UNABLE!r} are added to every query")
        if {example.asked for example in self.examples} != {True, False}:
            raise ValueError("an example that is asked and one that is not are needed")
        return self


@dataclass(frozen=True)
class QueryPack:
    """All templates, the first to be asked first."""

    templates: tuple[QueryTemplate, ...] = ()
    rules: str = ""  # the version of the rules that the templates are written by
    _digest: str = ""
    _of_row: dict[str, tuple[tuple[QueryTemplate, Trigger], ...]] = field(default_factory=dict, compare=False)

    @property
    def version(self) -> str:
        """Names rules and wording: a changed template is another version."""
        return f"{self.rules}+{self._digest}"

    def for_row(self, id_: str) -> tuple[tuple[QueryTemplate, Trigger], ...]:
        """The templates that ask about a requirement, each with its trigger, in order."""
        if id_ not in self._of_row:
            self._of_row[id_] = tuple(
                (template, trigger)
                for template in self.templates
                for trigger in template.raised_by
                if any(fnmatchcase(id_, pattern) for pattern in trigger.rows)
            )
        return self._of_row[id_]

    def for_title(self, axis: str) -> Iterator[tuple[QueryTemplate, Trigger]]:
        """The templates that ask about an axis of titles, in order."""
        for template in self.templates:
            yield from ((template, trigger) for trigger in template.raised_by if axis in trigger.titles)

    @cached_property
    def _of_alert(self) -> dict[str, list[tuple[QueryTemplate, Trigger]]]:
        found: dict[str, list[tuple[QueryTemplate, Trigger]]] = {}
        for template in self.templates:
            for trigger in template.raised_by:
                for id_ in trigger.alerts:
                    found.setdefault(id_, []).append((template, trigger))
        return found

    def for_alert(self, id_: str) -> Sequence[tuple[QueryTemplate, Trigger]]:
        """The templates that ask about an alert, in order: the first whose words can be quoted does."""
        return self._of_alert.get(id_, ())


NO_QUERIES = QueryPack()


def load_queries(root: Path, rules: str, problems: list[PatternProblem]) -> QueryPack:
    """Read queries/ under the patterns folder; without it nothing is asked."""
    found: dict[str, QueryTemplate] = {}
    digest = hashlib.sha256(rules.encode())
    for path in sorted((root / "queries").glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        data = read_filled_yaml(path, problems, root=root)
        item = validate(QueryTemplate, data, problems, file=name) if data is not None else None
        if item is None:
            continue
        digest.update(path.read_bytes())
        wrong = [PatternProblem(name, item.id, key, message) for key, message in _wrong(item, path.stem, found)]
        problems.extend(wrong)
        if not wrong:
            found[item.id] = item
    ordered = tuple(sorted(found.values(), key=lambda item: item.priority))
    return QueryPack(ordered, rules, digest.hexdigest()[:8])


def _wrong(item: QueryTemplate, stem: str, found: Mapping[str, QueryTemplate]) -> Iterator[tuple[str, str]]:
    if item.id != stem:
        yield "id", f"must equal the file's name, {stem}"
    taken = {other.priority: other.id for other in found.values()}
    if item.priority in taken:
        yield "priority", f"is that of {taken[item.priority]} too"
    others = {
        id_: other
        for other in found.values()
        for trigger in other.raised_by
        for id_ in trigger.alerts
        if not (other.must_quote and item.must_quote)  # else the note decides which is asked
    }
    for trigger in item.raised_by:
        for id_ in trigger.alerts:
            if id_ in others:
                yield "raised_by", f"{id_} raises {others[id_].id}"
