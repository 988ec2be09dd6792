"""Sections and subsections of a note, by one pass of one regex over the raw text.

medspaCy's SectionRule is not the carrier of the rules: knowledge may not import medspaCy (1 s), and its fields
(literal, category, parents) hold neither the body's first words nor the side. Its Sectionizer tokenizes the whole note.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from chartgap.knowledge.context import SectionRule, SectionRules
from chartgap.model import Side

_LINE = re.compile(r"[^\n]+")
_LEAD = re.compile(r"[ \t>*#_•\-\d.)]*+")
_DASH = re.compile(r"([A-Z][A-Za-z /&]{1,40}?)[ \t]+[-–—][ \t]")
# A title at the beginning of a line without a colon: "PLAN Continue the brace", "Plan. Return in 6 months."
_BARE = re.compile(r"([A-Z][A-Z &/]{1,40})[ \t]+(?=[A-Z][a-z])|([A-Z][A-Za-z &/]{2,40})\.[ \t]+(?=[A-Z])")
# What may be a title before a colon inside a line: words with a capital after a stop, or capitals (lost line breaks).
_INLINE = re.compile(
    r"(?:(?<=[.;!?)][ \t])(?:[SOAP]|[A-Z][\w /&'\-,()]{1,50})|(?<=[\s,.;:!?)])[A-Z][A-Z0-9 /&'\-()]{1,50})$",
    re.ASCII,
)
# "Neck pain x 3d. FROM. A: strain": a title of one letter, though all before it could be one.
_LETTER_TITLE = re.compile(r"(?<=[.;!?)]) [SOAP]:")
_LONGEST = 60
_TOP = 200  # characters from the beginning, where a heading names the kind of visit
# A figure on the same line that numbers no item ("A: 1. Strain").
_COUNT = re.compile(r"[ \t:*_,-]*(?!\d[.)]\s?\D)\d")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)?")
# "MRI L-spine 5/1/2026:"
_DATED = re.compile(r"[\s,]+(?:(?:dated|from|of|on|done) )?(?:\d{1,2} ?/ ?(?:\d{1,2} ?/ ?)?\d{2,4}|(?:19|20)\d\d)$")
_AFTER_PREFIX = re.compile(r"(?:of|for|on|at|in|and|with|by|today|#|no|\d)")
_LAST_WORDS = 6
# Where an unknown heading in capitals is part of the text, not the next section.
_KEEPS_UNKNOWN = frozenset(
    {"findings", "imaging", "technique", "operative", "electrodiagnostic", "procedures", "results", "labs"}
)
_EXAMINED = frozenset({"physical_exam", "review_of_systems"})
_BODY = frozenset({"neck", "back", "upper_limb", "lower_limb"})
# Where a heading such as NECK: is not the beginning of an examination.
_NO_EXAM = _KEEPS_UNKNOWN | {"assessment", "plan", "assessment_and_plan", "consent", "instructions", "hospital_course"}
_VISIT = re.compile(r"\s+[-\u2013\u2014]\s+[A-Z]")
# "Neck: pain for 3 weeks", "Left arm: she says": under a body part a complaint is told, no examination.
_TOLD = re.compile(
    r"[^\n;]{0,90}?(?:\b(?:(?:for|x|since|past|last|began|started)\b.{0,12}(?:\d|week|month|year|day|(?:jan|feb|mar|apr"
    r"|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)|(?:he|she|they|patient|pt) (?:has had|had|says|reports|notes|feels|denies"
    r"|complains|states)|(?:reports|complains|says|states|c/o)\b|(?:pain|ache|symptoms?) (?:is|are|was|were) (?:gone"
    r"|better|worse|unchanged|constant|intermittent|now)|ago\b)|\d\s?/\s?10\b)|[^\n]{0,300}?\b\d\s?/\s?10\b"
)
# The line above the reasoning on a problem names it: "2. Back pain." ends what was told of the problem before.
_REASONS, _LINE_ABOVE = "medical reasoning", 130
_PROBLEM = re.compile(r"(?<=\n)[ \t]*((?:\d+[.)][ \t]*)?[^\s:\d][^\n:]{2,89})\n[\s•*-]*$")
_SIDES: dict[str, Side] = {"left": "left", "right": "right", "bilateral": "bilateral", "both": "bilateral"}


class Section(NamedTuple):
    """A section: title at title_start to title_end, text at body_start to end; offsets are into the note."""

    category: str
    title_start: int
    title_end: int
    body_start: int
    end: int


class Subheading(NamedTuple):
    """A heading inside a section. category is exam_<topic>, or ros_<topic> in a review of systems."""

    category: str
    parent: str
    side: Side | None
    title_start: int
    title_end: int
    body_start: int
    end: int


_ItemT = TypeVar("_ItemT", Section, Subheading)


class _Heading(NamedTuple):
    category: str | None  # None: a subsection
    topic: str
    side: Side | None
    start: int
    title_end: int
    body_start: int


class _Candidate(NamedTuple):
    start: int
    end: int
    after: int
    first: bool  # at the beginning of a line or a sentence
    colon: bool
    bare: bool = False  # text follows, and no mark but a blank or a stop is between


class SectionFinder:
    """The titles of sections.yaml, ready to be looked up."""

    def __init__(self, rules: SectionRules) -> None:
        self._sections = {_norm(t): rule.category for rule in rules.sections if not rule.starts for t in rule.titles}
        self._starts: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        for section in (section for section in rules.sections if section.starts):
            begins = _begins(section)
            for title in map(_norm, section.titles):
                self._starts.setdefault(title, []).append((begins, section.category))
        self._topics: dict[str, tuple[str, Side | None]] = {}
        for rule in rules.subsections:
            for title in map(_norm, rule.titles):
                self._topics[title] = (rule.topic, None)
                if rule.side:
                    self._topics.update({f"{word} {title}": (rule.topic, side) for word, side in _SIDES.items()})
        self._opens = {rule.topic for rule in rules.subsections if rule.opens_exam}

    def find(self, text_folded: str, text: str) -> tuple[list[Section], list[Subheading]]:
        """Sections and subheadings in order. A section ends where the next begins, a subheading at either."""
        sections: list[Section] = []
        subs: list[Subheading] = []
        for head in self._headings(text_folded, text):
            current = sections[-1].category if sections else None
            if current is None and head.category == "instructions" and head.start < _TOP:
                head = head._replace(category="history_of_present_illness")  # noqa: PLW2901  # "Follow up:" is the visit
            if head.category is None and current not in _EXAMINED and self._is_told(head, text_folded, text):
                continue
            if head.category == "unknown" and current in _KEEPS_UNKNOWN:
                continue
            if head.category == "unknown" and current not in ("physical_exam", "review_of_systems"):
                head = head._replace(category="other")  # noqa: PLW2901
            _close(subs, head.start)
            if head.category is not None and head.category != "unknown":
                _close(sections, head.start)
                sections.append(Section(head.category, head.start, head.title_end, head.body_start, len(text)))
                continue
            if current is None or (
                current != "physical_exam"
                and (head.topic in self._opens or (current != "review_of_systems" and current not in _NO_EXAM))
            ):
                _close(sections, head.start)
                sections.append(Section("physical_exam", head.start, head.start, head.start, len(text)))
                current = "physical_exam"
            prefix = "ros" if current == "review_of_systems" else "exam"
            subs.append(Subheading(f"{prefix}_{head.topic}", current, head.side, *head[3:], len(text)))
        return sections, subs

    def _is_told(self, head: _Heading, text_folded: str, text: str) -> bool:
        """Whether a body part heads a complaint that the patient tells of, or a specialty the whole note."""
        if head.start < _TOP and _VISIT.match(text, head.title_end) is not None:
            return True  # "NEUROLOGY - NEW PATIENT"
        return head.topic in _BODY and _TOLD.match(text_folded, head.body_start) is not None

    def _headings(self, text_folded: str, text: str) -> Iterator[_Heading]:
        for candidate in _candidates(text):
            found = self._look_up(text_folded, text, candidate)
            if found is not None:
                if text_folded.startswith(_REASONS, found.start) and (line := _line_above(text, found.start)):
                    at = line.start(1)
                    yield _Heading("assessment", "", None, at, at, at)
                yield found

    def _look_up(self, text_folded: str, text: str, candidate: _Candidate) -> _Heading | None:
        """The heading that the candidate is, or ends with; None when it is a statement."""
        start, end, after, _, colon, bare = candidate
        body = text_folded[after : after + 40].lstrip(" \t\n:*_-,")
        raw = text[start:end]
        if len(raw) == 1 and _COUNT.match(text_folded, after):
            return None  # "P: 80" is a pulse
        title = text_folded[start:end].rstrip(".")
        if title[-1].isdigit() and _LEAD.fullmatch(text, text.rfind("\n", 0, start) + 1, start):
            title = _DATED.sub("", title)
        found = self._title(title, body, candidate)
        if found is not None:
            if bare and found.category in {None, "other"}:
                return None  # "BACK Pain", "Neck. Supple": a body part is as often what the sentence is about
            return found if colon or (raw[0].isupper() and len(raw) > 2) else None
        if not colon:
            return None
        # Lost line breaks: "NO EDEMA NECK:" or "denies pain PLAN:"; only words in capitals can be the title then.
        for offset in _word_starts(raw)[-_LAST_WORDS:]:
            if offset and len(raw) - offset > 1 and raw[offset:].isupper():
                tail = candidate._replace(start=start + offset)
                found = self._title(text_folded[tail.start : end], body, tail)
                if found is not None:
                    return found
        return self._prefix_or_unknown(text_folded, raw, candidate)

    def _title(self, raw_title: str, body: str, candidate: _Candidate) -> _Heading | None:
        title = _norm(raw_title)
        category = self._sections.get(title)
        category = next((c for begins, c in self._starts.get(title, ()) if begins.match(body)), category)
        if category is not None:
            return _Heading(category, "", None, *candidate[:3])
        topic = self._topics.get(title)
        return None if topic is None else _Heading(None, *topic, *candidate[:3])

    def _prefix_or_unknown(self, text_folded: str, raw: str, candidate: _Candidate) -> _Heading | None:
        if not raw.isupper():
            return None
        for offset in reversed(_word_starts(raw)[1:]):
            if _AFTER_PREFIX.match(text_folded, candidate.start + offset):
                category = self._sections.get(_norm(text_folded[candidate.start : candidate.start + offset]))
                if category is not None:
                    return _Heading(category, "", None, *candidate[:3])
        if candidate.first and sum(map(str.isalpha, raw)) >= 5 and not any(map(str.isdigit, raw)):
            return _Heading("unknown", "other", None, *candidate[:3])
        return None


def _line_above(text: str, at: int) -> re.Match[str] | None:
    return _PROBLEM.search(text, max(0, at - _LINE_ABOVE), at)


def _candidates(text: str) -> Iterator[_Candidate]:
    """What stands before a colon, before a dash at a line's beginning, or alone on its line."""
    for line in _LINE.finditer(text):
        stop = line.end()
        start = _LEAD.match(text, line.start(), stop).end()  # type: ignore[union-attr]
        colon = text.find(":", start, stop)
        if bare := _BARE.match(text, start, stop):
            yield _Candidate(start, max(bare.end(1), bare.end(2)), bare.end(), first=True, colon=False, bare=True)
        if colon < 0 and stop - start > _LONGEST + 1:
            continue
        dash = _DASH.match(text, start, stop)
        if dash is not None and not 0 <= colon < dash.end():
            yield _Candidate(start, dash.end(1), dash.end(), first=True, colon=False)
            start = dash.end()
        elif colon < 0:
            yield from _candidate(text, start, stop, stop, colon=False)
        elif colon - start <= _LONGEST + 1:
            yield from _candidate(text, start, colon, colon + 1, colon=True)
            if _LETTER_TITLE.match(text, colon - 2):
                yield from _candidate(text, colon - 1, colon, colon + 1, colon=True)
            start, colon = colon + 1, text.find(":", colon + 1, stop)
        while colon >= 0:
            inside = _INLINE.search(text, max(start, colon - _LONGEST), colon)
            if inside is not None:
                after_stop = text[max(0, inside.start() - 2)] in ".;!?)"
                yield from _candidate(text, inside.start(), colon, colon + 1, first=after_stop, colon=True)
            start, colon = colon + 1, text.find(":", colon + 1, stop)


