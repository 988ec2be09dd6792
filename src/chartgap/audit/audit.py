"""One audit: inputs to parts, from where an earlier run of it stopped."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from chartgap.audit.child import nothing
from chartgap.audit.files import AuditError, locked, write_whole
from chartgap.audit.inputs import Archive, fingerprint, refuse
from chartgap.audit.losses import Losses
from chartgap.audit.pool import Pool
from chartgap.audit.reading import Reading
from chartgap.audit.store import Store, is_empty, read_manifest, write_manifest
from chartgap.audit.tables import SCHEMAS
from chartgap.audit.units import MOST_UNITS, Batch, Range
from chartgap.audit.worker import Result, Setup, unpack
from chartgap.errors import one_line
from chartgap.processes import terminated_as_interrupted

_MOST_BYTES = 32 * 2**20
"""Of results held before a part is written, however few notes they are of."""


@dataclass(frozen=True)
class Plan:
    """What is audited, and how: `options` are told in the manifest and must be the same when it is resumed."""

    places: Sequence[str]
    out: Path
    setup: Setup
    options: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None
    workers: int = 1
    seconds_a_note: float = 60.0
    notes_a_part: int = 1000
    beside: Mapping[str, bytes] = field(default_factory=dict)  # files that are written when it begins


class Watcher(Protocol):
    """Who is told how it goes."""

    def tell(self, message: str) -> None:
        """What the user should know."""

    def done(self, counts: Mapping[str, int], share: float | None) -> None:
        """How many rows there now are in each table, counted also before they are written; how much of all is done."""

    def idle(self) -> None:
        """Time has passed."""


def audit(plan: Plan, watcher: Watcher, *, resume: bool = False) -> Counter[str]:
    """Audit what is not done yet; the number of rows in each table. Interrupted or killed, it can be resumed."""
    places = list(plan.places)
    refuse(places, plan.out)
    _refuse_foreign(plan.out)
    with locked(plan.out), terminated_as_interrupted():
        before = _before(plan.out, resume=resume, tell=watcher.tell)
        with Pool(plan.setup, workers=plan.workers, limit=plan.seconds_a_note) as pool:
            about = _about(plan, pool.hello())
            if before is not None:
                _refuse_other(before, about)
            manifest = before or {**about, "started": _now(), "finished": None, "runs": [], "counts": {}}
            write_manifest(plan.out, manifest)  # before anything else: what has none is no audit
            for name, data in plan.beside.items() if not manifest["runs"] else ():
                write_whole(plan.out / name, data)
            store = Store(plan.out)
            todo = _resumed(store, manifest, watcher.tell)
            manifest["runs"].append({"started": _now(), "workers": plan.workers, "todo": _told(todo)})
            manifest["finished"] = None
            write_manifest(plan.out, manifest)
            _work(plan, pool, store, todo, watcher)
        manifest["inputs_changed"] = _changed(about["inputs"], plan.places)
        manifest["finished"] = _now()
        manifest["counts"] = _counts(store)
        write_manifest(plan.out, manifest)
    return store.counts


def _before(out: Path, *, resume: bool, tell: Callable[[str], None]) -> dict[str, Any] | None:
    """The manifest of the audit to resume; None where one begins."""
    manifest = read_manifest(out)
    if manifest is not None and not resume:
        raise AuditError(f"{one_line(str(out))}: holds an audit: go on with --resume, or write elsewhere")
    if manifest is None and resume:
        tell(f"{one_line(str(out))}: nothing to resume: beginning")
    return manifest


def _refuse_foreign(out: Path) -> None:
    """A folder with something else in it; before the lock, which would leave a file there."""
    if out.exists() and read_manifest(out) is None and not is_empty(out):
        raise AuditError(f"{one_line(str(out))}: is not empty, and holds no audit: write elsewhere")


def _about(plan: Plan, versions: Mapping[str, Any]) -> dict[str, Any]:
    """What must not change between the runs of an audit."""
    inputs = [fingerprint(place) for place in plan.places]
    options = {**plan.options, "limit": plan.limit}
    return {"versions": dict(versions), "options": options, "inputs": inputs}


def _refuse_other(before: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """Rows of two rule sets, claims or archives must not come together in one audit."""
    for part in ("versions", "options"):
        old, new = before.get(part, {}), about[part]
        changed = [f"{key} was {old.get(key)!r}, is {new.get(key)!r}" for key in new if old.get(key) != new.get(key)]
        if changed:
            what = "another version" if part == "versions" else "other options"
            raise AuditError(f"cannot resume: the audit was begun with {what}: {'; '.join(changed)}")
    if before.get("inputs") == about["inputs"]:
        return
    old, new = ([item["place"] for item in one.get("inputs", [])] for one in (before, about))
    if old != new:
        raise AuditError(f"cannot resume: the audit was begun with other inputs: {', '.join(old)}")
    pairs = zip(before["inputs"], about["inputs"], strict=True)
    places = [now["place"] for then, now in pairs if then != now]
    reason = "the names, sizes or times of its files are not what they were"
    raise AuditError(f"cannot resume: the inputs have changed: {', '.join(places)}: {reason}")


def _resumed(store: Store, before: Mapping[str, Any], tell: Callable[[str], None]) -> list[Range]:
    todo, damaged = store.open()
    for part in damaged:
        tell(f"part {part.part} is damaged (its checksum is wrong): its {part.end - part.first} inputs are done again")
    if not before.get("finished"):
        return todo
    rows = Counter(store.counts)
    for part in damaged:
        rows.update({name: file.rows for name, file in part.tables.items()})
    if before["counts"] == {name: rows[name] for name in SCHEMAS}:  # nothing can be behind the last part
        return todo[:-1]
    tell("lines of its journal were lost: what they stood for is done again")
    return todo


def _work(plan: Plan, pool: Pool, store: Store, todo: list[Range], watcher: Watcher) -> None:
    writer = _Writer(store, plan.notes_a_part)
    watcher.done(writer.counts, None)
    with reading_of(plan, watcher.tell, watcher.idle) as reading:
        archive = archive_of(plan, reading)
        coming = archive.batches(todo, limit=plan.limit, most=min(MOST_UNITS, plan.notes_a_part))
        for batch, results in pool.map(coming, idle=watcher.idle):
            writer.add(batch, results)
            watcher.done(writer.counts, batch.share)
        writer.flush()


def reading_of(plan: Plan, tell: Callable[[str], None], idle: Callable[[], None] = nothing) -> Reading:
    """The way in which the plan's inputs are read."""
    losses = Losses(plan.out)
    return Reading(plan.setup.reading, limit=plan.seconds_a_note, losses=losses, tell=tell, idle=idle)


