"""Cues reach as medspaCy's ConText lets them: with four mends the same edges come out of its own classes."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartgap.extract.assertion.context_scope import Cue, Target, modifying
from chartgap.knowledge.context import ContextRule

medspacy = pytest.importorskip("medspacy.context")
TOKENS = 14
CATEGORIES = ("negated", "historical", "uncertain")
EXAMPLES = {"no <x>": "negated", "so <x>": "affirmed"}


@dataclass
class Span:
    """As much of a spaCy Span as ConText asks for."""

    start: int
    end: int
    label_: str


class Reference(medspacy.ConTextModifier):
    """medspaCy's modifier with the four mends."""

    def __init__(self, rule, start, end):
        inert = rule.direction in {"TERMINATE", "PSEUDO"}
        reach = rule.max_scope or TOKENS
        low = max(0, start - reach) if rule.direction != "FORWARD" else end
        high = min(TOKENS, end + reach) if rule.direction != "BACKWARD" else start
        super().__init__(rule, start, end, None, *((start, end) if inert else (low, high)))

    def limit_scope(self, other):
        ends = other.rule.metadata["ends"]
        if ends is not None and (self.category not in ends or self.rule.metadata["headed"]):
            return False
        if self.category == other.category == "HISTORICAL" and self.direction == other.direction:
            return False
        return super().limit_scope(other)

    def modifies(self, target):
        if target.start < self._end and self._start < target.end:
            return False
        token = target.start if target.start >= self._end else target.end - 1
        return super().modifies(Span(token, token + 1, target.label_))


def rules():
    def build(direction, category, reach, only, ends, headed):
        modifies = direction not in {"terminate", "pseudo"}
        return ContextRule.model_construct(
            id="a.rule", direction=direction, category=category if modifies else None, phrases=("x",),
            max_scope=reach, only=frozenset(only) if only else None, except_=None,
            ends=frozenset(ends) if ends and direction == "terminate" else None, headed=headed and modifies,
        )  # fmt: skip

    return st.builds(
        build,
        st.sampled_from(["forward", "backward", "bidirectional", "terminate", "pseudo"]),
        st.sampled_from(CATEGORIES),
        st.sampled_from([None, None, 2, 5]),
        st.sampled_from([None, None, ("pain",)]),
        st.sampled_from([None, None, ("negated",), ("historical", "uncertain")]),
        st.booleans(),
    )


def places(low=0):
    return st.integers(low, TOKENS - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, min(TOKENS, start + 3)))
    )


def theirs(cues, targets):
    def rule(ours):
        return medspacy.ConTextRule(
            ours.id, ours.category or ours.direction, direction=ours.direction.upper(), allowed_types=ours.only,
            max_scope=ours.max_scope,
            metadata={"ends": ours.ends and {end.upper() for end in ours.ends}, "headed": ours.headed},
        )  # fmt: skip

    modifiers = [Reference(rule(ours), *place) for ours, place in cues]
    spans = [Span(*place, label) for place, label in targets]
    graph = medspacy.ConTextGraph(targets=spans, modifiers=modifiers)
    for modifier in modifiers:
        for other in modifiers:
            if other is not modifier:
                modifier.limit_scope(other)
    graph.apply_modifiers()
    edges = {(id(target), id(modifier)) for target, modifier in graph.edges}
    return [[i for i, m in enumerate(modifiers) if (id(span), id(m)) in edges] for span in spans]


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(st.tuples(rules(), places()), max_size=6).map(lambda cues: sorted(cues, key=lambda cue: cue[1])),
    st.lists(st.tuples(places(), st.sampled_from(["pain", "numbness"])), min_size=1, max_size=4),
)
def test_the_same_cues_modify_the_same_targets(cues, targets):
    acting = [Cue(rule, *place, TOKENS) for rule, place in cues]
    ours = modifying(acting, [Target(*place, label) for place, label in targets])
    assert [[acting.index(cue) for cue in found] for found in ours] == theirs(cues, targets)


def rule(direction, **more):
    return ContextRule(id="a.rule", direction=direction, category="negated", phrases=("no",), examples=EXAMPLES, **more)


def test_a_cue_reaches_forward_to_the_next_of_its_kind():
    first, second = Cue(rule("forward"), 0, 1, 10), Cue(rule("forward"), 4, 5, 10)
    early, late = Target(2, 3, "pain"), Target(6, 7, "pain")
    assert modifying([first, second], [early, late]) == [[first], [second]]


def test_a_target_that_contains_its_cue_is_not_modified_by_it():
    assert modifying([Cue(rule("forward"), 1, 2, 10)], [Target(0, 3, "pain")]) == [[]]


def test_a_reach_in_tokens_ends_there():
    cue = Cue(rule("forward", max_scope=2), 0, 1, 10)
    assert modifying([cue], [Target(2, 3, "pain"), Target(3, 4, "pain")]) == [[cue], []]
