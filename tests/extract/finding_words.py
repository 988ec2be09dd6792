"""A finding of an examination in the words of the tests: "decreased left triceps"."""

from chartgap.model import Finding


def said(finding: Finding) -> str:
    """Value, side and area; the assertion too where it is not affirmed."""
    assertion = "" if finding.assertion == "affirmed" else finding.assertion
    return " ".join(filter(None, (finding.value, finding.side, finding.area, assertion)))
