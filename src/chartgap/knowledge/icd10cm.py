"""The index of the official ICD-10-CM tabular: codes, titles, notes, and which notes hold between two codes.

Built by scripts/build_icd10cm.py (icd_build.py says what is in it). Inflated letter by letter and parsed category by
category, as codes are asked for: a claim touches two or three categories of the 1,900.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from chartgap.errors import ReadError, UnknownCodeError
from chartgap.knowledge.icd_notes import Conflict, Note, NoteKind, read_target

_DATA = Path(__file__).resolve().parent / "data" / "icd10cm.zip"
# Two codes begin C7A, one QA0: the second character may be A as well as a digit.
_SHAPE = re.compile(r"([A-Z](?:[0-9][0-9A-Z]|A[0-9]))(?:\.?([0-9A-Z]{1,4}))?")
_FULL = len("S13.4XXA")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BILLABLE = "B"
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
        self._parents: dict[str, str | None] = {}
        self._note_lines: dict[str, dict[str, list[str]]] = {}
        self._notes: dict[str, tuple[tuple[str, Note], ...]] = {}
        # In force from `start` to `end`. From `year_start` on it is of the same fiscal year: an April release adds
        # few codes to October's, so a date between the two is served by it where October's is not loaded.
        try:
            self.release, *days = self._member("RELEASE").split("\n")
            self.start, self.end, self.year_start = map(date.fromisoformat, days)
        except (OSError, BadZipFile, KeyError, ValueError) as error:
            reason = f"no index of ICD-10-CM as `chartgap icd build` writes it ({type(error).__name__})"
            raise ReadError(reason, source=str(data)) from None

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

    def codes(self, letter: str) -> tuple[str, ...]:
        """All billable codes that begin with a letter, in order."""
        return tuple(code for code, entry in self._letter_codes(letter).items() if entry.billable)

    def titles(self) -> Iterator[tuple[str, str]]:
        """All billable codes with their titles; nothing of it is kept."""
        for letter in _LETTERS:
            for code, flag, title in _rows(self._member(f"{letter}.txt")):
                if flag == _BILLABLE:
                    yield code, title

    def inclusion_terms(self) -> Iterator[tuple[str, str]]:
        """What else is called by a code or header, with that; nothing of it is kept."""
        for letter in _LETTERS:
            for line in self._member(f"{letter}.notes").splitlines()[1:]:
                owner, kind, text, _ = line.split("\t")
                if kind in ("inclusion_term", "includes"):
                    yield owner, text

    def siblings(self, code: str) -> tuple[str, ...]:
        """The codes beside it: of the same parent, itself left out; a 7th character's are the other characters'."""
        code = normalize(code)
        parent = self._parent(code)
        near = self._category(code) if parent else {}
        return tuple(c for c in near if c != code and self._parent(c) == parent)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """What it stands under, nearest first: codes, the block or blocks, the chapter (M54.1, M54, M50-M54, 13)."""
        code = normalize(code)
        found = []
        above = self._parent(code)
        while above:
            found.append(above)
            above = self._parent(above)
        # M99 is a category and its own block: named once.
        return tuple(dict.fromkeys((*found, *self._blocks_of.get(code[:3], ()))))

    def notes(self, code: str, kind: NoteKind | None = None) -> tuple[Note, ...]:
        """The notes that hold for a code, its own first and then its ancestors', each with its owner."""
        code = normalize(code)
        return tuple(
            note
            for owner in dict.fromkeys((code, *self.ancestors(code)))
            for note_kind, note in self._notes_at(owner)
            if kind is None or note_kind == kind
        )

    def conflicts(self, a: str, b: str) -> tuple[Conflict, ...]:
        """The Excludes1 notes between two codes, in whichever direction they are written."""
        a, b = normalize(a), normalize(b)
        return tuple(dict.fromkeys((*self._excluded(a, b), *self._excluded(b, a)))) if a != b else ()

    def code_first(self, code: str) -> tuple[Note, ...]:
        """The Code first notes that hold for a code."""
        return self.notes(code, "code_first")

    def seven_characters(self, code: str) -> dict[str, str]:
        """The 7th characters that a code takes, with their meaning: the nearest definition's; {} where none is."""
        code = normalize(code)
        for owner in (code, *self.ancestors(code)):
            found = {n.text[0]: n.text[2:] for kind, n in self._notes_at(owner) if kind == "seventh_character"}
            if found:
                # Some characters that a definition lists exist for some of its codes only.
                leaves = self.leaves(code[:-1] if len(code) == _FULL else code)
                valid = {leaf[-1] for leaf in leaves if len(leaf) == _FULL}
                return {c: meaning for c, meaning in found.items() if c in valid or not valid}
        return {}

    def _excluded(self, code: str, other: str) -> Iterator[Conflict]:
        above = {other, *self.ancestors(other)}
        for note in self.notes(code, "excludes1"):
            # A note that names a code of its own subtree sets that code apart from its siblings, not from itself.
            if note.owner not in above and any(target.covers(other) for target in note.targets):
                yield Conflict(code, other, note)

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

    def _parent(self, code: str) -> str | None:
        """The longest beginning of the code that the tabular holds; placeholders X are no step of their own."""
        if code not in self._parents:
            near = self._category(code)
            above = (code[:n] for n in range(len(code) - 1, 2, -1))
            self._parents[code] = next((header for header in above if header in near), None)
        return self._parents[code]

    def _notes_at(self, owner: str) -> tuple[tuple[str, Note], ...]:
        """The notes that stand at a code, block or chapter, with their kinds; M99 is a code and a block."""
        if owner not in self._notes:
            members = ["BLOCKS"] if owner in self._blocks else []
            members += [owner[0]] if _SHAPE.fullmatch(owner) else []
            lines = (line for member in members for line in self._lines_of(member).get(owner, ()))
            self._notes[owner] = tuple(map(_note, lines))
        return self._notes[owner]

    def _lines_of(self, member: str) -> dict[str, list[str]]:
        """The note lines of a member by owner, unparsed."""
        if member not in self._note_lines:
            found: dict[str, list[str]] = {}
            for line in self._member(f"{member}.notes").splitlines()[1:]:
                found.setdefault(line.split("\t", 1)[0], []).append(line)
            self._note_lines[member] = found
        return self._note_lines[member]

    @property
    def name(self) -> str:
        """The release as it stands in a version: april-2026."""
        return re.sub(r"[^a-z0-9]+", "-", self.release.lower()).strip("-")

    @cached_property
    def _blocks(self) -> dict[str, tuple[str, ...]]:
        """Chapter and categories of each block; a chapter has neither."""
        rows = (line.split("\t") for line in self._member("BLOCKS").split("\n"))
        return {name: (chapter, *categories.split()) for name, chapter, _, categories in rows}

    @cached_property
    def _blocks_of(self) -> dict[str, list[str]]:
        """Blocks, the narrowest first, and chapter of each category."""
        found: dict[str, list[str]] = {}
        for name, (_, *categories) in sorted(self._blocks.items(), key=lambda item: len(item[1])):
            for category in categories:
                found.setdefault(category, []).append(name)
        for names in found.values():
            names.append(self._blocks[names[0]][0])
        return found

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


