import json

import pytest
from audit_fakes import plan

from chartgap.audit.audit import audit
from chartgap.audit.store import read_table
from chartgap.audit.tables import SCHEMAS


class Silent:
    """A watcher that keeps what it is told."""

    def __init__(self):
        self.told = []

    def tell(self, message):
        self.told.append(message)

    def done(self, counts, share):
        pass

    def idle(self):
        pass


@pytest.fixture
def watcher():
    return Silent()


@pytest.fixture
def write(tmp_path):
    """Notes as a .jsonl file; the id is the number, unless a whole line is given."""

    def write(texts, name="notes.jsonl"):
        path = tmp_path / name
        lines = (
            text if text.startswith("{") else json.dumps({"id": f"n{number}", "text": text, "codes": ["M54.2"]})
            for number, text in enumerate(texts)
        )
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def run(watcher):
    """An audit with the fake engine; its tables as lists of rows."""

    def run(out, *places, resume=False, **options):
        audit(plan(out, *places, **options), watcher, resume=resume)
        return rows(out)

    return run


def rows(out):
    return {name: read_table(out, name).to_pylist() for name in SCHEMAS}


@pytest.fixture(name="rows")
def rows_fixture():
    return rows
