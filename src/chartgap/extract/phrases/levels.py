"""Spine levels in text, and the regions that they lie in."""

import re

_LEVEL = re.compile(
    r"(?<![a-z0-9.#/-])(?!(?<=')s\s)([ctls])[\s-]?(1[0-2]|[1-9])"
    r"(?!\d|\.\d|[%+]|\s?(?:mg|cc|ml|mm|cm)|(?<!4)\s?/5|[a-z]\b|[abd-km-ru-z]\d"
    r"|(?<=t[12])[ -]?(?:weighted|hyper\w*|signal|bright|flair|sequences?|images?"
    r"|lesions? (?:at|in)\b))"  # nor "T2b", "C3F8", "T2-weighted"
)
_LETTER_AND_DIGIT = re.compile(r"[ctls][\s-]?[1-9]")  # found ten times as fast as a level
_TAIL = re.compile(
    r"(?P<join>\s?-\s?|\s?/\s?|\s+to\s+|\s+through\s+|\s+thru\s+|\s?,\s?(?:and\s+|or\s+)?|\s+and\s+|\s?&\s?|\s+on\s+"
    r"|\s+over\s+|\s+or\s+|(?=[ctls]\d))(?:(?P<letter>[ctls])[\s-]?(?P<number>1[0-2]|[1-9])(?!\d|\.\d|[%+a-z])"
    r"|(?P<plain>1[0-2]|[1-9])(?!\d|\.\d|[%+a-z]|\s?(?:mg|cc|ml|mm|cm|year|week|month|day|hour|time|out of|/\s?\d)))"
)
_LISTS = frozenset({",", "&", "and", "or", ", and", ",and", ", or"})
_UNORDERED = frozenset({"", "/", "and", "on", "over"})  # "C6/C5" may be two roots
_NEXT = frozenset({1, 20 - 4, 20 - 6, 20 - 11})  # the next level, also over C7-T1, L5-S1 and T12-L1
_OVER = {("c", 7): "t", ("t", 12): "l", ("l", 5): "s"}  # the region below the last vertebra of a region
_LIMITS = {"c": 8, "t": 12, "l": 6, "s": 5}
_NOT_LEVEL = re.compile(
    r"\bheart\b|\bmurmur|\bgallop|\brub\b|\bcardiac\b|\bcardiovascular\b|\bregular r|\brrr\b|\bauscult|\bs1,? ?(?:and"
    r"|&)? ?s2\b|\bs1 ?(?:and|&) ?2\b(?![-/+])|\bs[34]\b|\bsounds?\b|\baortic\b|\bpmi\b|\bs[12] (?:and|&) s[12]\b"
)
# What else is written as a letter and a number: laboratory values, tumor stages, electrodes.
_NOT_SPINE = {
    "c": re.compile(
        r"\bcomplement\b|\bch ?50\b|\b(?:esr|wbc|ana|inr|crp|dsdna)\b|\bc3 (?:and|&|,) c4 (?:normal|low|level)"
        r"|\besterase\b|\beeg\b|\bspikes?\b|\belectrodes?\b|\bvitamins?\b"
    ),
    "l": re.compile(r"\blens\b|\biol\b|\bv[1-6]\b|\bekg\b|\becg\b|\blight\b(?! touch)"),
    "t": re.compile(
        r"\bspikes?\b|\bnails?\b|\btsh\b|\bthyro|\bfree t[34]\b"
        r"|\bt[1-4][a-c]? (?:squamous|(?:adeno)?carcinoma|transitional)\b"
        r"|\bt[1-4][a-c]?[,/]?\s?n[0-3x]\b|\btnm\b|\bstage\b"
        r"|\beeg\b|\belectrodes?\b"
        r"|\bt[1-4][a-c]? (?:squamous|glottic|supraglottic|transitional|(?:\w+ ){0,2}(?:adeno)?carcinoma)"
        r"|\btemporal spike|\bepileptiform"
    ),
}
# "deltoid R 5 L 5", "biceps R 2/2 and L 2": L is the left side.
_LEFT = re.compile(r"(?<![a-z0-9])r[ :=]{1,2}\+?\d.{0,40}?(?<![a-z0-9])l[ :=]{1,2}\+?\d", re.DOTALL)
_GRADED_RIGHT = re.compile(r"(?<![a-z0-9])r[0-5][+-]?\s?[,/;]?\s?$")  # "deltoid R5 L4"
_PART_OF_RANGE = re.compile(r"l [1-3]/[2-4](?!\w)")
# "L45": two neighbours written as one number, beside a word of the spine.
_JOINED = re.compile(r"(?<![a-z0-9.#/-])([cl])(12|23|34|45|56|67)(?![\d%+a-z]|\.\d)")
_SPINE_WORD = re.compile(
    r"\b(?:root|dis[ck]|level|facet|fusion|lamin|foram|nerve|interspace|herniat|stenos|radicul|epidural|vertebra|bulg)"
)
# "Lumbar 4-5", "the fifth lumbar vertebra".
_WORDED = re.compile(
    r"\b(?:(cervical|thoracic|lumbar)\s+(1[0-2]|[1-9])\s?-\s?(1[0-2]|[1-9])(?![\w/%.]|-\d|\s?(?:x|times|weeks?|days?|views?)\b)"
    r"|(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|1[0-2]th|1st|2nd|3rd|[4-9]th)"
    r"\s+(cervical|thoracic|lumbar|sacral)"
    r"\s+(?:vertebra\w*|nerve|root|dis[ck]|segment|level|spinous|dermatome|interspace|transverse|pedicle|lamina|facet))"
)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_MR = re.compile(
    r"\s*-?(?:weighted|images?|imaging|signal|axial|sagittal|sequences?|flair|hyperint|hypoint|bright|w\b|n\d"
    r"|shorten|gad\w*|abnormal\w* (?:in|of) the (?:brain|white|basal|periv\w*|corona)|contrast|post)"
)
_SIGNAL = re.compile(
    r"\bsignal|\bweighted|\bgadolinium|\bwhite matter|\bperiventric|\bbasal gangl|\bhyperintens|\bhypointens"
    r"|\bsequence|\bflair|\bstir\b|\bshortening|\bgradient|\bon t1 and t2\b"
)
_LAB_AFTER = re.compile(r"\s*(?:complement|deficien|inhibitor|\d+\.\d|:\s*\d)")
_LAB = re.compile(r"(?:\bfree\s?|\btotal\s?|\btsh\W+|\bp|complement\s|stage\s|\bt3\W+|\bfree t3 and )$")


