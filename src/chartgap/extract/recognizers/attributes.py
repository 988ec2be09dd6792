"""Details that a sentence gives beside a finding: dates, lengths, degrees, muscles, dermatomes, levels."""

import re
from collections.abc import Callable, Sequence

from chartgap.extract.phrases.levels import level_region
from chartgap.extract.phrases.spans import distance
from chartgap.extract.recognizers.plan import BARE_LENGTH, LENGTH, STRETCH
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.sentences.time_spans import DATE, QUANTITY

_DATE_REACH, _LENGTH_REACH, _LEVEL_REACH, _WORD_REACH = 70, 60, 60, 45
_AGO = re.compile(r"\s*(?:ago|prior|earlier|back)\b")
_DEGREES = re.compile(
    r"(?<![\w.])\d{1,3}(?:\s?(?:-|to|/)\s?\d{1,3})?\s?-?(?:degrees?\b|deg\b|°|%|percent\b)(?:\s+of\s+normal)?"
)
_COBB = re.compile(
    r"(?<![\w.])(\d{1,3}(?:\.\d)?)\s?-?(?:degrees?\b|deg\b|°)|cobb(?:'s)?(?: angle)?(?: (?:of|is|was|measures"
    r"|measuring))?\W{0,3}(\d{1,3})(?![\d/-])"
)
_PLANES = re.compile(
    r"\b(?:flexion|extension|rotation|side[\s-]?bending|lateral (?:flexion|bending)|flex|ext|rot)\b\W{0,3}(?:is "
    r"|to |of |about |was |left |right |bilaterally )*\(?(\d{1,3})(?![\d/]|\s?(?:week|day|month|year|/))"
)
_MUSCLE = re.compile(
    r"\b(?:deltoids?|biceps|triceps|brachioradialis|wrist (?:extensors?|extension|flexors?|flexion)"
    r"|finger (?:extensors?|extension|flexors?|flexion|abductors?|abduction)|(?:elbow|shoulder) (?:flexion"
    r"|extension|abduction|flexors?|extensors?)"
    r"|hand intrinsics?|intrinsics?|interossei|grip(?: strength)?|handgrip|infraspinatus|supraspinatus|pronators?"
    r"|thenar|abductor pollicis brevis|apb|quadriceps|hamstrings?|iliopsoas|hip flex(?:ors?|ion)"
    r"|tibialis anterior|dorsiflex(?:ion|ors?)|plantar ?flex(?:ion|ors?)|gastrocnemius|extensor hallucis longus|ehl"
    r"|knee (?:extension|flexion|extensors?|flexors?)|[cls]\d{1,2}(?: through [cls]?\d+"
    r"| ?- ?[cls]?\d+)? myotomes?)\b"
)
_DERMATOME = re.compile(
    r"\b([clts]\d{1,2}(?:\s?(?:-|/|,|and|to|through)\s?[clts]?\d{1,2})*)\s*(?:nerve root |nerve "
    r"|root )?(?:dermatom\w*|distribution|territory|pattern)|\b(?:thumb|index finger|middle finger|long finger"
    r"|ring finger|little finger|small finger|lateral (?:forearm|arm|leg|foot)|medial (?:forearm|arm|leg)"
    r"|first web space|dermatom\w+)\b"
)
_SCALE = re.compile(
    r"\b(?:ndi|neck disability index|odi|oswestry(?: disability index)?|psfs|patient[\s-]specific functional scale"
    r"|roland[\s-]morris|sf-?36|promis|dash)\b[^.;\n]{0,40}"
)
_ACTIVITY = re.compile(
    r"\b(?:work(?:ing)?|sleep(?:ing)?|driv(?:e|ing)|sit(?:ting)?|stand(?:ing)?|walk(?:ing)?|lift(?:ing)?"
    r"|dress(?:ing)?|bath(?:e|ing)|cook(?:ing)?|clean(?:ing)?|read(?:ing)?|typ(?:e|ing)|comput\w+|desk"
    r"|reach(?:ing)?|overhead"
    r"|bend(?:ing)?|climb(?:ing)?|stairs|house ?work|chores|job|school|exercis\w+|sports?|gym|swim\w*|run(?:ning)?"
    r"|golf\w*|garden\w*|play(?:ing)?|groom\w*|hair|shopping|caring|childcare|eat(?:ing)?|swallow\w*"
    r"|look(?:ing)? (?:up|down)|turn(?:ing)?|gaze|writ(?:e|ing)|grip\w*|button\w*|carry\w*|hold(?:ing)?|ambulat\w+"
    r"|get(?:ting)? (?:up|out)|awak\w+|wak(?:es?|ing)|laundry|yard|push(?:ing)?|pull(?:ing)?|stoop\w*|kneel\w*"
    r"|squat\w*|travel\w*|knit\w*)\b"
)
Span = tuple[int, int]


