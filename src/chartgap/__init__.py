"""chartgap: a linter for charts.

Importing the package has no side effects and does not import spaCy; `Checker` loads it on first use.
"""

# ruff: noqa: PLC0415

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Checker", "Note", "Report", "__version__"]

if TYPE_CHECKING:
    from chartgap.checker import Checker
    from chartgap.model import Note, Report


def __getattr__(name: str) -> Any:
    if name == "Checker":
        from chartgap.checker import Checker

        return Checker
    if name in {"Note", "Report"}:
        import chartgap.model

        return getattr(chartgap.model, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
