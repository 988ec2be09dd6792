"""Sides bound to body parts, and body parts to runs: "left shoulder, arm and hand", "biceps on the left"."""

import re
from collections.abc import Iterable
from functools import cache

from chartgap.extract.phrases.layout import inline_header, is_light_touch
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import blanked
from chartgap.extract.sentences.antecedent import POINTING, pointed
from chartgap.extract.sentences.sentence import Part, Sentence
from chartgap.knowledge.elements import LexiconEntry
from chartgap.model import Side

_FILL = (
    r"(?:low|the|his|her|their|my|a|an|this|that|these|own|entire|whole|upper|lower|distal|proximal|lateral|medial"
    r"|anterior|posterior|dorsal|volar|ventral|mid|middle|outer|inner|plantar|radial|ulnar|side|sided|of|aspects?|part"
    r"|portion|area|region|muscles?|group|groups|joints?|deep|superficial|dominant|more|mostly|mainly|especially"
    r"|primarily|also|diffusely|about|bottom|top|back|front|is|are|midline|occasionally|sometimes|rarely|now|post|ant|lat|med)"
)
_FILLERS = re.compile(rf"[\s,/'-]*(?:{_FILL}[\s,/'-]+)*")
_COORDINATION = re.compile(
    rf"\s*(?:,|and|or|/|&|\+(?!\s*[,/])|, and|, or|,? ?as well as|into|to|down|through|down to|down into|and into|then"
    rf"|greater than|worse than|more than|over|than|,? ?including"
    rf"|,? ?(?:and )?(?:to )?a lesser (?:extent|degree),?)?[\s,/'-]*"
    rf"(?:(?:and|or|into|in|at|to|down|strength|reflexes|reflex|\d{{1,3}} ?%|{_FILL})[\s,/'-]+)*"
)
_POSTFIX = re.compile(
    r"[\s,(-]*(?:(?:on|in|to|at|of|from|over|along|noted|more|worse|especially|mainly|, worse|occasionally"
    r"|sometimes|now|into|particularly|predominantly|mostly)\s+)*(?:the|his"
    r"|her)?[\s(]*"
)
_GRADE_AHEAD = re.compile(r"[\s:=]*(?:was|is)?[\s:=]*[+-]?[0-5](?:[+\s/-]|$)")
_RESULT_AHEAD = re.compile(
    r"[\s:=,(]*(?:(?:where )?(?:it )?(?:is|was|which is|which was))?[\s:=]*[+-]?[0-5](?:[+/-]|\s?/)"
)
_GRADE_BEFORE = re.compile(r"\d[+-]?\s*(?:(?:in|of|at|the)\s+)*$")
_OWN_NOUN = re.compile(
    r"(?: [clts]\d{1,2}(?:[ /-]{1,3}[clts]?\d{1,2})*+(?:,| and)?)*+[ -]+(?!and\b|or\b|side|greater|more|worse|than"
    r"|with|but|is\b|was\b|on\b|in\b|at\b|to\b|into\b|since|for\b|of\b|from\b|because|due|secondary|while|if\b"
    r"|he\b|she\b|today|currently|now\b|greater|has\b|have\b|are\b|were\b|level|region|area|aspect|predominan"
    r"|mostly|mainly|extending|down|only|again|although|despite|without|causing|producing|resulting|consistent"
    r"|except|then|so\b|his\b|her\b|the\b|which|that\b"
    r"|after|when|as\b|by\b|recess|lateral|foramin|sciatic|supraclav|over|through|radiat|sided|arm|leg|shoulder"
    r"|hip|hand|foot|upper|lower)[a-z]"
)
# "both his neck and his back" is two regions, not two sides
_BOTH_REGIONS = re.compile(
    r"both (?:of )?(?:the |his |her |my )?(?:neck|cervical|thoracic|lumbar|(?:low|lower|upper|mid) back|back|spine"
    r"|axial)\b"
    r"[^.;,]{0,20}\b(?:and|as well as)\b"
    r"|both (?:the )?[clts]-?\d"
)
# "the right toe and to a lesser extent the left"
_LESSER = re.compile(
    r"(?:\blesser (?:extent|degree),?|(?:\band|\bbut|,) (?:occasionally|sometimes|now|rarely|at times|also|then))\s+"
    r"(?:(?:to|on|in|into|at|of)\s+)?(?:the|his|her)?\s*$"
)
_AND_SIDE = re.compile(r"\s*(?:,|and|&|, and|as well as)\s+(?:(?:at|on|in|to|the)\s+)*")
_PLURAL = re.compile(r"(?:[^s]s|feet|extremities|calves)$")
_ON_SIDE = re.compile(r"^\s*,?\s*(?:on|in) (?:the|his|her)(?=\s)")
_OPENS = re.compile(r"[\s*\u2022-]*(?:on|to) (?:the|his|her) ")
_OF_SIDE = re.compile(r"\s+(?:of|on)\s+(?:the|his|her)?\s*")
_LABELS = re.compile(r"(?: (?:motor |muscle )?(?:strength|power|motor|exam|testing|reflexes))?:")
_PART_OF = re.compile(r"\s+(?:of|on|in|over)\s+(?:the|his|her)?\s*")
_ONE_OF_TWO = re.compile(r"\s+or\b")
_NEXT_TO, _LIMB_AHEAD = 3, 12  # characters
_AXIS = frozenset({"head", "neck", "back"})
_Item = tuple[int, int, LexiconEntry, Side | None]


