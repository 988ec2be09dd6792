"""How long and how bad: durations of the spine complaint and pain scores."""

import re

from chartgap.extract.draft import Draft
from chartgap.extract.quantity import DATE, QUANTITY, quantity_days, slashed
from chartgap.extract.sentence import Sentence
from chartgap.knowledge.elements import ElementPattern

_LEAD = re.compile(
    r"(?:\bx|\bfor|\bover|\bpast|\blast|\bsince|\bduring|\bprevious|\bapproximately|\babout|\bnearly|\balmost|\baround|\broughly|\bsome|\bthe|\bof|\bwithin|\bpersist\w*|\bduration|\bduration:|\bover the course of|\ba|\bago|\bthese|\bat least|\bgreater than|\bmore than|>|~|\bseveral|\blasting|\bongoing|\ba period of|\bgoing on|\bbeen)\W*$"
)
_BACK = re.compile(
    r"\s*(?:-\s*)?(?:(?:long|now|or so|duration|in duration)\W+)?\s*(?:ago|prior|before|earlier|history|hx|h/o|of\b|duration|now|course|back\b|old\b)"
)
_AGE = re.compile(
    r"\s*(?:-\s*)?(?:old|of age|y/?o\b|yo\b)|\W*(?:old|female|male|woman|man|gentleman|lady|boy|girl|white|black)\b"
)
_OTHER = re.compile(
    r"follow[\s-]?up|return(?:s|ed)? (?:to|in|for)|recheck|re-?evaluat|see (?:him|her|me|you|us)|smok|tobacco|pack|alcohol|ppd|married|divorced|employ|worked|retired|quit"
    r"|antibiotic|surgery|surgical|operati|\bs/p\b|status post|postop|post-op|arthroplasty|fusion|discectomy|laminectomy|diabet|hypertens|headache|migraine|fever|cough"
    r"|cough|nausea|seizure|bid\b|tid\b|daily|refill|relief|improve|\bin the next\b|\bper\b|times a|every|therapy|therapist|pregnan|gestation|expired|hospitali[sz]|admitted|chest pain|abdominal"
)
_START = re.compile(
    r"(?:start(?:s|ed|ing)?|began|begun|begin|onset|since|occur(?:red)?|develop(?:ed)?|noticed|first|injur(?:y|ed)|accident|fell|fall|mva|mvc|lift(?:ed|ing)?|hurt|awoke|woke|going on|happened|sustained|presented|experienc(?:ed|ing)|has had|have had|had|suffer(?:ed|ing)|bother(?:ed|ing)|persist|history|duration|complain\w*)"
)
_COMPLAINT = re.compile(
    r"\bpains?\b|\bache|\baching|\bsore|\bhurt|numb|tingl|paresthe|radicul|sciatica|weakness|stiff|spasm|symptom|\bthis\b|complain|discomfort|neck|back\b|cervicalgia|lumbago|dysesthe|brachialgia"
)
_SPAN_SECTIONS = frozenset(
    {
        "chief_complaint",
        "history_of_present_illness",
        "indication",
        "assessment",
        "assessment_and_plan",
        "impression",
        "reason_for_visit",
        "history",
        "subjective",
        "hospital_course",
        None,
    }
)
_RELATIVE = re.compile(
    r"(?<![a-z])(?:yesterday|last (?:night|week|month|year|spring|summer|fall|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|this morning|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|today)(?![a-z])"
)
_SCORE = re.compile(
    r"(?<![\d/.])(?P<a>10|\d(?:\.\d)?)(?:\s?(?:-|to)\s?(?P<b>10|\d(?:\.\d)?))?\s?(?:/|out of(?: a possible)?)\s?10(?![\d/])|(?<![\d/.])(?P<c>10|\d)\s?/\s?10(?![\d/])"
)
_SCALE = re.compile(
    r"(?:pain (?:scale|score|level|rating|intensity)(?: (?:is|was|of|today|at|now|currently))*|vas|nrs|rates? (?:his|her|the|their) (?:\w+ ){0,2}pain (?:as|at|a|is)(?: an?)?|pain (?:is )?(?:rated|graded|scored) (?:as|at)?(?: an?)?|pain of an?|between an?)\W{0,3}(?P<a>10|\d)(?:\s?(?:-|to|and a|and)\s?(?P<b>10|\d))?(?![\d/.%])"
)


