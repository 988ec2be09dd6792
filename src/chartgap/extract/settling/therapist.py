"""Notes of a therapist: whose visits a plan means ("2x/wk x 6 wks"), and titles that name the therapist only."""

import re
from dataclasses import replace

from chartgap.extract.sentences.draft import Draft

Drafts = list[tuple[Draft, str | None]]

_HEAD = 220
_KINDS = (
    (
        "physical_therapy",
        r"\bphysical therap|\bpt (?:eval|initial|progress|daily|note|re-?eval|visit|discharge|dx|tx)|\bp\.t\.",
    ),
    ("chiropractic", r"\bchiro|\bd\.c\."),
    ("acupuncture", r"\bacupunct|\bl\.ac"),
)
# A line that names the kind of note, not what was done: "PHYSICAL THERAPY INITIAL EVALUATION".
_TITLE = re.compile(
    r"(?:initial|new|outpatient|local|standard|title|consult\w*|department|dept|clinic|center|associates|report|note|eval\w*"
    r"|examination|visit|ortho\w*|services?|of|and|&|the|-|:|,|\W|\d|progress|daily|discharge|summary|re|soap|patient)*"
)
_FIRST_VISIT = re.compile(r"\b(?:initial|eval\w*|new patient|intake|consult\w*|report)\b")
_TODAY = re.compile(r"\s*(?:tx|treatment|rendered|treatment (?:rendered|today)|procedures?)\s*(?:today)?\s*:")
# What brings the patient to this therapist is this visit, no treatment before it: "was referred to physical therapy".
_SENT = re.compile(r"\b(?:referred|referral|sent)(?: \w+){0,2} (?:to|for) (?:skilled |outpatient )?$")
_OWN = frozenset({"physical_therapy", "chiropractic", "acupuncture"})


def settle_therapist(drafts: Drafts, view: str) -> Drafts:
    """Give visits the kind of the therapist who plans them, and drop what only a title names."""
    head = view[:_HEAD]
    kind = next((value for value, words in _KINDS if re.search(words, head)), None)
    kept = []
    for draft, section in drafts:
        if draft.element != "conservative_treatment":
            kept.append((draft, section))
        elif draft.value == "visits":
            if kind is not None:
                kept.append((replace(draft, value=kind), section))
        elif kind == "chiropractic" and _TODAY.match(view, view.rfind("\n", 0, draft.start) + 1):
            kept.append((replace(draft, status="tried"), section))
        elif not _names_the_visit(draft, kind, view):
            kept.append((draft, section))
    return kept


def _names_the_visit(draft: Draft, kind: str | None, view: str) -> bool:
    """Whether a treatment is this very visit: named in its title, or what the patient was sent to."""
    if draft.value in _OWN and draft.start < _HEAD and _in_title(draft, view):
        return True
    sent = draft.value == kind and draft.status == "tried"
    return sent and _SENT.search(view, max(0, draft.start - 40), draft.start) is not None


def _in_title(draft: Draft, view: str) -> bool:
    """Whether a treatment stands in a title of a first visit, which tells of no treatment yet."""
    start = view.rfind("\n", 0, draft.start) + 1
    line = re.split(r"[\n.]", view[start:], maxsplit=1)[0]
    rest = line[: draft.start - start] + line[draft.end - start :]
    return bool(rest.strip()) and bool(_FIRST_VISIT.search(rest)) and _TITLE.fullmatch(rest) is not None
