"""How fast: extraction, assessment, stock medspaCy, edsnlp's rules, spaCy's tokenizer; starts, memory, long notes.

    python benchmarks/speed.py [NOTES] [--rounds 5] [--sample 60] [--limit N] [--no-lengths]

Every system, in one process on one core, is warmed up, then all run in turn, round after round; figures are medians
over rounds. Ratios compare medians over the same notes: stock medspaCy is slow, so it reads a sample, evenly spaced.
It has no target rules, as it comes out of `medspacy.load()`, and its log is silenced: both in its favour. edsnlp has
sentences, a matcher with TERMS, negation, hypothesis, family, history and sections; where it is not installed
(`chartgap[benchmarks]`) it is left out. Five codes are claimed of every note: "rows" assesses what they need, "check"
raises alerts and asks queries besides. Two processes and one do the same work in pools of either size, wall time.
benchmarks/lengths.py, printed last, says what long notes cost.
"""

import argparse
import multiprocessing
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

import lengths
from chartgap.checker import Checker
from chartgap.extract import Extractor
from chartgap.knowledge.queries import NO_QUERIES
from chartgap.model import Note
from notes import default_notes, evenly, load_notes

TERMS = (
    "neck pain", "back pain", "radiculopathy", "cervical radiculopathy", "lumbar radiculopathy", "myelopathy",
    "stenosis", "spinal stenosis", "foraminal stenosis", "herniation", "disc herniation", "disc protrusion",
    "disc bulge", "degenerative disc disease", "spondylosis", "spondylolisthesis", "fracture", "compression fracture",
    "kyphosis", "scoliosis", "numbness", "tingling", "paresthesias", "weakness", "pain", "arm pain", "leg pain",
    "shoulder pain", "headache", "headaches", "stiffness", "spasm", "tenderness", "spurling", "hoffmann", "babinski",
    "clonus", "lhermitte", "reflexes", "deep tendon reflexes", "biceps", "triceps", "brachioradialis", "strength",
    "sensation", "light touch", "pinprick", "range of motion", "mri", "ct", "x-ray", "emg", "physical therapy",
    "nsaids", "ibuprofen", "gabapentin", "epidural steroid injection", "surgery", "fusion", "injury", "fall",
    "whiplash", "motor vehicle accident", "osteoporosis", "diabetes", "cancer",
)  # fmt: skip
"""What the matcher of edsnlp looks for: 66 terms."""
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
    import_seconds: float
    two_processes: float  # times one


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
        import_seconds=import_time(),
        two_processes=two_processes(notes),
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
    if (edsnlp := edsnlp_rules()) is not None:
        systems["edsnlp"] = System(lambda note: edsnlp(note.text), notes)
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


def edsnlp_rules() -> Any:
    """edsnlp's rules as a pipeline, with English terms for the matcher; None where edsnlp is not installed."""
    try:
        import edsnlp  # noqa: PLC0415
    except ImportError:
        return None
    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe("eds.matcher", config={"terms": {"term": list(TERMS)}, "attr": "LOWER"})
    for name in ("negation", "hypothesis", "family", "history", "sections"):
        nlp.add_pipe(f"eds.{name}", config={"attr": "LOWER"})
    return nlp


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


def import_time(*, runs: int = 5) -> float:
    """Seconds of `import chartgap` with its Checker in a new process, without the start of Python; median."""
    code = "import time; start = time.perf_counter(); from chartgap import Checker; print(time.perf_counter() - start)"
    found = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout for _ in range(runs)]
    return statistics.median(map(float, found))


def two_processes(notes: Sequence[Note], *, rounds: int = 3) -> float:
    """How many times the notes a second of one process two have, in pools that have started; median of rounds."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))  # the workers inherit it
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1, _begin) as one, spawn.Pool(2, _begin) as two:
        pools = (one, two)
        for pool in pools:
            pool.map(_check, notes, chunksize=8)  # warm-up
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for pool, times in zip(pools, seconds, strict=True):
                start = time.perf_counter()
                pool.map(_check, notes, chunksize=8)
                times.append(time.perf_counter() - start)
    return statistics.median(seconds[0]) / statistics.median(seconds[1])


def _begin() -> None:
    globals()["_checker"] = Checker()


def _check(note: Note) -> int:
    return len(globals()["_checker"].check(note).findings)


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
    shown.append(f"`from chartgap import Checker`: {speed.import_seconds:.2f} s")
    shown.append(f"two processes: {speed.two_processes:.2f} x one")
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, nargs="?", default=default_notes())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--no-lengths", action="store_true", help="Leave out what long notes cost.")
    options = parser.parse_args()
    speed = measure(options.notes, rounds=options.rounds, sample=options.sample, limit=options.limit)
    print("\n".join(lines(speed)))
    if not options.no_lengths:
        checker = Checker()
        by_length = lengths.by_length(checker, load_notes(options.notes), rounds=options.rounds)
        print("\n".join(("", *lengths.lines(by_length, lengths.slow_texts(checker)))))


if __name__ == "__main__":
    main()