def build_parts(sentence: Sentence) -> list[Part]:
    """Bind sides to body parts: before ("left shoulder, arm and hand"), after ("biceps on the left"), or neither."""
    items = _without_header(_items(sentence), sentence)
    parts: list[Part] = []
    pending: tuple[int, int, Side] | None = None  # a side waiting for the part that follows it
    reach = -1  # end of the last part to which the pending side was given
    carried = -1  # start of the last part whose side came over a list
    for index, (start, end, entry, side) in enumerate(items):
        if entry.areas:
            onward = parts[-1] if parts and reach == parts[-1].end else None
            if side is not None:
                pending = (start, end, side)
            elif not (pending and _carries(sentence, pending, reach, start) and not _leaves_limb(onward, entry)):
                pending = None
            if pending:
                carried = start if reach > pending[1] else carried
                reach = end
                _spread_back(sentence, parts, start, pending, carried)
            parts.append(Part(start, end, _resolved(entry, sentence), pending[2] if pending else None))
            continue
        assert side is not None
        if entry.sense == "too" and parts and parts[-1].side:
            _also_other(parts)
            continue
        if _told_already(entry, parts, start) or _mends(sentence, parts, start, side, carried):
            continue
        if parts and parts[-1].side and _LESSER.search(sentence.view, parts[-1].end, start):
            parts.append(Part(start, end, parts[-1].entry, side))
            continue
        if not _belongs_ahead(sentence, items, index) and _bind_back(sentence, parts, start, end, side):
            pending = None
            continue
        pending, reach = (start, end, side), end
        parts.append(Part(start, end, None, side))
    return _drop_used_sides(sentence, _labelled(sentence, _led(sentence, parts)))


def _told_already(entry: LexiconEntry, parts: list[Part], start: int) -> bool:
    """Whether a side adds nothing to both: "both legs, left greater than right", "both arms, worse on the left"."""
    if entry.sense == "leans":
        return any(p.side == "bilateral" for p in parts)
    close = entry.side == "bilateral" and parts and parts[-1].side == "bilateral"
    return bool(close) and start - parts[-1].end <= _NEXT_TO


