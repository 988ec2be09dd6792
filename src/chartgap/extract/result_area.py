"""What part of the body a result is about: limb, reflex site, or neck and back."""

import re

from chartgap.extract import motion
from chartgap.extract.levels import Place
from chartgap.extract.lexer import Lexeme
from chartgap.extract.result import of_rest
from chartgap.extract.sentence import Part, Sentence
from chartgap.extract.spans import Mention, distance
from chartgap.knowledge.elements import ElementPattern
from chartgap.model import Side

# A level down from which feeling is lost is no dermatome: "decreased below T2".
_LEVEL_OF_LOSS = re.compile(
    r"\b(?:below|above|caudal to|distal to|inferior to|down from|sensory level (?:at|of|to))\s(?:the\s)?$"
)
_JOINTS_AT_LARGE = re.compile(r"\b(?:throughout|joints?|extremit\w+|cyanosis|clubbing|edema|all limbs|crepitation)\b")
OF_NOTE = "of_note"
"""Area of a motion of which no sentence near says whether it is neck or back: the note as a whole may."""
_LISTED = 12  # characters between levels that are named together
_LIMBS = frozenset({"upper_limb", "lower_limb", "general"})


def areas(
    pattern: ElementPattern, sites: tuple[Part, ...], targets: list[Lexeme], sentence: Sentence, at: Mention
) -> list[tuple[str | None, Side | None]]:
    """The areas a result is about, with a side that the test name itself carries."""
    fixed = [t for t in targets if t.entry.area]
    side = next((t.entry.side for t in targets if t.entry.side), None)
    whole = not sites and pattern.area in {"site", "limb"} and of_rest(sentence, at)
    named = ["general"] if whole else _tendons_behind(sites, fixed) if fixed and pattern.area == "site" else []
    if named:
        return [(a, None if whole else side) for a in dict.fromkeys(named)]
    if fixed:
        coordinated = any(t.start <= s.start and s.end <= t.end for t in fixed for s in sites)
        more = [a for s in sites for a in _site_areas(pattern, s)] if coordinated and pattern.area == "site" else []
        return [(a, side) for a in dict.fromkeys([*more, *(t.entry.area for t in fixed)])]
    if pattern.area == "none":
        lent_tests = sentence.heading.tests if pattern.element == "pathologic_reflex" else ()
        return [(a, side) for a in lent_tests or (None,)]
    named = [a for s in sites for a in _site_areas(pattern, s)]
    if pattern.area == "spine":
        found = named or spine_areas(sites, sentence)
        return [
            (a, None)
            for a in dict.fromkeys(
                found or ([] if sites or motion.of_joint(sentence) or _of_all_joints(sentence) else [OF_NOTE])
            )
        ]
    if not named and sites and (pattern.area != "site" or all(s.entry and s.entry.muscle for s in sites)):
        return []
    if not named and pattern.area == "limb":
        named = _dermatome_areas(sentence, at)
    lent = (
        [a for a in sentence.heading.areas if a in _LIMBS] if pattern.area == "limb" else list(sentence.heading.sites)
    )
    return [(a, side) for a in dict.fromkeys(named or lent or ["general"])]


def _of_all_joints(sentence: Sentence) -> bool:
    """Whether a motion is of the joints at large: told of the limbs, or beside what is looked for in them."""
    return _JOINTS_AT_LARGE.search(sentence.view, sentence.start, sentence.end) is not None


def _tendons_behind(sites: tuple[Part, ...], fixed: list[Lexeme]) -> list[str]:
    """The tendons that stand between a named reflex and this result, which is theirs: "biceps jerk 1+, triceps 2+"."""
    last = max(t.end for t in fixed)
    return [s.entry.reflex for s in sites if s.start > last and s.entry and s.entry.muscle and s.entry.reflex]


def _dermatome_areas(sentence: Sentence, at: Mention) -> list[str]:
    """The limbs of the roots that a sentence names for a result: "light touch reduced C6", "normal from C5 to T1"."""
    levels = _nearest_list(sentence, at)
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
