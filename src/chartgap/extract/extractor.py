"""A note's text in, findings out. Only sentences that hold an anchor are read further."""

import re
from collections.abc import Iterator
from typing import Any

from chartgap.extract import complaint, concept, course, derive, linkage, outcome, pain_score, palpation, plan, study
from chartgap.extract.about import TopicWalker
from chartgap.extract.attributes import enrich
from chartgap.extract.context import ContextReader, assertion
from chartgap.extract.draft import Draft
from chartgap.extract.examination import Examination
from chartgap.extract.layout import columns, letter_sides, unticked, without_unticked
from chartgap.extract.lexer import Lexeme, Lexer
from chartgap.extract.places import levels, regions
from chartgap.extract.quantity import level_region
from chartgap.extract.sections import Section, find_sections
from chartgap.extract.sentence import Heading, Sentence, build_parts
from chartgap.extract.settle import Scene, settle
from chartgap.extract.settle_diagnosis import ASSESSMENT, settle_diagnosis, settle_places
from chartgap.extract.text import Span, fold, sentences
from chartgap.knowledge.catalog import Catalog
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Finding, Side

_HEADING = re.compile(r"(?:[-*\u2022\d.)\s]{0,4})([a-z][a-z0-9 /&,'()+-]{1,48}):(?!\d)")
_BLANK_LINE = re.compile(r"\n\s*\n")
_REGION_REACH, _TOPIC_REACH = 2, 6  # sentences over which a region is still the topic: for any fact, for an examination


class Extractor:
    """Finds what a note documents. Build once; `extract` keeps no state between notes."""

    def __init__(self, catalog: Catalog) -> None:
        self._elements = catalog.elements
        self._lexer = Lexer(_phrases(catalog))
        self._sides = {e.side: e for e in catalog.lexicon["side"].entries if e.side}
        self._context = ContextReader(catalog.context)
        self._examination = Examination({n: p for n, p in catalog.elements.items() if p.recognizer == "result"})

    def extract(self, text: str) -> tuple[Finding, ...]:
        """All findings of a note in the order of their offsets, each fact of a section once."""
        view = fold(text)
        sections = find_sections(view, text)
        drafts: list[tuple[Draft, str | None]] = []
        scene = Scene(view)
        for sentence in self._read(text, view, sections):
            scene.see(sentence)
            drafts.extend((draft, sentence.section) for draft in self._recognize(sentence))
        drafts = settle(drafts, scene)
        has_assessment = any(s.category in ASSESSMENT - {"plan"} for s in sections)
        drafts = settle_places(settle_diagnosis(drafts, view, has_assessment=has_assessment))
        return tuple(_finding(draft, section, text) for draft, section in distinct(drafts))

    def _read(self, text: str, view: str, sections: list[Section]) -> Iterator[Sentence]:
        """Sentences with their lexemes and what headings and neighbours lend them."""
        heading, region, age = Heading(), None, 0
        last_section: str | None = None
        table: tuple[Side, Side] | None = None
        walker, topics = _SectionWalker(sections), TopicWalker()
        tracker = study.StudyTracker(self._elements.get("imaging"), sections)
        for span in sentences(text, view):
            section = walker.at(span.start)
            if section != last_section:
                heading, region, last_section = Heading(), None, section
            match = _HEADING.match(view, span.start, span.end)
            lexemes: dict[str, list[Lexeme]] = {}
            scanned = self._lexer.scan(view, span.start, span.end)
            letters = letter_sides(text, span.start, span.end, self._sides)
            boxes = unticked(view, span.start, span.end)
            for lex in without_unticked([*scanned, *letters] if letters else scanned, boxes):
                lexemes.setdefault(lex.kind, []).append(lex)
            _drop_void(lexemes)
            sentence = Sentence(view, span.start, span.end, section, heading, lexemes)
            table = columns(view, span.start, span.end) or (None if _BLANK_LINE.search(view, max(0, span.start - 4), span.start) else table)
            sentence.columns, sentence.boxes = table, boxes
            sentence.levels = [(f.start, f.end, f.value) for f in levels(sentence)]
            sentence.regions = regions(sentence)
            sentence.near_region = region if age < _REGION_REACH else None
            sentence.topic_region = region if age < _TOPIC_REACH else None
            sentence.parts = build_parts(sentence)
            topics.read(sentence)
            if _BLANK_LINE.search(view, max(0, span.start - 4), span.start):
                heading = sentence.heading = Heading()
            if match:
                heading = sentence.heading = _heading(sentence, match.end(1))
                sentence.heading_end = match.end()
            elif table and columns(view, span.start, span.end):
                heading = sentence.heading = _heading(sentence, span.end)
                sentence.heading_end = span.end
            tracker.see(sentence)
            named = [r for _, _, r in sentence.regions] + [level_region(v) for _, _, v in sentence.levels]
            region, age = (named[-1], 0) if named else (region, age + 1)
            yield sentence

    def _recognize(self, sentence: Sentence) -> list[Draft]:
        kinds = sentence.lexemes.keys()
        if not kinds and not sentence.levels:
            return []
        self._read_context(sentence)
        drafts = self._examination.recognize(sentence)
        for pattern in self._elements.values():
            if pattern.recognizer == "concept":
                if f"t:{pattern.element}" in kinds:
                    drafts.extend(concept.recognize(pattern, sentence))
            elif pattern.recognizer != "result":
                drafts.extend(_RECOGNIZERS[pattern.recognizer](pattern, sentence))
        drafts.extend(derive.laterality(drafts))
        enrich(sentence, drafts)
        return drafts

    def _read_context(self, sentence: Sentence) -> None:
        """Ask once what the context makes of every mention of the sentence."""
        mentions = [
            (lex.start - sentence.start, lex.end - sentence.start, kind.partition(":")[2] or kind)
            for kind, found in sentence.lexemes.items()
            if kind[:2] in {"t:", "v:"} or kind == "symptom"
            for lex in found
        ]
        if not mentions:
            return
        for (start, end, element), modifiers in zip(mentions, self._context.read(sentence.text, mentions), strict=True):
            said = assertion(modifiers) if modifiers else "affirmed"
            span = (start + sentence.start, end + sentence.start)
            sentence.assertions[(*span, element)] = said
            if modifiers:
                sentence.assertions[(*span, "")] = said


