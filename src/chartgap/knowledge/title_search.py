"""Codes by words of their official titles: every word must begin a word of the title."""

import re
from collections.abc import Collection
from typing import NamedTuple

from chartgap.knowledge.icd10cm import Icd10cm

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_APART = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[a-z]\d[0-9a-z](?:\.?[0-9a-z]{0,4})?")


class Found(NamedTuple):
    """A billable code."""

    code: str
    title: str


class TitleSearch:
    """All billable codes of a release in memory; made once a process."""

    def __init__(self, icd: Icd10cm, *, first: Collection[str] = ()) -> None:
        codes = (code for letter in _LETTERS for code in icd.codes(letter))
        self._rows = [(Found(code, title), f" {_folded(title)}") for code in codes if (title := icd.title(code))]
        self._first = frozenset(first)

    def find(self, words: str, *, most: int) -> tuple[Found, ...]:
        """The codes with all the words, or that begin as the one word does; those in `first` and short titles first."""
        folded = _folded(words)
        if not folded:
            return ()
        wanted = [f" {word}" for word in folded.split()]
        begins = words.strip().upper() if _CODE.fullmatch(words.strip().lower()) else None
        found = [
            row
            for row, title in self._rows
            if (begins and _begins(row.code, begins)) or all(word in title for word in wanted)
        ]
        found.sort(key=lambda row: (row.code not in self._first, len(row.title), row.code))
        return tuple(found[:most])


def _folded(text: str) -> str:
    return _APART.sub(" ", text.lower()).strip()


def _begins(code: str, begins: str) -> bool:
    return code.startswith(begins) or code.replace(".", "").startswith(begins)
