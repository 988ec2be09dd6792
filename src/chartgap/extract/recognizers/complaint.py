"""Complaints that have a place: numbness and radiating pain."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers.complaint_places import OPERATIVE, places
from chartgap.extract.recognizers.concept import admitted
from chartgap.extract.recognizers.radiation import topic
from chartgap.extract.sentences.binding import distinct, runs
from chartgap.extract.sentences.carried import spoken_of
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.result_source import aimed_at
from chartgap.extract.sentences.sentence import Part, Sentence
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Assertion, Side

_DENIED = re.compile(r"\s*:\s*(?:\[x\]\s*|\(x\)\s*)?(?:none|no\b|den(?:ies|ied)|negative|absent|nil\b|does not)")
_LABEL = re.compile(r"(?: to)?:")
_ANSWERED = re.compile(
    r"\s*:\s*(?:(?:\[x\]\s*)?(?:yes|y\b|present|positive|\(?\+|intermittent|constant|occasional|mild|moderate|severe)"
    r"|(?:\[x\]|\(x\)|[\u2611\u2612])[ \t]*(?=$|[\n.;,]|\w+[ \t]?:))"
)
_UNANSWERED = re.compile(r"\s*:?\s*(?:y|yes)\s?/\s?(?:no?)\b")
_SIDE_BEHIND = re.compile(
    r"[\s,(]*(?:down\s)?(?:sides?\s*:)?[\s\[\]x]*(?:(?:that |which )?(?:she|he|the patient) (?:reports|has|feels|notes"
    r"|describes) )?"
    r"(?:on (?:the )?)?"
)
_SIDE_LABEL = re.compile(r"\bsides?\s*:")
# A question and what is answered: "Any numbness?" "No."; "Numbness? [ ] arm [x] none".
_ASKED = re.compile(
    r"[^.;\n?]{0,60}\?[\s\"']*(?:(?:patient|pt|[a-z]{1,10})\s?:\s*)?[\s\"']*"
    r"(?:(?:\[ ?\]|\( ?\)|\u2610)[^\[(\n\u2611\u2612]{0,25})*(?P<tick>\[x\]|\(x\)|\u2611|\u2612)?\s*"
    r"(?P<said>(?P<no>no|none|nope|nah|not|never|den(?:ies|ied)|nothing)\b"
    r"|(?:yes|yeah|yep|y|sometimes|only|a little)\b)?"
)
_QUESTION = re.compile(
    r"\b(?:any|do you|does|is there|are there|have you|has (?:he|she)|did|how about|what about)\b"
    r"|^[\s\"'*-]*\S+(?: \S+)?$"
)
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
    found = _sides_told(pattern, found, lex, sentence, denied=value == pattern.negated)
    pairs = _pairs(pattern, found, sentence) or _of_level(pattern, lex, sentence)
    placed = bool(lex.entry.area) or any(a not in {None, "other"} for _, a in pairs)
    if pattern.area == "limb" and value == pattern.default and _of_head(found, sentence):
        return [Draft(pattern.element, value, lex.start, lex.end, lex.entry.id, area=OF_HEAD, assertion=assertion)]
    unsaid = value in {None, "none"} or (lex.entry.generic and not placed) or _unanswered(pattern, lex, sentence)
    unsaid = unsaid or _examined(lex, sentence)
    if unsaid or _elsewhere(pattern, found, lex, sentence):
        return []
    if value == pattern.negated and _beside_the_point(pattern, found, lex, sentence):
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
        pairs = _of_area(lex.entry.area, found)
    elif value == pattern.negated and not placed:
        pairs = [(None, None)] if pattern.area == "radiation" else [(side, None) for side, _ in pairs]
    start, end = min([lex.start, *(p.start for p in found)]), max([lex.end, *(p.end for p in found)])
    return [
        Draft(
            pattern.element, value, start, end, lex.entry.id, side, area, assertion=assertion, attributes=dict(details)
        )
        for side, area in pairs or _lent(pattern, sentence)
    ]


def _sides_told(
    pattern: ElementPattern, found: list[Part], lex: Lexeme, sentence: Sentence, *, denied: bool
) -> list[Part]:
    """Places with the side that stands behind them, or that was told before."""
    if pattern.area == "limb":
        return _carried(_with_side_behind(lex, found, sentence), sentence, denied=denied)
    labelled = _SIDE_LABEL.search(sentence.view, lex.end, sentence.end)
    return _with_side_behind(lex, found, sentence) if labelled else found


def _of_area(area: str, found: list[Part]) -> list[tuple[Side | None, str | None]]:
    """The area that a phrase names, on the sides that stand alone behind it: "wraps to the right ribs"."""
    return [(side, area) for side in dict.fromkeys(p.side for p in found if not p.entry)] or [(None, area)]


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
    if sentence.section in OPERATIVE:
        return True
    if pattern.area != "radiation":
        return _ELSEWHERE.match(sentence.view, lex.end, sentence.end) is not None
    if lex.entry.attributes.get("with") == "spine":
        one_side = any(p.side not in {None, "bilateral"} for p in found)
        denied = _DENIES.search(sentence.view, sentence.start, lex.start) or _DENIED.match(sentence.view, lex.end)
        if one_side or not denied:
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