def duration(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """How long the spine complaint has lasted: quantities in days, onset dates, vague words."""
    if sentence.section not in _SPAN_SECTIONS or not _COMPLAINT.search(sentence.text):
        return []
    drafts: list[Draft] = []
    for start, end, days in slashed(sentence.view, sentence.start, sentence.end):
        drafts.append(Draft("duration", None, start, end, "duration.slashed", days=days, kind="quantity"))
    for match in QUANTITY.finditer(sentence.view, sentence.start, sentence.end):
        start, end = match.span()
        if start == end or not _is_span(sentence, start, end, bare=bool(match["bare"] is not None)):
            continue
        days = quantity_days(match)
        kind = "quantity" if days is not None else "vague"
        drafts.append(Draft("duration", None, start, end, f"duration.{kind}", days=days, kind=kind))  # type: ignore[arg-type]
    drafts.extend(_dates(sentence, drafts))
    for lex in sentence.of("t:duration"):
        if not lex.entry.void and sentence.assertion(lex.start, lex.end) not in {"negated", "family", "hypothetical"}:
            drafts.append(Draft("duration", None, lex.start, lex.end, lex.entry.id, kind="vague"))
    return drafts


def _is_span(sentence: Sentence, start: int, end: int, *, bare: bool) -> bool:
    """Whether a quantity of time says how long a complaint has lasted."""
    view = sentence.view
    if bare or _AGE.match(view, end):
        return False
    before, after = sentence.gap(sentence.start, start), sentence.gap(end, min(sentence.end, end + 40))
    if re.search(r"\b(?:in|within|every|at|age|aged|after|q)\s*(?:the next\s*)?$", before):
        return False
    clause_start = max(sentence.start, start - 90)
    clause = view[clause_start : min(sentence.end, end + 50)]
    if _OTHER.search(clause) and not re.search(
        r"\b(?:pain|symptoms?|numbness|tingling|radiculopathy|sciatica)\b[^,;]{0,40}$", view[clause_start:start]
    ):
        return False
    backward = _BACK.match(view, end)
    if backward and "ago" in backward.group() and not _START.search(clause):
        return False
    return bool(backward or _LEAD.search(before) or not after.strip(" .,;)"))


def _dates(sentence: Sentence, known: list[Draft]) -> list[Draft]:
    """Onset dates: "since January 2001", "began on 3/4/05", "started yesterday"."""
    out = []
    for pattern in (DATE, _RELATIVE):
        for match in pattern.finditer(sentence.view, sentence.start, sentence.end):
            if any(d.start < match.end() and match.start() < d.end for d in known):
                continue
            lead = sentence.gap(max(sentence.start, match.start() - 60), match.start())
            if not re.search(rf"(?:{_START.pattern})[^.;]*$|\bsince\W*$", lead) or re.search(
                r"mri|x-ray|ct\b|emg|seen|visit|surg|exam|dated|review|follow|admit|discharg|scan|last visit", lead
            ):
                continue
            out.append(Draft("duration", None, match.start(), match.end(), "duration.onset_date", kind="onset_date"))
    return out


def severity(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Pain scores in the form n/10 or n-m/10, and pain graded in words."""
    drafts: list[Draft] = []
    scored = re.search(
        r"pain|ache|vas\b|nrs|severity|scale|intensity|discomfort|symptom|worst|average|hurt|sore", sentence.text
    )
    for match in (
        *_SCORE.finditer(sentence.view, sentence.start, sentence.end),
        *_SCALE.finditer(sentence.view, sentence.start, sentence.end),
    ):
        if (
            not scored
            and match.re is _SCORE
            and sentence.section not in {"chief_complaint", "history_of_present_illness", None}
        ):
            continue
        low, high = match["a"] or match.groupdict().get("c"), match["b"]
        if any(d.start < match.end() and match.start() < d.end for d in drafts):
            continue
        value = f"{low}-{high}/10" if high else f"{low}/10"
        drafts.append(Draft("severity", value, match.start(), match.end(), "severity.score"))
    for lex in sentence.of("t:severity"):
        if not lex.entry.void and sentence.assertion(lex.start, lex.end) in {"affirmed", "historical", "uncertain"}:
            drafts.append(Draft("severity", lex.entry.value, lex.start, lex.end, lex.entry.id))
    return drafts
