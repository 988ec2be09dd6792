"""medspaCy's ConText classes, mended. Importing this module imports medspaCy: go through context.medspacy_context()."""

from typing import Any

from medspacy.context import ConTextGraph, ConTextModifier, ConTextRule

__all__ = ["ConTextRule", "SentenceGraph", "SentenceModifier", "Target"]

_INERT = ("TERMINATE", "PSEUDO")


class Target:
    """The part of a spaCy Span that ConText reads; targets may overlap, which doc.ents could not hold."""

    __slots__ = ("end", "label_", "start")

    def __init__(self, start: int, end: int, label: str) -> None:
        self.start, self.end, self.label_ = start, end, label


class SentenceGraph(ConTextGraph):  # type: ignore[misc]
    """The graph of one sentence; only modifiers that can modify have a scope to limit."""

    def update_scopes(self) -> None:
        """As medspaCy's, without the pairs of terminating and pseudo phrases among themselves."""
        for modifier in self.modifiers:
            if modifier.direction not in _INERT:
                for other in self.modifiers:
                    if other is not modifier:
                        modifier.limit_scope(other)


class SentenceModifier(ConTextModifier):  # type: ignore[misc]
    """A modifier whose scope is set from its own sentence of n tokens, so that no Doc needs sentence marks."""

    def __init__(self, rule: ConTextRule, start: int, end: int, n: int) -> None:
        super().__init__(rule, start, end, None, *_scope(rule, start, end, n))

    def limit_scope(self, other: "SentenceModifier") -> bool:
        """As medspaCy's, but a terminating phrase may end some categories only (`ends`), and no heading."""
        if other.direction == "TERMINATE":
            ends = other.rule.metadata["ends"]
            if ends is not None and (self.category not in ends or self.rule.metadata["headed"]):
                return False
        return bool(super().limit_scope(other))

    def modifies(self, target: Any) -> bool:
        """Whether the target begins (forward) or ends (backward) in scope and shares no token with the cue.

        medspaCy's tuple_overlaps misses a target that contains the cue ("... without murmurs" negated itself).
        """
        if self.direction in _INERT or not self.allows(target.label_.upper()):
            return False
        if target.start < self._end and self._start < target.end:
            return False
        low, high = self.scope_span
        token = target.start if target.start >= self._end else target.end - 1
        return bool(low <= token < high)


def _scope(rule: ConTextRule, start: int, end: int, n: int) -> tuple[int, int]:
    # A terminating phrase scopes over itself: limit_scope asks for an overlap that misses containment.
    if rule.direction in _INERT:
        return start, end
    reach = rule.max_scope or n
    low = max(0, start - reach) if rule.direction != "FORWARD" else end
    high = min(n, end + reach) if rule.direction != "BACKWARD" else start
    return low, high
