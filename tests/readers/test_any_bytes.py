"""Whatever the bytes, a reader gives notes and errors, never an exception, and an error repeats nothing."""

import json
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers import READERS

# The first draw of text builds Unicode tables, which takes long and says nothing about the readers.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = st.sampled_from(["id", "text", "codes", "setting", "payer", "x"])
VALUES = st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda v: st.lists(v, max_size=3), max_leaves=5)


@pytest.mark.parametrize("suffix", sorted(READERS))
@PATIENT
@given(data=st.binary(max_size=300))
def test_any_bytes(suffix, data):
    assert all(isinstance(item, Note | ReadError) for item in READERS[suffix](BytesIO(data), "in"))
    assert list(READERS[suffix](BytesIO(data), "in"))


@PATIENT
@given(line=st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_json_line(line):
    (item,) = READERS[".jsonl"](BytesIO(json.dumps(line | {"secret": "SECRET"}).encode()), "in")
    assert isinstance(item, ReadError)
    assert "SECRET" not in str(item)


@PATIENT
@given(text=st.text(min_size=1).filter(str.strip))
def test_any_text_comes_through_unchanged(text):
    data = text.encode("utf-8", "surrogatepass")
    (item,) = READERS[".txt"](BytesIO(data), "in")
    assert (
        isinstance(item, ReadError) or item.text == text.removeprefix("\ufeff") or data.startswith((b"\xff", b"\xfe"))
    )
