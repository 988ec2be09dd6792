"""What part of the body a result is about: limb, reflex site, or neck and back."""

import re

from chartgap.extract.phrases.levels import Place
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import Mention, distance
from chartgap.extract.results import motion
from chartgap.extract.results.exceptions import EXCEPT
from chartgap.extract.sentences.draft import OF_NOTE
from chartgap.extract.sentences.result import of_rest
from chartgap.extract.sentences.sentence import Part, Sentence
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Side

# A level down from which feeling is lost is no dermatome: "decreased below T2".
_LEVEL_OF_LOSS = re.compile(
    r"\b(?:below|above|caudal to|distal to|inferior to|down from|sensory level (?:at|of|to))\s(?:the\s)?$"
)
_JOINTS_AT_LARGE = re.compile(r"\b(?:throughout|joints?|extremit\w+|cyanosis|clubbing|edema|all limbs|crepitation)\b")
_ROOT_TENDONS = {"C5": "biceps", "C6": "brachioradialis", "C7": "triceps", "L4": "patellar", "S1": "achilles"}
_TENDONS = frozenset(_ROOT_TENDONS.values())
_THE_REST = re.compile(r"\b(?:rest|remainder)\b(?! of)")
_OPENING = 18  # characters
_LISTED = 12  # characters between levels that are named together
_FELT = 24  # characters between a pain and the limb it is in
_LIMBS = frozenset({"upper_limb", "lower_limb", "general"})


def areas(
    pattern: ElementPattern, sites: tuple[Part, ...], targets: list[Lexeme], sentence: Sentence, at: Mention
) -> list[tuple[str | None, Side | None]]:
    """The areas a result is about, with a side that the test name itself carries."""
    fixed = [t for t in targets if t.entry.area]
    side = next((t.entry.side for t in targets if t.entry.side), None)
    whole = not sites and pattern.area in {"site", "limb"} and of_rest(sentence, at)
    limb = _limb_of_rest(sentence, at) if whole and pattern.element == "strength" else None
    named = [limb[0] if limb else "general"] if whole else []
    side = limb[1] if limb else side
    if pattern.area == "site":
        named = _tendon_of_root(sentence, at) or named or (_tendons_behind(sites, fixed) if fixed else [])
    if named:
        return [(a, side if limb or not whole else None) for a in dict.fromkeys(named)]
    if fixed:
        coordinated = any(t.start <= s.start and s.end <= t.end for t in fixed for s in sites)
        more = [a for s in sites for a in _site_areas(pattern, s)] if coordinated and pattern.area == "site" else []
        return [(a, side) for a in dict.fromkeys([*more, *(t.entry.area for t in fixed)])]
    if pattern.area == "none":
        lent_tests = sentence.heading.tests if pattern.element == "pathologic_reflex" else ()
        return [(a, side) for a in lent_tests or (None,)]
    named = _named(pattern, sites)
    if pattern.area == "spine":
        return _spine_or_note(named, _moved(sites, at), sentence)
    if not named and sites and (pattern.area != "site" or all(s.entry and s.entry.muscle for s in sites)):
        return []
    if not named and pattern.area == "limb":
        named = _dermatome_areas(sentence, at)
    lent = (
        [a for a in sentence.heading.areas if a in _LIMBS] if pattern.area == "limb" else list(sentence.heading.sites)
    )
    return [(a, side) for a in dict.fromkeys(named or lent or ["general"])]


def _limb_of_rest(sentence: Sentence, at: Mention) -> tuple[str, Side | None] | None:
    """The limb whose other muscles a grade is of: "L biceps 4, rest 5", "UE 4+/5 B intrinsics, o/w 5/5"."""
    told = [p for p in sentence.parts if p.end <= at.start]
    limbs = {a for p in told if p.entry for a in p.entry.areas}
    if len(limbs) != 1 or ";" in sentence.gap(told[-1].end, at.start) or not limbs <= _LIMBS - {"general"}:
        return None
    opens = told[0].entry and not told[0].entry.muscle and told[0].start - sentence.start < _OPENING
    if not opens and not _THE_REST.search(sentence.view, told[-1].end, at.start):
        return None
    return limbs.pop(), next((p.side for p in reversed(told) if p.side), None)


def _moved(sites: tuple[Part, ...], at: Mention) -> tuple[Part, ...]:
    """Sites that are moved, without a limb where the motion is felt: "extension 20 (pain L arm)"."""
    if getattr(at, "value", None) != "painful":
        return sites
    return tuple(s for s in sites if not (s.entry and not s.entry.joint and at.start < s.start <= at.end + _FELT))


