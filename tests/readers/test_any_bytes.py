"""Whatever the bytes, a reader gives notes and errors, never an exception, and an error repeats nothing."""

import bz2
import gzip
import json
import lzma
import zipfile
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import written
import zstandard
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


SECRET = "Quackenbush"
NOTE = written.WHOLE.model_copy(update={"text": f"HPI:\n{SECRET} has neck pain.\n\nPlan:\nPT."})
LINE = json.dumps({"id": "a", "text": NOTE.text, "codes": ["M54.2"]}).encode() + b"\n"
ROWS = b'id,text,codes\na,"' + NOTE.text.encode() + b'",M54.2\nb,' + SECRET.encode() + b",\n"


def parquet():
    stream = BytesIO()
    pq.write_table(pa.table({"id": ["a", "b"], "text": [NOTE.text] * 2, "codes": [["M54.2"], None]}), stream)
    return stream.getvalue()


def zipped():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.jsonl", LINE * 3)
        archive.writestr("b.xml", written.ccda(NOTE))
    return stream.getvalue()


GOOD = {
    ".txt": NOTE.text.encode(), ".text": NOTE.text.encode("utf-16"), ".jsonl": LINE * 3, ".ndjson": written.fhir(NOTE),
    ".csv": ROWS, ".tsv": ROWS.replace(b",", b"\t"), ".parquet": parquet(), ".json": written.fhir(NOTE),
    ".xml": written.ccda(NOTE), ".cda": written.ccda(NOTE), ".ccda": written.ccda(NOTE), ".hl7": written.hl7(NOTE),
    ".html": f"<p>{NOTE.text}</p><table><tr><td>x</td></tr></table>".encode(), ".htm": b"<pre>x</pre>" + LINE,
    ".xhtml": b"<?xml version='1.0'?><html><body><p>x</p></body></html>", ".rtf": written.rtf(NOTE.text),
    ".docx": written.docx(NOTE.text), ".pdf": written.pdf(NOTE.text), ".gz": gzip.compress(LINE), ".zip": zipped(),
    ".bz2": bz2.compress(LINE), ".xz": lzma.compress(LINE), ".zst": zstandard.compress(LINE),
}  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["cut", "swap", "put", "drop", "repeat"]), st.binary(max_size=4)),
    min_size=1,
    max_size=4,
)


def changed(data, changes):
    """The data with bytes cut off, exchanged, put in, taken out or repeated at some places."""
    for share, how, put in changes:
        at = int(share * len(data))
        length = {"put": 0, "swap": len(put), "drop": 3, "repeat": 0, "cut": len(data)}[how]
        again = data[at : at + 40] if how == "repeat" else b"" if how in ("drop", "cut") else put
        data = data[:at] + again + data[at + length :]
    return data


def test_there_is_a_good_file_of_every_kind():
    assert set(GOOD) == set(READERS)
    for suffix, data in GOOD.items():
        found = list(READERS[suffix](BytesIO(data), "in"))
        assert found, suffix
        assert all(isinstance(item, Note) for item in found), suffix


@pytest.mark.parametrize("suffix", sorted(READERS))
@PATIENT
@given(changes=CHANGES)
def test_good_files_that_were_damaged(suffix, changes):
    found = list(READERS[suffix](BytesIO(changed(GOOD[suffix], changes)), "in"))
    assert found
    for item in found:
        assert isinstance(item, Note | ReadError)
        assert isinstance(item, Note) or SECRET not in str(item)
        assert isinstance(item, ReadError) or item.text.strip()


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