def _mends(sentence: Sentence, parts: list[Part], start: int, side: Side, carried: int) -> bool:
    """Whether a side replaces one that came over a list: "fingers of the right hand and the thumb of the left"."""
    if not (parts and parts[-1].start == carried and _OF_SIDE.fullmatch(sentence.view, parts[-1].end, start)):
        return False
    parts[-1] = parts[-1]._replace(side=side)
    return True


def _led(sentence: Sentence, parts: list[Part]) -> list[Part]:
    """Give the side that opens a sentence to the parts behind it: "On the right, pinprick is less over the thumb"."""
    first = parts[0] if parts else None
    if first is None or first.entry or any(p.side for p in parts[1:]):
        return parts
    if not _OPENS.fullmatch(sentence.view, max(sentence.heading_end, sentence.start), first.start):
        return parts
    return [first, *(p._replace(side=first.side) for p in parts[1:])]


def _labelled(sentence: Sentence, parts: list[Part]) -> list[Part]:
    """Give muscles the side or limb before whose colon they stand: "LUE: deltoid 5/5, biceps 4/5; RUE: 5/5"."""
    side: Side | None = None
    found: list[Part] = []
    for part in parts:
        labels = _LABELS.match(sentence.view, part.end, sentence.end) is not None
        if (part.entry and not part.entry.muscle) or (labels and _heads(sentence, part, found)):
            side = part.side if labels else None
        takes = part.entry and part.entry.muscle and part.side is None
        found.append(part._replace(side=side) if takes and side else part)
    return found


def _heads(sentence: Sentence, part: Part, before: list[Part]) -> bool:
    """Whether a side before a colon heads what follows, and is not of the muscle before it: "deltoid R: 5, L: 4"."""
    last = next((p for p in reversed(before) if p.entry), None)
    return part.entry is None and (last is None or ";" in sentence.gap(last.end, part.start))


def _also_other(parts: list[Part]) -> None:
    """Both sides for the last parts: "in the fingers of the left hand greater than right"."""
    side, at = parts[-1].side, len(parts) - 1
    while at >= 0 and parts[at].side == side:
        parts[at] = parts[at]._replace(side="bilateral")
        at -= 1


def _resolved(entry: LexiconEntry, sentence: Sentence) -> LexiconEntry:
    """The paraspinal muscles are of the neck or of the back, by the region that the sentence is about."""
    if entry.areas != ("trunk",):
        return entry
    named = [r for _, _, r in sentence.places] or [
        sentence.heading.region or sentence.near_region or sentence.topic_region or ""
    ]
    neck = any(a == "neck" for p in sentence.of("part") for a in p.entry.areas)
    return _in_area(entry, "neck" if neck or named[0] in {"cervical", "cervicothoracic", "head"} else "back")


@cache
def _copies() -> dict[tuple[str, str], LexiconEntry]:
    return {}


def _in_area(entry: LexiconEntry, area: str) -> LexiconEntry:
    known = _copies()
    if (entry.id, area) not in known:
        known[(entry.id, area)] = entry.model_copy(update={"areas": (area,), "radiation": entry.radiation or area})
    return known[(entry.id, area)]


def _items(sentence: Sentence) -> list[_Item]:
    """Side and part lexemes in order; of overlapping ones the longer."""
    found: list[_Item] = []
    for lex in sorted(sentence.of("side", "part"), key=lambda x: (x.start, x.start - x.end, x.kind)):
        if found and lex.start < found[-1][1]:
            continue
        if sentence.gap(lex.start, lex.end) == "lt" and (sentence.columns or is_light_touch(sentence.view, lex.start)):
            continue
        if lex.entry.side == "bilateral" and _BOTH_REGIONS.match(sentence.view, lex.start, sentence.end):
            continue
        if lex.entry.sense == "compared" and not _RESULT_AHEAD.match(sentence.view, lex.end, sentence.end):
            continue
        if lex.entry.sense == "either" and not _before_limb(lex, sentence):
            continue
        if lex.entry.sense in POINTING:
            found += _pointed(lex, sentence)
            continue
        side = lex.entry.side
        if lex.entry.sense == "leans" and found and _PLURAL.search(sentence.view, found[-1][0], found[-1][1]):
            side = "bilateral"  # "reflexes are brisk in the legs, more so on the left"
        found.append((lex.start, lex.end, lex.entry, side))
    return [item for item in found if not item[2].void]


