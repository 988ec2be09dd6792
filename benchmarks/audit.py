"""How `chartgap audit` scales: two workers against one, and the memory of the parent from small to large archives.

The notes are repeated with new ids. Speed is of the real engine. Memory is measured with workers that give back reports
which the real engine made of a few notes: the parent, which is what is measured, has the same to do, in less time.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from chartgap.audit.audit import Plan, audit
from chartgap.audit.progress import in_words
from chartgap.audit.worker import Setup
from chartgap.checker import Checker
from chartgap.claims import Given
from chartgap.model import Note, Report
from chartgap.readers import read_notes
from notes import default_notes, evenly, load_notes

CODES = ("M54.12", "M54.2")
_SAMPLE = 100


class Watcher:
    """Notes when results came, and the memory held then."""

    def __init__(self) -> None:
        self.times: list[tuple[float, int]] = []
        self.megabytes: list[float] = []

    def tell(self, message: str) -> None:
        """Nothing."""

    def done(self, counts: Any, share: float | None) -> None:
        """The time, the notes, the memory."""
        self.times.append((time.perf_counter(), counts["notes"]))
        self.megabytes.append(resident())

    def idle(self) -> None:
        """Nothing."""

    @property
    def rate(self) -> float:
        """Notes a second from when every worker runs (a tenth is done) to the end."""
        end, notes = self.times[-1]
        start, before = next(item for item in self.times if item[1] >= notes / 10)
        return (notes - before) / (end - start)


class Replay:
    """Gives back reports that were made before."""

    knowledge_version = "replayed"

    def __init__(self, reports: Sequence[str]) -> None:
        self._reports = cycle([Report.model_validate_json(report) for report in reports])

    def check(self, note: Note) -> Report:
        """The next report, under the note's id."""
        return next(self._reports).model_copy(update={"note_id": note.id})


def resident() -> float:
    """The memory of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def children() -> float:
    """Seconds of processor time of processes that this one has begun and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def archive(path: Path, notes: Sequence[Note], count: int) -> Path:
    """So many notes, repeated with new ids."""
    with path.open("w", encoding="utf-8") as stream:
        for number, note in enumerate(islice(cycle(notes), count)):
            stream.write(json.dumps({"id": f"n{number}", "text": note.text}) + "\n")
    return path


def run(path: Path, out: Path, make: Any, workers: int) -> Watcher:
    """One audit."""
    watcher = Watcher()
    setup = Setup(make, Given(codes=CODES))
    audit(Plan(places=[str(path)], out=out, setup=setup, workers=workers), watcher)
    return watcher


def memory(path: Path, out: Path, reports: list[str], answer: Any) -> None:
    """In a process of its own: the memory after a tenth of the notes, at the end, and at most."""
    megabytes = run(path, out, partial(Replay, reports), 2).megabytes
    answer.send((megabytes[len(megabytes) // 10], megabytes[-1], max(megabytes)))


def measure_speed(folder: Path, notes: Sequence[Note], count: int, rounds: int) -> None:
    """One worker and two, in turn."""
    path = archive(folder / "speed.jsonl", notes, count)
    rates: dict[int, list[float]] = {1: [], 2: []}
    begun = time.process_time(), children()
    for number in range(rounds):
        for workers, seen in rates.items():
            seen.append(run(path, folder / f"speed-{number}-{workers}", Checker, workers).rate)
    one, two = (statistics.median(seen) for seen in rates.values())
    print(f"{count:,} notes, {rounds} rounds in turn, notes a second:", end=" ")
    print(f"1 worker {one:.0f}, 2 workers {two:.0f}, {two / one:.2f} times")
    milliseconds = 1000 / (count * rounds * 2)
    parent = (time.process_time() - begun[0]) * milliseconds
    workers = (children() - begun[1]) * milliseconds
    print(f"processor time a note: {parent:.2f} ms in the parent, {workers:.2f} ms in workers, their start included")


def measure_memory(folder: Path, notes: Sequence[Note], counts: Sequence[int]) -> None:
    """The parent's memory at each size."""
    checker = Checker()
    given = Given(codes=CODES)
    reports = [checker.check(given.to(note)).model_dump_json() for note in evenly(notes, _SAMPLE)]
    for count in counts:
        path = archive(folder / f"memory-{count}.jsonl", notes, count)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=memory, args=(path, folder / f"memory-{count}", reports, theirs))
        process.start()
        early, end, most = ours.recv()
        process.join()
        path.unlink()
        print(f"{count:,} notes: parent {early:.0f} MB after a tenth, {end:.0f} MB at the end, {most:.0f} MB at most")


def used(path: Path, out: Path) -> tuple[float, float]:
    """Seconds of processor time of an audit with one worker: of this process, and of reader and worker."""
    begun = time.process_time(), children()
    run(path, out, Checker, 1)
    return time.process_time() - begun[0], children() - begun[1]


def measure_costs(folder: Path, notes: Sequence[Note], count: int) -> None:
    """Processor time a note, from archives of one and of two times so many notes: starting drops out of it.

    Not wall time: that is somebody else's work too, where a machine is shared.
    """
    one, two = (
        used(archive(folder / f"costs-{times}.jsonl", notes, times * count), folder / f"costs-{times}")
        for times in (1, 2)
    )
    parent, others = (1000 * (after - before) / count for before, after in zip(one, two, strict=True))
    begun = time.process_time()
    read = sum(1 for _ in read_notes([str(folder / "costs-1.jsonl")]))
    reading = 1000 * (time.process_time() - begun) / read
    every = parent + others
    print(f"processor time a note: {every:.2f} ms, of which the parent {parent:.2f}, reading {reading:.2f}")
    print(
        "\n| notes | core hours | at 0.05 $ each | on 2 cores | on 16 cores | on 64 cores |\n|---|---|---|---|---|---|"
    )
    for number in (200_000, 10_000_000, 1_000_000_000):
        seconds = number * every / 1000
        spans = " | ".join(in_words(seconds / cores) for cores in (2, 16, 64))
        print(f"| {number:,} | {seconds / 3600:,.1f} | {seconds / 72000:,.2f} $ | {spans} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, nargs="?", default=default_notes())
    parser.add_argument("--count", type=int, default=5000, help="notes of a round of speed")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--costs", action="store_true", help="only what a note costs, and so an archive")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 200_000], help="notes, for memory")
    options = parser.parse_args()
    notes = load_notes(options.notes, codes=())
    with tempfile.TemporaryDirectory() as folder:
        if options.costs:
            measure_costs(Path(folder), notes, options.count)
            return
        if options.sizes:
            measure_memory(Path(folder), notes, options.sizes)
        if options.rounds:
            measure_speed(Path(folder), notes, options.count, options.rounds)


if __name__ == "__main__":
    main()