def enrich(sentence: Sentence, drafts: Sequence[Draft]) -> None:
    """Add to each draft what its sentence says of it, in place."""
    for draft in drafts:
        for add in _ADD.get(draft.element, ()):
            add(draft, sentence, drafts)


def _nearest(draft: Draft, spans: list[Span], reach: int, *, ahead: bool = True) -> Span | None:
    """The nearest span; of two equally near, and with `ahead` of nearly as near, the one that follows."""
    ranked = [(distance(draft, s, e) + (12 if ahead and e <= draft.start else 0), s, e) for s, e in spans]
    near = [r for r in ranked if r[0] <= reach]
    return min(near)[1:] if near else None


def _words(sentence: Sentence, span: Span) -> str:
    return " ".join(sentence.gap(*span).split()).strip(" .,;:(")


def _spans(regex: re.Pattern[str], sentence: Sentence) -> list[Span]:
    return [m.span() for m in regex.finditer(sentence.view, sentence.start, sentence.end)]


def _set(name: str, regex: re.Pattern[str], reach: int) -> Callable[[Draft, Sentence, Sequence[Draft]], None]:
    """An attribute that is the nearest match of an expression."""

    def add(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
        span = _nearest(draft, _spans(regex, sentence), reach)
        if span:
            draft.attributes.setdefault(name, _words(sentence, span))

    return add


def _date(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    if draft.status == "ordered":
        return
    spans = _spans(DATE, sentence)
    for match in QUANTITY.finditer(sentence.view, sentence.start, sentence.end):
        if match.end() > match.start() and (tail := _AGO.match(sentence.view, match.end())):
            spans.append((match.start(), tail.end()))
    span = _nearest(draft, spans, _DATE_REACH)
    # A date that is nearer to another study or to the injury is theirs.
    others = [
        d
        for d in drafts
        if d is not draft and d.element in {"imaging", "trauma_status", "electrodiagnostic"} and d.start != draft.start
    ]
    if span and not any(distance(o, *span) < distance(draft, *span) and o.end <= span[0] for o in others):
        draft.attributes.setdefault("date", _words(sentence, span))


def _study_finding(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    """What a study that was done is said to show, in its own sentence."""
    shown = [d for d in drafts if d.element == "imaging_finding" and d.start >= draft.end]
    if draft.status == "done" and shown:
        first = min(shown, key=lambda d: d.start)
        words = _words(sentence, (first.start, first.end))
        draft.attributes.setdefault("finding", f"no {words}" if first.assertion == "negated" else words)


def _test_result(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    """What a study that was done found of a root: positive, negative, equivocal; `other` for another disorder alone.

    The context decides of each finding whether it is there, so "no C6 radiculopathy" is a negative study.
    """
    if draft.status != "done":
        return
    found = [lex for lex in sentence.of("nerve_finding") if not lex.entry.void]
    said = {lex.entry.sense: set[str]() for lex in found}
    for lex in found:
        said[lex.entry.sense].add(sentence.assertion(lex.start, lex.end, "nerve_finding"))
    result = _verdict(said)
    if result is not None:
        draft.attributes["result"] = result


def _verdict(said: dict[str, set[str]]) -> str | None:
    root = said.get("root", set())
    if root & {"affirmed", "historical"}:
        return "positive"
    if "uncertain" in root:
        return "equivocal"
    if "affirmed" in said.get("other", ()) or "affirmed" in said.get("abnormal", ()):
        return "other"
    return "negative" if "negated" in root or "affirmed" in said.get("normal", ()) else None


def _length(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    """How long or how often a treatment was had; a list of treatments shares the length that follows it."""
    spans = [
        next(m.span(g) for g in (1, 2, 3) if m[g]) for m in LENGTH.finditer(sentence.view, sentence.start, sentence.end)
    ]
    own = STRETCH.search(sentence.view, draft.start, draft.end)  # "despite 8 weeks of PT", "failed 6 wks PT"
    bare = BARE_LENGTH.match(sentence.view, draft.end, sentence.end)
    own_span = own.span() if own else bare.span(1) if bare else None
    span = own_span or _nearest(draft, [s for s in spans if _of_treatment(draft, s, sentence)], _LENGTH_REACH)
    if span:
        draft.attributes.setdefault("length", _words(sentence, span))


def _of_treatment(draft: Draft, span: Span, sentence: Sentence) -> bool:
    """Whether a length is the treatment's: in its clause, and not that of a complaint before it."""
    if span[0] >= draft.end:
        return not sentence.broken(draft.end, span[0])
    complaint = any(0 <= span[0] - lex.end < 20 for lex in sentence.of("symptom"))
    return not complaint and not sentence.broken(span[1], draft.start)


def _degrees(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    spans = _spans(_DEGREES, sentence) + [
        m.span(1) for m in _PLANES.finditer(sentence.view, sentence.start, sentence.end)
    ]
    if span := _nearest(draft, spans, 90):
        draft.attributes.setdefault("degrees", _words(sentence, span))


def _cobb(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    if draft.value not in {"kyphosis", "other", "loss_of_lordosis"}:
        return
    for match in _COBB.finditer(sentence.view, sentence.start, sentence.end):
        if distance(draft, *match.span()) < 80:
            draft.attributes.setdefault("cobb_degrees", match[1] or match[2])


def _level(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    """The nearest level; a list of them ("C4-5 and C5-6") as `levels`."""
    spans = [(s, e) for s, e, _ in sentence.levels]
    near = _nearest(draft, spans, _LEVEL_REACH, ahead=False)
    if near is None or sentence.broken(*((draft.end, near[0]) if near[0] >= draft.end else (near[1], draft.start))):
        return
    names = {(s, e): v for s, e, v in sentence.levels}
    listed = [near]
    for span in spans[spans.index(near) + 1 :]:
        if span[0] - listed[-1][1] > 8:
            break
        listed.append(span)
    draft.attributes.setdefault("level", names[near])
    if draft.element in {"spine_exam", "imaging_finding"}:
        draft.attributes.setdefault("levels", ", ".join(names[s] for s in listed))


def _region(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    """The spine region that a diagnosis or cause is of, where its sentence or heading names one."""
    spans = {(s, e): r for s, e, r in sentence.regions} | {(s, e): level_region(v) for s, e, v in sentence.levels}
    near = _nearest(draft, list(spans), 80, ahead=False)
    region = spans[near] if near else sentence.heading.region
    if region:
        draft.attributes.setdefault("region", region)


def _activity(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    span = _nearest(draft, _spans(_ACTIVITY, sentence), _WORD_REACH)
    if span:
        draft.attributes.setdefault("activity", _words(sentence, span))


def _grade(draft: Draft, sentence: Sentence, drafts: Sequence[Draft]) -> None:
    """The muscle of a strength; a muscle nearer to another result belongs to that one."""
    inside = [s for s in _spans(_MUSCLE, sentence) if draft.start <= s[0] and s[1] <= draft.end]
    span = inside[0] if inside else _nearest(draft, _spans(_MUSCLE, sentence), _WORD_REACH)
    if span:
        draft.attributes.setdefault("muscle", _words(sentence, span))


_PLACED = (_level, _region)
_ADD: dict[str, tuple[Callable[[Draft, Sentence, Sequence[Draft]], None], ...]] = {
    "imaging": (_date, _study_finding),
    "electrodiagnostic": (_date, _test_result, _level),
    "onset": (_date,),
    "conservative_treatment": (_length,),
    "range_of_motion": (_degrees,),
    "strength": (_grade,),
    "sensation": (_set("dermatome", _DERMATOME, _WORD_REACH),),
    "functional_impact": (_activity, _set("scale", _SCALE, 90)),
    "diagnosis": _PLACED,
    "etiology": _PLACED,
    "rule_out": _PLACED,
    "prior_procedure": (_date,),
    "stenosis_site": _PLACED,
    "imaging_finding": (_cobb, _level),
    "subluxation": _PLACED,
    "spine_exam": (_level,),
}
