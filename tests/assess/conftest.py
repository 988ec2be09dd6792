from pathlib import Path

import pytest

from chartgap.errors import PatternProblem
from chartgap.knowledge.code_files import CodeBook, load_codes

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"


@pytest.fixture(scope="session")
def codes() -> CodeBook:
    problems: list[PatternProblem] = []
    load_codes(PATTERNS, problems)
    assert problems == []
    return CodeBook(PATTERNS)
