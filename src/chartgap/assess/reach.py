"""What a row looks at in a note. Most rows of most notes look at nothing that is there, and need no second look."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from chartgap.assess.checks import LOOKS_AT
from chartgap.knowledge.codes import CodeRequirements, Condition, Requirement, Want
from chartgap.knowledge.loading import PatternModel


class Reach(NamedTuple):
    """Elements of findings and phrases of the text: with none of these the row says the same of every note."""

    elements: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    whole: bool = False  # more of the text matters than these

    def touches(self, present: Collection[str]) -> bool:
        """Whether a note with these elements has to be looked at."""
        return self.whole or not self.elements.isdisjoint(present)


def reach_of(model: Requirement | CodeRequirements) -> Reach:
    """All that any key of a row, or of the rows and anchors of a file, can look at, however deep."""
    elements: set[str] = set()
    phrases: set[tuple[str, ...]] = set()
    whole = False
    for part in _parts(model):
        if isinstance(part, Requirement):
            elements.add(part.element)
        if isinstance(part, Want):
            elements.update(part.element)
        if isinstance(part, Want | Condition):
            phrases.add(part.words)
            if part.check:
                looked_at = LOOKS_AT[part.check]
                elements.update(looked_at.elements)
                phrases.add(looked_at.phrases)
                whole = whole or looked_at.whole
    return Reach(frozenset(elements), tuple(sorted(phrases - {()})), whole)


def _parts(model: PatternModel) -> Iterator[PatternModel]:
    yield model
    for name in model.model_fields_set:
        value = getattr(model, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, PatternModel):
                yield from _parts(item)
