"""Documents inside other documents: base64 of whatever kind to text."""

import base64
import binascii
import re

from chartgap.errors import ReadError
from chartgap.readers.ccda import from_ccda
from chartgap.readers.decoding import MOST_BYTES
from chartgap.readers.documents import Decoded, choose, decoded


def unpack(encoded: str, declared: str | None) -> Decoded:
    """The text of base64 data of a declared type; whatever is wrong raises ReadError without a place."""
    if len(encoded) > MOST_BYTES * 4 // 3 + 4:
        raise ReadError(f"more than {MOST_BYTES // 2**20} MB", source="")
    try:
        data = base64.b64decode(re.sub(r"\s+", "", encoded), validate=True)
    except (binascii.Error, ValueError):
        raise ReadError("not base64", source="") from None
    if not data.strip():
        raise ReadError("empty", source="")
    kind, notices = choose(data, declared)
    text, more, whole = from_ccda(data) if kind == "C-CDA" else decoded(data, kind)
    return Decoded(text, (*notices, *more), whole)
