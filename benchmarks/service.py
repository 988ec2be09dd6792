"""What HTTP costs, and what the service bears: a real `chartgap serve`, asked over real connections.

    python benchmarks/service.py [NOTES] [--limit 300] [--rounds 3] [--clients 200] [--seconds 60] [--core N]

Each note is checked in this process and over HTTP in turn, side by side, after a warm-up of both; the time of a note is
its median over the rounds. "in process" is `check` with the report as JSON, as the service has to write it. Then so
many clients ask without a pause for so many seconds: one that is told 429 waits as long as it is told to. With --core
everything of the first part runs on that one core.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from chartgap.checker import Checker
from chartgap.model import Note
from notes import default_notes, evenly, load_notes

PORT = 8398
SHORT = 8000
JSON = {"Content-Type": "application/json"}
_HEAD = "POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@dataclass(frozen=True)
class Latency:
    """Milliseconds over the notes."""

    notes: int
    in_process_p50: float
    in_process_p99: float
    http_p50: float
    http_p99: float
    overhead_p50: float
    overhead_p99: float
    http_p99_short: float  # notes under 8,000 characters
    http_p50_request: float  # GET /healthz: what HTTP costs without a note
    in_process_cpu: float  # processor time of a note, on average: what a busy machine does not change
    service_cpu: float  # of service and worker together


@dataclass(frozen=True)
class Load:
    """What many clients got."""

    clients: int
    seconds: float
    statuses: dict[str, int]
    a_second: float
    p50: float  # milliseconds of those answered with 200
    p99: float
    megabytes_early: float  # service and workers, after a sixth of the time
    megabytes_late: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", nargs="?", type=Path, default=default_notes())
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2, help="of the second part; the first has one")
    parser.add_argument("--core", type=int)
    given = parser.parse_args()
    notes = evenly(load_notes(given.notes), given.limit)
    cores = os.sched_getaffinity(0)
    if given.core is not None:
        os.sched_setaffinity(0, {given.core})
    with serving(workers=1) as pid:
        print_all(asdict(latency(notes, pid, rounds=given.rounds)))
    os.sched_setaffinity(0, cores)
    if given.seconds:
        with serving(workers=given.workers) as pid:
            print_all(asdict(asyncio.run(load(notes, pid, clients=given.clients, seconds=given.seconds))))


def print_all(figures: dict[str, object]) -> None:
    """One figure a line."""
    for name, value in figures.items():
        print(f"{name:18} {round(value, 2) if isinstance(value, float) else value}")


@contextmanager
def serving(*, workers: int) -> Iterator[int]:
    """The command, ready; its process."""
    command = [sys.executable, "-m", "chartgap", "serve", "--port", str(PORT), "--workers", str(workers)]
    with subprocess.Popen([*command, "--log-level", "warning"], stderr=subprocess.DEVNULL) as process:
        try:
            until_ready(workers)
            yield process.pid
        finally:
            process.terminate()


def until_ready(workers: int) -> None:
    """Wait until all workers are."""
    for _ in range(600):
        try:
            if f"chartgap_workers_ready {workers}.0".encode() in asked("GET", "/metrics"):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the service did not start")


def asked(method: str, path: str, body: bytes | None = None) -> bytes:
    """One request by itself."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request(method, path, body, JSON)
    try:
        return connection.getresponse().read()
    finally:
        connection.close()


def latency(notes: Sequence[Note], pid: int, *, rounds: int) -> Latency:
    """Side by side, note by note."""
    checker, connection = Checker(), HTTPConnection("127.0.0.1", PORT, timeout=60)
    bodies = [body_of(note) for note in notes]
    turns: list[list[_Turn]] = [[] for _ in notes]
    bare: list[float] = []
    spent = 0.0
    for number in range(rounds + 1):  # the first warms up
        if number == 1:
            spent = -cpu_seconds(pid)
        for index, (note, body) in enumerate(zip(notes, bodies, strict=True)):
            turn = _turn(checker, connection, note, body)
            if number:
                turns[index].append(turn)
    spent += cpu_seconds(pid)
    for _ in range(100):
        begun = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        bare.append(1000 * (time.perf_counter() - begun))
    here = [statistics.median(turn.here for turn in each) for each in turns]
    there = [statistics.median(turn.there for turn in each) for each in turns]
    over = [http - local for http, local in zip(there, here, strict=True)]
    short = [http for http, note in zip(there, notes, strict=True) if len(note.text) < SHORT]
    pairs = [at(values, part) for values in (here, there, over) for part in (0.5, 0.99)]
    own = statistics.mean(turn.cpu for each in turns for turn in each)
    service = 1000 * spent / (len(notes) * rounds)
    return Latency(len(notes), *pairs, at(short, 0.99), statistics.median(bare), own, service)


class _Turn(NamedTuple):
    """Milliseconds of one note: in this process, over HTTP, and of processor in this process."""

    here: float
    there: float
    cpu: float


def _turn(checker: Checker, connection: HTTPConnection, note: Note, body: bytes) -> _Turn:
    begun, mine = time.perf_counter(), time.process_time()
    checker.check(note).model_dump_json().encode()
    between, cpu = time.perf_counter(), time.process_time() - mine
    connection.request("POST", "/v1/check", body, JSON)
    answer = connection.getresponse()
    answer.read()
    ended = time.perf_counter()
    assert answer.status == 200, answer.status
    return _Turn(1000 * (between - begun), 1000 * (ended - between), 1000 * cpu)


def body_of(note: Note) -> bytes:
    """As a client sends it."""
    return json.dumps({"id": note.id, "text": note.text, "codes": list(note.claim.codes)}).encode()


def at(values: Sequence[float], part: float) -> float:
    """A percentile."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


async def load(notes: Sequence[Note], pid: int, *, clients: int, seconds: float) -> Load:
    """All clients at once, each with a connection of its own."""
    bodies = [body_of(note) for note in notes]
    statuses: Counter[str] = Counter()
    took: list[float] = []
    end = time.monotonic() + seconds
    begun = time.monotonic()
    asking = [asyncio.create_task(_client(bodies, number, end, statuses, took)) for number in range(clients)]
    await asyncio.sleep(seconds / 6)
    early = megabytes(pid)
    await asyncio.sleep(max(end - time.monotonic() - 0.5, 0))
    late = megabytes(pid)
    await asyncio.gather(*asking)
    passed = time.monotonic() - begun
    done = statuses["200"]
    return Load(clients, passed, dict(statuses), done / passed, at(took, 0.5), at(took, 0.99), early, late)


async def _client(bodies: list[bytes], number: int, end: float, statuses: Counter[str], took: list[float]) -> None:
    turn = number
    reader = writer = None
    while time.monotonic() < end:
        turn += 1
        body = bodies[turn % len(bodies)]
        begun = time.perf_counter()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            head = f"{_HEAD}Content-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            assert reader is not None
            status = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            status, writer = type(error).__name__, None
        statuses[status] += 1
        if status == "200":
            took.append(1000 * (time.perf_counter() - begun))
        else:
            await asyncio.sleep(1)
    if writer is not None:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    await reader.readexactly(length)
    return head.split()[1]


def megabytes(pid: int) -> float:
    """Resident memory of a process and its children."""
    return sum(map(_kilobytes, family(pid))) / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children so far."""
    stats = (Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in family(pid))
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[str]:
    """A process and its children: a child belongs to the thread that has started it."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [str(pid), *(child for task in tasks for child in task.read_text().split())]


def _kilobytes(pid: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
