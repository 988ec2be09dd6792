"""How long the spine complaint has lasted and when it began."""

import re
from typing import Literal

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers.grading import graded_mark
from chartgap.extract.sentences.about import about, site
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.marks import (
    PAIN_WORD,
    TELLS,
    TELLS_VAGUE,
    Mark,
    carried,
    first_mark,
    holds,
    last_mark,
    marks_of,
    said,
)
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.sentences.time_spans import TimeSpan, spans
from chartgap.knowledge.elements import ElementPattern

_STORY = frozenset({"chief_complaint", "history_of_present_illness", None})
_MOD = (
    r"(?:about|approximately|approx\.?|nearly|almost|around|roughly|some|at least|greater than|more than|well over"
    r"|over|the|these|a|an|past|last"
    r"|previous|total of|probably|maybe|perhaps|up to|upwards of|only|now|good|least|another|>|~|or|like|to|really"
    r"|what|is|:|little|just|under|less than|close to|in excess of|between|most of|easily|the better part of|as long as"
    r"|preceding|period of|on the order of|nearer)"
)
_LEAD = re.compile(
    rf"(?:(?<![a-z])(?:x|for|over|during|throughout|past|last|previous|preceding|going on|goes back|lasting|ongoing"
    rf"|duration(?: of)?|period of|been (?:there|present|like this|this way|a problem|sore|stiff|painful|bad)(?: for)?"
    rf"|(?:plagued|bothered|troubled|bothering|plaguing|troubling) (?:him|her|me|them)(?: for)?"
    rf"|course of|times|since|persisted|has been|have been|it'?s been|(?:has|have|had)(?: now)? lasted)"
    rf"|(?:symptoms|pain) of)\s*:?\s*(?:{_MOD}[\s:]*)*$"
)
_IN = re.compile(r"\b(?:in|within)\s+(?:the\s+)?$")
_RATE = re.compile(
    r"(?:\b(?:every|per|each|age|aged|ages|q|after|until|another|next|in|within|times a|first|lasted|lasts|lasting"
    r")\s*(?:the\s+next\s+|the\s+first\s+|the\s+|about\s+|approximately\s+|next\s+)?"
    r"|\b(?:once|twice|times|hours|days) an?\s+)$"
)
_BEFORE_LAST = re.compile(r"\b(?:past|last|previous|preceding|(?:has|have|had)(?: now)? lasted)\s+(?:\w+\s+){0,2}$")
_AFTER = re.compile(
    r"[\s-]*(?P<age>old\b|of age|gest\w*|ga\b|pregnan\w*|y/?o\b|female|male\b|woman|man\b)|[\s-]*(?P<rate>a (?:day"
    r"|week|month)\b|per\b"
    r"(?! (?:family|patient|pt|wife|husband|mother|daughter|son|report|chart|records?|his|her)\b)|each\b"
    r"|out\b(?! from)|apart|later|after\b|following\b|before\b(?! (?:this |the |his |her )?(?:presentation"
    r"|presenting|admission|visit|coming|arrival|being|he came|she came))|from now|supply|intervals?\b|at a time)"
    r"|[\s-]*(?P<post>s/p\b|status post\b|out from\b|removed from\b|post (?=mv[ac]|injury|accident))"
    r"|[\s-]*(?:long\s+|duration\s+)?(?:(?P<ago>ago\b|prior\b|before\b|earlier\b|back\b|previously\b)"
    r"|(?P<history>history\b"
    r"|hx\b|h/o\b|course\b|duration of\b|status\b)|(?P<of>of\b))"
)
# "x 2 days after sleeping wrong", "for 5 years after whiplash": how long since it began, not how long an effect lasts.
_X = re.compile(r"(?<![a-z])x\s*$")
_FOR = re.compile(r"(?<![a-z])for\s(?:about |over |the past |the last )?$")
_BEGAN_AFTER = re.compile(
    r"\s*(?:after|following)\s+(?:an?\s|the\s|his\s|her\s|being\s|when\s)?(?:\w+\s)?(?:mv[ac]s?|accident|collision"
    r"|crash|wreck"
    r"|whiplash|injury|fall|falling|fell|assault|lifting|sleeping|shovel\w*|rear[ -]ended|hit|twisting)\b"
)
_BARE_BEFORE = re.compile(rf"[\s,(\[:;-]*(?:{_MOD}\s+)*")
_DESCRIBED = re.compile(
    rf"(?:[\s,:-]*\b(?!(?:for|in|at|after|then|will|was|is|are|has|had|took|given|follow|every)\b)[a-z>/-]+){{0,8}}"
    rf"\s?[,(\[]\s*(?:{_MOD}\s+)*"
)
_BARE_AFTER = re.compile(
    r"\s*(?:duration|now|in duration|long)?\s*(?:[.,;)\]]|$|and\b|with\b|after\b|status\b|since noticed\b)"
)
_PREPOSITION = re.compile(
    r"(?:\b(?:on|in|since|around|about|approximately|circa|of|sometime|early|late|mid|time|back to|to|from|the"
    r"|until|was|is|date|accident|mva|mvc|injury|doi|dol|approx|onset|started|began|begun|beginning|starting|developed"
    r"|noticed|noted|occurred|injured|fell|when|by|before|~)|[:,(;])[\s.-]*(?:or about\s+|or around\s+"
    r"|approximately\s+|about\s+|early\s+|late\s+|mid[\s-]+|the\s+)*$"
)
_RELATIVE = re.compile(
    r"yesterday|overnight|last|this|earlier|the|on|in|early|late|mid|since|over|around|after|at|before|past"
)
# "Three-day history of fever and back pain", but "history of diabetes who presents with back pain".
_NEW_MATTER = re.compile(r"\b(?:who|which|that|presents?|presenting|comes|complain\w*)\b|[.;]")
# Relief that has lasted: "took away the neck pain for two months".
_EASED = re.compile(
    r"\b(?:reliev(?:es|ed|ing)|relief|eased|helped|improved|alleviated|reduced|took away|resolved|(?:exacerbation|flare"
    r"|flare-?up|worsening|aggravation|increase)s? (?:of|in))\b[^,;.]*$"
)
_NOW = re.compile(rf"[,;(-]\s*now\s+(?:{_MOD}\s+)*$")
_SINGLE = re.compile(r"(?:last|past|previous)\s")
_LISTED = re.compile(r"\s*,\s*(?:and\s+)?(?:\w+\s+){0,2}|\s+and\s+(?:\w+\s+){0,2}")
_UNTIL = re.compile(r"\b(?:until|till)\s+(?:about|approximately|around|roughly|some)?\s*$")
_SINCE = re.compile(r"\bsince\s*(?:[a-z]+\s+){0,2}$")
# "Since her laminectomy in 2017", "since a bad flare in August": what happened then stands between.
_SINCE_WHAT = re.compile(r"\bsince\s+(?:[\w'/-]+\s+){1,7}(?:in|on|of|around|about)?\s*$")
_LATER = re.compile(
    r"\b(?:last|visit|seen|saw|exam\w*|eval\w*|mri|ct|x-?rays?|scan|appointment|note|report|discharge|then|start\w*"
    r"|therapy"
    r"|pt|treatment|medications?|injections?|ablation|block|stop\w*|quit|taking|using|begin\w*|began|better|improved)\b"
)
# "Over the last ten months she has had increasing trouble with buttons": the change is that of what follows.
_CHANGING = re.compile(
    r"[,\s]+(?:\w+ ){1,3}(?:has|have|had) (?:had |noticed |noted |developed |experienced )?(?:\w+ )?(?:increas\w+"
    r"|worsening|progressive)\s"
)
_OF_HEAD = re.compile(r"\b(?:head|chin|band)\b")
# "He was free of symptoms until Thanksgiving": it began then.
_WELL_UNTIL = re.compile(
    r"\b(?:(?:free of|without|no)(?: \w+){0,2} (?:symptoms?|pain|problems?|trouble|complaints)|(?:symptom"
    r"|pain)[ -]free|asymptomatic|fine|well|all right|okay?|normal)"
    r"\s+(?:until|till)?\s*(?:about|around)?\s*$"
)
_SMALL_START = re.compile(
    r"(?:[\s\d.)\u2022*-]|\b(?:hx|hpi|history|present illness|subjective|complaint)\s*:)*"
    r"(?:.*\b(?:states?|reports?|reported|stated|indicates?|indicated|relates?|recalls?|says|notes|explains|that"
    r"|while \w+|when|until|till)\s|.*[,:]\s*(?=on\b|in\b|about\b|approximately\b|some\b|back\b))?"
    r"\s*(?:(?:on|in|around|about|approximately|approx|sometime|back|early|late|then|and|since|initially|at|or|a"
    r"|little|less|more|than|some|almost|nearly|over|only|just|beginning|starting|by|until|the|well|unfortunately"
    r"|apparently|was|is)\b[\s:,-]*)*"
)
# "Duration: 3 months", "Onset - 2 weeks ago": a form's label, so the time is the complaint's.
_DURATION_LABEL = re.compile(
    r"(?:^|[\n;.,|:]\s*|\s{2,})(?:symptom |pain )?(?:duration|onset|date of onset|how long|time since onset"
    r"|onset (?:uncertain|unclear|unknown|unsure|not clear|hard to say)|time course|(?:has |have )?(?:it"
    r"|this) (?:started|begun)|started|began|since when"
    r"|(?:symptoms?|pain|problem) (?:started|began|for|since))"
    r"(?: of (?:the )?(?:symptoms?|pain|complaint|problem|condition))?\s?[,:=?-]?[\s\"']*"
    r"(?:x|about|approximately|~|maybe|perhaps)?\s*$"
)
# A quantity that is all its sentence says: "Now 7 weeks.", "2 yr."
_ALONE_BEFORE = re.compile(
    r"[\s\"'*-]*(?:(?:now|about|approx\.?|approximately|x|for|going on|~|duration|it's been)\s*)*"
)
_ALONE_AFTER = re.compile(r"\s*(?:now|total|in all|or so|duration)?[\s.;\"']*")
_OVERCOME = re.compile(r"[^;]*\b(?:recover(?:ed|y)|resolv|healed)")
# How fast it came, not how long it lasts: "came on over a week".
_CAME_OVER = re.compile(
    r"\b(?:came on|began|started|evolved)\b[^,;.]{0,25}\bover\s+(?:the (?:course|span) of\s+)?(?:about\s+)?$"
)
_AHEAD = re.compile(
    r"\s*(?:of\s+)?(?:(?:l|r|left|right|bilateral|b/l|both|sided|constant|worsening|progressive|intermittent|low"
    r"|lower|upper"
    r"|mid|posterior|axial|chronic|acute|neck|back|arm|leg|shoulder|cervical|lumbar|severe|mild|moderate|and|\+|/|,|-"
    r"|sharp|dull"
    r"|burning|aching|radiating)[\s-]*)*"
)
_OF_SYMPTOMS = re.compile(r"\s*(?:of\s+)?(?:[\w-]+ ){0,3}?(?:symptoms|sx|complaints)\b")
# "Developed pneumonia in 2003" dates that, "developed it in 2003", "developed gradually" what the note is about.
_NAMED_ELSE = re.compile(
    r"developed (?!(?:it|this|these|that|them|symptoms?|problems?|trouble|complaints?|difficulty|over|in|on|at|around"
    r"|about|approximately|sometime|after|following|during|while|when|since|within|from|last|early|late|as|and)\b"
    r"|(?:some|more|new|similar|his|her|their|the|such) (?:symptoms?|problems?|complaints?)\b|\w+ly\b)[a-z]"
)
_CHANGE_REACH = 30


