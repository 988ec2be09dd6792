"""A compact way to write "a note that states this has this status in that row".

A fact: "element=value", then in any order a side, a status, an assertion, "in:AREA", "@SECTION", "days:42",
"kind:vague", "name:value" for an attribute ("_" = space), and after "|" its quote in the text. Without a quote it
lies at offset 0.
"""

from typing import Any, NamedTuple, get_args

from chartgap.assess import assess
from chartgap.assess.matching import find
from chartgap.assess.scene import Chart, Scene
from chartgap.model import Assertion, Claim, Finding, Note, Side

SIDES = set(get_args(Side))
ASSERTIONS = set(get_args(Assertion))
STATUSES = {"done", "ordered", "tried", "planned"}


class Case(NamedTuple):
    row: str
    status: str
    facts: tuple[str, ...]
    text: str
    claim: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.row}-{self.status}-{'+'.join(self.facts) or self.text or 'silent'}"


def case(row: str, status: str, *facts: str, text: str = "", **claim: Any) -> Case:
    return Case(row, status, facts, text, claim)


def finding(fact: str, text: str) -> Finding:
    head, _, quote = (part.strip() for part in fact.partition("|"))
    element, *tokens = head.split()
    name, _, value = element.partition("=")
    start = text.index(quote)
    fields: dict[str, Any] = {"element": name, "value": value or None, "start": start, "end": start + len(quote)}
    fields |= {"text": quote, "rule_id": "test", "attributes": {}}
    for token in tokens:
        _read(token, fields)
    return Finding(**fields)


def _read(token: str, fields: dict[str, Any]) -> None:
    for key, known in (("side", SIDES), ("status", STATUSES), ("assertion", ASSERTIONS)):
        if token in known:
            fields[key] = token
            return
    if token.startswith("@"):
        fields["section"] = token[1:]
        return
    key, colon, value = token.partition(":")
    assert colon, f"cannot read {token!r}"
    if key in {"in", "kind"}:
        fields[{"in": "area"}.get(key, key)] = value
    elif key == "days":
        fields["days"] = int(value)
    else:
        fields["attributes"][key] = value.replace("_", " ")


def note(code: str, case: Case) -> tuple[Note, list[Finding]]:
    claim = Claim(**{"codes": (code,), **case.claim})
    return Note(id="n", text=case.text, claim=claim), [finding(fact, case.text) for fact in case.facts]


def status(codes: Any, code: str, case: Case) -> str:
    return result(codes, code, case).status


def result(codes: Any, code: str, case: Case) -> Any:

    found, facts = note(code, case)
    rows = next(item for item in assess(Chart(found, tuple(facts)), codes) if item.code == code).requirements
    return next(row for row in rows if row.id == f"{code}.{case.row}")


def untested(codes: Any, code: str, cases: list[Case]) -> set[tuple[str, str]]:
    """(row, status) pairs that the file can give and no case shows."""
    shown = {(case.row, case.status) for case in cases}
    possible = set()
    for row in codes[code].requirements:
        name = row.id.removeprefix(f"{code}.")
        possible |= {(name, "met"), (name, "missing")}
        possible |= {(name, "partial")} if row.partial else set()
        possible |= {(name, "conflicting")} if row.conflict else set()
        possible |= {(name, "not_applicable")} if row.when or row.either_or else set()
    return possible - shown


def unexercised(codes: Any, code: str, cases: list[Case]) -> list[str]:
    """Alternatives of the file that hold in no case: a typo in one would go unseen."""
    unseen = []
    for row in codes[code].requirements:
        scenes = [_scene(code, case) for case in cases if f"{code}.{case.row}" == row.id]
        for kind in ("met", "partial", "blocked_by", "wrong"):
            for number, want in enumerate(getattr(row, kind)):
                if not any(find(want, scene) is not None for scene in scenes):
                    unseen.append(f"{row.id} {kind} {number}")
    return unseen


def _scene(code: str, case: Case) -> Scene:
    found, facts = note(code, case)
    return Scene(Chart(found, tuple(facts)), code)
