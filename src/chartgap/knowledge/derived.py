"""What the title of any code asks of a note: its side, place, encounter, stage and so on, read off the tabular."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

from chartgap.knowledge.axes import Axes, Axis
from chartgap.knowledge.icd10cm import Icd10cm
from chartgap.knowledge.icd_notes import parse_targets
from chartgap.knowledge.phrases import Names, openings, pattern
from chartgap.knowledge.title_claims import claimed_in
from chartgap.model import Basis, Level

Kind = Literal["stated", "site", "with", "without", "open"]

_CATEGORY = 3
_FULL = len("S52.501A")
_LONGEST_TERM = 3
_NO_CONDITION = frozenset("VWXYZ")
"""Chapters whose "with" names no condition: collision with, contact with."""
_BRACKETED = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_WITH = re.compile(
    r"(?<!associated )(?<!consistent )\b(with|without|not)\s+(?!(?:or|and) with)([^,;]+?)"
    r"(?=[,;]|\s(?:and |or )?(?:with|without|not)\b|$)"
)
_MIXED = re.compile(r"\bwith(?:out)? (?:or|and) with(?:out)?\b")
_OPEN = re.compile(r"\bunspecified\b|\bnot specified\b")
_OPEN_SITE = re.compile(r"\bsite unspecified|\bunspecified (?:site|joint|region|part|location|body region|limb|area)\b")
_ENCOUNTER = re.compile(r"(?:initial|subsequent) encounter|sequela|(?:other )?fetus|not applicable")
_ELSEWHERE = re.compile(r"\b(?:except|excluding|other than|due to|resulting from|associated with)\b[^,]*")
_WORD = re.compile(r"[a-z][a-z'-]*[a-z]")
_SHORT = 4


class Said(NamedTuple):
    """How a note says a word or phrase of a title, and one of which words, or beginnings of words, it then has."""

    pattern: str
    words: frozenset[str]
    stems: tuple[str, ...] = ()


@dataclass(frozen=True)
class DerivedRow:
    """One requirement read off a title."""

    id: str
    axis: str
    kind: Kind
    needs: str
    level: Level
    basis: Basis
    source: str
    claimed: tuple[str, ...] = ()
    every: bool = False  # all claimed values are needed, not any
    satisfied_by: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    keys: tuple[Said, ...] = ()  # words of the condition
    condition: tuple[Said, ...] = ()  # those that name no place: a sentence about the condition has one of them
    terms: tuple[tuple[Said, ...], ...] = ()  # what stands behind with or without: words that are all needed
    joined: tuple[tuple[str, str], ...] = ()  # another value, and a code whose title has it together with this one
    default: str | None = None  # why a silent note needs nothing
    alternatives: tuple[str, ...] = ()  # codes that name what the title leaves open


@dataclass(frozen=True)
class _Title:
    """A title taken apart."""

    code: str
    text: str
    subject: str
    seventh: str


class _Part(NamedTuple):
    """What a title has beside its subject, in its words, and the words that a note must hold together."""

    words: str
    term: tuple[Said, ...]


class Deriver:
    """Derives the rows of codes of one release."""

    def __init__(self, icd: Icd10cm, axes: Axes) -> None:
        self._icd, self._axes = icd, axes
        self._source = f"ICD-10-CM Tabular, {icd.release}"
        # By title, since siblings and 7th characters share much.
        self._known: dict[str, tuple[str, ...]] = {}
        self._titles: dict[str, _Title] = {}
        self._claims: dict[tuple[str, str], dict[str, tuple[tuple[str, ...], bool]]] = {}

    def rows(self, code: str) -> tuple[DerivedRow, ...]:
        """What the title of a billable code asks; () where it has none of the axes."""
        title = self._title(code)
        sites = self._sites(title.text)
        keys = self._keys(title.text)
        rows = [*self._stated(title, sites, keys), *self._site(title, sites), *self._terms(title)]
        if _OPEN.search(title.text):
            rows += self._left_open(title, sites, keys)
        condition = self._keys(self._site_names.without(title.text), whole=title.text)
        return tuple(replace(row, condition=condition) for row in rows)

    def _title(self, code: str) -> _Title:
        if code not in self._titles:
            self._titles[code] = self._parted(code)
        return self._titles[code]

    def _parted(self, code: str) -> _Title:
        stem, seventh = self._stem(code)
        text = " ".join(_BRACKETED.sub("", self._icd.title(stem)).lower().split())
        subject = _WITH.split(_MIXED.sub(" ", text))[0]
        return _Title(code, text, subject, seventh)

    def _stem(self, code: str) -> tuple[str, str]:
        """The code without its 7th character, and what that means."""
        if len(code) < _FULL:
            return code, ""
        meaning = self._icd.seven_characters(code).get(code[-1], "").lower()
        # "Right eye", "with tophus", "mild stage" are read as the part of the title that they are.
        return (self._icd.ancestors(code)[0], meaning) if _ENCOUNTER.match(meaning) else (code, "")

    def _stated(self, title: _Title, sites: tuple[str, ...], keys: tuple[Said, ...]) -> Iterator[DerivedRow]:
        said = self._claimed(title)
        for axis in self._axes.axes.values():
            if axis.codes:
                if self._asked(axis, title):
                    yield self._row(title, axis, claimed=tuple(value.value for value in axis.values))
                continue
            if axis.axis in said:
                claimed, every = said[axis.axis]
                yield self._row(title, axis, claimed=claimed, every=every, sites=sites, keys=keys)

    def _claimed(self, title: _Title) -> dict[str, tuple[tuple[str, ...], bool]]:
        """By axis, the values that a title has, and whether it has all of them or any."""
        key = (title.text, title.seventh)
        if key not in self._claims:
            said = {name: claimed_in(axis, *key) for name, axis in self._axes.axes.items()}
            self._claims[key] = {name: claim for name, claim in said.items() if claim[0]}
        return self._claims[key]

    def _asked(self, axis: Axis, title: _Title) -> bool:
        inside = any(target.covers(title.code) for target in parse_targets(f"({axis.codes})"))
        return inside and not title.seventh.startswith("sequela")

    def _row(  # noqa: PLR0913  # the fields of a row
        self,
        title: _Title,
        axis: Axis,
        *,
        claimed: tuple[str, ...],
        every: bool = False,
        sites: tuple[str, ...] = (),
        keys: tuple[Said, ...] = (),
    ) -> DerivedRow:
        named = (" and " if every else " or ").join(_plain(value) for value in claimed)
        chapter = self._icd.ancestors(title.code)[-1]
        satisfied = {value for name in claimed for value in (name, *self._also(title, axis, name))}
        return DerivedRow(
            id=f"{title.code}.{axis.axis}",
            axis=axis.axis,
            kind="stated",
            needs=axis.asks if axis.codes else f"{axis.asks}, in the title: {named}",
            level=axis.level,
            basis=axis.basis,
            source=f"{self._source}, {f'note at chapter {chapter}' if axis.codes else f'{title.code} title'}",
            claimed=claimed,
            every=every,
            satisfied_by=tuple(sorted(satisfied)),
            sites=sites,
            keys=keys,
            joined=tuple(self._joined(axis, title, claimed)),
            default=self._default(axis, title, claimed),
        )

    def _also(self, title: _Title, axis: Axis, claimed: str) -> Iterator[str]:
        """What else fits: both shoulders fit the right one's code, unless a code beside it is for both."""
        others = axis.satisfied_by.get(claimed, ())
        if "bilateral" in others:
            stem, _ = self._stem(title.code)
            beside = (self._title(code).text for code in self._icd.siblings(stem))
            if "unilateral" in title.text.split() or any("bilateral" in text.split() for text in beside):
                others = tuple(value for value in others if value != "bilateral")
        yield from others

    def _joined(self, axis: Axis, title: _Title, claimed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Values with which another code of the category, the most alike, joins the one claimed: acute on chronic."""
        alike: dict[str, tuple[int, int, str]] = {}
        words = set(title.text.split())
        for code in self._icd.leaves(title.code[:_CATEGORY]) if axis.joined else ():
            other = self._title(code)
            values, every = self._claimed(other).get(axis.axis, ((), False))
            if every and set(claimed) < set(values):
                said = other.text.split()
                rank = (len(words.intersection(said)), -len(said), code)
                alike |= {value: max(alike.get(value, rank), rank) for value in set(values) - set(claimed)}
        yield from ((value, code) for value, (*_, code) in sorted(alike.items()))

    def _default(self, axis: Axis, title: _Title, claimed: tuple[str, ...]) -> str | None:
        if axis.default is None or claimed != (axis.default.value,):
            return None
        notes = (note for note in self._icd.notes(title.code, "note") if axis.default.note in note.text)
        note = next(notes, None)
        return None if note is None else f"Not stated; {note.owner} has the note: {note.text.rstrip('.')}."

    def _sites(self, text: str) -> tuple[str, ...]:
        """The places that a title names, the narrower of two that lie in each other."""
        if text not in self._known:
            said = _ELSEWHERE.sub(" ", text)
            named = list(self._site_names.find(said))
            # "Finger at hand level" is the finger; "foot and toe" is either.
            wider = {
                name
                for name, (start, end) in named
                for other, (first, last) in named
                if name in self._axes.wider_than(other) and " and " not in said[min(end, last) : max(start, first)]
            }
            self._known[text] = tuple(dict.fromkeys(name for name, _ in named if name not in wider))
        return self._known[text]

    @cached_property
    def _site_names(self) -> Names:
        return Names((site.site, phrase) for site in self._axes.sites.values() for phrase in site.title)

    def _site(self, title: _Title, sites: tuple[str, ...]) -> Iterator[DerivedRow]:
        if sites:
            # "CKD" names the kidney as its title does.
            whole = [p for p in self._axes.terms if " " in p and p in title.text and any(self._site_names.find(p))]
            named = " or ".join(map(_plain, sites))
            yield DerivedRow(
                id=f"{title.code}.site",
                axis="site",
                kind="site",
                needs=f"the place, in the title: {named}",
                level="required",
                basis="code_assignment",
                source=f"{self._source}, {title.code} title",
                claimed=sites,
                satisfied_by=sites,
                sites=sites,
                keys=tuple(_alternatives(self._axes.terms[phrase]) for phrase in whole),
            )

    def _terms(self, title: _Title) -> Iterator[DerivedRow]:
        """What the title says the condition comes with, or without."""
        if title.code[0] in _NO_CONDITION or _MIXED.search(title.text):
            return
        absent: list[_Part] = []
        number = 0
        for word, behind in _WITH.findall(title.text):
            parts = list(self._parts(word, behind, title.subject))
            if word != "with":
                absent += parts
            elif parts:
                # Each "with" is a row of its own: with diabetic retinopathy with macular edema.
                number += 1
                yield self._term_row(title, "with", parts, number=number)
        if absent:
            yield self._term_row(title, "without", absent)

    def _parts(self, word: str, behind: str, subject: str) -> Iterator["_Part"]:
        """What stands behind a with, without or not, taken apart at and, or."""
        if word == "not" and not behind.startswith("intractable"):
            return
        for part in re.split(r"\s(?:and|or|and/or)\s", behind.removeprefix("both ")):
            if term := self._term(part, subject):
                yield _Part("intractability" if word == "not" else part, term)

    def _term_row(self, title: _Title, kind: Kind, parts: list["_Part"], *, number: int = 1) -> DerivedRow:
        named = " or ".join(part.words for part in parts)
        return DerivedRow(
            id=f"{title.code}.{kind}{f'_{number}' if number > 1 else ''}",
            axis=kind,
            kind=kind,
            needs=f"{'' if kind == 'with' else 'the absence of '}{named}, in the title",
            level="required",
            basis="code_assignment",
            source=f"{self._source}, {title.code} title",
            claimed=(kind,),
            terms=tuple(part.term for part in parts),
        )

    def _term(self, part: str, subject: str) -> tuple[Said, ...]:
        """The words of a part that a note must hold together, as patterns; those of the subject say nothing new."""
        part = re.sub(r"\bof (?:other|unspecified)\b.*", "", part)  # "ulceration of other part of foot"
        if "other" in part.split():  # "with other complications": no word for a note to hold
            return ()
        known = [phrase for phrase in self._axes.terms if " " in phrase and phrase in part]
        if known:
            return (_alternatives([known[0], *self._axes.terms[known[0]]]),)
        subjects = {_stem_of(word) for word in self._content(subject)}
        new = [word for word in self._content(part) if _stem_of(word)[:5] not in {stem[:5] for stem in subjects}]
        return tuple(self._word(word) for word in new[:_LONGEST_TERM])

    def _keys(self, subject: str, *, whole: str | None = None) -> tuple[Said, ...]:
        """The words by which a note speaks of the condition; phrases are those of the whole."""
        phrases = [phrase for phrase in self._axes.terms if " " in phrase and phrase in (whole or subject)]
        return (
            *(_alternatives([phrase, *self._axes.terms[phrase]]) for phrase in phrases),
            *(self._word(word) for word in self._content(subject)),
        )

    def _content(self, text: str) -> list[str]:
        return [word for word in _WORD.findall(text) if word not in self._axes.empty]

    def _word(self, word: str) -> Said:
        return _alternatives([], stem=_stem_of(word), other=self._axes.terms.get(word, ()))

    def _left_open(self, title: _Title, sites: tuple[str, ...], keys: tuple[Said, ...]) -> Iterator[DerivedRow]:
        """Axes on which the title is unspecified while a code beside it is not."""
        stem, _ = self._stem(title.code)
        near = list(self._icd.siblings(stem))
        if len(stem) == _FULL:  # "unspecified eye" with a stage as the 7th character
            near += self._icd.siblings(self._icd.ancestors(stem)[0])
        beside = [self._title(code) for code in near]
        found = False
        for axis in self._axes.axes.values():
            if not axis.open or axis.axis in self._claimed(title):
                continue
            named = [other.code for other in beside if axis.axis in self._claimed(other)]
            if named:
                found = True
                yield self._open(title, axis.axis, axis.asks, named, sites=sites, keys=keys)
        if not sites and _OPEN_SITE.search(title.text):
            named = [other.code for other in beside if self._sites(other.text)]
            if named:
                found = True
                yield self._open(title, "site", "the place", named, keys=keys)
        if not found and beside:
            named = [
                other.code for other in beside if not _OPEN.search(other.text) and "other" not in other.text.split()
            ]
            if named:
                yield self._open(title, "specificity", "what the codes beside it name", named)

    def _open(  # noqa: PLR0913  # the fields of a row
        self,
        title: _Title,
        axis: str,
        asks: str,
        named: list[str],
        *,
        sites: tuple[str, ...] = (),
        keys: tuple[Said, ...] = (),
    ) -> DerivedRow:
        return DerivedRow(
            id=f"{title.code}.{axis}",
            axis=axis,
            kind="open",
            needs=f"{asks}, which the title leaves open",
            level="recommended",
            basis="support",
            source=f"{self._source}, {title.code} title and the codes beside it",
            sites=sites,
            keys=keys,
            alternatives=tuple(named),
        )


def _stem_of(word: str) -> str:
    """What the word has in common with its other forms: fractur(e, ed, es), infect(ion, ed)."""
    return word if len(word) <= _SHORT else word[: max(_SHORT, len(word) - 3)]


def _alternatives(phrases: Iterable[str], *, stem: str = "", other: Iterable[str] = ()) -> Said:
    said = (*phrases, *other)
    parts = [pattern(phrase).pattern for phrase in said]
    parts += [re.escape(stem) + (r"\w*" if len(stem) >= _SHORT else r"s?(?![a-z0-9])")] if stem else []
    words = frozenset(opening.first for phrase in said for opening in openings(phrase))
    return Said(rf"(?<![a-z0-9])(?:{'|'.join(parts)})", words, (stem,) if stem else ())


def _plain(value: str) -> str:
    return value.replace("_", " ")
