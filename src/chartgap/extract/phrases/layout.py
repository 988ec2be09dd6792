"""What the layout of a note says: boxes left unticked, columns for two sides, single capital letters for sides."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.knowledge.elements import LexiconEntry
from chartgap.model import Side

TICKED = r"(?:\[\s?[x\u2713\u2714*]\s?\]|\(x\)|[\u2611\u2612\u25a0])"
_BOX = re.compile(
    r"\[(?P<mark>[\sx\u2713\u2714*_-]{0,3})\]|\((?P<paren>[ x])\)(?=\s*\w)|(?P<open>[\u2610\u25a1])"
    r"|(?P<ticked>[\u2611\u2612\u25a0])"
)
# "__ positive  _x_ negative": lines are boxes where one of them is ticked.
_LINE_BOX = re.compile(r"(?<![\w])_{1,4}(?P<tick>[x\u2713]?)_{1,4}(?![\w])")
# "[x] pos [ ] neg R": the side behind a bare answer is of the question.
_BARE_OPTION = re.compile(
    r"(?:\[[\s_-]*\]|\( \)|[\u2610\u25a1])\s*(?:pos(?:itive)?|neg(?:ative)?|yes|no|y|n|abn\w*|nl|normal)"
    r"(?=\s+\(?(?:r|l|rt|lt|right|left|bilat\w*|both|b/l)\b(?!\s*:))"
)
_OPTION_END = re.compile(r"\s{3,}|[\[;|\n\u2610\u2611\u2612\u25a1\u25a0]|\((?=[ x]\))|$")
# "acute [ ] chronic [x]": a line that begins with a word and ends with a box has its boxes behind the words.
_BEHIND = re.compile(
    r"\[(?P<mark>[\sx\u2713\u2714*_-]{0,3})\]|\((?P<paren>[ x])\)|(?P<open>[\u2610\u25a1])"
    r"|(?P<ticked>[\u2611\u2612\u25a0])"
)
_LAST_WORD = re.compile(r"[^\s:,;|-][^\s,;|]*\s?[:-]?\s*$")
# What comes in twos, before which a B is no vitamin and no hepatitis.
_PAIRED = (
    r"(?:[Ii]ntrinsics|[Tt]riceps|[Bb]iceps|[Dd]eltoids?|[Gg]rips?|[Hh]ands?|[Aa]rms?|[Ll]egs?|[Ff]eet|[Kk]nees?|[Aa]nkles?"
    r"|[Pp]atell\w+|[Aa]chilles|[Tt]rap\w*|[Uu]pper|[Ll]ower|[Pp]araspinals?|[Ss]houlders?|[Hh]ips?|[Qq]uad\w*|[Hh]amstrings?"
    r"|[Ww]rists?|[Tt]humbs?|UTs?|[Ll]evators?|[Ss]uboccipitals?|[Cc]ervical|[Ll]umbar)\b"
)
_LETTER = re.compile(
    r"(?<![A-Za-z0-9'.&-])(?:\((?P<in>[LRB])\)|(?P<letter>[LR])(?![A-Za-z0-9'&-]|\.\w)|(?P<both>(?<=[\s+/])B)(?=\s*(?:$"
    rf"|[.;,\n)]|UE|LE|{_PAIRED})))"
)
# "Deltoid R5 L4": no level, for none is written with an R.
_GRADED = re.compile(r"(?<![A-Za-z0-9])(R)[0-5][+-]?\s?[,/;]?\s?(L)[0-5](?![\d-])")
_CAPITAL = re.compile(r"[LRB](?![A-Za-z0-9])|R[0-5]|[LR]\s?>|B/L|=")
_BOTH = re.compile(
    r"(?<=[\d+a-z\u00b0)])\s?=(?=\s*(?:[;,.)\n]|$))|(?<![A-Za-z0-9])(?:R\s?(?:and|&|/|\+(?!\s?[LR]\s?[-+])|=)\s?L|L\s?(?:and|&|/|\+(?!\s?[LR]\s?[-+])|=)\s?R|[LR]\s?>{1,2}\s?[LR]|B/L)(?![A-Za-z0-9])"
)
_COLUMNS = re.compile(
    r"(?<![a-z0-9])(?P<first>right|left|r|l|rt|lt)\b[\s|/,()-]+(?P<second>right|left|r|l|rt|lt)\b[\s|):]*(?:grade|side"
    r"|notes?|comments?)?[\s|]*$"
)
_MAY_HEAD = re.compile(
    r"[rl](?<!\w[rl])(?:ight|eft|t)?\b[\s|/,()-]+(?:right|left|[rl]t?)\b[\s|):]*(?:grade|side|notes?|comments?)?[\s|]*(?:\n|$)"
)
# A header has its columns apart, or is short: "Reflexes: R L".
_HEADS = re.compile(
    r"\s{2,}|\||^\W*(?:[\w()/-]+[\s:]+){0,3}(?:right|left|[rl]t?)\b[\s|/,()-]+(?:right|left|[rl]t?)\b\W*$"
)
_GAPS = re.compile(r"\S\s{2,}(?=\S)|\S\s*\|")
_INLINE = re.compile(
    r"(?<![a-z0-9])(?P<first>right|left|rt|lt|r|l)(?:\s?(?P<stroke>/|\bthen\b)\s?|[\s|,]+)(?P<second>right|left|rt|lt|r|l)"
    r"(?![a-z0-9])(?P<after>\s?\)|\s?:|\s?[/|;])(?=.*\d)"
)
# "biceps 2/2, triceps 1/2 (R/L)"
_TRAILING = re.compile(
    r"(?<=\d[\s+])\s?\((?P<first>right|left|rt|lt|r|l)(?P<stroke>\s?/\s?)(?P<second>right|left|rt|lt|r|l)(?P<after>\))(?=[\s.]*$)"
)
# "Biceps reflex R/L 1+/2+"; a grade of 4/5 is no pair.
_BESIDE = re.compile(
    r"(?<![a-z0-9/])(?P<first>right|left|rt|lt|r|l)\s?/\s?(?P<second>right|left|rt|lt|r|l)"
    r"(?=\s+[0-4]\+?\s?/\s?[0-4]\+?(?![\d/]))"
)
_TENDON = re.compile(r"(?<![A-Za-z0-9'.&/-])(?P<letter>[BTPKA])[\s:=]{1,2}(?:[RL][\s:]?)?[0-4]\+?(?![\d.%])")
_TENDONS = {"B": "part.biceps", "T": "part.triceps", "P": "part.knee", "K": "part.knee", "A": "part.ankle"}
_SIDE: dict[str, Side] = {"r": "right", "l": "left", "b": "bilateral"}


_LIGHT_TOUCH = re.compile(
    r"(?P<before>(?<![a-z0-9])(?:pp|pin|pinprick|vib\w*|temp\w*|prop\w*|sharp|to|dec\w{0,6}|diminished|reduced|intact|altered|nl|down|\u2193)"
    r"\s?[,/&]?\s?(?:(?:and|or)\s)?)?lt(?:(?P<after>\s?[,/&:]?\s?(?:(?:and|or)\s)?(?:pp|pin|pinprick|vib|temp|prop|sharp"
    r"|dec\w*|diminished|reduced|intact|altered|nl|wnl|normal|impaired|absent|down|ok|in|over|throughout)\b|\s?[\u2193=])"
    r"|(?<=\bto lt)|(?!\s(?:arm|hand|leg|foot|upper|lower|u/?e|l/?e|grip"
    r"|biceps|triceps|deltoid|shoulder|thumb|side|knee|ankle)))"
)


def is_light_touch(view: str, start: int) -> bool:
    """Whether an LT is light touch, beside other modalities or a result, not the left."""
    for match in _LIGHT_TOUCH.finditer(view, max(0, start - 24), start + 24):
        if match.start() <= start < match.end():
            return bool(match["before"] or match["after"])
    return False


def has_boxes(view: str) -> bool:
    """Whether the note may hold boxes to tick: a quick test before each sentence is looked through."""
    return "[" in view or "( )" in view or "(x)" in view or "_x_" in view or not view.isascii()


def unticked(view: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of options whose box is not ticked: they state nothing."""
    spans = []
    behind = list(_behind(view, start, end))
    for box in _BOX.finditer(view, start, end):
        if _is_ticked(box) or any(a <= box.start() < b for a, b, _ in behind):
            continue
        bare = _BARE_OPTION.match(view, box.start(), end)
        stop = _OPTION_END.search(view, box.end() + 1 if box.end() < end else end, end)
        spans.append((box.start(), bare.end() if bare else stop.start() if stop else end))
    spans += [span for *_, options in behind for span in options]
    if view.find("_x_", start, end) >= 0:
        lines = list(_LINE_BOX.finditer(view, start, end))
        ends = [*(line.start() for line in lines[1:]), end]
        spans += [(a.start(), b) for a, b in zip(lines, ends, strict=True) if not a["tick"]]
    return spans


