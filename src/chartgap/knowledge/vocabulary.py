"""What findings may say: the `vocabulary` of each file of patterns/elements.

It is written once, there: findings are made of it, gold is compared by it, and conditions of codes, alerts, payers'
rules and queries may name nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from chartgap.errors import PatternError, PatternProblem
from chartgap.knowledge.codes import COMPOSITES, Conflict, Requirement, Want
from chartgap.knowledge.context import SectionRules, load_sections
from chartgap.knowledge.elements import ElementPattern, Vocabulary, load_elements
from chartgap.knowledge.places import patterns_folder
from chartgap.model import Assertion

_SIDES = frozenset({"left", "right", "bilateral", "stated", "unstated", "congruent"})
_KINDS = frozenset({"quantity", "onset_date", "vague", "unstated"})
_RESULTS = frozenset({"positive", "negative", "equivocal", "other", "unstated"})
_LEVEL = re.compile(r"[CTLS]\d{1,2}(-[CTLS]\d{1,2})?")
_ASSESSED = "assessed"
_UNSTATED = "unstated"


@dataclass(frozen=True)
class Known:
    """The names that conditions may use."""

    elements: Mapping[str, ElementPattern]
    sections: frozenset[str]

    @cached_property
    def areas(self) -> frozenset[str]:
        """The areas of all elements: one list may serve reflexes, sensation and strength."""
        return frozenset({_UNSTATED, *(area for item in self.elements.values() for area in item.vocabulary.areas)})

    def values(self, element: str) -> frozenset[str] | None:
        """The values of an element that a condition may name; None = any."""
        pattern = self.elements[element]
        # Where a finding's value is a name without a list, those that the phrases have are all there are.
        declared = pattern.vocabulary.values or tuple(item.value for item in pattern.targets if item.value)
        return frozenset(declared) or None


@cache
def known_names(root: Path | None = None) -> Known:
    """The names of a patterns folder, or of chartgap's own where it has no elements; raises PatternError."""
    folder = root if root and (root / "elements").is_dir() else patterns_folder()
    problems: list[PatternProblem] = []
    elements, sections = load_elements(folder, problems), load_sections(folder, problems)
    if sections is None or problems:
        raise PatternError(problems)
    return names_of(elements, sections)


def names_of(elements: Mapping[str, ElementPattern], sections: SectionRules) -> Known:
    """The names that these files give."""
    return Known(elements, frozenset(rule.category for rule in sections.sections))


@cache
def vocabulary(root: Path | None = None) -> Mapping[str, Vocabulary]:
    """What the findings of each element may say."""
    return {name: pattern.vocabulary for name, pattern in known_names(root).elements.items()}


class _Place(NamedTuple):
    """Where in a file something stands: the nearest id above it, and the keys on the way."""

    id: str
    keys: tuple[str, ...]


def unknown_names(item: BaseModel, known: Known, *, file: str) -> Iterator[PatternProblem]:
    """Every element, value, area, section and the like that conditions of one item of a file name and nothing has."""
    told: set[tuple[str, str]] = set()  # what stands in a file once may be there again by an alias
    for place, part in _parts(item, _Place("", ())):
        for key, message in _wrong(part, known):
            if (place.id, message) not in told:
                yield PatternProblem(file, place.id, ".".join((*place.keys, key)), message)
            told.add((place.id, message))


def unknown_sections(elements: Mapping[str, ElementPattern], known: Known) -> Iterator[PatternProblem]:
    """Every section that a file of elements names and that patterns/context/sections.yaml has not."""
    for name, pattern in elements.items():
        for place, part in _parts(pattern, _Place(name, ())):
            for key in ("sections", "not_sections", "planned_sections", "done_sections"):
                for section in getattr(part, key, ()):
                    if section not in known.sections:
                        where = ".".join((*place.keys, key))
                        yield PatternProblem(f"elements/{name}.yaml", place.id, where, f"no section is named {section}")


def _parts(data: Any, place: _Place) -> Iterator[tuple[_Place, BaseModel]]:
    """A model with all models in it."""
    if isinstance(data, BaseModel):
        own = getattr(data, "id", None) or getattr(data, "code", None)
        place = place._replace(id=own) if isinstance(own, str) else place
        yield place, data
        for name in type(data).model_fields:
            yield from _parts(getattr(data, name), place._replace(keys=(*place.keys, name.rstrip("_"))))
    elif isinstance(data, tuple):
        for number, item in enumerate(data):
            if isinstance(item, BaseModel):
                yield from _parts(item, place._replace(keys=(*place.keys, str(number))))


def _wrong(part: BaseModel, known: Known) -> Iterator[tuple[str, str]]:
    if isinstance(part, Want):
        yield from _wrong_want(part, known)
    elif isinstance(part, Requirement):
        if part.element not in known.elements.keys() | COMPOSITES:
            yield "element", f"unknown element {part.element}"
        for number, conflict in enumerate(part.conflict):
            yield from _wrong_conflict(conflict, f"conflict.{number}.values", part, known)


def _wrong_want(want: Want, known: Known) -> Iterator[tuple[str, str]]:
    if unknown := sorted(set(want.element) - known.elements.keys()):
        yield "element", f"unknown element {', '.join(unknown)}"
        return
    for key, values in (("value", want.value), ("not_value", want.not_value)):
        yield from ((key, _no(value, "value", want.element)) for value in values if not _has(want, value, known))
    asked = [known.elements[name].vocabulary for name in want.element]
    for key, given, allowed in (
        ("area", want.area, known.areas),
        ("status", want.status, {_UNSTATED, *(name for item in asked for name in item.statuses)}),
        ("side", want.side, _SIDES),
        ("kind", want.kind, _KINDS),
        ("result", want.result, _RESULTS),
        ("section", want.section, known.sections | {_ASSESSED}),
        ("not_section", want.not_section, known.sections),
    ):
        yield from ((key, _no(name, key, want.element)) for name in given if name not in allowed)


def _no(name: str, what: str, elements: tuple[str, ...]) -> str:
    if what in {"section", "not_section"}:
        return f"no section is named {name}"
    return f"{name} is no {what} of {' or '.join(elements)}"


def _has(want: Want, value: str, known: Known) -> bool:
    """Whether one of the elements may have the value, or one that fits the pattern."""
    for element in want.element:
        values = known.values(element)
        if element == "level":
            fits = _LEVEL.fullmatch(value) is not None
        elif values is None:
            fits = True
        else:
            fits = value in values or ("*" in value and any(fnmatchcase(item, value) for item in values))
        if fits or (element == "severity" and "/" in value):
            return True
    return False


def _wrong_conflict(conflict: Conflict, key: str, row: Requirement, known: Known) -> Iterator[tuple[str, str]]:
    """Values that stand against each other are values of the row's elements, or assertions."""
    elements = {element for want in conflict.among for element in want.element} or {row.element}
    lists = [known.values(element) for element in elements if element in known.elements]
    if conflict.values is None or None in lists:
        return
    allowed = {*get_args(Assertion), *(value for values in lists for value in values or ())}
    for value in (*conflict.values[0], *conflict.values[1]):
        if value not in allowed:
            yield key, _no(value, "value", tuple(sorted(elements)))
