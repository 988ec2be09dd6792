"""Whether a note has a spine or nerve complaint: without one, strength, reflexes and feeling are general health."""

import re
from bisect import bisect_right

from chartgap.extract.document.sections import Section
from chartgap.extract.sentences.draft import Draft
from chartgap.model import DOCUMENTED

_NEURO = frozenset({"strength", "sensation", "reflex", "pathologic_reflex", "numbness"})
# What is a complaint of the spine, or of nerves, wherever it is told.
_SPINE = frozenset({"spurling", "electrodiagnostic", "imaging", "imaging_finding", "level", "diagnosis", "etiology"})
_TOLD = frozenset({"complaint", "numbness", "radiation"})
_LIMB_PAIN = frozenset({"arm_pain", "leg_pain"})  # by themselves of joints, vessels or the heart
_UPSET = frozenset({"increased", "positive", "asymmetric"})
# Where something is asked for, looked for or warned of, but nothing is complained of.
_NO_COMPLAINT = frozenset(
    {"review_of_systems", "physical_exam", "family_history", "social_history", "allergies", "consent", "instructions"}
    | {"operative", "technique", "procedures", "labs"}
)
_NERVES = re.compile(
    r"\b(?:stroke|cva|tia|seiz\w+|epilep\w+|convuls\w+|\w*neuropath\w+|neuralgia|sclerosis|parkinson\w*|tremor\w*|ataxi\w+"
    r"|gait|unstead\w+|\w*paresis|\w*plegi\w+|paraly\w+|palsy|dement\w+|alzheimer\w*|memory|mening\w+|encephal\w+"
    r"|hydroceph\w+|brain|intracran\w+|subdural|subarachnoid|cerebral|cerebell\w+|\w*glioma\w*|astrocytoma|concuss\w+"
    r"|head injury|headaches?|migraines?|dizz\w+|vertigo|syncop\w+|weak(?:ness|er)?|numb\w*|tingl\w+|paresthe\w+"
    r"|dysesthe\w+|carpal tunnel|cubital tunnel|radicul\w+|myelo(?:path|radicul)\w*|myasthen\w+|guillain"
    r"|neurolog(?:y|ist)"
    r"|neurosurg\w+|diplopia|double vision|facial droop|aphas\w+|dysarthr\w+|slurred|confus\w+|mental status"
    r"|unrespons\w+"
    r"|nerve (?:injur|lacerat|entrap|damage|compress|root|pain|lesion|palsy)\w*"
    r"|(?:digital|median|ulnar|radial|peroneal|sciatic) nerve"
    r"|spin(?:e|al)|neck pain|back pain|coordination|balance|falls?|clums\w+|spastic\w*|dystroph\w+|myopath\w+|myositis"
    r"|neuro(?:genic|fibroma\w*|muscular)|restless leg\w*|loss of consciousness|passed out|fatigue)\b"
)
_DENIED = re.compile(r"\b(?:no|not|den(?:y|ies|ied)|without|negative|never)\b[^.;\n]{0,80}$")
_REACH = 90  # characters


def settle_concern(
    drafts: list[tuple[Draft, str | None]], view: str, sections: list[Section]
) -> list[tuple[Draft, str | None]]:
    """Drop what was found of nerves in a whole note that has no complaint of them or of the spine."""
    if not any(d.element in _NEURO for d, _ in drafts) or any(_complains(d, s) for d, s in drafts):
        return drafts
    if _names_nerves(view, sections):
        return drafts
    return [
        (d, s)
        for d, s in drafts
        if d.element not in _NEURO and not (d.element == "laterality" and d.rule_id.startswith("laterality.of_"))
    ]


def _complains(draft: Draft, section: str | None) -> bool:
    """Whether a finding is a complaint of spine or nerves, or a sign of their disease."""
    if draft.assertion not in DOCUMENTED or draft.value == "absent":
        return False
    if draft.element in _SPINE:
        return True
    if draft.element in _TOLD:
        return draft.value not in _LIMB_PAIN
    return draft.value in _UPSET and draft.element in {"reflex", "pathologic_reflex"}


def _names_nerves(view: str, sections: list[Section]) -> bool:
    """Whether a note tells of a disease of nerves, outside of what is merely asked for or looked for."""
    starts = [section.title_start for section in sections]
    for match in _NERVES.finditer(view):
        at = bisect_right(starts, match.start()) - 1
        if at >= 0 and sections[at].category in _NO_COMPLAINT:
            continue
        if not _DENIED.search(view, max(0, match.start() - _REACH), match.start()):
            return True
    return False
