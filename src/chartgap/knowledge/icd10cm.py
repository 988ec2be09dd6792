"""The index of the official ICD-10-CM tabular: which codes exist, their titles, and which are billable.

Built by scripts/build_icd10cm.py. Inflated letter by letter and parsed category by category, as codes are asked for:
a claim touches two or three categories of the 1,900.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from chartgap.errors import UnknownCodeError

_DATA = Path(__file__).resolve().parent / "data" / "icd10cm.zip"
# Two codes begin C7A, one QA0: the second character may be A as well as a digit.
_SHAPE = re.compile(r"([A-Z](?:[0-9][0-9A-Z]|A[0-9]))(?:\.?([0-9A-Z]{1,4}))?")
_HARMLESS = re.compile(r"[A-Za-z0-9.+-]{1,12}")


class Entry(NamedTuple):
    """One line of the tabular."""

    title: str
    billable: bool


class Icd10cm:
    """Look-ups in the tabular. Every method takes a code in any usual spelling and raises on a malformed one."""

    def __init__(self, data: Path = _DATA) -> None:
        self._data = data
        self._letters: dict[str, str] = {}
        self._categories: dict[str, dict[str, Entry]] = {}
        self.release = self._member("RELEASE")

    def exists(self, code: str) -> bool:
        """Whether the tabular holds the code, as a header or as a billable code."""
        return self._entry(normalize(code)) is not None

    def billable(self, code: str) -> bool:
        """Whether the code is valid on a claim; a header or an unknown code is not."""
        entry = self._entry(normalize(code))
        return entry is not None and entry.billable

    def title(self, code: str) -> str:
        """The official title; raises UnknownCodeError for a code that is not in the tabular."""
        code = normalize(code)
        entry = self._entry(code)
        if entry is None:
            raise self._unknown(code)
        return entry.title

    def leaves(self, header: str) -> tuple[str, ...]:
        """The billable codes under a header, in order; a billable code is its own leaf."""
        header = normalize(header)
        return tuple(c for c, entry in self._category(header).items() if entry.billable and c.startswith(header))

    def nearest(self, code: str, n: int = 5) -> tuple[str, ...]:
        """Up to n billable codes that may have been meant: a header's leaves, else the longest common prefix wins."""
        code = normalize(code)
        if self.exists(code):
            return self.leaves(code)[:n]
        near = self._category(code) or self._letter_codes(code)
        billable = (c for c, entry in near.items() if entry.billable)
        return tuple(sorted(billable, key=lambda c: (-_shared(c, code), _distance(c, code), c))[:n])

    def check_code(self, code: str) -> str:
        """The normal form of a billable code; any other raises UnknownCodeError with the nearest billable codes."""
        try:
            code = normalize(code)
        except UnknownCodeError as error:
            bare = re.sub(r"[^0-9A-Z]", "", code.upper())
            nearest = self.nearest(bare) if _SHAPE.fullmatch(bare) else ()
            raise UnknownCodeError(error.code, error.reason, nearest) from None
        entry = self._entry(code)
        if entry is None:
            raise self._unknown(code)
        if not entry.billable:
            reason = f"is a header of ICD-10-CM {self.release}, not valid on a claim"
            raise UnknownCodeError(code, reason, self.nearest(code))
        return code

    def _unknown(self, code: str) -> UnknownCodeError:
        return UnknownCodeError(code, f"is not in ICD-10-CM {self.release}", self.nearest(code))

    def _entry(self, code: str) -> Entry | None:
        return self._category(code).get(code)

    def _category(self, code: str) -> dict[str, Entry]:
        category = code[:3]
        if category not in self._categories:
            text = self._letter(category[0])
            start = text.find(f"\n{category}") + 1
            end = start
            while start and text.startswith(category, end):
                end = text.index("\n", end) + 1
            self._categories[category] = _entries(text[start:end])
        return self._categories[category]

    def _letter_codes(self, code: str) -> dict[str, Entry]:
        return _entries(self._letter(code[0]))

    def _letter(self, letter: str) -> str:
        if letter not in self._letters:
            self._letters[letter] = self._member(f"{letter}.txt")
        return self._letters[letter]

    def _member(self, name: str) -> str:
        # Opened for each of the few reads: a handle kept open would share its position with forked workers.
        with ZipFile(self._data) as archive:
            return archive.read(name).decode()


@lru_cache(maxsize=1)
def load_icd10cm() -> Icd10cm:
    """The packaged index, opened once a process."""
    return Icd10cm()


def normalize(code: str) -> str:
    """The official spelling ("m5412", " M54.12 " → M54.12); what cannot be a code raises UnknownCodeError."""
    match = _SHAPE.fullmatch(code.strip().upper())
    if match is None:
        raise UnknownCodeError(shown_code(code), "is not in the form of an ICD-10-CM code")
    category, rest = match.groups()
    return f"{category}.{rest}" if rest else category


def shown_code(code: str) -> str:
    """A malformed code as it may be shown: a sentence in its place may be a piece of the note."""
    code = code.strip()
    return code if _HARMLESS.fullmatch(code) else f"(a code of {len(code)} characters)"


def check_code(code: str, *, icd: Icd10cm | None = None) -> str:
    """The normal form of a billable code; any other raises UnknownCodeError with the nearest billable codes."""
    return (icd or load_icd10cm()).check_code(code)


def _entries(lines: str) -> dict[str, Entry]:
    rows = (line.split("\t", 2) for line in lines.splitlines() if line)
    return {code: Entry(title, flag == "B") for code, flag, title in rows}


def _shared(a: str, b: str) -> int:
    """How many characters two codes have in common from the start."""
    pairs = zip(a, b, strict=False)
    return next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Levenshtein's edit distance."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (left != right))
    return row[-1]
