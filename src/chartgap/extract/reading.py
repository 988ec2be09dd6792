"""A note as sentences with their lexemes, places, headings and what their neighbours lend them."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from chartgap.extract.about import TopicWalker
from chartgap.extract.binding import build_parts
from chartgap.extract.heading import Heading, heading_of, limb_line, title_of
from chartgap.extract.layout import (
    columns,
    has_boxes,
    has_columns,
    in_columns,
    letter_sides,
    letter_tendons,
    names_letter,
    unticked,
    without_unticked,
)
from chartgap.extract.levels import names_level
from chartgap.extract.lexer import Lexeme, Lexer
from chartgap.extract.marks import TELLS
from chartgap.extract.phrasebook import phrases_of, silent_kinds
from chartgap.extract.places import levels, regions
from chartgap.extract.relevance import concerns_spine, may_concern
from chartgap.extract.sections import Section, SectionWalker
from chartgap.extract.sentence import Sentence
from chartgap.extract.spelling import Correction, Speller, scan_corrected, within
from chartgap.extract.study import StudyTracker, measured
from chartgap.extract.text import Span, View, sentences
from chartgap.knowledge.catalog import Catalog
from chartgap.model import Side

_BLANK_LINE = re.compile(r"\n\s*\n\s*")
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
        beside = [p for p in phrases if not _is_anchor(p[1])]
        self._others = {
            without: Lexer(p for p in beside if p[1] not in without)
            for without in map(frozenset, ((), ("cue",), ("time",), ("cue", "time")))
        }
        # Most notes are about something else; a few phrases tell, at a quarter of what all anchors cost.
        self._concerned = Lexer(p for p in phrases if may_concern(p[1], p[2]))
        self._void_kinds = {kind for _, kind, entry in phrases if entry.void} - {"side"}
        self._sides = {e.side: e for e in catalog.lexicon["side"].entries if e.side}
        self._tendons = {e.id: e for e in catalog.lexicon["part"].entries}
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
        state = _State(view, sections, slips, StudyTracker(self._imaging, sections), self._silent)
        at = 0
        for span in _apart(sentences(view.cased), sections, view.cased):
            begin = at
            while at < len(anchors) and anchors[at].start < span.end:
                at += 1
            if all(anchors[i].kind == "when" for i in range(begin, at)) and state.may_skip(span, timed=at > begin):
                continue
            if _CODE_TITLE.match(view.folded, *span):
                continue
            yield self._next(state, span, anchors[begin:at])

    def _next(self, state: "_State", span: Span, anchors: list[Lexeme]) -> Sentence:
        """One sentence with all that it holds and inherits; the state goes on to what it leaves."""
        folded = state.view.folded
        section = state.enter(span)
        sentence = Sentence(folded, span.start, span.end, section, state.heading, _by_kind(anchors))
        title = title_of(folded, span, section)
        header = columns(folded, span.start, span.end) if state.tables else None
        if header:
            state.table, state.apart = header, False
        if state.table and (header or not state.apart or in_columns(folded, *span)):
            sentence.columns = state.table
        sentence.digits = _DIGIT.search(folded, span.start, span.end) is not None
        row = sentence.columns is not None and sentence.digits
        lends = header is not None or row or self._lends(title, folded, anchors)
        below = state.heading.elements & self._results or (state.heading.areas and sentence.digits)
        if lends or below or _says_something(sentence, state):
            self._fill(sentence, state, anchors)
        state.topics.read(sentence)
        if title or header:
            sentence.heading_end = title.end() if title else span.end
            state.take(sentence, heading_of(sentence, title.end(1) if title else span.end))
        state.leave(sentence)
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
            beside = self._others[_CUES_AND_TIMES].scan(title, 0, len(title))
            names = self._bodies[title] = any(lex.kind in {"side", "part"} for lex in beside)
        return names

    def _fill(self, sentence: Sentence, state: "_State", anchors: list[Lexeme]) -> None:
        """Give a sentence all its lexemes by kind, without options that are not ticked and what void phrases cover."""
        start, end = sentence.start, sentence.end
        sentence.slips = within(state.slips, start, end)
        others = scan_corrected(self._others[_unasked(sentence)], sentence.view, start, end, sentence.slips)
        found = [*anchors, *others, *letter_sides(state.view.cased, start, end, self._sides)]
        if sentence.digits and ("t:reflex" in sentence.lexemes or "reflex" in state.heading.elements):
            found += letter_tendons(state.view.cased, start, end, self._tendons)
        if state.boxes:
            sentence.boxes = unticked(sentence.view, start, end)
            found = without_unticked(found, sentence.boxes)
        lexemes = sentence.lexemes = _by_kind(found)
        if "side" in lexemes:
            lexemes["side"].sort(key=_start)
        _drop_void(lexemes, self._void_kinds)
        sentence.full = True
        sentence.near_region = state.region if state.age < _REGION_REACH else None
        sentence.elsewhere = state.elsewhere
        sentence.topic_region = state.region if state.age < _TOPIC_REACH else None
        self._place(sentence)

    def _place(self, sentence: Sentence) -> None:
        """Find the levels, regions and body parts of a sentence."""
        if sentence.digits or "region" in sentence.lexemes:
            sentence.levels = levels(sentence)
        if "region" in sentence.lexemes:
            sentence.regions = regions(sentence)
        if "side" in sentence.lexemes or "part" in sentence.lexemes:
            sentence.parts = build_parts(sentence)


class _State:
    """What goes from sentence to sentence of one note: section, heading, table, topic, region, study."""

    def __init__(
        self,
        view: View,
        sections: list[Section],
        slips: list[Correction],
        tracker: StudyTracker,
        silent: Mapping[str | None, Set[str]],
    ) -> None:
        self.view, self.slips = view, slips
        self._silent = silent
        self.tables, self.boxes = has_columns(view.folded), has_boxes(view.folded)
        self.heading = self._outer = Heading()
        self._headed = 0  # where the last heading stands
        self.table: tuple[Side, Side] | None = None
        self.apart = False  # a blank line stands between the head of the table and what follows
        self.region: str | None = None
        self.elsewhere, self.age = False, 0  # sentences since the region was named
        self.topics = TopicWalker()
        self._tracker, self._walker = tracker, SectionWalker(sections)
        self._section: str | None = None
        self._blanks = [m.end() for m in _BLANK_LINE.finditer(view.folded)]
        self._end = 0  # of the sentence before
        self._skipped = 0

    def may_skip(self, span: Span, *, timed: bool) -> bool:
        """Whether a sentence without an anchor has nothing to say and nothing to leave; the next ones count it."""
        if self.tables or self.heading.elements:
            return False
        folded = self.view.folded
        if _SPEAKS.search(folded, *span):
            if self.heading.areas or folded.find(":", *span) >= 0 or _says_figure(folded, *span):
                return False
            timed = timed or _FIGURE_OF_TIME.search(folded, *span) is not None
        if timed and self._walker.at(span.start) in TELLS:
            return False
        if limb_line(folded, span, self._walker.at(span.start)):
            return False
        self._skipped += 1
        return True

    def take(self, sentence: Sentence, heading: Heading) -> None:
        """Take a new heading; one alone on its line lends its limb to those below it that name none."""
        if sentence.heading_end >= sentence.end:
            self._outer = heading
        elif self._outer.text:
            heading = heading.below(self._outer)
        if self.view.folded.find("\n", self._headed, sentence.start) < 0:
            heading = heading.beside(self.heading)
        self._headed = sentence.start
        self.heading = sentence.heading = heading

    def silent(self, section: str | None) -> Set[str]:
        """The kinds that say nothing in a section."""
        return self._silent.get(section, frozenset())

    def reports(self, sentence: Sentence) -> bool:
        """Whether a sentence may go on with what a study shows."""
        return self._tracker.near(sentence)

    def enter(self, span: Span) -> str | None:
        """The section of a sentence; a new one ends heading, region and table, a blank line the heading."""
        section = self._walker.at(span.start)
        if section != self._section:
            self.heading, self.region, self.table = Heading(), None, None
            self._outer = Heading()
            self._section, self.elsewhere = section, False
        if self._blanks and _between(self._blanks, self._end, span.start + 1):
            self.heading = self._outer = Heading()
            self.apart = True
        self.age += self._skipped
        self._tracker.skip(self._skipped)
        self._skipped, self._end = 0, span.end
        return section

    def leave(self, sentence: Sentence) -> None:
        """Remember the region and the study that a sentence names."""
        self._tracker.see(sentence)
        named = sentence.all_regions
        if named:
            self.region, self.age, self.elsewhere = named[-1], 0, False
        elif "t:imaging" in sentence.lexemes and any(not lex.entry.void for lex in sentence.of("other_body")):
            self.region, self.elsewhere = None, True  # films of the knee: what follows is not of the spine
        else:
            self.age += 1


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
# Kinds whose recognizers ask whether something was done or planned, and since when something is so.
_WITH_STATUS = frozenset(
    f"t:{e}" for e in ("imaging", "electrodiagnostic", "conservative_treatment", "treatment_plan", "workup_plan")
)
_IN_TIME = frozenset(
    f"t:{e}" for e in ("duration", "chronicity", "onset", "severity", "functional_impact", "modifying_factors")
)
_CUES_AND_TIMES = frozenset(("cue", "time"))
_DIGIT = re.compile(r"\d")
_CODE_TITLE = re.compile(
    r"\W*(?:[a-z -]{0,20}\b(?:codes?|billing|icd|cpt)\b[a-z0-9 -]{0,12}:\s*)?"
    r"(?:\d{5}|\d{3}\.\d{1,2}|[a-tv-z]\d[\da-b]\.\w{1,4})[\s,:-]+(?:[a-z]{2}\W+)?[a-z(]{4}"
)  # "724.4 Thoracic ..."
_SPEAKS = re.compile(r"[:\d]")
_FIGURE_OF_TIME = re.compile(r"\d\s?[/-]\s?\d|(?:19|20)\d\d|'\d\d|\d\s?(?:[dwmy]\b|da|we|wk|mo|mth|ye|yr|h)|10")
# Each begins with a digit, which the search finds quickly: C6 or C-6, 4/5, 2+, +1.
_GRADES = re.compile(
    r"\d(?:(?:(?<=\b[ctls]\d)|(?<=\b[ctls][ -]\d))\d?\b|(?<=\b[0-5])\s?[+-]?\s?(?:/|out of|over)\s?[45]\b"
    r"|(?<=\b[0-4])\s?\+|(?<=[+-][0-5])\b)"
)
_MOTION = re.compile(r"(?:flexion|extension|rotation|bending)[^\d;.]{1,16}\d")
_MOTIONS = ("flexion", "extension", "rotation", "bending")
_SCALES = ("vas", "nrs", "nprs", "scale", "out of", "mrc")
_MUSCLES = (
    "biceps",
    "triceps",
    "deltoid",
    "delt ",
    "grip",
    "wrist ",
    "finger ",
    "intrins",
    "inteross",
    "quad",
    "iliops",
    "ehl",
)
_SIDES = ("left", "right", "bilat", "both", "either", "side", "symmetric", "equal", "lt ", "rt ", "ue", "le")
_CANAL = ("canal", "narrow", "stenos", "foram", "encroach", "compress", "imping", "cord")
# Anchors that come to nothing alone: what they add wants something else in the sentence.
_WEAK = frozenset(
    {"topic", "when", "symptom", "t:imaging_finding", "t:linkage", "t:tissue", "t:severity", "t:chronicity"}
)


def _says_something(sentence: Sentence, state: _State) -> bool:
    """Whether a sentence may state a fact: by its anchors, a level, a grade or, where a complaint is told, a time."""
    kinds = {lex.kind for found in sentence.lexemes.values() for lex in found if not lex.entry.void}
    kinds -= state.silent(sentence.section)
    if "alone" in kinds:
        kinds.discard("alone")
        if any(v.entry.standalone or sentence.section in v.entry.sections for v in sentence.lexemes["alone"]):
            return True
    if not kinds <= _WEAK or _weak_anchors_say(kinds, sentence, state):
        return True
    if sentence.digits and _says_figure(sentence.view, sentence.start, sentence.end):
        return True
    return sentence.section in TELLS and tells_time(sentence)


def _says_figure(view: str, start: int, end: int) -> bool:
    """Whether a level, a grade or a score may stand between two offsets: a quick test where there is a digit."""
    if _GRADES.search(view, start, end):
        return True
    text = view[start:end]
    if any(map(text.__contains__, _SCALES)) or any(map(text.__contains__, _MUSCLES)):
        return True
    return any(map(text.__contains__, _MOTIONS)) and _MOTION.search(text) is not None


def _weak_anchors_say(kinds: Set[str], sentence: Sentence, state: _State) -> bool:
    """Whether a sentence holds what its weak anchors want beside them: a side, a study, a canal."""
    text = sentence.text
    if "t:severity" in kinds and any("alone" in lex.entry.attributes for lex in sentence.of("t:severity")):
        return True
    if "symptom" in kinds and (len(kinds - {"topic", "when"}) > 1 or sentence.digits or _sided(text, state, sentence)):
        return True
    if "t:imaging_finding" in kinds and (state.reports(sentence) or measured(sentence)):
        return True
    return "t:tissue" in kinds and any(map(text.__contains__, _CANAL))


def _sided(text: str, state: _State, sentence: Sentence) -> bool:
    """Whether a sentence may name a side: a quick test."""
    return any(map(text.__contains__, _SIDES)) or names_letter(state.view.cased, sentence.start, sentence.end)


def tells_time(sentence: Sentence) -> bool:
    """Whether a sentence may state a time: a quick test."""
    if "when" in sentence.lexemes:
        return True
    return sentence.digits and _FIGURE_OF_TIME.search(sentence.view, sentence.start, sentence.end) is not None


def _unasked(sentence: Sentence) -> frozenset[str]:
    """The kinds that nothing in a sentence asks for: words of status, words of time."""
    kinds = sentence.lexemes.keys()
    unasked = _CUES_AND_TIMES if kinds.isdisjoint(_WITH_STATUS) else frozenset(("time",))
    return unasked if kinds.isdisjoint(_IN_TIME) and not tells_time(sentence) else unasked - {"time"}


def _by_kind(found: list[Lexeme]) -> dict[str, list[Lexeme]]:
    lexemes: dict[str, list[Lexeme]] = {}
    for lex in found:
        lexemes.setdefault(lex.kind, []).append(lex)
    return lexemes


def _is_anchor(kind: str) -> bool:
    return kind[:2] == "t:" or kind in {"topic", "region", "symptom", "when", "alone"}


def _between(positions: list[int], low: int, high: int) -> bool:
    at = bisect_left(positions, low)
    return at < len(positions) and positions[at] < high


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
