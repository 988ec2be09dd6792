"""Does the statement hold? ConText over one sentence, and negspaCy as a second reader.

The rules are patterns/context/. Only phrases are matched, on tokens of our own ([a-z0-9]+ or one other character), so
"no-numbness", "n/t" and "c5-6" split predictably. negspaCy is imported when it is first asked.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from chartgap.extract.assertion.context_scope import Cue, Target, modifying
from chartgap.knowledge.context import Category, ContextRule, ContextRules
from chartgap.model import Assertion

_Phrases = Sequence[tuple[ContextRule, Sequence[Sequence[str]]]]
"""Rules, each with the tokens of its phrases."""
_Match = tuple[str, int, int]
"""The id of a rule, and the tokens of its phrase."""
_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_NUMBERS = frozenset(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
)
_END = "$"
_CHANGES = frozenset({"treatment_response", "linkage", "modifying_factors"})
# Too frequent to tell that a sentence holds a cue.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """a about an and any are as at be been being by can did do does during else feel for from had has have having
        he her his i in is it its like me more of on or our out she so some such than that the their them there they
        this to up was we were what when which who will with would you your ve patient pt new""",
    )
)

PRECEDENCE: tuple[Category, ...] = ("family", "hypothetical", "negated", "uncertain", "historical")
"""Which category names the assertion when several modify one target.

