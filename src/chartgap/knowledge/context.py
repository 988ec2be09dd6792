"""patterns/context/*.yaml in: ConText rules, phrases expanded, checked together. sections.yaml is read elsewhere."""

import re
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import Field, PositiveInt, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.loading import PatternModel, read_yaml, validate
from chartgap.model import Assertion

Direction = Literal["forward", "backward", "bidirectional", "terminate", "pseudo"]
Category = Literal["negated", "uncertain", "historical", "hypothetical", "family"]

SECTIONS_FILE = "sections.yaml"
_CHOICE = re.compile(r"\(([^()]*)\)")
_TARGET = re.compile(r"<([^<>|]+)(?:\|(\w+))?>")


class Example(NamedTuple):
    """A marked example taken apart: the plain sentence, its one target, and what must be said of it."""

    sentence: str
    start: int
    end: int
    label: str
    expected: Assertion


class ContextRule(PatternModel):
    """One group of phrases that act alike.

    A phrase may hold choices, "(can|did) rule out", and an empty choice makes the word optional: "no (new|) signs".
    `#` stands for any number, `$` for the end of the sentence. A target is modified when it begins (forward) or ends
    (backward) within the scope. What is `headed` is a heading: statements do not end it, only the next heading or a
    contrast.
    """

    id: str = Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")
    direction: Direction
    category: Category | None = None
    phrases: tuple[str, ...] = Field(min_length=1)
    max_scope: PositiveInt | None = None
    only: frozenset[str] | None = None
    except_: frozenset[str] | None = Field(default=None, alias="except")
    ends: frozenset[Category] | None = None
    headed: bool = False
    note: str = ""
    examples: dict[str, Assertion]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        modifies = self.direction not in ("terminate", "pseudo")
        if modifies != (self.category is not None):
            raise ValueError(f"category is {'missing' if modifies else 'not for'} direction {self.direction}")
        if self.ends is not None and self.direction != "terminate":
            raise ValueError("ends is for direction terminate")
        if self.headed and not modifies:
            raise ValueError("headed is for a rule with a category")
        if self.only is not None and self.except_ is not None:
            raise ValueError("only and except exclude each other")
        said = set(self.examples.values())
        if len(said) < 2 or (self.category or "affirmed") not in said:
            raise ValueError("examples need one where the rule decides and one where it must not")
        for text in self.examples:
            if len(_TARGET.findall(text)) != 1:
                raise ValueError("every example marks exactly one <target>")
        return self

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Every phrase written out, single-spaced."""
        return tuple(dict.fromkeys(text for phrase in self.phrases for text in _expand(phrase)))

    def parsed_examples(self) -> tuple[Example, ...]:
        """The examples with the marks taken out; <tingling|numbness> gives the target an element id."""
        return tuple(_parse_example(text, expected) for text, expected in self.examples.items())


class _ContextFile(PatternModel):
    about: str
    rules: tuple[ContextRule, ...]


class ContextRules(PatternModel):
    """All ConText rules of a pattern folder."""

    rules: tuple[ContextRule, ...] = ()


def load_context(root: Path, problems: list[PatternProblem]) -> ContextRules:
    """Read root/context/*.yaml; an id, or a phrase with one direction, may occur once."""
    rules: list[ContextRule] = []
    seen: dict[str, str] = {}
    for path in sorted((root / "context").glob("*.yaml")):
        if path.name == SECTIONS_FILE:
            continue
        name = path.relative_to(root).as_posix()
        data = read_yaml(path, problems, root=root)
        parsed = validate(_ContextFile, data, problems, file=name) if data is not None else None
        for rule in parsed.rules if parsed else ():
            problems.extend(_repeats(rule, seen, file=name))
            rules.append(rule)
    return ContextRules(rules=tuple(rules))


def _repeats(rule: ContextRule, seen: dict[str, str], *, file: str) -> list[PatternProblem]:
    found = []
    # A phrase may act forward and backward by two rules of different reach, and say two things ("no history of");
    # pseudo and terminate stand alone.
    way = f"{rule.direction} {rule.category}" if rule.category else "-"
    for key in (f"id {rule.id}", *(f"{way} {text}" for text in rule.literals)):
        if key in seen:
            found.append(PatternProblem(file, rule.id, "phrases", f"{key!r} is already in {seen[key]}"))
        seen[key] = rule.id
    return found


def _expand(phrase: str) -> list[str]:
    # split() alternates plain text and the inside of a choice.
    parts = _CHOICE.split(phrase)
    options = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return [" ".join("".join(pick).split()) for pick in product(*options)]


def _parse_example(text: str, expected: Assertion) -> Example:
    mark = _TARGET.search(text)
    assert mark is not None  # the validator has seen to it
    words, label = mark.group(1), mark.group(2) or "finding"
    sentence = text[: mark.start()] + words + text[mark.end() :]
    return Example(sentence, mark.start(), mark.start() + len(words), label, expected)


class SectionRule(PatternModel):
    """A normalized section and its titles. With `starts`, a title counts only before a body that begins with one.

    `unless`: what may not follow the start: "EXAM: Cervical spine: no tenderness" is no study of it.
    """

    category: str = Field(pattern=r"^[a-z_]+$")
    titles: tuple[str, ...] = Field(min_length=1)
    starts: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class SubsectionRule(PatternModel):
    """A heading inside an examination or a review of systems: its region or its system."""

    topic: str = Field(pattern=r"^[a-z_]+$")
    titles: tuple[str, ...] = Field(min_length=1)
    side: bool = False
    opens_exam: bool = False


class SectionRules(PatternModel):
    """patterns/context/sections.yaml. An example gives the categories of its sections and subsections in order."""

    about: str
    sections: tuple[SectionRule, ...] = Field(min_length=1)
    subsections: tuple[SubsectionRule, ...] = Field(min_length=1)
    examples: dict[str, tuple[str, ...]] = Field(min_length=1)

    @model_validator(mode="after")
    def _titles_once(self) -> Self:
        plain = [title for rule in self.sections if not rule.starts for title in rule.titles]
        plain += [title for rule in self.subsections for title in rule.titles]
        repeated = sorted({title for title in plain if plain.count(title) > 1})
        if repeated:
            raise ValueError(f"titles of two sections: {', '.join(repeated)}")
        return self


def load_sections(root: Path, problems: list[PatternProblem]) -> SectionRules | None:
    """Read root/context/sections.yaml; None when it is not valid, with the reasons in problems."""
    path = root / "context" / SECTIONS_FILE
    data = read_yaml(path, problems, root=root)
    if data is None:
        return None
    return validate(SectionRules, data, problems, file=path.relative_to(root).as_posix(), id_key="category")
