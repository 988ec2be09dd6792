"""The Catalog: all that is declarative, validated once and handed to extract and assess."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from chartgap.errors import PatternError, PatternProblem
from chartgap.knowledge.alerts import AlertRule, load_alerts
from chartgap.knowledge.axes import Axes, load_axes
from chartgap.knowledge.code_files import CodeBook, load_codes
from chartgap.knowledge.context import ContextRules, SectionRules, load_context, load_sections
from chartgap.knowledge.drafts import DraftPrompts, load_drafts
from chartgap.knowledge.elements import ElementPattern, Lexicon, load_elements, load_lexicon
from chartgap.knowledge.icd10cm import Icd10cm
from chartgap.knowledge.payers import Pack, load_payers
from chartgap.knowledge.phrase_lists import load_phrase_lists, unused
from chartgap.knowledge.places import patterns_folder
from chartgap.knowledge.queries import NO_QUERIES, QueryPack, load_queries
from chartgap.knowledge.query_rules import NO_RULES, QueryRules, load_query_rules
from chartgap.knowledge.releases import Releases
from chartgap.knowledge.search_names import SearchNames, load_search_names
from chartgap.knowledge.spelling import NO_SPELLING, Spelling, load_spelling
from chartgap.knowledge.vocabulary import Known, names_of, unknown_names, unknown_sections


@dataclass(frozen=True)
class Catalog:
    """What chartgap knows: patterns by element, context rules, code requirements, the ICD-10-CM index."""

    folder: Path
    elements: Mapping[str, ElementPattern]
    lexicon: Mapping[str, Lexicon]
    context: ContextRules
    sections: SectionRules
    codes: CodeBook
    spelling: Spelling = NO_SPELLING
    alerts: Mapping[str, AlertRule] = field(default_factory=dict)
    releases: Releases = field(default_factory=Releases)
    queries: QueryPack = NO_QUERIES
    query_rules: QueryRules = NO_RULES

    @property
    def icd(self) -> Icd10cm:
        """The tabular index that is taken where no date of service says which, loaded on first use."""
        return self.releases.on(None)

    def with_releases(self, paths: Sequence[Path]) -> "Catalog":
        """The same with indexes of further ICD-10-CM releases; raises as `load_catalog` does."""
        return replace(self, releases=Releases(paths))

    @cached_property
    def axes(self) -> Axes:
        """How titles of codes without a file are read, loaded on first use; raises PatternError."""
        return load_axes(self.folder)

    @cached_property
    def payers(self) -> Mapping[str, Pack]:
        """The packs of payers' rules by id, loaded on first use; raises PatternError."""
        problems: list[PatternProblem] = []
        packs = load_payers(self.folder, problems)
        if problems:
            raise PatternError(problems)
        return packs

    @cached_property
    def drafts(self) -> DraftPrompts:
        """What is said beside a drafted note, loaded on first use; raises PatternError."""
        return load_drafts(self.folder, rules=self.query_rules, axes=self.axes.axes)

    @cached_property
    def search_names(self) -> SearchNames:
        """What people call what codes are for, loaded on first use; raises PatternError."""
        problems: list[PatternProblem] = []
        found = load_search_names(self.folder, self.icd, problems)
        if problems:
            raise PatternError(problems)
        return found

    @cached_property
    def version(self) -> str:
        """A hash of every pattern file, so that a report says which knowledge made it."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*.yaml")):
            digest.update(path.relative_to(self.folder).as_posix().encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()[:12]


def load_catalog(patterns: Path | None = None, *, releases: Sequence[Path] = (), whole: bool = False) -> Catalog:
    """Load and validate everything; raises PatternError with all problems of all files at once.

    The codes of chartgap's own patterns are read as they are claimed, unless `whole`; tests have read them all.

    `releases` are indexes of further ICD-10-CM releases, built with `chartgap icd build`.
    """
    folder = patterns_folder(patterns)
    problems: list[PatternProblem] = []
    elements, lexicon = load_elements(folder, problems), load_lexicon(folder, problems)
    context, sections = load_context(folder, problems), load_sections(folder, problems)
    if patterns or whole:
        problems.extend(unused(folder, load_phrase_lists(folder, problems)))
        load_codes(folder, problems)
        load_search_names(folder, Releases(releases).on(None), problems)
    packs = load_payers(folder, problems) if patterns or whole else {}
    spelling, alerts = load_spelling(folder, problems), load_alerts(folder, problems)
    rules = load_query_rules(folder, problems)
    queries = load_queries(folder, rules.version, problems)
    if (patterns or whole) and sections and not any(item.file.startswith("elements/") for item in problems):
        problems.extend(_unknown_names(names_of(elements, sections), alerts, packs, queries))
    if sections is None or problems:
        raise PatternError(problems)
    found = (elements, lexicon, context, sections, CodeBook(folder), spelling)
    return Catalog(folder, *found, alerts, Releases(releases), queries, rules)


def _unknown_names(
    known: Known, alerts: Mapping[str, AlertRule], packs: Mapping[str, Pack], queries: QueryPack
) -> Iterator[PatternProblem]:
    """Names in conditions that nothing has; those of codes are told with the codes."""
    yield from unknown_sections(known.elements, known)
    for rule in alerts.values():
        yield from unknown_names(rule, known, file=f"alerts/{rule.family}.yaml")
    for pack in packs.values():
        yield from unknown_names(pack, known, file=f"payers/{pack.id}.yaml")
    for template in queries.templates:
        yield from unknown_names(template, known, file=f"queries/{template.id}.yaml")
