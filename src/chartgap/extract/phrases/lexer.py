"""Where in the view which pattern entries begin: every phrase of every kind in one pass over the text.

An automaton (Aho-Corasick) finds the first two words of every phrase at once; only there are phrases compared. At each
place the longest phrase of each kind is reported, so kinds may overlap ("neck" is a region inside the diagnosis
"neck pain") while one kind never reads a phrase twice.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import ahocorasick

from chartgap.knowledge.phrases import openings, pattern


class _Blanks(dict[int, str]):
    """Maps what is no letter or digit to a blank, so that words stand between blanks."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if char.isascii() and char.isalnum() else " "
        return self[code]


BLANKS = _Blanks()
# Words of a phrase may stand further apart than the one blank between the words of a key.
_GAP = frozenset(" -")
_WIDE = re.compile(r"[ -][ -]+")


class Lexeme(NamedTuple):
    """A phrase found in the view: absolute offsets, its kind, and what the pattern file says about it."""

    start: int
    end: int
    kind: str
    entry: Any


_new = tuple.__new__  # half the time of Lexeme(...)


class _Expression:
    """The regular expression of a phrase, compiled when the first words of the phrase are first met."""

    __slots__ = ("match", "phrase")

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        self.match: Any = self._compile

    def _compile(self, view: str, start: int, end: int) -> re.Match[str] | None:
        self.match = pattern(self.phrase).match
        return self.match(view, start, end)  # type: ignore[no-any-return]


class _Candidate(NamedTuple):
    """A phrase that begins with certain words; `length` is its length where these are all its words, else 0.

    Most phrases are that short: where their words stand is the phrase.
    """

    kind: str
    length: int
    entry: Any
    expression: _Expression


class Lexer:
    """Finds every phrase of a set in a view; of two phrases of one kind at one place the longer, then the earlier."""

    def __init__(self, phrases: Iterable[tuple[str, str, Any]]) -> None:
        """Take (phrase, kind, entry) triples, phrases as they are written in the pattern files."""
        words, self._pairs = _by_opening(phrases)
        self._marks = {word: found for word, found in words.items() if not word.isalnum()}
        self._find_mark = re.compile("|".join(map(re.escape, self._marks))).finditer
        self._automaton = ahocorasick.Automaton()
        for word, found in words.items():
            if word.isalnum():
                self._automaton.add_word(f" {word} ", (len(word) + 1, 0, found))
        for (first, second), found in self._pairs.items():
            self._automaton.add_word(f" {first} {second} ", (len(first) + len(second) + 2, len(first), found))
        self._automaton.make_automaton()

    def scan(self, view: str, start: int, end: int) -> list[Lexeme]:
        """Every phrase between two offsets, in order; contained ones of the same kind are dropped."""
        places, wide = self._places(view, start, end)
        reach: dict[str, int] = {}
        found: list[Lexeme] = []
        for begin in sorted(places):
            best: dict[str, Lexeme] = {}
            for kind, length, entry, expression in places[begin]:
                if length and begin not in wide:
                    stop = begin + length
                elif match := expression.match(view, begin, end):
                    stop = match.end()
                else:
                    continue
                if stop > reach.get(kind, begin):
                    reach[kind] = stop
                    best[kind] = _new(Lexeme, (begin, stop, kind, entry))
            if best:
                found += best.values()
        return found

    def _places(self, view: str, start: int, end: int) -> tuple[dict[int, Sequence[_Candidate]], set[int]]:
        """Where phrases may begin, and which; and at which of these places the first words stand wide apart.

        Two words know more phrases than the first of them alone, so they come last.
        """
        places: dict[int, Sequence[_Candidate]] = {}
        if self._marks:
            places = {found.start(): self._marks[found.group()] for found in self._find_mark(view, start, end)}
        text = f" {view[start:end].translate(BLANKS)} "
        for last, (length, gap, candidates) in self._automaton.iter(text):
            begin = start + last - length
            if not gap or view[begin + gap] in _GAP:
                places[begin] = candidates
        wide = set()
        for blanks in _WIDE.finditer(view, start, end) if _may_be_wide(view, start, end) else ():
            after, until = blanks.start() - start + 1, blanks.end() - start + 1
            first = text.rfind(" ", 0, after) + 1
            if found := self._pairs.get((text[first:after], text[until : text.index(" ", until)])):
                places[start + first - 1] = found
                wide.add(start + first - 1)
        return places, wide


def _may_be_wide(view: str, start: int, end: int) -> bool:
    find = view.find  # four times as fast as a loop over them
    return (
        find("  ", start, end) >= 0
        or find(" -", start, end) >= 0
        or find("- ", start, end) >= 0
        or find("--", start, end) >= 0
    )


def _by_opening(
    phrases: Iterable[tuple[str, str, Any]],
) -> tuple[dict[str, list[_Candidate]], dict[tuple[str, str], list[_Candidate]]]:
    """The phrases by the word after which they may end or have a mark, and by the two words they begin with."""
    words: dict[str, list[_Candidate]] = {}
    pairs: dict[tuple[str, str], list[_Candidate]] = {}
    for phrase, kind, entry in phrases:
        begins = openings(phrase)
        expression = _Expression(phrase)
        longer = _Candidate(kind, 0, entry, expression)
        alone = {first for first, second, _ in begins if second is None or not (first + second).isalnum()}
        for first in alone:
            whole = all(item.whole and item.second is None for item in begins if item.first == first)
            words.setdefault(first, []).append(longer._replace(length=len(first)) if whole else longer)
        for first, second, whole in begins:
            if first not in alone and second is not None:
                plain = longer._replace(length=len(first) + len(second) + 1) if whole else longer
                pairs.setdefault((first, second), []).append(plain)
    return words, {key: [*found, *words.get(key[0], ())] for key, found in pairs.items()}
