"""Pain scores of the spine complaint in the form n/10 or n-m/10, and pain graded in words."""

import re

from chartgap.extract.recognizers import grading
from chartgap.extract.sentences.about import about_pain
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.marks import TELLS
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

_NUMBER = r"(?:1[0-5](?= out of)|10|\d(?:\.\d)?|(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)(?![a-z]))"
_TO = r"\s?(?:(?:/\s?10\s?)?(?:-|to|or|and)\s?(?:a\s)?)\s?"
_SCORE = re.compile(
    rf"(?<![\d/.a-z])(?P<a>{_NUMBER})(?:{_TO}(?P<b>{_NUMBER}))?\+?\s?(?:/|out of(?: a)?(?: possible| total"
    rf"| scale of)?)\s?(?:10|ten)(?![\d/]|\.\d)"
)
_WORD_SCALE = re.compile(
    r"pain|severity|scale|intensity|grade[sd]?\b|\b(?:vas|nrs|vnrs|nprs|rate[sd]?|pn|scores)\b|\b(?:call|put)(?:s|ed)? "
)
# What no score is: a number with a unit, one of a list, a date.
_NO_UNIT = (
    r"(?![\d/%+]|\.\d|-|\s?(?:/|out of|-|day|week|month|year|hour|minute|time|mg|percent|degree|of the|of his|of her"
    r"|days|and half|pounds|inches|on the list|or two|sided|am\b|pm\b|o'clock))"
)
_BE = r"(?:(?:as|at|about|around|approximately|currently|is|being|between|from|anywhere|of|to be|an?)\s+){0,4}"
# "rates it as a 7", "pain scale is 5", "VAS 6", "the pain is a 9": a number that no "/10" follows.
_SCALE = re.compile(
    rf"(?:\bpain\s+(?:scale|score|level|rating|intensity|severity)s?(?:\s+(?:is|was|of|today|at|now|currently|as"
    rf"|an?|about|approximately|rated|being|ranges|from))*"
    rf"|\b(?:vas|nrs|nprs|vnrs)(?:\s+(?:pain|score|scale|is|was|of|today|at))*"
    rf"|\b(?:severity|intensity)\s?(?:[:=]|\b(?:is|was|of|level)\b|(?=\d))(?:\s(?:an?|about))?"
    rf"|\b(?:rate[sd]?|rating|grades|graded|scores|scored)\s+(?:(?:it|this|that|the|his|her|their|my|current"
    rf"|overall|level|of|today|neck|low|lower|back|arm|leg|right|left|worst|average|usual|severity|intensity|as|at"
    rf"|about|around|approximately|currently|is|being|between|from|anywhere|an?)\s+){{0,8}}?(?:pains?\s+)?{_BE}"
    rf"|(?<![a-z]\s)pain\s?(?:(?:today|(?:right\s)?now|currently|on arrival|at (?:rest|present|this time)"
    rf"|this (?:morning|visit))\s?)?(?=[:=\d])"
    rf"|\b(?:current|present|average|usual|worst|least|best|today's)\s+pain(?:\s+(?:is|was|level|score"
    rf"|rating|an?))*(?=[\s:=])"
    rf"|\bpain\s+(?:(?:is|was|has been|(?:right\s)?now|currently|today|rated|graded|scored|as|at"
    rf"|usually|generally|about|around|approximately|level|of)\s+){{1,4}}(?:an?\s+)?(?:between an?\s+)?"
    rf"|\bpain\b[a-z ]{{0,20}}\s(?:ranges?|ranging|var(?:ies|ying)|fluctuat(?:es|ing))\s(?:from|between)(?:\san?)?"
    rf"|\bpain\s+(?:sits|hovers|stays|averages)\s+(?:at|around|about)\s+(?:an?\s+)?"
    rf"|\b(?:calls?|called|puts?)\s+(?:it|this|the pain|(?:the|his|her) (?:\w+ )?pain)\s+(?:at\s+)?(?:about\s+)?"
    rf"(?:an?\s+)?"
    rf"|\b(?:scale\s+(?:from|of)\s+(?:[01]|zero|one)\s?(?:-|to)\s?(?:10|ten)|(?:10|ten)[\s-]point\s+(?:pain\s+)?scale),?"
    rf"(?:\s+(?:she|he|the patient)\s+(?:says|states|said|reports|feels)(?:\s+that)?)?"
    rf"\s+(?:it|(?:the |his |her )?pain)?\s?(?:is|was|being)?\s?(?:an?\s)?)"
    rf"[\s:=(]*(?P<a>{_NUMBER})(?:{_TO}(?P<b>{_NUMBER}))?{_NO_UNIT}"
)
# "a 7 on a scale of 1 to 10", "6 on a ten-point scale".
_ON_SCALE = re.compile(
    rf"(?<![\d/.a-z-])(?P<a>{_NUMBER})(?:{_TO}(?P<b>{_NUMBER}))?\s+on\s+(?:an?|the)\s+(?:pain\s+|visual analog\s+)?"
    rf"(?:scale\s+(?:of|from)\s+(?:(?:[01]|zero|one)\s?(?:-|to)\s?)?(?:10|ten)|(?:[01]\s?(?:-|to)\s?)?(?:10|ten)"
    rf"(?:[\s-]point)?\s+(?:pain\s+)?scale)"
)
# "Current 3, best 2, worst 8": two such labels beside pain.
_LABELLED = re.compile(
    rf"\b(?:current|currently|now|worst|best|average|avg|least|usual|at rest|today)\s?(?:pain\s)?[:=]?\s?"
    rf"(?P<a>{_NUMBER})"
    rf"(?:{_TO}(?P<b>{_NUMBER}))?(?=\s*(?:[,;.)/]|$|now\b|best\b|worst\b|average\b|avg\b|least\b|current|usual\b"
    rf"|out of))"
)
# "Pain was 7, now 4", "4/10 (was 7)", "four out of ten at best and six at worst", "4/10 rest, 6/10 activity".
_COMPARED = re.compile(
    rf"(?:/\s?10|out of (?:ten|10)|\bpain (?:was|is|were) \d)"
    rf"(?:\s(?:at (?:best|worst|rest)|rest|before|today|(?:right\s)?now|currently))?[\s,;(]*"
    rf"(?:(?:and|but|it)\s)*(?:(?:now|was|were|today|then|currently|down to)\s(?:an?\s)?(?P<a>{_NUMBER})"
    rf"|(?P<n>{_NUMBER})(?=\sat\s(?:its\s)?(?:worst|best)))(?P<b>(?!))?{_NO_UNIT}"
)
_HUNDRED = re.compile(
    r"\b(?:vas|visual analog(?:ue)?(?: scale)?|pain (?:score|scale|level))\b(?:\s(?:is|was|of|at|score|pain))*[\s:=]*"
    r"(?P<a>100|\d{1,2})\s?(?:/\s?100|mm)\b"
)
_RANGE_OF_SCALE = re.compile(
    r"\s*(?:pain\s+)?(?:scale|analog|visual|numeric|rating|\()|\s*(?:being|=|is|with\s+10|where)\s*(?:the\s+)?(?:no"
    r"|worst|most|least|bad)"
)
_HINTS = (
    "/",
    "it's a",
    "call it",
    "calls it",
    "called it",
    "put it at",
    "puts it at",
    "pain",
    "vas",
    "nrs",
    "nprs",
    "scale",
    "rate",
    "rating",
    "grade",
    "severity",
    "scor",
    "out of",
    "intens",
)
_NO_PAIN = re.compile(
    r"\bgoal|will (?:report|be|rate|demonstrate|decrease)|less than|reduce (?:\w+ )?(?:pain )?to|decrease (?:\w+ )?"
    r"(?:pain )?to|no more than|if (?:the |his |her )?pain|score in the past|\bin (?:his|her) (?:husband|wife|mother"
    r"|father|son|daughter|brother|sister)"
)
# Other things are scored too; one of these between the beginning of the clause and the score.
_NOT_OF_PAIN = re.compile(
    r"\b(?:stress|vision|apgar|anxiety|depress\w*|general health|strength|quality|satisf\w*|sleep|psfs|function\w*"
    r"|patient specific|fatigue|mood|energy|confidence|motivation|gcs|glasgow|dyspnea|balance"
    r"|difficulty)\b[^,;.]{0,22}$"
)
_DATED = re.compile(r"\b(?:on|since|dated|until|from)\s+$")
_COUNTED = re.compile(
    r"\s*(?:of (?:his|her|my|their|the) (?!pain|scale)|times\b|people\b|pt\b|visits|sessions|treatments"
    r"|questions|items|correct|appointments)"
)
_OF_PAIN = re.compile(r"\b(?:pain|vas|rate[sd]?)\b")
_SECTIONS = frozenset({"instructions", "consent", "family_history", "labs", "medications", "imaging", "findings"})
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = {w: str(n) for n, w in enumerate(_NAMES)}


