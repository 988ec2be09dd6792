"""How it began and how it went: an injury as the cause, and the response to treatment."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import between
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.sentences.time_spans import DATE, QUANTITY, quantity_days
from chartgap.knowledge.elements import ElementPattern

_REMOTE_DAYS = 540
_REMOTE = re.compile(
    r"\b(?:remote|old|previous|prior|past history of|history of|childhood|as a (?:child|teenager|boy|girl)"
    r"|years (?:ago|back|before)|healed|long ago|distant|decades?"
    r"|(?:fully|completely) (?:recovered|resolved|healed)|(?:recovered|resolved|healed) (?:fully|completely|well)"
    r"|(?:full|complete) (?:recovery|resolution))\b|(?:in|during|since) (?:college|high school"
    r"|school|(?:his|her) (?:teens|twenties|youth|childhood)|the (?:19)?[6-9]0s)\b"
)
_YEAR = re.compile(r"(?<!\d)(?:19[4-9]\d|20[0-4]\d)(?!\d)")
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d|'\d\d")
_SHORT_YEAR = re.compile(r"(?<![\d/])\d{1,2}[/-](?:\d{1,2}[/-])?(\d{2})(?![\d/-])")
_CHECKED_NO = re.compile(
    r"\b(?:trauma|injury|accident|falls?)\b[^\n]{0,50}(?:\[x\]|\(x\))\s*(?:no|none|denied)\b(?!\w)"
)
_NONE = re.compile(
    r"\b(?:trauma|injury|injuries|accidents?)(?:\s+history)?\s*(?:(?::|-|\s{2,})\s*(?:none|no|denied|denies"
    r"|negative)\b(?!\s+\w+\s+\w)|\s+none\b)"
)
# "No pain after the accident" tells of the accident; "no injury" denies one.
_EVENT = re.compile(
    r"\b(?:after|following|since|from|by|during|that|this|second|first)\s+(?:the |that |this |his |her |an? )?$"
)
_OPERATIVE = re.compile(
    r"\s*(?:to|of)\s+(?:the |a |his |her |any )?(?:\w+ ){0,3}(?:nerves?|vessels?|artery|cord|esophagus|trachea|dura"
    r"|bowel|organs?|structures)\b"
)
# "For 5 years after whiplash": as long ago as the complaint has lasted.
_FOR_SO_LONG = re.compile(r"(?:\bfor|\bx)\s+(?:about |over |the past |the last )?$")
_THEREAFTER = re.compile(r"\s+(?:after|since|following)\s+(?:an?\s|the\s|his\s|her\s)?(?:\w+\s)?$")
_NEAR = 60


def trauma(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """An injury named as the cause (current, or remote if long past), or denied."""
    if sentence.section in pattern.not_sections:
        return []
    drafts = [
        Draft("trauma_status", "denied", m.start(), m.end(), "trauma_status.checked_no")
        for m in (
            _CHECKED_NO.search(sentence.view, sentence.start, sentence.end),
            _NONE.search(sentence.view, sentence.start, sentence.end),
        )
        if m
    ]
    if drafts:
        return drafts[:1]
    for lex in sentence.of("t:trauma_status"):
        draft = None if lex.entry.void else _injury(lex, sentence)
        if draft is not None:
            drafts.append(draft)
    return drafts


def _injury(lex: Lexeme, sentence: Sentence) -> Draft | None:
    assertion = sentence.assertion(lex.start, lex.end)
    if (
        assertion in {"hypothetical", "family"}
        or _other_site(lex, sentence)
        or _OPERATIVE.match(sentence.view, lex.end)
    ):
        return None
    base = Draft(
        "trauma_status", lex.entry.value, lex.start, lex.end, lex.entry.id, attributes=dict(lex.entry.attributes)
    )
    told = _EVENT.search(sentence.gap(max(sentence.start, lex.start - 40), lex.start))
    if lex.entry.value == "denied" or (assertion == "negated" and not told):
        return _denied(base, lex, sentence, assertion)
    if re.match(
        r"\s*(?:from |to |by )?(?:an? )?(?:\d|asleep)", sentence.gap(lex.end, lex.end + 16)
    ) and "fell" in sentence.gap(lex.start, lex.end):
        return None  # a score that fell
    if lex.entry.generic and not _is_cause(lex, sentence):
        return None
    when = _date(lex, sentence)
    if when:
        base.attributes["date"] = " ".join(sentence.gap(*when).split())
        if _YEAR_ALONE.fullmatch(base.attributes["date"]):
            base.attributes["form"] = "year"
    remote = (
        _long_past(sentence, when)
        or _lasted_since(lex, sentence) >= _REMOTE_DAYS
        or _REMOTE.search(sentence.view, max(sentence.start, lex.start - 30), min(sentence.end, lex.end + 45))
    )
    base.value = "remote" if remote or sentence.section == "past_medical_history" else "current"
    base.assertion = "uncertain" if assertion == "uncertain" else "affirmed"
    return base


def _denied(base: Draft, lex: Lexeme, sentence: Sentence, assertion: str) -> Draft | None:
    """A denial of injury; "no injury" in an examination or of another part is none, which the sections see to."""
    base.value, base.attributes = "denied", {}
    before = sentence.gap(sentence.start, lex.start)[-40:]
    if lex.entry.value == "denied" and assertion == "negated":
        return None  # "not atraumatic"
    if re.search(
        r"\b(?:avoid|prevent|evidence|sign|signs|visible|obvious|external|apparent|acute|lifting|to|bony"
        r"|intracranial)\b[^,;]*$",
        before,
    ):
        return None
    return base


def _other_site(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether the injury is said to be of another body part ("injury to the knee", "shoulder injury")."""
    for other in sentence.of("other_body"):
        if not other.entry.void and (
            (
                0 <= other.start - lex.end < 25
                and re.search(r"\b(?:to|of|on|onto|in|his|her)\b", sentence.gap(lex.end, other.start))
            )
            or 0 <= lex.start - other.end < 3
        ):
            return not any(lex.end <= s < other.end + 20 for s, _, _ in sentence.regions)
    return False


