"""The little that assess reads in the note itself: sentences, phrases, and whether the visit is a follow-up."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

# A line that does not go on in lower case starts anew: headings and list items have no full stop.
_BREAK = re.compile(r"(?<=[.;!?])\s+|\n(?=[ \t]*[^a-z\s])")
_NEGATED = re.compile(
    r"""\b(?: no | nothing | never | neither | nor | denie[sd] | denying | without | negative\sfor | absence\sof
          | family\shistory | mother | father | risks?
          | (?: mom | dad | parents? | sisters? | brothers? | siblings? | sons? | daughters? | (?:grand|great)\S*
              | aunts? | uncles? | cousins? | nieces? | nephews? | wife | husband )
            \s (?: has | had | have | with | died | is | was | - ) )\b""",
    re.I | re.X,
)
_RESUMES = re.compile(r"\b(?:except|but|apart from|other than|although|however)\b", re.I)
_FOLLOW_UP = re.compile(
    r"""\b(?: (?:here|seen|presents?|presenting|returns?|comes?|in|visit)\s (?:today\s|back\s)? (?:for|in)
             \s (?:a\s|an\s|(?:his|her|their)\s)? (?:\w+[\s-]){0,2}? (?:follow[\s-]?up|re-?check|re-?evaluation)
          | (?:follow[\s-]?up|f/?u)\s (?:visit|note|evaluation|encounter|examination)
          | re-?examined | back\s (?:in\s)? for\s another | (?:second|third|fourth|fifth)\s visit
          | returns?\s (?:today|to\sclinic\stoday|with) | (?:since|at|from)\s (?:the|his|her|their)?\s?
            (?:last|previous|prior|initial)\s (?:visit|appointment|encounter|evaluation)
          | visit\s (?:\#\s?|number\s|no\.\s)? (?:[2-9]|1\d)\b | re-?evaluation\s (?:visit|note)
          | last\sseen )""",
    re.I | re.X,
)
_TITLE = re.compile(
    r"(?<!\[\s\]\s)\b(?:follow[\s-]?up|f/u)\b(?!\s+(?:in|with|on|at|prn|if|appointment|needed)\b)", re.I
)
"""In the first line of a note, which names the kind of visit."""
_TITLE_LENGTH = 80
_NUMBER = r"\d+(?:[.,-]\d+)?"


@lru_cache(maxsize=4096)
def phrase(text: str) -> re.Pattern[str]:
    """Whole words, any case and spacing; "fibro*" = begins so; # = a number."""
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\#", _NUMBER) for word in text.split()]
    left = r"(?<!\w)" if text[0].isalnum() or text[0] == "#" else ""
    right = r"(?!\w)" if text[-1].isalnum() or text[-1] == "#" else ""
    return re.compile(left + r"\s+".join(parts) + right, re.I)


@lru_cache(maxsize=4096)
def _longest_word(text: str) -> str:
    return max(re.split(r"[^a-z]+", text.lower()), key=len)


def has_phrase(text: str, phrases: Iterable[str]) -> bool:
    """Whether any of the phrases stands in the text."""
    return any(phrase(item).search(text) for item in phrases)


def same_length_lower(text: str) -> str:
    """The text in lower case, every character in its place: a few letters ("\u0130") would become two."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class Prose:
    """The text of a note with the places where its sentences begin, roughly."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = (0, *(match.end() for match in _BREAK.finditer(text)))
        self._lowered = same_length_lower(text)

    def sentence_number(self, offset: int) -> int:
        """Which sentence holds the offset, from 1."""
        return bisect_right(self.starts, offset)

    def sentence_at(self, offset: int) -> str:
        """The sentence that holds the offset."""
        return self.text[slice(*self.sentence_span(offset))]

    def mentions(self, phrases: Iterable[str]) -> bool:
        """Whether the note holds one of the phrases with no negation, family or risk word before it in its sentence."""
        return any(map(self._mentions, phrases))

    def sentence_span(self, offset: int) -> tuple[int, int]:
        """Where the sentence that holds the offset begins and ends."""
        number = self.sentence_number(offset)
        return self.starts[number - 1], self.starts[number] if number < len(self.starts) else len(self.text)

    def _mentions(self, item: str) -> bool:
        # Most phrases are not in the note; a plain search for their longest word says so far sooner than the pattern.
        word, at = _longest_word(item), -1
        while (at := self._lowered.find(word, at + 1)) >= 0:
            start, end = self.sentence_span(at)
            match = phrase(item).search(self.text, start, end)
            if match and not _negated(self.text[start : match.start()]):
                return True
            at = end - 1
        return False


def _negated(before: str) -> bool:
    """Whether the words before a phrase in its sentence deny it; "no numbness except from his neck pain" does not."""
    last = [match.end() for match in _RESUMES.finditer(before)]
    return _NEGATED.search(before, last[-1] if last else 0) is not None


def is_follow_up(text: str) -> bool:
    """Whether the note calls itself a later visit; "follow up in 4 weeks" is a plan and does not."""
    title = text.lstrip()[:_TITLE_LENGTH].partition("\n")[0]
    return _FOLLOW_UP.search(text) is not None or _TITLE.search(title) is not None
