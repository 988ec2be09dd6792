"""Every example of patterns/codes/*.yaml, end to end: the note is read, its claim assessed, and the status is exact."""

from collections.abc import Iterator

import pytest

from chartgap.checker import Checker
from chartgap.commands.examples import examples_of_codes, status_of
from chartgap.knowledge.catalog import load_catalog
from chartgap.knowledge.codes import Example


def _examples() -> Iterator[object]:
    for code, row, example in examples_of_codes(load_catalog()):
        yield pytest.param(code, row.id, example, id=f"{row.id}-{example.status}-{example.text}")


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.mark.parametrize(("code", "row", "example"), list(_examples()))
def test_an_example_has_the_status_it_shows(checker: Checker, code: str, row: str, example: Example) -> None:
    assert status_of(checker, code, row, example) == example.status
