"""Every example in patterns/elements/ is a test: the element's findings in it are exactly those written."""

import pytest

from chartgap.extract import Extractor
from chartgap.knowledge.catalog import load_catalog
from chartgap.knowledge.elements import Example
from chartgap.model import Finding

FIELDS = ("value", "side", "area", "status", "assertion", "days", "kind")
CATALOG = load_catalog()
CASES = [
    pytest.param(name, example, id=f"{name}-{number}")
    for name, pattern in CATALOG.elements.items()
    for number, example in enumerate(pattern.examples)
]


@pytest.mark.parametrize(("element", "example"), CASES)
def test_example(extractor: Extractor, element: str, example: Example) -> None:
    found = [f for f in extractor.extract(example.text) if f.element == element]
    wanted = [as_written(written, FIELDS) for written in example.findings]
    assert sorted(map(str, map(as_found, found))) == sorted(map(str, wanted))
    for finding in found:
        assert example.text[finding.start : finding.end] == finding.text


def as_written(written: dict[str, object], fields: tuple[str, ...]) -> dict[str, object]:
    assert not written.keys() - {*fields, "text"}
    return {field: written.get(field, "affirmed" if field == "assertion" else None) for field in fields}


def as_found(finding: Finding) -> dict[str, object]:
    return {field: getattr(finding, field) for field in FIELDS}