def joined_codes(*claims: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of several claims as those of one: what an earlier claim has, however written, is not taken again."""
    found: list[str] = []
    for codes in claims:
        known = set(map(_spelled, found))
        found += (code for code in codes if _spelled(code) not in known)
    return tuple(found)


def shown_code(code: str) -> str:
    """A malformed code as it may be shown: a sentence in its place may be a piece of the note."""
    code = code.strip()
    return code if _HARMLESS.fullmatch(code) else f"(a code of {len(code)} characters)"


def _spelled(code: str) -> str:
    try:
        return normalize(code)
    except UnknownCodeError:
        return code


def check_code(code: str, *, icd: Icd10cm | None = None) -> str:
    """The normal form of a billable code; any other raises UnknownCodeError with the nearest billable codes."""
    return (icd or load_icd10cm()).check_code(code)


def _entries(lines: str) -> dict[str, Entry]:
    return {code: Entry(title, flag == _BILLABLE) for code, flag, title in _rows(lines)}


def _rows(lines: str) -> Iterator[list[str]]:
    return (line.split("\t", 2) for line in lines.splitlines() if line)


def _note(line: str) -> tuple[str, Note]:
    owner, kind, text, targets = line.split("\t")
    return kind, Note(owner, text, tuple(map(read_target, targets.split())))


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