def archive_of(plan: Plan, reading: Reading) -> Archive:
    """The plan's inputs."""
    return Archive(plan.places, reading, plan.setup.reading, encounters=plan.setup.encounters)


def _changed(before: Sequence[Mapping[str, Any]], places: Sequence[str]) -> list[str]:
    """The inputs that are not what they were when the audit began."""
    return [then["place"] for then, place in zip(before, places, strict=True) if then != fingerprint(place)]


class _Writer:
    """Gathers results, which come in order, until they are a part."""

    def __init__(self, store: Store, notes_a_part: int) -> None:
        self._store, self._most = store, notes_a_part
        self._range = Range(0)
        self._first = self._end = self._bytes = 0
        self._held: list[Result] = []
        self.counts = Counter(store.counts)

    def add(self, batch: Batch, results: Sequence[Result]) -> None:
        """Take the results of a batch."""
        if self._held and batch.range != self._range:
            self.flush()
        if not self._held:
            self._range, self._first = batch.range, batch.first
        self._held += results
        self._end = batch.end
        for result in results:
            self._bytes += sum(map(len, result.tables.values()))
            self.counts.update(result.rows)
        full = self._end - self._first >= self._most or self._bytes >= _MOST_BYTES
        if full and self._range.part is None:  # a part that is done again is one again
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if not self._held:
            return
        tables = {name: pa.concat_tables(unpack(one.tables[name]) for one in self._held) for name in SCHEMAS}
        self._store.commit(self._range._replace(first=self._first), self._end, tables)
        self._held, self._bytes = [], 0


def _counts(store: Store) -> dict[str, int]:
    return {name: store.counts[name] for name in SCHEMAS}


def _told(todo: Sequence[Range]) -> list[dict[str, Any]]:
    return [{"first": one.first, "end": one.end, "part": one.part} for one in todo]


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
