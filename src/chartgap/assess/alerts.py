"""Which cross-checks a note and its claim raise, and on what each rests. Pure, like everything in assess."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from chartgap.assess.alert_checks import CHECKS_NEED, NOTE_CHECKS
from chartgap.assess.causes import linked_in, stated_in
from chartgap.assess.checks import LOOKS_AT, LooksAt
from chartgap.assess.claim_edits import CLAIM_EDITS, Hit, category_of, edition, excluded_pairs
from chartgap.assess.matching import claim_tells, find_any, note_holds
from chartgap.assess.resting import rests_on_words, words_of
from chartgap.assess.scene import Chart, Evidence, Scene
from chartgap.assess.sequence import ORDER_EDITS
from chartgap.assess.wording import Lists, has_phrase
from chartgap.knowledge.alerts import AlertRule, Case
from chartgap.knowledge.icd10cm import Icd10cm
from chartgap.model import MOST_EVIDENCE, SEVERITIES, Alert, Claim, Indicator

_CLAIM_CHECKS = CLAIM_EDITS | ORDER_EDITS
_MOST_CLAIMS = 1000
"""Claims that are remembered with what they leave to the note."""


@dataclass(slots=True)
class _Open:
    """A case that a claim leaves open, what the claim says of it, and what a note in which it holds cannot lack."""

    rule: AlertRule
    case: Case
    hit: Hit
    signs: tuple[frozenset[str], ...]  # of each set the findings show one
    lists: tuple[tuple[str, ...], ...]  # of each list the note holds a phrase
    worded: bool  # it may hold by words that are no finding
    bare: Alert | None = None  # as it is raised where it rests on nothing in the note: by every note of the claim


class _OfCode:
    """What a claim leaves to the note for one of its codes, and the pairs that the tabular excludes."""

    def __init__(self, code: str, cases: Iterable[_Open], pairs: Iterable[Hit]) -> None:
        self.code, self.pairs = code, tuple(pairs)
        self._cases = tuple(cases)
        self._lists = Lists(phrases for open_ in self._cases for phrases in open_.lists)
        self._numbers = [frozenset(map(self._lists.lists.index, open_.lists)) for open_ in self._cases]
        self._always: list[int] = []
        self._by_sign: dict[str, list[int]] = {}
        self._by_list: dict[int, list[int]] = {}
        for place, (open_, numbers) in enumerate(zip(self._cases, self._numbers, strict=True)):
            for sign in next(iter(open_.signs), ()):
                self._by_sign.setdefault(sign, []).append(place)
            if not open_.signs:
                found_by = (self._by_list.setdefault(number, []) for number in sorted(numbers)[:1])
                next(found_by, self._always).append(place)
        self._signs = frozenset(self._by_sign)

    def likely(self, chart: Chart) -> Iterator[_Open]:
        """The cases that a look at the note does not rule out, few of all, in their order."""
        shown, possible = chart.signs, chart.possible_of(self._lists)
        places = {place for sign in self._signs & shown for place in self._by_sign[sign]}
        places.update(*(self._by_list.get(number, ()) for number in possible), self._always)
        for place in sorted(places):
            open_ = self._cases[place]
            if self._numbers[place] <= possible and not any(map(shown.isdisjoint, open_.signs)):
                yield open_


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
        for of_code in of_claim:
            raised = _raised(of_code.likely(chart), _Claimed(Scene(chart, of_code.code), icd), told)
            found += [alert for rule, alert in raised.values() if raised.keys().isdisjoint(rule.silent_with)]
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
            codes = [_Claimed(Scene(chart, code), icd) for code in chart.note.claim.distinct_codes]
            known = self._claims[key] = [self._of_code(claimed) for claimed in codes]
        return known

    def _of_code(self, claimed: "_Claimed") -> _OfCode:
        code = claimed.scene.code
        cases = (open_ for rule in self._concerned(code) for open_ in _open_cases(rule, claimed))
        return _OfCode(code, cases, excluded_pairs(claimed.scene, claimed.icd))

    def _other_pairs(
        self, of_claim: Sequence[_OfCode], chart: Chart, found: Sequence[Alert], icd: Icd10cm
    ) -> Iterator[Alert]:
        """Pairs that the tabular excludes and no alert of the same family has named."""
        rule = self._other_pair
        if rule is None:
            return
        family = rule.id.rsplit("-", 1)[0]
        told = {frozenset((a.code, other)) for a in found if a.id.startswith(family) for other in a.related_codes}
        for of_code in of_claim:
            for hit in of_code.pairs:
                if frozenset((of_code.code, *hit.related)) not in told:
                    yield _alert(rule, rule.fires[0], hit, _Claimed(Scene(chart, of_code.code), icd))

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
        """The other codes on the claim, in its order, each once."""
        return tuple(code for code in self.scene.claim.distinct_codes if code != self.scene.code)

    @cached_property
    def place(self) -> int:
        """Where on the claim the code stands, from 0."""
        return self.scene.claim.codes.index(self.scene.code)


def _raised(cases: Iterable[_Open], claimed: _Claimed, told: set[str]) -> dict[str, tuple[AlertRule, Alert]]:
    """The alerts of one code, the first case of each rule; `told` is what was raised for codes before it."""
    raised: dict[str, tuple[AlertRule, Alert]] = {}
    for open_ in cases:
        rule = open_.rule
        if rule.id in raised or (rule.once and rule.id in told):
            continue
        hit = _hit(open_.case, open_.hit, claimed)
        if hit is not None:
            raised[rule.id] = rule, _of_case(open_, hit, claimed)
    told.update(raised)
    return raised


def _of_case(open_: _Open, hit: Hit, claimed: _Claimed) -> Alert:
    rule = open_.rule
    if hit.evidence:
        return _alert(rule, open_.case, hit, claimed)
    words = words_of(open_.case, claimed.scene) if open_.worded else ()
    if hit is not open_.hit:
        return _alert(rule, open_.case, hit, claimed, words)
    if open_.bare is None:
        open_.bare = _alert(rule, open_.case, hit, claimed)
    return open_.bare.model_copy(update={"quotes": words}) if words else open_.bare


def _open_cases(rule: AlertRule, claimed: _Claimed) -> Iterator[_Open]:
    for case in rule.fires:
        hit = _on_claim(case, claimed)
        if hit is not None:
            yield _Open(rule, case, hit, tuple(_needed(case)), tuple(_needed_words(case)), rests_on_words(case))


def _needed(case: Case) -> Iterator[frozenset[str]]:
    """Sets of signs: where the case holds the findings show one of each."""
    for wants in (case.finds, case.when.finding if case.when else ()):
        known = [want.signs for want in wants if want.signs is not None]
        if known and len(known) == len(wants):
            yield frozenset[str]().union(*known)
    if case.check in CHECKS_NEED:
        yield CHECKS_NEED[case.check]
    looked_at = LOOKS_AT[case.when.check] if case.when and case.when.check else LooksAt()
    if looked_at.elements and not (looked_at.phrases or looked_at.whole):
        yield looked_at.elements


def _needed_words(case: Case) -> Iterator[tuple[str, ...]]:
    """Lists of phrases: where the case holds the note has one of each."""
    yield from filter(None, (case.says, case.when.words if case.when else ()))
    if case.link:
        yield from (case.link.effect, case.link.cause)


def _hit(case: Case, on_claim: Hit, claimed: _Claimed) -> Hit | None:
    """What a case that the claim leaves open rests on, or None."""
    evidence = _in_note(case, claimed.scene)
    if evidence is None:
        return None
    if case.check is None or case.check in _CLAIM_CHECKS:
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
    if beside is None or (case.when is not None and claim_tells(case.when, claimed.scene) is False):
        return None
    if case.check not in _CLAIM_CHECKS:
        return Hit(related=beside)
    hit = _CLAIM_CHECKS[case.check](claimed.scene, claimed.icd)
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
    facts = _facts(hit, claimed, hit.related or tuple(related)) if "{" in message else {}
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


def _facts(hit: Hit, claimed: _Claimed, others: Iterable[str]) -> dict[str, str]:
    code, icd = claimed.scene.code, claimed.icd
    known = category_of(code, icd)
    return {
        "code": code,
        "title": icd.title(code) if known == code else "",
        "others": ", ".join(others),
        "release": icd.release,
        **hit.facts,
    }