def may_score(sentence: Sentence) -> bool:
    """Whether a sentence with a number may hold a pain score: a quick test."""
    return any(map(sentence.text.__contains__, _HINTS))


def severity(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Pain scores of the complaint, and the words mild, moderate and severe where they grade it."""
    drafts: list[Draft] = []
    for scan in _scans(sentence):
        matches = list(scan.finditer(sentence.view, sentence.start, sentence.end))
        for match in matches if scan is not _LABELLED or len(matches) > 1 else ():
            begin = match.start("a") if scan is _COMPARED and match["a"] else match.start()
            if scan is _COMPARED and match["n"]:
                begin = match.start("n")
            if not any(d.start < match.end() and begin < d.end for d in drafts):
                drafts.extend(_score(sentence, match))
    drafts.extend(grading.graded(pattern, sentence))
    return drafts


def _scans(sentence: Sentence) -> tuple[re.Pattern[str], ...]:
    """The forms of a score that a sentence may hold, the plainest first."""
    text = sentence.text
    if sentence.section in _SECTIONS or _NO_PAIN.search(text):
        return ()
    if _WORD_SCALE.search(text):
        return (_SCORE, _HUNDRED, _ON_SCALE, _SCALE, _LABELLED, _COMPARED)
    told = sentence.section in {"chief_complaint", "history_of_present_illness"} or (
        sentence.topic == "spine" and sentence.section in TELLS
    )
    if told and ("/" in text or "out of" in text):
        return (_SCORE, _COMPARED)
    return ()


def _score(sentence: Sentence, match: re.Match[str]) -> list[Draft]:
    if _is_other(sentence, match):
        return []
    where = about_pain(sentence, match.start(), match.end())
    start = match.start("a")
    if start < 0 or match.re in {_SCALE, _HUNDRED, _LABELLED}:
        start = match.start()
    return [
        Draft("severity", value, start, match.end(), "severity.score", attributes={"about": where})
        for value in _values(sentence, match)
    ]


def _values(sentence: Sentence, match: re.Match[str]) -> list[str]:
    """One score or range; what fell "from 8/10 to 4/10" is two scores."""
    if match.re is _HUNDRED:
        return [f"{int(match['a']) / 10:g}/10"]
    found = (match.groupdict().get("n") or match["a"], match["b"])
    low, high = (_DIGITS.get(part, part) if part else None for part in found)
    if low in {"0", "1"} and high == "10" and (match.re is _SCALE or _is_scale(sentence, match)):
        return []
    if match.re is _SCORE and high is None and sentence.gap(match.end(), match.end() + 1) == "-":
        return []
    if high is None or low is None or high == low:
        return [f"{low}/10"]
    return [f"{low}-{high}/10"] if float(low) < float(high) else [f"{low}/10", f"{high}/10"]


def _is_other(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether a number scores something else, counts visits or is a date."""
    if _COUNTED.match(sentence.view, match.end()):
        return True
    before = sentence.gap(max(sentence.start, match.start() - 45), match.start())
    if match.re is _SCORE and match["b"] is None and "/" in match.group() and _DATED.search(before):
        return True
    other = _NOT_OF_PAIN.search(before)
    return other is not None and not _OF_PAIN.search(other.group())


def _is_scale(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether "0-10/10" or "1 to 10" names the scale, not a score on it."""
    return bool(_RANGE_OF_SCALE.match(sentence.view, match.end()))
