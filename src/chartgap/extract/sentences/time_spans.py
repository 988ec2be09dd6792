"""Stretches of time and dates in text: "two to three weeks", "x 3 mos", "3/52", "January 2001", "last night"."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple


class TimeSpan(NamedTuple):
    """A quantity in days (None where it is vague) or a date; `unit` is the word's first letter."""

    start: int
    end: int
    kind: Literal["quantity", "vague", "date"]
    days: int | None = None
    unit: str = ""


_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "ninety": 90, "a dozen": 12,
}  # fmt: skip
_WORDS |= {
    f"{tens}{blank}{unit}": _WORDS[tens] + _WORDS[unit]
    for tens in ("twenty", "thirty", "forty", "fifty")
    for unit in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    for blank in "- "
}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}(?:[\s-](?:and\s)?1/2|\s?½|\.\d+)?|1/2|½|(?:{_WORD})(?![a-z]))"
_MAYBE = r"(?:,\s?)?(?:or\s)?(?:maybe|perhaps|possibly|even)\s(?:as\smuch\sas\s)?"
_HALF = r"[\s-]and[\s-](?:a|one)[\s-]?half"
_LONG_UNIT = r"days?|nights?|wks?|weeks?|mos?|mths?|mnths?|months?|yrs?|years?|hours?|hrs?|decades?|fortnights?"
# One of these stands in every quantity: a quick test, since few sentences hold one.
_UNITS = ("day", "night", "wk", "week", "mo", "mth", "mnth", "yr", "year", "hr", "hour", "decade", "fortnight")
_SHORT_UNIT = re.compile(r"\d\s?[dwmy]\b")
QUANTITY = re.compile(
    rf"(?:(?<![\w./:])|(?<=[\s(:]x))(?:(?P<low>{_NUMBER})(?P<half>{_HALF})?(?:\s?(?:-\s?to|-|to|or"
    rf"|and|{_MAYBE})\s?(?P<high>{_NUMBER}))?(?P<half2>{_HALF})?"
    rf"(?:\s?\+|[\s-]+plus|\s+or\s+more|\s+or\s+so)?[\s-]*"
    rf"|(?P<vague>few|several|couple(?:\s+of)?|many|number\s+of|multiple|numerous|some)[\s-]+(?:more\s+)?"
    rf"|half[\s-](?P<halfof>an?\s+|of\s+an?\s+)?|(?P<single>last|past|previous)\s+)"
    rf"(?P<unit>{_LONG_UNIT}|(?<=\d)[dwmy]|(?<=\d\s)[dwmy])\b(?P<tail>{_HALF})?(?!/|'s)"
)
_SLASHED = re.compile(
    r"(?<![\d/.])(\d{1,2})(?:\s?-\s?\d{1,2})?(?:/(7|12)|\s?/\s?(52))(?![\d/])(?=\s*(?:ago|history|hx|h/o|of\b|duration|since|now|[.,;)]|$))"
)
_SLASHED_LEAD = re.compile(r"(?:\bfor|\bx|\bpast|\blast|\bduration|\bof|^)\s*$")
_DAYS = {"d": 1, "n": 1, "w": 7, "m": 30, "y": 365, "f": 14}

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_FULL_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"  # "in March", no "mar"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_HOLIDAY = (
    r"(?:thanksgiving|christmas|new\s+year's|easter|labor\s+day|memorial\s+day|halloween|the\s+fourth\s+of\s+july"
    r"|mother's\s+day|father's\s+day|the\s+first\s+of\s+the\s+year)"
)
_SHORT_MONTH = r"(?:jan|feb|apr|aug|sept?|oct|nov|dec)\.?"
_SEASON = r"(?:spring|summer|fall|autumn|winter)"
_YEAR = r"(?:\s+of)?,?\s+(?:this\s+year|last\s+year|\d{4})"
# What a date may begin with: most words are passed over by this alone.
_DATE_HEAD = (
    r"(?=[\d']|mm/|the\s|jan|feb|ma[ry]|apr|ju[nl]|aug|sep|oct|nov|dec|early|late|mid|last|in\s|since\s|yest|over|this"
    r"|earl|around|about|approx|roughly|after|on\s|at\s|before|past|today|spring|summer|fall|autumn|winter|age"
    r"|he\s|she\s|i\s|mon|tue|wed|thu|fri|sat|sun|two|three|a\s|first|until)"
)
DATE = re.compile(
    rf"(?<![\w/.-]){_DATE_HEAD}(?:(?:0?[1-9]|1[0-2])[/-](?:[0-2]?\d|3[01])[/-](?:(?:19|20)\d\d|\d\d)|\d{{4}}-\d\d-\d\d"
    rf"|mm/dd/yyyy|\d{{1,2}}/\d{{4}}|(?:0?[1-9]|1[0-2])/(?:[89]\d|0\d)"
    r"|(?:(?<=since\s)|(?<=onset\son\s)|(?<=onset\s)|(?<=started\son\s)|(?<=began\son\s)|(?<=began\s)|(?<=started\s))"
    r"(?:0?[1-9]|1[0-2])/(?:[0-2]?\d|3[01])(?!/|\s?-)"
    r"|since\s+(?:about|around|approximately|approx\.?|roughly|~)\s*(?:0?[1-9]|1[0-2])/(?:[0-2]?\d|3[01])(?!/|\s?-)"
    rf"|(?:since\s+about|(?:since\s+|in\s+)?(?:around|approximately|approx\.?|roughly|about(?!\s+may)))\s+{_FULL_MONTH}"
    rf"(?:{_YEAR})?|(?:(?<=started\s)(?<!he\sstarted\s)|(?<=began\s)(?<!he\sbegan\s)|(?<=since\s)){_WEEKDAY}"
    rf"|(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\.?(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\.?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|'\d\d)|{_MONTH}\.?{_YEAR}"
    rf"|(?:the\s+month\s+of\s+|early\s+|late\s+|mid[\s-]|last\s+|in\s+|since\s+){_FULL_MONTH}(?:{_YEAR})?"
    rf"|(?:19|20)\d\d|(?<=in\s)'\d\d|(?<=since\s)'\d\d"
    rf"|(?:the\s+)?{_SEASON}\s+of\s+(?:this\s+year|last\s+year|\d{{4}})|(?:this|the)\s+past\s+{_SEASON}"
    rf"|(?:(?:the\s+)?(?:late|early|mid)[\s-]+|the\s+)(?:(?:19|20)\d0|'?[5-9]0)'?s"
    rf"|(?:the\s+)?(?:1st|2nd|3rd|4th|first|second|third|fourth|last)\s+(?:wk|week|weekend|part|days|day|half)\s+of"
    rf"\s+{_MONTH}(?:{_YEAR})?|(?:the\s+)?first\s+of\s+{_MONTH}(?:{_YEAR})?|(?:mid|early|late)[\s-]+{_SHORT_MONTH}"
    rf"|(?:two|three|2|3|a\s+couple(?:\s+of)?|a\s+few)\s+{_WEEKDAY}s\s+ago|(?:a\s+)?{_WEEKDAY}\s+a\s+week\s+ago"
    rf"|(?:the\s+)?(?:week|weekend)\s+(?:of|before|after)\s+{_HOLIDAY}"
    rf"|the\s+day\s+before\s+yesterday|yesterday|overnight|last\s+(?:night|evening|week|month|year|weekend|{_SEASON}"
    rf"|{_WEEKDAY})|(?:this|earlier\s+this|earlier|the\s+other)\s+(?:morning|afternoon|evening|week|month|year|day"
    rf"|today|weekend)|over\s+the\s+weekend|(?:since|around|after|on|over|at|before|until)\s+{_HOLIDAY}"
    r"(?:\s+(?:of\s+)?\d{4})?"
    rf"|(?:this\s+past|this|on|last|since|past)\s+{_WEEKDAY}|today"
    rf"|(?<=since\s)(?:(?:(?:the\s+)?age(?:\s+of)?|he\s+was|she\s+was|i\s+was)\s+\d{{1,2}}(?:\s+years\s+old)?)"
    rf")(?![\w/']|\s?(?:pounds|lbs|degrees))"
)


