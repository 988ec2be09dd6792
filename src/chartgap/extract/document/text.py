"""Raw text to sentences without changing a single offset.

`view_of` gives a same-length view of the note (lower case, plain quotes, dashes and blanks) in which the newlines of
hard-wrapped paragraphs are blanks; `sentences` cuts that view. Every position in the view is the position in the note.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t\x0b\x0c", " "),
        **dict.fromkeys("\u2018\u2019\u201a\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u2044": "/",
        "\u00d7": "x",
        "\ufeff": " ",
        "\u200b": " ",
    }
)
_LONE_CR = re.compile(r"\r(?!\n)")
_LINE = re.compile(r"[^\n]*\n?")
_STARTS_ITEM = re.compile(
    r"\s*(?:[-*\u2022\u25cf\u25aa\u2023>#|\[(_]|\d{1,2}[.)]\s|[a-z][.)]\s|[A-Z][A-Za-z/&' -]{1,40}:"
    r"|[A-Z][A-Z /&-]{3,}$)"
)
_STARTS_LOWER = re.compile(r"\s*[a-z0-9(]")
_ENDS_SENTENCE = re.compile(r"[.:;!?]\s*$")
# Full range of motion, where no word follows that "from" would lead to; the phrase files know it by its zero.
_FULL_MOTION = re.compile(
    r"\bFROM\b(?=\s*(?:$|[.,;)\n/]|of\b|x ?\d|w/|all\b|b/?l\b|bilat|throughout|without pain|neck|c-?spine))"
)
_SOFT_HYPHEN = "\u00ad"
_MAX_WRAP, _MIN_WRAP = 132, 40

# Marks that may end a sentence, most commas and stops inside words left out at once; the class first finds them fast.
_STOP = re.compile(
    "[\n.!?:,\u2022\u25cf\u25aa\u2023](?:(?<=[\n\u2022\u25cf\u25aa\u2023])"
    r"|(?<=[.!?])(?=[\"')\]]*(?:,\S|\s|$))|(?<=:)(?=,)|(?<=,)(?=\s*[A-Z]{2}))"
)
_AFTER_STOP = re.compile(r"[\"')\]]*(?:,(?=\S)|(?=\s))")  # transcripts have "stop,NEXT" for a lost line break
_AFTER_COLON = re.compile(r",(?=\S|\s+[A-Z])")  # "HEADING:, text"
_AFTER_COMMA = re.compile(r"\s*(?=[A-Z][A-Z /&]{3,}:)")  # ", NEXT HEADING:"
_LONGEST = 800  # characters; 3 of the 166,882 sentences of 2,583 real notes are longer
_BULLETS = frozenset("\u2022\u25cf\u25aa\u2023")
_ABBREVIATIONS = frozenset(
    {
        "dr", "mr", "mrs", "ms", "vs", "st", "approx", "e.g", "i.e", "fig", "dept", "jr", "sr", "no", "ext", "lt", "rt",
        "s.p", "prof", "occ", "occas", "a.m", "p.m", "b.i.d", "q.i.d", "t.i.d", "p.r.n", "h.s", "u.s", "p.o",
    }
)  # fmt: skip
_LOWER_ABBREVIATIONS = frozenset({"dec", "decr", "dim", "incr"})  # not "Dec."
# "Spurling neg L. Reflexes" ends, "John L. Smith" does not: before a side stands no name.
_SIDE_AT_END = re.compile(r"(?:[\d+)°%=-]|\b[a-z]{2,})\s?[LRB]$")
_NEXT_UPPER = re.compile(r"[\s\"'(\[]*(?:[A-Z0-9\u2022\[(+-]|$)")


class Span(NamedTuple):
    """Half-open character offsets into the note."""

    start: int
    end: int


class View(NamedTuple):
    """Two texts of the note's length: `cased` with plain punctuation and joined lines, `folded` also in lower case."""

    cased: str
    folded: str


def view_of(text: str) -> View:
    """Plain punctuation, wrapped lines joined by a blank, and the same in lower case; no offset changes."""
    plain = text
    if not text.isascii() or "\r" in text or "\t" in text:
        plain = _LONE_CR.sub("\n", text).replace("\r", " ").translate(_PLAIN)
    plain = _unwrap(plain)
    lower = _FULL_MOTION.sub(_full_motion, plain).lower() if "FROM" in plain else plain.lower()
    if len(lower) != len(plain):  # a few letters change length when lowered
        lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in plain)
    return View(plain, lower)


def _full_motion(match: re.Match[str]) -> str:
    """The abbreviation, in a line that is not all in capitals."""
    text, at = match.string, match.start()
    after = text.find("\n", at)
    line = text[text.rfind("\n", 0, at) + 1 : after if after >= 0 else len(text)]
    return match.group() if line.isupper() and len(line) > 40 else "FR0M"