def _behind(view: str, start: int, end: int) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Lines whose boxes stand behind their words, each with the options that are not ticked."""
    at = start
    for line in view[start:end].splitlines(keepends=True):
        first, last = at, at + len(line.rstrip(" \t\r\n.,;"))
        at += len(line)
        boxes = list(_BEHIND.finditer(view, first, last))
        if not boxes or boxes[-1].end() != last or not _begins_with_word(view, first, boxes):
            continue
        begins = [_first_option(view, first, boxes[0].start()), *(box.end() for box in boxes[:-1])]
        spans = zip(begins, boxes, strict=True)
        yield first, last, [(a, box.end()) for a, box in spans if not _is_ticked(box)]


def _begins_with_word(view: str, first: int, boxes: list[re.Match[str]]) -> bool:
    """Whether the first box is that of a word before it, not of one behind it: "Spurling: [x] pos [ ]"."""
    label = view[first : boxes[0].start()].strip(" \t-*\u2022")
    each_named = all(view[: box.start()].rstrip().endswith(":") for box in boxes)
    return bool(label) and (each_named or not label.endswith(":"))


def _first_option(view: str, first: int, box: int) -> int:
    """Where the first option begins: behind the label's colon, or with the last word."""
    colon = view.rfind(":", first, box)
    if colon >= 0 and view[colon + 1 : box].strip():
        return colon + 1
    word = _LAST_WORD.search(view, first, box)
    return word.start() if word else first


