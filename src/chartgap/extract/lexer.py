"""One automaton for all phrases: where in the view which pattern entries begin.

Phrases are written in a small language: `a {b|c} [d] e[s]`, where braces choose and brackets are optional. A blank in
a phrase matches any run of blanks and hyphens. At each word start the longest phrase of each kind is reported, so
kinds may overlap ("neck" is a region inside the diagnosis "neck pain") while one kind never reads a phrase twice.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

_GAP = re.compile(r"[\s-]+")


class Lexeme(NamedTuple):
    """A phrase found in the view: absolute offsets, its kind, and what the pattern file says about it."""

    start: int
    end: int
    kind: str
    entry: Any


class Lexer:
    """Finds every phrase of a set in a view; compiled once, immutable afterwards but for a memo of decompositions."""

    def __init__(self, phrases: Iterable[tuple[str, str, Any]]) -> None:
        """Take (plain phrase, kind, entry) triples."""
        self._entries: dict[str, list[tuple[str, Any]]] = {}
        for phrase, kind, entry in phrases:
            self._entries.setdefault(phrase, []).append((kind, entry))
        body = trie_pattern(self._entries)
        self._scan = re.compile(rf"(?<![a-z0-9])(?=({body}))")
        self._memo: dict[str, list[tuple[int, str, Any]]] = {}

    def scan(self, view: str, start: int, end: int) -> list[Lexeme]:
        """Every phrase between two offsets, in order; contained ones of the same kind are dropped."""
        found: list[Lexeme] = []
        reach: dict[str, int] = {}
        for match in self._scan.finditer(view, start, end):
            begin = match.start()
            for length, kind, entry in self._decompose(match.group(1)):
                stop = begin + length
                if stop > reach.get(kind, -1):
                    reach[kind] = stop
                    found.append(Lexeme(begin, stop, kind, entry))
        return found

    def _decompose(self, raw: str) -> list[tuple[int, str, Any]]:
        """(length, kind, entry) of every phrase that a match begins with, the longest of each kind."""
        known = self._memo.get(raw)
        if known is None:
            best: dict[str, tuple[int, str, Any]] = {}
            for stop in range(len(raw), 0, -1):
                if stop < len(raw) and raw[stop - 1].isalnum() and raw[stop].isalnum():
                    continue
                if raw[stop - 1] in " -" and stop < len(raw):
                    continue
                for kind, entry in self._entries.get(_GAP.sub(" ", raw[:stop]).strip(), ()):
                    best.setdefault(kind, (stop, kind, entry))
            known = self._memo[raw] = sorted(best.values(), key=lambda item: (-item[0], item[1]))
        return known


def trie_pattern(phrases: Iterable[str]) -> str:
    """A regular expression that matches the longest of the phrases at a word start."""
    trie: dict[str, Any] = {}
    for phrase in phrases:
        node = trie
        for char in phrase:
            node = node.setdefault(char, {})
        node[""] = {} if not phrase[-1].isalnum() else {"guard": True}
    return _render(trie) if trie else r"(?!)"


def _render(node: dict[str, Any]) -> str:
    ends = node.get("")
    branches = []
    for char in sorted(key for key in node if key):
        text = r"[\s-]+" if char == " " else re.escape(char)
        branches.append(text + _render(node[char]))
    if ends is not None:
        branches.append(r"(?![a-z0-9])" if ends else "")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