# "10d L sided neck pain", "6 w of back pain"
_BEFORE_COMPLAINT = re.compile(
    r"\s*(?:of |hx |h/o |history )*(?:l|r|left|right|bilat\w*|b/l|low|lower|upper|neck|back|cervical|lumbar|arm|leg"
    r"|constant|worsening|progressive|intermittent)\b(?! (?:knee|ankle|ear|eye))"
)
_LED = re.compile(r"(?<![a-z])(?:x|for)\s?$")  # "x2d", "for 3 w"
_AGE = re.compile(r"[\s-]+(?:old\b|of age\b)")


def spans(view: str, start: int, end: int) -> Iterator[TimeSpan]:
    """All quantities and dates between two offsets, in no particular order and without overlaps."""
    taken: list[tuple[int, int]] = []
    for match in QUANTITY.finditer(view, start, end) if _may_measure(view, start, end) else ():
        span = _quantity(view, start, match)
        if span:
            taken.append(match.span())
            yield span
    for match in _SLASHED.finditer(view, start, end) if view.find("/", start, end) >= 0 else ():
        if _SLASHED_LEAD.search(view, max(start, match.start() - 12), match.start()) or match[3]:
            taken.append(match.span())
            days = int(match[1]) * {"7": 1, "52": 7, "12": 30}[match[2] or match[3]]
            yield TimeSpan(*match.span(), "quantity", days)
    for match in DATE.finditer(view, start, end):
        if not any(s < match.end() and match.start() < e for s, e in taken):
            yield TimeSpan(*match.span(), "date")