def _candidate(  # noqa: PLR0913
    text: str, start: int, end: int, after: int, *, colon: bool, first: bool = True
) -> Iterator[_Candidate]:
    end = start + len(text[start:end].rstrip(" \t\r*_"))
    if end > start and text[start].isalpha():
        yield _Candidate(start, end, after, first, colon)


def _norm(title: str) -> str:
    """A title as looked up: no parenthesis, "and" for "&", single spaces, no spaces about a slash."""
    title = _PARENTHESIS.sub("", title.lower()).replace("&", " and ").replace("/", " / ")
    return " ".join(title.split()).replace(" / ", "/").strip(" ,.-*_'")


def _begins(rule: SectionRule) -> re.Pattern[str]:
    """What a body begins with that makes a title one of the rule's."""
    behind = "|".join(re.escape(word) + (r"\b" if word[-1].isalnum() else "") for word in rule.unless)
    starts = "|".join(map(re.escape, rule.starts))
    return re.compile(rf"(?:{starts})\b" + (rf"(?!\s*(?:{behind}))" if behind else ""))


def _word_starts(raw: str) -> list[int]:
    return [match.start() for match in re.finditer(r"(?<![^\s,])[^\s\-–—]", raw)]


def _close(items: list[_ItemT], end: int) -> None:
    if items and items[-1].end > end:
        items[-1] = items[-1]._replace(end=end)


class SectionWalker:
    """The section at ever larger offsets."""

    def __init__(self, sections: list[Section]) -> None:
        self._sections, self._index = sections, 0

    def at(self, offset: int) -> str | None:
        """The category at an offset that is no smaller than the last one."""
        while self._index + 1 < len(self._sections) and self._sections[self._index + 1].title_start <= offset:
            self._index += 1
        if not self._sections or self._sections[self._index].title_start > offset:
            return None
        return self._sections[self._index].category
