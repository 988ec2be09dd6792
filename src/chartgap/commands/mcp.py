"""`chartgap mcp`: the tool for agents."""

# ruff: noqa: PLC0415

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from chartgap.errors import ChartgapError, needs


def mcp(
    *,
    patterns: Annotated[Path | None, typer.Option(help="A pattern folder instead of the packaged one.")] = None,
) -> None:
    """Serve check_note, explain_requirement and lint_query to an agent (Model Context Protocol, over stdio)."""
    try:
        from chartgap.service.agent import agent_server, serve_over_stdio
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("chartgap"):
            raise
        raise ChartgapError(f"this {needs('mcp')}") from None
    from chartgap.service.settings import real_checker

    serve_over_stdio(agent_server(partial(real_checker, patterns), partial(_explained, patterns)))


def _explained(patterns: Path | None, wanted: str) -> str:
    from chartgap.commands.explain import explained
    from chartgap.knowledge.catalog import load_catalog

    try:
        return explained(wanted, load_catalog(patterns))
    except typer.BadParameter as error:
        raise LookupError(error.message) from None
