"""Where a complaint is felt: the places before it, those it leads to, and whose they are."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import blanked
from chartgap.extract.sentences.sentence import Part, Sentence

_SMALL = (
    r"(?:the|his|her|their|my|in|into|of|at|to|on|over|down|up|along|from|through|throughout|across|around|towards?"
    r"|involv(?:es?|ing)|affect(?:s|ing)?|within|about|and|or|a|an|is|are|was|were|has|have|had|feels?|felt|with|some|mild|moderate"
    r"|severe|significant|intermittent|occasional|occasionally|sometimes|persistent|constant|chronic|acute|new|all|way"
    r"|going|goes|go|comes|come|occurs?|extending|extends|extend|running|runs|traveling|travels|radiating|radiates|radiate|radiated"
    r"|referred|sensation|sensations|symptoms?|feeling|feelings|more|mostly|mainly|primarily|distribution|level|pattern"
    r"|noted|base|nape|present|developed|also|related|predominantly|especially|lateral|medial|anterior|posterior|aspects?|side"
    r"|part|as|well|far|past|beyond|upper|lower|distal|proximal|bottom|sharp|shooting|burning|dull|aching|subjective|progressive"
    r"|increasing|increased|worsening|started|began|associated|that|which|this|region|area|sided|both|sharp|stabbing"
    r"|dermatomal|describes|it|very|tip|tips|top|just|pain|pains|numb|tender|believes|thinks|seems?|be|appears?|located"
    r"|localized|including|diffusely|worse|[a-z]*lateral|[a-z]*medial|proximally|distally|only|middle|noticed"
    r"|experienc(?:es|ed|ing)|lot|much|where|she|he|patient|begun|under|above|below|surrounding|musculature|paraspinal|mostly"
    r"|bit|point|joints?|palpation|nerve|root|roots|disc|disk|foraminal|moderately|mildly|severely|marked|worse|worst|than|greater"
    r"|left|right|muscle|muscles|hemibody|body|positive|muscular|strength|loss|rated|his|complains|complaining"
    r"|complaint|neuroforaminal|neural|foramen|foramina|recess|paracentral|central|midline|found|seen|there"
    r"|posterior|posterolateral|noticeably|slightly|somewhat|compared|now|nucleus|pulposus|pin|pinprick|touch"
    r"|light|temperature|particularly|back|front|inside|outside|inner|outer|either|laterally|medially|anteriorly"
    r"|posteriorly|accompanied|by|never|don't|doesn't|do|does|been|went|go|gone|goes|turn|turns|gets|get|got|becomes"
    r"|became|same|still|paramedian|parasagittal|preforaminal|extraforaminal|subarticular|broad|based|annular|focal"
    r"|large|small|shallow|extruded|complex|patient's|ventral|dorsal|canal|thecal|sac|cord|spinal|exiting|traversing|transiting|most|greatest|incoordination|prominent|eccentric|eccentrically|asymmetric|palpating|complaints"
    r"|perceive[sd]|shift(?:s|ed)|moved|switched|migrated|spreads?|\d{1,3} ?%|fasciculations?|wasting|atrophy"
    r"|behind|post|ant|lat|med)"
)
_AHEAD = re.compile(
    rf"[\s,/()'\"&:-]*(?:(?:yes|positive|present|none|negative|absent|den(?:ies|ied))[\s,;:-]+)?(?:{_SMALL}[\s,/()'\"&:-]+)*"
)
_SOURCE = re.compile(
    r"\bfrom\s+(?:the\s+|his\s+|her\s+)?(?:(?:base|side|back|front|top)\s+of\s+(?:the\s+|his\s+|her\s+)?)?"
    r"(?:left\s+|right\s+)?$"
)
_PAST = re.compile(r"\b(?:past|beyond)\s+(?:the\s+|his\s+|her\s+)?(?:left\s+|right\s+)?$")
_DOWN = re.compile(r"\s+(?:on )?(?:down(?! to)|downward|distally|and below)\b")  # "numb from the knee down"
_OTHER_PAIN = re.compile(
    r"[\s-]+(?:joint )?(?:pains?|discomfort|swelling|injury|surgery|replacement|stiffness|ache|soreness|spasms?"
    r"|tightness)\b"
)
_TO = re.compile(r"\b(?:in|into|of|to|down|along|over|on|at|throughout|across|around|involving|affecting|about)\b")
_OTHERWISE = re.compile(
    r"[;.!?]|,(?!\s*(?:mostly|mainly|especially|worse|particularly|primarily|predominantly|more|most|laterally|slightly"
    r"|greater|greatest|eccentric\w*)\b)"
    r"|\b(?:but|except|however|although|though|no|not|nor|den(?:y|ies|ied)|without|because|since|when|while|if|due"
    r"|secondary|after|before|during|until|he|she|they|and|then|that|which|who|has|had|have|was|were|will|pain|surgery"
    r"|injury|injection|fracture|swelling|weakness|caused|prevent\w*|using|by|from)\b"
)
_ADJECTIVE = re.compile(r"[\s/-]*")
_LEADS = re.compile(
    r"[\s,/&-]*(?:(?:and|or|sensation|sensations|symptoms?)\s+)*(?:(?:and|or) (?!pain\b)[a-z]+ )?"
    r"(?:in|into|of|along|over|to|down|throughout|involving|at|on)\b"
)
_AND_NOUN = re.compile(r"^\s*(?:and|or) (?!pain\b)[a-z]+(?= (?:in|on|of|over|along)\b)")
_NEXT_ITEM = re.compile(r"(?:,|\b(?:or|nor|and))\s*$")
_SAID = ("symptom", "side")  # may stand between a complaint and its place
_NEAR = 90
# Where nothing is felt during a puncture or a maneuver.
OPERATIVE = frozenset({"procedures", "operative", "technique"})


def places(lex: Lexeme, sentence: Sentence, every: list[list[Part]], *, ahead_first: bool) -> list[Part]:
    """The body parts a complaint is said to be in: those right before it, else those it leads to, else the nearest."""
    before = [r for r in every if r[-1].end <= lex.start]
    after = [r for r in every if r[0].start >= lex.end]
    overlapping = [r for r in every if r[0].start < lex.end and lex.start < r[-1].end]
    if overlapping and not (ahead_first and after and _only_source(overlapping[0], sentence)):
        overlapping[0] = _with_side_ahead(lex, overlapping[0], before)
        onward = [p for p in overlapping[0] if p.start >= lex.start]
        return _own(onward, sentence) if ahead_first and onward else overlapping[0]
    tied_before = before[-1] if before and _tied(sentence, before[-1][-1].end, lex.start) else None
    if tied_before and _listed_as_absent(tied_before[-1], lex, sentence):
        tied_before = None
    tied_after = reached(after, lex, sentence)
    if ahead_first:
        return _of_side(tied_after, tied_before) or tied_before or []
    if tied_before and tied_after and tied_before[-1].entry is None and not any(p.side for p in tied_after):
        return [p._replace(side=tied_before[-1].side) for p in tied_after]  # "left-sided weakness of his arm and leg"
    detached = tied_before and not _ADJECTIVE.fullmatch(sentence.without(tied_before[-1].end, lex.start, *_SAID))
    if detached and tied_after and _LEADS.match(sentence.without(lex.end, tied_after[0].start, *_SAID)):
        return tied_after
    if tied_before:
        return _same_side(tied_before)
    return tied_after or []


def _only_source(run: list[Part], sentence: Sentence) -> bool:
    """Whether a place inside a phrase is only where pain comes from: "shoots from the neck across the shoulder"."""
    return (
        len(run) == 1 and _SOURCE.search(sentence.gap(max(sentence.start, run[0].start - 20), run[0].start)) is not None
    )


def _with_side_ahead(lex: Lexeme, run: list[Part], before: list[list[Part]]) -> list[Part]:
    """Places inside a phrase, with the side right before it: "right radicular arm pain"."""
    last = before[-1][-1] if before else None
    if last is None or last.entry is not None or lex.start - last.end > 1 or any(p.side for p in run):
        return run
    return [p._replace(side=last.side) for p in run]


def _listed_as_absent(part: Part, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a place is that of another complaint denied in the same list: "no arm pain, tingling"."""
    if "," not in sentence.gap(part.end, lex.start):
        return False
    apart = _OTHER_PAIN.match(sentence.view, part.end) or any(r.end <= part.start for r in sentence.of("t:radiation"))
    return bool(apart) and sentence.assertion(lex.start, lex.end, lex.kind[2:]) == "negated"


