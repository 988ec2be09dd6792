"""What a note says on the axes of code titles: the right of a shoulder, the stage of a kidney disease, a trimester.

Read only for codes that have no file of their own. Each finding (element `title_axis`) answers one derived row, which
its `rule_id` names; `value` is what the note says there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from string import ascii_lowercase, digits
from typing import NamedTuple

from chartgap.extract.assertion.context import ContextReader, assertion
from chartgap.extract.document.sections import Section, SectionFinder
from chartgap.extract.document.text import sentences, view_of
from chartgap.knowledge.axes import Axes, Axis, AxisValue
from chartgap.knowledge.catalog import Catalog
from chartgap.knowledge.derived import DerivedRow, Said
from chartgap.knowledge.phrases import Names, any_of, openings
from chartgap.model import Assertion, Finding

ELEMENT = "title_axis"
_MOST = 3
"""Findings of one row with the same value and assertion: the first few say where to look."""
_PAST: dict[str, Assertion] = {
    "past_medical_history": "historical",
    "past_surgical_history": "historical",
    "family_history": "family",
}
_SILENT = frozenset({"allergies", "medications", "consent", "instructions", "technique"})
_WORD = re.compile(r"[a-z0-9]+")
_ALPHANUMERIC = bytes(code if chr(code) in ascii_lowercase + digits else ord(" ") for code in range(256))
"""Maps what is of no word to a blank."""
_LISTING = re.compile(r"^[\s,/&-]*(?:(?:and|or|the|of)[\s,]*)*$")
# A count of weeks is of the pregnancy where it is told so, or in the form 20w3d, 34+2.
_WEEKS = re.compile(
    r"(?<!for )(?<!in )(?<!every )(?<!next )(?<![\d.])(\d{1,2})(?P<days>\s?\+\s?\d(?:/7)?|\s?w\s?\d\s?d?|\s\d/7)?"
    r"\s*-?\s*(?P<unit>weeks?|wks?|w)?\b(?! (?:ago|later|postpartum|old))"
)
_PREGNANT = re.compile(r"gestation|pregnan|\biup\b|\be?ga\b|gravid|\bg\dp\d|fetal|prenatal|obstetric|trimester")


@dataclass(frozen=True)
class _Mention:
    """Words of one sentence that say a value; offsets into the sentence."""

    start: int
    end: int
    value: str


class _Value(NamedTuple):
    """A value of an axis as a row looks for it."""

    name: str
    said: re.Pattern[str] | None
    weeks: tuple[int, int] | None


@dataclass(frozen=True)
class _Asked:
    """A row with what a sentence must have to say anything of it: one of these words, or something in it of a word."""

    row: DerivedRow
    words: frozenset[str]
    parts: tuple[str, ...]
    axis: Axis | None = None
    values: tuple[_Value, ...] = ()
    wide: frozenset[str] = frozenset()  # the places in which those of the title lie

    def concerns(self, said: str, words: set[str]) -> bool:
        return not self.words.isdisjoint(words) or any(map(said.__contains__, self.parts))


class TitleReader:
    """Reads notes for derived rows; built on first use and kept."""

    def __init__(self, catalog: Catalog, sections: SectionFinder, context: ContextReader) -> None:
        self._axes: Axes = catalog.axes
        self._sections, self._context = sections, context
        wider = {name: self._axes.wider_than(name) for name in self._axes.sites}
        self._narrower = {name: {n for n, above in wider.items() if name in above} for name in wider}
        self._asked: dict[str, _Asked] = {}
        self._said: tuple[str, list[tuple[str, tuple[int, int]]]] = ("", [])  # the sentence at hand and its places
        self._places = Names(
            (site.site, phrase) for site in self._axes.sites.values() for phrase in (*site.title, *site.words)
        )

    def read(self, text: str, rows: Sequence[DerivedRow]) -> tuple[Finding, ...]:
        """What the note says for each row, in the order of the note."""
        asked = [self._ask(row) for row in rows]
        view = view_of(text)
        plain = view.folded.encode("ascii", "replace").translate(_ALPHANUMERIC).decode("ascii")
        words = set(plain.split())
        asked = [one for one in asked if one.concerns(view.folded, words)]
        if not asked:
            return ()
        sections, _ = self._sections.find(view.folded, text)
        found: list[Finding] = []
        for span in sentences(view.cased):
            said = view.folded[span.start : span.end]
            words = set(plain[span.start : span.end].split())
            told = [(one.row, m) for one in asked if one.concerns(said, words) for m in self._mentions(one, said)]
            section = _section_at(sections, span.start) if told else None
            if section in _SILENT:
                continue
            context = self._context.read(said, [(m.start, m.end, ELEMENT) for _, m in told]) if told else []
            for (row, mention), modifiers in zip(told, context, strict=True):
                start, end = span.start + mention.start, span.start + mention.end
                stand = self._stand(row, section, assertion(modifiers) if modifiers else "affirmed")
                finding = Finding(
                    element=ELEMENT, value=mention.value, start=start, end=end, text=text[start:end],
                    section=section, rule_id=row.id, assertion=stand,
                )  # fmt: skip
                found.append(finding)
        return tuple(_few(sorted(found, key=lambda f: (f.start, f.end))))

    def _stand(self, row: DerivedRow, section: str | None, told: Assertion) -> Assertion:
        axis = self._axes.axes.get(row.axis)
        if told == "negated" and axis is not None and axis.own_cue:
            told = "affirmed"
        past = _PAST.get(section or "")
        return "family" if past == "family" else "historical" if past and told == "affirmed" else told

    def _ask(self, row: DerivedRow) -> _Asked:
        known = self._asked.get(row.id)
        if known is None or known.row is not row:
            known = self._asked[row.id] = self._look_for(row)
        return known

    def _look_for(self, row: DerivedRow) -> _Asked:
        wide = frozenset(above for site in row.sites for above in self._axes.wider_than(site))
        axis = self._axes.axes.get(row.axis)
        if row.kind in {"with", "without"}:
            said = [word for term in row.terms for word in term[:1]]
        elif row.axis == "site":
            near = {*row.sites, *wide, *(name for site in row.sites for name in self._narrower[site])}
            said = [*row.keys, _said(phrase for site in near for phrase in self._site_phrases(site))]
        elif axis is not None:
            said = [_said(phrase for value in axis.values for phrase in _phrases(value, row))]
        else:
            said = []
        parts = {part for one in said for part in one.stems}
        values = tuple(map(partial(_value, row), axis.values)) if axis else ()
        if any(value.weeks for value in values):
            parts |= set(digits)
        return _Asked(row, frozenset().union(*(one.words for one in said)), tuple(sorted(parts)), axis, values, wide)

    def _site_phrases(self, site: str) -> tuple[str, ...]:
        entry = self._axes.sites[site]
        return (*entry.title, *entry.words)

    def _mentions(self, asked: _Asked, said: str) -> list[_Mention]:
        row = asked.row
        if row.kind in {"with", "without"}:
            return [m for term in row.terms for m in _together(term, said)]
        if row.axis == "site":
            return self._sites(asked, said)
        values = _values(asked, said) if asked.axis else []
        return self._near(asked, said, values) if values else []

    def _sites(self, asked: _Asked, said: str) -> list[_Mention]:
        """The places of the title and those they lie in; where it has none, whatever place the condition has."""
        row = asked.row
        places = [_Mention(*span, name) for name, span in self._named(said)]
        if not row.sites:
            keys = _found(row.keys, said)
            return places if keys else []
        own = [m for m in places if m.value in asked.wide]
        own += [m for site in row.sites for m in self._of_site(site, said)]
        return own + [_Mention(m.start, m.end, row.sites[0]) for m in _found(row.keys, said)]

    def _of_site(self, site: str, said: str) -> list[_Mention]:
        narrower = self._narrower[site]
        own = [_Mention(*m.span(), site) for m in _any_of(self._site_phrases(site)).finditer(said)]
        return own + [_Mention(*span, site) for name, span in self._named(said) if name in narrower]

    def _named(self, said: str) -> Iterable[tuple[str, tuple[int, int]]]:
        if self._said[0] != said:
            self._said = (said, list(self._places.find(said)))
        return self._said[1]

    def _near(self, asked: _Asked, said: str, values: list[_Mention]) -> list[_Mention]:
        """The values that are said of what the title names."""
        row, axis = asked.row, asked.axis
        if axis is None or axis.near == "note":
            return values
        own = [m for site in row.sites for m in self._of_site(site, said)]
        places = [_Mention(*span, name) for name, span in self._named(said)]
        own += [m for m in places if m.value in asked.wide]
        if axis.near == "title" or not row.sites:
            own += _found(row.keys, said)
        others = (
            [m for m in places if not any(_overlap(m, mine) for mine in own)]
            if axis.near == "site" and row.sites
            else []
        )
        if not row.sites and not row.keys:
            return values
        return [
            value for value in values if _bound(value, own, others=others, values=values, said=said, window=axis.window)
        ]


def _said(phrases: Iterable[str]) -> Said:
    """The words by which any of the phrases begins; marks may stand at any place."""
    firsts = {opening.first for phrase in phrases for opening in openings(phrase)}
    return Said("", frozenset(filter(str.isalnum, firsts)), tuple(first for first in firsts if not first.isalnum()))


def _phrases(value: AxisValue, row: DerivedRow) -> tuple[str, ...]:
    """How a note says a value; hints only for those that the title has."""
    return (*value.title, *value.words, *(value.hints if value.value in row.claimed else ()))


def _value(row: DerivedRow, value: AxisValue) -> _Value:
    phrases = _phrases(value, row)
    return _Value(value.value, _any_of(phrases) if phrases else None, value.weeks)


def _values(asked: _Asked, said: str) -> list[_Mention]:
    """What the sentence says on the axis."""
    found: list[_Mention] = []
    for name, words, weeks in asked.values:
        spans = [m.span() for m in words.finditer(said)] if words else []
        spans += _weeks(weeks, said) if weeks else []
        found += [_Mention(*span, name) for span in spans]
    if not found:
        return []
    axis = asked.axis
    void = [m.span() for m in _any_of(axis.void).finditer(said)] if axis and axis.void else []
    free = [m for m in found if not any(a < m.end and m.start < b for a, b in void)]
    # "left and right" is both, not left beside right; "stage 3a" no stage 3.
    return [m for m in free if not any(_inside(m, other) for other in free)]


def _weeks(weeks: tuple[int, int], said: str) -> list[tuple[int, int]]:
    first, last = weeks
    pregnant = _PREGNANT.search(said)
    return [
        match.span()
        for match in _WEEKS.finditer(said)
        if (match["days"] or (match["unit"] and pregnant)) and first <= int(match[1]) <= last
    ]


def _bound(  # noqa: PLR0913  # the sentence taken apart
    value: _Mention, own: list[_Mention], *, others: list[_Mention], values: list[_Mention], said: str, window: int
) -> bool:
    """Whether a value is said of one of `own`: few words apart, no other place or value between that takes it."""
    for mention in own:
        first, second = (value, mention) if value.start < mention.start else (mention, value)
        if _overlap(value, mention):
            return True
        between = said[first.end : second.start]
        if len(_WORD.findall(between)) > window or ";" in between:
            continue
        taken = [m for m in others if first.end <= m.start and m.end <= second.start]
        if taken and not _only_lists(taken, first.end, second.start, said):
            continue
        if second is value and (_belongs_to_next(value, others, said) or _any_between(values, first, second)):
            continue
        return True
    return False


def _only_lists(places: list[_Mention], start: int, end: int, said: str) -> bool:
    """ "Right wrist and hand": what stands between are places of a list."""
    rest = said[start:end]
    for place in sorted(places, key=lambda m: -m.start):
        rest = rest[: place.start - start] + rest[place.end - start :]
    return _LISTING.match(rest) is not None


def _belongs_to_next(value: _Mention, others: list[_Mention], said: str) -> bool:
    """ "Shoulder pain, left knee pain": the side is of the place that follows it."""
    return any(value.end <= place.start and len(_WORD.findall(said[value.end : place.start])) <= 1 for place in others)


def _any_between(values: list[_Mention], first: _Mention, second: _Mention) -> bool:
    return any(first.end <= m.start and m.end <= second.start and m is not second for m in values)


def _together(term: tuple[Said, ...], said: str) -> Iterator[_Mention]:
    """All words of a term, in whatever order."""
    matches = [re.compile(word.pattern).search(said) for word in term]
    spans = [match.span() for match in matches if match]
    if spans and len(spans) == len(term):
        yield _Mention(*spans[-1], "with")


def _found(keys: Iterable[Said], said: str) -> list[_Mention]:
    return [_Mention(*match.span(), "") for key in keys for match in re.compile(key.pattern).finditer(said)]


def _overlap(a: _Mention, b: _Mention) -> bool:
    return a.start < b.end and b.start < a.end


def _inside(a: _Mention, b: _Mention) -> bool:
    return (b.start, b.end) != (a.start, a.end) and b.start <= a.start and a.end <= b.end


@lru_cache(maxsize=512)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return any_of(phrases)


def _section_at(sections: Sequence[Section], offset: int) -> str | None:
    return next((s.category for s in reversed(sections) if s.title_start <= offset < s.end), None)


def _few(findings: list[Finding]) -> Iterator[Finding]:
    counts: dict[tuple[str, str | None, Assertion], int] = {}
    for finding in findings:
        key = (finding.rule_id, finding.value, finding.assertion)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= _MOST:
            yield finding
