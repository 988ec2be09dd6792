"""The knowledge in words: what a code needs, what one requirement asks for."""

from collections.abc import Iterable, Iterator
from textwrap import indent, wrap

from chartgap.knowledge.alerts import AlertRule
from chartgap.knowledge.codes import CodeRequirements, Requirement
from chartgap.knowledge.coverage import Coverage
from chartgap.knowledge.derived import DerivedRow
from chartgap.knowledge.payers import MARKS, Pack
from chartgap.knowledge.queries import OTHER, UNABLE, QueryTemplate, Trigger
from chartgap.render.words import sourced

_WIDTH = 100
_ALL_STATUSES = 3


def code_list(codes: Iterable[CodeRequirements]) -> str:
    """A line a code."""
    rows = sorted(codes, key=lambda item: item.code)
    return "\n".join(f"{item.code:<9} {len(item.requirements):>3} requirements  {item.title}" for item in rows)


def code_page(item: CodeRequirements) -> str:
    """A code with all of its rows."""
    lines = [f"{item.code} {item.title}"]
    if item.also_for:
        lines.append(f"also for the headers {', '.join(item.also_for)}")
    for row in item.requirements:
        lines += ["", _head(row), *_wrapped(row.needs), *_conditions(row), _source(row)]
    return "\n".join(lines)


def derived_page(code: str, title: str, rows: Iterable[DerivedRow]) -> str:
    """A code without a file, with the rows that its title asks."""
    lines = [f"{code} {title}", "no requirements of its own in this release; derived from the official title:"]
    asked = [
        line
        for row in rows
        for line in (
            "",
            f"{row.id}  {row.level}, {row.basis.replace('_', ' ')}",
            *_wrapped(row.needs),
            f"  source: {sourced(row.source, verified=True)}",
        )
    ]
    return "\n".join([*lines, *asked] if asked else [lines[0], f"no requirements for {code} in this release"])


def coverage_page(counts: Coverage) -> str:
    """How many codes are checked for anything."""
    without = counts.billable - counts.own
    bare = ", ".join(f"{chapter}: {count}" for chapter, count in sorted(counts.bare.items(), key=lambda i: int(i[0])))
    return "\n".join(
        [
            f"{counts.billable} billable codes, {counts.own} with a file of their own",
            f"{counts.derived} of the other {without} ({counts.derived / without:.1%}) are checked for their title,"
            f" {counts.required} ({counts.required / without:.1%}) for something it requires",
            f"with nothing to check, by chapter: {bare}",
        ]
    )


def pack_list(packs: Iterable[Pack]) -> str:
    """A line a pack."""
    return "\n".join(
        f"{pack.id:<7} {len(pack.rows):>3} requirements  {pack.title}: {_policies(pack)}; reviewed {pack.reviewed}"
        f"{'' if pack.enabled else '; off unless the claim names it'}"
        for pack in packs
    )


def pack_page(pack: Pack) -> str:
    """A pack with its policies and all of its rows."""
    lines = [f"{pack.id} {pack.title}", *_wrapped(applies_to(pack), label="applies to: ")]
    lines += _wrapped(f"{pack.reviewed}; policies are revised often", label="reviewed: ")
    for policy in pack.policies:
        mark = f"{policy.mark}, {MARKS[policy.mark]}"
        lines += _wrapped(f"{policy.number}, {policy.contractor}: {mark}", label="policy: ")
    if pack.note:
        lines += _wrapped(pack.note, label="note: ")
    for row in pack.rows:
        lines += ["", _head(row), *_wrapped(row.needs), *_conditions(row), f"{_source(row)}, mark {row.mark}"]
    return "\n".join(lines)


def applies_to(pack: Pack) -> str:
    """The claims that a pack is about, in words."""
    payers = " or ".join(
        f"{payer.name.replace('_', ' ')}{'' if payer.mark == 'V' else f' ({payer.mark})'}" for payer in pack.payer
    )
    about = [f"payer {payers}"]
    for label, names in (("procedure", pack.procedure), ("code", pack.code), ("setting", pack.setting)):
        if names:
            shown = (f"{name}-" if label == "code" else name.replace("_", " ") for name in names)
            about.append(f"{label} {' or '.join(shown)}")
    return "; ".join((*about, *([] if pack.enabled else ["only where the claim names it as an overlay"])))


