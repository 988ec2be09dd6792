"""A note comes back from each format with all that the format holds of it, found by suffix and by content."""

from io import BytesIO

import pytest
import written
from written import TEXT, WHOLE

from chartgap.errors import ReadError
from chartgap.readers import READERS, read_notes

NAMED = WHOLE.model_copy(update={"id": "in"})
ID = {"fhir": "DocumentReference/n1", "ccda": "in", "hl7": "n1"}
EXPECTED = {
    ".json": (written.fhir(), WHOLE.model_copy(update={"id": "DocumentReference/n1"})),
    ".xml": (written.ccda(), NAMED),
    ".cda": (written.ccda(), NAMED),
    ".hl7": (
        written.hl7(),
        WHOLE.model_copy(update={"claim": WHOLE.claim.model_copy(update={"setting": "outpatient"})}),
    ),
}
DOCUMENTS = {
    ".rtf": written.rtf(),
    ".docx": written.docx(*TEXT.split("\n")),
    ".pdf": written.pdf(TEXT.replace("°", " degrees")),
    ".html": f"<html><body><p>{written.escaped(TEXT)}</p></body></html>".encode(),
}


def read(suffix, data):
    return list(READERS[suffix](BytesIO(data), "in"))


@pytest.mark.parametrize("suffix", EXPECTED)
def test_everything_comes_back(suffix):
    data, note = EXPECTED[suffix]
    assert read(suffix, data) == [note]


@pytest.mark.parametrize("suffix", EXPECTED)
def test_the_content_tells_the_format(suffix):
    data, note = EXPECTED[suffix]
    (found,) = read_notes(["-"], stdin=BytesIO(data))
    assert found.model_copy(update={"id": note.id}) == note


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_documents(suffix):
    (by_suffix,) = read(suffix, DOCUMENTS[suffix])
    (by_content,) = read_notes(["-"], stdin=BytesIO(DOCUMENTS[suffix]))
    assert not isinstance(by_suffix, ReadError), by_suffix
    assert by_suffix.text == by_content.text
    expected = TEXT.replace("°", " degrees") if suffix == ".pdf" else TEXT
    assert " ".join(by_suffix.text.split()) == " ".join(expected.split())
    if suffix == ".rtf":
        assert by_suffix.text == TEXT