def _before_limb(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether "either" stands before a limb: that is both; before the first of two things it is no side."""
    for part in sentence.of("part"):
        if 0 < part.start - lex.end <= _LIMB_AHEAD and _FILLERS.fullmatch(sentence.view, lex.end, part.start):
            plural = _PLURAL.search(sentence.view, part.start, part.end)
            return not plural and not _ONE_OF_TWO.match(sentence.view, part.end)
    return False


def _pointed(lex: Lexeme, sentence: Sentence) -> list[_Item]:
    """A side or part that is pointed at ("the other leg", "the same distribution"), if it was told before."""
    sense = lex.entry.sense or ""
    told = pointed(sense, sentence.view, lex.start)
    if told.area and not (sense == "same_limb" and any(s.entry.sense == "structure" for s in sentence.of("symptom"))):
        return [(lex.start, lex.end, _in_area(lex.entry, told.area), told.side)]
    return [(lex.start, lex.end, lex.entry, told.side)] if told.side and sense != "same_place" else []


def _without_header(items: list[_Item], sentence: Sentence) -> list[_Item]:
    """Items but for sides that head the results of the sentence, which are kept as its columns or pairs."""
    if sentence.digits and any(side for *_, side in items):
        heading = sentence.heading.text
        header = inline_header(sentence.view, sentence.start, sentence.end)
        if header is None:
            own = any(side and start >= sentence.heading_end for start, _, _, side in items)
            above = None if own else inline_header(f"{heading}: 0", 0, len(heading) + 3) if "/" in heading else None
            sentence.pairs = above.sides if above and above.pairs else None
            return items
        if header.pairs:
            sentence.pairs = header.sides
        else:
            sentence.columns = header.sides
        return [item for item in items if item[1] <= header.start or item[0] >= header.end]
    return items


def _carries(sentence: Sentence, pending: tuple[int, int, Side], reach: int, start: int) -> bool:
    """Whether a side reaches a part: directly before it, or over a coordinated list.

    "Either" is of one limb: "down either arm, and the fingers never tingle".
    """
    if reach != pending[1]:
        return not sentence.view.startswith("either", pending[0]) and bool(
            _COORDINATION.fullmatch(sentence.view, reach, start)
        )
    return "," not in sentence.gap(reach, start) and bool(_FILLERS.fullmatch(sentence.view, reach, start))


def _spread_back(
    sentence: Sentence, parts: list[Part], start: int, pending: tuple[int, int, Side], carried: int
) -> None:
    """Give the side of a whole to its parts before it: "the thumb and index finger of the right hand".

    It is stronger than a side that came over a list: "thumb of the right hand and index finger of the left hand".
    """
    at, side = len(parts) - 1, pending[2]
    if at > 0 and parts[at][:2] == pending[:2]:
        at -= 1  # the side itself, which still stands alone
        if (entry := parts[at].entry) and entry.muscle:
            return  # a grade follows each side: "dorsiflexors of the left ankle 2/5, of the right 5/5"
    gap = sentence.without(parts[at].end, start, "side") if parts else ""
    if not _PART_OF.fullmatch(gap):
        return
    if parts[at].start == carried and parts[at].side != side:
        parts[at] = parts[at]._replace(side=side)
        return
    while at >= 0 and parts[at].entry is not None and parts[at].side is None:
        parts[at] = parts[at]._replace(side=side)
        if at == 0 or not _COORDINATION.fullmatch(sentence.view, parts[at - 1].end, parts[at].start):
            break
        at -= 1


def _leaves_limb(last: Part | None, entry: LexiconEntry) -> bool:
    """Whether a list goes from a limb to trunk or head: "left leg and back" gives the back no side."""
    if last is None or last.entry is None:
        return False
    return bool(_AXIS & set(entry.areas)) and not _AXIS & set(last.entry.areas)


def _belongs_ahead(sentence: Sentence, items: list[_Item], index: int) -> bool:
    """Whether the next item is a body part that this side stands before."""
    if index + 1 >= len(items):
        return False
    start, _, entry, side = items[index + 1]
    if not entry.areas or side is not None:
        return False
    gap = sentence.gap(items[index][1], start)
    return (
        "," not in gap
        and bool(_FILLERS.fullmatch(gap))
        and not sentence.view.startswith("bilaterally", items[index][0])
    )


def _bind_back(sentence: Sentence, parts: list[Part], start: int, end: int, side: Side) -> bool:
    """Give a side to the run of unsided parts before it; False if it does not stand after one."""
    if not parts or parts[-1].entry is None or parts[-1].side is not None:
        return False
    if _GRADE_AHEAD.match(sentence.view, end):
        return False
    if "," in sentence.gap(parts[-1].end, start) and own_noun(end, sentence):
        return False  # "neck pain, left C7 radiculopathy": the side goes with what follows
    if not _POSTFIX.fullmatch(sentence.without(parts[-1].end, start, "symptom")):
        return False
    at = len(parts) - 1
    while at >= 0:
        part = parts[at]
        if part.entry is None or part.side is not None:
            break
        parts[at] = part._replace(side=side)
        if at == 0 or not _COORDINATION.fullmatch(sentence.view, parts[at - 1].end, part.start):
            break
        at -= 1
    return True


def own_noun(end: int, sentence: Sentence) -> bool:
    """Whether a side that ends at an offset stands before a noun of its own, over levels."""
    return bool(_OWN_NOUN.match(sentence.view, end, sentence.end))


def _drop_used_sides(sentence: Sentence, parts: list[Part]) -> list[Part]:
    """Drop stand-alone sides that a following part has taken over."""
    kept = []
    for part, following in zip(parts, [*parts[1:], None], strict=False):
        if part.entry is None and following is not None and following.entry is not None and following.side == part.side:
            if ";" in sentence.gap(part.end, following.start):
                kept.append(part)
            continue
        kept.append(part)
    return kept


def runs(sentence: Sentence, *, headed: bool = False) -> list[list[Part]]:
    """Coordinated body parts as one run: "the left thumb and index finger"; those of a heading only if asked for."""
    found: list[list[Part]] = []
    for part in sentence.parts:
        if not headed and part.end <= sentence.heading_end and not (part.entry and part.entry.muscle):
            continue
        joined: object = found and _COORDINATION.fullmatch(_between(sentence, found[-1][-1], part))
        if joined and sentence.view.startswith(":", part.end):  # "5/5 arms, legs: 4/5" speaks of the legs anew
            joined = not _GRADE_BEFORE.search(sentence.view, sentence.start, found[-1][0].start)
        if joined:
            found[-1].append(part)
        else:
            found.append([part])
    return found


def _between(sentence: Sentence, last: Part, part: Part) -> str:
    """The text between two parts without sides; between sides that stand alone without levels too."""
    gap = sentence.unboxed(sentence.without(last.end, part.start, "side"), last.end)
    if last.entry is None and part.entry is None:
        gap = blanked(gap, last.end, ((a, b) for a, b, _ in sentence.levels if last.end <= a and b <= part.start))
        return "," if _AND_SIDE.fullmatch(gap) else gap
    return _ON_SIDE.sub("", gap)


def distinct(pairs: Iterable[tuple[Side | None, str | None]]) -> list[tuple[Side | None, str | None]]:
    """Pairs of side and area without doubles, in order."""
    return list(dict.fromkeys(pairs))
