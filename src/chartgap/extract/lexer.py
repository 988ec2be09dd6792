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

    __slots__ = ("alone", "candidates", "table")

    def __init__(self) -> None:
        self.candidates: list[_Candidate] = []
        self.alone: list[_Candidate] = []
        self.table: dict[str, list[_Candidate]] | None = None

    def sort(self, first: str) -> dict[str, list[_Candidate]]:
        """The phrases for each second word, those of one word included; the latter alone for any other."""
        table: dict[str, list[_Candidate]] = {}
        for candidate in self.candidates:
            seconds = second_keys(candidate.phrase, first)
            if seconds is None:
                self.alone.append(candidate)
            else:
                for key in seconds:
                    table.setdefault(key, []).append(candidate)
        for longer in table.values():
            longer.extend(self.alone)
        self.table = table
        return table


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
        opening: _Opening | None = None
        first: re.Match[str] | None = None
        for word in _WORD.finditer(view, start, end):
            text = word.group()
            if opening is not None and first is not None:
                table = opening.table if opening.table is not None else opening.sort(first.group())
                if candidates := table.get(text, opening.alone):
                    found.extend(_longest(candidates, view, first.start(), end, reach))
            opening, first = openings.get(text), word
        if opening is not None and first is not None:
            if opening.table is None:
                opening.sort(first.group())
            found.extend(_longest(opening.alone, view, first.start(), end, reach))
        return found


def _longest(candidates: list[_Candidate], view: str, begin: int, end: int, reach: dict[str, int]) -> Iterable[Lexeme]:
    """The longest phrase of each kind that begins at an offset, unless an earlier one of its kind covers it."""
    best: dict[str, Lexeme] = {}
    for candidate in candidates:
        match = candidate.match(view, begin, end)
        if match is not None:
            kind, stop = candidate.kind, match.end()
            if stop > reach.get(kind, begin):
                reach[kind] = stop
                best[kind] = Lexeme(begin, stop, kind, candidate.entry)
    return best.values()
