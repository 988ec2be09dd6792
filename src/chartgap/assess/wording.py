"""The little that assess reads in the note itself: sentences, phrases, and whether the visit is a follow-up."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from string import ascii_lowercase
from typing import NamedTuple

# A line that does not go on in lower case starts anew: headings and list items have no full stop.
_BREAK = re.compile(r"[.;!?]\s+|\n(?=[ \t]*[^a-z\s])")
_NEGATED = re.compile(
    r"""\b(?: no | nothing | never | neither | nor | denie[sd] | denying | without | negative\sfor | absence\sof
          | family\shistory | mother | father | risks?
          | (?: mom | dad | parents? | sisters? | brothers? | siblings? | sons? | daughters? | (?:grand|great)\S*
              | aunts? | uncles? | cousins? | nieces? | nephews? | wife | husband )
            \s (?: has | had | have | with | died | is | was | - ) )\b""",
    re.X,
)
_RESUMES = re.compile(r"\b(?:except|but|apart from|other than|although|however)\b")
_FOLLOW_UP = re.compile(
    r"""\b(?: (?:here|seen|presents?|presenting|returns?|comes?|in|visit)\s (?:today\s|back\s)? (?:for|in)
             \s (?:a\s|an\s|(?:his|her|their)\s)? (?:\w+[\s-]){0,2}? (?:follow[\s-]?up|re-?check|re-?evaluation)
          | (?:follow[\s-]?up|f/?u)\s (?:visit|note|evaluation|encounter|examination)
          | re-?examined | back\s (?:in\s)? for\s another | (?:second|third|fourth|fifth)\s visit
          | returns?\s (?:today|to\sclinic\stoday|with) | (?:since|at|from)\s (?:the|his|her|their)?\s?
            (?:last|previous|prior|initial)\s (?:visit|appointment|encounter|evaluation)
          | visit\s (?:\#\s?|number\s|no\.\s)? (?:[2-9]|1\d)\b(?!\s?[/:.-]\d|\s?(?:min|hour|hr|[ap]\.?m))
          | re-?evaluation\s (?:visit|note)
          | last\sseen
          | (?:same|unchanged)\sas\s (?:the\s|his\s|her\s)? last\s (?:visit|time)\b
          | (?:since|from|at)\s (?:the\s|his\s|her\s|your\s)? (?:last|previous|prior)
            \s (?:time|session|treatment|adjustment|tx)\b
          | \d(?:/10)?\s (?:at\s)? (?:the\s)? last\s (?:time|visit|session|appointment|treatment) )""",
    re.X,
)
# One of these stands in every match of _FOLLOW_UP, near its end.
_CUES = frozenset({
    *("f/u", "fu ", "fu\n", "follow", "check", "visit", "evaluat", "examined", "another", "return", "appoint"),
    *("encount", "seen", "last ", "session", "treatment", "adjustm", " tx"),
})  # fmt: skip
_BEFORE_CUE, _AFTER_CUE = 120, 40
_TITLE = re.compile(
    r"(?<!\[\s\]\s)\b(?:follow[\s-]?up|f/u)\b(?!\s+(?:in|with|on|at|prn|if|appointment|needed)\b)", re.I
)
"""In the first line of a note, which names the kind of visit."""
_TITLE_LENGTH = 80
_DATED = re.compile(
    r"""\b(?: date\sof\s(?:service|visit|encounter|exam(?:ination)?) | d\.?o\.?s\.?
            | (?:visit|service|encounter)\sdate )
        \s*[:\-]?\s* (?: (?P<month>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>\d{4}|\d{2})\b
                       | (?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b )""",
    re.X,
)
"""Only a date that the note itself calls the visit's: any other may be a study's or an onset's."""
# One of these begins every match of _DATED: cheaper than looking for it in every note.
_DATE_CUES = ("date of", "dos", "d.o", "do.s", "visit date", "service date", "encounter date")
_DATE_WORDS = frozenset({"date", "dos", "do", "d"})
_NUMBER = r"\d+(?:[.,-]\d+)?"


@lru_cache(maxsize=4096)
def phrase(text: str) -> re.Pattern[str]:
    """Whole words of a lower-case text, any spacing; "fibro*" = begins so; # = a number."""
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\#", _NUMBER) for word in text.lower().split()]
    left = r"(?<!\w)" if text[0].isalnum() or text[0] == "#" else ""
    right = r"(?!\w)" if text[-1].isalnum() or text[-1] == "#" else ""
    return re.compile(left + r"\s+".join(parts) + right)


@lru_cache(maxsize=4096)
def _whole_words(text: str) -> frozenset[str]:
    """The words that stand in every text that holds a phrase."""
    return frozenset(re.findall(r"(?<![a-z*])[a-z]+(?![a-z*])", text.lower()))


@lru_cache(maxsize=4096)
def longest_word(text: str) -> str:
    """What no text that holds a phrase is without; a word may go on after it."""
    return max(re.split(r"[^a-z]+", text.lower()), key=len)


class _Item(NamedTuple):
    """A phrase, the words that every text which holds it has, and how its longest word begins where it has no end."""

    text: str
    words: frozenset[str]
    stem: str


@lru_cache(maxsize=8192)
def _item(text: str) -> _Item:
    return _Item(text, _whole_words(text), longest_word(text) if "*" in text else "")


class Lists:
    """Lists of phrases, looked up by the words that a note has: few notes have a word of more than a few of them."""

    def __init__(self, lists: Iterable[tuple[str, ...]]) -> None:
        self.lists = tuple(dict.fromkeys(lists))
        self._by_word: dict[str, list[tuple[int, _Item]]] = {}
        self._stemmed: list[tuple[int, _Item]] = []
        for number, phrases in enumerate(self.lists):
            for item in map(_item, phrases):
                key = max(item.words, key=len, default=None)
                (self._by_word.setdefault(key, []) if key else self._stemmed).append((number, item))
        self._words = frozenset(self._by_word)

    def possible(self, vocabulary: frozenset[str], lowered: str) -> dict[int, list[str]]:
        """By the number of each list its phrases all of whose words are there, in no order."""
        found: dict[int, list[str]] = {}
        likely = chain(self._stemmed, *(self._by_word[word] for word in vocabulary & self._words))
        for number, (text, words, stem) in likely:
            if words <= vocabulary and (not stem or stem in lowered):
                found.setdefault(number, []).append(text)
        return found


@lru_cache(maxsize=4096)
def _lists(phrases: tuple[str, ...]) -> Lists:
    return Lists([phrases])


def has_phrase(text: str, phrases: Iterable[str]) -> bool:
    """Whether any of the phrases stands in the text."""
    return _has_phrase(text.lower(), tuple(phrases))


def _has_phrase(lowered: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase(item).search(lowered) for word, item in _by_longest_word(phrases) if word in lowered)


@lru_cache(maxsize=4096)
def _by_longest_word(phrases: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((longest_word(item), item) for item in phrases)


def same_length_lower(text: str) -> str:
    """The text in lower case, every character in its place: a few letters ("\u0130") would become two."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


_LETTERS = bytes(code if chr(code) in ascii_lowercase else ord(" ") for code in range(256))
"""Maps what is no letter to a blank."""


class Prose:
    """The text of a note with the places where its sentences begin, roughly."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lowered = same_length_lower(text)
        self._told: dict[tuple[int, tuple[str, ...]], bool] = {}

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(self.lowered.encode("ascii", "replace").translate(_LETTERS).decode("ascii").split())

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where sentences begin."""
        return (0, *[match.end() for match in _BREAK.finditer(self.text)])

    @cached_property
    def is_follow_up(self) -> bool:
        """Whether the note calls itself a later visit; "follow up in 4 weeks" is a plan and does not."""
        title = self.text.lstrip()[:_TITLE_LENGTH].partition("\n")[0]
        if _TITLE.search(title):
            return True
        # Near its cues only, the pattern takes a third of its time on whole notes.
        cues = sorted(at for cue in _CUES for at in self._places_of(cue))
        return any(_FOLLOW_UP.search(self.lowered, low, high) for low, high in _around(cues))

    @cached_property
    def date(self) -> date | None:
        """The date that the note calls the visit's."""
        if self._vocabulary.isdisjoint(_DATE_WORDS):
            return None
        match = _DATED.search(self.lowered) if any(map(self.lowered.__contains__, _DATE_CUES)) else None
        return _date(match) if match else None

    def sentence_number(self, offset: int) -> int:
        """Which sentence holds the offset, from 1."""
        return bisect_right(self.starts, offset)

    def sentence_at(self, offset: int) -> str:
        """The sentence that holds the offset."""
        return self.text[slice(*self.sentence_span(offset))]

    def sentence_has(self, offset: int, phrases: tuple[str, ...]) -> bool:
        """Whether any of the phrases stands in the sentence that holds the offset; files share lists of phrases."""
        key = (self.sentence_number(offset), phrases)
        if key not in self._told:
            self._told[key] = _has_phrase(self.lowered[slice(*self.sentence_span(offset))], phrases)
        return self._told[key]

    def affirms(self, offset: int, patterns: Iterable[str]) -> bool:
        """Whether a pattern stands in the sentence that holds the offset, with no negation or family word before it."""
        said = self.lowered[slice(*self.sentence_span(offset))]
        found = (match for pattern in patterns if (match := re.search(pattern, said)))
        return any(not denied(said[: match.start()]) for match in found)

    def mentions(self, phrases: tuple[str, ...]) -> bool:
        """Whether the note holds one of the phrases with no negation, family or risk word before it in its sentence."""
        return self.holds_one(self.possible(phrases))

    def holds_one(self, phrases: Iterable[str]) -> bool:
        """The same of phrases that are possible."""
        return any(self._found(item) is not None for item in phrases)

    def possible(self, phrases: tuple[str, ...]) -> list[str]:
        """The phrases all of whose words are somewhere in the note, in their order: few are."""
        found = self.possible_of(_lists(phrases)).get(0, [])
        return found if len(found) < 2 else sorted(found, key=phrases.index)

    def possible_of(self, lists: Lists) -> dict[int, list[str]]:
        """The same of many lists at once, by their numbers; those are left out of which no phrase is possible."""
        return lists.possible(self._vocabulary, self.lowered)

    def sentence_span(self, offset: int) -> tuple[int, int]:
        """Where the sentence that holds the offset begins and ends."""
        number = self.sentence_number(offset)
        return self.starts[number - 1], self.starts[number] if number < len(self.starts) else len(self.text)

    def _places_of(self, word: str) -> Iterator[int]:
        """Where a word, or what words begin or end with, stands."""
        at = self.lowered.find(word)
        while at >= 0:
            yield at
            at = self.lowered.find(word, at + 1)

    def _answered_no(self, match: re.Match[str]) -> bool:
        """Whether a form answers no: ": no", an empty box, or a minus in a line that has a plus too."""
        text = self.lowered
        line = text.rfind("\n", 0, match.start()) + 1
        before = text[line : match.start()]
        if _NO.match(text, match.end()) or _UNTICKED.search(before):
            return True
        end = text.find("\n", match.end())
        return bool(_MINUS.search(before) and _PLUS.search(text, line, end if end >= 0 else len(text)))

    def places(self, phrases: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Where `mentions` finds them: of each phrase that the note holds the first place that is not denied."""
        found = map(self._found, self.possible(phrases))
        return (match.span() for match in found if match is not None)

    def _found(self, item: str) -> re.Match[str] | None:
        """The phrase in the first of the sentences that hold its longest word and do not deny it."""
        end = 0
        for at in self._places_of(longest_word(item)):
            if at < end:
                continue
            start, end = self.sentence_span(at)
            match = phrase(item).search(self.lowered, start, end)
            if match and not denied(self.lowered[start : match.start()]) and not self._answered_no(match):
                return match
        return None


_NO = re.compile(r"\s*(?::|-|\()\s*(?:no|none|denies|denied|negative|neg|absent)\b")
_UNTICKED = re.compile(r"(?:\[\s?\]|\u2610)\s*(?:\w+\s){0,2}$")
_MINUS = re.compile(r"(?:^|[,;:(\s])-\s?(?:\w+\s){0,2}$")
_PLUS = re.compile(r"(?:^|[,;:(\s])\+\s?[a-z]")


def denied(before: str) -> bool:
    """Whether the words before a phrase in its sentence deny it; "no numbness except from his neck pain" does not."""
    last = [match.end() for match in _RESUMES.finditer(before)]
    return _NEGATED.search(before, last[-1] if last else 0) is not None


def _around(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Stretches of text around places that are in order, joined where they overlap."""
    low = high = -1
    for at in places:
        if high >= 0 and at - _BEFORE_CUE > high:
            yield low, high
            high = -1
        low, high = low if high >= 0 else max(0, at - _BEFORE_CUE), at + _AFTER_CUE
    if high >= 0:
        yield low, high


def _date(match: re.Match[str]) -> date | None:
    year = match["year"] or match["y"]
    century = "20" if len(year) == len("26") else ""
    try:
        return date(int(century + year), int(match["month"] or match["m"]), int(match["day"] or match["d"]))
    except ValueError:
        return None
