"""What every judgement looks at: the note, its findings, and which of them stand together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from chartgap.assess.wording import Lists, Prose
from chartgap.knowledge.codes import sign
from chartgap.model import Claim, Finding, Note

ASSESSED = frozenset(
    {
        "assessment",
        "assessment_and_plan",
        "impression",
        "plan",
        "diagnosis_preoperative",
        "diagnosis_postoperative",
        None,
    }
)
"""Sections in which a diagnosis is the provider's assessment; a note without sections is taken whole."""
Evidence = tuple[int, ...]
"""Indexes of findings; () = it holds without resting on one."""
_OWN = frozenset({"assessment", "assessment_and_plan"})

_NECK = frozenset({"neck", "upper_limb", "shoulder", "head", "cervical", "cervicothoracic"})
_ELSEWHERE = frozenset(
    {"back", "lower_limb", "thoracic", "thoracolumbar", "lumbar", "lumbosacral", "sacral", "patellar", "achilles"}
)
_NECK_WORDS = re.compile(
    r"\b(?:neck|wryneck|torticollis|whiplash|cervic\w*|C-?spine|C[1-8]|occip\w*|cranio\w*)(?![a-z])", re.I
)
_ELSEWHERE_WORDS = re.compile(
    r"\b(?:lumb\w*|low(?:er)? back|L-?spine|L[1-5]|thoracic|T\d{1,2}|sacr\w*|S1|hips?|knees?|back (?:pain|problems?))"
    r"(?![a-z])",
    re.I,
)
_DISMISSED = re.compile(
    r"\b(?:no neck (?:pain|symptoms|complaints)|neck (?:is |was )?(?:supple|unremarkable)|neck: ?supple"
    r"|neck does not (?:bother|hurt)|neck is not (?:bothering|painful|a problem)|denies neck)\b",
    re.I,
)
"""The neck is named, but not as what the note is about."""
_OF_THE_BACK = re.compile(
    r"M51|M46\.1|M53\.3|M54\.[3-6]|M48\.(?:06|[45][4-8])|M45\.[4-8]|M99\.\w[234]|S[23]\d"
    r"|M(?:4[0-35-9]|5[34])\.\w{1,2}[4-8]$"
)
"""Codes of the spine below the neck: the region's character is 4 to 8 in most of chapter 13."""
_OF_NO_REGION = re.compile(r"M(?:4[0-35-9]|5[34])\.\w{1,2}[09]$|M(?:41|47|53|54)\.9$")
"""Codes of a dorsopathy of which they name no region, or several."""
_EXAM = frozenset({"spurling", "reflex", "pathologic_reflex", "sensation", "strength", "range_of_motion"})
_NOT_SYMPTOMS = frozenset({"physical_exam", "imaging", "results", "findings", "procedures", "operative"})
_UNIT_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365, "v": 7, "s": 7}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LENGTH = re.compile(
    rf"(\d+(?:\.\d+)?|\b(?:{'|'.join(_NUMBERS)}))(?:\s*(?:-|to)\s*\w+)?\s*-?\s*(day|week|wk|month|mo\b|year|yr)", re.I
)
_VERTEBRA = re.compile(r"([CTLS])(\d{1,2})")
_FIRST = {"C": 0, "T": 7, "L": 19, "S": 24}


@lru_cache(maxsize=1024)
def positions(level: str) -> tuple[float, ...]:
    """Places along the spine of the vertebrae a level names: C1 is 1, T1 is 8; the root C8 lies between C7 and T1."""
    found = _VERTEBRA.finditer(level.upper())
    return tuple(7.5 if m[0] == "C8" else _FIRST[m[1]] + float(m[2]) for m in found)


def weeks(length: str) -> float | None:
    """The length of a treatment in weeks, lower bound of a range; None where there is no quantity of time."""
    match = _LENGTH.search(length)
    if not match:
        return None
    word = match[1].lower()
    number = _NUMBERS.index(word) + 1 if word in _NUMBERS else float(word)
    return number * _UNIT_DAYS[match[2][0].lower()] / 7


