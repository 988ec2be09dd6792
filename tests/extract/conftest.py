import pytest

from chartgap.extract import Extractor
from chartgap.knowledge.catalog import load_catalog


@pytest.fixture(scope="package")
def extractor() -> Extractor:
    return Extractor(load_catalog())
