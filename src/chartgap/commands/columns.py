"""What the options `--columns` and `--mapping` say of tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from chartgap.readers.columns import Columns


def given_columns(columns: Sequence[str] | None, mapping: Path | None) -> "Columns":
    """Both together; a field that stands in both is as the command line says."""
    if not columns and mapping is None:
        return {}
    from chartgap.readers.columns import load_mapping, parse_columns  # noqa: PLC0415

    try:
        told = parse_columns(",".join(columns or ()))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--columns") from None
    return {**(load_mapping(mapping) if mapping else {}), **told}