@dataclass(frozen=True)
class Chart:
    """One note with its findings, and what can be told of them whichever code is claimed; told once a note."""

    note: Note
    findings: tuple[Finding, ...]

    @cached_property
    def _prose(self) -> Prose:
        return Prose(self.note.text)

    @property
    def lowered(self) -> str:
        """The text of the note in lower case, every character in its place."""
        return self._prose.lowered

    def possible(self, phrases: tuple[str, ...]) -> list[str]:
        """The phrases all of whose words are somewhere in the note: few are."""
        return self._prose.possible(phrases)

    def mentioned(self, lists: Lists) -> frozenset[int]:
        """The numbers of the lists of which the note says a phrase of the patient, not negated."""
        known, found = self._mentioned, []
        for number, possible in self._prose.possible_of(lists).items():
            phrases = lists.lists[number]
            if phrases not in known:
                known[phrases] = self._prose.holds_one(possible)
            if known[phrases]:
                found.append(number)
        return frozenset(found)

    def possible_of(self, lists: Lists) -> frozenset[int]:
        """The numbers of the lists of which the note may hold a phrase."""
        return frozenset(self._prose.possible_of(lists))

    def mentions(self, phrases: tuple[str, ...]) -> bool:
        """Whether the note says one of the phrases of the patient, not negated."""
        known = self._mentioned.get(phrases)
        if known is None:
            known = self._mentioned[phrases] = self._prose.mentions(phrases)
        return known

    def places(self, phrases: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Where it says them."""
        return self._prose.places(phrases)

    @cached_property
    def _mentioned(self) -> dict[tuple[str, ...], bool]:
        return {}

    @property
    def told_date(self) -> date | None:
        """The date of service by the note's own words."""
        return self._prose.date

    @cached_property
    def is_follow_up(self) -> bool:
        """Whether the note calls itself a later visit."""
        return self._prose.is_follow_up

    @cached_property
    def showing(self) -> dict[str, list[int]]:
        """Indexes of the findings by what they show: their element, and that with their value."""
        groups: dict[str, list[int]] = {}
        for index, finding in enumerate(self.findings):
            groups.setdefault(finding.element, []).append(index)
            if finding.value is not None:
                groups.setdefault(sign(finding.element, finding.value), []).append(index)
        return groups

    @cached_property
    def signs(self) -> frozenset[str]:
        """All that the findings show: most of what is wanted is ruled out by a look at these."""
        return frozenset(self.showing)

    def sentence(self, finding: Finding) -> str:
        """The sentence that the finding begins in."""
        return self._prose.sentence_at(finding.start)

    def sentence_span(self, offset: int) -> tuple[int, int]:
        """Where the sentence at an offset begins and ends."""
        return self._prose.sentence_span(offset)

    def section_at(self, offset: int) -> str | None:
        """The section of the finding there, or of another in the sentence."""
        beside = [self.findings[index] for index in self._by_sentence.get(self._prose.sentence_number(offset), ())]
        here = (item for item in beside if item.start == offset)
        return next((item.section for item in (*here, *beside)), None)

    def is_assessed(self, finding: Finding) -> bool:
        """Whether the finding stands where the provider assesses: not above such a heading where the note has one."""
        return finding.section in ASSESSED and (finding.section is not None or not self._judged_apart)

    @cached_property
    def _judged_apart(self) -> bool:
        return any(item.element == "diagnosis" and item.section in _OWN for item in self.findings)

    def sentence_has(self, finding: Finding, phrases: tuple[str, ...]) -> bool:
        """Whether the sentence that the finding begins in says one of the phrases."""
        return self._prose.sentence_has(finding.start, phrases)

    def sentence_affirms(self, finding: Finding, patterns: Iterable[str]) -> bool:
        """Whether the sentence that the finding begins in says what one of the patterns finds, not negated."""
        return self._prose.affirms(finding.start, patterns)

    @cached_property
    def _by_sentence(self) -> dict[int, tuple[int, ...]]:
        groups: dict[int, list[int]] = {}
        for index, finding in enumerate(self.findings):
            groups.setdefault(self._sentence_number(finding), []).append(index)
        return {number: tuple(indexes) for number, indexes in groups.items()}

    def _sentence_number(self, finding: Finding) -> int:
        return self._prose.sentence_number(finding.start)

    def neighbours(self, finding: Finding) -> tuple[int, ...]:
        """Indexes of the findings in the same sentence, the finding itself among them."""
        return self._by_sentence[self._sentence_number(finding)]

    def about_neck(self, finding: Finding) -> bool:
        """Whether the finding may be the neck's: not where its area, or else its sentence, is of another part."""
        told = self._told_of_neck(finding)
        return self._neck_is_told if told is None else told

    def about_back(self, finding: Finding) -> bool:
        """Whether the finding may be of the spine below the neck; where nothing near it says so, if the note is."""
        told = self._told_of_neck(finding)
        return self._back_is_told if told is None else not told

    @cached_property
    def _known_of_neck(self) -> dict[int, bool | None]:
        return {}

    def _told_of_neck(self, finding: Finding) -> bool | None:
        """Whether the finding is the neck's, by what stands at it; None where that names no part."""
        known = self._known_of_neck
        if id(finding) not in known:
            known[id(finding)] = self._look_for_neck(finding)
        return known[id(finding)]

    def _look_for_neck(self, finding: Finding) -> bool | None:
        if finding.area in _NECK:
            return True
        if finding.area in _ELSEWHERE:
            return False
        if region := finding.attributes.get("region"):
            return region in _NECK
        for text in (finding.text, self.sentence(finding)):
            here, there = _NECK_WORDS.search(text), _ELSEWHERE_WORDS.search(text)
            if here or there:
                return here is not None
        places = {self._place(self.findings[i]) for i in self.neighbours(finding)} - {None}
        return True in places if places else None

    @cached_property
    def named_parts(self) -> tuple[tuple[int, bool], ...]:
        """Indexes of the findings that name a part of the spine, and whether it is the neck."""
        told = ((i, item) for i, item in enumerate(self.findings) if item.element in {"region", "level"})
        placed = ((i, self._place(item)) for i, item in told if item.documented)
        return tuple((i, place) for i, place in placed if place is not None)

    @cached_property
    def _neck_is_told(self) -> bool:
        """Where nothing near a finding names a place it is the neck's, unless the note is all about another part."""
        told = [item for item in self.findings if item.documented and item.element in {"region", "level"}]
        return not told or any(self._place(item) and not _DISMISSED.search(self.sentence(item)) for item in told)

    @cached_property
    def _back_is_told(self) -> bool:
        """Whether all places that the note names are of the spine below the neck."""
        told = [item for item in self.findings if item.documented and item.element in {"region", "level"}]
        return bool(told) and all(self._place(item) is False for item in told)

    @staticmethod
    def _place(finding: Finding) -> bool | None:
        """True = neck, False = elsewhere, None = the finding names no part of the spine."""
        if finding.element == "region" and finding.value:
            return finding.value in _NECK
        if finding.element == "level" and finding.value:
            return finding.value.startswith("C")
        return None

    @cached_property
    def _symptom_sides(self) -> frozenset[str]:
        sides = set()
        for finding in self.findings:
            arm = finding.element in {"laterality", "radiation", "numbness"} and finding.area == "upper_limb"
            told = finding.documented and finding.value != "absent" and finding.section not in _NOT_SYMPTOMS
            examined = any(self.findings[i].element in _EXAM for i in self.neighbours(finding))
            if arm and told and finding.side and not examined:
                sides.add(finding.side)
        return frozenset(sides)

    def congruent(self, side: str | None) -> bool:
        """Whether a sign on this side can belong to the arm symptoms: not where they are in the other arm only."""
        opposite = {"left": {"right"}, "right": {"left"}}.get(side or "")
        return opposite is None or self._symptom_sides != opposite


@dataclass(frozen=True)
class Scene:
    """A chart seen for one claimed code."""

    chart: Chart
    code: str

    @property
    def of_the_back(self) -> bool | None:
        """Whether the code is of the spine below the neck; None where it names no region."""
        back = _OF_THE_BACK.match(self.code) is not None
        return None if not back and _OF_NO_REGION.match(self.code) else back

    def about_code(self, finding: Finding) -> bool:
        """Whether the finding may be of the part of the spine that the code is of."""
        back = self.of_the_back
        if back is None:
            return True
        return self.chart.about_back(finding) if back else self.chart.about_neck(finding)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the note."""
        return self.chart.findings

    @property
    def claim(self) -> Claim:
        """The claim beside the note."""
        return self.chart.note.claim
