"""A plan that no heading announces: the last sentences of a note that says what will be done, and the diagnosis above.

Only where no heading of the note is one of a plan: who writes headings writes this one.
"""

import re
from collections.abc import Iterator

from chartgap.extract.document.sections import Section
from chartgap.extract.document.text import Span

_PLANNED = frozenset({"plan", "assessment_and_plan", "instructions"})
# Where what is done, or said to be possible, is told of as it would be planned.
_TOLD = frozenset({"operative", "technique", "procedures", "consent", "hospital_course", "medications"})
_REACH = 2_500  # characters before the end of a note, in which its plan begins
_UNIT = re.compile(r"(?:[^\n.;!?]|[.;!?](?![\s]))+[.;!?]*")
_ITEM = r"[\s\d.)*#?\u2022\u2013(-]*"
_ORDER = re.compile(
    rf"{_ITEM}(?:(?:we|i)(?:'ll| will| would| am going to| plan to| recommend| have (?:recommended|prescribed|ordered"
    r"|referred|advised|discussed|asked))\b|(?:he|she|they|(?:the )?(?:patient|pt)) (?:will|is to|was (?:advised"
    r"|instructed|asked|told|given a (?:script|prescription)))\b|(?:cont(?:inue)?|start|begin|resume|increase|decrease"
    r"|taper|refer(?:ral|red)?|order|schedule|prescribe|obtain|repeat|trial of|recommend|advise|recheck|re-?evaluate"
    r"|review|call|return|rtc|follow[ -]?up|f/?u|see)\b(?! (?:of|today)\b)(?!.*\b(?:was|were|had)\b))"
)
_AGAIN = re.compile(
    r"\b(?:return|rtc|recheck|review|follow[ -]?up|f/?u|see (?:him|her|them|me|back|you)(?: back| again)?|back"
    r"|visit)\s+"
    r"(?:to clinic |visit |here |with me |appointment )?(?:in|within|after|once|if|prn|as needed|\d)\b"
    r"|\bin (?:\d+|one|two|three|four|six|eight)(?: to (?:\d+|two|three|four|six|eight))? ?(?:days?|weeks?|wks?|months?"
    r"|mos?)\.?$|\b(?:will|to) (?:return|follow up|be seen|order|obtain|start|begin|refer|schedule)\b"
)
_REGIMEN = re.compile(
    r"\b\d+ ?(?:mg|mcg|units?)\b|\b(?:x|for) ?\d+ ?(?:d|wks?|w|weeks?|days?|months?|visits?|sessions?)\b"
    r"|\b(?:once|twice|\d+ ?(?:x|times)) ?(?:/|a |per |each )?(?:day|daily|week|wk|month)|\b(?:daily|weekly|nightly|prn"
    r"|bid|tid|qhs|as needed|at (?:night|bedtime|home))\b"
)
_PAST = re.compile(
    r"\b(?:was|were|had|has (?:been|had|not|no|a)|have (?:been|had)|did|does not|denie[sd]|denying|reports?|reported"
    r"|states?|complain\w*|present(?:s|ed)|show(?:s|ed|n)|demonstrat\w+|reveal\w*|noted|notes|tried|failed|helped"
    r"|no relief|stopped|takes|uses|currently|works|feels|says|gets|lives|smokes|drinks"
    r"|since|ago|previous\w*|prior|used to|remains?|is (?:tender|intact|normal|positive|negative"
    r"|limited|full|a|an|alert|in no)|are (?:intact|normal|equal|symmetric\w*)|tender(?:ness)?|intact|reflex\w*|dtrs?"
    r"|spurling\w*|unremarkable|within normal|wnl|palpation|sensation|strength (?:is )?\d|[0-5]/5|allerg\w+|nkda)\b"
)
# "I have referred her for physiotherapy, which helped", "neck pain for 3 weeks".
_WENT = re.compile(
    r"\b(?:helped|(?:no|without|some|good|partial) (?:relief|benefit|improvement))\b"
    r"|\b(?:pain|numb\w*|tingl\w*|weak\w*|aches?|symptoms)\b[^,]{0,40}\b(?:x|for|over|past) (?:the (?:last |past )?)?"
    r"(?:\d|a |two|three)"
)
_DIAGNOSIS = re.compile(
    r"\b(?:pain|\w+algia|radiculopathy|radiculitis|\w+itis|\w+osis|\w+pathy|strain|sprain|whiplash|sciatica|lumbago|syndrome"
    r"|herniation|hnp|stenosis|disc disease|ddd|disorder|fracture)\b"
)
# "I think of this as cervicalgia and have asked her to ...": diagnosis and plan in one sentence.
_JUDGED = re.compile(
    r"\b(?:i (?:think|believe|feel|suspect)|impression|assessment|diagnos\w+|consistent with|appears? to)\b"
)
_VERB = re.compile(r"\b(?:is|are|has|have|he|she|they|i|we|says?|feels?|goes|gets|can|could)\b")
_MOST = 220  # characters of an unheaded diagnosis


def with_unheaded(sections: list[Section], view: str) -> list[Section]:
    """The sections, and one for the plan at the end of a note that has no heading for it, and for its diagnosis."""
    if any(section.category in _PLANNED for section in sections):
        return sections
    if sections and sections[-1].category in _TOLD:
        return sections
    units = list(_units(view, max(0, len(view) - _REACH)))
    first = _first_of_plan(units, view)
    if first is None or first == 0:
        return sections
    start = units[first].start
    if sections and start < sections[-1].body_start:
        return sections
    judged = _JUDGED.search(view, start, units[first].end) and _DIAGNOSIS.search(view, start, units[first].end)
    added = [Section("assessment_and_plan" if judged else "plan", start, start, start, len(view))]
    if not any(section.category == "assessment" for section in sections):
        named = _diagnosis(units[:first], view)
        if named is not None:
            added.insert(0, Section("assessment", named, named, named, start))
    at = added[0].title_start
    return [*(s._replace(end=min(s.end, at)) for s in sections), *added]


def _units(view: str, start: int) -> Iterator[Span]:
    """Lines, cut at stops."""
    for match in _UNIT.finditer(view, start):
        if match.group().strip():
            yield Span(*match.span())


def _first_of_plan(units: list[Span], view: str) -> int | None:
    """Which of the last sentences begins what is planned: from it on nothing is told, and something is ordered."""
    first, ordered = None, False
    for index in range(len(units) - 1, -1, -1):
        text = view[units[index].start : units[index].end].strip()
        if _WENT.search(text):
            break
        if _ORDER.match(text):
            first, ordered = index, True
        elif _PAST.search(text):
            break
        elif _AGAIN.search(text):
            first, ordered = index, True
        elif _REGIMEN.search(text):
            first = index
    return first if ordered else None


def _diagnosis(units: list[Span], view: str) -> int | None:
    """Where the line right above the plan begins, if it names a diagnosis and tells nothing."""
    if not units:
        return None
    begin = view.rfind("\n", 0, units[-1].start) + 1
    line = view[begin : units[-1].end]
    first = next((u for u in units if u.start >= begin), None)
    if first is None or first == units[0] or len(line) > _MOST:
        return None
    head = view[first.start : first.end]
    told = _VERB.search(head) or _PAST.search(head)
    return first.start if _DIAGNOSIS.search(head) and not told else None
