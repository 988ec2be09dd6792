"""What an imaging study of the spine shows: only sentences that report a study are read for it."""

import re
from dataclasses import replace

from chartgap.extract.document.sections import Section
from chartgap.extract.phrases.spans import between
from chartgap.extract.recognizers import concept
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

_REACH = 3
_PLACED = frozenset({"other", "fracture"})  # values that any body part has: only with a spine region
_SOUGHT = re.compile(
    r"\b(?:looking for|look for|to (?:rule out|exclude|evaluate|assess|check)|evaluat\w+ for|assess\w* for"
    r"|search(?:ing)? for|concern for)\b[^,;]*$"
)
_ADJOINING = (
    frozenset({"head", "cervical", "cervicothoracic"}),
    frozenset({"lumbar", "lumbosacral", "sacral"}),
    frozenset({"thoracic", "thoracolumbar"}),
)
_COMPLEX = {"disc": "osteophyte", "osteophyte": "disc"}
_DISC_OSTEOPHYTE = re.compile(r"dis[ck][ /-]{1,3}osteophyte")
_REPORTED = frozenset({"imaging", "findings"})
_VISIT = frozenset({"operative", "diagnosis_preoperative", "diagnosis_postoperative", "physical_exam"})
# A sentence that goes on with the examination, the history or the plan no longer reports the study before it.
_ELSEWHERE = re.compile(
    r"\b(?:palpation|tender\w*|reflex\w*|strength|sensation|gait|range of motion|straight leg|spurling\w*|emg|ncs"
    r"|conduction|ulnar|median|denies|reports|complain\w*"
    r"|states|radiat\w*|numbness|tingling|medications?|therapy|injections?|surgery|recommend\w*|will|plan|discussed"
    r"|follow|he|she|patient|assessment|diagnos[ie]s)\b"
)


class StudyTracker:
    """Tells of each sentence in turn whether it reports a study, and of which spine region."""

    def __init__(self, imaging: ElementPattern | None, sections: list[Section]) -> None:
        self._imaging = imaging
        categories = {section.category for section in sections}
        reported = "technique" in categories or ("findings" in categories and "plan" not in categories)
        self._report = reported and not categories & _VISIT
        self._age = _REACH
        self._section: str | None = None
        self._region: str | None = None

    def near(self, sentence: Sentence) -> bool:
        """Whether a study was named in the sentences before, or the section or heading reports one: a quick test."""
        if self._age < _REACH or self._report or sentence.section in _REPORTED:
            return True
        return "imaging" in sentence.heading.elements

    def see(self, sentence: Sentence) -> None:
        """Set `study` and `study_region` of the next sentence of the note."""
        named = self._named(sentence)
        self._age = 0 if named else self._age + 1
        if named == "done" or (named and sentence.section in _REPORTED):
            self._section, self._region = sentence.section, _region(sentence) or self._region
        elif named == "ordered":
            self._age = _REACH
        sentence.study = self._reports(sentence, named) or measured(sentence)
        sentence.study_region = self._region

    def _named(self, sentence: Sentence) -> str | None:
        """Done or ordered, if the sentence names a study of the spine."""
        pattern = self._imaging
        if pattern is None or pattern.status is None or "t:imaging" not in sentence.lexemes:
            return None
        studies = [t for t in sentence.of("t:imaging") if not t.entry.void and concept.admitted(t, sentence)]
        found = {t.entry.status or concept.status(pattern.status, t, sentence) for t in studies}
        return "done" if "done" in found else "ordered" if found else None

    def _reports(self, sentence: Sentence, named: str | None) -> bool:
        if named is not None:
            return named == "done"
        if "imaging" in sentence.heading.elements:
            return True
        if sentence.section in _REPORTED or (self._report and sentence.section == "assessment"):
            return self._report or sentence.section == "imaging"
        near = self._age < _REACH and sentence.section in {self._section, "results"}
        return near and not _ELSEWHERE.search(sentence.text)


def measured(sentence: Sentence) -> bool:
    """Whether a sentence gives an angle that can only have been measured on a film."""
    return sentence.digits and "cobb" in sentence.text


def _region(sentence: Sentence) -> str | None:
    return next(iter(sentence.all_regions), sentence.heading.region)


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Findings of a study, each with the region it was found in: its own, else the study's."""
    if not sentence.study or "t:imaging_finding" not in sentence.lexemes:
        return []
    drafts = [d for d in concept.recognize(pattern, sentence) if _told(d, sentence)]
    drafts += [replace(d, value=v) for d in drafts if (v := _COMPLEX.get(d.value or "")) and _complex(d, sentence)]
    for draft in list(drafts):
        named = any(draft.area == r for _, _, r in sentence.regions)
        if draft.value == "kyphosis" and named and draft.area != sentence.study_region:
            drafts.append(replace(draft, area=sentence.study_region))  # "extends to the cervicothoracic junction"
        else:
            draft.area = _area(draft.area, sentence)
    abnormal = any(d.value != "normal" and d.assertion != "negated" for d in drafts)
    named = bool(sentence.of("t:imaging")) or sentence.section in {"imaging", "assessment", "impression"}
    drafts = [d for d in drafts if d.area or d.value not in _PLACED]
    return [d for d in drafts if d.value != "normal" or (named and not abnormal and d.assertion != "negated")]


def _complex(draft: Draft, sentence: Sentence) -> bool:
    """Whether one word names both: a disc-osteophyte complex."""
    return _DISC_OSTEOPHYTE.match(sentence.gap(draft.start, sentence.end)) is not None


def _told(draft: Draft, sentence: Sentence) -> bool:
    """Whether a finding is reported, not merely looked for."""
    before = sentence.gap(max(sentence.start, draft.start - 50), draft.start)
    return draft.assertion not in {"hypothetical", "family"} and not _SOUGHT.search(before)


def _area(own: str | None, sentence: Sentence) -> str | None:
    """The region a finding is in; a level at the edge of the region studied belongs to that region."""
    studied = sentence.study_region
    if own is None or not (sentence.regions or sentence.levels):
        return studied or own
    return studied if studied and any(own in group and studied in group for group in _ADJOINING) else own


# A list ("disc disease, spinal stenosis") does not say that the one narrows the other.
_APART = re.compile(r"[,;]|\bno\b|\bnot\b|\bwithout\b")
_TISSUE_REACH = 90


def tissue(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """What narrows the canal: a tissue that a narrowing of the canal is told of in the same phrase."""
    drafts = concept.recognize(pattern, sentence) if "t:tissue" in sentence.lexemes else []
    narrow = [(n.start, n.end) for n in sentence.of("narrowing", "canal")]
    return [d for d in drafts if any(_together(d, s, e, sentence) for s, e in narrow)]


def _together(draft: Draft, start: int, end: int, sentence: Sentence) -> bool:
    low, high = between(draft, start, end)
    return high <= low or (high - low < _TISSUE_REACH and not _APART.search(sentence.view, low, high))
