import pytest

pytest.importorskip("fastapi", reason="chartgap[service] is not installed")

from seams import checker
from serving import serving

from chartgap.service.settings import Setup


@pytest.fixture(scope="package")
def real():
    """The service as users have it, with one worker."""
    with serving(workers=1) as it:
        yield it


@pytest.fixture(scope="package")
def quick():
    """One worker without spaCy, which a note can make hang, die or raise; limits that are soon reached."""
    limits = {"timeout": 1.0, "body_timeout": 1.0, "most_bytes": 100_000, "waiting": 2}
    with serving(workers=1, setup=Setup(make=checker, most_characters=50_000, most_notes=5), **limits) as it:
        yield it
