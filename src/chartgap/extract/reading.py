"""A note as sentences with their lexemes, places, headings and what their neighbours lend them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from chartgap.extract.document.sections import Section
from chartgap.extract.document.text import Span, View, sentences
from chartgap.extract.phrases.layout import (
    columns,
    in_columns,
    letter_sides,
    letter_tendons,
    unticked,
    without_unticked,
)
from chartgap.extract.phrases.levels import names_level
from chartgap.extract.phrases.lexer import Lexeme, Lexer
from chartgap.extract.phrases.phrasebook import phrases_of, silent_kinds
from chartgap.extract.phrases.relevance import concerns_spine, may_concern
from chartgap.extract.phrases.spelling import Correction, Speller, scan_corrected, within
from chartgap.extract.recognizers.study import StudyTracker
from chartgap.extract.sentences.binding import build_parts
from chartgap.extract.sentences.crossed import Named, crossed
from chartgap.extract.sentences.heading import heading_of, title_of
from chartgap.extract.sentences.places import levels, regions
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.walk import Walk
from chartgap.extract.worth import says_something
from chartgap.knowledge.catalog import Catalog
from chartgap.knowledge.elements import LexiconEntry

_WORD_BEFORE = re.compile(r"(?:[a-z\d)+%\]]|(?<![A-Z])[RLB])[ ]+$")
_TITLES = 2_000  # remembered
_REGION_REACH, _TOPIC_REACH = 2, 6  # sentences over which a region is still the topic: for any fact, for an examination


class Anchors(NamedTuple):
    """Phrases that may make a sentence worth reading, in order, and the misspelt words of the note."""

    lexemes: list[Lexeme]
    slips: list[Correction]


class Reader:
    """Turns views of notes into sentences; compiled once, keeps no state between notes."""

    def __init__(self, catalog: Catalog) -> None:
        phrases = list(phrases_of(catalog))
        # Most sentences hold no anchor: sides, cues, result words and the like are looked up only beside one.
        self._anchors = Lexer(p for p in phrases if _is_anchor(p[1]))
        self._others = Lexer(p for p in phrases if not _is_anchor(p[1]))
        # Most notes are about something else; a few phrases tell, at a quarter of what all anchors cost.
        self._concerned = Lexer(p for p in phrases if may_concern(p[1], p[2]))
        self._void_kinds = {kind for _, kind, entry in phrases if entry.void} - {"side"}
        self._sides = {e.side: e for e in catalog.lexicon["side"].entries if e.side}
        self._tendons = {e.id: e for e in catalog.lexicon["part"].entries}
        self._by_tendon = {e.reflex: e for e in self._tendons.values() if e.reflex}
        self._results = {name for name, p in catalog.elements.items() if p.recognizer == "result"}
        self._lent = {"region", "t:imaging", *(f"t:{name}" for name in self._results)}
        self._imaging = catalog.elements.get("imaging")
        self._silent = silent_kinds(catalog.elements)
        self._bodies: dict[str, bool] = {}  # the same few titles stand in every note
        self._speller = Speller(catalog.spelling)

    def anchors(self, view: View) -> Anchors | None:
        """The anchors of a note and its misspelt words; None if it is about something else than spine and nerves."""
        folded, length = view.folded, len(view.folded)
        slips = self._speller.corrections(folded, 0, length)
        known = length <= SHORT or names_level(folded)
        if not known and not scan_corrected(self._concerned, folded, 0, length, slips):
            return None
        found = scan_corrected(self._anchors, folded, 0, length, slips)
        return Anchors(found, slips) if known or concerns_spine(found) else None

    def read(self, view: View, sections: list[Section], found: Anchors) -> Iterator[Sentence]:
        """The sentences of a note in order, but for those that can say nothing."""
        anchors, slips = found
        walk = Walk(view, sections, slips, StudyTracker(self._imaging, sections), self._silent)
        at = 0
        for span in _apart(sentences(view.cased), sections, view.cased):
            begin = at
            while at < len(anchors) and anchors[at].start < span.end:
                at += 1
            if _CODE_TITLE.match(view.folded, *span):
                continue
            yield self._next(walk, span, anchors[begin:at])

    def _next(self, walk: Walk, span: Span, anchors: list[Lexeme]) -> Sentence:
        """One sentence with all that it holds and inherits; the walk goes on to what it leaves."""
        folded = walk.view.folded
        section = walk.enter(span)
        sentence = Sentence(folded, span.start, span.end, section, walk.heading, _by_kind(anchors))
        title = title_of(folded, span, section)
        header = columns(folded, span.start, span.end) if walk.tables else None
        if header:
            walk.table, walk.apart = header, False
        if walk.table and (header or not walk.apart or in_columns(folded, *span)):
            sentence.columns = walk.table
        sentence.digits = _DIGIT.search(folded, span.start, span.end) is not None
        if walk.crossed and sentence.digits:
            sentence.row = crossed(folded, span, self._muscles_and_tendons(folded), walk.heading.elements)
        row = (sentence.columns is not None and sentence.digits) or sentence.row is not None
        lends = header is not None or row or self._lends(title, folded, anchors)
        below = walk.heading.elements & self._results or (walk.heading.areas and sentence.digits)
        if lends or below or says_something(sentence, walk.silent(section), walk.reports, walk.view.cased):
            self._fill(sentence, walk, anchors)
        walk.topics.read(sentence)
        if title or header:
            sentence.heading_end = title.end() if title else span.end
            walk.take(sentence, heading_of(sentence, title.end(1) if title else span.end))
        walk.leave(sentence)
        return sentence

    def _lends(self, title: re.Match[str] | None, folded: str, anchors: list[Lexeme]) -> bool:
        """Whether a heading names a side, a body part, a region or a test, which its sentences inherit."""
        if title is None:
            return False
        if any(lex.end <= title.end(1) and lex.kind in self._lent for lex in anchors):
            return True
        return self._names_side_or_part(title[1])

    def _names_side_or_part(self, title: str) -> bool:
        names = self._bodies.get(title)
        if names is None:
            if len(self._bodies) >= _TITLES:
                self._bodies.clear()
            beside = self._others.scan(title, 0, len(title))
            names = self._bodies[title] = any(lex.kind in {"side", "part"} for lex in beside)
        return names

    def _fill(self, sentence: Sentence, walk: Walk, anchors: list[Lexeme]) -> None:
        """Give a sentence all its lexemes by kind, without options that are not ticked and what void phrases cover."""
        start, end = sentence.start, sentence.end
        sentence.slips = within(walk.slips, start, end)
        others = scan_corrected(self._others, sentence.view, start, end, sentence.slips)
        found = [*anchors, *others, *letter_sides(walk.view.cased, start, end, self._sides)]
        if sentence.digits and ("t:reflex" in sentence.lexemes or "reflex" in walk.heading.elements):
            found += letter_tendons(walk.view.cased, start, end, self._tendons)
        if walk.boxes:
            sentence.boxes = unticked(sentence.view, start, end)
            found = without_unticked(found, sentence.boxes)
        lexemes = sentence.lexemes = _by_kind(found)
        if "side" in lexemes:
            lexemes["side"].sort(key=_start)
        _drop_void(lexemes, self._void_kinds)
        sentence.full = True
        sentence.near_region = walk.region if walk.age < _REGION_REACH else None
        sentence.elsewhere = walk.elsewhere
        sentence.topic_region = walk.region if walk.age < _TOPIC_REACH else None
        self._place(sentence)

    def _muscles_and_tendons(self, view: str) -> Named:
        """What finds the muscles and tendons between two offsets; a jerk is one of its tendon."""

        def named(start: int, end: int) -> list[tuple[int, int, LexiconEntry]]:
            parts = [lex for lex in self._others.scan(view, start, end) if lex.kind == "part" and not lex.entry.void]
            found = [(lex.start, lex.end, lex.entry) for lex in parts if lex.entry.muscle or lex.entry.reflex]
            for lex in self._anchors.scan(view, start, end):
                entry = self._by_tendon.get(lex.entry.area) if lex.kind == "t:reflex" else None
                if entry and not any(a < lex.end and lex.start < b for a, b, _ in found):
                    found.append((lex.start, lex.end, entry))
            return sorted(found, key=lambda item: item[0])

        return named

    def _place(self, sentence: Sentence) -> None:
        """Find the levels, regions and body parts of a sentence."""
        if sentence.digits or "region" in sentence.lexemes:
            sentence.levels = levels(sentence)
        if "region" in sentence.lexemes:
            sentence.regions = regions(sentence)
        if "side" in sentence.lexemes or "part" in sentence.lexemes:
            sentence.parts = build_parts(sentence)


def _apart(spans: list[Span], sections: list[Section], cased: str) -> Iterator[Span]:
    """Sentences that begin with a title, cut where the next section begins: "S: neck pain O: Spurling + A: radic".

    A title is cut from words, not from capitals before it: "PERTINENT DATA" is one title.
    """
    begun = {section.title_start for section in sections}
    titles = [at for s in sections if _WORD_BEFORE.search(cased, max(0, (at := s.title_start) - 8), at)]
    for start, end in spans:
        at = bisect_left(titles, start + 1)
        while start in begun and at < len(titles) and titles[at] < end:
            yield Span(start, titles[at])
            start, at = titles[at], at + 1  # noqa: PLW2901
        yield Span(start, end)


SHORT = 400  # characters: a shorter text is a phrase or a few sentences, whose topic need not be named
_DIGIT = re.compile(r"\d")
_CODE_TITLE = re.compile(
    r"\W*(?:[a-z -]{0,20}\b(?:codes?|billing|icd|cpt)\b[a-z0-9 -]{0,12}:\s*)?"
    r"(?:\d{5}|\d{3}\.\d{1,2}|[a-tv-z]\d[\da-b]\.\w{1,4})[\s,:-]+(?:[a-z]{2}\W+)?[a-z(]{4}"
)  # "724.4 Thoracic ..."


def _by_kind(found: list[Lexeme]) -> dict[str, list[Lexeme]]:
    lexemes: dict[str, list[Lexeme]] = {}
    for lex in found:
        lexemes.setdefault(lex.kind, []).append(lex)
    return lexemes


def _is_anchor(kind: str) -> bool:
    return kind[:2] == "t:" or kind in {"topic", "region", "symptom", "when", "alone"}


def _start(lex: Lexeme) -> int:
    return lex.start


def _drop_void(lexemes: dict[str, list[Lexeme]], kinds: set[str]) -> None:
    """Drop the mentions that a void phrase of their kind overlaps ("epidural" in "lumbar epidural abscess")."""
    for kind in lexemes.keys() & kinds:
        found = lexemes[kind]
        void = [lex for lex in found if lex.entry.void]
        if void:
            lexemes[kind] = [
                lex for lex in found if not any(v is not lex and v.start < lex.end and lex.start < v.end for v in void)
            ]
