"""Complaints that have a place: numbness and radiating pain."""

import re

from chartgap.extract.binding import distinct, runs
from chartgap.extract.carried import spoken_of
from chartgap.extract.concept import admitted
from chartgap.extract.draft import Draft
from chartgap.extract.lexer import Lexeme
from chartgap.extract.radiation import topic
from chartgap.extract.result_source import aimed_at
from chartgap.extract.sentence import Part, Sentence
from chartgap.extract.spans import blanked
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Assertion, Side

_SMALL = (
    r"(?:the|his|her|their|my|in|into|of|at|to|on|over|down|up|along|from|through|throughout|across|around|towards?"
    r"|involv(?:es?|ing)|affect(?:s|ing)?|within|about|and|or|a|an|is|are|was|were|has|have|had|feels?|felt|with|some|mild|moderate"
    r"|severe|significant|intermittent|occasional|occasionally|sometimes|persistent|constant|chronic|acute|new|all|way"
    r"|going|goes|go|extending|extends|extend|running|runs|traveling|travels|radiating|radiates|radiate|radiated"
    r"|referred|sensation|sensations|symptoms?|feeling|feelings|more|mostly|mainly|primarily|distribution|level|pattern"
    r"|noted|present|developed|also|related|predominantly|especially|lateral|medial|anterior|posterior|aspects?|side"
    r"|part|as|well|far|upper|lower|distal|proximal|bottom|sharp|shooting|burning|dull|aching|subjective|progressive"
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
    r"|perceive[sd]|shift(?:s|ed)|moved|switched|migrated|spreads?|\d{1,3} ?%|fasciculations?|wasting|atrophy)"
)
_AHEAD = re.compile(
    rf"[\s,/()'\"&:-]*(?:(?:yes|positive|present|none|negative|absent|den(?:ies|ied))[\s,;:-]+)?(?:{_SMALL}[\s,/()'\"&:-]+)*"
)
_SOURCE = re.compile(r"\bfrom\s+(?:the\s+|his\s+|her\s+)?(?:left\s+|right\s+)?$")
_DOWN = re.compile(r"\s+(?:on )?(?:down(?! to)|downward|distally|and below)\b")  # "numb from the knee down"
_DENIED = re.compile(r"\s*:\s*(?:\[x\]\s*|\(x\)\s*)?(?:none|no\b|den(?:ies|ied)|negative|absent|nil\b|does not)")
_LABEL = re.compile(r"(?: to)?:")
_ANSWERED = re.compile(
    r"\s*:\s*(?:\[x\]\s*)?(?:yes|y\b|present|positive|\(?\+|intermittent|constant|occasional|mild|moderate|severe)"
)
_UNANSWERED = re.compile(r"\s*:?\s*(?:y|yes)\s?/\s?(?:no?)\b")
_SIDE_BEHIND = re.compile(
    r"[\s,(]*(?:down\s)?(?:sides?\s*:)?[\s\[\]x]*(?:(?:that |which )?(?:she|he|the patient) (?:reports|has|feels|notes"
    r"|describes) )?"
    r"(?:on (?:the )?)?"
)
_OTHER_PAIN = re.compile(
    r"[\s-]+(?:joint )?(?:pains?|discomfort|swelling|injury|surgery|replacement|stiffness|ache|soreness|spasms?"
    r"|tightness)\b"
)
# A question and what is answered: "Any numbness?" "No."; "Numbness? [ ] arm [x] none".
_ASKED = re.compile(
    r"[^.;\n?]{0,60}\?[\s\"']*(?:(?:patient|pt|[a-z]{1,10})\s?:\s*)?[\s\"']*"
    r"(?:(?:\[ ?\]|\( ?\)|\u2610)[^\[(\n\u2611\u2612]{0,25})*(?P<tick>\[x\]|\(x\)|\u2611|\u2612)?\s*"
    r"(?P<said>(?P<no>no|none|nope|nah|not|never|den(?:ies|ied)|nothing)\b"
    r"|(?:yes|yeah|yep|y|sometimes|only|a little)\b)?"
)
_TO = re.compile(r"\b(?:in|into|of|to|down|along|over|on|at|throughout|across|around|involving|affecting|about)\b")
_OTHERWISE = re.compile(
    r"[;.!?]|,(?!\s*(?:mostly|mainly|especially|worse|particularly|primarily|predominantly|more|most|laterally|slightly"
    r"|greater|greatest|eccentric\w*)\b)"
    r"|\b(?:but|except|however|although|though|no|not|nor|den(?:y|ies|ied)|without|because|since|when|while|if|due"
    r"|secondary|after|before|during|until|he|she|they|and|then|that|which|who|has|had|have|was|were|will|pain|surgery"
    r"|injury|injection|fracture|swelling|weakness|caused|prevent\w*|using|by|from)\b"
)
_QUESTION = re.compile(
    r"\b(?:any|do you|does|is there|are there|have you|has (?:he|she)|did|how about|what about)\b"
    r"|^[\s\"'*-]*\S+(?: \S+)?$"
)
_ADJECTIVE = re.compile(r"[\s/-]*")
_LEADS = re.compile(
    r"[\s,/&-]*(?:(?:and|or|sensation|sensations|symptoms?)\s+)*(?:in|into|of|along|over|to|down|throughout|involving"
    r"|at|on)\b"
)
# Where nothing is felt during a puncture or a maneuver.
_OPERATIVE = frozenset({"procedures", "operative", "technique"})
# "No numbness or tingling, except that related to the neck", "except in the left hand".
_BUT_THIS = re.compile(
    r"[\s,]*(?:(?:and|or)\s+\w+[\s,]*)?(?:except|other than|aside from|apart from)(?: for)? "
    r"(?:that (?:related|associated|due)|those|what (?:is|was)|the (?:above|ones|numbness|tingling)"
    r"|as (?:noted|above|described|mentioned)"
    r"|(?:in|over|of) (?:the|his|her|both))\b"
)
_DENIES = re.compile(r"\b(?:no|not|den\w+|without|w/o|negative|never|nor|neither)\b")
_PROVOKED = re.compile(
    r"\b(?:straight leg|slr|valsalva|tension signs?|kemp|spurling|compression"
    r"|(?:elicited|reproduced|provoked|produced) (?:by|with|on|during))\b"
)
OF_HEAD = "of_head"
"""Area of what is felt in the head, which is no finding: but what the note names without a place is that."""
_ELSEWHERE = re.compile(r"[^.;,]{0,25}\b(?:elsewhere|anywhere else)\b")
_SYMPTOMS = re.compile(r"\b(?:pain|symptoms?|complaints?)\b")
_SAID = ("symptom", "side")  # may stand between a complaint and its place
_NEAR = 90


