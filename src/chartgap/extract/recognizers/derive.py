"""What the findings of a sentence say of each other: a side beside a result is quoted, and is a laterality."""

import re
from dataclasses import replace

from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence

_ABNORMAL = {
    "strength": {"decreased"},
    "sensation": {"decreased", "absent", "altered"},
    "numbness": {"present"},
    "radiation": {"present"},
}
_SIGNS = {"hoffmann": "upper_limb", "babinski": "lower_limb", "clonus": "lower_limb"}
_AREA = {
    "shoulder": "upper_limb",
    "upper_limb": "upper_limb",
    "lower_limb": "lower_limb",
    "neck": "neck",
    "back": "back",
}
LIMB_OF = {"biceps": "upper_limb", "triceps": "upper_limb", "brachioradialis": "upper_limb", "patellar": "lower_limb"}
LIMB_OF |= {"achilles": "lower_limb", "upper_limb": "upper_limb", "lower_limb": "lower_limb"}


def laterality(drafts: list[Draft]) -> list[Draft]:
    """A laterality for each abnormal finding with a side and an area; a lost or weak reflex counts on one side."""
    out = []
    for draft in drafts:
        area = _AREA.get(draft.area or "")
        abnormal = draft.value in _ABNORMAL.get(draft.element, ())
        if draft.element == "reflex" and (draft.value in {"absent", "decreased"} and draft.side != "bilateral"):
            area, abnormal = LIMB_OF.get(draft.area or ""), True
        if draft.element == "pathologic_reflex" and draft.value == "positive":
            area, abnormal = _SIGNS.get(draft.area or ""), True
        if (
            draft.element == "strength"
            and draft.attributes.get("grade", "/").count("/")
            and not draft.attributes.get("grade", "/5").endswith("/5")
        ):
            continue  # "4+/4-" grades two sides
        if abnormal and area and draft.side and draft.assertion in {"affirmed", "uncertain", "historical"}:
            found = Draft("laterality", "present", draft.start, draft.end, f"laterality.of_{draft.element}")
            found.side, found.area, found.assertion = draft.side, area, draft.assertion
            out.append(found)
    return out


_CAUSES = frozenset({"etiology", "diagnosis", "underlying_condition"})
_KNOWN = re.compile(r"\b(?:the|this|that|these|those|his|her|their)\s(?:[\w-]+\s){0,2}$")
_ENDS_LINK = re.compile(r";|,\s+with\b|\b(?:but|however|though|although|rather)\b")


def deny_causes(sentence: Sentence, drafts: list[Draft]) -> None:
    """What a link that is denied leads to is none of the causes: "not due to disc disease or spondylosis".

    "Unrelated to the radiculopathy" still diagnoses one.
    """
    links = [draft for draft in drafts if draft.element == "linkage"]
    for link in links:
        if link.assertion != "negated" and link.value != "unrelated":
            continue
        match = _ENDS_LINK.search(sentence.view, link.start, sentence.end)
        ends = [match.start() if match else sentence.end, *(other.start for other in links if other.start > link.start)]
        for draft in drafts:
            known = draft.element == "diagnosis" and _KNOWN.search(sentence.view, link.start, draft.start)
            if draft.element in _CAUSES and link.start <= draft.start < min(ends) and not known:
                draft.assertion, draft.remarks = "negated", ()


