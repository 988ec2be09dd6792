"""What the other resources of a Bundle or export say of a document: its visit, its claim, who is who.

Real exports deviate in small ways, so that nothing is refused here: what is not where it belongs is not there.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from chartgap.model import Claim, Setting
from chartgap.readers.systems import ICD10CM, PROCEDURE, PROCEDURES, day_of, each_once, setting_of

Resource = Mapping[str, Any]

SUPPORTING = frozenset({
    "Condition", "Encounter", "Claim", "ExplanationOfBenefit", "Coverage", "Practitioner", "PractitionerRole",
    "Organization", "Location", "Binary",
})  # fmt: skip
_KEPT = frozenset({
    "resourceType", "id", "class", "period", "diagnosis", "serviceProvider", "contained", "name", "practitioner",
    "organization", "payor", "data", "contentType",
})  # fmt: skip
_NOT_MEANT = frozenset({"entered-in-error", "refuted", "cancelled"})
_GONE = frozenset({"resolved", "inactive", "remission"})


def child(item: Any, *path: str) -> Any:
    """What stands at a path, of lists the first; None where there is nothing."""
    for key in path:
        item = first(item)
        item = item.get(key) if isinstance(item, dict) else None
    return item


def first(item: Any) -> Any:
    """The first of a list; what is no list, itself."""
    return (item[0] if item else None) if isinstance(item, list) else item


def many(item: Any, *path: str) -> list[Resource]:
    """The objects at a path; one alone is a list of one."""
    found = child(item, *path)
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def words(item: Any, *path: str) -> str | None:
    """The string at a path, if it is one that says anything."""
    found = first(child(item, *path))
    return found.strip() or None if isinstance(found, str) else None


def key_of(reference: Any) -> str | None:
    """What a Reference points to: Encounter/e1 whatever server it is on, a urn, or its identifier."""
    text = words(reference, "reference")
    if text is None:
        return words(reference, "identifier", "value")
    if text.startswith(("urn:", "#")):
        return text
    match = re.search(r"([A-Za-z]+/[A-Za-z0-9.-]+)(?:/_history/.*)?$", text)
    return match[1] if match else text


def codes_in(concept: Any, systems: frozenset[str]) -> Iterator[str | None]:
    """The codes of a CodeableConcept that are of one of the systems."""
    for coding in many(concept, "coding"):
        if (words(coding, "system") or "").rstrip("/").lower() in systems:
            yield words(coding, "code")


class Store(Protocol):
    """Facts by their own key and by that of the visit they belong to."""

    def put(self, keys: Sequence[str], kind: str, visits: Sequence[str | None], fact: Resource) -> None:
        """Keep a fact."""

    def get(self, key: str | None) -> Resource:
        """The fact of a key; {} where there is none."""

    def of(self, visit: str | None, kind: str) -> list[Resource]:
        """All of one kind that belong to a visit, or to none."""


class InMemory:
    """The facts of one Bundle."""

    def __init__(self) -> None:
        self._facts: dict[str, Resource] = {}
        self._visits: dict[tuple[str | None, str], list[Resource]] = {}

    def put(self, keys: Sequence[str], kind: str, visits: Sequence[str | None], fact: Resource) -> None:
        """Keep a fact."""
        for key in keys:
            self._facts[key] = fact
        for visit in visits:
            self._visits.setdefault((visit, kind), []).append(fact)

    def get(self, key: str | None) -> Resource:
        """The fact of a key."""
        return self._facts.get(key or "", {})

    def of(self, visit: str | None, kind: str) -> list[Resource]:
        """All of one kind of a visit."""
        return self._visits.get((visit, kind), [])


class OnDisk:
    """The facts of an export of any size, in a database that SQLite keeps in a nameless temporary file."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", check_same_thread=False)
        self._base.execute("CREATE TABLE facts (key TEXT PRIMARY KEY, fact TEXT) WITHOUT ROWID")
        self._base.execute("CREATE TABLE visits (visit TEXT, kind TEXT, fact TEXT)")
        self._base.execute("CREATE INDEX by_visit ON visits (visit, kind)")

    def put(self, keys: Sequence[str], kind: str, visits: Sequence[str | None], fact: Resource) -> None:
        """Keep a fact."""
        text = json.dumps(fact)
        self._base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", [(key, text) for key in keys])
        self._base.executemany("INSERT INTO visits VALUES (?, ?, ?)", [(visit or "", kind, text) for visit in visits])

    def get(self, key: str | None) -> Resource:
        """The fact of a key."""
        row = self._base.execute("SELECT fact FROM facts WHERE key = ?", (key or "",)).fetchone()
        return json.loads(row[0]) if row else {}

    def of(self, visit: str | None, kind: str) -> list[Resource]:
        """All of one kind of a visit."""
        asked = "SELECT fact FROM visits WHERE visit = ? AND kind = ? ORDER BY rowid"
        return [json.loads(row[0]) for row in self._base.execute(asked, (visit or "", kind))]


