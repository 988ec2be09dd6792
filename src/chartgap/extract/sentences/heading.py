"""What a heading ("NECK:", "LEFT UPPER EXTREMITY:", "Plantars:") lends to the sentences below it."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chartgap.model import Side

_LIMBS = "ext"  # as a heading the extremities, not extension

_HEADING = re.compile(r"(?:[-*\u2022\d.)\s]{0,4})([a-z][a-z0-9 /&,'()+-]{1,48}):(?!\d)")
# A limb alone on its line is a heading without a colon.
_LIMB_LINE = re.compile(
    r"[-*#\s]{0,4}((?:left|right|bilateral|[lrb]|[lr]t) (?:upper|lower) (?:extremity|extremities|limbs?)|[lrb][ul]e)"
    r"(?: exam(?:ination)?)?\s*"
)
_LONGEST_LIMB = 45
_SIDE_ALONE = re.compile(r"[-*\u2022\s]*(left|right|[lr]t?|bilateral(?:ly)?|both(?: sides)?)")
_SIDES: dict[str, Side] = {"l": "left", "r": "right", "b": "bilateral"}
_OF_LIMBS = frozenset({"strength", "sensation", "reflex"})
_OF_SIDES = _OF_LIMBS | {"spurling", "pathologic_reflex"}

if TYPE_CHECKING:
    from chartgap.extract.document.text import Span
    from chartgap.extract.sentences.sentence import Sentence


@dataclass(slots=True)
class Heading:
    """A heading and what its words name."""

    text: str = ""
    side: Side | None = None
    areas: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    region: str | None = None
    elements: frozenset[str] = frozenset()
    tests: tuple[str, ...] = ()  # the one thing that a test named tells: babinski of "Plantars:"

    def below(self, outer: "Heading") -> "Heading":
        """This heading with what the one above it says: "LEFT ARM:", then "Biceps:"; "REFLEXES:", then "Left:"."""
        tested = self._tested(outer)
        if self.side or not set(self.areas) <= set(outer.areas):
            return tested
        return replace(
            tested,
            side=outer.side,
            areas=self.areas or outer.areas,
            sites=self.sites or outer.sites,
            region=self.region or outer.region,
        )

    def beside(self, before: "Heading") -> "Heading":
        """This heading of a limb with the test of the one before it on the line: "MOTOR: Arms: 5/5. Legs: 4/5."."""
        return self._tested(before) if self.areas else self

    def _tested(self, other: "Heading") -> "Heading":
        """This heading of a side or limb with the test that another one names."""
        lent = other.elements & (_OF_LIMBS if self.areas else _OF_SIDES)
        if not (self.areas or self.side) or self.elements or self.region or not lent:
            return self
        return replace(self, elements=lent, tests=() if self.areas else other.tests)


def heading_of(sentence: "Sentence", end: int) -> Heading:
    """What a heading lends: the side, areas, region and tests that its own words name."""
    parts = [p for p in sentence.parts if p.end <= end]
    regions_named = [x.entry.region for x in sentence.of("region") if x.end <= end and not x.entry.void]
    elements = frozenset(
        kind[2:]
        for kind, found in sentence.lexemes.items()
        if kind.startswith("t:")
        and any(lex.end <= end and not lex.entry.void and sentence.gap(lex.start, lex.end) != _LIMBS for lex in found)
    )
    return Heading(
        sentence.view[sentence.start : end],
        next((p.side for p in parts if p.side), None) or _side_alone(sentence, end),
        tuple(dict.fromkeys(a for p in parts if p.entry for a in p.entry.areas)),
        tuple(dict.fromkeys(p.entry.reflex for p in parts if p.entry and p.entry.reflex)),
        regions_named[0] if regions_named else None,
        elements,
        _tests(sentence, end),
    )


def _side_alone(sentence: "Sentence", end: int) -> Side | None:
    """The side that is the whole heading, though it is bound to the part behind it: "Right: biceps 2, triceps 2"."""
    match = _SIDE_ALONE.fullmatch(sentence.view, sentence.start, end)
    return _SIDES[match[1][0]] if match else None


def _tests(sentence: "Sentence", end: int) -> tuple[str, ...]:
    named = [t for t in sentence.of("t:pathologic_reflex") if t.end <= end and not t.entry.void]
    return tuple(dict.fromkeys(t.entry.area for t in named))


def title_of(folded: str, span: "Span", section: str | None) -> re.Match[str] | None:
    """The heading that a sentence begins with: words before a colon, or a limb alone on its line."""
    if folded.find(":", *span) >= 0:
        return _HEADING.match(folded, span.start, span.end)
    return limb_line(folded, span, section)


def limb_line(folded: str, span: "Span", section: str | None) -> re.Match[str] | None:
    """A limb alone on a line of the examination: "RIGHT LOWER EXTREMITY"."""
    if span.end - span.start > _LONGEST_LIMB or section not in {"physical_exam", None}:
        return None
    return _LIMB_LINE.fullmatch(folded, *span) if folded.startswith("\n", span.start - 1) else None
