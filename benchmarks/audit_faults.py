"""Kill audits with kill -9 at random moments, parent or worker, resume them, and compare with one that nothing stopped.

Real engine, real notes where they are. Each audit is resumed until it is done; then a new one begins, until there
were as many kills as asked for. A row that is lost, doubled or changed in any table is counted.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from chartgap.audit.store import read_manifest, read_table
from chartgap.audit.tables import SCHEMAS
from notes import default_notes, evenly, load_notes

_CLI = "import sys; from chartgap.cli import main; sys.exit(main())"


def command(archive: Path, out: Path) -> list[str]:
    """The audit, begun or resumed."""
    options = ["--code", "M54.12", "--workers", "2", "--notes-per-part", "50", "--resume"]
    return [sys.executable, "-c", _CLI, "audit", str(archive), "--out", str(out), *options]


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Its workers' process ids: children that hold a pipe to it, not the resource tracker."""
    found = []
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def attack(process: subprocess.Popen[bytes], seconds: float, victim: str) -> str | None:
    """After so long kill the parent or a worker; None where the audit was over before."""
    try:
        process.wait(seconds)
        return None
    except subprocess.TimeoutExpired:
        pass
    target = process.pid
    if victim == "worker":
        try:
            target = random.choice(workers_of(process) or [process.pid])
        except OSError:
            return None
    try:
        os.kill(target, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return "parent" if target == process.pid else "worker"


def one_audit(archive: Path, out: Path, kills: Counter[str], most: int, longest: float) -> None:
    """An audit from its beginning to its end, killed now and then on the way."""
    while True:
        process = subprocess.Popen(command(archive, out), stderr=subprocess.DEVNULL)
        while process.poll() is None and kills.total() < most:
            victim = "worker" if kills["worker"] <= kills["parent"] else "parent"
            killed = attack(process, random.uniform(0.1, longest), victim)
            if killed:
                kills[killed] += 1
                print(f"kill {kills.total()}: {killed}", flush=True)
            if killed == "parent":
                break
        if process.wait() in (0, 1):
            return


def rows(out: Path) -> dict[str, Counter[str]]:
    """Every row of every table, and how often it comes."""
    return {name: Counter(map(repr, read_table(out, name).to_pylist())) for name in SCHEMAS}


def main() -> int:
    """Kill, resume, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, nargs="?", default=default_notes())
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--limit", type=int, default=1500)
    parser.add_argument("--longest", type=float, default=9.0, help="seconds until a kill, at most")
    options = parser.parse_args()
    kills: Counter[str] = Counter()
    audits = lost = doubled = 0
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / "notes.jsonl"
        notes = evenly(load_notes(options.notes, codes=()), options.limit)
        archive.write_text("".join(json.dumps({"id": note.id, "text": note.text}) + "\n" for note in notes))
        subprocess.run(command(archive, folder / "unbroken"), check=True)
        wanted = rows(folder / "unbroken")
        while kills.total() < options.kills:
            out = folder / f"audit-{audits}"
            one_audit(archive, out, kills, options.kills, options.longest)
            found = rows(out)
            lost += sum((wanted[table] - found[table]).total() for table in SCHEMAS)
            doubled += sum((found[table] - wanted[table]).total() for table in SCHEMAS)
            audits += 1
            print(f"audit {audits}: {len(read_manifest(out)['runs'])} runs", flush=True)
    total = sum(counter.total() for counter in wanted.values())
    print(
        f"{kills['parent']} kills of the parent, {kills['worker']} of a worker, {audits} audits of {len(notes):,} notes"
    )
    print(f"{total:,} rows an audit; lost {lost}, doubled or changed {doubled}; {time.monotonic() - start:.0f} s")
    return int(bool(lost or doubled))


if __name__ == "__main__":
    sys.exit(main())
