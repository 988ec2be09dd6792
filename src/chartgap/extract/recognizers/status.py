"""Done or planned: what the words around a study or a treatment, or its section, say of it."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers.status_details import by_itself, pointed_to
from chartgap.extract.sentences.sentence import Sentence
from chartgap.knowledge.elements import StatusRule

_TOLD_REACH, _PLANNED_REACH, _WILL_REACH, _DECLINED_REACH = 75, 60, 80, 90
# A plan that was made and has its result: "an MRI was ordered and showed".
_RESULT = re.compile(r"show|reveal|demonstrat")
# At the end of an operation note: "she will be subjected to a CT scan", "we will obtain x-rays".
_AFTERWARDS = re.compile(
    r"\b(?:will|is to|are to|should|we plan to) (?:then |also |now )?(?:be (?:subjected|sent|taken|scheduled)|have|get"
    r"|undergo|obtain|order|need|require|follow[ -]?up|return)\b[^.;,]{0,40}$"
)
# "He ordered an MRI of her spine", of another doctor in a history; "I ordered" is today's.
_BY_ANOTHER = re.compile(
    r"\b(?:he|she|they|dr\.? \w+|physician|doctor|pcp|provider|neurologist|neurosurgeon|surgeon|orthopedist"
    r"|chiropractor|internist|emergency room|er|ed|urgent care|clinic)"
    r" (?:had |has |then |also |subsequently |initially )*ordered$"
)
_NOT_YET = re.compile(r"\b(?:not|pending|scheduled|upcoming|yet|tomorrow|next|will|never|awaiting|denied|approv\w*)\b")
_GRANT = re.compile(r"authoriz|approv|script|prescription|referral|request for|order for")
# Between a study and what is told of it only its own description may stand, not a new statement.
_NEW_CLAUSE = re.compile(
    r"\b(?:as|because|since|if|until|before|when|while|so|after|she|he|patient|i|we|they|but|to)\b|\band\s+$"
)
# "No fracture on the previous MRI", "the changes on EMG would be": what is seen on a study was done.
_DETAIL = (
    r"(?:(?:the|an?|his|her|their|this|that|previous|prior|recent|needle|plain|repeat|cervical|lumbar|thoracic|spine"
    r"|initial|current)\s+)*"
)
_ON = re.compile(rf"(?<!based )(?<!off )\b(?:on|by|per|via)\s+{_DETAIL}$")
_DEFINITE = re.compile(rf"\b(?:the|his|her|their|this|that)\s+{_DETAIL}$")
_UNDONE = re.compile(
    r"\b(?:get|got|tolerate|completed?|undergo|undergone|return|go|obtain|obtained|perform|performed|done|had)\b"
)
_VERB = re.compile(r"(?:has|have|had|was|were|did)\b")
_IS = re.compile(r"(?:has|have|had|was|were|is|are|got|may|can|could|might|only|not)\b")
# "MRI if the arm goes weak": planned for a case that has not come, unlike "MRI if no better".
_IN_CASE = re.compile(
    r"\b(?:if|should|unless|when)\b[^.;]{0,40}\b(?:numb(?:ness)?|weak(?:ness)?|develops?|developed|appears?|arises?"
    r"|bladder|bowel|long[ -]tract|spreads?|rises|red flags?|emerges?|(?:arm|leg) (?:sx|symptoms?|pain))\b"
)
# "Get the MRI report": the study was made.
_PAPERS = re.compile(
    r"\b(?:get|obtain|request|send for|need|bring)\s+(?:the |his |her |any |old |outside |prior |copy of )*$"
)
_REPORT = re.compile(r"\s*(?:of [\w ]{3,25})?(?:report|reports|disc|cd|disk)\b")
_OFFER = re.compile(
    r"[\s:(]*(?:(?:was|were|has been|have been|is) )?(?:offered|recommended|suggested|discussed|advised)[^.;]{0,30}?"
    r"(?:[,(]|\bbut\b|\bhowever,?) ?(?:but |and |s?he |they |the |patient |pt |has |have |was )*(?:declin|refus)"
)
_NOT_WANTED = re.compile(
    r"[^.;]{0,40}?(?:\bbut\b|\bhowever,?|\balthough\b|,) (?:he|she|they|(?:the )?(?:patient|pt)) "
    r"(?:(?:is|was|has|had) )?(?:not interested|declin|refus|do(?:es)? not (?:want|wish)|did not (?:want|wish)"
    r"|would (?:rather|prefer) not|prefers not|never (?:went|did|attended|started|had|got|followed)"
    r"|did not (?:go|attend|start|follow|get|pursue)|(?:has|have|had) not (?:gone|started|attended|been able)"
    r"|could not afford)"
)
_IF_IT = re.compile(r"\bif\s+(?:an?\s+|the\s+|any\s+)?$")
# Sentences on people in general: "some people get better with a collar".
_OF_ANYONE = re.compile(r"\b(?:some|most|many|other|certain) (?:people|patients|persons|individuals|cases)\b")
# "Naproxen 500 mg twice a day for 10 days." in an assessment is what is prescribed.
_REGIMEN = re.compile(
    r"[^.;]{0,30}?(?:\b(?:daily|nightly|[bt]\.?i\.?d|q\.?i\.?d|q\.?[hd]\.?s?|qam|qpm|prn|as needed|at (?:bedtime|night)"
    r"|every \w+|q ?\d+ ?h\w*|(?:once|twice|\d+ ?x|\d+ times)\s?(?:/|a |per |each )?\s?(?:day|daily|week|wk)|weekly)\b"
    r"|#\s?\d+\b|\bx ?\d+ ?(?:h|d|w|hours?|days?|wks?|weeks?)\b|\bfor (?:the next )?(?:\d+|two|ten) (?:days|weeks"
    r"|months)\b)"
)
# "..., f/u 2 weeks": what stands before it in the sentence is the plan.
_THEN = re.compile(r"\b(?:f/u|follow[ -]?up|rtc|recheck|return (?:in|if|prn)|see (?:back|again) in)\b")
# "Chiropractic (no)", "Injections: none".
_TICKED_NO = re.compile(r"\s*(?:[:(]|--?|\u2013)\s*(?:no|none|never)\b(?! \w+ (?:relief|benefit|help|improvement))")
_INSTEAD = re.compile(r"\bto\s+(?:\w+\s+)?$")  # "switch from ibuprofen to meloxicam"
_VISIT_AHEAD = re.compile(r"\b(?:will|to|should|may) (?:then )?(?:return|follow|see|be seen|come back|call|recheck)\b")
_BY_WHOM = re.compile(r" by (?:yourself|you|dr\.? \w+|(?:the|his|her|another) \w+)\b")
_WAS = re.compile(r"\b(?:was|were|been)\s+$")
# "Follow up in 4 weeks to review the MRI results", "RTC after MRI": the study is still to come. A visit that is told
# of ("returns to discuss his MRI", "here for follow-up after the MRI") has it behind it.
_TO_COME = (
    r"(?:(?:will|should|shall|can|may|to|must|please|'ll) (?:then |also )?(?:return|follow[ -]?up|f/?u|come (?:back|in)"
    r"|be seen|recheck|meet|see (?:him|her|them|me|us|the patient|pt))"
    r"|(?:see|seen) (?:him |her |them |pt |me |us )?(?:back|again)|return(?! today)|rtc"
    r"|(?<!for )(?<!for a )(?:follow[ -]?up|f/?u)(?= (?:visit )?(?:(?:in|to|with|within|w/?)\b|\d|after|once|when)))\b"
)
_SEEN_THEN = re.compile(
    rf"\b{_TO_COME}[^.;]{{0,60}}?\b(?:(?:to|and) (?:review|discuss|go over|get|obtain|hear)|for(?: review of)?|with"
    rf"|after|once|when|following)\s+(?:(?:the |any )?(?:results?|findings?|report) (?:of|from) )?{_DETAIL}$"
)
_FOR_RESULT = re.compile(
    r"[\w -]{0,20}?\b(?:results?|findings?|reports?)\b"
    r"|(?: of [\w -]{3,20})? (?:is|are|has been|have been|was|gets) (?:done|completed?|back|performed)"
)
_TOLD_THEN = re.compile(
    r"\b(?:will|'ll) (?:then )?(?:call|contact|notify|phone|message|inform|review|discuss|go over)\b[^.;]{0,40}?"
    rf"(?:results? (?:of|from) )?{_DETAIL}$"
)
_AT_VISIT = re.compile(r"\b(?:for|with|get|obtain)\b[^.;]*$")
_THEN_ONLY = re.compile(r"\b(?:call|contact|notify|phone|message|inform)\b")
_NEXT = re.compile(r"\b(?:next|follow[ -]?up|upcoming|when|once|return|back)\b")
_PRESENT = frozenset({"chief_complaint", "history_of_present_illness", "hospital_course", "indication"})
_LOOK = 70
_AHEAD = (
    "discharge med",
    "medications on disch",
    "medications at disch",
    "dispo",
    "rx",
    "recommend",
    "prescri",
    "medications prescribed",
    "medication prescribed",
    "new medication",
    "new prescription",
    "treatment plan",
    "tx plan",
    "plan",
    "order",
)
_ITEM = re.compile(r"[\s\d.)*#?\u2022-]*(?:an?\s+|repeat\s+|cervical\s+|lumbar\s+|thoracic\s+|(?:c|l|t)-spine\s+)*")
# A prescription that these tell of was given then; elsewhere it is given now.
_HISTORY = frozenset(
    {
        "chief_complaint", "history_of_present_illness", "past_medical_history", "past_surgical_history", "medications",
        "hospital_course", "indication", None,
    }
)  # fmt: skip
_I_HAVE = re.compile(r"(?:i|we) (?:have (?:also )?(?:referred|ordered|prescribed|sent|written)|sent|e-?prescribed)\b")
_GIVEN = re.compile(
    r"\b(?:was|is|were|will be|been) (?:also |then )?(?:given|provided|prescribed|written|started)\b[^.;]*$"
)
_OUTCOME = re.compile(
    r"\b(?:help\w*|relie\w+|improve\w*|showed|shows|without|which|last|ago|previously"
    r"|before(?! (?:we|he|she|they|his|her|the (?:next|surgery|operation|planned|decision))))\b"
)
_SENSE_AFTER = {"discussed": "planned"} | {s: s for s in ("planned", "issued", "issuing", "both", "declined")}
_TOLD_OF = frozenset({None, "planned", "issued", "issuing", "both", "told", "when"})


def status(rule: StatusRule, lex: Lexeme, sentence: Sentence) -> str:
    """The status of a mention; where it goes on, what is ahead."""
    return (statuses(rule, lex, sentence) or (rule.done,))[-1]


def statuses(rule: StatusRule, lex: Lexeme, sentence: Sentence) -> tuple[str, ...]:
    """The status of a mention; two where it is begun and goes on ("continue gabapentin"), none where declined."""
    if sentence.section in rule.done_sections:
        return (rule.planned,) if _AFTERWARDS.search(_before(lex, sentence)) else (rule.done,)
    if not rule.continues and _seen_later(lex, sentence):
        return (rule.planned,)
    cues = [c for c in sentence.of("cue") if not c.entry.void and c.start >= sentence.heading_end]
    before = [c for c in cues if _leads(c, lex) and not sentence.broken(c.end, lex.start)]
    after = [c for c in cues if c.start >= lex.end and not sentence.broken(lex.end, c.start)]
    sense = before[-1].entry.sense if before else None
    if sense == "stopped" and _is_ahead(before[-1], lex, sentence):
        sense = "planned"
    if sense == "discussed":  # "the MRI findings were discussed", but "injections were discussed"
        result = after and after[0].entry.sense in {"when", "told"} and after[0].start - lex.end < 3
        sense = "done" if result else "planned"
    if not rule.continues and (_made(sense, lex, sentence) or _ordered_then(before, lex, sentence)):
        return (rule.done,)
    if _declined(after, lex, sentence) or _only_in_case(lex, sentence):
        return ()
    granted = sense == "planned" and _GRANT.match(sentence.view, before[-1].start)
    if not granted and _told(after, lex, sentence) and sense in _TOLD_OF:
        return (rule.done,)
    if sense in {None, "told", "when"}:
        sense = _after(after, lex, sentence)
    return _decided(rule, sense, before[-1] if before else None, lex, sentence)


def _decided(
    rule: StatusRule, sense: str | None, cue: Lexeme | None, lex: Lexeme, sentence: Sentence
) -> tuple[str, ...]:
    """The status by the sense of the cues, the treatment's own details, and the section."""
    own = by_itself if rule.continues else pointed_to
    if told := own(sense, lex, sentence):
        return (rule.done if told == "done" else rule.planned,)
    if sense == "issuing":
        history = sentence.section in _HISTORY and not sentence.heading.text.startswith(_AHEAD)
        sense = "planned" if not history or (cue and _just_now(cue, lex, sentence)) else "done"
    ahead = (
        sentence.section in rule.planned_sections
        or sentence.heading.text.startswith(_AHEAD)
        or (sense is None and (_listed(lex, sentence) or _prescribed(lex, sentence)))
        or (sense == "issued" and _issued_now(lex, sentence))
    )
    return _by_sense(rule, sense, ahead=ahead)