def region(sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
    """The region of an examination under a heading that lends it ("NECK: Supple. Full range of motion.")."""
    lent = sentence.heading.region
    if lent is None or sentence.places:
        return []
    named = [d for d in drafts if d.element in {"range_of_motion", "spine_exam"} and d.area in {"neck", "back"}]
    return [Draft("region", lent, named[0].start, named[0].end, "region.of_heading")] if named else []


def osteophytes(sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
    """A disc-osteophyte complex is two things: the disc that was found, and spondylosis."""
    found = [d for d in drafts if d.element == "etiology" and "osteophyt" in sentence.gap(d.start, d.end)]
    return [replace(d, value="spondylosis", attributes=dict(d.attributes)) for d in found if d.value == "disc"]


_AND_ROOT = re.compile(
    r"(?<![a-z])(cervical|thoracic|lumbar|lumbosacral)\s*(?:and/or|and|or|/|,|&)\s*(?:an? )?(?:left |right "
    r"|bilateral )?$"
)
_ROOT = {
    "cervical": "cervical_radiculopathy",
    "thoracic": "thoracic_radiculopathy",
    "lumbar": "lumbar_radiculopathy",
    "lumbosacral": "lumbar_radiculopathy",
}


_OF_REGION = {
    **dict.fromkeys(("head", "cervical", "cervicothoracic"), "cervical_radiculopathy"),
    **dict.fromkeys(("thoracic", "thoracolumbar"), "thoracic_radiculopathy"),
    **dict.fromkeys(("lumbar", "lumbosacral", "sacral"), "lumbar_radiculopathy"),
}
_OF_LIMB = {"upper_limb": "cervical_radiculopathy", "lower_limb": "lumbar_radiculopathy"}


def place_roots(sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
    """A "radiculopathy" is of the region nearest in its sentence, else of its limb, else of what context lends."""
    return [d for d in drafts if d.rule_id != "diagnosis.radiculopathy" or _placed(sentence, d)]


def _placed(sentence: Sentence, draft: Draft) -> bool:
    """Give a radiculopathy its region; False if nothing tells it."""
    places = sorted(sentence.places, key=lambda p: max(p[0] - draft.end, draft.start - p[1]))
    limbs = [_OF_LIMB[area] for p in sentence.parts if p.entry for area in p.entry.areas if area in _OF_LIMB]
    lent = sentence.heading.region or sentence.near_region or ""
    found = _OF_REGION[places[0][2]] if places else limbs[0] if limbs else _OF_REGION.get(lent)
    draft.value = found
    return found is not None


def roots(sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
    """Both radiculopathies of "cervical and lumbar radiculopathy"."""
    found = []
    for draft in drafts:
        if draft.element == "diagnosis" and (draft.value or "").endswith("radiculopathy"):
            before = _AND_ROOT.search(sentence.gap(max(sentence.start, draft.start - 40), draft.start))
            if before and _ROOT[before[1]] != draft.value:
                start = draft.start - (len(before[0]))
                found.append(replace(draft, value=_ROOT[before[1]], start=start, attributes={"region": before[1]}))
    return found


_PLACES_OF_PAIN = (
    r"(?:[\s,/&+]|and\b|or\b|mid\b|upper\b|low(?:er)?\b|left\b|right\b|bilateral\b|shoulders?\b|arms?\b|thoracic\b"
    r"|chronic\b|his\b|her\b)*"
)
_NECK_AND = re.compile(rf"\b(?:neck|cervical)\b{_PLACES_OF_PAIN}$")
_BACK_AND = re.compile(rf"\bback\b{_PLACES_OF_PAIN}$")


def pains(sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
    """Both pains of "neck and low back pain"."""
    found = []
    for draft in drafts:
        if draft.element != "diagnosis" or draft.value not in {"neck_pain", "back_pain"}:
            continue
        before = sentence.gap(max(sentence.start, draft.start - 45), draft.start)
        neck = draft.value == "neck_pain"
        ahead = (_BACK_AND if neck else _NECK_AND).search(before)
        if ahead or (neck and "back" in sentence.gap(draft.start, draft.end)):
            start = draft.start - len(ahead[0]) if ahead else draft.start
            value = "back_pain" if neck else "neck_pain"
            found.append(replace(draft, value=value, start=start, attributes=dict(draft.attributes)))
    return found


_BESIDE = re.compile(r"[\s-]*(?:(?:sided|side|upper|lower|of|the|his|her)[\s-]+)*")


def quote_sides(sentence: Sentence, drafts: list[Draft]) -> None:
    """Let a finding with a side begin at the word for it, if that stands right before: "left triceps reflex"."""
    words = sentence.of("side")
    for draft in drafts:
        if draft.side is None:
            continue
        for word in words:
            if (
                word.entry.side == draft.side
                and word.end <= draft.start
                and _BESIDE.fullmatch(sentence.view, word.end, draft.start)
            ):
                draft.start = word.start
                break
