"""A note's text in, findings out. Only sentences that hold an anchor are read further."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial

from chartgap.extract.assertion.context import ContextReader, assertion
from chartgap.extract.assertion.holding import holds
from chartgap.extract.document.sections import SectionFinder
from chartgap.extract.document.text import view_of
from chartgap.extract.document.unheaded import with_unheaded
from chartgap.extract.phrases.levels import level_regions
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spelling import corrected
from chartgap.extract.reading import Reader
from chartgap.extract.recognizers import (
    complaint,
    concept,
    course,
    derive,
    grading,
    laterality,
    linkage,
    outcome,
    pain_score,
    palpation,
    plan,
    statement,
    study,
)
from chartgap.extract.recognizers.attributes import enrich
from chartgap.extract.results.examination import Examination
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.settling.concern import settle_concern
from chartgap.extract.settling.diagnosis import ASSESSMENT, settle_diagnosis, settle_places
from chartgap.extract.settling.settle import Scene, settle
from chartgap.extract.title_words import TitleReader
from chartgap.extract.worth import tells_time
from chartgap.knowledge.catalog import Catalog
from chartgap.knowledge.derived import DerivedRow
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Assertion, Finding

Recognize = Callable[[ElementPattern, Sentence], list[Draft]]


class Extractor:
    """Finds what a note documents. Build once; `extract` keeps no state between notes."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._reader = Reader(catalog)
        self._sections = SectionFinder(catalog.sections)
        self._context = ContextReader(catalog.context)
        self._examination = Examination({n: p for n, p in catalog.elements.items() if p.recognizer == "result"})
        named = [p for p in catalog.elements.values() if p.recognizer in _BY_TARGET]
        self._by_kind = {f"t:{p.element}": (_BY_TARGET[p.recognizer], p) for p in named}
        others = [p for p in catalog.elements.values() if p.recognizer in _GATED]
        self._always = [(*_GATED[p.recognizer], p) for p in others]

    def extract(self, text: str) -> tuple[Finding, ...]:
        """All findings of a note in the order of their offsets, each fact of a section once."""
        view = view_of(text)
        anchors = self._reader.anchors(view)
        if anchors is None:
            return ()
        titled, _ = self._sections.find(view.folded, text)
        sections = with_unheaded(titled, view.folded)
        drafts: list[tuple[Draft, str | None]] = []
        scene = Scene(view.folded)
        for sentence in self._reader.read(view, sections, anchors):
            scene.see(sentence)
            drafts.extend((draft, sentence.section) for draft in self._recognize(sentence))
        drafts = settle(drafts, scene)
        drafts = drafts if scene.short else settle_concern(drafts, view.folded, sections)
        has_assessment = any(s.category in ASSESSMENT - {"plan"} for s in sections)
        drafts = settle_places(
            settle_diagnosis(drafts, view.folded, has_assessment=has_assessment, titled=bool(titled))
        )
        return tuple(_finding(draft, section, text) for draft, section in distinct(drafts))

    def title_words(self, text: str, rows: Sequence[DerivedRow]) -> tuple[Finding, ...]:
        """What a note says for rows that were derived from titles of codes, in the order of the offsets."""
        return self._titles.read(text, rows)

    @cached_property
    def _titles(self) -> TitleReader:
        return TitleReader(self.catalog, self._sections, self._context)

    def _recognize(self, sentence: Sentence) -> list[Draft]:
        if not sentence.full:
            return []
        kinds = sentence.lexemes.keys()
        examined = self._examination.concerns(sentence)
        active = [self._by_kind[kind] for kind in kinds if kind in self._by_kind]
        active += [(recognize, pattern) for gate, recognize, pattern in self._always if gate(sentence)]
        if not examined and not active:
            return []
        sentence.context = partial(self._assertions, examined=examined)
        drafts = self._examination.recognize(sentence) if examined else []
        for recognize, pattern in active:
            drafts.extend(recognize(pattern, sentence))
        if drafts:
            self._read_again(sentence, drafts)
            derive.deny_causes(sentence, drafts)
            drafts = derive.place_roots(sentence, drafts)
            derive.quote_sides(sentence, drafts)
            drafts.extend([*derive.roots(sentence, drafts), *derive.osteophytes(sentence, drafts)])
            drafts.extend(derive.pains(sentence, drafts))
            drafts.extend([*derive.laterality(drafts), *derive.region(sentence, drafts)])
            enrich(sentence, drafts)
        return drafts

    def _read_again(self, sentence: Sentence, drafts: list[Draft]) -> None:
        """Let negspaCy read the mentions whose negation decides a requirement; where it disagrees, none is certain."""
        for draft in drafts:
            if draft.element not in _DECISIVE or draft.assertion not in {"affirmed", "negated"}:
                continue
            if not _NEGATION.search(sentence.view, sentence.start, sentence.end):
                return
            if _ANSWER.match(sentence.view, draft.end):
                continue  # a form: "neck pain (no), back pain (yes)"
            start, end = _clause(sentence, draft)
            span = (draft.start - start, draft.end - start)
            negated = self._context.second_reader(sentence.gap(start, end), span)
            if negated != (draft.assertion == "negated"):
                draft.remarks = (f"negspaCy reads it as {'negated' if negated else 'affirmed'}",)
                draft.assertion = "uncertain"

    def _assertions(self, sentence: Sentence, *, examined: bool) -> dict[tuple[int, int, str], Assertion]:
        """What the context makes of every mention of the sentence that a recognizer may look at, asked for once."""
        mentions = [
            (lex.start - sentence.start, lex.end - sentence.start, kind[2:] if kind[1] == ":" else kind)
            for kind, found in sentence.lexemes.items()
            if kind[:2] == "t:" or kind in {"symptom", "nerve_finding"} or (examined and kind[:2] == "v:")
            for lex in found
            if kind[:2] != "v:" or _may_be_denied(kind, lex, sentence)
        ]
        mentions += [(s - sentence.start, e - sentence.start, "place") for s, e, _ in sentence.places]
        if not mentions:
            return {}
        said: dict[tuple[int, int, str], Assertion] = {}
        text, places = corrected(sentence.view, sentence.start, sentence.end, sentence.slips, mentions)
        for (start, end, element), modifiers in zip(mentions, self._context.read(text, places), strict=True):
            span = (start + sentence.start, end + sentence.start)
            told = holds(assertion(modifiers) if modifiers else "affirmed", sentence, *span, element)
            said[(*span, element)] = told
            if told != "affirmed":
                said[(*span, "")] = told
        return said