def _is_cause(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a bare word of injury is told as an event: after, since, sustained, or with a date or a symptom."""
    before = sentence.gap(max(sentence.start, lex.start - 45), lex.start)
    if re.search(
        r"\b(?:after|since|following|from|due to|secondary to|sustained|suffered|had an?|involved in|result of"
        r"|caused by|began with|date of|status post|s/p|onset|history of|prior|previous|in an?|his|her)\b[^,;]*$",
        before,
    ):
        return True
    return _date(lex, sentence) is not None


def _date(lex: Lexeme, sentence: Sentence) -> tuple[int, int] | None:
    """The date or time ago of an injury, near it in its sentence."""
    found = []
    for match in DATE.finditer(sentence.view, sentence.start, sentence.end):
        found.append(match.span())
    for match in QUANTITY.finditer(sentence.view, sentence.start, sentence.end):
        tail = re.compile(r"\s*(?:ago|back|prior|before|earlier)\b").match(sentence.view, match.end())
        if tail and match.start() < match.end():
            found.append((match.start(), tail.end()))
    near = [(max(s - lex.end, lex.start - e), s, e) for s, e in found if max(s - lex.end, lex.start - e) < _NEAR]
    return min(near)[1:] if near else None


def _lasted_since(lex: Lexeme, sentence: Sentence) -> int:
    """Days that the complaint is said to have lasted since an injury: "for 5 years after whiplash"."""
    for match in QUANTITY.finditer(sentence.view, max(sentence.start, lex.start - _NEAR), lex.start):
        before = sentence.gap(max(sentence.start, match.start() - 20), match.start())
        if _FOR_SO_LONG.search(before) and _THEREAFTER.fullmatch(sentence.gap(match.end(), lex.start)):
            return quantity_days(match) or 0
    return 0


def _long_past(sentence: Sentence, when: tuple[int, int] | None) -> bool:
    """Whether a date lies about two years or more before the latest year that the note names, or says so itself."""
    if when is None:
        return False
    text = sentence.gap(*when)
    quantity = QUANTITY.search(text)
    if quantity and "ago" in text:
        days = quantity_days(quantity)
        return days >= _REMOTE_DAYS if days is not None else quantity["unit"].startswith("y")
    years = _years(text)
    if not years:
        return False
    return max(_years(sentence.view), default=0) - max(years) >= 2 or _year_alone(sentence, text, max(years))


def _year_alone(sentence: Sentence, text: str, year: int) -> bool:
    """Whether a bare year dates the injury and no fuller date of the note is of that year or of the next.

    What happened lately is told with its month or as so long ago; a year alone is how the past is told.
    """
    if not _YEAR_ALONE.fullmatch(text):
        return False
    fuller = (m[0] for m in DATE.finditer(sentence.view) if not _YEAR_ALONE.fullmatch(m[0]))
    return not any(0 <= of - year <= 1 for date in fuller for of in _years(date))


def _years(text: str) -> list[int]:
    short = [int(m[1]) for m in _SHORT_YEAR.finditer(text)]
    return [int(m) for m in _YEAR.findall(text)] + [y + (1900 if y > 50 else 2000) for y in short]


_SCORE = r"(\d{1,2})(?:\.\d)?\s*(?:/\s*10|out of (?:10|ten))?"
_FROM_TO = re.compile(
    rf"\bfrom (?:an? )?{_SCORE} (?:down |up )?to (?:an? )?{_SCORE}(?![\d/]|\s*(?:week|day|month|hour|degree|mg|year"
    rf"|%|percent))"
)
_THEN_NOW = re.compile(
    r"\b(?:last|previous|prior|initial)\s+visit\W{1,3}(?:was\s+)?(\d{1,2})/10\W{1,4}(?:today|now"
    r"|current\w*)\W{1,3}(\d{1,2})/10"
)
_NOW_THEN = re.compile(
    r"(?<!\d)(\d{1,2})/10\W{1,3}(?:was\s+|down from\s+|up from\s+)?(\d{1,2})/10\s+(?:at|on|during)?\s*(?:the |his "
    r"|her )?(?:last|previous|prior|initial|admit|admission|admit|intake|eval\w*|presentation|arrival|start)\b"
)
_BEFORE_AFTER = re.compile(
    r"(?<!\d)(\d{1,2})/10 (?:before|prior to)\b[^.;]{0,40}?(?<!\d)(\d{1,2})/10 (?:after|following|at|now|today)"
)
# "6/10 -> 3/10", "NDI 44 -> 26"
_ARROW = re.compile(r"(?<![\d/])(\d{1,2})/10\s*(?:->|-->|=>|\u2192|down to|up to)\s*(\d{1,2})/10")
_INDEX = re.compile(
    r"\b(?:ndi|odi|oswestry|vas|nrs|nprs)\b[^.;\d]{0,12}(\d{1,2})\s?(?:%|/50|/100)?\s*(?:->|-->|=>|\u2192|(?:down "
    r"|up )?to)"
    r"\s*(\d{1,2})(?!\d|/\d)"
)
_NO_SCORE = re.compile(r"\b(?:hours?|weight|bmi|mg|doses?|dosage|work|shifts?|curve|cobb|a1c|bp|units?)\b[^.;]{0,15}$")
FIGURE = re.compile(r"\d\s?(?:/10|%|percent)|from (?:an? )?\d|\d\s?(?:->|=>|\u2192)\s?\d|\b(?:ndi|odi|oswestry)\b")
_PERCENT = re.compile(
    r"\b(\d{1,3})\s?(?:%|percent)\s+(?:or so\s+)?(?:better|improve\w*|relief|reduction|decrease|pain relief|reduced"
    r"|benefit|resolved)|(?:improve\w*|relief|better|relieved|helped|reduced)[^.;,]{0,25}?\b(\d{1,3})\s?(?:%"
    r"|percent)(?!\w)"
)
_OTHER_SHARE = re.compile(r"\b(?:fraction|lvef|ef|saturations?|o2|dos(?:e|es|age)|flow|volume|vision|hearing|weight)\b")
_CONDITION = re.compile(
    r"\b(?:if|until|should|hope\w*|expect\w*|in case|goals?|will|may|might|could|would|can|to help|unless|risks?"
    r"|whether|in order to|continues? to|explain\w*|rationale|chance|potential|possib\w+|likely to|goal|purpose"
    r"|candidate|(?<!seem )(?<!seems )(?<!seemed )(?<!appear )to(?= $))\b[^;]*$"
)
_SINCE = re.compile(
    r"\b(?:since|from|compared (?:to|with)|at|after) (?:the |his |her |our |my |their )?(?:last|previous|prior"
    r"|initial)(?: clinic| office)? (?:visit|appointment|evaluation|seen|encounter|exam\w*|session)"
    r"|\bsince (?:i|we) last\b|\bsince (?:last )?seen\b|\bsince (?:the |his |her )?(?:surgery|injection|procedure"
    r"|operation|starting|beginning|therapy|treatment)"
    r"|\b(?:after|following|with|over) (?:\w+ ){1,3}(?:sessions|visits|treatments|adjustments)\b"
)


_PAIN_HAS = re.compile(
    r"\b(?:neck|back|arm|leg|radicular|cervical|lumbar|overall) (?:pain|symptoms|numbness) (?:has|have|is|are)"
    r"(?: (?:now|been|also|much|somewhat|slightly|greatly|significantly|markedly|overall|definitely))* $"
)
_FACTOR = re.compile(r" (?:by|with|when|while|if|in|at|on|after)\b")
_NOTHING = re.compile(
    r"\b(?:none of|neither|nothing|lack of|absence of|no (?:medications?|treatments?|therapy))\b[^;]*$"
)
_EASES = frozenset({"conservative_treatment.heat_ice", "conservative_treatment.activity_modification"})
# "Prednisone helps the joints but not this."
_HELPS_OTHER = re.compile(
    r"\s+(?:the|his|her|my)\s+(?:joints?|knees?|hips?|shoulders?|hands?|migraines?|sleep|mood|asthma|gout|feet)\b"
    r"(?P<not>,? but not (?:this|it|the (?:neck|back|arm|leg)|his (?:neck|back)|her (?:neck|back)))?"
)
# What one has at hand or does eases as a habit: a relieving factor, no treatment that was answered.
_AT_HAND = re.compile(r"(?:resting|rest|massage(?= (?:gun|chair|ball))|self[ -]massage)\b")
_ASSESSED = frozenset({"assessment", "assessment_and_plan", "impression"})


def response(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Improved, unchanged or worse: with a treatment, or since the last visit."""
    if sentence.section in pattern.not_sections:
        return []
    drafts = _measured(sentence) if FIGURE.search(sentence.view, sentence.start, sentence.end) else []
    for lex in sentence.of("t:treatment_response"):
        assertion = sentence.assertion(lex.start, lex.end)
        if lex.entry.void or assertion in {"hypothetical", "family"}:
            continue
        if _CONDITION.search(sentence.gap(max(sentence.start, lex.start - 60), lex.start)):
            continue
        value = lex.entry.negated if assertion == "negated" else lex.entry.value
        if value == "improved" and _NOTHING.search(sentence.gap(max(sentence.start, lex.start - 80), lex.start)):
            value = "unchanged"
        if value == "improved" and (other := _HELPS_OTHER.match(sentence.view, lex.end, sentence.end)):
            value = "unchanged" if other["not"] else None
        if value is None or not (
            _treated(lex, sentence) or _SINCE.search(sentence.text) or _pain_itself(lex, sentence)
        ):
            continue
        draft = Draft("treatment_response", value, lex.start, lex.end, lex.entry.id)
        draft.assertion = "uncertain" if assertion == "uncertain" else "affirmed"
        drafts.append(draft)
    return drafts


def _pain_itself(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether it is said of the pain without more: "neck pain has improved", but not "is improved by rest"."""
    before = sentence.gap(max(sentence.start, lex.start - 60), lex.start)
    return bool(_PAIN_HAS.search(before)) and not _FACTOR.match(sentence.view, lex.end)


def _treated(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a treatment stands near in the clause; a generic word ("better") wants it nearer."""
    reach = 45 if lex.entry.generic else 110
    for kind in ("t:conservative_treatment", "treatment"):
        for other in sentence.of(kind):
            if other.entry.id in _EASES and lex.entry.value == "improved":
                continue  # "an ice pack helps" is a relieving factor
            if lex.entry.value == "improved" and _AT_HAND.match(sentence.view, other.start):
                continue
            if other.entry.void or (other.start < lex.end and lex.start < other.end):
                continue
            low, high = between(lex, other.start, other.end)
            if high - low < reach and ";" not in sentence.gap(low, high):
                return True
    return sentence.section in _ASSESSED and any(
        abs(d.end - lex.start) < 12 or abs(d.start - lex.end) < 12
        for d in sentence.of("t:diagnosis")
        if not d.entry.void
    )


def _measured(sentence: Sentence) -> list[Draft]:
    """Scores and shares: "from 8/10 to 5/10", "last visit 6/10; today 3/10", "30% improvement"."""
    drafts = []
    for regex, then, now in (
        (_FROM_TO, 1, 2),
        (_ARROW, 1, 2),
        (_INDEX, 1, 2),
        (_THEN_NOW, 1, 2),
        (_NOW_THEN, 2, 1),
        (_BEFORE_AFTER, 1, 2),
    ):
        for match in regex.finditer(sentence.view, sentence.start, sentence.end):
            if not re.search(r"pain|score|vas|nrs|/10|ndi|odi|oswestry|headache|discomfort|symptom", sentence.text):
                continue
            if _NO_SCORE.search(sentence.gap(max(sentence.start, match.start() - 40), match.start())):
                continue
            if re.search(
                r"(?:rang\w+|var(?:y|ies|ying)|fluctuat\w+|anywhere|goes|scale|is)\s*$",
                sentence.gap(max(sentence.start, match.start() - 14), match.start()),
            ):
                continue
            before, after = int(match[then]), int(match[now])
            value = "improved" if after < before else "worse" if after > before else "unchanged"
            drafts.append(_score_draft(match, value, "treatment_response.score"))
    for match in _PERCENT.finditer(sentence.view, sentence.start, sentence.end):
        if _OTHER_SHARE.search(match.group()):
            continue  # "a reduced ejection fraction of 45%"
        zero = int(match[1] or match[2]) == 0
        if not _CONDITION.search(sentence.gap(max(sentence.start, match.start() - 60), match.start())):
            drafts.append(_score_draft(match, "unchanged" if zero else "improved", "treatment_response.share"))
    return drafts


def _score_draft(match: re.Match[str], value: str, rule: str) -> Draft:
    measure = " ".join(match.group().split())
    return Draft("treatment_response", value, match.start(), match.end(), rule, attributes={"measure": measure})
