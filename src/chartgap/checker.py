"""The public API: one note in, one report out. Heavy modules are imported on use: importing this loads no spaCy."""

# ruff: noqa: PLC0415

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import chartgap
from chartgap.assess.dating import at_visit
from chartgap.assess.explain import explain
from chartgap.assess.queries import DEFAULT_POLICY, Policy, Told, ask
from chartgap.assess.resting import anchored
from chartgap.assess.scene import Chart
from chartgap.claims import malformed
from chartgap.encounter import Encounter
from chartgap.errors import UnknownCodeError
from chartgap.knowledge.codes import CodeRequirements
from chartgap.knowledge.derived import DerivedRow, Deriver
from chartgap.model import GAPS, CodeResult, Finding, Note, Report
from chartgap.readers import DecodedNote

if TYPE_CHECKING:
    from chartgap.assess.alerts import Alarms
    from chartgap.assess.overlays import Overlays
    from chartgap.knowledge.catalog import Catalog
    from chartgap.knowledge.icd10cm import Icd10cm

Assess = Callable[[Chart, Mapping[str, CodeRequirements]], tuple[CodeResult, ...]]


class SupportsExtract(Protocol):
    """What a Checker needs of an extractor."""

    def extract(self, text: str) -> tuple[Finding, ...]:
        """The findings of a note."""


@runtime_checkable
class SupportsTitles(Protocol):
    """What an extractor needs besides, so that codes without a file are checked for what their title says."""

    def title_words(self, text: str, rows: Sequence[DerivedRow]) -> tuple[Finding, ...]:
        """What a note says for rows that were derived from titles."""