def _may_measure(view: str, start: int, end: int) -> bool:
    text = view[start:end]
    return any(map(text.__contains__, _UNITS)) or _SHORT_UNIT.search(text) is not None


def _quantity(view: str, start: int, match: re.Match[str]) -> TimeSpan | None:
    unit = match["unit"]
    led = _LED.search(view, max(start, match.start() - 6), match.start())
    if len(unit) == 1 and not led and not _BEFORE_COMPLAINT.match(view, match.end()):
        return None
    if (match["vague"] and unit.startswith("h")) or _AGE.match(view, match.end()):
        return None
    # "over the last week" is one week; "last week" alone is a date.
    if match["single"] and not view[max(start, match.start() - 4) : match.start()].endswith("the "):
        return None
    return TimeSpan(*match.span(), "vague" if match["vague"] else "quantity", quantity_days(match), unit[0])


def quantity_days(match: re.Match[str]) -> int | None:
    """Days of a QUANTITY match: the lower bound of a range; None for "a few", "several"."""
    if match["vague"]:
        return None
    if match["single"]:
        return _days(1, match["unit"])
    low = _number(match["low"]) if match["low"] else 0.5
    if match["low"] and (match["half"] or match["tail"] or (match["half2"] and match["high"] is None)):
        low += 0.5
    return _days(low, match["unit"])


def _days(count: float, unit: str) -> int:
    """Days by the vocabulary's months of 30 and years of 365; hours count as the whole days they make."""
    if unit.startswith("h"):
        return int(count // 24)
    if unit.startswith("decade"):
        return int(count * 3650)
    return int(count * _DAYS[unit[0]])


def _number(text: str) -> float:
    if text in _WORDS:
        return _WORDS[text]
    half = 0.5 if text.endswith(("½", "1/2")) else 0.0
    whole = text.removesuffix("½").removesuffix("1/2").removesuffix("and ").strip(" -")
    return float(whole or 0) + half
