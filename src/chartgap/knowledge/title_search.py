"""Codes by words of their official titles and inclusion terms: every word must begin one of theirs."""

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from chartgap.knowledge.icd10cm import Icd10cm

_STEPS = range(len("S13"), len("S13.4XXA") + 1)
_APART = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[a-z]\d[0-9a-z](?:\.?[0-9a-z]{0,4})?")


class Found(NamedTuple):
    """A billable code."""

    code: str
    title: str


class _Row(NamedTuple):
    """A code with the folded words of its title, and of the terms that stand at it and above it."""

    found: Found
    title: str
    terms: str


class TitleSearch:
    """All billable codes of a release in memory; made once a process."""

    def __init__(self, icd: Icd10cm, *, first: Collection[str] = (), names: Iterable[tuple[str, str]] = ()) -> None:
        """`first` are codes to be found before others, `names` what else codes or headers are called."""
        self._first = frozenset(first)
        terms: dict[str, str] = {}
        for code, term in (*icd.inclusion_terms(), *names):
            terms[code] = f"{terms.get(code, '')} {_folded(term)}"
        self._rows = [
            _Row(Found(code, title), f" {_folded(title)}", "".join(terms.get(code[:n], "") for n in _STEPS))
            for code, title in icd.titles()
        ]

    def find(self, words: str, *, most: int) -> tuple[Found, ...]:
        """The codes with all the words, those in `first` and short titles first; or that begin as one, in order."""
        folded = _folded(words)
        if not folded:
            return ()
        if _CODE.fullmatch(words.strip().lower()):
            begins = words.strip().upper()
            coded = [row.found for row in self._rows if _begins(row.found.code, begins)]
            if coded:
                return tuple(coded[:most])
        wanted = [f" {word}" for word in folded.split()]
        found = [row for row in self._rows if all(word in row.title or word in row.terms for word in wanted)]
        found.sort(key=lambda row: self._place(row, wanted))
        return tuple(row.found for row in found[:most])

    def _place(self, row: "_Row", wanted: list[str]) -> tuple[bool, bool, int, str]:
        by_term = not all(word in row.title for word in wanted)
        return row.found.code not in self._first, by_term, len(row.found.title), row.found.code


def _folded(text: str) -> str:
    return _APART.sub(" ", text.lower()).strip()


def _begins(code: str, begins: str) -> bool:
    return code.startswith(begins) or code.replace(".", "").startswith(begins)
