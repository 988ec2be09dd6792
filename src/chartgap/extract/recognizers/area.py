"""Which spine regions an imaging study is of, and whether it is of another part of the body."""

import re
from typing import NamedTuple

from chartgap.extract.phrases.levels import level_region
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.phrases.spans import distance
from chartgap.extract.sentences.sentence import Sentence

ELSEWHERE = "elsewhere"
"""Area of a study of another body part: no finding, but the note's later "the MRI" is that study."""

# Words of a study's own description; they tie it to its region ("MRI of his cervical and upper thoracic spine").
_WORDS = (
    r"of|the|his|her|their|an?|patient's|this|both|entire|whole|full|upper|lower|left|right|bilateral|spines?|spinal"
    r"|region|area|cord|column|bones?|joints?|levels?|scans?|stud(?:y|ies)|examinations?|exams?|images?|imaging|series"
    r"|views?|films?|plain|radiographs?|x-?rays?|mris?|cts?|cat|mra|mrv|myelograms?|myelography|ap|pa|lateral"
    r"|oblique|flexion|extension|standing|upright|weight|bearing|repeat|follow-?up|updated|new|old|recent|prior"
    r"|previous|outside|latest|post-?op(?:erative)?|pre-?op(?:erative)?|with|without|w/o|and|or|wo?|contrast|gadolinium"
    r"|gad|non-?contrast|enhanced|unenhanced|iv|intravenous|post|two|three|four|five|multiple|several|some|\d{1,2}"
    r"|reports?|results?|done|taken|performed|obtained|completed|dated|from|on|in|for|as well as|also|to include"
    r"|including|includes?|tesla|open|high|field|emergent|stat|urgent|thin|cut|reconstructions?|axial|sagittal|coronal"
    r"|back(?=\s*$)|limited|complete|were|was|is|are|testing|spiral|helical|digital|routine|demonstrates|guided|intraoperative"
    r"|showed|shows|reveals|revealed|today|office|our|my|middle|index|ring|small|distal|proximal|little|great|big|long"
)
_DATE = (
    r"\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?|(?:19|20)\d\d"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
)
_TIE = re.compile(rf"[\s,:()/&+.-]*+(?>(?:{_DATE}|{_WORDS})(?![a-z0-9])[\s,:()/&+-]*+)*+")
_ONLY_JOINED = re.compile(r"(?:[\s,/&]|and\b|or\b|as well as\b)++(?:(?:an?|the|his|her)\s+)?")
_SEEN_ON = re.compile(
    r"\b(?:on|by|per|via|in|with|from|to|of)\s+(?:(?:the|an?|his|her|this|that|recent|previous|prior|repeat|own"
    r"|post-?op\w*|pre-?op\w*|plain|current|subsequent|follow-?up)\s+)*$"
)
_LETTERS = re.compile(
    r"(?<![a-z0-9])([ctl])(?:[\s-]?spine)?((?:\s?(?:,|/|-|&|and|\+)\s?(?:and\s)?(?:[ctl]s?|s))+)[\s-]spines?\b"
)
_BODY_HEADING = re.compile(
    r"\b(?:brain|head|chest|abdom\w+|pelvi\w+|knees?|hips?|shoulders?|ankles?|wrists?|elbows?|foot|feet|hands?|orbits?"
    r"|sinus\w*|breasts?|cranial|renal|femur|tibia|cardiac)\b"
)
_SOFT = re.compile(r"chest|abdom|pelvi|orbit|face|facial|sinus|lung|liver")
_WHOLE = re.compile(r"\s+(?:scan\s+)?of\s+(?:the\s+|his\s+|her\s+)?(?:entire\s+|whole\s+)?(?:spine|back)\b")
_TYPO = re.compile(r"\b(?:cervial|cervcal|cerivcal|cervicle|cervicla|lumber|lumabr|lumbr|thorasic|thoraic|thorcic)\b")
# What a study of another part shows of the spine does not make it one of the spine: "chest CT showed a T8 fracture".
_SHOWS = re.compile(r"\b(?:show(?:s|ed|ing)|reveal(?:s|ed|ing)|demonstrat(?:es|ed|ing))\b")
# "She underwent an MRI and significant degeneration at C5-6 was noted".
_BESIDE = re.compile(r"\s*,?\s*(?:and|which|where|with)\b")
_SEEN_THERE = re.compile(r"\b(?:noted|seen|found|identified|apparent|evident|visible|appreciated)\b")
_SUGGESTS = re.compile(
    r"^[^;]*\b(?:show|reveal|demonstrat|suggest|positive|negative|consistent|evidence|concern|possib|benefit|evaluat|assess)"
)
_NEAR, _SEEN, _SEEN_FAR = 60, 70, 100
_JUNCTION = {
    "thoracolumbar": ("thoracic", "lumbar"),
    "lumbosacral": ("lumbar", "sacral"),
    "cervicothoracic": ("cervical", "thoracic"),
}
_AT_JUNCTION = frozenset({"C7-T1", "L5-S1"})
_LETTER = {"c": "cervical", "t": "thoracic", "l": "lumbar"}


