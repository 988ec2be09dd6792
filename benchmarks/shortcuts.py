"""What each shortcut of the engine is worth: extraction with it and without it, in turn, over the same notes.

    python benchmarks/shortcuts.py [NOTES] [--limit 400] [--rounds 3]

A shortcut leaves out work that cannot matter, so it can be left out itself and the findings stay the same; "changed"
counts the notes where they do not. Times are processor time, the best of the rounds; "times" is without it over with
it. The last lines are the start of a process, without the compiled patterns on disk and with them.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from chartgap.checker import Checker
from chartgap.extract import Extractor, reading
from chartgap.extract.document.text import View
from chartgap.extract.phrases.levels import names_level
from chartgap.extract.phrases.relevance import concerns_spine
from chartgap.extract.phrases.spelling import scan_corrected
from chartgap.model import Note
from notes import default_notes, evenly, load_notes


def _all_anchors(reader: Any, view: View) -> reading.Anchors | None:
    """Every anchor of a note, before it is asked what the note is about."""
    folded, length = view.folded, len(view.folded)
    slips = reader._speller.corrections(folded, 0, length)
    found = scan_corrected(reader._anchors, folded, 0, length, slips)
    known = length <= reading.SHORT or names_level(folded)
    return reading.Anchors(found, slips) if known or concerns_spine(found) else None


SHORTCUTS: dict[str, tuple[object, str, Callable[..., object]]] = {
    "a few phrases tell notes about something else": (reading.Reader, "anchors", _all_anchors),
    "weak anchors alone do not have a sentence read": (reading, "says_something", lambda *_: True),
}
"""Name: where it is, what it is called, and what stands there when it is left out."""
_COLD = "from chartgap import Checker, Note; Checker().check(Note(id='n', text='Neck pain for two weeks.'))"


class Worth(NamedTuple):
    """Seconds of all notes with a shortcut and without it; notes whose findings change."""

    seconds: float
    without: float
    changed: int


def measure(notes: Sequence[Note], rounds: int) -> dict[str, Worth]:
    """Every shortcut left out alone."""
    engine = Extractor(Checker().catalog)
    found, _ = run(engine, notes)
    best: dict[str, Worth] = {}
    for name in SHORTCUTS:
        with left_out(name):
            other, _ = run(engine, notes)
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            times[0].append(run(engine, notes)[1])
            with left_out(name):
                times[1].append(run(engine, notes)[1])
        best[name] = Worth(min(times[0]), min(times[1]), sum(a != b for a, b in zip(found, other, strict=True)))
    return best


@contextmanager
def left_out(name: str) -> Iterator[None]:
    """The engine without one shortcut."""
    place, attribute, instead = SHORTCUTS[name]
    with mock.patch.object(place, attribute, instead):
        yield


def run(engine: Extractor, notes: Sequence[Note]) -> tuple[list[object], float]:
    """What is found, and the seconds of the processor that it took."""
    begin = time.process_time()
    found: list[object] = [engine.extract(note.text) for note in notes]
    return found, time.process_time() - begin


def starts(*, runs: int = 5) -> tuple[float, float]:
    """Seconds from the start of a process to its first report: nothing on disk, and compiled patterns on disk."""
    seconds: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        for at, cache in enumerate(("off", folder)):
            for _ in range(runs + 1):
                begin = time.perf_counter()
                subprocess.run([sys.executable, "-c", _COLD], env={**os.environ, "CHARTGAP_CACHE": cache}, check=True)
                seconds[at].append(time.perf_counter() - begin)
    return statistics.median(seconds[0][1:]), statistics.median(seconds[1][1:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, nargs="?", default=default_notes())
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    notes = evenly(load_notes(options.notes), options.limit)
    for name, worth in measure(notes, options.rounds).items():
        print(f"{name:<56} {worth.without / worth.seconds:>5.2f} times   {worth.changed} of {len(notes)} changed")
    without, kept = starts()
    print(f"start to first report: {without:.2f} s, with compiled patterns on disk {kept:.2f} s")


if __name__ == "__main__":
    main()
