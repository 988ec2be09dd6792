"""A finding of an examination in the words of the tests: "decreased left triceps"; tables of such cases."""

from collections.abc import Mapping

import pytest

from chartgap.model import Finding

Cases = Mapping[str, Mapping[str, list[str]]]
"""By element, by text: what is found."""


def each(cases: Cases, unread: frozenset[tuple[str, str]] = frozenset()) -> pytest.MarkDecorator:
    """Parametrize a test with `element`, `text` and `expected`; right cases that are not read yet fail, strictly."""
    not_read = pytest.mark.xfail(reason="not read yet", strict=True)
    return pytest.mark.parametrize(
        ("element", "text", "expected"),
        [
            pytest.param(
                element, text, expected, id=f"{element}-{text}", marks=[not_read] if (element, text) in unread else []
            )
            for element, texts in cases.items()
            for text, expected in texts.items()
        ],
    )


def said(finding: Finding) -> str:
    """Value, side and area; the assertion too where it is not affirmed."""
    assertion = "" if finding.assertion == "affirmed" else finding.assertion
    return " ".join(filter(None, (finding.value, finding.side, finding.area, assertion)))