def _spine_or_note(
    named: list[str], sites: tuple[Part, ...], sentence: Sentence
) -> list[tuple[str | None, Side | None]]:
    """Neck or back, else that of the note where no other joint is spoken of."""
    found = named or spine_areas(sites, sentence) or ([OF_NOTE] if not sites and may_be_of_note(sentence) else [])
    return [(a, None) for a in dict.fromkeys(found)]


def may_be_of_note(sentence: Sentence) -> bool:
    """Whether a motion that names no joint may be one of the region that the note is about."""
    return not (motion.of_joint(sentence) or _of_all_joints(sentence))


def _tendon_of_root(sentence: Sentence, at: Mention) -> list[str]:
    """The tendon of a root right before a grade: "patellar 1+, S1 2+"."""
    roots = [value for _, end, value in sentence.levels if 0 < at.start - end < 3]
    return [_ROOT_TENDONS[root] for root in roots if root in _ROOT_TENDONS]


def _named(pattern: ElementPattern, sites: tuple[Part, ...]) -> list[str]:
    """Areas of sites, without a limb whose tendon is named: "lower extremities, patellar 2+" is of the patella."""
    named = [a for s in sites for a in _site_areas(pattern, s)]
    if pattern.area != "site":
        return named
    limbs = {a for s in sites if s.entry and s.entry.reflex in _TENDONS for a in s.entry.areas}
    return [a for a in named if a not in limbs or a == "general"]


def _of_all_joints(sentence: Sentence) -> bool:
    """Whether a motion is of the joints at large: told of the limbs, or beside what is looked for in them."""
    return _JOINTS_AT_LARGE.search(sentence.view, sentence.start, sentence.end) is not None


def _tendons_behind(sites: tuple[Part, ...], fixed: list[Lexeme]) -> list[str]:
    """The tendons that stand between a named reflex and this result, which is theirs: "biceps jerk 1+, triceps 2+"."""
    last = max(t.end for t in fixed)
    behind = [s.entry for s in sites if s.start > last and s.entry and s.entry.reflex]
    return [e.reflex for e in behind if e.reflex in _TENDONS]


def _dermatome_areas(sentence: Sentence, at: Mention) -> list[str]:
    """The limbs of the roots that a sentence names for a result: "light touch reduced C6", "normal from C5 to T1"."""
    levels = _nearest_list(sentence, at)
    if levels and EXCEPT.search(sentence.view, at.end, levels[0][0]):
        return []  # "intact except C6" is said of all but that root
    limbs = {"C": "upper_limb", "L": "lower_limb", "S": "lower_limb"}
    above_legs = [start for start, _, value in levels if value[0] in "CT"]
    if any(_LEVEL_OF_LOSS.search(sentence.view, sentence.start, start) for start in above_legs):
        return []
    found = [
        "upper_limb" if value.startswith("T1") and value[:3] not in {"T10", "T11", "T12"} else limbs.get(value[0])
        for _, _, value in levels
    ]
    return list(dict.fromkeys(a for a in found if a))


def _nearest_list(sentence: Sentence, at: Mention) -> list[Place]:
    """The levels named together nearest to a result, rather behind it than before."""
    found: list[list[Place]] = []
    for level in sentence.levels:
        if found and level[0] - found[-1][-1][1] <= _LISTED:
            found[-1].append(level)
        else:
            found.append([level])
    return min(
        found, key=lambda run: distance(at, run[0][0], run[-1][1]) + (10 if run[0][0] < at.start else 0), default=[]
    )


def spine_areas(sites: tuple[Part, ...], sentence: Sentence) -> list[str]:
    """Neck or back by the regions of the sentence, else of its heading, else of the sentence before."""
    if sites:  # another joint
        return []
    named = [r for _, _, r in sentence.regions]
    if not named and (own := [a for a in sentence.heading.areas if a in {"neck", "back"}]):
        return own
    if not named and motion.opens_with_joint(sentence):
        return []
    lent = [r for r in (sentence.heading.region, sentence.topic_region) if r and r != "thoracic"]
    return ["neck" if r in {"cervical", "cervicothoracic", "head"} else "back" for r in named or lent[:1]]


def _site_areas(pattern: ElementPattern, site: Part) -> list[str]:
    assert site.entry is not None
    if pattern.area == "site":
        return site.entry.reflex.split("+") if site.entry.reflex else []
    if pattern.area == "spine":
        return [a for a in site.entry.areas if a in {"neck", "back"}]
    wanted = _LIMBS | {"neck", "back"} if pattern.element == "sensation" else _LIMBS
    return [a for a in site.entry.areas if a in wanted]
