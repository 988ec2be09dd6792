"""One sentence as the recognizers see it: its lexemes, its loci and what its section and heading lend it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from chartgap.extract.phrases.layout import TICKED
from chartgap.extract.phrases.levels import Place, level_region
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import blanked
from chartgap.extract.sentences.heading import Heading
from chartgap.knowledge.elements import LexiconEntry
from chartgap.model import Assertion, Side

if TYPE_CHECKING:
    from chartgap.extract.sentences.crossed import Crossed

_STRONG_BREAK = re.compile(
    r";|\b(?:but|except|however|although|while|whereas|with the exception|other than|otherwise|though|denies|reports)\b"
)
OTHER_SIDE: dict[Side, Side] = {"left": "right", "right": "left"}
_TICKED = re.compile(rf"{TICKED}|_+x_+")


class Part(NamedTuple):
    """A body part with the side that is bound to it; `entry` None is a side that stands alone."""

    start: int
    end: int
    entry: LexiconEntry | None
    side: Side | None


def _no_context(_: "Sentence") -> dict[tuple[int, int, str], Assertion]:
    return {}


@dataclass(slots=True)
class Sentence:
    """Lexemes by kind, all with absolute offsets; `view` is the whole folded note."""

    view: str
    start: int
    end: int
    section: str | None
    heading: Heading
    lexemes: dict[str, list[Lexeme]]
    parts: list[Part] = field(default_factory=list)
    regions: list[Place] = field(default_factory=list)
    levels: list[Place] = field(default_factory=list)
    heading_end: int = -1
    slips: list[tuple[int, int, str]] = field(default_factory=list)  # misspelt terms and what they are read as
    digits: bool = False
    full: bool = False  # all lexemes were looked up, not only the anchors
    columns: tuple[Side, Side] | None = None  # the sides that head two columns
    pairs: tuple[Side, Side] | None = None  # the sides of two grades with a stroke between
    row: "Crossed | None" = None  # of a table with a column for each muscle or tendon
    near_region: str | None = None
    topic_region: str | None = None
    boxes: list[tuple[int, int]] = field(default_factory=list)
    topic: Literal["spine", "limb", "other", "open"] = "open"
    study: bool = False  # whether it reports what an imaging study of the spine shows
    study_region: str | None = None
    elsewhere: bool = False  # a study of another body part was named, and no spine region since
    context: Callable[["Sentence"], dict[tuple[int, int, str], Assertion]] = _no_context
    cues: dict[tuple[int, int], tuple[int, int] | None] = field(default_factory=dict)
    _assertions: dict[tuple[int, int, str], Assertion] | None = None

    @property
    def places(self) -> list[Place]:
        """Regions named and regions implied by levels, in order."""
        return sorted([*self.regions, *((s, e, level_region(v)) for s, e, v in self.levels)])

    @property
    def all_regions(self) -> list[str]:
        """Regions named, then regions of levels: the last is what the next sentences are about."""
        return [r for _, _, r in self.regions] + [level_region(v) for _, _, v in self.levels]

    @property
    def span(self) -> tuple[int, int]:
        """Start and end."""
        return self.start, self.end

    @property
    def text(self) -> str:
        """The folded sentence."""
        return self.view[self.start : self.end]

    def gap(self, a: int, b: int) -> str:
        """The folded text between two offsets."""
        return self.view[a:b]

    def stated(self, start: int, end: int) -> str:
        """The text between two offsets with options that are not ticked blanked."""
        return blanked(self.gap(start, end), start, ((a, min(b, end)) for a, b in self.boxes if a < end))

    def unboxed(self, text: str, start: int) -> str:
        """A text that begins at an offset, without boxes and without the options that are not ticked."""
        end = start + len(text)
        options = [(a, min(b, end)) for a, b in self.boxes or () if start <= a < end]
        chosen = blanked(text, start, options) if options else text
        return _TICKED.sub(lambda box: " " * len(box[0]), chosen)

    def without(self, start: int, end: int, *kinds: str) -> str:
        """The text between two offsets with the words of some kinds blanked."""
        spans = ((x.start, x.end) for kind in kinds for x in self.lexemes.get(kind, ()))
        return blanked(self.gap(start, end), start, spans)

    def without_levels(self, start: int, end: int) -> str:
        """The text between two offsets with the levels blanked."""
        return blanked(self.gap(start, end), start, ((a, b) for a, b, _ in self.levels))

    def broken(self, a: int, b: int) -> bool:
        """Whether a word or mark that ends a clause stands between two offsets."""
        return bool(_STRONG_BREAK.search(self.view, min(a, b), max(a, b)))

    def assertion(self, start: int, end: int, element: str = "") -> Assertion:
        """What the context says of a mention; some context rules hold for some elements only.

        The context is read when the first mention is asked for: many sentences come to nothing before.
        """
        if self._assertions is None:
            self._assertions = self.context(self)
        return self._assertions.get((start, end, element), self._assertions.get((start, end, ""), "affirmed"))

    def of(self, *kinds: str) -> list[Lexeme]:
        """Lexemes of some kinds, in order."""
        found = [lexemes for kind in kinds if (lexemes := self.lexemes.get(kind))]
        if len(found) < 2:
            return found[0] if found else []
        return sorted(chain.from_iterable(found))
