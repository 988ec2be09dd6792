"""How far apart two mentions are, and the text between them."""

from collections.abc import Iterable
from typing import Protocol


class Mention(Protocol):
    """Anything with a place in the note: a lexeme, a body part, a draft."""

    @property
    def start(self) -> int:
        """The first character."""

    @property
    def end(self) -> int:
        """The character after the last."""


def between(mention: Mention, start: int, end: int) -> tuple[int, int]:
    """The gap between a mention and a span; where they overlap it ends before it begins."""
    return (end, mention.start) if end <= mention.start else (mention.end, start)


def distance(mention: Mention, start: int, end: int) -> int:
    """Characters between a mention and a span; none where they overlap."""
    low, high = between(mention, start, end)
    return max(0, high - low)


def facing_edges(a: Mention, b: Mention) -> int:
    """Characters between the edges of two mentions that face each other, also where they overlap."""
    return min(abs(a.start - b.end), abs(b.start - a.end))


def blanked(text: str, at: int, spans: Iterable[tuple[int, int]]) -> str:
    """A text that begins at an offset of the note, with blanks for the spans that lie wholly in it."""
    end = at + len(text)
    for low, high in spans:
        if at <= low and high <= end:
            text = text[: low - at] + " " * (high - low) + text[high - at :]
    return text
