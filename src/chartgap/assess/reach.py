"""What a row looks at in a note. Most rows of most notes look at nothing that is there, and need no second look."""

from collections.abc import Iterator
from typing import NamedTuple

from chartgap.assess.checks import LOOKS_AT
from chartgap.assess.matching import claim_tells
from chartgap.assess.scene import Scene
from chartgap.knowledge.codes import CodeRequirements, Condition, Requirement, Want
from chartgap.knowledge.loading import PatternModel


class Reach(NamedTuple):
    """What findings show and phrases of the text: with none of these the row says the same of every note."""

    signs: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    whole: bool = False  # more of the text matters than these
    visit: bool = False  # whether it is a follow-up matters

    def touches(self, shown: frozenset[str]) -> bool:
        """Whether a note whose findings show these has to be looked at."""
        return self.whole or not self.signs.isdisjoint(shown)


def reach_of(model: Requirement | CodeRequirements, scene: Scene) -> Reach:
    """All that any key of a row, or of the rows and anchors of a file, can look at, however deep.

    What the claim alone rules out or decides looks at nothing.
    """
    signs: set[str] = set()
    phrases: set[tuple[str, ...]] = set()
    whole = visit = False
    for part in _parts(model, scene):
        if isinstance(part, Requirement) and not all(conflict.among for conflict in part.conflict):
            signs.add(part.element)
        if isinstance(part, Want) and part.element:
            signs |= part.signs or set()
        if isinstance(part, Condition):
            visit = visit or part.follow_up
        if isinstance(part, Want | Condition):
            phrases.add(part.words)
            if isinstance(part, Want) and part.link:
                phrases.add(part.link.cause)
            if part.check:
                looked_at = LOOKS_AT[part.check]
                signs |= looked_at.elements
                phrases.add(looked_at.phrases)
                whole = whole or looked_at.whole
    return Reach(frozenset(signs), tuple(sorted(phrases - {()})), whole, visit)


def _parts(model: PatternModel, scene: Scene) -> Iterator[PatternModel]:
    if isinstance(model, Condition) and claim_tells(model, scene) is not None:
        return
    when = getattr(model, "when", None)
    if when is not None and claim_tells(when, scene) is False:
        return
    yield model
    for name in model.model_fields_set:
        value = getattr(model, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, PatternModel):
                yield from _parts(item, scene)
