"""Typos of clinical terms, read as the term while the note and its offsets stay as they are.

The terms are patterns/spelling.yaml. Every term is filed under itself and under what is left of it without one letter;
a word one edit away shares one of these, so an unknown word costs a look-up for each of its letters, and only once.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple
from unicodedata import normalize

from chartgap.extract.phrases.lexer import BLANKS, Lexeme, Lexer
from chartgap.knowledge.spelling import MIN_LETTERS, PhraseTypo, Spelling

Correction = tuple[int, int, str]
Mention = tuple[int, int, str]

_MAX_CACHED = 50_000
_ANYTHING = re.compile("")
_SOFT_HYPHEN = re.compile("\u00ad ?")  # the blank was a line end
_JOINED = re.compile("(?<![a-z])[a-z]*+(?:(?:[\ufb00-\ufb06]|\u00ad ?)[a-z]*+)+")


class Speller:
    """Finds misspelt terms. Remembers which words it has looked up, never more than a bounded number."""

    def __init__(self, spelling: Spelling) -> None:
        self._terms = frozenset(chain.from_iterable(spelling.words))
        self._index: dict[str, list[str]] = {}
        for term in sorted(self._terms):
            for part in {term, *_without_one(term)}:
                self._index.setdefault(part, []).append(term)
        self._never = frozenset(chain.from_iterable(spelling.never))
        self._typos = dict(spelling.typos)
        self._in_phrase = {typo: (rule.word, _before(rule)) for rule in spelling.in_phrase for typo in rule.typos}
        self._longest = max(map(len, self._terms), default=MIN_LETTERS) + 1  # a longer word is a typo of none
        self._fine: set[str] = set()
        self._misspelt = dict(self._typos)

    def corrections(self, view: str, start: int, end: int) -> list[Correction]:
        """The start, end and right spelling of every misspelt term between two offsets of the folded note."""
        joined = [] if view.isascii() else list(_joined(view, start, end))
        words = view[start:end].translate(BLANKS).split()
        if self._fine.issuperset(words):
            return joined
        found = joined
        for word in set(words).difference(self._fine):
            if not self._settle(word):
                found.extend(self._each(word, view, start, end))
        return sorted(found)

    def _each(self, word: str, view: str, start: int, end: int) -> Iterator[Correction]:
        """Every place of a word that is a typo, there or everywhere."""
        right, follows = self._in_phrase.get(word) or (self._misspelt[word], _ANYTHING)
        for match in re.compile(rf"(?<![a-z0-9]){word}(?![a-z0-9])").finditer(view, start, end):
            if follows.match(view, match.end(), end):
                yield *match.span(), right

    def correct(self, word: str) -> str | None:
        """The term that a word is a typo of wherever it stands, or None."""
        if word in self._typos:
            return self._typos[word]
        if len(word) < MIN_LETTERS or word in self._terms or word in self._never:
            return None
        index = self._index
        parts = [part for part in (word, *[word[:i] + word[i + 1 :] for i in range(len(word))]) if part in index]
        near = {term for part in parts for term in index[part] if _is_slip(word, term)}
        if len(near) > 1:  # "symptos": of two forms of a word the one with its ending
            near = {term for term in near if term[-1] == word[-1]}
        return near.pop() if len(near) == 1 else None

    def _settle(self, word: str) -> bool:
        """Whether a word is fine wherever it stands; looked up once and remembered."""
        if word in self._in_phrase or word in self._misspelt:
            return False
        right = self.correct(word) if word.isalpha() and len(word) <= self._longest else None
        self._remember(word, right)
        return right is None

    def _remember(self, word: str, right: str | None) -> None:
        if len(self._fine) + len(self._misspelt) >= _MAX_CACHED:
            self._fine, self._misspelt = set(), dict(self._typos)
        if right is None:
            self._fine.add(word)
        else:
            self._misspelt[word] = right


def _joined(view: str, start: int, end: int) -> Iterator[Correction]:
    """Words with ligatures or soft hyphens, which texts from PDF have, without these."""
    for match in _JOINED.finditer(view, start, end):
        yield *match.span(), normalize("NFKD", _SOFT_HYPHEN.sub("", match.group()))


class _Copy(NamedTuple):
    """A corrected copy of a stretch of the note; `words` holds (start, end in the note, start, end in the copy)."""

    text: str
    start: int
    words: list[tuple[int, int, int, int]]

    def to_note(self, at: int, *, ends: bool) -> int:
        """The place in the note of a place in the copy; inside a corrected word its start, or its end."""
        index = bisect_left(self.words, at, key=_copy_start)
        if not index:
            return at + self.start
        low, high, _, copy_high = self.words[index - 1]
        return (high if ends else low) if at < copy_high else at + high - copy_high

    def to_copy(self, at: int, *, ends: bool) -> int:
        """The place in the copy of a place in the note."""
        index = bisect_left(self.words, at, key=_note_start)
        if not index:
            return at - self.start
        _, high, copy_low, copy_high = self.words[index - 1]
        return (copy_high if ends else copy_low) if at < high else at + copy_high - high


def _note_start(word: tuple[int, int, int, int]) -> int:
    return word[0]


def _copy_start(word: tuple[int, int, int, int]) -> int:
    return word[2]


def within(corrections: list[Correction], start: int, end: int) -> list[Correction]:
    """The corrections between two offsets; they are in order."""
    if not corrections:
        return corrections
    first, last = (bisect_left(corrections, (at,)) for at in (start, end))
    return corrections[first:last]


def scan_corrected(lexer: Lexer, view: str, start: int, end: int, corrections: Sequence[Correction]) -> list[Lexeme]:
    """The lexemes between two offsets with typos read as their terms; offsets are those of the note."""
    if not corrections:
        return lexer.scan(view, start, end)
    copy = _copy(view, start, end, corrections)
    return [
        lex._replace(start=copy.to_note(lex.start, ends=False), end=copy.to_note(lex.end, ends=True))
        for lex in lexer.scan(copy.text, 0, len(copy.text))
    ]


def corrected(
    view: str, start: int, end: int, corrections: Sequence[Correction], mentions: Sequence[Mention]
) -> tuple[str, Sequence[Mention]]:
    """A sentence without its typos and the same mentions in it, both counted from the start of the sentence."""
    if not corrections:
        return view[start:end], mentions
    copy = _copy(view, start, end, corrections)
    return copy.text, [
        (copy.to_copy(low + start, ends=False), copy.to_copy(high + start, ends=True), label)
        for low, high, label in mentions
    ]


def _copy(view: str, start: int, end: int, corrections: Sequence[Correction]) -> _Copy:
    pieces: list[str] = []
    words: list[tuple[int, int, int, int]] = []
    at, length = start, 0
    for low, high, right in corrections:
        pieces += (view[at:low], right)
        length += low - at + len(right)
        words.append((low, high, length - len(right), length))
        at = high
    return _Copy("".join([*pieces, view[at:end]]), start, words)


def _without_one(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_slip(word: str, term: str) -> bool:
    """Whether a word is one edit from a term, with the right first letter and no other ending."""
    if word == term or (word[0] != term[0] and word[1::-1] != term[:2]):
        return False
    if len(word) != len(term):
        short, long = sorted((word, term), key=len)
        doubled = long[-1] == long[-2]
        return short in _without_one(long) and (doubled or long[:-1] != short)
    differs = [i for i, (a, b) in enumerate(zip(word, term, strict=True)) if a != b]
    if len(differs) == 1:
        return differs[0] < len(word) - 1
    first, last = differs[0], differs[-1]
    return len(differs) == 2 and last == first + 1 and word[first] == term[last] and word[last] == term[first]


def _before(rule: PhraseTypo) -> re.Pattern[str]:
    following = "|".join(map(re.escape, chain.from_iterable(rule.before)))
    return re.compile(rf"(?:'s)?[\s-]+(?:{following})(?![a-z0-9])")