def duration(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """How long the spine complaint has lasted: quantities in days, onset dates, vague words."""
    drafts: list[Draft] = []
    marks: list[Mark] | None = None
    if sentence.section in TELLS or "time" in sentence.lexemes:
        for span in spans(sentence.view, sentence.start, sentence.end):
            marks = marks_of(sentence) if marks is None else marks
            mark = _owner(sentence, span, marks)
            if mark and holds(sentence, mark) and (sentence.section in TELLS or _is_label(sentence, mark)):
                drafts.append(_time(sentence, span, mark))
    for lex in said(sentence, "duration", TELLS_VAGUE):
        if not any(d.start < lex.end and lex.start < d.end for d in drafts) and (found := graded_mark(sentence, lex)):
            drafts.append(_vague(sentence, lex, found))
    return drafts


def _time(sentence: Sentence, span: TimeSpan, mark: Mark) -> Draft:
    of = _about_mark(sentence, span, mark)
    kind: Literal["quantity", "onset_date", "vague"] = "onset_date" if span.kind == "date" else span.kind
    if kind == "quantity" and not span.days:
        kind = "onset_date"  # "four hours ago" is today
    where = {"about": of, "site": site(sentence, span.start, span.end) or ""}
    return Draft(
        "duration", None, span.start, span.end, f"duration.{kind}", days=span.days, kind=kind, attributes=where
    )


def _is_label(sentence: Sentence, mark: Mark) -> bool:
    """Whether a mark is the label of a date ("Date of injury:"), which may stand outside the history."""
    return mark.role == "injury" and sentence.view.startswith(("date of", "doi", "dol", "d.o.i"), mark.start)


def _about_mark(sentence: Sentence, span: TimeSpan, mark: Mark) -> str:
    if mark.role == "complaint":
        return about(sentence, mark.start, mark.end)
    if mark.role == "course" and _OF_HEAD.search(sentence.gap(mark.start, mark.end)):
        return "open"  # the head that sinks is the neck's
    return about(sentence, span.start, span.end)


def _vague(sentence: Sentence, lex: Lexeme, found: Mark) -> Draft:
    where = {"about": about(sentence, found.start, found.end), "site": site(sentence, lex.start, lex.end) or ""}
    return Draft("duration", None, lex.start, lex.end, lex.entry.id, kind=lex.entry.value or "vague", attributes=where)


def _owner(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    """The complaint, beginning or injury that a stretch of time or a date belongs to."""
    if _DURATION_LABEL.search(sentence.gap(sentence.start, span.start)) and sentence.topic != "other":
        return Mark(span.start, span.end, "onset")
    if _ALONE_BEFORE.fullmatch(sentence.view, sentence.start, span.start) and _is_alone(sentence, span):
        return Mark(span.start, span.end, "onset")
    if span.kind == "date":
        return _date_owner(sentence, span, marks)
    after = _AFTER.match(sentence.view, span.end, sentence.end)
    if after and (after["age"] or (after["rate"] and not _since_after(sentence, span))):
        return None
    if after and after["ago"]:
        return _began(sentence, span, marks) or _ever_since(sentence, span, marks)
    return _stretch_owner(sentence, span, marks, after)


def _since_after(sentence: Sentence, span: TimeSpan) -> bool:
    """Whether "after" tells of the cause of the complaint: "x 2 days after", "for 5 years after whiplash"."""
    before = sentence.gap(max(sentence.start, span.start - 20), span.start)
    return bool(_X.search(before) or _FOR.search(before)) and bool(_BEGAN_AFTER.match(sentence.view, span.end))


def _is_alone(sentence: Sentence, span: TimeSpan) -> bool:
    """Whether a stretch is the whole sentence in the story of the spine complaint."""
    told = sentence.section in _STORY and sentence.topic == "spine" and span.kind == "quantity" and span.unit != "h"
    return told and _ALONE_AFTER.fullmatch(sentence.view, span.end, sentence.end) is not None


def _stretch_owner(sentence: Sentence, span: TimeSpan, marks: list[Mark], after: re.Match[str] | None) -> Mark | None:
    """The complaint that has lasted so long: "for 3 months", "3-month history of", "neck pain, 3 months"."""
    before = sentence.gap(max(sentence.start, span.start - 60), span.start)
    if _CAME_OVER.search(before) and span.unit not in {"m", "y"}:
        return None
    single = _SINGLE.match(sentence.view, span.start) is not None  # "in the last year or so, he has had"
    rate = _RATE.search(before) and not single and not _BEFORE_LAST.search(before)
    if rate or (span.unit == "h" and not span.days):
        return None
    if after and after["post"]:
        ahead = first_mark(sentence, after.end(), marks, set())
        return ahead if ahead and ahead.role == "injury" else None
    if after and (after["history"] or after["of"]):
        return _history_of(sentence, after.end(), marks)
    if _LEAD.search(before) or (_IN.search(before) and ("past" in before or single)):
        return _lasting(sentence, span, marks)
    return _bare(sentence, span, marks)


def _history_of(sentence: Sentence, at: int, marks: list[Mark]) -> Mark | None:
    """What a history is of: the first that is named, or another of the same list that may be of the spine."""
    ahead = first_mark(sentence, at, marks, {"change", "onset", "course"})
    if ahead is None and sentence.topic in {"spine", "limb"} and (said := _OF_SYMPTOMS.match(sentence.view, at)):
        return Mark(said.start(), said.end(), "complaint")
    if ahead is None or ahead.role not in {"complaint", "injury"}:
        return None
    if ahead.role == "complaint" and about(sentence, ahead.start, ahead.end) == "other":
        later = [m for m in marks if m.start > ahead.end and m.role == "complaint"]
        listed = [m for m in later if not _NEW_MATTER.search(sentence.view, at, m.start)]
        return next((m for m in listed if about(sentence, m.start, m.end) != "other"), ahead)
    return ahead


def _lasting(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    """The complaint that "for three months" follows or, at the head of its clause, leads."""
    skip = frozenset({"onset", "injury"})
    found = last_mark(sentence, span.start, marks, skip) or first_mark(sentence, span.end, marks, {"onset"})
    if found is None:
        return carried(sentence, span)
    if found.role == "change" and found.start >= span.end and (at := _CHANGING.match(sentence.view, span.end)):
        found = first_mark(sentence, at.end(), marks, {"onset"}) or found
    if found.role == "complaint" and found.end <= span.start:
        found = _of_list(sentence, found, marks)
    if found.role == "complaint" and _EASED.search(sentence.gap(max(sentence.start, found.start - 60), found.start)):
        return None
    return found if found.role in {"complaint", "injury", "course"} else None


def _of_list(sentence: Sentence, last: Mark, marks: list[Mark]) -> Mark:
    """Of complaints listed before a time the last that may be of the spine: "neck pain, fatigue and headaches for"."""
    found = last
    for mark in reversed([m for m in marks if m.role == "complaint" and m.end <= last.start]):
        if about(sentence, found.start, found.end) != "other" or not _LISTED.fullmatch(
            sentence.view, mark.end, found.start
        ):
            break
        found = mark
    return found if about(sentence, found.start, found.end) == "spine" else last


def _bare(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    """The complaint right before a quantity that nothing leads: "Neck pain, 3 months.", "Neck pain, dull, 3 months"."""
    if span.kind != "vague" and (found := _leading(sentence, span, marks)):
        return found
    if span.kind == "vague" or not _BARE_AFTER.match(sentence.view, span.end):
        return None
    if _NOW.search(sentence.gap(sentence.start, span.start)):
        return last_mark(sentence, span.start, marks, frozenset({"onset", "change"}))
    last = last_mark(sentence, span.start, marks, frozenset())
    if last and sentence.view.startswith(("stable", "unchanged"), last.start):
        last = last_mark(sentence, last.start, marks, frozenset())
    if last is None or last.role not in {"complaint", "injury", "course"}:
        return None
    fits = _BARE_BEFORE.fullmatch(sentence.view, last.end, span.start) or (
        _DESCRIBED.fullmatch(sentence.view, last.end, span.start) and not _treated(sentence, last.end, span.start)
    )
    return last if fits else None


def _leading(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    """The complaint that a quantity stands right before: "10d L sided neck pain", "47M, 4 mo L arm pain"."""
    ahead = next((m for m in marks if m.start >= span.end and m.role == "complaint"), None)
    return ahead if ahead and _AHEAD.fullmatch(sentence.view, span.end, ahead.start) else None


def _treated(sentence: Sentence, start: int, end: int) -> bool:
    return any(start <= t.start < end for t in sentence.of("t:conservative_treatment"))


def _began(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    """The beginning or injury that "three months ago" dates."""
    last = last_mark(sentence, span.start, marks, frozenset({"complaint"}))
    if last and last.role == "change" and _UNTIL.search(sentence.gap(last.end, span.start)):
        last = None  # "free of pain until a year ago, when it began"
    return _beginning(sentence, last or _opening(sentence, span, marks), marks)


def _ever_since(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    """The complaint that is there since what happened at a time: "since her laminectomy in 2017"."""
    since = _SINCE_WHAT.search(sentence.gap(max(sentence.start, span.start - 60), span.start))
    if since is None or _LATER.search(since.group()):
        return None
    at = span.start - len(since.group())
    last = last_mark(sentence, at, marks, frozenset({"onset", "course"}))
    if last and sentence.view.startswith("progressive", last.start):
        last = last_mark(sentence, last.start, marks, frozenset({"onset", "course"}))
    if last is None:
        return carried(sentence, span._replace(start=at))
    return last if last.role == "complaint" else None


def _opening(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    """What a time at the head of its clause leads: "On 3/4/05, he fell"."""
    if not _SMALL_START.fullmatch(sentence.view, sentence.start, span.start):
        return None
    return first_mark(sentence, span.end, marks, {"complaint"})


def _beginning(sentence: Sentence, mark: Mark | None, marks: list[Mark]) -> Mark | None:
    """The mark if the complaint began there; a mere verb needs a complaint in its sentence, and no change before it."""
    if mark is None or mark.role not in {"onset", "injury"}:
        return None
    if any(m.role == "change" and 0 <= mark.start - m.end <= _CHANGE_REACH for m in marks):
        return None
    if mark.role == "injury":
        return None if _OVERCOME.match(sentence.view, mark.start, sentence.end) else mark
    told = PAIN_WORD.search(sentence.text) or "symptom" in sentence.lexemes or _names_spine(sentence)
    if not told and _NAMED_ELSE.match(sentence.view, mark.start):
        return None
    return mark if told or sentence.topic in {"spine", "limb"} else None


def _names_spine(sentence: Sentence) -> bool:
    return any(t.entry.sense in {"spine", "condition"} for t in sentence.of("topic") if not t.entry.void)


def _date_owner(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    view = sentence.view
    text, before = view[span.start : span.end], sentence.gap(max(sentence.start, span.start - 40), span.start)
    until = text.startswith("until")
    if not (_RELATIVE.match(text) or until or text.endswith("ago") or _PREPOSITION.search(before)):
        return None
    if (until or _UNTIL.search(before)) and _WELL_UNTIL.search(before):
        return carried(sentence, span) or Mark(span.start, span.end, "onset")
    if _SINCE.search(before) or text.startswith("since"):
        return _since_date(sentence, span, marks)
    if since := _ever_since(sentence, span, marks):
        return since
    last = last_mark(sentence, span.start, marks, frozenset({"complaint"}))
    today = text.endswith("today") and (last is None or span.start - last.end > 12)
    return None if today else _beginning(sentence, last or _opening(sentence, span, marks), marks)


def _since_date(sentence: Sentence, span: TimeSpan, marks: list[Mark]) -> Mark | None:
    skip = frozenset({"onset"})
    last = last_mark(sentence, span.start, marks, skip) or first_mark(sentence, span.end, marks, {"onset"})
    if last is None:
        return carried(sentence, span)
    return last if last.role in {"complaint", "injury"} else None