def places(lex: Lexeme, sentence: Sentence, every: list[list[Part]], *, ahead_first: bool) -> list[Part]:
    """The body parts a complaint is said to be in: those right before it, else those it leads to, else the nearest."""
    before = [r for r in every if r[-1].end <= lex.start]
    after = [r for r in every if r[0].start >= lex.end]
    overlapping = [r for r in every if r[0].start < lex.end and lex.start < r[-1].end]
    if overlapping:
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
    felt = felt or (lex.kind == "symptom" and lex.entry.sense == "structure" and sentence.section not in _OPERATIVE)
    for index, run in enumerate(after):
        start = lex.end if index == 0 else after[index - 1][-1].end
        if not (_tied(sentence, start, run[0].start) or (felt and _led(sentence, start, run[0].start))):
            return None
        source = _SOURCE.search(sentence.gap(lex.end, run[0].start))
        if not source or (felt and _DOWN.match(sentence.view, run[-1].end)):
            return _own(run, sentence)
        if len(run) > 1:
            return run[1:]
    return None


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
    return bool(_AHEAD.fullmatch(gap + " "))


def _led(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a numbness leads to a place over any words but those that begin another statement."""
    gap = sentence.without(start, end, *_SAID)
    return len(gap) <= _NEAR and bool(_TO.search(gap)) and not _OTHERWISE.search(gap)


def _with_side_behind(lex: Lexeme, found: list[Part], sentence: Sentence) -> list[Part]:
    """Places without a side, with the one that stands alone behind: "hands feel numb, both sides", "Side: [x] R"."""
    if not found or any(p.side for p in found):
        return found
    end = max(lex.end, found[-1].end)
    side = next((p for p in sentence.parts if p.entry is None and p.start >= end), None)
    if side is None or not _SIDE_BEHIND.fullmatch(sentence.stated(end, side.start)):
        return found
    return [p._replace(side=side.side) for p in found]


def _carried(found: list[Part], sentence: Sentence, *, denied: bool) -> list[Part]:
    """Places with the side of the limb spoken of before, if they are of that one: "the foot", not "his toes".

    What is denied is denied of either side.
    """
    if denied:
        return found
    for part in found:
        if part.entry is None or part.side or sentence.view[part.end - 1] == "s":
            continue
        if sentence.view.endswith("the ", 0, part.start) and (side := spoken_of(sentence, part.entry.areas[0])):
            return [p._replace(side=side) if p.entry and p.entry.areas == part.entry.areas else p for p in found]
    return found


def recognize(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Findings of a complaint element: present or, where negated, absent; with side and area of each place."""
    targets = [t for t in sentence.of(f"t:{pattern.element}") if not t.entry.void]
    if not targets or sentence.section in pattern.not_sections or aimed_at(sentence):
        return []
    drafts = []
    for lex in targets:
        if admitted(lex, sentence):
            every = runs(sentence, headed=lex.end <= sentence.heading_end)  # "Radiation to the arm: yes"
            drafts += _drafts(pattern, lex, sentence, every)
    if pattern.area == "limb" and any(d.value == pattern.default for d in drafts):
        return [d for d in drafts if d.area or d.value != pattern.negated]  # "numbness of the toes without tingling"
    return drafts


def _drafts(pattern: ElementPattern, lex: Lexeme, sentence: Sentence, every: list[list[Part]]) -> list[Draft]:
    """One finding of a complaint for each place it is said to be in."""
    value, assertion = _stated(pattern, lex, sentence)
    found = places(lex, sentence, every, ahead_first=pattern.area == "radiation")
    if pattern.area == "limb":
        found = _carried(_with_side_behind(lex, found, sentence), sentence, denied=value == pattern.negated)
    pairs = _pairs(pattern, found, sentence) or _of_level(pattern, lex, sentence)
    placed = any(a not in {None, "other"} for _, a in pairs)
    if pattern.area == "limb" and value == pattern.default and _of_head(found, sentence):
        return [Draft(pattern.element, value, lex.start, lex.end, lex.entry.id, area=OF_HEAD, assertion=assertion)]
    unsaid = value in {None, "none"} or (lex.entry.generic and not placed) or _unanswered(pattern, lex, sentence)
    unsaid = unsaid or _examined(lex, sentence)
    absent = value == pattern.negated
    if unsaid or _elsewhere(pattern, found, lex, sentence):
        return []
    if absent and _beside_the_point(pattern, found, lex, sentence):
        return []
    details: dict[str, str] = {}
    if pattern.area == "radiation":
        details["about"] = topic(lex, sentence, found)
        if details["about"] == "other":
            return []
    answered = _ANSWERED.match(sentence.view, lex.end, sentence.end)
    if _LABEL.match(sentence.view, lex.end) and value == pattern.default and not placed and not answered:
        return []  # a label of a form
    if lex.entry.area is not None:
        pairs = [(None, lex.entry.area)]
    elif value == pattern.negated and not placed:
        pairs = [(None, None)] if pattern.area == "radiation" else [(side, None) for side, _ in pairs]
    start, end = min([lex.start, *(p.start for p in found)]), max([lex.end, *(p.end for p in found)])
    return [
        Draft(
            pattern.element, value, start, end, lex.entry.id, side, area, assertion=assertion, attributes=dict(details)
        )
        for side, area in pairs or _lent(pattern, sentence)
    ]


def _examined(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a loss of feeling is what was found, not what is complained of: "Sensory: no loss of sensation"."""
    if not sentence.view.startswith("loss of ", lex.start):
        return False
    return sentence.section == "physical_exam" or "sensation" in sentence.heading.elements


def _unanswered(pattern: ElementPattern, lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a mention is a question without an answer."""
    if pattern.area == "limb":
        return _UNANSWERED.match(sentence.view, lex.end, sentence.end) is not None
    return lex.entry.attributes.get("form") == "asked" and not _ASKED.match(sentence.view, lex.end)


def _beside_the_point(pattern: ElementPattern, found: list[Part], lex: Lexeme, sentence: Sentence) -> bool:
    """Whether what is absent is nothing to tell of.

    Of a pain that travels: symptoms of the other limb, what a maneuver does not provoke. Of a numbness: that there is
    none elsewhere leaves what was told before.
    """
    if sentence.section in _OPERATIVE:
        return True
    if pattern.area != "radiation":
        return _ELSEWHERE.match(sentence.view, lex.end, sentence.end) is not None
    if lex.entry.attributes.get("with") == "spine":
        one_side = any(p.side not in {None, "bilateral"} for p in found)
        if one_side or not _DENIES.search(sentence.view, sentence.start, lex.start):
            return True  # "the leg pain is no longer present"
    return _PROVOKED.search(sentence.text) is not None


def _stated(pattern: ElementPattern, lex: Lexeme, sentence: Sentence) -> tuple[str | None, Assertion]:
    """The value that a mention states and whether it holds; a negated complaint is a value of its own."""
    assertion = sentence.assertion(lex.start, lex.end, pattern.element)
    asked = _ASKED.match(sentence.view, lex.end)
    if asked and _QUESTION.search(sentence.gap(sentence.start, lex.end)):
        if not (asked["said"] or asked["tick"]):
            return None, assertion
        return (pattern.negated if asked["no"] else pattern.default), "affirmed"
    if assertion == "negated" and _BUT_THIS.match(sentence.view, lex.end, sentence.end):
        return lex.entry.value or pattern.default, "affirmed"
    if assertion == "negated" or _DENIED.match(sentence.stated(lex.end, sentence.end)):
        return pattern.negated if lex.entry.negated is None else lex.entry.negated or None, "affirmed"
    return lex.entry.value or pattern.default, assertion


def _of_head(found: list[Part], sentence: Sentence) -> bool:
    """Whether what is felt is felt in face or head: in its place, else in the only parts that its sentence names."""
    named = [p.entry for p in found if p.entry] or [p.entry for p in sentence.parts if p.entry]
    return bool(named) and all("head" in e.areas for e in named)


def _elsewhere(pattern: ElementPattern, found: list[Part], lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a complaint is of the head, or of a joint alone in a sentence without a spine region."""
    named = [p.entry for p in found if p.entry]
    if pattern.area == "limb" and named and all("head" in e.areas for e in named):
        return True
    if not (named and lex.entry.generic and all(e.joint for e in named)):
        return False
    return not sentence.regions and sentence.topic != "spine"


def _lent(pattern: ElementPattern, sentence: Sentence) -> list[tuple[Side | None, str | None]]:
    areas = [a for a in sentence.heading.areas if a in {"upper_limb", "lower_limb"}]
    if (pattern.area == "limb" or (pattern.area == "radiation" and _SYMPTOMS.search(sentence.heading.text))) and areas:
        return [(sentence.heading.side, a) for a in areas]
    return [(None, None)]


def _pairs(pattern: ElementPattern, parts: list[Part], sentence: Sentence) -> list[tuple[Side | None, str | None]]:
    """Distinct (side, area) of parts, in the area vocabulary of the element."""
    if pattern.area == "radiation":
        pairs = [(p.side, p.entry.radiation if p.entry else root_limb(sentence)) for p in parts]
        limbs = [p for p in pairs if p[1] not in {"other", None}]
        return _sided(distinct(limbs or [p for p in pairs if p[1]]))
    alone = [(p.side, None) for p in parts if p.entry is None]
    named = [(p.side, a) for p in parts if p.entry for a in p.entry.areas if a not in {"general", "head"}]
    return _sided(distinct(named or (alone if len(alone) == len(parts) else [])))


def _of_level(pattern: ElementPattern, lex: Lexeme, sentence: Sentence) -> list[tuple[Side | None, str | None]]:
    """The limb of the root right before what radiates: "L4 radicular symptoms"."""
    if pattern.area != "radiation" or not any(0 <= lex.start - end <= 1 for _, end, _ in sentence.levels):
        return []
    limb = root_limb(sentence)
    return [(None, limb)] if limb else []


def _sided(pairs: list[tuple[Side | None, str | None]]) -> list[tuple[Side | None, str | None]]:
    """Without areas that also stand with a side: "the outer arm to the right thumb" is the right arm."""
    sided = {area for side, area in pairs if side}
    return [(side, area) for side, area in pairs if side or area not in sided]


def root_limb(sentence: Sentence) -> str | None:
    """The limb that a root of the sentence's region supplies."""
    for _, _, region in sentence.places[:1]:
        return {
            "cervical": "upper_limb",
            "lumbar": "lower_limb",
            "lumbosacral": "lower_limb",
            "sacral": "lower_limb",
        }.get(region)
    return None