def _of_side(ahead: list[Part] | None, before: list[Part] | None) -> list[Part] | None:
    """Places ahead, with the side of the same limb before: "right leg radiation to the calf"."""
    last = before[-1] if before else None
    if not ahead or last is None or last.entry is None or any(p.side or not p.entry for p in ahead):
        return ahead
    areas = set(last.entry.areas)
    return [p._replace(side=last.side) if p.entry and areas & set(p.entry.areas) else p for p in ahead]


def reached(after: list[list[Part]], lex: Lexeme, sentence: Sentence) -> list[Part] | None:
    """The run that a complaint leads to; what stands behind "from" is where it comes from."""
    felt = lex.kind == "t:numbness" or (lex.kind == "symptom" and lex.entry.sense == "sensory")
    felt = felt or (lex.kind == "symptom" and lex.entry.sense == "weakness")
    felt = felt or (lex.kind == "symptom" and lex.entry.sense == "structure" and sentence.section not in OPERATIVE)
    for index, run in enumerate(after):
        start = lex.end if index == 0 else after[index - 1][-1].end
        if not (_tied(sentence, start, run[0].start) or (felt and _led(sentence, start, run[0].start))):
            return None
        if lex.kind == "t:numbness" and _of_next_symptom(run[0], lex, sentence):
            return None
        if beyond := _beyond(lex, run, sentence):
            return _own(beyond, sentence)
        source = _SOURCE.search(sentence.gap(lex.end, run[0].start))
        if not source or (felt and _DOWN.match(sentence.view, run[-1].end)):
            return _own(run, sentence)
        if len(run) > 1:
            return run[1:]
    return None


