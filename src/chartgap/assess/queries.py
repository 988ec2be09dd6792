"""Which questions a note leaves open for its provider: gaps and alerts in, the prompts of patterns/queries out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from chartgap.assess.matching import find, find_any, matches
from chartgap.assess.quotes import quotes
from chartgap.assess.scene import Chart, Scene
from chartgap.assess.title_queries import Titles, category, rests_on
from chartgap.knowledge.codes import Want
from chartgap.knowledge.derived import DerivedRow
from chartgap.knowledge.queries import OTHER, UNABLE, Option, QueryPack, QueryTemplate, Trigger
from chartgap.model import GAPS, Alert, CodeResult, Indicator, Query, RequirementResult, ResponseField

MAX_QUERIES = 3
_NOT_QUOTED = frozenset({"family", "hypothetical"})


class Policy(NamedTuple):
    """What the user decides: how many queries a note may raise, and which have been dealt with (id: outcome)."""

    most: int = MAX_QUERIES
    settled: Mapping[str, str] = {}


DEFAULT_POLICY = Policy()


class Told(NamedTuple):
    """What has been told of a chart so far."""

    codes: Sequence[CodeResult]
    alerts: Sequence[Alert] = ()
    titles: Titles = MappingProxyType({})


class Asked(NamedTuple):
    """The queries of a note in the order in which they matter, and what is said of those that are not put."""

    queries: tuple[Query, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass
class _Draft:
    """A template with all that raised it in this note; `category` of what is asked about codes without a file."""

    template: QueryTemplate
    category: str = ""
    rests: list[int] = field(default_factory=list)
    rows: list[RequirementResult] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    codes: dict[str, None] = field(default_factory=dict)


_Drafts = dict[tuple[str, str], _Draft]
"""By template, and of codes without a file by their category."""


def ask(chart: Chart, told: Told, pack: QueryPack, *, policy: Policy = DEFAULT_POLICY) -> Asked:
    """The note's queries; gaps that no query is made of stay items of the worklist."""
    if not pack.templates or policy.most == 0:
        return Asked()
    drafts: _Drafts = {}
    for result in told.codes:
        _add_gaps(result, chart, pack, drafts)
        _add_title_gaps(result, told.titles.get(result.code, ()), chart, pack, drafts)
    _add_alerts(told.alerts, chart, pack, drafts)
    ordered = sorted(drafts.values(), key=lambda draft: draft.template.priority)
    made = [query for draft in ordered if (query := _query(draft, chart, pack.version)) is not None]
    named = chart.note.is_named
    open_ = [query for query in made if not (named and query.id in policy.settled)]
    return Asked(tuple(open_[: policy.most]), tuple(_notices(made, open_, policy)))


def _notices(made: list[Query], open_: list[Query], policy: Policy) -> Iterator[str]:
    for query in made:
        if query.id in policy.settled and query in open_:
            yield f"asked, though the log has it as {policy.settled[query.id]} for a note without an id: {query.title}"
        elif query.id in policy.settled:
            yield f"not asked again: {query.title} ({query.id}, {policy.settled[query.id]})"
    held = open_[policy.most :]
    if held:
        titles = "; ".join(query.title for query in held)
        count = f"{len(held)} more quer{'y' if len(held) == 1 else 'ies'}"
        yield f"{count} held back, at most {policy.most} a note: {titles}"


def _add_gaps(result: CodeResult, chart: Chart, pack: QueryPack, drafts: _Drafts) -> None:
    # A gap that rests on nothing in the note is about a code that has nothing to do with it.
    gaps = [row for row in result.requirements if row.status in GAPS and (row.evidence or row.anchor_start is not None)]
    if not gaps:
        return
    met = {row.id for row in result.requirements if row.status == "met"}
    scene = Scene(chart, result.code)
    for row in gaps:
        if row.basis == "payer":
            continue
        for template, trigger in pack.for_row(row.id):
            if _raises(trigger, row, met, scene):
                draft = drafts.setdefault((template.id, ""), _Draft(template))
                draft.rows.append(row)
                draft.codes[result.code] = None
                break


def _add_title_gaps(
    result: CodeResult, asked: Sequence[DerivedRow], chart: Chart, pack: QueryPack, drafts: _Drafts
) -> None:
    for row in result.requirements:
        if not row.derived or row.status not in GAPS or row.basis != "code_assignment":
            continue
        for template, trigger in pack.for_title(row.element):
            rests = rests_on(row, trigger, result, asked, chart) if row.status in trigger.status else ()
            if rests:
                key = (template.id, category(result.code))
                draft = drafts.setdefault(key, _Draft(template, key[1]))
                draft.rests += rests
                draft.rows.append(row)
                draft.codes[result.code] = None
                break


def _raises(trigger: Trigger, row: RequirementResult, met: set[str], scene: Scene) -> bool:
    if row.basis != "code_assignment" and trigger.doubt is None:
        return False
    if row.status not in trigger.status:
        return False
    if trigger.beside_met and f"{row.id.rpartition('.')[0]}.{trigger.beside_met}" not in met:
        return False
    rests = [scene.findings[index] for index in row.evidence]
    if trigger.resting_on and not any(matches(want, item, scene) for want in trigger.resting_on for item in rests):
        return False
    return not _answered(trigger, scene)