Place = tuple[int, int, str]
"""Start, end, and the level or region that is named there."""


def names_level(view: str) -> bool:
    """Whether anything in a view is written like a level."""
    return any(_LEVEL.match(view, found.start()) for found in _LETTER_AND_DIGIT.finditer(view))


def find_levels(view: str, start: int, end: int) -> list[Place]:
    """Spine levels in normal form: C6, C5-C6, L5-S1; lists give each one, ranges one range."""
    found = [*_joined(view, start, end), *_worded(view, start, end)]
    match = _LEVEL.search(view, start, end)
    if match is None:
        return found
    text = view[start:end]
    cardiac = bool(_NOT_LEVEL.search(text))
    while match:
        at = match.end()
        if _is_level(match, cardiac=cardiac) and not _of_other_kind(match, start, end):
            chain, at = _chain(match, end)
            found.extend(chain)
        match = _LEVEL.search(view, at, end)
    return sorted(found)


def _of_other_kind(match: re.Match[str], start: int, end: int) -> bool:
    """Whether the words around it make it a laboratory value, a tumor stage or an electrode."""
    regex = _NOT_SPINE.get(match[1])
    if regex is None:
        return False
    before = match.string[max(start, match.start() - 60) : match.start()].rpartition(";")[2]
    after = match.string[match.start() : min(end, match.end() + 45)].partition(";")[0]
    return bool(regex.search(before + after))


def _joined(view: str, start: int, end: int) -> list[Place]:
    """Segments written as one number: "L45 root"."""
    if not _JOINED.search(view, start, end) or not _SPINE_WORD.search(view, start, end):
        return []
    return [
        _place(m.start(), m.end(), (m[1], int(m[2][0])), (m[1], int(m[2][1])))
        for m in _JOINED.finditer(view, start, end)
    ]


def _worded(view: str, start: int, end: int) -> list[Place]:
    """Levels whose region is a word: "lumbar 4-5", "fifth lumbar vertebra"."""
    found = []
    for m in _WORDED.finditer(view, start, end):
        letter = (m[1] or m[5])[0]
        low = int(m[2]) if m[2] else int(m[4][:-2]) if m[4][0].isdigit() else _ORDINALS.index(m[4]) + 1
        if low > _LIMITS[letter] or (m[3] and int(m[3]) != low + 1):
            continue
        high = None if m[3] is None else (letter, int(m[3])) if int(m[3]) <= _LIMITS[letter] else None
        found.append(_place(m.start(), m.end(), (letter, low), high))
    return found


def _is_level(match: re.Match[str], *, cardiac: bool) -> bool:
    """Whether a letter and a number name a level, not a heart sound, an MR weighting or a laboratory value."""
    view, letter, number = match.string, match[1], int(match[2])
    if not 1 <= number <= _LIMITS[letter] or (letter == "s" and cardiac):
        return False
    if (
        letter == "t"
        and number <= 2
        and (_MR.match(view, match.end()) or _SIGNAL.search(view, max(0, match.start() - 40), match.end() + 40))
    ):
        return False
    if letter == "l" and (_GRADED_RIGHT.search(view, max(0, match.start() - 7), match.start()) or _of_the_left(match)):
        return False
    if _LAB_AFTER.match(view, match.end()):
        return False
    return not _LAB.search(view, max(0, match.start() - 20), match.start())


