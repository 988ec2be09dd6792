"""What the lint commands look for: the problems of a query's text, and examples of payers' rules that do not hold."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from chartgap.commands.console import Exit
from chartgap.errors import PatternProblem, ReadError, one_line
from chartgap.knowledge.query_rules import QueryRules
from chartgap.model import Claim, Note

if TYPE_CHECKING:
    from chartgap.checker import Checker
    from chartgap.knowledge.catalog import Catalog

_STDIN = "-"
_MAY_BE_EMPTY = ('"queries"', '"resourceType"')
"""What a report says that asks nothing."""


def lint(file: str, rules: QueryRules, *, notes: Iterable[str] = ()) -> Exit:
    """Print the problems of one file; warnings alone are none. With notes, what it quotes is looked up in them."""
    from chartgap.assess.lint_query import lint_query  # noqa: PLC0415
    from chartgap.assess.query_text import NotJson, read_queries  # noqa: PLC0415
    from chartgap.assess.record import Record  # noqa: PLC0415

    name = "<stdin>" if file == _STDIN else one_line(file)
    places = list(notes)
    record = Record(_texts(places)) if places else None
    text = _text(file)
    try:
        if next(read_queries(text), None) is None and not any(key in text for key in _MAY_BE_EMPTY):
            raise ReadError("holds no query", source=name)
        problems = lint_query(text, rules, record=record)
    except NotJson as error:
        raise ReadError("not valid JSON", source=name, line=error.line) from None
    for item in problems:
        typer.echo(f"{name}:{item.line}:{item.column}: rule {item.rule}: {item.severity}: {item.message}")
    return Exit.GAPS if any(item.severity == "error" for item in problems) else Exit.NOTHING_MISSING


def wrong_examples(catalog: "Catalog") -> Iterator[PatternProblem]:
    """The examples of patterns/payers and drafts.yaml that do not come out as they say, read end to end."""
    from chartgap.checker import Checker  # noqa: PLC0415

    checker = Checker(catalog)
    yield from _wrong_drafts(catalog, checker)
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


def _texts(places: Iterable[str]) -> Iterator[str]:
    from chartgap.readers import read_notes  # noqa: PLC0415

    for item in read_notes(places):
        if isinstance(item, ReadError):
            raise item
        yield item.text


def _text(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == _STDIN else Path(file).read_bytes()
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ReadError("not UTF-8", source=file) from None
    if not text.strip():
        raise ReadError("is empty", source=file)
    return text
