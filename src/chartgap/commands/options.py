"""Options that several commands have, and what they say."""

# ruff: noqa: PLC0415

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chartgap.commands.console import complain
from chartgap.errors import one_line

if TYPE_CHECKING:
    from chartgap.assess.queries import Policy

OVERLAY_HELP = "Payers' rules that are off unless they are named, such as OV-G89;"
COLUMNS_HELP = "Which columns of a table hold what: id=NOTE_ID,text=NOTE_TEXT,codes=DX1,codes=DX2; repeatable."
REPEATABLE = "repeatable, or several with commas."
Patterns = Annotated[Path | None, typer.Option(help="A pattern folder instead of the packaged one.")]


def given(values: list[str] | None) -> tuple[str, ...]:
    """The values of an option; each may be a list with commas."""
    parts = (part.strip() for value in values or () for part in value.split(","))
    return tuple(part for part in parts if part)


def overlays(values: list[str] | None, patterns: Path | None) -> tuple[str, ...]:
    """The ids of packs of payers' rules; an unknown one is an error, because nothing would be said of it."""
    ids = tuple(item.upper() for item in given(values))
    if not ids:
        return ids
    from chartgap.knowledge.payers import load_payers
    from chartgap.knowledge.places import patterns_folder

    known = load_payers(patterns_folder(patterns), [])  # the whole catalog is loaded, and checked, by the checker
    for id_ in ids:
        one_of(id_, known, option="--overlay")
    return ids


def one_of(value: str, known: Iterable[str], *, option: str) -> None:
    """Refuse a value that is none of these."""
    if value not in known:
        raise typer.BadParameter(f"one of {', '.join(known)} is needed", param_hint=option)


def policy(most: int, responses: Path | None) -> "Policy":
    """How many queries a note may raise, and which the log of responses says are dealt with."""
    from chartgap.assess.queries import Policy
    from chartgap.responses import settled

    if responses and not responses.exists():
        if not responses.parent.is_dir():
            raise typer.BadParameter("its folder does not exist", param_hint="--responses")
        complain(f"{one_line(str(responses))}: there is no such log yet, `chartgap respond` makes it; all is asked")
    return Policy(most, settled(responses) if responses else {})