def _policies(pack: Pack) -> str:
    return ", ".join(f"{policy.number} ({policy.contractor}, {policy.mark})" for policy in pack.policies)


def id_list(item: CodeRequirements) -> str:
    """The ids of a code's rows, a line each."""
    return "\n".join(map(_head, item.requirements))


def requirement_page(row: Requirement) -> str:
    """One row with its reasons and examples."""
    lines = [_head(row), *_wrapped(row.needs, label="satisfied by: ")]
    if row.not_enough:
        lines += _wrapped(row.not_enough, label="not enough: ")
    lines += [*_wrapped(row.why, label="why: "), *_conditions(row), _source(row), "", "examples"]
    for example in row.examples:
        claim = " ".join((*example.codes, *example.procedures, example.payer or "", *example.overlays))
        lines.append(f"  {example.status}{f' (claim: {claim.strip()})' if claim.strip() else ''}")
        lines.append(indent(example.text.strip(), "    "))
    return "\n".join(lines)


def alert_page(rule: AlertRule) -> str:
    """One alert: what raises it, what it says, and charts with the alerts that they raise."""
    lines = [
        f"{rule.id}  {rule.severity}, {rule.basis.replace('_', ' ')}",
        *_wrapped(rule.trigger, label="raised by: "),
        *_wrapped(", ".join(rule.codes), label="for codes like: "),
        *_wrapped(rule.message, label="says: "),
    ]
    for case in rule.fires:
        if case.message:
            lines += _wrapped(case.message, label="or: ")
    if rule.silent_with:
        lines += _wrapped(", ".join(rule.silent_with), label="not beside: ")
    lines += [f"  source: {sourced(rule.source, verified=rule.verified)}", "", "examples"]
    for example in rule.examples:
        claim = " ".join((*example.codes, *example.procedures, example.payer or ""))
        lines.append(f"  {'raised' if rule.id in example.alerts else 'silent'} (claim: {claim.strip()})")
        lines.append(indent(example.text.strip(), "    "))
    return "\n".join(lines)


def query_page(item: QueryTemplate) -> str:
    """One template of queries: what raises it, what it asks, and notes that are asked and notes that are not."""
    lines = [f"{item.id}  {item.title}", *_wrapped(item.problem), *_wrapped(item.question, label="asks: ")]
    lines += [f"    [ ] {option.text}{_offered(option.asserts_nothing)}" for option in item.options]
    lines += [f"    [ ] {text}" for text in (OTHER, UNABLE)]
    lines += [line for trigger in item.raised_by for line in _wrapped(trigger_words(trigger), label="raised by: ")]
    if item.joined_by:
        lines += _wrapped(", ".join(item.joined_by), label="told with it: ")
    lines += [*_wrapped(item.source, label="source: "), "", "examples"]
    for example in item.examples:
        claim = ", ".join((*example.codes, *example.alerts))
        lines.append(f"  {'asked' if example.asked else 'not asked'} (claim: {claim})")
        lines.append(indent(example.text.strip(), "    "))
    return "\n".join(lines)


def trigger_words(trigger: Trigger) -> str:
    """What raises a query, in words."""
    if trigger.alerts:
        return f"alert {', '.join(trigger.alerts)}"
    status = "" if len(trigger.status) == _ALL_STATUSES else f" that are {' or '.join(trigger.status)}"
    if trigger.titles:
        return f"rows of titles on {', '.join(trigger.titles)}{status}"
    beside = f", where {trigger.beside_met} is met" if trigger.beside_met else ""
    answered = ", unless the note answers it" if trigger.answered_by else ""
    return f"rows {', '.join(trigger.rows)}{status}{beside}{answered}"


def _offered(always: bool) -> str:
    return "" if always else "  (where the note supports it)"


def _head(row: Requirement) -> str:
    return f"{row.id}  {row.level}, {row.basis.replace('_', ' ')}"


def _conditions(row: Requirement) -> Iterator[str]:
    if row.when is not None:
        yield from _wrapped(f"only when {row.when.says}")
    for raised in row.raised:
        yield from _wrapped(f"{raised.level}, {raised.basis.replace('_', ' ')} when {raised.when.says}")


def _source(row: Requirement) -> str:
    return f"  source: {row.source} ({'verified' if row.verified else 'not verified'})"


def _wrapped(text: str, *, label: str = "") -> list[str]:
    return wrap(label + text, _WIDTH, initial_indent="  ", subsequent_indent="    ")