class _Place(NamedTuple):
    start: int
    end: int
    region: str | None  # None: not of the spine


def study_areas(lex: Lexeme, sentence: Sentence) -> list[str | None]:
    """The regions a study is of: those tied to its name, else those of what it shows, else of its heading."""
    places = _places(sentence, film=lex.entry.value == "xray")
    tied = _tied(lex, places, sentence)
    found = [p.region for p in tied if p.region]
    if not found and not tied and not _explicit_spine(lex, sentence):
        found = _of_findings(lex, places, sentence)
        if not found and sentence.heading.region:
            found = [sentence.heading.region]
    return list(dict.fromkeys(found)) or [None]


def _of_soft_parts(lex: Lexeme, tied: list[_Place], sentence: Sentence) -> bool:
    """Whether the neck is one of several parts that are looked through: "CT of the neck, chest and abdomen"."""
    if lex.entry.value not in {"ct", "mri"} or not any(_SOFT.search(sentence.gap(p.start, p.end)) for p in tied):
        return False
    return all(p.region is None or sentence.gap(p.start, p.end) == "neck" for p in tied)


def elsewhere(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether a study is of another part of the body."""
    places = _places(sentence)
    tied = _tied(lex, places, sentence)
    if tied:
        return not any(p.region for p in tied) or _of_soft_parts(lex, tied, sentence)
    if any(p.region for p in places):
        return False
    heading = sentence.heading
    if heading.region is None and _BODY_HEADING.search(heading.text):
        return True
    near = [
        o
        for o in sentence.of("other_body")
        if not o.entry.void and not o.entry.joint and distance(lex, o.start, o.end) < _SEEN_FAR
    ]
    if any(lex.end <= o.start and _SUGGESTS.search(sentence.view, lex.end, o.start) for o in near):
        return True
    near = [o for o in near if distance(lex, o.start, o.end) < _NEAR]
    return any(not sentence.broken(min(o.end, lex.end), max(o.start, lex.start)) for o in near)


def _explicit_spine(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether the study is said to be of the spine as a whole."""
    return bool(_WHOLE.match(sentence.view, lex.end, sentence.end))


def _places(sentence: Sentence, *, film: bool = False) -> list[_Place]:
    """Spine regions, levels as regions, and other body parts, in order."""
    found = [_Place(s, e, r) for s, e, r in sentence.regions]
    named = {v for _, _, v in sentence.levels}
    junction = named & _AT_JUNCTION if film and len(named) == 1 else set()  # a film that confirms L5-S1 is of it alone
    found += [_Place(s, e, level_region(v) if v in junction else _region(v)) for s, e, v in sentence.levels]
    for match in _LETTERS.finditer(sentence.view, sentence.start, sentence.end):
        letters = match[1] + re.sub(r"l\W?s|[^ctl]|and", "", match[2])  # L-S is named as a region
        found += [_Place(match.start(), match.end(), _LETTER[letter]) for letter in letters]
    for match in _TYPO.finditer(sentence.view, sentence.start, sentence.end):
        found.append(_Place(match.start(), match.end(), _LETTER[match[0][0]]))
    covered = [(p.start, p.end) for p in found]
    found += [
        _Place(o.start, o.end, None)
        for o in sentence.of("other_body")
        if not o.entry.void and not any(s < o.end and o.start < e for s, e in covered)
    ]
    return sorted(found, key=lambda p: (p.start, p.end))


def _region(level: str) -> str:
    """The region of a study named by levels: L4-S1 is the lumbar spine."""
    region = {"cervicothoracic": "cervical", "lumbosacral": "lumbar"}.get(level_region(level))
    return region or level_region(level)


def _tied(lex: Lexeme, places: list[_Place], sentence: Sentence) -> list[_Place]:
    """The places that only words of a study's description part from it, on either side."""
    view, at = sentence.view, lex.end
    found: list[_Place] = []
    inside = [p for p in places if p.start < lex.end and lex.start < p.end]
    for place in (p for p in places if p.start >= lex.end):
        if place.start > at and not _TIE.fullmatch(view, at, place.start):
            break
        if not found and place.start > at and _other_study_owns(lex, place, at, sentence):
            break
        if found and not any(p.region for p in found) and _SHOWS.search(view, at, place.start):
            break
        found.append(place)
        at = max(at, place.end)
    before: list[_Place] = []
    at = lex.start
    for place in reversed([p for p in places if p.end <= lex.start]):
        if place.end < at and (not _TIE.fullmatch(view, place.end, at) or _study_between(lex, place.end, at, sentence)):
            break
        before.insert(0, place)
        at = min(at, place.start)
    own = [*before, *inside]
    if own and found and not any(p.region for p in own) and _SHOWS.search(view, lex.end, found[0].start):
        return own
    return [*before, *inside, *found] if not (before and found) else _choose(before, inside, found)


def _choose(before: list[_Place], inside: list[_Place], after: list[_Place]) -> list[_Place]:
    """Of places on both sides the spine ones; "lumbar MRI, brain CT" is of the lumbar spine."""
    spine = [p for p in (*before, *inside) if p.region]
    return spine or [*inside, *after] or before


def _other_study_owns(lex: Lexeme, place: _Place, at: int, sentence: Sentence) -> bool:
    """Whether a place after "and" is that of the next study ("x-rays and lumbar MRI")."""
    if not _ONLY_JOINED.fullmatch(sentence.view, at, place.start):
        return False
    gap = sentence.gap(at, place.start)
    if not gap.strip():
        return False
    return "and" in gap or any(0 <= o.start - place.end < 12 for o in sentence.of(lex.kind) if o is not lex)


def _study_between(lex: Lexeme, start: int, end: int, sentence: Sentence) -> bool:
    """Whether another study stands between a place and this one ("cervical MRI and CT")."""
    if any(start <= o.start and o.end <= end for o in sentence.of(lex.kind) if o is not lex):
        return not re.fullmatch(r".*\b(?:and|&)\s*|.*/\s*", sentence.gap(start, end))
    return "." in sentence.gap(start, end)


def _widest(regions: list[str]) -> list[str]:
    """Regions without those that a named junction holds."""
    within = {part for name in regions for part in _JUNCTION.get(name, ())}
    return [region for region in regions if region not in within]


def _of_findings(lex: Lexeme, places: list[_Place], sentence: Sentence) -> list[str]:
    """Regions of what the study shows, up to the next study; else of what is seen on it."""
    stop, at = sentence.end, lex.end
    for other in sentence.of(lex.kind):
        if other.start >= lex.end:
            if not _ONLY_JOINED.fullmatch(sentence.view, at, other.start):  # "myelogram and CT showed"
                stop = other.start
                break
            at = other.end
    told = [c.start for c in sentence.of("cue") if c.entry.sense in {"told", "done"} and lex.end <= c.start < stop]
    if sentence.view.startswith(":", lex.end):
        told.insert(0, lex.end)  # "MRI: small herniation at L4-5"
    if told:
        after = [p.region for p in places if p.start >= told[0] and p.end <= stop and p.region]
        if named := [region for region in after if region != "sacral"]:
            return _widest(named)
    if beside := _BESIDE.match(sentence.view, lex.end, stop):
        named = [p.region for p in places if beside.end() <= p.start < min(stop, beside.end() + _SEEN) and p.region]
        if named and named[0] != "sacral" and _SEEN_THERE.search(sentence.view, beside.end(), stop):
            return named[:1]
    before = [p for p in places if p.end <= lex.start and p.region]
    if before and lex.start - before[-1].end < _SEEN and _SEEN_ON.search(sentence.gap(before[-1].end, lex.start)):
        return [before[-1].region or ""]
    return []
