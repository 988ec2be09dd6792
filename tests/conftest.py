from pathlib import Path

import pytest

from chartgap.checker import Checker
from chartgap.knowledge.catalog import load_catalog

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def catalog():
    return load_catalog()


@pytest.fixture(scope="session")
def real_checker(catalog):
    """The engine as users have it; stateless between notes, so one serves all tests."""
    return Checker(catalog)
