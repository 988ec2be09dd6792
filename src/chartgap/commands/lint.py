"""`chartgap lint-query`: the problems of a query's text, a line each."""

import sys
from pathlib import Path

import typer

from chartgap.commands.console import Exit
from chartgap.errors import ReadError, one_line
from chartgap.knowledge.query_rules import QueryRules

_STDIN = "-"


def lint(file: str, rules: QueryRules) -> Exit:
    """Print the problems of one file; warnings alone are none."""
    from chartgap.assess.lint_query import lint_query  # noqa: PLC0415

    name = "<stdin>" if file == _STDIN else one_line(file)
    problems = lint_query(_text(file), rules)
    for item in problems:
        typer.echo(f"{name}:{item.line}:{item.column}: rule {item.rule}: {item.severity}: {item.message}")
    return Exit.GAPS if any(item.severity == "error" for item in problems) else Exit.NOTHING_MISSING


def _text(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == _STDIN else Path(file).read_bytes()
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ReadError("not UTF-8", source=file) from None
    if not text.strip():
        raise ReadError("is empty", source=file)
    return text