def _ordered_then(before: list[Lexeme], lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a history tells that somebody else ordered a study at the time: it was made, unless told otherwise."""
    if not before or sentence.section not in _PRESENT | {None, "past_medical_history", "imaging", "results", "other"}:
        return False
    if not _BY_ANOTHER.search(sentence.gap(sentence.start, before[-1].end)):
        return False
    return _NOT_YET.search(sentence.view, lex.end, sentence.end) is None


def _just_now(cue: Lexeme, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a note without sections says what was set going at this visit: "I have referred her for therapy"."""
    if sentence.section is not None or not _I_HAVE.match(sentence.view, cue.start):
        return False
    return _OUTCOME.search(sentence.view, lex.end, sentence.end) is None


def _seen_later(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a coming visit is for the results of a study: it was ordered, and tells nothing yet."""
    if sentence.section in _PRESENT:
        return False
    before = sentence.gap(max(sentence.start, lex.start - 110), lex.start)
    after = sentence.gap(lex.end, min(sentence.end, lex.end + 60))
    result = _FOR_RESULT.match(after) or "result" in sentence.gap(lex.start, lex.end)
    if seen := _SEEN_THEN.search(before):
        return bool(result) or not _AT_VISIT.search(seen.group())
    told = _TOLD_THEN.search(before)
    if told is None or not (result or "result" in told.group()):
        return False
    return bool(_THEN_ONLY.search(told.group()) or _NEXT.search(after))


def _is_ahead(stop: Lexeme, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether what follows is begun instead, or comes before a visit: "she will return after her injection"."""
    if _INSTEAD.search(sentence.gap(stop.end, lex.start)):
        return True
    return sentence.view.startswith("after", stop.start) and bool(
        _VISIT_AHEAD.search(sentence.gap(sentence.start, stop.start))
    )


def _made(sense: str | None, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a study is spoken of as one that was made: something is seen on it, or its report is asked for."""
    before = _before(lex, sentence)
    if _PAPERS.search(before) and _REPORT.match(sentence.view, lex.end):
        return True
    return sense != "planned" and _ON.search(before) is not None


def _leads(cue: Lexeme, lex: Lexeme) -> bool:
    """Whether a cue stands before a mention, or is its first word ("tried PT")."""
    return cue.end <= lex.start or (cue.start <= lex.start and cue.end < lex.end)


def _only_in_case(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a mention is of a case that may come ("an MRI if weakness develops"), or of people in general."""
    if _OF_ANYONE.search(sentence.view, sentence.start, lex.end) or _IF_IT.search(_before(lex, sentence)):
        return True
    return any(
        found.start() >= lex.end or found.end() <= lex.start
        for found in _IN_CASE.finditer(
            sentence.view, max(sentence.start, lex.start - 90), min(sentence.end, lex.end + 90)
        )
    )


def _prescribed(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a sentence of an assessment begins with a treatment and how often it is to be taken."""
    if sentence.section is None:
        return _THEN.search(sentence.view, lex.end, sentence.end) is not None and _regimen_begins(lex, sentence)
    if sentence.section != "assessment":
        return False
    return _regimen_begins(lex, sentence)


def _issued_now(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether an assessment tells what was given at its end: "she was given a prescription for physical therapy"."""
    if sentence.section != "assessment":
        return False
    given = _GIVEN.search(_before(lex, sentence)) is not None
    return given and _OUTCOME.search(sentence.view, lex.end, sentence.end) is None


def _regimen_begins(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a sentence begins with a treatment and its dose or frequency."""
    first = next((t for t in sentence.of("t:conservative_treatment") if not t.entry.void), lex)
    if not _ITEM.fullmatch(sentence.view, max(sentence.start, sentence.heading_end), first.start):
        return False
    return _REGIMEN.match(sentence.view, first.end, sentence.end) is not None


def _before(lex: Lexeme, sentence: Sentence) -> str:
    return sentence.gap(max(sentence.start, lex.start - _LOOK), lex.start)


def _listed(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether an item of an assessment and plan is the study itself."""
    if sentence.section != "assessment_and_plan":
        return False
    first = next((t for t in sentence.of("t:imaging", "t:electrodiagnostic") if not t.entry.void), lex)
    alone = not any(first.end <= cue.start < lex.start for cue in sentence.of("cue"))
    return alone and _ITEM.fullmatch(sentence.view, sentence.start, min(first.start, lex.start)) is not None


def exists(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a negated mention still tells of a study: "no fracture on MRI", "I do not have the MRI"."""
    before = _before(lex, sentence)
    if _ON.search(before) or sentence.view.startswith(" evidence", lex.end):
        return True
    return bool(_DEFINITE.search(before)) and not _UNDONE.search(before)


def in_vain(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether what is negated is the success: "no relief from PT" says that there was PT."""
    before = [c for c in sentence.of("cue") if c.end <= lex.start and not c.entry.void]
    return any(c.entry.sense == "vain" and not sentence.broken(c.end, lex.start) for c in before[-2:])


def _after(after: list[Lexeme], lex: Lexeme, sentence: Sentence) -> str | None:
    """The sense of the first cue behind a mention that nothing before it governs."""
    if not after:
        return None
    first, distance = after[0], after[0].start - lex.end
    if first.entry.sense == "when":
        return "done"
    if first.entry.sense == "planned" and sentence.view.startswith("will", first.start):
        return "planned" if distance < _WILL_REACH else None
    if first.entry.sense == "both" and sentence.view.endswith(" to ", 0, first.start):
        return None  # "exercises to increase the strength of the leg"
    if distance >= _PLANNED_REACH or (first.entry.sense == "both" and "," in sentence.gap(lex.end, first.start)):
        return None  # "physical therapy, keep the meloxicam"
    return _SENSE_AFTER.get(str(first.entry.sense))


def _came_out(after: list[Lexeme], lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a study that was ordered has its result in the same breath: "was ordered and showed"."""
    if not after or after[0].entry.sense != "planned":
        return False
    by_another = _BY_WHOM.match(sentence.view, after[0].end)  # "a study requested by yourself was normal"
    if not by_another and not _WAS.search(sentence.gap(lex.end, after[0].start)):
        return False
    told = "was|were|show|reveal|demonstrat" if by_another else _RESULT.pattern
    result = next((c for c in after[1:4] if re.match(told, sentence.gap(c.start, c.end))), None)
    if result is None:
        return False
    gap = sentence.gap(after[0].end, result.start)
    return len(gap) < _TOLD_REACH and not _NEW_CLAUSE.search(gap.rstrip().removesuffix("and"))


def _declined(after: list[Lexeme], lex: Lexeme, sentence: Sentence) -> bool:
    """Whether it is said of a mention that it was cancelled or not done, be it behind other words on it."""
    if any(no.match(sentence.view, lex.end, sentence.end) for no in (_TICKED_NO, _OFFER, _NOT_WANTED)):
        return True
    for cue in after:
        gap = sentence.gap(lex.end, cue.start)
        if len(gap) > _DECLINED_REACH or _NEW_CLAUSE.search(gap) or ";" in gap or "," in gap:
            return False
        if cue.entry.sense == "declined" and _IS.match(sentence.view, cue.start):
            return True
    return False


def _told(after: list[Lexeme], lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a result is told of the mention, or that it was done, before anything else is said."""
    if _came_out(after, lex, sentence):
        return True
    if not after or after[0].entry.sense not in {"told", "done"}:
        return False
    gap = sentence.gap(lex.end, after[0].start)
    verb = after[0].entry.sense == "told" or _VERB.match(sentence.view, after[0].start)
    reach = _TOLD_REACH if verb else 4
    return len(gap) < reach and not _NEW_CLAUSE.search(gap)


def _by_sense(rule: StatusRule, sense: str | None, *, ahead: bool) -> tuple[str, ...]:
    if sense == "declined":
        return ()
    if sense == "both":
        return (rule.done, rule.planned) if rule.continues else (rule.planned,)
    if sense == "continues" and rule.continues and ahead:
        return (rule.done, rule.planned)
    if sense in {"done", "stopped", "vain", "continues"}:
        return (rule.done,)
    return (rule.planned,) if sense == "planned" or ahead else (rule.done,)
