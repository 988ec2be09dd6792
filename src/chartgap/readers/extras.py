"""Libraries that only some formats need: imported when such a file is read, and named when they are not installed."""

from importlib import import_module
from typing import Any

from chartgap.errors import ReadError, needs


def need(module: str, *, extra: str, what: str) -> Any:
    """The module; without it, an error that says what to install."""
    try:
        return import_module(module)
    except ImportError:
        raise ReadError(f"reading {what} {needs(extra)}", source=what) from None
