"""Where in the view which pattern entries begin: every phrase of every kind in one pass over the words.

At each word start the longest phrase of each kind is reported, so kinds may overlap ("neck" is a region inside the
diagnosis "neck pain") while one kind never reads a phrase twice.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from chartgap.knowledge.phrases import keys, pattern, second_keys

_WORD = re.compile(r"[a-z0-9]+|[^\sa-z0-9-]")


class Lexeme(NamedTuple):
    """A phrase found in the view: absolute offsets, its kind, and what the pattern file says about it."""

    start: int
    end: int
    kind: str
    entry: Any


class _Candidate:
    """A phrase whose regular expression is compiled when its first two words are first met."""

    __slots__ = ("entry", "kind", "match", "phrase")

    def __init__(self, phrase: str, kind: str, entry: Any) -> None:
        self.phrase, self.kind, self.entry = phrase, kind, entry
        self.match: Any = self._compile

    def _compile(self, view: str, start: int, end: int) -> re.Match[str] | None:
        self.match = pattern(self.phrase).match
        return self.match(view, start, end)  # type: ignore[no-any-return]


class _Opening:
    """The phrases that begin with one word, sorted by their second word when the first is first met."""

    __slots__ = ("alone", "by_second", "candidates")

    def __init__(self) -> None:
        self.candidates: list[_Candidate] = []
        self.alone: list[_Candidate] = []
        self.by_second: dict[str, list[_Candidate]] | None = None

    def of(self, first: str, second: str) -> list[_Candidate]:
        """The phrases that can begin with two words."""
        if self.by_second is None:
            self.by_second = {}
            for candidate in self.candidates:
                seconds = second_keys(candidate.phrase, first)
                if seconds is None:
                    self.alone.append(candidate)
                else:
                    for key in seconds:
                        self.by_second.setdefault(key, []).append(candidate)
        longer = self.by_second.get(second)
        return [*longer, *self.alone] if longer else self.alone


class Lexer:
    """Finds every phrase of a set in a view; of two phrases of one kind at one place the longer, then the earlier."""

    def __init__(self, phrases: Iterable[tuple[str, str, Any]]) -> None:
        """Take (phrase, kind, entry) triples, phrases as they are written in the pattern files."""
        self._openings: dict[str, _Opening] = {}
        for phrase, kind, entry in phrases:
            candidate = _Candidate(phrase, kind, entry)
            for key in keys(phrase):
                self._openings.setdefault(key, _Opening()).candidates.append(candidate)

    def scan(self, view: str, start: int, end: int) -> list[Lexeme]:
        """Every phrase between two offsets, in order; contained ones of the same kind are dropped."""
        found: list[Lexeme] = []
        reach: dict[str, int] = {}
        openings = self._openings
        words = [(m.group(), m.start()) for m in _WORD.finditer(view, start, end)]
        words.append(("", end))
        for index in range(len(words) - 1):
            word, begin = words[index]
            opening = openings.get(word)
            if opening is None:
                continue
            best: dict[str, Lexeme] | None = None
            for candidate in opening.of(word, words[index + 1][0]):
                match = candidate.match(view, begin, end)
                if match is not None:
                    kind, stop = candidate.kind, match.end()
                    if stop > reach.get(kind, begin):
                        reach[kind] = stop
                        best = best or {}
                        best[kind] = Lexeme(begin, stop, kind, candidate.entry)
            if best:
                found.extend(best.values())
        return found
