"""How fast, on one core, in one process: extraction, extraction with assessment, stock medspaCy, spaCy's tokenizer.

    python benchmarks/speed.py [NOTES] [--rounds 5] [--sample 60] [--limit N]

Every system is warmed up, then all run in turn, round after round; figures are medians over rounds. Ratios compare
medians over the same notes: stock medspaCy is slow, so it reads a sample, evenly spaced. It has no target rules, as it
comes out of `medspacy.load()`, and its log is silenced: both in its favour. Five codes are claimed of every note:
"rows" assesses what they need, "check" raises alerts and asks queries besides.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from chartgap.checker import Checker
from chartgap.extract import Extractor
from chartgap.knowledge.queries import NO_QUERIES
from chartgap.model import Note
from notes import default_notes, evenly, load_notes

_COLD = "import sys; from chartgap.cli import main; sys.exit(main())"


@dataclass
class System:
    """One contestant: what it does with a note, the notes it reads, and the seconds of each note in each round."""

    run: Callable[[Note], object]
    notes: Sequence[Note]
    rounds: list[list[float]] = field(default_factory=list)

    @property
    def speed(self) -> float:
        """Notes a second, median over rounds."""
        return len(self.notes) / statistics.median(map(sum, self.rounds))

    def seconds_on(self, indexes: Sequence[int]) -> float:
        """Seconds for the notes at these indexes, median over rounds."""
        return statistics.median(sum(seconds[i] for i in indexes) for seconds in self.rounds)


@dataclass(frozen=True)
class Speed:
    """What one run measured."""

    notes: int
    sample: int
    characters: float  # of a note, on average
    speeds: dict[str, float]
    times_medspacy: dict[str, float]  # how many times stock medspaCy's speed, on the sample
    percentiles: dict[int, float]  # of a check, in milliseconds
    megabytes: float  # peak, after checking every note
    build_seconds: float
    cold_seconds: float


def measure(path: Path, *, rounds: int = 5, sample: int = 60, limit: int | None = None) -> Speed:
    """Run everything once."""
    pin()
    notes = evenly(load_notes(path), limit)
    picked = evenly(range(len(notes)), sample)
    start = time.perf_counter()
    checker = Checker()
    built = time.perf_counter() - start
    for note in notes:  # warm-up, before anything else is in memory
        checker.check(note)
    megabytes = peak_megabytes()
    systems = contestants(checker, notes, [notes[i] for i in picked])
    interleave(systems, rounds)
    return Speed(
        notes=len(notes),
        sample=len(picked),
        characters=statistics.mean(len(note.text) for note in notes),
        speeds={name: system.speed for name, system in systems.items()},
        times_medspacy=ratios(systems, picked),
        percentiles=percentiles(systems["check"].rounds),
        megabytes=megabytes,
        build_seconds=built,
        cold_seconds=cold_start(notes[0]),
    )


def pin() -> None:
    """Stay on one core, where the system has a way to say so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def peak_megabytes() -> float:
    """The most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def contestants(checker: Checker, notes: Sequence[Note], sample: Sequence[Note]) -> dict[str, System]:
    """The systems, warm."""
    extractor = Extractor(checker.catalog)
    rows = Checker(replace(checker.catalog, alerts={}, queries=NO_QUERIES), extractor=extractor)
    medspacy, tokenizer = stock_medspacy(), blank()
    systems = {
        "extract": System(lambda note: extractor.extract(note.text), notes),
        "rows": System(rows.check, notes),
        "check": System(checker.check, notes),
        "medspacy": System(lambda note: medspacy(note.text), sample),
        "tokenizer": System(lambda note: tokenizer(note.text), notes),
    }
    for system in systems.values():
        for note in sample[:10]:
            system.run(note)
    return systems


def stock_medspacy() -> Any:
    """`medspacy.load()`, silent."""
    with warnings.catch_warnings():
        import medspacy  # noqa: PLC0415
    from loguru import logger  # noqa: PLC0415

    logger.remove()
    warnings.filterwarnings("ignore", message=r"\[W036\]")  # its target matcher is empty
    return medspacy.load()


def blank() -> Any:
    """spaCy with nothing but its English tokenizer."""
    import spacy  # noqa: PLC0415

    return spacy.blank("en")


def interleave(systems: dict[str, System], rounds: int) -> None:
    """All systems in every round, so that what else the machine does meets all of them."""
    for _ in range(rounds):
        for system in systems.values():
            seconds = []
            for note in system.notes:
                start = time.perf_counter()
                system.run(note)
                seconds.append(time.perf_counter() - start)
            system.rounds.append(seconds)


def ratios(systems: dict[str, System], picked: Sequence[int]) -> dict[str, float]:
    """How many times as fast as stock medspaCy, on the sample's notes."""
    stock = systems["medspacy"].seconds_on(range(len(picked)))
    return {
        name: stock / system.seconds_on(picked) for name, system in systems.items() if system is not systems["medspacy"]
    }


def percentiles(rounds: Sequence[Sequence[float]]) -> dict[int, float]:
    """Milliseconds within which so many percent of the notes are done; each note's median over rounds."""
    each = sorted(statistics.median(seconds) * 1000 for seconds in zip(*rounds, strict=True))
    return {share: each[min(len(each) - 1, len(each) * share // 100)] for share in (50, 95, 99)}


def cold_start(note: Note, *, runs: int = 5) -> float:
    """Seconds of `chartgap check` on one note in a new process, all imports and patterns included; median."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.txt"
        path.write_text(note.text, encoding="utf-8")
        command = [sys.executable, "-c", _COLD, "check", str(path), "--code", "M54.12", "--exit-zero"]
        seconds = []
        for _ in range(runs):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def lines(speed: Speed) -> list[str]:
    """The figures for a person."""
    shown = [f"{speed.notes} notes of {speed.characters:,.0f} characters on average; medspaCy on {speed.sample}"]
    for name, value in speed.speeds.items():
        ratio = speed.times_medspacy.get(name)
        shown.append(f"{name:<10} {value:>9,.1f} notes/s{f'  {ratio:>6.1f} x stock medspaCy' if ratio else ''}")
    parts = ", ".join(f"p{share} {value:.2f} ms" for share, value in speed.percentiles.items())
    shown.append(f"check, a note: {parts}")
    shown.append(f"peak memory {speed.megabytes:.0f} MB; Checker() {speed.build_seconds:.2f} s")
    shown.append(f"cold start of `chartgap check` on one note: {speed.cold_seconds:.2f} s")
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, nargs="?", default=default_notes())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    speed = measure(options.notes, rounds=options.rounds, sample=options.sample, limit=options.limit)
    print("\n".join(lines(speed)))


if __name__ == "__main__":
    main()