def _drop_void(lexemes: dict[str, list[Lexeme]]) -> None:
    """Drop the mentions that a void phrase of their kind overlaps ("epidural" in "lumbar epidural abscess")."""
    for kind, found in lexemes.items():
        void = [lex for lex in found if getattr(lex.entry, "void", False)]
        if void and kind != "side":
            lexemes[kind] = [
                lex for lex in found if not any(v is not lex and v.start < lex.end and lex.start < v.end for v in void)
            ]


def _region_drafts(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    if sentence.section in pattern.not_sections:
        return []
    return [Draft("region", r, s, e, f"region.{r}") for s, e, r in sentence.regions] + [
        Draft("region", level_region(v), s, e, "region.of_level") for s, e, v in sentence.levels if v[0] != "S"
    ]


def _level_drafts(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    if sentence.section in pattern.not_sections:
        return []
    return [Draft("level", v, s, e, "level.named") for s, e, v in sentence.levels]


_RECOGNIZERS: dict[str, Any] = {
    "complaint": complaint.recognize,
    "laterality": complaint.laterality,
    "region": _region_drafts,
    "level": _level_drafts,
    "duration": course.duration,
    "severity": pain_score.severity,
    "stated": course.stated,
    "graded": course.graded,
    "linkage": linkage.recognize,
    "palpation": palpation.recognize,
    "plan": plan.recognize,
    "response": outcome.response,
    "study_finding": study.recognize,
    "trauma": outcome.trauma,
}


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


def distinct(drafts: list[tuple[Draft, str | None]]) -> list[tuple[Draft, str | None]]:
    """Each fact of a section once, in the order of the note; again only where it brings a detail not yet told."""
    seen: dict[tuple[object, ...], set[str]] = {}
    kept = []
    for draft, section in sorted(drafts, key=lambda d: (d[0].start, d[0].end)):
        key = (*draft.key, section)
        told, names = seen.get(key), set(draft.attributes)
        if told is None or names - told:
            seen[key] = names | (told or set())
            kept.append((draft, section))
    return kept


def _finding(draft: Draft, section: str | None, text: str) -> Finding:
    return Finding.model_construct(
        element=draft.element, value=draft.value, side=draft.side, area=draft.area, status=draft.status,
        assertion=draft.assertion, start=draft.start, end=draft.end, text=text[draft.start : draft.end],
        section=section, rule_id=draft.rule_id, days=draft.days, kind=draft.kind,
        attributes=draft.attributes, remarks=draft.remarks,
    )  # fmt: skip


__all__ = ["Extractor", "Span"]