def _answered(trigger: Trigger, scene: Scene) -> bool:
    return bool(trigger.answered_by) and find_any(trigger.answered_by, scene) is not None


def _add_alerts(alerts: Iterable[Alert], chart: Chart, pack: QueryPack, drafts: _Drafts) -> None:
    """Alerts that raise a question, then those that only go with one that is asked anyway."""
    rest = []
    for alert in alerts:
        template = _about(alert, chart, pack)
        if template is None:
            rest.append(alert)
            continue
        draft = drafts.setdefault((template.id, ""), _Draft(template))
        draft.alerts.append(alert)
        draft.codes[alert.code] = None
    for alert in rest:
        for draft in drafts.values():
            if alert.id in draft.template.joined_by:
                draft.alerts.append(alert)
                draft.codes.setdefault(alert.code)


def _about(alert: Alert, chart: Chart, pack: QueryPack) -> QueryTemplate | None:
    """The first template about an alert whose words the note has, unless the note answers it."""
    scene = Scene(chart, alert.code)
    for template, trigger in pack.for_alert(alert.id):
        if not template.must_quote or _found(template.must_quote, scene):
            return None if _answered(trigger, scene) else template
    return None


def _query(draft: _Draft, chart: Chart, version: str) -> Query | None:
    """None where the note holds nothing to quote: then there is no query either (rule 1)."""
    template, (code, *others) = draft.template, draft.codes
    scene = Scene(chart, code)
    indexes = _indicators(draft, scene)
    words = [item for alert in draft.alerts for item in alert.quotes]
    quoted = quotes(chart, indexes, words) if indexes is not None else ()
    if not quoted:
        return None
    options = [option.text for option in template.options if _offered(option, scene)]
    return worded(
        template,
        options,
        quoted,
        id=query_id(chart.note.id, template.id, draft.category, *(indicator.quote for indicator in quoted)),
        code=code,
        related_codes=tuple(others),
        requirement_ids=tuple(dict.fromkeys(row.id for row in draft.rows)),
        alert_ids=tuple(dict.fromkeys(alert.id for alert in draft.alerts)),
        rules_version=version,
    )


def worded(template: QueryTemplate, options: Iterable[str], quoted: tuple[Indicator, ...], **about: Any) -> Query:
    """A template put in words: all that can vary in a query are its options and its quotes."""
    return Query(
        title=template.title,
        problem=template.problem,
        indicators=quoted,
        question=template.question,
        options=(*options, OTHER, UNABLE),
        response_fields=_FIELDS,
        template=template.id,
        **about,
    )


_FIELDS = (
    ResponseField(name="answer", kind="choice", label="Answer (one of the options)"),
    ResponseField(name="details", kind="text", label="Details, where the option asks for them"),
    ResponseField(name="responder", kind="text", label="Answered by"),
    ResponseField(name="answered_at", kind="datetime", label="Date and time"),
)


def query_id(note_id: str, template: str, of_category: str = "", *quotes: str) -> str:
    """The same for the same question about the same words of the same note; it tells nothing of them.

    The words count because ids of notes recur: "stdin", a file that is written over, a note that is amended.
    """
    known_by = "\0".join(filter(None, (note_id, template, of_category, *sorted(quotes))))
    digest = hashlib.sha256(known_by.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{template}-{digest[:10]}"


def _offered(option: Option, scene: Scene) -> bool:
    if option.setting and scene.claim.setting not in option.setting:
        return False
    return option.asserts_nothing or find_any(option.support, scene) is not None


def _indicators(draft: _Draft, scene: Scene) -> tuple[int, ...] | None:
    """Findings to quote: what the gaps and alerts rest on, what the template names, and what created the gap."""
    rows = () if draft.rests else draft.rows  # of titles, rows rest on places that may be anybody's
    rested = (draft.rests, *(row.evidence for row in rows), *(alert.evidence for alert in draft.alerts))
    rests = [index for evidence in rested for index in evidence]
    needed, also = (_found(wants, scene) for wants in (draft.template.must_quote, draft.template.indicators))
    if draft.template.must_quote and not needed:
        return None
    anchors = [index for row in rows for index in _anchors(row, scene)]
    chosen = dict.fromkeys((*needed, *rests, *also, *anchors))
    return tuple(index for index in chosen if scene.findings[index].assertion not in _NOT_QUOTED)


def _found(wants: Iterable[Want], scene: Scene) -> list[int]:
    found = (index for want in wants for index in find(want, scene) or ())
    return [index for index in found if scene.findings[index].assertion not in _NOT_QUOTED]


def _anchors(row: RequirementResult, scene: Scene) -> Iterator[int]:
    for index, finding in enumerate(scene.findings):
        if row.anchor_start is not None and (finding.start, finding.end) == (row.anchor_start, row.anchor_end):
            yield index
