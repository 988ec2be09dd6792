"""What is going to be done: actions of a plan with their frequency, and work-up with its reason."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers import concept
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

# What other elements name is an action of a plan too: an ordered study is work-up and an action at once.
_SOURCES = {
    "treatment_plan": ("t:treatment_plan", "t:conservative_treatment", "t:imaging", "t:electrodiagnostic"),
    "workup_plan": ("t:workup_plan", "t:imaging", "t:electrodiagnostic"),
}
KINDS = frozenset(kind for kinds in _SOURCES.values() for kind in kinds)
_VALUES = {"t:imaging": "imaging", "t:electrodiagnostic": "electrodiagnostic"}
_N = (
    r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|eight|ten|twelve)(?:\s?(?:-|to)\s?(?:\d+|two|three|four|five|six"
    r"|eight|ten|twelve))?"
)

_UNIT = r"(?:days?|wks?|weeks?|mos?|months?|visits?|sessions?|treatments?)"
_PER = r"(?:days?|daily|d|weeks?|weekly|wk|month|monthly|night)"
_FREQUENCY = re.compile(
    rf"(?<![\w/])(?:(?:once|twice|{_N}\s*(?:x|times?|visits?|sessions?))\s*(?:/|a|per|each|every|in a)?\s*-?{_PER}"
    rf"|{_N}\s*(?:/|a |per |each )\s*{_PER}(?!\w)"
    rf"|every (?:other )?(?:{_N} )?(?:days?|hours?|weeks?|nights?|mornings?|evenings?)|(?:once |twice "
    rf"|three times )?(?:daily|nightly|weekly)|at (?:bedtime|night)"
    rf"|(?:b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?h\.?s|q\.?d|h\.?s|q\.?\s?\d+\s?h(?:ours)?)\.?)(?!\w)"
)
LENGTH = re.compile(
    rf"(?<![\w/])(?:(?:for|x|times|over|during)\s*(?:the (?:next|last|past) |about |approximately |at least |over "
    rf"|another |a total of )?({_N}\s?-?{_UNIT})|({_N}\s?-?{_UNIT})\s+(?:of|course|trial)|({_N}\s(?:visits|sessions"
    rf"|treatments)))(?!\w)"
)
# "Physical therapy 6 weeks without relief", not "an injection 6 weeks ago".
BARE_LENGTH = re.compile(
    rf"\s\(?({_N}\s?-?{_UNIT})\)?(?=\s*(?:[.,;]|$)|\s+(?:and|&|with|without|then|no|failed|but)\b)"
)
STRETCH = re.compile(rf"(?<![\w/]){_N}\s?-?{_UNIT}\b")
_FOLLOW_UP = re.compile(
    rf"\b(?:in|after|within)\s+(?:about |approximately |the next )?({_N}\s?-?{_UNIT}|a (?:week|month|year)"
    rf"|(?:several|a few|a couple of) (?:days|weeks|months))\b|(?:(?<=return )|(?<=recheck )|(?<=rtc )|(?<=f/u )"
    rf"|(?<=follow up )|(?<=follow-up ))({_N}\s?{_UNIT})\b"
)
_REASON = re.compile(
    r"\b(?:to (?:further )?(?:evaluate|rule out|assess|exclude|look (?:for|at)|determine|check|see|measure|confirm"
    r"|define|delineate)|rule out|r/o|because|given|due to|in view of|for (?:(?:further|surgical) )?"
    r"(?:evaluation|possible|persistent|consideration|the|his|her|ongoing|worsening|chronic|progressive|suspected"
    r"|concern|neck|arm|back|leg|headaches?)|concern for)\b[^.;\n]{0,80}"
)


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Planned actions of a sentence (treatment_plan) or planned studies and referrals (workup_plan)."""
    if sentence.section in pattern.not_sections or pattern.status is None:
        return []
    drafts = []
    for kind in _SOURCES[pattern.element]:
        for lex in sentence.of(kind):
            if lex.entry.void or not concept.admitted(lex, sentence):
                continue
            if sentence.assertion(lex.start, lex.end) in {"negated", "family"}:
                continue
            status = lex.entry.status or concept.status(pattern.status, lex, sentence)
            if kind == "t:workup_plan" and lex.entry.generic and status != pattern.status.planned:
                continue
            if status == pattern.status.planned:
                drafts.append(_draft(pattern, lex, kind, sentence))
    return drafts


def _draft(pattern: ElementPattern, lex: Lexeme, kind: str, sentence: Sentence) -> Draft:
    own = kind == f"t:{pattern.element}"
    value = pattern.default or (lex.entry.value if own else _VALUES[kind])
    rule = lex.entry.id if own else f"{pattern.element}.{kind[2:]}"
    details = dict(lex.entry.attributes) if own else {}
    draft = Draft(pattern.element, value, lex.start, lex.end, rule, attributes=details)
    assertion = sentence.assertion(lex.start, lex.end)
    draft.assertion = "hypothetical" if assertion == "hypothetical" else "affirmed"
    words = " ".join(sentence.gap(lex.start, lex.end).split())
    if pattern.element == "treatment_plan":
        if not (own and lex.entry.generic):
            draft.attributes.setdefault("action", words)
        draft.attributes.update(schedule(sentence, lex))
    elif reason := _REASON.search(sentence.view, lex.end, sentence.end):
        draft.attributes["reason"] = " ".join(reason.group().split())
    return draft


def schedule(sentence: Sentence, lex: Lexeme) -> dict[str, str]:
    """Frequency, duration and follow-up that stand behind an action, before the next full clause."""
    end = min(sentence.end, lex.end + 90)
    start = max(sentence.start, lex.start - 25)
    found = {}
    for name, regex in (("frequency", _FREQUENCY), ("duration", LENGTH), ("follow_up", _FOLLOW_UP)):
        match = regex.search(sentence.view, lex.start, end) or regex.search(sentence.view, start, end)
        if match:
            words = next((g for g in match.groups() if g), match.group())
            found[name] = " ".join(words.split())
    return found
