"""The phrase language of the pattern files: `a {b|c} [d] e[s]`; braces choose, brackets are optional.

A blank in a phrase matches any run of blanks and hyphens. Phrases become regular expressions one by one and are found
by their first two words, so a phrase with a thousand readings costs little more to load than a plain one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator

_GAP = re.compile(r"[\s-]+")
_BRACKETS = re.compile(r"[\[{\]}|]")
# A newline of a folded text ends a sentence, so no phrase goes over it.
_GAP_PATTERN = r"(?:[ -]+|(?<![a-z0-9]))"
_END = r"(?!(?<=[a-z0-9])[a-z0-9])"
_WORDS = re.compile(r"[a-z0-9]+|[^\sa-z0-9-]")
# Two words to whose second nothing can be added.
_OPENING = re.compile(r"[\s-]*(?:[a-z0-9]+|[^\sa-z0-9-])[\s-]*(?:[^\sa-z0-9-]|(?<![a-z0-9])[a-z0-9]+(?=[^a-z0-9]))")

Node = str | tuple["Phrase", ...]
Phrase = tuple[Node, ...]


@lru_cache(maxsize=50_000)
def parse(phrase: str) -> Phrase:
    """The parts of a phrase: text, or a choice of phrases; raises ValueError on unbalanced brackets."""
    parsed, rest = _sequence(_GAP.sub(" ", phrase.strip().lower()), "")
    if rest:
        raise ValueError(f"unbalanced bracket in {phrase!r}")
    return parsed


def _sequence(text: str, until: str) -> tuple[Phrase, str]:
    """Parse up to one of the closing characters; the rest begins with it."""
    nodes: list[Node] = []
    while text:
        stop = re.search(r"[\[{\]}|]", text)
        if stop is None:
            nodes.append(text)
            text = ""
        elif stop.start():
            nodes.append(text[: stop.start()])
            text = text[stop.start() :]
        elif text[0] in "[{":
            choice, text = _choice(text)
            nodes.append(choice)
        elif text[0] in until:
            return tuple(nodes), text
        else:
            raise ValueError("a bar or closing bracket stands outside brackets")
    if until:
        raise ValueError("a bracket is not closed")
    return tuple(nodes), ""


def _choice(text: str) -> tuple[tuple[Phrase, ...], str]:
    close = "]" if text[0] == "[" else "}"
    branches: list[Phrase] = []
    while not branches or text[0] == "|":
        branch, text = _sequence(text[1:], f"|{close}")
        branches.append(branch)
    if close == "]":
        branches.append(())
    return tuple(branches), text[1:]


@lru_cache(maxsize=50_000)
def pattern(phrase: str) -> re.Pattern[str]:
    """The regular expression of a phrase, to be matched at a word start of a folded text."""
    sign = r"(?<![\w/+-])" if phrase.lstrip()[:1] == "+" else ""  # the plus of "2+" is no word of its own
    return re.compile(sign + _render(parse(phrase)) + _END)


def _render(phrase: Phrase) -> str:
    out = []
    for index, node in enumerate(phrase):
        following = phrase[index + 1] if index + 1 < len(phrase) else None
        if isinstance(node, tuple):
            lead = index > 0 and _ends_with_gap(phrase[index - 1]) and () in node
            branches = sorted(node, key=_length, reverse=True)
            # The gap before an optional part goes with it: "a [b]" is "a" or "a b".
            body = "|".join((_GAP_PATTERN if lead and b else "") + _render(b) for b in branches)
            out.append(f"(?:{body})")
            continue
        text = node[:-1] if isinstance(following, tuple) and () in following and node.endswith(" ") else node
        out.append(_GAP_PATTERN.join(map(re.escape, text.split(" "))))
    return "".join(out)


def _ends_with_gap(node: Node) -> bool:
    return isinstance(node, str) and node.endswith(" ")


def _length(phrase: Phrase) -> int:
    """The length of the longest reading."""
    return sum(len(n) if isinstance(n, str) else max(map(_length, n), default=0) for n in phrase)


class Opening(NamedTuple):
    """The first two words of some readings of a phrase; `second` is None where they may end after the first.

    `whole`: these are all the words of all these readings, with a plain gap between them.
    """

    first: str
    second: str | None
    whole: bool


@lru_cache(maxsize=50_000)
def openings(phrase: str) -> tuple[Opening, ...]:
    """How the readings of a phrase begin, a word being a run of letters and digits or one other character.

    Raises ValueError when a reading is empty.
    """
    found: dict[tuple[str, str | None], bool] = {}
    for head in _extended(parse(phrase), {""}):
        words = _WORDS.findall(head)
        if not words:
            raise ValueError(f"a reading of {phrase!r} is empty")
        key = (words[0], words[1] if len(words) > 1 else None)
        whole = head == " ".join(words) and head.replace(" ", "").isalnum()
        found[key] = found.get(key, True) and whole
    return tuple(Opening(first, second, whole) for (first, second), whole in found.items())


def _extended(phrase: Phrase, heads: set[str]) -> set[str]:
    """Extend beginnings by a phrase, each up to its second word, so that many readings become one."""
    done = {head for head in heads if _OPENING.match(head)}
    for node in phrase:
        going = heads - done
        if not going:
            break
        if isinstance(node, str):
            extended = {head + node for head in going}
        else:
            extended = set().union(*(_extended(branch, going) for branch in node))
        cut = {match.group() + " " for head in extended if (match := _OPENING.match(head))}
        done |= cut
        heads = done | {head for head in extended if not _OPENING.match(head)}
    return heads


def readings(phrase: str) -> list[str]:
    """All plain phrases that a phrase stands for: for tests and documentation, since there may be very many."""
    return sorted({_GAP.sub(" ", text).strip() for text in _readings(parse(phrase))})


def spelled_out(phrase: str) -> tuple[str, ...]:
    """The plain phrases that a phrase stands for, their letters and hyphens as written, in order.

    Raises ValueError on unbalanced brackets.
    """
    if not _BRACKETS.search(phrase):
        return (phrase,)
    parsed, rest = _sequence(phrase, "")
    if rest:
        raise ValueError(f"unbalanced bracket in {phrase!r}")
    return tuple(dict.fromkeys(" ".join(text.split()) for text in _readings(parsed)))


def _all_spelled_out(value: Any) -> Any:
    given = (value,) if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        return given
    return tuple(part for item in given for part in (spelled_out(item) if isinstance(item, str) else (item,)))


PlainPhrases = Annotated[tuple[str, ...], BeforeValidator(_all_spelled_out)]
"""Plain phrases in a pattern file, where "pain {after|since} [the] fall" may be written for its four readings."""


def _readings(phrase: Phrase) -> list[str]:
    found = [""]
    for node in phrase:
        options = [node] if isinstance(node, str) else [text for branch in node for text in _readings(branch)]
        found = [head + option for head in found for option in options]
    return found


def check(phrases: Sequence[str]) -> None:
    """Raise ValueError for the first phrase that is malformed, empty, or does not fit its own key."""
    for phrase in phrases:
        openings(phrase)


class Names:
    """Phrases of several names: where they stand in a text, the longest first, none within another.

    A pattern of all phrases would try each of them at every word; a word is looked up instead, and only phrases that
    begin with it are tried.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._phrases: dict[str, list[tuple[str, str]]] = {}
        for name, phrase in phrases:
            for first in {opening.first for opening in openings(phrase)}:
                self._phrases.setdefault(first, []).append((pattern(phrase).pattern, name))
        self._patterns: dict[str, re.Pattern[str]] = {}

    def find(self, text: str) -> Iterator[tuple[str, tuple[int, int]]]:
        """Each name with its place, in the order of the text."""
        end = 0
        for word in _WORDS.finditer(text):
            match = self._at(word[0], text, word.start()) if word.start() >= end else None
            if match:
                end = match.end()
                yield (match.lastgroup or "").split("_", 1)[1], match.span()

    def without(self, text: str) -> str:
        """The text with a blank in the place of each name."""
        pieces, end = [], 0
        for _, (start, after) in self.find(text):
            pieces.append(text[end:start])
            end = after
        return " ".join([*pieces, text[end:]])

    def _at(self, first: str, text: str, start: int) -> re.Match[str] | None:
        if first not in self._phrases:
            return None
        if first not in self._patterns:
            ordered = sorted(self._phrases[first], key=lambda item: -len(item[0]))
            groups = (f"(?P<n{number}_{name}>{body})" for number, (body, name) in enumerate(ordered))
            self._patterns[first] = re.compile("|".join(groups))
        return self._patterns[first].match(text, start)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for several phrases, longest first, at the beginning of a word."""
    ordered = sorted({pattern(phrase).pattern for phrase in phrases}, key=len, reverse=True)
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(ordered)})")
