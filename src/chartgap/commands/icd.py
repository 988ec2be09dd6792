"""`chartgap icd`: indexes of other releases of ICD-10-CM."""

# ruff: noqa: PLC0415

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chartgap.knowledge.icd_build import Release

icd = typer.Typer(help="Releases of ICD-10-CM.", no_args_is_help=True)


@icd.callback()
def _icd() -> None:
    """Releases of ICD-10-CM."""


@icd.command()
def build(  # noqa: PLR0913  # the options are the contract
    tabular: Annotated[Path, typer.Argument(metavar="TABULAR.xml", help="The official Tabular List, as XML.")],
    *,
    out: Annotated[Path | None, typer.Option(help="Write there; otherwise to icd10cm-RELEASE.zip here.")] = None,
    release: Annotated[
        str | None, typer.Option(help="The release's name; otherwise the fiscal year that the XML names.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day that it is in force.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day.")] = None,
    codes: Annotated[
        Path | None, typer.Option(help="The official list of valid codes, one a line: it alone knows a few exceptions.")
    ] = None,
) -> None:
    """Build the index of another official release, for `chartgap check --icd FILE`."""
    from chartgap.knowledge.icd_build import build_index

    named = _release(release, day(start, option="--from"), day(end, option="--to"))
    built = build_index(tabular, out, release=named, code_list=codes)
    typer.echo(
        f"{built.file}: {built.release.name}, {built.release.start} to {built.release.end}: "
        f"{built.codes} codes, {built.billable} billable, {built.notes} notes"
    )


def day(written: str | None, *, option: str) -> dt.date | None:
    """The date of an option."""
    if written is None:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("a date is written like 2026-05-31", param_hint=option) from None


def _release(name: str | None, start: dt.date | None, end: dt.date | None) -> "Release | None":
    from chartgap.knowledge.icd_build import Release, fiscal_year_start

    if name is None and start is None and end is None:
        return None
    if name is None or start is None or end is None:
        raise typer.BadParameter("are needed together", param_hint="--release, --from and --to")
    if end < start:
        raise typer.BadParameter("is before --from", param_hint="--to")
    return Release(name, start, end, fiscal_year_start(start))