class Titles:
    """The rows that titles of codes without a file ask, derived once a code and release."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog
        self._derivers: dict[str, Deriver] = {}
        self._rows: dict[tuple[str, str], tuple[DerivedRow, ...]] = {}

    def rows(self, codes: Sequence[str], icd: "Icd10cm") -> dict[str, tuple[DerivedRow, ...]]:
        """The rows of those codes that are billable and have no file; {} costs nothing."""
        bare = [code for code in codes if code not in self._catalog.codes]
        return {code: rows for code in bare if (rows := self._of(code, icd))}

    def _of(self, code: str, icd: "Icd10cm") -> tuple[DerivedRow, ...]:
        key = (icd.name, code)
        if key not in self._rows:
            if icd.name not in self._derivers:
                self._derivers[icd.name] = Deriver(icd, self._catalog.axes)
            self._rows[key] = self._derivers[icd.name].rows(code) if _valid(code, icd) else ()
        return self._rows[key]


class _Claim(NamedTuple):
    """A claim in normal form: the note with it, the release it falls to, what is not valid, what titles ask."""

    note: Note
    icd: "Icd10cm"
    invalid: dict[str, UnknownCodeError]
    derived: dict[str, tuple[DerivedRow, ...]]


class Checker:
    """Checks notes against what their claimed codes need. Costly to make, cheap to use; one a process or thread.

    `extractor` and `assess` are seams: without them the real ones are loaded, spaCy with them.
    """

    def __init__(  # noqa: PLR0913  # the options are the contract
        self,
        catalog: "Catalog | None" = None,
        *,
        patterns: Path | None = None,
        releases: Sequence[Path] = (),
        extractor: SupportsExtract | None = None,
        assess: Assess | None = None,
        policy: Policy = DEFAULT_POLICY,
        explain: bool = False,
    ) -> None:
        self.policy, self._explain = policy, explain
        self.catalog, self._extractor = _engine(catalog, extractor, patterns, releases)
        self._assess = assess or _assessor()
        self._alarms = _alarms(self.catalog)
        self._titles = Titles(self.catalog) if isinstance(self._extractor, SupportsTitles) else None

    @property
    def knowledge_version(self) -> str:
        """The version of a report on a note without a date of service."""
        return self._version(self.catalog.icd)

    def check(self, note: Note, *, policy: Policy | None = None, explain: bool | None = None) -> Report:
        """The report on one note; codes that cannot be assessed are in it too, as invalid or as a notice.

        `policy` and `explain` stand for those of the checker this once.
        """
        claim = self._claim(note)
        return self._report(claim, self._read(note.text, claim), policy=policy, explaining=explain)

    def check_encounter(self, notes: Sequence[Note], *, policy: Policy | None = None) -> Report:
        """The report on the notes of one encounter together: evidence from any, the diagnosis from the provider's."""
        encounter = Encounter(notes)
        claim = self._claim(encounter.joined)
        findings = encounter.place([self._read(note.text, claim) for note in encounter.notes])
        report = encounter.give_back(self._report(claim, findings, policy=policy))
        notices = (notice for note in notes if isinstance(note, DecodedNote) for notice in note.notices)
        return report.model_copy(update={"notices": (*dict.fromkeys(notices), *encounter.notices, *report.notices)})

    def _claim(self, note: Note) -> "_Claim":
        icd = self.catalog.releases.on(note.date_of_service)
        note, invalid = _checked_claim(note, icd)
        return _Claim(note, icd, invalid, self._titles.rows(note.claim.codes, icd) if self._titles else {})

    def _read(self, text: str, claim: "_Claim") -> tuple[Finding, ...]:
        """The findings of a note, with what it says of the titles of codes that have no file."""
        findings = at_visit(self._extractor.extract(text), claim.note.date_of_service)
        rows = [row for asked in claim.derived.values() for row in asked]
        if not rows or not isinstance(self._extractor, SupportsTitles):
            return findings
        return tuple(sorted((*findings, *self._extractor.title_words(text, rows)), key=lambda f: (f.start, f.end)))

    def _report(
        self,
        claim: "_Claim",
        findings: tuple[Finding, ...],
        *,
        policy: Policy | None = None,
        explaining: bool | None = None,
    ) -> Report:
        note, icd, invalid, derived = claim
        chart = Chart(note, findings)
        results = self._assess(chart, self.catalog.codes)
        if derived:
            from chartgap.assess import assess_titles

            results += assess_titles({code: icd.title(code) for code in derived}, derived, findings)
        assessed = {result.code: result for result in results}
        codes = self._with_payer(chart, tuple(_results(note.claim.distinct_codes, assessed, invalid, icd)), icd)
        alerts = tuple(anchored(self._alarms.raised(chart, icd), codes, chart))
        asked = ask(chart, Told(codes, alerts, derived), self.catalog.queries, policy=policy or self.policy)
        explaining = self._explain if explaining is None else explaining
        return Report(
            note_id=note.id,
            encounter_id=note.encounter_id,
            software_version=chartgap.__version__,
            knowledge_version=self._version(icd),
            icd10cm_release=icd.release,
            findings=findings,
            codes=codes,
            alerts=alerts,
            queries=asked.queries,
            explanations=explain(chart, codes, self._files(codes), derived) if explaining else (),
            notices=(*_notices(note, assessed, invalid, codes), *self._unknown_names(note), *asked.notices),
            errors=tuple(map(str, invalid.values())),
        )

    def _with_payer(self, chart: Chart, results: tuple[CodeResult, ...], icd: "Icd10cm") -> tuple[CodeResult, ...]:
        """The results with the payer's rows beside the code's own; they never touch its verdict."""
        claim = chart.note.claim
        if not (claim.payer or claim.overlays):
            return results
        rows = self._overlays.rows(chart, [code for code in claim.distinct_codes if _valid(code, icd)])
        if not rows:
            return results
        found = {result.code: result for result in results}
        for code, more in rows.items():
            own = found.get(code) or _bare(code, icd)
            found[code] = own.model_copy(update={"requirements": (*own.requirements, *more)})
        return tuple(found[code] for code in claim.distinct_codes if code in found)

    @cached_property
    def _overlays(self) -> "Overlays":
        """The packs, read when the first claim names a payer."""
        from chartgap.assess.overlays import Overlays

        return Overlays(self.catalog.payers.values())

    def _unknown_names(self, note: Note) -> Iterator[str]:
        yield from malformed(note.claim)
        if note.claim.payer and (told := self._overlays.unknown_payer(note.claim.payer)):
            yield told
        for name in note.claim.overlays:
            if name not in self.catalog.payers:
                yield "an overlay that the claim names is not there; see `chartgap payers`"

    def _files(self, results: Sequence[CodeResult]) -> Iterator[CodeRequirements]:
        """The files behind the results that have one, and the packs of payers' rules."""
        files = (self.catalog.codes.get(result.code) for result in results)
        yield from (file for file in files if file is not None)
        yield from (pack.requirements for pack in self.catalog.payers.values())

    def _version(self, icd: "Icd10cm") -> str:
        return f"{self.catalog.version}+icd10cm-{icd.name}"


