"""Where in the view which pattern entries begin: every phrase of every kind in one pass over the words.

At each word start the longest phrase of each kind is reported, so kinds may overlap ("neck" is a region inside the
diagnosis "neck pain") while one kind never reads a phrase twice.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from chartgap.knowledge.phrases import keys, pattern

_WORD = re.compile(r"[a-z0-9]+|[^\sa-z0-9,.:;]")


class Lexeme(NamedTuple):
    """A phrase found in the view: absolute offsets, its kind, and what the pattern file says about it."""

    start: int
    end: int
    kind: str
    entry: Any


class _Candidate:
    """A phrase whose regular expression is compiled when its first word is first met."""

    __slots__ = ("_phrase", "entry", "kind", "match")

    def __init__(self, phrase: str, kind: str, entry: Any) -> None:
        self._phrase, self.kind, self.entry = phrase, kind, entry
        self.match: Any = self._compile

    def _compile(self, view: str, start: int, end: int) -> re.Match[str] | None:
        self.match = pattern(self._phrase).match
        return self.match(view, start, end)  # type: ignore[no-any-return]


class Lexer:
    """Finds every phrase of a set in a view; of two phrases of one kind at one place the longer, then the earlier."""

    def __init__(self, phrases: Iterable[tuple[str, str, Any]]) -> None:
        """Take (phrase, kind, entry) triples, phrases as they are written in the pattern files."""
        self._candidates: dict[str, list[_Candidate]] = {}
        for phrase, kind, entry in phrases:
            candidate = _Candidate(phrase, kind, entry)
            for key in keys(phrase):
                self._candidates.setdefault(key, []).append(candidate)

    def scan(self, view: str, start: int, end: int) -> list[Lexeme]:
        """Every phrase between two offsets, in order; contained ones of the same kind are dropped."""
        found: list[Lexeme] = []
        reach: dict[str, int] = {}
        known = self._candidates
        for word in _WORD.finditer(view, start, end):
            candidates = known.get(word.group())
            if candidates is None:
                continue
            begin = word.start()
            best: dict[str, Lexeme] = {}
            for candidate in candidates:
                match = candidate.match(view, begin, end)
                if match is not None:
                    kind, stop = candidate.kind, match.end()
                    if stop > reach.get(kind, begin):
                        reach[kind] = stop
                        best[kind] = Lexeme(begin, stop, kind, candidate.entry)
            found.extend(best.values())
        return found
