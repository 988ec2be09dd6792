from pathlib import Path

import pytest

from chartgap.errors import PatternProblem
from chartgap.knowledge.code_files import load_codes
from chartgap.knowledge.codes import CodeRequirements

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"


@pytest.fixture(scope="session")
def codes() -> dict[str, CodeRequirements]:
    problems: list[PatternProblem] = []
    found = load_codes(PATTERNS, problems)
    assert problems == []
    return found
