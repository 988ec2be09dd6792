"""How far the cues of a sentence reach: which of them modify which target. Counted in tokens of the sentence.

ConText (Harkema et al. 2009) as medspaCy 1.3 has it, mended in four places. It is written out here because importing
medspaCy takes longer than checking a hundred notes; a test holds it against medspaCy's own classes.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chartgap.knowledge.context import ContextRule

_INERT = frozenset({"terminate", "pseudo"})
# "Past medical history of asthma, status post splenectomy and gout": the nearer cue says no more than the wider one.
_NESTING = frozenset({"historical"})


class Target(NamedTuple):
    """What may be modified: tokens start to end, and its element. Targets may overlap."""

    start: int
    end: int
    label: str


class Cue:
    """A phrase of a rule at tokens start to end, and the tokens low to high that it reaches."""

    __slots__ = ("end", "high", "low", "rule", "start")

    def __init__(self, rule: ContextRule, start: int, end: int, tokens: int) -> None:
        """Reach as far as the rule lets it in a sentence of so many tokens."""
        self.rule, self.start, self.end = rule, start, end
        direction, reach = rule.direction, rule.max_scope or tokens
        if direction in _INERT:
            # A terminating phrase reaches over itself: `limit` asks for an overlap that misses containment.
            self.low, self.high = start, end
        else:
            self.low = max(0, start - reach) if direction != "forward" else end
            self.high = min(tokens, end + reach) if direction != "backward" else start

    def limit(self, other: "Cue") -> None:
        """End the reach at another cue, if that is one of the same category or one that ends this category."""
        low, high = self.low, self.high
        if not (low <= other.low < high or low < other.high <= high):
            return
        rule, by = self.rule, other.rule
        if by.direction == "terminate":
            # Mended: some end certain categories only, and no heading.
            if by.ends is not None and (rule.category not in by.ends or rule.headed):
                return
        elif not _vies(rule, by):
            return
        if rule.direction != "backward" and other.start > self.start:
            self.high = min(high, other.start)
        if rule.direction != "forward" and other.end < self.end:
            self.low = max(low, other.end)

    def modifies(self, target: Target) -> bool:
        """Whether a target begins (forward) or ends (backward) within reach and shares no token with the cue.

        Mended: medspaCy misses a target that contains the cue ("... without murmurs" negated itself).
        """
        rule = self.rule
        if rule.only is not None and target.label not in rule.only:
            return False
        if rule.except_ is not None and target.label in rule.except_:
            return False
        if target.start < self.end and self.start < target.end:
            return False
        return self.low <= (target.start if target.start >= self.end else target.end - 1) < self.high


def _vies(rule: ContextRule, other: ContextRule) -> bool:
    """Whether the reach of a cue ends where one of another rule begins: they say the same of the same elements."""
    if rule.category != other.category or rule.only != other.only or rule.except_ != other.except_:
        return False
    return rule.category not in _NESTING or rule.direction != other.direction


def modifying(cues: Sequence[Cue], targets: Sequence[Target]) -> list[list[Cue]]:
    """The cues that modify each target, in their order; the reach of each is limited by the others first."""
    acting = [cue for cue in cues if cue.rule.direction not in _INERT]
    for cue in acting:
        for other in cues:
            if other is not cue:
                cue.limit(other)
    return [[cue for cue in acting if cue.modifies(target)] for target in targets]
