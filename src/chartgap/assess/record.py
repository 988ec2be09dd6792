"""The notes that a query is about, to look up whether they hold what it quotes."""

import re
from collections.abc import Iterable

_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‐": "-", "‑": "-"})
_LEFT_OUT = re.compile(r"\[?(?:…|\.{3,})\]?")
_EDGES = " .,;:\"'"


class Record:
    """Texts of notes. Line breaks, case and typographic signs make no difference to what is verbatim."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)
        self._folded = tuple(map(_folded, self._texts))

    def holds(self, quote: str) -> bool:
        """Whether one note has the words, as whole words; where the quote leaves some out, its parts in their order."""
        parts = [part for piece in _LEFT_OUT.split(_folded(quote)) if (part := piece.strip(_EDGES))]
        if not parts:
            return True
        inside = re.compile(".*?".join(rf"(?<!\w){re.escape(part)}(?!\w)" for part in parts))
        return any(inside.search(text) for text in self._folded)

    def holds_at(self, quote: str, start: int, end: int) -> bool:
        """Whether the offsets lead to the words in one of the notes."""
        return any(text[start:end] == quote for text in self._texts)


def _folded(text: str) -> str:
    """In lower case on one line; what cannot be printed is left out, as a prompt cannot show it."""
    plain = text.translate(_PLAIN).replace("\N{REPLACEMENT CHARACTER}", " ")
    return " ".join("".join(c if c.isprintable() else " " for c in plain).casefold().split())
