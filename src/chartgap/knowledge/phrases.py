"""The phrase language of the pattern files: `a {b|c} [d] e[s]`; braces choose, brackets are optional.

A blank in a phrase matches any run of blanks and hyphens. Phrases become regular expressions one by one and are found
by their first word, so a phrase with a thousand readings costs no more to load than a plain one.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

_GAP = re.compile(r"[\s-]+")
# A newline of a folded text ends a sentence, so no phrase goes over it.
_GAP_PATTERN = r"(?:[ -]+|(?<![a-z0-9]))"
_END = r"(?!(?<=[a-z0-9])[a-z0-9])"
_KEY = re.compile(r"[a-z0-9]+|.")
_WORDS = re.compile(r"[a-z0-9]+|[^\sa-z0-9-]")

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


def keys(phrase: str) -> frozenset[str]:
    """What the first word of any reading begins with: a run of letters and digits, or one other character."""
    found = set()
    for word, _ in _first(parse(phrase), {("", False)}):
        match = _KEY.match(word)
        if match is None:
            raise ValueError(f"a reading of {phrase!r} is empty")
        found.add(match.group())
    return frozenset(found)


def _first(phrase: Phrase, heads: set[tuple[str, bool]]) -> set[tuple[str, bool]]:
    """Extend first words (word, whether complete) by a phrase."""
    for node in phrase:
        if all(done for _, done in heads):
            break
        if isinstance(node, tuple):
            heads = set(chain.from_iterable(_first(branch, heads) for branch in node))
        else:
            heads = {item for head in heads for item in _extend(head, node)}
    return heads


def _extend(head: tuple[str, bool], text: str) -> Iterator[tuple[str, bool]]:
    word, done = head
    if done:
        yield head
        return
    if not word:
        text = text.lstrip(" ")
    first, gap, _ = text.partition(" ")
    yield word + first, bool(gap)


def second_keys(phrase: str, first: str) -> frozenset[str] | None:
    """What the second word of any reading begins with whose first word is `first`; None if it may end there."""
    found = set()
    for head in _openings(parse(phrase), {""}, first):
        words = _WORDS.findall(head)
        if words[:1] == [first]:
            if len(words) == 1:
                return None
            found.add(words[1])
    return frozenset(found)


def _openings(phrase: Phrase, heads: set[str], first: str) -> set[str]:
    """Extend beginnings by a phrase, each up to its second word, without those whose first word is another."""
    for node in phrase:
        done = {head for head in heads if _two_words(head)}
        if len(done) == len(heads):
            break
        going = heads - done
        if isinstance(node, str):
            extended = {_cut(head + node) for head in going}
        else:
            extended = set().union(*(_openings(branch, going, first) for branch in node))
        heads = done | {head for head in extended if _may_begin(head, first)}
    return heads


def _two_words(text: str) -> bool:
    """Whether a beginning holds two words and nothing can be added to the second."""
    words = list(_WORDS.finditer(text))
    if len(words) < 2:
        return False
    return words[1].end() < len(text) or not words[1].group().isalnum()


def _cut(text: str) -> str:
    """A beginning without what follows its second word, so that many readings become one."""
    words = list(_WORDS.finditer(text))
    if len(words) < 2 or words[1].end() == len(text):
        return text
    return f"{words[0].group()} {words[1].group()} "


def _may_begin(head: str, first: str) -> bool:
    match = _WORDS.search(head)
    if match is None:
        return True
    return match.group() == first or (match.end() == len(head) and first.startswith(match.group()))


def readings(phrase: str) -> list[str]:
    """All plain phrases that a phrase stands for: for tests and documentation, since there may be very many."""
    return sorted({_GAP.sub(" ", text).strip() for text in _readings(parse(phrase))})


def _readings(phrase: Phrase) -> list[str]:
    found = [""]
    for node in phrase:
        options = [node] if isinstance(node, str) else [text for branch in node for text in _readings(branch)]
        found = [head + option for head in found for option in options]
    return found


def check(phrases: Sequence[str]) -> None:
    """Raise ValueError for the first phrase that is malformed, empty, or does not fit its own key."""
    for phrase in phrases:
        keys(phrase)