class Facts:
    """The facts that documents are completed with. `alone`: there is one document, to which all facts belong."""

    def __init__(self, store: Store, *, alone: bool = False) -> None:
        self._store, self.alone = store, alone

    def add(self, resource: Resource, *, url: str | None = None, at: Sequence[Any] = ()) -> None:
        """Note what a resource says, if it is of a kind that is asked for later.

        `at`: of a Binary that is a line of a file, where it is (file, first byte, bytes), and its data stay there.
        """
        kind = words(resource, "resourceType")
        if kind not in SUPPORTING:
            return
        id_ = words(resource, "id")
        keys = [key for key in (url, f"{kind}/{id_}" if id_ else None) if key]
        if kind in ("Claim", "ExplanationOfBenefit"):
            fact = _claim(resource)
            visits: list[str | None] = list(fact["visits"]) or [None]
        elif kind == "Condition":
            fact, visits = _condition(resource), [key_of(resource.get("encounter"))]
        else:
            kept = _KEPT - {"data"} if at else _KEPT
            fact, visits = {key: resource[key] for key in kept & resource.keys()} | {"keys": keys}, []
            if at:
                fact["at"] = list(at)
        self._store.put(keys, str(kind), visits, fact)

    def get(self, key: str | None) -> Resource:
        """A resource by reference."""
        fact = self._store.get(key)
        return _line_at(*fact["at"]) if "at" in fact else fact

    def name(self, reference: Any, contained: Sequence[Resource] = ()) -> str | None:
        """How someone that is referred to is called."""
        if shown := words(reference, "display"):
            return shown
        key = key_of(reference)
        inside = (item for item in contained if key == f"#{words(item, 'id')}")
        who = next(inside, None) or self._store.get(key)
        if words(who, "resourceType") == "PractitionerRole":
            return self.name(child(who, "practitioner")) or self.name(child(who, "organization"))
        return _called(who)

    def visit(self, reference: Any) -> tuple[str | None, Resource]:
        """The encounter that a document belongs to: how it is called here, and what it says."""
        key = key_of(reference)
        resource = self._store.get(key)
        return words(resource, "id") or (key.rpartition("/")[2] if key else None), resource

    def claim(self, reference: Any) -> Claim:
        """What is claimed for a visit: by its Claim; else what the Encounter, else what Conditions say."""
        key, (_, visit) = key_of(reference), self.visit(reference)
        keys = {key, *visit.get("keys", ())} - {None}
        claims = self._of(keys, "Claim") or self._of(keys, "ExplanationOfBenefit")
        coded = [self._diagnosis(item) for claim in claims for item in claim["diagnoses"]]
        codes = each_once(code for group in coded for code in group)
        days = (day_of(claim["day"]) for claim in claims)
        return Claim(
            codes=codes or self._visit_codes(visit) or self._conditions(keys),
            procedures=each_once(line for claim in claims for line in claim["procedures"]),
            payer=next((name for claim in claims if (name := self._payer(claim))), None),
            setting=_setting(visit),
            date_of_service=next(filter(None, days), None) or day_of(words(visit, "period", "start")),
        )

    def _of(self, visits: set[str | None], kind: str) -> list[Resource]:
        found = [fact for visit in sorted(map(str, visits)) for fact in self._store.of(visit, kind)]
        return found or (self._store.of(None, kind) if self.alone else [])

    def _diagnosis(self, item: Resource) -> list[str]:
        if codes := item.get("codes"):
            return list(codes)
        return list(self._store.get(item.get("condition")).get("codes", []))

    def _visit_codes(self, visit: Resource) -> tuple[str, ...]:
        items = sorted(many(visit, "diagnosis"), key=lambda item: _number(item.get("rank")))
        facts = (self._store.get(key_of(item.get("condition"))) for item in items)
        return each_once(code for fact in facts if fact.get("meant") for code in fact.get("codes", []))

    def _conditions(self, visits: set[str | None]) -> tuple[str, ...]:
        """Those of the visit; where some are marked as its diagnoses, only those."""
        found = [fact for fact in self._of(visits, "Condition") if fact["meant"] and not fact["gone"]]
        own = [fact for fact in found if fact["own"]]
        return each_once(code for fact in own or found for code in fact["codes"])

    def _payer(self, claim: Resource) -> str | None:
        for reference in claim["payers"]:
            target = self._store.get(key_of(reference))
            if words(target, "resourceType") == "Coverage":
                return self.name(child(target, "payor")) or words(target, "class", "name")
            if name := self.name(reference):
                return name
        return None


