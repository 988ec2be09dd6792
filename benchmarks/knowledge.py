"""What the knowledge of codes costs: loading the index, and the alerts in notes a second.

    python benchmarks/knowledge.py [NOTES] [--limit 300] [--rounds 3]

The index is loaded in fresh processes, the median of nine. Notes are checked in turn with everything and without the
alerts; times are processor time, each note's best of the rounds, for a claim of one code and of the five of most rows.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from chartgap.checker import Checker
from chartgap.model import Note
from notes import CODES, default_notes, evenly, load_notes

_LOAD = (
    "import time; from chartgap.knowledge.icd10cm import load_icd10cm; start = time.perf_counter(); "
    "load_icd10cm().title('M54.12'); print(1000 * (time.perf_counter() - start))"
)
_LOADS = 9
_CLAIMS = {"one code": CODES[:1], "five codes": CODES}


def load_ms() -> float:
    """Milliseconds to load the index and to look up one code."""
    runs = [
        subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True).stdout
        for _ in range(_LOADS)
    ]
    return statistics.median(map(float, runs))


def seconds(checker: Checker, notes: Sequence[Note], rounds: int) -> tuple[float, float]:
    """Processor seconds with everything, and without the alerts: the sum of each note's best."""
    whole = without = 0.0
    for note in notes:
        runs = [_both(checker, note) for _ in range(rounds)]
        whole += min(first for first, _ in runs)
        without += min(second for _, second in runs)
    return whole, without


def _both(checker: Checker, note: Note) -> tuple[float, float]:
    start = time.process_time()
    checker.check(note)
    middle = time.process_time()
    with mock.patch.object(type(checker._alarms), "raised", return_value=()):
        begun = time.process_time()
        checker.check(note)
        return middle - start, time.process_time() - begun


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("notes", nargs="?", type=Path, default=default_notes())
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"index: {load_ms():.1f} ms")
    checker = Checker()
    for name, codes in _CLAIMS.items():
        notes = evenly(load_notes(given.notes, codes=codes), given.limit)
        checker.check(notes[0])
        whole, without = seconds(checker, notes, given.rounds)
        print(
            f"{name}: {len(notes) / whole:.0f} notes/s, without alerts {len(notes) / without:.0f}: "
            f"alerts take {100 * (1 - without / whole):.1f}%"
        )


if __name__ == "__main__":
    main()
