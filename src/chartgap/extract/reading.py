"""A note as sentences with their lexemes, places, headings and what their neighbours lend them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from chartgap.extract.about import TopicWalker
from chartgap.extract.layout import columns, has_columns, letter_sides, unticked, without_unticked
from chartgap.extract.lexer import Lexeme, Lexer
from chartgap.extract.places import levels, regions
from chartgap.extract.quantity import level_region, level_starts
from chartgap.extract.sections import Section
from chartgap.extract.sentence import Heading, Sentence, build_parts
from chartgap.extract.study import StudyTracker
from chartgap.extract.text import Span, View, sentences
from chartgap.knowledge.catalog import Catalog
from chartgap.model import Side

_HEADING = re.compile(r"(?:[-*\u2022\d.)\s]{0,4})([a-z][a-z0-9 /&,'()+-]{1,48}):(?!\d)")
_BLANK_LINE = re.compile(r"\n\s*\n")
_REGION_REACH, _TOPIC_REACH = 2, 6  # sentences over which a region is still the topic: for any fact, for an examination


class Reader:
    """Turns views of notes into sentences; compiled once, keeps no state between notes."""

    def __init__(self, catalog: Catalog) -> None:
        self._lexer = Lexer(_phrases(catalog))
        self._sides = {e.side: e for e in catalog.lexicon["side"].entries if e.side}
        self._imaging = catalog.elements.get("imaging")

    def read(self, view: View, sections: list[Section]) -> Iterator[Sentence]:
        """The sentences of a note in order."""
        cased, folded = view
        heading, region, age = Heading(), None, 0
        last_section: str | None = None
        table: tuple[Side, Side] | None = None
        walker, topics, tracker = _SectionWalker(sections), TopicWalker(), StudyTracker(self._imaging, sections)
        tables = has_columns(folded)
        for span, lexemes, named_levels, boxes in self._spans(view):
            section = walker.at(span.start)
            if section != last_section:
                heading, region, last_section = Heading(), None, section
            if _BLANK_LINE.search(folded, max(0, span.start - 4), span.start):
                heading, table = Heading(), None
            sentence = Sentence(folded, span.start, span.end, section, heading, lexemes)
            header = columns(folded, span.start, span.end) if tables else None
            table = header or table
            sentence.columns, sentence.boxes = table, boxes
            if named_levels:
                sentence.levels = [(f.start, f.end, f.value) for f in levels(sentence)]
            if "region" in lexemes:
                sentence.regions = regions(sentence)
            sentence.near_region = region if age < _REGION_REACH else None
            sentence.topic_region = region if age < _TOPIC_REACH else None
            if "side" in lexemes or "part" in lexemes:
                sentence.parts = build_parts(sentence)
            topics.read(sentence)
            if match := _HEADING.match(folded, span.start, span.end):
                heading = sentence.heading = _heading(sentence, match.end(1))
                sentence.heading_end = match.end()
            elif header:
                heading = sentence.heading = _heading(sentence, span.end)
                sentence.heading_end = span.end
            tracker.see(sentence)
            named = sentence.places_in_order
            region, age = (named[-1], 0) if named else (region, age + 1)
            yield sentence

    def _spans(self, view: View) -> Iterator[tuple[Span, dict[str, list[Lexeme]], bool, list[tuple[int, int]]]]:
        """Each sentence with its lexemes by kind, whether it may name a level, and its boxes left unticked."""
        cased, folded = view
        scanned = self._lexer.scan(folded, 0, len(folded))
        letters = letter_sides(cased, 0, len(cased), self._sides)
        found = sorted([*scanned, *letters], key=_start) if letters else scanned
        starts = level_starts(folded)
        has_boxes = "[" in folded or unticked(folded, 0, len(folded)) != []
        at = 0
        for span in sentences(cased):
            begin = at
            while at < len(found) and found[at].start < span.end:
                at += 1
            mine = found[begin:at]
            boxes = unticked(folded, span.start, span.end) if has_boxes else []
            if boxes:
                mine = without_unticked(mine, boxes)
            lexemes: dict[str, list[Lexeme]] = {}
            for lex in mine:
                lexemes.setdefault(lex.kind, []).append(lex)
            _drop_void(lexemes)
            near = bisect_left(starts, span.start)
            yield span, lexemes, near < len(starts) and starts[near] < span.end, boxes


def _start(lex: Lexeme) -> int:
    return lex.start


def _drop_void(lexemes: dict[str, list[Lexeme]]) -> None:
    """Drop the mentions that a void phrase of their kind overlaps ("epidural" in "lumbar epidural abscess")."""
    for kind, found in lexemes.items():
        void = [lex for lex in found if getattr(lex.entry, "void", False)]
        if void and kind != "side":
            lexemes[kind] = [
                lex for lex in found if not any(v is not lex and v.start < lex.end and lex.start < v.end for v in void)
            ]


class _SectionWalker:
    """The section at ever larger offsets."""

    def __init__(self, sections: list[Section]) -> None:
        self._sections, self._index = sections, 0

    def at(self, offset: int) -> str | None:
        while self._index + 1 < len(self._sections) and self._sections[self._index + 1].title_start <= offset:
            self._index += 1
        if not self._sections or self._sections[self._index].title_start > offset:
            return None
        return self._sections[self._index].category


def _heading(sentence: Sentence, end: int) -> Heading:
    """What a heading lends: the side, areas, region and tests that its own words name."""
    parts = [p for p in sentence.parts if p.end <= end]
    regions_named = [r for s, e, r in sentence.regions if e <= end]
    elements = frozenset(
        kind[2:]
        for kind, found in sentence.lexemes.items()
        if kind.startswith("t:") and any(lex.end <= end and not lex.entry.void for lex in found)
    )
    return Heading(
        sentence.view[sentence.start : end],
        next((p.side for p in parts if p.side), None),
        tuple(dict.fromkeys(a for p in parts if p.entry for a in p.entry.areas)),
        tuple(dict.fromkeys(p.entry.reflex for p in parts if p.entry and p.entry.reflex)),
        regions_named[0] if regions_named else None,
        elements,
    )


def _phrases(catalog: Catalog) -> Iterator[tuple[str, str, Any]]:
    for kind, lexicon in catalog.lexicon.items():
        for entry in lexicon.entries:
            yield from ((p, kind, entry) for p in entry.phrases)
    for name, pattern in catalog.elements.items():
        for target in pattern.targets:
            yield from ((p, f"t:{name}", target) for p in target.phrases)
        for value in pattern.values:
            yield from ((p, f"v:{name}", value) for p in value.phrases)