def _line_at(path: str, begin: int, size: int) -> Resource:
    """The resource on a line of a file; {} where the file is not what it was."""
    try:
        with Path(path).open("rb") as stream:
            stream.seek(begin)
            found = json.loads(stream.read(size))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _condition(resource: Resource) -> dict[str, Any]:
    status = words(resource, "verificationStatus", "coding", "code")
    state = words(resource, "clinicalStatus", "coding", "code")
    categories = {words(one, "code") for item in many(resource, "category") for one in many(item, "coding")}
    return {
        "codes": each_once(codes_in(resource.get("code"), ICD10CM)),
        "meant": status not in _NOT_MEANT,
        "gone": state in _GONE,
        "own": "encounter-diagnosis" in categories,
    }


def _claim(resource: Resource) -> dict[str, Any]:
    items = many(resource, "item")
    diagnoses = sorted(many(resource, "diagnosis"), key=lambda item: _number(item.get("sequence")))
    days = [words(item, "servicedDate") or words(item, "servicedPeriod", "start") for item in items]
    period = words(resource, "billablePeriod", "start")
    visits = each_once(key_of(one) for item in items for one in many(item, "encounter"))
    cancelled = words(resource, "status") in _NOT_MEANT
    return {
        "visits": visits,
        "diagnoses": [] if cancelled else [_diagnosed(item) for item in diagnoses],
        "procedures": () if cancelled else each_once(map(_line, items)),
        "payers": [one for one in (resource.get("insurer"), child(resource, "insurance", "coverage")) if one],
        "day": next(filter(None, (*days, period)), None),
    }


def _diagnosed(item: Resource) -> dict[str, Any]:
    codes = each_once(codes_in(item.get("diagnosisCodeableConcept"), ICD10CM))
    return {"codes": codes, "condition": key_of(item.get("diagnosisReference"))}


def _line(item: Resource) -> str | None:
    """A procedure with its modifiers; a code of no known system must look like one."""
    service = item.get("productOrService") or item.get("service")
    known = next((code for code in codes_in(service, PROCEDURES) if code), None)
    bare = (words(one, "code") for one in many(service, "coding") if not words(one, "system"))
    code = known or next((code for code in bare if code and PROCEDURE.fullmatch(code)), None)
    marks = (words(one, "coding", "code") for one in many(item, "modifier"))
    return "-".join((code, *filter(None, marks))) if code else None


def _called(who: Resource) -> str | None:
    name = first(who.get("name"))
    if isinstance(name, str):
        return name.strip() or None
    if text := words(name, "text"):
        return text
    given = child(name, "given")
    parts = [*many_words(child(name, "prefix")), *many_words(given), *many_words(child(name, "family"))]
    suffix = many_words(child(name, "suffix"))
    return ", ".join(filter(None, (" ".join(parts), *suffix))) or None


def many_words(item: Any) -> list[str]:
    """Strings, one alone or several."""
    return [one.strip() for one in (item if isinstance(item, list) else [item]) if isinstance(one, str) and one.strip()]


def _setting(visit: Resource) -> Setting:
    kind = first(visit.get("class"))
    return setting_of(words(kind, "code") or words(kind, "coding", "code")) or "outpatient"


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 10**9
