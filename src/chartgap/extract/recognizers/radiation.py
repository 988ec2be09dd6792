"""Whether what radiates is a pain of the spine: its source, its topic and its subject."""

import re

from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.about import About
from chartgap.extract.sentences.sentence import Part, Sentence

# Pain that starts in these goes along the limb by itself; shoulder, hip and buttock may hurt from the spine.
_DISTAL = re.compile(r"hand|finger|thumb|wrist|palm|elbow|knee|ankle|foot|feet|toe|heel|calf|calves|shin")
_FROM = re.compile(r"\bfrom (?:the |his |her |my |both |either )?(?:left |right |outer |inner |lateral |medial )?$")
_SUBJECT = re.compile(
    r"\b(?:pain|lbp|pn|it|this|that|which|symptoms?|sensations?|discomfort|ache|burning|tingling|shocks?|nothing|none"
    r"|spread|shoot\w*)\b"
)
_REACH, _SUBJECT_REACH, _ADJECTIVE, _OPENING = 70, 80, 30, 3
_TOLD = frozenset({"chief_complaint", "history_of_present_illness", "assessment", "assessment_and_plan", None})


def topic(lex: Lexeme, sentence: Sentence, found: list[Part]) -> About:
    """What the pain is of, by all that its sentence and those before tell: the spine, something else, or open."""
    details = getattr(lex.entry, "attributes", {})
    if details.get("with") == "spine":
        return "spine" if _beside_spine(lex, sentence) else "other"
    if details.get("with") == "limb" and not any(p.entry for p in found) and not _pain_of_side(sentence, found):
        return "other"  # a root disorder whose limb is not named says nothing of pain that travels
    adjective = sentence.view.startswith(("non", "unr"), lex.start)  # "non-radiating low back pain"
    reach = lex.end + _ADJECTIVE if adjective else lex.start
    if any(start < reach for start, _, _ in sentence.places):
        return _by_source(lex, sentence, "spine")
    absent = getattr(lex.entry, "value", None) == "absent"
    understood = sentence.topic == "spine" and (absent or lex.start - sentence.start < _OPENING)
    unsaid = getattr(lex.entry, "generic", False) and not understood and not _has_subject(lex, sentence)
    listed = sentence.section == "review_of_systems" and not sentence.near_region
    return "other" if unsaid or listed else _by_source(lex, sentence, None)


def _pain_of_side(sentence: Sentence, found: list[Part]) -> bool:
    """Whether a root disorder of one side is told with the pain of its region: "neck pain with left radiculopathy"."""
    hurts = any(t.entry.value in {"neck_pain", "back_pain"} for t in sentence.of("t:complaint"))
    return hurts and any(p.side for p in found)


def _by_source(lex: Lexeme, sentence: Sentence, told: About | None) -> About:
    """The topic by where the pain comes from, else as told, else of the words before."""
    source = _source(lex, sentence)
    if source is not None and source.entry is not None:
        if {"neck", "back"} & set(source.entry.areas):
            return "spine"
        if told is None and _DISTAL.search(sentence.gap(source.start, source.end)):
            return "other"
    return told or _told_before(lex, sentence)


def _beside_spine(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether "no arm pain" is said of a neck that hurts, not in a list of all that does not."""
    if sentence.regions:
        return any(sentence.assertion(s, e, "place") != "negated" for s, e, _ in sentence.regions) and not any(
            t.start < lex.start and sentence.assertion(t.start, t.end, "complaint") == "negated"
            for t in sentence.of("t:complaint")
            if t.entry.value in {"neck_pain", "back_pain"}
        )
    return sentence.topic == "spine" and sentence.section in _TOLD


def _told_before(lex: Lexeme, sentence: Sentence) -> About:
    """The topic of the words before; where the pain goes to is not what it is of."""
    ways = [r for r in sentence.of("t:radiation") if r.end <= lex.start]
    before = [
        t.entry.sense
        for t in sentence.of("topic")
        if t.end <= lex.start and not t.entry.void and not any(r.start <= t.start and t.end <= r.end for r in ways)
    ]
    senses = [sense for sense in before if sense != "disease"]
    if not senses:
        return sentence.topic
    if senses[-1] in {"spine", "anatomy", "condition"}:
        return "spine"
    if sentence.topic == "spine" and senses[-1] in {"joint", "limb"}:
        return "spine"
    return "limb" if senses[-1] == "limb" else "other"


def _has_subject(lex: Lexeme, sentence: Sentence) -> bool:
    before = sentence.gap(max(sentence.start, lex.start - _SUBJECT_REACH), lex.end)
    return bool(_SUBJECT.search(before)) or any(s.entry.sense == "pain" for s in sentence.of("symptom"))


def _source(lex: Lexeme, sentence: Sentence) -> Part | None:
    """The body part behind "from", else the last one named before."""
    named = [p for p in sentence.parts if p.entry]
    for part in named:
        if abs(part.start - lex.end) < _REACH and _FROM.search(sentence.gap(max(0, part.start - 30), part.start)):
            return part
    before = [p for p in named if p.end <= lex.start and lex.start - p.end < _REACH]
    return before[-1] if before else None