def _is_ticked(box: re.Match[str]) -> bool:
    if box["ticked"]:
        return True
    mark = box["mark"] if box["mark"] is not None else box["paren"] or ""
    return bool(mark.strip(" _-"))


def without_unticked(lexemes: list[Lexeme], spans: list[tuple[int, int]]) -> list[Lexeme]:
    """Lexemes that do not reach into the options that are not ticked."""
    return [lex for lex in lexemes if not any(lex.start < b and a < lex.end for a, b in spans)]


def names_letter(text: str, start: int, end: int) -> bool:
    """Whether a capital letter may stand for a side: a quick test."""
    return _CAPITAL.search(text, start, end) is not None


def letter_sides(text: str, start: int, end: int, entries: Mapping[Side, LexiconEntry]) -> list[Lexeme]:
    """Sides written as one capital letter ("Spurling + R, neg L"); in a sentence all in capitals they are words."""
    if not names_letter(text, start, end):
        return []
    found = [Lexeme(m.start(), m.end(), "side", entries["bilateral"]) for m in _BOTH.finditer(text, start, end)]
    for match in _GRADED.finditer(text, start, end):
        found += [Lexeme(m, m + 1, "side", entries[_SIDE[text[m].lower()]]) for m in (match.start(1), match.start(2))]
    for match in _LETTER.finditer(text, start, end):
        if any(f.start <= match.start() < f.end for f in found):
            continue
        letter = (match["in"] or match["letter"] or match["both"]).lower()
        found.append(Lexeme(match.start(), match.end(), "side", entries[_SIDE[letter]]))
    return sorted(found)


def letter_tendons(text: str, start: int, end: int, entries: Mapping[str, LexiconEntry]) -> list[Lexeme]:
    """Tendons written as one letter each before their grades: "DTRs: B 2/2, T 1/2, P 2/2"; one alone is none."""
    found = list(_TENDON.finditer(text, start, end))
    if len({m["letter"] for m in found}) < 2:
        return []
    return [Lexeme(m.start("letter"), m.end("letter"), "part", entries[_TENDONS[m["letter"]]]) for m in found]


def has_columns(view: str) -> bool:
    """Whether any line of the note may head two columns: a quick test before each sentence is tried."""
    return bool(_MAY_HEAD.search(view))


def columns(view: str, start: int, end: int) -> tuple[Side, Side] | None:
    """The sides that head two columns of a table, or None."""
    match = _COLUMNS.search(view, start, end)
    if match is None or not _HEADS.search(view[start:end]):
        return None
    return _two_sides(match)


def in_columns(view: str, start: int, end: int) -> bool:
    """Whether a line stands in three columns or more."""
    return len(_GAPS.findall(view, start, end)) > 1


class Header(NamedTuple):
    """Two sides that head the results behind them in a sentence, as columns or as pairs with a stroke between."""

    start: int
    end: int
    sides: tuple[Side, Side]
    pairs: bool


def inline_header(view: str, start: int, end: int) -> Header | None:
    """The sides that head the results of a sentence: "Reflexes (R/L): biceps 2/1", "R L / biceps 2 1 / triceps 2 2"."""
    beside = _BESIDE.search(view, start, end) if view.find("/", start, end) >= 0 else None
    if beside and (sides := _two_sides(beside)):
        return Header(beside.start(), beside.end(), sides, pairs=True)
    match = _INLINE.search(view, start, end)
    if match is None and view.find("(", start, end) >= 0:
        match = _TRAILING.search(view, start, end)
    if match is None or (match["stroke"] and match["after"].strip() not in {")", ":"}):
        return None
    sides = _two_sides(match)
    return sides and Header(match.start(), match.end(), sides, bool(match["stroke"]))


def _two_sides(match: re.Match[str]) -> tuple[Side, Side] | None:
    first, second = _SIDE[match["first"][0]], _SIDE[match["second"][0]]
    return (first, second) if first != second else None
