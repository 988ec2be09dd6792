"""Raw text to sentences without changing a single offset.

`fold` gives a same-length view of the note (lower case, plain quotes, dashes and blanks) in which the newlines of
hard-wrapped paragraphs are blanks; `sentences` cuts that view. Every position in the view is the position in the note.
"""

import re
from typing import NamedTuple

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t\x0b\x0c", " "),
        **dict.fromkeys("\u2018\u2019\u201a\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u2044": "/",
        "\ufeff": " ",
        "\u200b": " ",
    }
)
_LONE_CR = re.compile(r"\r(?!\n)")
_LINE = re.compile(r"[^\n]*\n?")
_STARTS_ITEM = re.compile(
    r"\s*(?:[-*\u2022\u25cf\u25aa\u2023>#|\[(_]|\d{1,2}[.)]\s|[a-z][.)]\s|[A-Z][A-Za-z/&' -]{1,40}:|[A-Z][A-Z /&-]{3,}$)"
)
_STARTS_LOWER = re.compile(r"\s*[a-z0-9(]")
_ENDS_SENTENCE = re.compile(r"[.:;!?]\s*$")
_MAX_WRAP, _MIN_WRAP = 132, 40

_CUT = re.compile(
    r"""
      \n
    | (?P<mark>[.!?])["')\]]*(?:,(?=\S)|(?=\s))        # a full stop; transcripts have "stop,NEXT" for a lost line break
    | :,(?=\S|\s+[A-Z])                               # "HEADING:, text"
    | ,\s*(?=[A-Z][A-Z /&]{3,}:)                      # ", NEXT HEADING:"
    | \s(?=[\u2022\u25cf\u25aa\u2023])                # a bullet inside a line
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(,])(?:dr|mr|mrs|ms|vs|st|approx|e\.g|i\.e|fig|dept|jr|sr|no|ext|lt|rt|s\.p|prof|[a-z]|[ap]\.m"
    r"|[bqt]\.i\.d|q\.\w|p\.r\.n|h\.s|u\.s|p\.o)$"
)
_NEXT_UPPER = re.compile(r"[\s\"'(\[]*(?:[A-Z0-9\u2022\[(+-]|$)")
_LIST_NUMBER = re.compile(r"(?:^|\n)\s*\d{1,2}$")


class Span(NamedTuple):
    """Half-open character offsets into the note."""

    start: int
    end: int


def fold(text: str) -> str:
    """A view of the note of the same length: lower case, plain punctuation, wrapped lines joined by a blank."""
    plain = _LONE_CR.sub("\n", text).replace("\r", " ").translate(_PLAIN)
    lower = plain.lower()
    if len(lower) != len(plain):  # a few letters change length when lowered
        lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in plain)
    return _unwrap(plain, lower)


def _unwrap(plain: str, lower: str) -> str:
    lines = [m.group() for m in _LINE.finditer(plain) if m.group()]
    width = _wrap_width(lines)
    if width is None and not any(_continues(a, b, 60) for a, b in zip(lines, lines[1:], strict=False)):
        return lower
    chars = list(lower)
    at = 0
    for line, following in zip(lines, lines[1:], strict=False):
        at += len(line)
        if _continues(line, following, width or 60, strict=width is None):
            chars[at - 1] = " "
    return "".join(chars)


def _wrap_width(lines: list[str]) -> int | None:
    """The column at which the note was wrapped, or None if its lines are not those of wrapped paragraphs."""
    longest = max((len(line.rstrip()) for line in lines), default=0)
    if not _MIN_WRAP <= longest <= _MAX_WRAP:
        return None
    full = lowered = 0
    for line, following in zip(lines, lines[1:], strict=False):
        if _continues(line, following, longest):
            full += 1
            lowered += bool(_STARTS_LOWER.match(following))
    return longest if lowered and lowered * 4 >= full else None


def _continues(line: str, following: str, width: int, *, strict: bool = False) -> bool:
    """Whether `following` goes on the sentence of `line`: the line was too full to take its first word."""
    body, word = line.rstrip(), following.split(maxsplit=1)
    if not body or not word or _STARTS_ITEM.match(following):
        return False
    if strict and (_ENDS_SENTENCE.search(body) or not _STARTS_LOWER.match(following)):
        return False
    if len(body) >= _MIN_WRAP and following.lstrip()[:1].islower() and not _ENDS_SENTENCE.search(body):
        return True
    return len(body) + 1 + len(word[0]) > width


def sentences(text: str, view: str) -> list[Span]:
    """Cut the view into sentences; blank ones are left out, and surrounding white space is not part of one."""
    cuts = [0]
    for match in _CUT.finditer(view if "\r" in text else _with_case(text, view)):
        if match["mark"] and not _is_end(text, view, match):
            continue
        cuts.append(match.end())
    cuts.append(len(view))
    found = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        body = view[start:end]
        stripped = body.strip()
        if stripped:
            lead = len(body) - len(body.lstrip())
            found.append(Span(start + lead, start + lead + len(stripped)))
    return found


def _with_case(text: str, view: str) -> str:
    """The view's line breaks with the note's capitals, for the cuts that look at capitals."""
    if "\n" not in text:
        return text
    return "".join(" " if t == "\n" and v == " " else t for t, v in zip(text, view, strict=True))


def _is_end(text: str, view: str, match: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence: not one of an abbreviation or of a list number."""
    at = match.start("mark")
    if view[at] != ".":
        return True
    before = view[max(0, at - 12) : at]
    if _LIST_NUMBER.search(before):
        return False
    if _ABBREVIATION.search(before):
        return False
    return True if _NEXT_UPPER.match(text, match.end()) else view[match.end() : match.end() + 2].strip().isalpha()