def _checked_claim(note: Note, icd: "Icd10cm") -> tuple[Note, dict[str, UnknownCodeError]]:
    """The note with its codes in normal form, one that comes twice too, and what is wrong with those not valid."""
    codes: list[str] = []
    invalid: dict[str, UnknownCodeError] = {}
    for given in note.claim.codes:
        try:
            codes.append(icd.check_code(given))
        except UnknownCodeError as error:
            codes.append(error.code)
            invalid[error.code] = error
    if tuple(codes) == note.claim.codes:
        return note, invalid
    claim = note.claim.model_copy(update={"codes": tuple(codes)})
    return note.model_copy(update={"claim": claim}), invalid


def _results(
    codes: tuple[str, ...],
    assessed: Mapping[str, CodeResult],
    invalid: Mapping[str, UnknownCodeError],
    icd: "Icd10cm",
) -> Iterator[CodeResult]:
    """In the order of the claim. A header may have been assessed with the rows of its leaf: it stays invalid."""
    for code in codes:
        if code in invalid:
            rows = assessed[code].requirements if code in assessed else ()
            title = icd.title(code) if _known(code, icd) else ""
            yield CodeResult(code=code, description=title, billable=False, verdict="invalid", requirements=rows)
        elif code in assessed:
            yield assessed[code]


def _notices(
    note: Note,
    assessed: Mapping[str, CodeResult],
    invalid: Mapping[str, UnknownCodeError],
    codes: Sequence[CodeResult],
) -> Iterator[str]:
    if isinstance(note, DecodedNote):
        yield from note.notices
    if not note.claim.codes:
        yield "nothing was assessed: no code on the claim"
    elif not any(result.requirements for result in codes):
        yield "nothing was assessed: no claimed code has requirements in this release"
    for code in note.claim.distinct_codes:
        if code not in assessed and code not in invalid:
            yield f"no requirements for {code} in this release"
        elif code in assessed and all(row.derived for row in assessed[code].requirements):
            yield f"{code} has no requirements of its own in this release: checked for what its official title says"


def _bare(code: str, icd: "Icd10cm") -> CodeResult:
    """A code of which nothing but the payer's rows is known: it is not called supported."""
    return CodeResult(code=code, description=icd.title(code), billable=True, verdict="incomplete")


def _valid(code: str, icd: "Icd10cm") -> bool:
    try:
        return icd.billable(code)
    except UnknownCodeError:
        return False


def _known(code: str, icd: "Icd10cm") -> bool:
    try:
        return icd.exists(code)
    except UnknownCodeError:
        return False


def has_gaps(report: Report) -> bool:
    """Whether anything the codes require is not there (a required row, or a conditional one that applies), or an alert
    says that note and claim contradict the rules.
    """
    return any(alert.severity == "error" for alert in report.alerts) or any(
        result.verdict == "invalid"
        or any(row.status in GAPS and row.level != "recommended" for row in result.requirements)
        for result in report.codes
    )


def is_assessed(report: Report) -> bool:
    """Whether any claimed code has requirements; if none has, a report without gaps says nothing about the note."""
    return any(result.requirements for result in report.codes)


def _engine(
    catalog: "Catalog | None", extractor: SupportsExtract | None, patterns: Path | None, releases: Sequence[Path]
) -> tuple["Catalog", SupportsExtract]:
    """Catalog and extractor, made of what is given; without either, as an earlier process has compiled them."""
    from chartgap.knowledge.catalog import load_catalog

    if extractor is not None:
        return catalog or load_catalog(patterns, releases=releases), extractor
    from chartgap.extract import Extractor

    if catalog is not None:
        return catalog, Extractor(catalog)
    from chartgap.compiled import compiled
    from chartgap.knowledge.places import patterns_folder

    made = compiled(patterns_folder(patterns), lambda: Extractor(load_catalog(patterns)))
    return (made.catalog.with_releases(releases) if releases else made.catalog), made


def _alarms(catalog: "Catalog") -> "Alarms":
    from chartgap.assess.alerts import Alarms

    return Alarms(catalog.alerts)


def _assessor() -> Assess:
    from chartgap.assess import assess

    return assess
