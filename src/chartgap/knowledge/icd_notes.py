"""Notes of the tabular, and the codes they speak of: "(S12.0--S12.6-)", "(T36-T50 with fifth or sixth character 5)"."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

NoteKind = Literal[
    "includes", "inclusion_term", "excludes1", "excludes2", "code_first", "use_additional", "code_also", "note",
    "seventh_character",
]  # fmt: skip
NOTE_KINDS: tuple[NoteKind, ...] = get_args(NoteKind)

_CODE = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?"
# "A", "A.-", "A-B", "A--B-", "A.-B.-", "A to B".
_RANGE = re.compile(rf"(?<![A-Z0-9.])({_CODE})(?![A-Z0-9])(?:(?:\s*\.?-{{1,2}}\s*|-?\s+to\s+)({_CODE})(?![A-Z0-9]))?")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_CHARACTERS = re.compile(r"\b(with|except)\s+((?:(?:\w+th|six)(?:\s+(?:or|to)\s+)?)+|final)[\s-]characters?\s+(.+)")
_CHARACTER = re.compile(r"\b([0-9A-Z]+)(?:-([0-9A-Z])\b)?")
_ENDINGS = re.compile(r"\bwith\s+(\.\d.*)")


class Target(NamedTuple):
    """A run of codes. `where`, if any, must match the code without its dot."""

    first: str
    last: str
    where: str = ""

    def covers(self, code: str) -> bool:
        """Whether the code, or the header, lies in the run; a header above it does not."""
        if not self.first <= code[: len(self.first)] or not code[: len(self.last)] <= self.last:
            return False
        return len(code) >= len(self.first) and (not self.where or _pattern(self.where).match(_bare(code)) is not None)

    def __str__(self) -> str:
        """As in the index: no blanks."""
        run = self.first if self.first == self.last else f"{self.first}-{self.last}"
        return f"{run}~{self.where}" if self.where else run


class Note(NamedTuple):
    """One note: the code, block or chapter it stands at, its words and the codes it names."""

    owner: str
    text: str
    targets: tuple[Target, ...] = ()


class Conflict(NamedTuple):
    """An Excludes1 note of `code` (or above it) that names `other`."""

    code: str
    other: str
    note: Note


def read_target(written: str) -> Target:
    """What `str(target)` wrote."""
    run, _, where = written.partition("~")
    first, _, last = run.partition("-")
    return Target(first, last or first, where)


def parse_targets(text: str) -> tuple[Target, ...]:
    """The codes that a note names: those in round brackets; where none are, those in the sentence itself."""
    for groups in (_IN_BRACKETS.findall(text), [text]):
        found = tuple(dict.fromkeys(target for group in groups for target in _targets(group)))
        if found:
            return found
    return ()


def _targets(group: str) -> Iterator[Target]:
    where = _where(group)
    for match in _RANGE.finditer(group):
        first, last = match[1], match[2] or match[1]
        yield Target(first, last, where) if first <= last else Target(first, first, where)


def _where(group: str) -> str:
    """The condition behind the codes, as a pattern on the code without its dot."""
    if match := _CHARACTERS.search(group):
        kind, places, rest = match.groups()
        wanted = "|".join(f"[{a}-{b}]" if b else a for a, b in _CHARACTER.findall(rest))
        if not wanted:  # "to indicate intent"
            return ""
        if places == "final":
            return f".*(?:{wanted})$"
        if kind == "except":  # headers are left in
            return f"(?!.{{{_place(places.split()[0]) - 1}}}(?:{wanted}))"
        inside = f"(?:{wanted})"
        # "fifth to sixth characters 51": the places are one run.
        numbers = [_place(word) for word in places.split(" to ")[0].split() if word != "or"]
        return "|".join(f".{{{number - 1}}}{inside}" for number in numbers)
    if match := _ENDINGS.search(group):
        endings = re.findall(r"\d+", match[1])
        if "-." in match[1] and len(endings) == 2:  # .51-.52
            endings = [str(number) for number in range(int(endings[0]), int(endings[1]) + 1)]
        return f"...(?:{'|'.join(endings)})"
    return ""


def _place(word: str) -> int:
    return int(word[:-2]) if word[0].isdigit() else _ORDINALS.index(word if word.endswith("th") else f"{word}th") + 1


def _bare(code: str) -> str:
    return code.replace(".", "")


@lru_cache(maxsize=256)
def _pattern(where: str) -> re.Pattern[str]:
    return re.compile(where)