def _unwrap(plain: str) -> str:
    lines = (
        plain.splitlines(keepends=True) if plain.isascii() else [m.group() for m in _LINE.finditer(plain) if m.group()]
    )
    if len(lines) < 2:
        return plain
    width = _wrap_width(lines)
    joins = []
    at = 0
    for line, following in pairwise(lines):
        at += len(line)
        if _continues(line, following, width or 60, strict=width is None):
            joins.append(at - 1)
    if not joins:
        return plain
    chars = list(plain)
    for index in joins:
        chars[index] = " "
    return "".join(chars)


def _wrap_width(lines: list[str]) -> int | None:
    """The column at which the note was wrapped, or None if its lines are not those of wrapped paragraphs."""
    longest = max((len(line.rstrip()) for line in lines), default=0)
    if not _MIN_WRAP <= longest <= _MAX_WRAP:
        return None
    full = lowered = 0
    for line, following in pairwise(lines):
        if _continues(line, following, longest):
            full += 1
            lowered += bool(_STARTS_LOWER.match(following))
    return longest if lowered and lowered * 4 >= full else None


def _continues(line: str, following: str, width: int, *, strict: bool = False) -> bool:
    """Whether `following` goes on the sentence of `line`: the line was too full to take its first word."""
    body, word = line.rstrip(), following.split(maxsplit=1)
    if not body or not word or _STARTS_ITEM.match(following):
        return False
    if body[-1] == _SOFT_HYPHEN:
        return word[0][0].islower()
    if strict and (_ENDS_SENTENCE.search(body) or not _STARTS_LOWER.match(following)):
        return False
    if len(body) >= _MIN_WRAP and following.lstrip()[:1].islower() and not _ENDS_SENTENCE.search(body):
        return True
    return len(body) + 1 + len(word[0]) > width


def sentences(cased: str) -> list[Span]:
    """Cut the cased view into sentences; blank ones are left out, and surrounding white space is not part of one."""
    found = []
    start = 0
    for end in _shortened(cased, (*_cuts(cased), len(cased))):
        body = cased[start:end]
        stripped = body.strip()
        if stripped:
            lead = len(body) - len(body.lstrip())
            found.append(Span(start + lead, start + lead + len(stripped)))
        start = end
    return found


def _shortened(cased: str, cuts: Iterable[int]) -> Iterator[int]:
    """Cut what no mark ends: dictation without punctuation is read in pieces, so that cost stays linear in length."""
    start = 0
    for end in cuts:
        while end - start > _LONGEST:
            blank = cased.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
            start = blank + 1 if blank > 0 else start + _LONGEST
            yield start
        yield end
        start = end


def _cuts(cased: str) -> Iterator[int]:
    """Where sentences end: at line ends, stops, bullets, and before headings inside a line."""
    for match in _STOP.finditer(cased):
        at, mark = match.start(), match.group()
        if mark == "\n":
            yield at + 1
        elif mark == ",":
            after = _AFTER_COMMA.match(cased, at + 1)
            if after:
                yield after.end()
        elif mark == ":":
            if cased.startswith(",", at + 1) and (after := _AFTER_COLON.match(cased, at + 1)):
                yield after.end()
        elif mark in _BULLETS:
            yield at
        else:
            after = _AFTER_STOP.match(cased, at + 1)
            if after and _is_end(cased, at, after.end()):
                yield after.end()


def _is_end(cased: str, at: int, after: int) -> bool:
    """Whether a stop ends a sentence: not one of an abbreviation or of a list number."""
    if cased[at] != ".":
        return True
    begin = max(cased.rfind(" ", 0, at), cased.rfind("\n", 0, at)) + 1
    word = cased[begin:at].lower().lstrip("(,")
    if cased[begin:at] == "MS" and any(map(str.islower, cased[max(0, begin - 30) : begin])):
        return True  # the disease, not the title
    if word == "no" and not cased[after : after + 1].isdigit():
        return True  # an answer, not a number
    if _is_abbreviation(cased, begin, at) or _is_list_number(cased, begin, word) or _is_initial(cased, begin, at):
        return False
    return bool(_NEXT_UPPER.match(cased, after)) or cased[after : after + 2].strip().isalpha()


def _is_abbreviation(cased: str, begin: int, at: int) -> bool:
    """Whether a word goes on behind its stop: decreased in lower case, not the month; LT, but not "to LT."."""
    word = cased[begin:at].lstrip("(,")
    if word.lower() == "lt" and cased.startswith("to ", begin - 3):
        return False
    return word in _LOWER_ABBREVIATIONS or word.lower() in _ABBREVIATIONS


def _is_list_number(cased: str, begin: int, word: str) -> bool:
    return word.isdigit() and len(word) <= 2 and _opens_line(cased, begin)


def _is_initial(cased: str, begin: int, at: int) -> bool:
    """Whether one letter stands before a stop, and is no side: "J. Smith", but "pain on the R."."""
    word = cased[begin:at].lstrip("(,")
    return len(word) == 1 and word.isalpha() and not _SIDE_AT_END.search(cased, max(0, begin - 12), at)


def _opens_line(cased: str, at: int) -> bool:
    """Whether only blanks stand between an offset and the beginning of its line."""
    while at > 0 and cased[at - 1] == " ":
        at -= 1
    return at == 0 or cased[at - 1] == "\n"
