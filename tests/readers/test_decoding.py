import codecs

import pytest

from chartgap.errors import ReadError
from chartgap.readers import decode


@pytest.mark.parametrize(
    ("data", "text", "notice"),
    [
        (b"Neck pain.\r\nNo injury.\r", "Neck pain.\r\nNo injury.\r", None),
        ("Spurling’s +, 90°".encode(), "Spurling’s +, 90°", None),
        (codecs.BOM_UTF8 + b"Neck", "Neck", None),
        (codecs.BOM_UTF16_LE + "Neck\r\n°".encode("utf-16-le"), "Neck\r\n°", None),
        (codecs.BOM_UTF16_BE + "Neck".encode("utf-16-be"), "Neck", None),
        (b"Spurling\x92s, 90\xb0\r\n", "Spurling’s, 90°\r\n", "not UTF-8: read as Windows-1252"),
        # What real exports hold beside text.
        (b"Page 1\x0c\tNeck \x1b[0m pain\n", "Page 1\x0c\tNeck \x1b[0m pain\n", None),
        (b"  \n Neck  \n\n", "  \n Neck  \n\n", None),
    ],
)  # fmt: skip
def test_the_text_is_decoded_and_not_changed(data, text, notice):
    assert decode(data) == (text, notice)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (codecs.BOM_UTF8 + b"\n", "empty"),
        (codecs.BOM_UTF16_LE, "empty"),
        (b"Neck\x00pain", "binary, not text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary, not text"),
        (codecs.BOM_UTF32_LE + "Neck".encode("utf-32-le"), "binary, not text"),
        (bytes(range(1, 32)) * 9, "binary, not text"),
        (b"\x81\x8d\x8f secret", "neither UTF-8 nor Windows-1252"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", "starts as UTF-16 but is not"),
        (b"%PDF-1.7 secret", "this is PDF, not text"),
        (b"{\\rtf1 secret}", "this is RTF, not text"),
        (b"PK\x03\x04docx", "this is a zip or Office file, not text"),
    ],
)
def test_what_is_not_text_is_refused_without_repeating_it(data, reason):
    with pytest.raises(ReadError) as caught:
        decode(data, source="a.txt")
    assert str(caught.value) == f"a.txt: {reason}"
    # A UnicodeDecodeError kept as the cause would carry the note.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
