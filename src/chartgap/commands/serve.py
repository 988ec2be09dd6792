"""`chartgap serve`: the HTTP service."""

# ruff: noqa: PLC0415

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from chartgap.commands.console import Exit, complain
from chartgap.errors import ChartgapError, needs
from chartgap.responses import usable

KEY_VARIABLE = "CHARTGAP_API_KEY"
_HOST_HELP = "The address to listen on; one that other machines reach needs an API key."
_KEY_HELP = f"A file with the API key, instead of the variable {KEY_VARIABLE}."
_NAME_HELP = "A name under which the service is asked, beside that of the address; repeatable."
_RESPONSES_HELP = "The log of what became of queries (.jsonl or .sqlite): read for every note, added to by feedback."


def serve(  # noqa: PLR0913  # the options are the contract
    *,
    host: Annotated[str, typer.Option(help=_HOST_HELP)] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any free one.")] = 8321,
    api_key_file: Annotated[Path | None, typer.Option(help=_KEY_HELP)] = None,
    allow_host: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_NAME_HELP)] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that check notes.")] = 2,
    waiting: Annotated[int, typer.Option(min=0, help="Requests that may wait for one; more get 429.")] = 64,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that a note may take; then 504.")] = 30.0,
    max_body: Annotated[int, typer.Option(min=1000, help="Bytes of a request.")] = 4_000_000,
    max_note: Annotated[int, typer.Option(min=1, help="Characters of a note.")] = 200_000,
    max_batch: Annotated[int, typer.Option(min=1, help="Notes of a batch.")] = 100,
    responses: Annotated[Path | None, typer.Option(help=_RESPONSES_HELP)] = None,
    log_level: Annotated[str, typer.Option(help="info: a line a request; warning: troubles only.")] = "info",
    icd: Annotated[
        list[Path] | None, typer.Option(help="A further release of ICD-10-CM, built with `icd build`; repeatable.")
    ] = None,
    patterns: Annotated[Path | None, typer.Option(help="A pattern folder instead of the packaged one.")] = None,
) -> Exit:
    """Serve the checker over HTTP: JSON, CDS Hooks, and a page to try it."""
    if log_level not in ("info", "warning"):
        raise typer.BadParameter("one of info, warning is needed", param_hint="--log-level")
    try:
        from chartgap.service.server import address, bound, server, set_up_logging
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("chartgap"):
            raise
        raise ChartgapError(f"this {needs('service')}") from None
    from chartgap.service.settings import Settings, Setup, real_checker

    make = partial(real_checker, patterns, tuple(icd or ()))
    setup = Setup(make=make, responses=responses, most_characters=max_note, most_notes=max_batch)
    settings = Settings(
        host=host, port=port, key=_key(api_key_file), hosts=tuple(allow_host or ()), workers=workers, waiting=waiting,
        timeout=timeout, most_bytes=max_body, setup=setup,
    )  # fmt: skip
    if responses:
        usable(responses)
    running = server(settings)
    set_up_logging(log_level)
    with bound(settings) as listening:
        complain(f"listening on http://{address(*listening.getsockname()[:2])} (Ctrl-C ends)")
        running.run(sockets=[listening])
    if running.reason:
        raise ChartgapError(running.reason)
    return Exit.NOTHING_MISSING if running.started else Exit.PROBLEM


def _key(path: Path | None) -> str | None:
    """The key from the file or the environment; an empty one is none that was forgotten, but an error."""
    given = path.read_text(encoding="utf-8").strip() if path else os.environ.get(KEY_VARIABLE)
    if given == "":
        raise ChartgapError(f"the API key of {path or KEY_VARIABLE} is empty")
    return given
