"""Pain scores of the spine complaint in the form n/10 or n-m/10, and pain graded in words."""

import re

from chartgap.extract import course
from chartgap.extract.about import about_pain
from chartgap.extract.draft import Draft
from chartgap.extract.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

_NUMBER = r"(?:1[0-5](?= out of)|10|\d(?:\.\d)?|(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)(?![a-z]))"
_TO = r"\s?(?:(?:/\s?10\s?)?(?:-|to|or|and)\s?(?:a\s)?)\s?"
_SCORE = re.compile(
    rf"(?<![\d/.a-z])(?P<a>{_NUMBER})(?:{_TO}(?P<b>{_NUMBER}))?\s?(?:/|out of(?: a)?(?: possible| total"
    rf"| scale of)?)\s?(?:10|ten)(?![\d/]|\.\d)"
)
_WORD_SCALE = re.compile(r"pain|\bvas\b|\bnrs\b|\bvnrs\b|\bnprs\b|severity|scale|\brate[sd]?\b|grade[sd]?\b")
# "rates it as a 7", "pain scale is 5", "VAS 6", "the pain is a 9": a number that no "/10" follows.
_SCALE = re.compile(
    rf"(?:\bpain\s+(?:scale|score|level|rating|intensity|severity)s?(?:\s+(?:is|was|of|today|at|now|currently|as"
    rf"|an?|about|approximately|rated|being|ranges|from))*"
    rf"|\b(?:vas|nrs|nprs|vnrs)(?:\s+(?:pain|score|scale|is|was|of|today|at))*"
    rf"|\b(?:rate[sd]?|rating|grades|graded|scores|scored)\s+(?:(?:it|this|that|the|his|her|their|my|current"
    rf"|overall|level|of|today|neck|low|lower|back|arm|leg|right|left|worst|average|usual|severity|intensity|as|at"
    rf"|about|around|approximately|currently|is|being|between|from|anywhere|an?)\s+){{0,8}}?(?:pains?\s+)?(?:(?:as"
    rf"|at|about|around|approximately|currently|is|being|between|from|anywhere|of|to be|an?)\s+){{0,4}}"
    rf"|\bpain\s+(?:(?:is|was|has been|currently|today|rated|graded|scored|as|at|usually|generally|about|around"
    rf"|approximately|level|of)\s+){{1,4}}(?:an?\s+)?(?:between an?\s+)?"
    rf"|\bscale\s+(?:from|of)\s+[01]\s?(?:-|to)\s?10,?\s+(?:it|pain|the pain|his pain|her pain)?\s?(?:is|was"
    rf"|being)?\s?(?:an?\s)?)"
    rf"[\s:=(]*(?P<a>{_NUMBER})(?:{_TO}(?P<b>{_NUMBER}))?(?![\d/%+]|\.\d|-|\s?(?:/|out of|-|day|week|month|year"
    rf"|hour|minute|time|mg|percent|degree|of the|of his|of her|days|and half|pounds|inches|on the list|or two|sided))"
)
_RANGE_OF_SCALE = re.compile(
    r"\s*(?:pain\s+)?(?:scale|analog|visual|numeric|rating|\()|\s*(?:being|=|is|with\s+10|where)\s*(?:the\s+)?(?:no"
    r"|worst|most|least|bad)"
)
_HINTS = ("/", "pain", "vas", "nrs", "nprs", "scale", "rate", "rating", "grade", "severity", "scor")
_NO_PAIN = re.compile(
    r"stress|\bvision\b|apgar|anxiety|depress|general health|strength|\bgoal|will (?:report|be|rate|demonstrate"
    r"|decrease)|less than|reduce (?:pain )?to|decrease (?:pain )?to|no more than|if (?:the |his |her )?pain"
    r"|quality|satisf|sleep\w* (?:quality|score)|score in the past"
)
_SECTIONS = frozenset(
    {"instructions", "consent", "family_history", "labs", "medications", "imaging", "findings", "technique"}
)
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = {w: str(n) for n, w in enumerate(_NAMES)}


def may_score(sentence: Sentence) -> bool:
    """Whether a sentence with a number may hold a pain score: a quick test."""
    return any(map(sentence.text.__contains__, _HINTS))


def severity(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Pain scores of the complaint, and the words mild, moderate and severe where they grade it."""
    drafts: list[Draft] = []
    if sentence.section not in _SECTIONS and _WORD_SCALE.search(sentence.text) and not _NO_PAIN.search(sentence.text):
        for scan in (_SCORE, _SCALE):
            for match in scan.finditer(sentence.view, sentence.start, sentence.end):
                if not any(d.start < match.end() and match.start() < d.end for d in drafts):
                    drafts.extend(_score(sentence, match))
    elif sentence.section in {"chief_complaint", "history_of_present_illness"} and "/" in sentence.text:
        for match in _SCORE.finditer(sentence.view, sentence.start, sentence.end):
            drafts.extend(_score(sentence, match))
    drafts.extend(course.graded(pattern, sentence))
    return drafts


def _score(sentence: Sentence, match: re.Match[str]) -> list[Draft]:
    low, high = (_DIGITS.get(part, part) if part else None for part in match.group("a", "b"))
    if low in {"0", "1"} and high == "10" and (match.re is _SCALE or _is_scale(sentence, match)):
        return []
    if match.re is _SCORE and high is None and sentence.gap(match.end(), match.end() + 1) == "-":
        return []
    where = about_pain(sentence, match.start(), match.end())
    value = f"{low}-{high}/10" if high and high != low else f"{low}/10"
    start = match.start("a") if match.re is _SCORE else match.start()
    return [Draft("severity", value, start, match.end(), "severity.score", attributes={"about": where})]


def _is_scale(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether "0-10/10" or "1 to 10" names the scale, not a score on it."""
    return bool(_RANGE_OF_SCALE.match(sentence.view, match.end()))