def _may_be_denied(kind: str, value: Lexeme, sentence: Sentence) -> bool:
    """Whether the context is asked of a result word: one of no test here would hide its cue from what is denied."""
    if _OWN_CUE.match(sentence.view, value.start, value.end):
        return False
    entry = value.entry
    own = f"t:{kind[2:]}" in sentence.lexemes or kind[2:] in sentence.heading.elements
    return bool(own or entry.standalone or entry.muscles or entry.sections)


def _clause(sentence: Sentence, draft: Draft) -> tuple[int, int]:
    """The part of a sentence between semicolons that a finding stands in; negspaCy reads over them."""
    start = sentence.view.rfind(";", sentence.start, draft.start) + 1 or sentence.start
    if (own := _OWN_CLAUSE.search(sentence.gap(start, draft.start))) and _VERB.match(sentence.view, draft.end):
        start += own.end()  # "without therapy, his neck pain is worse"
    end = sentence.view.find(";", draft.end, sentence.end)
    return start, end if end >= 0 else sentence.end


def _region_drafts(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    if sentence.section in pattern.not_sections:
        return []
    named = [Draft("region", r, s, e, f"region.{r}") for s, e, r in sentence.regions]
    places = [place for place in sentence.levels if _tells_region(place[2], sentence)]
    named += [Draft("region", r, s, e, "region.of_level") for s, e, v in places for r in level_regions(v)]
    return [_as_told(draft, sentence) for draft in named]


_ARM_ROOT = re.compile(
    r"\b(?:myotomes?|dermatomes?|strength|power|mmt|motor|light touch|pinprick|sensation)\b|[0-5]/5|top of t1"
)
# "Dysphagia, C5 palsy and death were discussed."
_RISKED = re.compile(r"\b(?:risks?|discussed|explained|complications?|death|stroke|paralysis|dysphagia)\b")


def _tells_region(level: str, sentence: Sentence) -> bool:
    """Whether a level implies its region: T1 as the last root of the arm, or at the edge of a film, does not."""
    return level[0] != "S" and not (level == "T1" and _ARM_ROOT.search(sentence.view, *sentence.span))


def _level_drafts(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    if sentence.section in pattern.not_sections:
        return []
    return [_as_told(Draft("level", v, s, e, "level.named"), sentence) for s, e, v in sentence.levels]


def _as_told(draft: Draft, sentence: Sentence) -> Draft:
    """A place is named whatever is said to be there, but not if it is another's, or of a risk, or of a denied pain."""
    said = sentence.assertion(draft.start, draft.end, "place")
    if said in {"hypothetical", "family"}:
        draft.assertion = said
    elif sentence.view.startswith(" pals", draft.end) and _RISKED.search(sentence.view, *sentence.span):
        draft.assertion = "hypothetical"
    if said == "negated" and any(
        lex.start <= draft.start and draft.end <= lex.end for lex in sentence.of("t:complaint") if not lex.entry.void
    ):
        draft.assertion = said
    return draft


_BY_TARGET: dict[str, Recognize] = {
    "concept": concept.recognize,
    "complaint": complaint.recognize,
    "stated": statement.stated,
    "graded": grading.graded,
    "linkage": linkage.recognize,
    "palpation": palpation.recognize,
    "study_finding": study.recognize,
    "tissue": study.tissue,
    "trauma": outcome.trauma,
}
"""Recognizers that have nothing to say without a target phrase of their element."""

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# A result that says itself what it denies: "no arm pain".
_OWN_CUE = re.compile(r"(?:no|not|without|negative|neg|did|does|unable|free) \S")
_DECISIVE = frozenset({"diagnosis"})
_OWN_CLAUSE = re.compile(r",\s*(?:the |his |her )?$")
_VERB = re.compile(r" (?:is|are|was|were|has|have|gets|worsens|improves|persists|recurs|returns|began|started)\b")
_ANSWER = re.compile(
    r"\s*(?:\(|:|-)?\s*(?:\[[ x]\]|\(?(?:yes|no|y|n)\b[ ).,;]*(?:$|[a-z ]+(?:\(|:|-)\s?(?:yes|no|y|n)\b))"
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|den(?:y|ies|ied|ying)|negative|free|absent|absence|ruled|unlikely|resolved|declined"
    r"|none|rather)\b"
)


def _may_last(sentence: Sentence) -> bool:
    return "t:duration" in sentence.lexemes or tells_time(sentence)


def _may_score(sentence: Sentence) -> bool:
    """Whether a sentence may grade a pain: a quick test."""
    if "t:severity" in sentence.lexemes:
        return True
    return (sentence.digits or any(map(sentence.text.__contains__, _NUMBERS))) and pain_score.may_score(sentence)


def _may_have_side(sentence: Sentence) -> object:
    return "symptom" in sentence.lexemes and ("side" in sentence.lexemes or sentence.parts)


def _has_region(sentence: Sentence) -> object:
    return sentence.regions or sentence.levels


def _has_level(sentence: Sentence) -> object:
    return sentence.levels


def _may_plan(sentence: Sentence) -> object:
    return not plan.KINDS.isdisjoint(sentence.lexemes)


def _may_respond(sentence: Sentence) -> object:
    return "t:treatment_response" in sentence.lexemes or (
        sentence.digits and outcome.FIGURE.search(sentence.view, *sentence.span)
    )


_GATED: dict[str, tuple[Callable[[Sentence], object], Recognize]] = {
    "laterality": (_may_have_side, laterality.laterality),
    "region": (_has_region, _region_drafts),
    "level": (_has_level, _level_drafts),
    "duration": (_may_last, course.duration),
    "severity": (_may_score, pain_score.severity),
    "plan": (_may_plan, plan.recognize),
    "response": (_may_respond, outcome.response),
}
"""Recognizers that look at more than the target phrases of their element, each with a cheap test of a sentence."""


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