def _beyond(lex: Lexeme, run: list[Part], sentence: Sentence) -> list[Part]:
    """The places where pain goes on to, on the side of what it passes: "past the left shoulder into the forearm"."""
    before = sentence.gap(max(sentence.start, run[0].start - 30), run[0].start)
    passed = lex.kind == "t:radiation" and (
        _PAST.search(before) or sentence.view.endswith(("past", "beyond"), 0, lex.end)
    )
    if not passed or len(run) == 1:
        return []
    return [p if p.side else p._replace(side=run[0].side) for p in run[1:]]


def _of_next_symptom(part: Part, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a place is that of the next item of what is denied: "no paresthesia, neck stiffness or arm pain"."""
    if part.entry is None or not _OTHER_PAIN.match(sentence.view, part.end):
        return False
    if not _NEXT_ITEM.search(sentence.without(lex.end, part.start, "side")):
        return False
    return sentence.assertion(lex.start, lex.end, lex.kind[2:]) == "negated"


def _own(run: list[Part], sentence: Sentence) -> list[Part]:
    """A run up to a part that has a pain of its own: "down the left leg and right knee pain"."""
    for index, part in enumerate(run):
        if index and _OTHER_PAIN.match(sentence.view, part.end):
            return run[:index]
    return run


def _same_side(run: list[Part]) -> list[Part]:
    """The end of a run that has one side: in "arms and left hand numbness" the left hand."""
    if not any(p.entry for p in run):
        return run  # "right C6 and left C7 radiculopathy"
    at = len(run) - 1
    while at > 0 and run[at - 1].side == run[-1].side:
        at -= 1
    return run[at:]


def _tied(sentence: Sentence, start: int, end: int) -> bool:
    """Whether only small words, symptoms and sides stand between two offsets."""
    if end - start > _NEAR:
        return False
    gap = blanked(sentence.without(start, end, *_SAID), start, ((s, e) for s, e, _ in sentence.levels))
    return bool(_AHEAD.fullmatch(sentence.unboxed(gap, start) + " "))


def _led(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a numbness leads to a place over any words but those that begin another statement."""
    gap = _AND_NOUN.sub("", sentence.without(start, end, *_SAID))
    return len(gap) <= _NEAR and bool(_TO.search(gap)) and not _OTHERWISE.search(gap)