def _of_the_left(match: re.Match[str]) -> bool:
    """Whether the letter is the left side with a grade or a part of a range."""
    view, at = match.string, match.start()
    if view[at + 1] != " ":
        return False
    if (
        _PART_OF_RANGE.match(view, at)
        and view[at + 2] != "4"
        and re.search(r"\brot|\bflex|\bext", view[max(0, at - 40) : at])
    ):
        return True
    return any(found.start() < at < found.end() for found in _LEFT.finditer(view, max(0, at - 60), match.end()))


def _chain(first: re.Match[str], end: int) -> tuple[list[Place], int]:
    """Read on from a first level: "-6", "/C6", " through L5", ", 4-5 and 5-6"."""
    found: list[Place] = []
    view, begin, at = first.string, first.start(), first.end()
    low = (first[1], int(first[2]))
    high: tuple[str, int] | None = None
    while tail := _TAIL.match(view, at, end):
        join, upper = tail["join"].strip(), _upper(tail, high or low)
        if not 1 <= upper[1] <= _LIMITS[upper[0]] or (upper[0] == "t" and _MR.match(view, tail.end())):
            break
        if high is not None and join in {"-", "/"} and tail["letter"] and _order(upper) - _order(high) in _NEXT:
            found.append(_place(begin, at, low, high))  # "L4/L5/S1" is two segments
            low, high, begin, at = high, upper, tail.start("letter"), tail.end()
            continue
        ranged = join in {"", "-", "/", "to", "through", "thru", "on", "over"} and high is None
        if join == "and" and high is None and not found:
            ranged = view.startswith("between ", first.start() - 8)  # "between C2 and C7"
        if high is not None and join in {"to", "through", "thru"} and _order(upper) > _order(high):
            high, at = _far_end(tail, end, upper)
            continue
        if ranged and _order(upper) > _order(low):
            high = upper
        elif ranged and tail["letter"] and join not in _UNORDERED:
            low, high = upper, low  # "L3 to T3", "S1-L5": told from below
        elif tail["letter"] is None and not (join in _LISTS and _plain_list(tail, high or low, upper)):
            break
        else:
            found.append(_place(begin, at, low, high))
            low, high, begin = upper, None, tail.start("letter") if tail["letter"] else tail.start("plain")
        at = tail.end()
    found.append(_place(begin, at, low, high))
    return found, at


def _upper(tail: re.Match[str], last: tuple[str, int]) -> tuple[str, int]:
    """The level that a tail names; "5-1" after L4-5 is over the junction, L5-S1."""
    number = int(tail["number"] or tail["plain"])
    if number == 1 and tail["plain"] and tail["join"].strip() in {"-", "/"} and last in _OVER:
        return _OVER[last], 1
    return tail["letter"] or last[0], number


def _far_end(tail: re.Match[str], end: int, upper: tuple[str, int]) -> tuple[tuple[str, int], int]:
    """The last level of "C4-5 through C6-7"."""
    more = _TAIL.match(tail.string, tail.end(), end)
    if more and more["join"].strip() in {"-", "/"}:
        last = (more["letter"] or upper[0], int(more["number"] or more["plain"]))
        if _order(last) > _order(upper):
            return last, more.end()
    return upper, tail.end()


def _plain_list(tail: re.Match[str], last: tuple[str, int], upper: tuple[str, int]) -> bool:
    """Whether a bare number after a comma goes on a list of levels ("C5-6, 6-7"), not something else."""
    return last[1] - 1 <= upper[1] <= last[1] + 2 and not re.match(
        r"\s*(?:[a-z]+\s+)?(?:ago|times|visits|levels?|views?)", tail.string[tail.end() : tail.end() + 20]
    )


def _order(level: tuple[str, int]) -> int:
    return "ctls".index(level[0]) * 20 + level[1]


def _place(start: int, end: int, low: tuple[str, int], high: tuple[str, int] | None) -> Place:
    name = f"{low[0].upper()}{low[1]}"
    return start, end, f"{name}-{high[0].upper()}{high[1]}" if high else name


def level_regions(level: str) -> tuple[str, ...]:
    """The regions that a level implies; a range over a junction lies on both sides of it: T10-L3."""
    first, _, last = level.partition("-")
    if last and {first[0], last[0]} in ({"C", "T"}, {"T", "L"}) and last != "T1" and level != "T12-L1":
        return level_region(first), level_region(last)
    return (level_region(level),)


def level_region(level: str) -> str:
    """The spine region that a level implies (vocabulary)."""
    junction = {"C7-T1": "cervicothoracic", "T12-L1": "thoracolumbar", "L5-S1": "lumbosacral", "C8": "cervical"}
    if level in junction:
        return junction[level]
    return {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}[level[0]]
