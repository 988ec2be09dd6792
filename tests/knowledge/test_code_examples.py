"""Every example of patterns/codes/*.yaml, end to end: the note is read, its claim assessed, and the status is exact."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chartgap.checker import Checker
from chartgap.knowledge.code_files import load_codes
from chartgap.knowledge.codes import Example
from chartgap.model import Claim, Note

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"


def _examples() -> Iterator[object]:
    """Codes that differ in a character only share most rows word for word: each such row is tried under one of them."""
    tried: set[tuple[str, str]] = set()
    for code, rows in load_codes(PATTERNS, []).items():
        for row in rows.requirements:
            whole = row.model_dump_json().replace(code, "")
            for example in row.examples:
                what = (whole, example.model_dump_json().replace(code, ""))
                if what in tried:
                    continue
                tried.add(what)
                yield pytest.param(code, row.id, example, id=f"{row.id}-{example.status}-{example.text}")


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.mark.parametrize(("code", "row", "example"), list(_examples()))
def test_an_example_has_the_status_it_shows(checker: Checker, code: str, row: str, example: Example) -> None:
    claim = Claim(
        codes=example.codes or (code,),
        procedures=example.procedures,
        payer=example.payer,
        setting=example.setting,
        overlays=example.overlays,
    )
    report = checker.check(Note(id="example", text=example.text, claim=claim))
    found = {item.id: item for result in report.codes for item in result.requirements}[row]
    assert found.status == example.status, found.reason