Whose fact it is comes first, then whether it is claimed at all: "his father denies neck pain" is the father's,
"return if no relief" claims nothing, "no history of neck pain" and "no possible fracture" are negated. A hedge about
the past stays a hedge, because uncertain is what must never satisfy a diagnosis.
"""


class Modifier(NamedTuple):
    """One cue that modifies a target: characters start to end of the sentence."""

    category: Category
    start: int
    end: int
    rule_id: str


def assertion(modifiers: Iterable[Modifier]) -> Assertion:
    """The assertion that the modifiers of one target amount to, by PRECEDENCE."""
    found = {modifier.category for modifier in modifiers}
    return next((category for category in PRECEDENCE if category in found), "affirmed")


class ContextReader:
    """Reads what the words around a target make of it."""

    def __init__(self, rules: ContextRules) -> None:
        self._rules = {rule.id: rule for rule in rules.rules}
        self._modifying = frozenset(rule.id for rule in rules.rules if rule.category)
        self._terminating = frozenset(rule.id for rule in rules.rules if rule.direction == "terminate")
        phrases = [(rule, [_phrase_tokens(text) for text in rule.literals]) for rule in rules.rules]
        self._reaching = self._terminating | {rule.id for rule in rules.rules if rule.category == "family"}
        self._phrases = _phrase_tree(phrases)
        self._is_cue = _screen(phrases)
        self._negex: Callable[[str, tuple[int, int]], bool] | None = None

    def read(self, sentence: str, targets: Sequence[tuple[int, int, str]]) -> list[tuple[Modifier, ...]]:
        """The modifiers of each (start, end, element) target of one sentence in lower case; targets may overlap."""
        if self._is_cue(sentence) is None:
            return [()] * len(targets)
        spans = [match.span() for match in _TOKEN.finditer(sentence)]
        matches = _find(self._phrases, [sentence[start:end] for start, end in spans])
        if self._modifying.isdisjoint([key for key, _, _ in matches]):
            return [()] * len(targets)
        located = [Target(*_token_range(spans, start, end), label) for start, end, label in targets]
        # A word of change or of relation is no condition: to "numbness" the cue in "numbness has not resolved" is the
        # whole phrase, though to the response "resolved" it is "not"; so in "denies problems related to the nerves".
        changes = [target for target in located if target.label in _CHANGES]
        conditions = [target for target in located if target.label not in _CHANGES]
        found: dict[Target, tuple[Modifier, ...]] = {}
        for group in (conditions, changes):
            if group:
                cues = self._cues(matches, group, len(spans))
                found.update(zip(group, (_modifiers(by, spans) for by in modifying(cues, group)), strict=True))
        return [found[target] for target in located]

    def _cues(self, matches: list[_Match], targets: Sequence[Target], tokens: int) -> list[Cue]:
        chosen = _longest(self._outside(matches, targets), self._terminating)
        return [Cue(self._rules[key], start, end, tokens) for key, start, end in chosen]

    def _outside(self, matches: Iterable[_Match], targets: Sequence[Target]) -> list[_Match]:
        """Without phrases that reach into a target: in "no <focal numbness>" the cue is "no", not "no focal".

        Terminating phrases may: ", it" in "if he rests, <it hurts>" ends the condition all the same. So may kin ("his
        brother <had surgery> for a slipped disc"), and phrases
        that are for other elements: "is not the <cause>" is a cue of the disc named before it.
        """
        return [
            (key, start, end)
            for key, start, end in matches
            if key in self._reaching
            or not any(
                start < target.start < end <= target.end or target.start < start < target.end < end
                for target in targets
                if target.label in (self._rules[key].only or (target.label,))
            )
        ]

    def second_reader(self, sentence: str, target: tuple[int, int]) -> bool:
        """Whether negspaCy calls the target (start, end) of this lower-case sentence negated."""
        if self._negex is None:
            with warnings.catch_warnings():  # spaCy adds filters of its own to the process
                from chartgap.extract.assertion.second_reader import build_second_reader  # noqa: PLC0415

            self._negex = build_second_reader()
        return self._negex(sentence, target)


def _phrase_tree(tokens: _Phrases) -> dict[str, Any]:
    """All phrases token by token; under "" the ids of the rules whose phrase ends there.

    A tree of our own instead of spaCy's PhraseMatcher: it finds the same phrases without a Doc for each sentence (half
    of the time of a reading) and without one for each of the phrases (half a second of every start).
    """
    tree: dict[str, Any] = {}
    for rule, phrases in tokens:
        for phrase in phrases:
            node = tree
            for token in phrase:
                node = node.setdefault(token, {})
            node.setdefault("", []).append(rule.id)
    return tree


def _find(tree: dict[str, Any], words: Sequence[str]) -> list[_Match]:
    """(rule id, first token, token after the last) of every phrase; "#" stands for a number, "$" for the end."""
    kinds = ["#" if word.isdigit() or word in _NUMBERS else word for word in words]
    found: list[_Match] = []
    for start, word in enumerate(kinds):
        node, at = tree.get(word), start + 1
        while node is not None:
            if "" in node:
                found.extend((key, start, at) for key in node[""])
            if at == len(kinds):
                if _END in node:
                    found.extend((key, start, at) for key in node[_END].get("", ()))
                break
            node, at = node.get(kinds[at]), at + 1
    return found


def _phrase_tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _screen(tokens: _Phrases) -> Callable[[str], Any]:
    """A search for the one word that each modifying phrase cannot do without; terminations alone modify nothing."""
    phrases = [phrase for rule, spelled in tokens if rule.category for phrase in spelled]
    keys: set[str] = set()
    marks: dict[str, str] = {}
    # Shortest first: a phrase is covered when it holds a word already asked for; else its rarest word joins them.
    for phrase in sorted(phrases, key=len):
        words = [word for word in phrase if word != _END]
        rare = [word for word in words if word.isalpha() and len(word) > 1 and word not in _COMMON]
        if not keys.isdisjoint(words) or any(f" {mark} " in f" {' '.join(words)} " for mark in marks):
            continue
        if rare:
            keys.add(max(rare, key=len))
        else:
            # "r / o", "s / p", "- ve for", "?": no word of it is rare, the whole is.
            marks[" ".join(words)] = r"\s*".join(map(re.escape, words))
    spelled = [_trie(sorted(keys)), *(mark for text, mark in sorted(marks.items()) if text[0].isalnum())]
    others = [mark for text, mark in sorted(marks.items()) if not text[0].isalnum()]
    return re.compile("|".join([rf"\b(?:{'|'.join(spelled)})(?!\w)", *others])).search


def _trie(words: Sequence[str]) -> str:
    """The words as one alternation without common beginnings: 3 to 10 times faster than a plain one."""
    heads: dict[str, list[str]] = {}
    for word in words:
        if word:
            heads.setdefault(word[0], []).append(word[1:])
    branches = [re.escape(head) + _trie(tails) for head, tails in sorted(heads.items())]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if "" in words else body


def _longest(matches: Iterable[_Match], ending: frozenset[str]) -> list[_Match]:
    """Longest phrases first, none overlapping except on the very same words (forward and backward rules).

    What ends a reach may overlap with what ends another: "patient with" and "with neck pain".
    """
    kept: list[_Match] = []
    taken: set[int] = set()
    ended: set[int] = set()
    last = (0, 0)
    for match in sorted(matches, key=lambda item: (item[1] - item[2], item[1])):
        span, ends = match[1:], match[0] in ending
        if span == last or (taken.isdisjoint(range(*span)) and (ends or ended.isdisjoint(range(*span)))):
            (ended if ends else taken).update(range(*span))
            kept.append(match)
            last = span
    return sorted(kept, key=lambda item: item[1])


def _token_range(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Tokens that share a character with start to end."""
    inside = [index for index, (low, high) in enumerate(spans) if low < end and high > start]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _modifiers(cues: Iterable[Cue], spans: Sequence[tuple[int, int]]) -> tuple[Modifier, ...]:
    """The cues that modify a target, in characters; "$" stands for no token, so a cue may end after the last."""
    return tuple(
        Modifier(cue.rule.category, spans[cue.start][0], spans[min(cue.end, len(spans)) - 1][1], cue.rule.id)
        for cue in cues
        if cue.rule.category
    )
