"""The examples of pattern files, read end to end: those that do not come out as they say."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chartgap.errors import PatternProblem
from chartgap.model import Claim, Note

if TYPE_CHECKING:
    from chartgap.checker import Checker
    from chartgap.knowledge.alerts import AlertExample, AlertRule
    from chartgap.knowledge.catalog import Catalog
    from chartgap.knowledge.codes import Example, Requirement


def wrong_examples(catalog: "Catalog") -> Iterator[PatternProblem]:
    """What is wrong in the examples of codes, alerts, payers' rules and drafts."""
    from chartgap.checker import Checker  # noqa: PLC0415

    checker = Checker(catalog)
    yield from _wrong_codes(catalog, checker)
    yield from _wrong_alerts(catalog, checker)
    yield from _wrong_drafts(catalog, checker)
    yield from _wrong_payers(catalog, checker)


def examples_of_codes(catalog: "Catalog") -> "Iterator[tuple[str, Requirement, Example]]":
    """Codes that differ in a character only share most rows word for word: each such row is tried under one of them."""
    tried: set[tuple[str, str]] = set()
    for code, item in catalog.codes.items():
        for row in item.requirements:
            whole = row.model_dump_json().replace(code, "")
            for example in row.examples:
                what = (whole, example.model_dump_json().replace(code, ""))
                if what not in tried:
                    tried.add(what)
                    yield code, row, example


def status_of(checker: "Checker", code: str, row: str, example: "Example") -> str | None:
    """The status that a row has in its example."""
    claim = Claim(
        codes=example.codes or (code,),
        procedures=example.procedures,
        payer=example.payer,
        setting=example.setting,
        overlays=example.overlays,
    )
    report = checker.check(Note(id="example", text=example.text, claim=claim))
    return {item.id: item.status for result in report.codes for item in result.requirements}.get(row)


def _wrong_codes(catalog: "Catalog", checker: "Checker") -> Iterator[PatternProblem]:
    for code, row, example in examples_of_codes(catalog):
        status = status_of(checker, code, row.id, example)
        if status != example.status:
            about = f"{status}, not {example.status}: {example.text!r}"
            yield PatternProblem(f"codes/{catalog.codes.file_of(code)}.yaml", row.id, "examples", about)


def raised_by(checker: "Checker", example: "AlertExample") -> set[str]:
    """The ids of the alerts that an example raises."""
    claim = Claim(codes=example.codes, procedures=example.procedures, payer=example.payer, setting=example.setting)
    note = Note(id="example", text=example.text, previous_text=example.previous, claim=claim)
    return {alert.id for alert in checker.check(note).alerts}


def _wrong_alerts(catalog: "Catalog", checker: "Checker") -> Iterator[PatternProblem]:
    for rule in catalog.alerts.values():
        for example in rule.examples:
            raised = raised_by(checker, example)
            if raised != set(example.alerts):
                yield _wrong_alert(rule, example, raised)


def _wrong_alert(rule: "AlertRule", example: "AlertExample", raised: set[str]) -> PatternProblem:
    about = f"raises {', '.join(sorted(raised)) or 'nothing'}, not {', '.join(example.alerts) or 'nothing'}"
    return PatternProblem(f"alerts/{rule.family}.yaml", rule.id, "examples", f"{about}: {example.text!r}")


def _wrong_payers(catalog: "Catalog", checker: "Checker") -> Iterator[PatternProblem]:
    for pack in catalog.payers.values():
        for row, text, claim, status in pack.example_claims():
            report = checker.check(Note(id="example", text=text, claim=claim))
            found = {item.id: item.status for code in report.codes for item in code.requirements}
            told = {id_ for id_ in found if id_.startswith(f"{pack.id}-")}
            if found.get(row.id) != status or (status is None and told):
                shown = f"{found.get(row.id, 'silent')}, not {status or 'silent'}"
                about = f"{shown}: {text!r} ({', '.join((*claim.procedures, claim.payer or 'no payer'))})"
                yield PatternProblem(f"payers/{pack.id}.yaml", row.id, "examples", about)


def _wrong_drafts(catalog: "Catalog", checker: "Checker") -> Iterator[PatternProblem]:
    from chartgap.assess.drafts import drafted  # noqa: PLC0415
    from chartgap.knowledge.drafts import FILE  # noqa: PLC0415

    for example in catalog.drafts.examples if (catalog.folder / FILE).exists() else ():
        report = checker.check(Note(id="example", text=example.text, claim=Claim(codes=example.codes)))
        items = [item.element for item in drafted(report, catalog.drafts, catalog.query_rules).items]
        if items != list(example.items):
            about = f"{', '.join(items) or 'nothing'}, not {', '.join(example.items) or 'nothing'}: {example.text!r}"
            yield PatternProblem(FILE, "", "examples", about)
