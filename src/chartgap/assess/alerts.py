"""Which cross-checks a note and its claim raise, and on what each rests. Pure, like everything in assess."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from chartgap.assess.alert_checks import NOTE_CHECKS
from chartgap.assess.causes import linked_in, stated_in
from chartgap.assess.claim_edits import CLAIM_CHECKS, Hit, category_of, edition, excluded_pairs
from chartgap.assess.matching import Evidence, claim_holds, find_any, note_holds
from chartgap.assess.resting import words_of
from chartgap.assess.scene import Chart, Scene
from chartgap.assess.wording import has_phrase
from chartgap.knowledge.alerts import AlertRule, Case
from chartgap.knowledge.icd10cm import Icd10cm
from chartgap.model import MOST_EVIDENCE, SEVERITIES, Alert, Claim, Indicator

_MOST_CLAIMS = 1000
"""Claims that are remembered with what they leave to the note."""


@dataclass(slots=True)
class _Open:
    """A case that a claim leaves open, what the claim says of it, and elements one of which it cannot do without."""

    case: Case
    hit: Hit
    elements: frozenset[str]
    bare: Alert | None = None  # as it is raised where it rests on nothing in the note: by every note of the claim


class _OfCode(NamedTuple):
    """What a claim leaves to the note for one of its codes, and the pairs that the tabular excludes."""

    code: str
    rules: list[tuple[AlertRule, list[_Open]]]
    pairs: tuple[Hit, ...]


class Alarms:
    """The alert rules, sorted once by the codes they concern; one a catalog."""

    def __init__(self, rules: Mapping[str, AlertRule]) -> None:
        self._rules = tuple(rules.values())
        self._by_code: dict[str, tuple[AlertRule, ...]] = {}
        self._claims: dict[tuple[Claim, str], list[_OfCode]] = {}
        self._other_pair = next((rule for rule in self._rules if rule.fires[0].check == "excludes1"), None)

    def raised(self, chart: Chart, icd: Icd10cm) -> tuple[Alert, ...]:
        """Every alert of the note, the most severe first."""
        found: list[Alert] = []
        told: set[str] = set()
        of_claim = self._of_claim(chart, icd)
        for code, rules, _ in of_claim:
            raised = {rule.id: (rule, alert) for rule, alert in _raised(rules, _Claimed(Scene(chart, code), icd), told)}
            found += [alert for rule, alert in raised.values() if not raised.keys() & set(rule.silent_with)]
        if len(of_claim) > 1:
            found += self._other_pairs(of_claim, chart, found, icd)
        return tuple(sorted(found, key=lambda alert: SEVERITIES.index(alert.severity)))

    def _of_claim(self, chart: Chart, icd: Icd10cm) -> list[_OfCode]:
        """The cases that the claim does not rule out, code by code: the same for every note of a claim, few of all."""
        key = (chart.note.claim, icd.name)
        known = self._claims.get(key)
        if known is None:
            if len(self._claims) >= _MOST_CLAIMS:
                self._claims.clear()
            codes = [_Claimed(Scene(chart, code), icd) for code in dict.fromkeys(chart.note.claim.codes)]
            known = self._claims[key] = [self._of_code(claimed) for claimed in codes]
        return known

    def _of_code(self, claimed: "_Claimed") -> _OfCode:
        code = claimed.scene.code
        open_ = ((rule, list(_open_cases(rule, claimed))) for rule in self._concerned(code))
        return _OfCode(
            code, [(rule, cases) for rule, cases in open_ if cases], tuple(excluded_pairs(claimed.scene, claimed.icd))
        )

    def _other_pairs(
        self, of_claim: Sequence[_OfCode], chart: Chart, found: Sequence[Alert], icd: Icd10cm
    ) -> Iterator[Alert]:
        """Pairs that the tabular excludes and no alert of the same family has named."""
        rule = self._other_pair
        if rule is None:
            return
        family = rule.id.rsplit("-", 1)[0]
        told = {frozenset((a.code, other)) for a in found if a.id.startswith(family) for other in a.related_codes}
        for code, _, pairs in of_claim:
            for hit in pairs:
                if frozenset((code, *hit.related)) not in told:
                    yield _alert(rule, rule.fires[0], hit, _Claimed(Scene(chart, code), icd))

    def _concerned(self, code: str) -> tuple[AlertRule, ...]:
        if code not in self._by_code:
            self._by_code[code] = tuple(
                rule for rule in self._rules if rule is not self._other_pair and rule.concerns(code)
            )
        return self._by_code[code]


class _Claimed:
    """A claimed code in its scene, with the tabular at hand."""

    def __init__(self, scene: Scene, icd: Icd10cm) -> None:
        self.scene, self.icd = scene, icd

    @cached_property
    def others(self) -> tuple[str, ...]:
        """The other codes on the claim, in its order."""
        return tuple(code for code in self.scene.claim.codes if code != self.scene.code)

    @cached_property
    def place(self) -> int:
        """Where on the claim the code stands, from 0."""
        return self.scene.claim.codes.index(self.scene.code)


def _raised(
    rules: Iterable[tuple[AlertRule, list[_Open]]], claimed: _Claimed, told: set[str]
) -> Iterator[tuple[AlertRule, Alert]]:
    """The alerts of one code, the first case of each rule; `told` is what was raised for codes before it."""
    present = claimed.scene.chart.by_element
    for rule, cases in rules:
        if rule.once and rule.id in told:
            continue
        for open_ in cases:
            missing = open_.elements and open_.elements.isdisjoint(present)
            hit = None if missing else _hit(open_.case, open_.hit, claimed)
            if hit is not None:
                told.add(rule.id)
                yield rule, _of_case(rule, open_, hit, claimed)
                break


def _of_case(rule: AlertRule, open_: _Open, hit: Hit, claimed: _Claimed) -> Alert:
    if hit.evidence:
        return _alert(rule, open_.case, hit, claimed)
    words = words_of(open_.case, claimed.scene)
    if hit is not open_.hit:
        return _alert(rule, open_.case, hit, claimed, words)
    if open_.bare is None:
        open_.bare = _alert(rule, open_.case, hit, claimed)
    return open_.bare.model_copy(update={"quotes": words}) if words else open_.bare


def _open_cases(rule: AlertRule, claimed: _Claimed) -> Iterator[_Open]:
    for case in rule.fires:
        hit = _on_claim(case, claimed)
        if hit is not None:
            plain = all(want.element for want in case.finds)
            yield _Open(case, hit, frozenset(chain(*(want.element for want in case.finds if plain))))


def _hit(case: Case, on_claim: Hit, claimed: _Claimed) -> Hit | None:
    """What a case that the claim leaves open rests on, or None."""
    evidence = _in_note(case, claimed.scene)
    if evidence is None:
        return None
    if case.check is None or case.check in CLAIM_CHECKS:
        return on_claim._replace(evidence=evidence) if evidence else on_claim
    check = NOTE_CHECKS.get(case.check)
    hit = check(claimed.scene) if check else edition(claimed.scene, claimed.icd)
    return hit and hit._replace(evidence=(*hit.evidence, *evidence), related=(*on_claim.related, *hit.related))


def _in_note(case: Case, scene: Scene) -> Evidence | None:
    """The findings that the case rests on, if the note is as the case wants it."""
    if case.when is not None and not note_holds(case.when, scene):
        return None
    evidence = find_any(case.finds, scene) if case.finds else ()
    if evidence is None or (case.lacks and find_any(case.lacks, scene) is not None):
        return None
    if case.says and not stated_in(case.says, scene):
        return None
    if case.beside_code_in_text and not _written_beside(case.beside_code_in_text, scene):
        return None
    linked = linked_in(case.link, scene) if case.link else ()
    return None if linked is None else (*evidence, *linked)


def _on_claim(case: Case, claimed: _Claimed) -> Hit | None:
    """The codes of `beside` and what a check of the claim tells, if the claim is as the case wants it."""
    beside = _beside(case, claimed)
    if beside is None or (case.when is not None and not claim_holds(case.when, claimed.scene)):
        return None
    if case.check not in CLAIM_CHECKS:
        return Hit(related=beside)
    hit = CLAIM_CHECKS[case.check](claimed.scene, claimed.icd)
    return hit and hit._replace(related=(*beside, *hit.related))


def _beside(case: Case, claimed: _Claimed) -> tuple[str, ...] | None:
    """The codes of `beside` if the codes and lines of the claim are as the case wants them."""
    if case.code and not _like(claimed.scene.code, case.code):
        return None
    beside = tuple(code for code in claimed.others if _like(code, case.beside))
    if (case.beside and not beside) or any(_like(code, case.not_beside) for code in claimed.others):
        return None
    codes = claimed.scene.claim.codes
    if case.only and not all(_like(code, case.only) for code in codes):
        return None
    if case.after_no and any(_like(code, case.after_no) for code in codes[: claimed.place]):
        return None
    if case.no_modifier and case.no_modifier in _modifiers(claimed.scene.claim):
        return None
    return beside if _ordered(case, beside, claimed) else None


def _modifiers(claim: Claim) -> set[str]:
    return {modifier for line in claim.lines for modifier in line.modifiers}


def _ordered(case: Case, beside: tuple[str, ...], claimed: _Claimed) -> bool:
    place, codes = claimed.place, claimed.scene.claim.codes
    match case.order:
        case "first":
            return place == 0
        case "not_first":
            return place > 0
        case "before":
            return any(place < codes.index(code) for code in beside)
        case "after":
            return any(place > codes.index(code) for code in beside)
    return True


def _like(code: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(code, pattern) for pattern in patterns)


def _written_beside(phrases: tuple[str, ...], scene: Scene) -> bool:
    """In one line: a list of diagnoses writes the code before or behind its words."""
    lines = (line for line in scene.chart.note.text.splitlines() if scene.code in line)
    return any(has_phrase(line, phrases) for line in lines)


def _alert(rule: AlertRule, case: Case, hit: Hit, claimed: _Claimed, words: tuple[Indicator, ...] = ()) -> Alert:
    message = case.message or rule.message
    related = dict.fromkeys((*hit.related, *(case.related or rule.related)))
    facts = _facts(hit, claimed) if "{" in message else {}
    return Alert(
        id=rule.id,
        severity=case.severity or rule.severity,
        basis=rule.basis,
        code=claimed.scene.code,
        related_codes=tuple(related),
        message=message.format_map(facts),
        evidence=tuple(dict.fromkeys(hit.evidence))[:MOST_EVIDENCE],
        quotes=words,
        source=rule.source,
        verified=rule.verified,
    )


def _facts(hit: Hit, claimed: _Claimed) -> dict[str, str]:
    code, icd = claimed.scene.code, claimed.icd
    known = category_of(code, icd)
    return {
        "code": code,
        "title": icd.title(code) if known == code else "",
        "others": ", ".join(hit.related),
        "release": icd.release,
        **hit.facts,
    }
