"""Findings against what each claimed code needs. Pure: no spaCy, no I/O, and never a look at how findings are made."""

from chartgap.assess.derived import assess_titles
from chartgap.assess.requirements import assess

__all__ = ["assess", "assess_titles"]
