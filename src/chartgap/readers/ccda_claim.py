"""What header and entries of a C-CDA say of the claim: of this visit, among others that a document may list."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from chartgap.model import Claim
from chartgap.readers.systems import ICD10CM, PROCEDURES, day_of, each_once, setting_of

V3 = "{urn:hl7-org:v3}"
_PROBLEM = "2.16.840.1.113883.10.20.22.4.4"
_DIAGNOSES = ("2.16.840.1.113883.10.20.22.4.80", "2.16.840.1.113883.10.20.22.4.33")
"""Those of an encounter, and those at discharge."""
_RANK = "263486008"
_PAYER = "2.16.840.1.113883.10.20.22.4.87"  # the performer of a policy activity who pays
# American documents name ICD-10-CM by the identifier of ICD-10 too.
_ICD10CM = ICD10CM | {"2.16.840.1.113883.6.3"}


def claim_of(root: Any) -> Claim:
    """The claim of a document."""
    visit = encompassing(root)
    elsewhere = _elsewhere(root, visit)
    return Claim(
        codes=_codes(root, elsewhere),
        procedures=_procedures(root, elsewhere),
        payer=_payer(root),
        setting=setting_of(attribute(visit, "code", "code")) or "outpatient",
        date_of_service=time(visit),
    )


def encompassing(root: Any) -> Any:
    """The visit that the document is of."""
    return root.find(f"{V3}componentOf/{V3}encompassingEncounter")


def _elsewhere(root: Any, visit: Any) -> set[int]:
    """Everything in encounters that are not this visit, as a summary lists those of years; by identity."""
    listed = [item for item in root.iter(f"{V3}encounter") if item.get("moodCode") == "EVN"]
    if visit is None and len(listed) == 1:
        return set()
    ids, day = _ids(visit), time(visit) or time(root)
    others = (item for item in listed if not _ids(item) & ids and (day is None or time(item) != day))
    return {id(inside) for item in others for inside in item.iter()}


def _codes(root: Any, elsewhere: set[int]) -> tuple[str, ...]:
    """The diagnoses of the visit, by rank; where the document has none, the problems that are not resolved."""
    acts = [item for item in root.iter(f"{V3}act") if id(item) not in elsewhere and _is(item, *_DIAGNOSES)]
    inside = [item for act in acts for item in act.iter(f"{V3}observation") if _is(item, _PROBLEM)]
    every = (item for item in root.iter(f"{V3}observation") if id(item) not in elsewhere and _is(item, _PROBLEM))
    problems = sorted(inside, key=_rank) or (item for item in every if not _resolved(item))
    return each_once(code for item in problems for code in _of(item, "value", _ICD10CM))


def _procedures(root: Any, elsewhere: set[int]) -> tuple[str, ...]:
    """What was done at the visit: not what the history of procedures lists of other days."""
    day = time(encompassing(root)) or time(root)
    kinds = (f"{V3}procedure", f"{V3}encounter", f"{V3}act")
    entries = (item for kind in kinds for item in root.iter(kind) if item.get("moodCode") == "EVN")
    ours = (item for item in entries if id(item) not in elsewhere)
    done = (item for item in ours if item.tag == f"{V3}encounter" or not _of_another_day(item, day))
    return each_once(code for item in done for code in _of(item, "code", PROCEDURES))


def _of_another_day(item: Any, day: dt.date | None) -> bool:
    """Whether an entry says that it was at another time; 2026 is no other time than a day of that year."""
    found = item.find(f"{V3}effectiveTime")
    if day is None or found is None:
        return False
    said = (found.get("value") or attribute(found, "low", "value") or "")[:8]
    return not f"{day:%Y%m%d}".startswith(said)


def _rank(item: Any) -> int:
    """1 for the principal diagnosis; what has no rank comes last, in its order."""
    for ranked in item.iter(f"{V3}observation"):
        value = attribute(ranked, "value", "value") or ""
        if attribute(ranked, "code", "code") == _RANK and value.isdecimal():
            return int(value[:9])
    return 10**9


def _of(item: Any, name: str, systems: frozenset[str]) -> Iterator[str | None]:
    """The code of an entry, or its translations, in one of the systems."""
    if item.get("negationInd") == "true":
        return
    for value in item.findall(f"{V3}{name}"):
        for coded in (value, *value.findall(f"{V3}translation")):
            if (coded.get("codeSystem") or "").lower() in systems:
                yield coded.get("code")


def _payer(root: Any) -> str | None:
    for performer in root.iter(f"{V3}performer"):
        if _is(performer, _PAYER):
            return words(performer.find(f"{V3}assignedEntity/{V3}representedOrganization/{V3}name"))
    return None


def _resolved(item: Any) -> bool:
    high = item.find(f"{V3}effectiveTime/{V3}high")
    return high is not None and high.get("value") is not None


def _is(item: Any, *templates: str) -> bool:
    return any(found.get("root") in templates for found in item.findall(f"{V3}templateId"))


def _ids(item: Any) -> set[tuple[str | None, str | None]]:
    found = item.findall(f"{V3}id") if item is not None else ()
    return {(one.get("root"), one.get("extension")) for one in found if one.get("root")}


def time(item: Any) -> Any:
    """The day of an effectiveTime: its value, or where it begins."""
    found = item.find(f"{V3}effectiveTime") if item is not None else None
    if found is None:
        return None
    return day_of(found.get("value")) or day_of(attribute(found, "low", "value"))


def attribute(item: Any, child: str, name: str) -> str | None:
    """An attribute of a child."""
    found = item.find(f"{V3}{child}") if item is not None else None
    return found.get(name) if found is not None else None


def words(element: Any) -> str | None:
    """The words of a name and its parts."""
    if element is None:
        return None
    return " ".join(" ".join(element.itertext()).split()) or None
