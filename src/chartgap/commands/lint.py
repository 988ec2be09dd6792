"""What `chartgap lint-query` looks for: the problems of a query's text."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer

from chartgap.commands.console import Exit
from chartgap.errors import ReadError, one_line
from chartgap.knowledge.query_rules import QueryRules

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
