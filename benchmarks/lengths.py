"""What a check costs against the length of the note: real notes joined, and texts that were made to be slow.

    python benchmarks/lengths.py [NOTES] [--rounds 3]

"a kB" is milliseconds for each thousand characters: the same in every line where cost is linear in length. The texts
made to be slow are read at a fourth, half and all of a million characters; "times" is what the last doubling cost,
2 where that is linear. Times are processor time, the best of the rounds.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chartgap.checker import Checker
from chartgap.model import Claim, Note
from notes import default_notes, load_notes

LENGTHS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
LARGEST = 1_000_000
CODES = ("M54.12", "M50.121", "M48.02", "M54.2", "M99.01")
SLOW = {
    "one word": "pain ",
    "one word, no blanks": "pain",
    "no no no": "no ",
    "cues": "denies no without not rule out possible history of ",
    "tests and results": "spurling positive negative left right ",
    "digits and slashes": "4/5 5-/5 2+ 1/2/03 ",
    "digits": "0123456789",
    "slashes": "/",
    "levels": "c5-6 c6-7, l4-5 and l5-s1 ",
    "times": "for 3 weeks since march 2 days ago ",
    "nested lists": "1. neck pain\n  a) left arm\n    i) c6 (numb (tingling (weak\n",
    "brackets": "([{",
    "headings": "EXAM: REFLEXES: LEFT: ",
    "boxes": "[ ] numbness [x] weakness ( ) pain ",
    "table": "biceps  2  1\ntriceps  2  2\n",
    "commas": "numbness, ",
    "stops": "pain. ",
    "lines": "\n",
    "blanks": " ",
    "hyphens": "c-",
    "quotes": "\u2018neck\u2019 \u201cpain\u201d ",
    "letters that grow in lower case": "\u0130",
    "typos": "nekc pian radiculopahty ",
}
"""A piece of each text, repeated: what quadratic patterns are slow on."""
BEGINNING = "HPI: Neck pain radiating to the left arm. Assessment: cervical radiculopathy at C6.\n"
"""Of each of these texts, or most would be laid aside as no note about a spine."""


@dataclass(frozen=True)
class Length:
    """Real notes joined to a length."""

    characters: int
    milliseconds: float

    @property
    def a_kilobyte(self) -> float:
        """Milliseconds for each thousand characters."""
        return self.milliseconds / self.characters * 1000


@dataclass(frozen=True)
class Slow:
    """A text made to be slow at a fourth, half and all of its size: milliseconds."""

    name: str
    quarter: float
    half: float
    whole: float

    @property
    def times(self) -> float:
        """What twice the text costs."""
        return self.whole / self.half


def joined(notes: Sequence[Note], length: int) -> str:
    """Real notes one after the other, cut at a length."""
    parts: list[str] = []
    size = 0
    for note in notes:
        if size >= length:
            break
        parts.append(note.text)
        size += len(note.text) + 2
    return "\n\n".join(parts)[:length]


def by_length(checker: Checker, notes: Sequence[Note], *, rounds: int) -> list[Length]:
    """The same notes in other orders, so that no length has the luck of its first note."""
    for note in notes[:200]:  # warm-up: expressions are compiled when they are first needed
        checker.check(claimed(note.text))
    found = []
    for length in LENGTHS:
        texts = []
        for seed in range(max(3, min(20, 50_000 // length))):
            mixed = list(notes)
            random.Random(seed).shuffle(mixed)
            texts.append(joined(mixed, length))
        total = sum(best(lambda text=text: checker.check(claimed(text)), rounds) for text in texts)  # type: ignore[misc]
        found.append(Length(length, total / len(texts)))
    return found


def slow_texts(checker: Checker, *, size: int = LARGEST) -> list[Slow]:
    """Each text that was made to be slow."""
    found = []
    for name, piece in SLOW.items():
        text = BEGINNING + piece * (size // len(piece))
        times = [best(lambda n=n: checker.check(claimed(text[: size // n])), 1) for n in (4, 2, 1)]  # type: ignore[misc]  # noqa: B023
        found.append(Slow(name, *times))
    return found


def claimed(text: str) -> Note:
    """A note from which five codes are claimed."""
    return Note(id="n", text=text, claim=Claim(codes=CODES))


def best(run: Callable[[], object], rounds: int) -> float:
    """Milliseconds of processor time, the least of the rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times) * 1000


def lines(lengths: Sequence[Length], slow: Sequence[Slow]) -> list[str]:
    """The figures for a person."""
    shown = ["characters   ms      ms a kB"]
    shown += [f"{item.characters:>9,} {item.milliseconds:>8.1f} {item.a_kilobyte:>8.2f}" for item in lengths]
    shown += ["", f"{'made to be slow, ms at':<32} {'1/4 MB':>8} {'1/2 MB':>8} {'1 MB':>8}  times"]
    shown += [
        f"{item.name:<32} {item.quarter:>8.0f} {item.half:>8.0f} {item.whole:>8.0f} {item.times:>6.1f}" for item in slow
    ]
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, nargs="?", default=default_notes())
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    checker = Checker()
    print("\n".join(lines(by_length(checker, load_notes(options.notes), rounds=options.rounds), slow_texts(checker))))


if __name__ == "__main__":
    main()
