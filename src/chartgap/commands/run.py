"""One `chartgap check`: notes in, reports out as they come, and what the exit code has to know of them."""

# ruff: noqa: PLC0415

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chartgap.claims import Given
from chartgap.commands.console import Exit, complain
from chartgap.commands.output import Ending
from chartgap.errors import ReadError, internal, one_line
from chartgap.model import Note, Report
from chartgap.processes import uncollected

if TYPE_CHECKING:
    from chartgap.assess.queries import Policy
    from chartgap.checker import Checker
    from chartgap.readers.columns import Columns
    from chartgap.render import Checked

_MOST_IDS = 5
_LONGEST_ID = 80


class Engine(NamedTuple):
    """What a checker is made of; it is made when the first note has been read."""

    patterns: Path | None = None
    releases: tuple[Path, ...] = ()
    policy: "Policy | None" = None
    explain: bool = False

    def checker(self) -> "Checker":
        """The checker."""
        with uncollected(settled=True):
            from chartgap.assess.queries import DEFAULT_POLICY
            from chartgap.checker import Checker

            policy = self.policy or DEFAULT_POLICY
            return Checker(patterns=self.patterns, releases=self.releases, policy=policy, explain=self.explain)


class Wanted(NamedTuple):
    """What is read together, which columns of tables hold what, and whether the report carries the text."""

    encounters: bool = False
    columns: "Columns | None" = None
    with_text: bool = False


NOTES_ALONE = Wanted()


class Run:
    """The claim of the command line goes to every note."""

    def __init__(self, given: Given, *, engine: Engine, wanted: Wanted = NOTES_ALONE) -> None:
        self._given, self._engine, self._wanted = given, engine, wanted
        self._ids: set[str] = set()
        self._repeated: dict[str, None] = {}
        self._gaps = self._failed = False
        self._unassessed: list[str] = []
        self.done = 0
        self.interrupted = False

    @property
    def ending(self) -> Ending:
        """Whether the reports are all that could be made, and any could."""
        if not self.done:
            return Ending.NOTHING
        return Ending.PARTIAL if self.interrupted else Ending.WHOLE

    def reports(self, places: list[str]) -> Iterator["Checked"]:
        """A report on every note that can be read; the others are named on stderr. Ctrl-C ends it between reports."""
        try:
            for checked in self._checked(places):
                self._count(checked.report)
                with _until_written():
                    yield checked
        except KeyboardInterrupt:
            self.interrupted = True

    def conclude(self, *, exit_zero: bool) -> Exit:
        """Tell what the reports do not say, and give the exit code."""
        if self._repeated:
            complain(f"notes with the same id: {_named(self._repeated, 'ids more')}")
        if self._unassessed:
            count = f"{len(self._unassessed)} of {_counted(self.done)}"
            complain(
                f"nothing assessed in {count} ({_named(self._unassessed, 'more')}): no claimed code has requirements"
            )
        if self.interrupted:
            complain(f"stopped after {_counted(self.done)}")
            return Exit.INTERRUPTED
        if self._failed:
            return Exit.PROBLEM
        if exit_zero:
            return Exit.NOTHING_MISSING
        if self._unassessed and len(self._unassessed) == self.done:
            return Exit.PROBLEM  # codes were claimed, and of none could anything be said
        return Exit.GAPS if self._gaps else Exit.NOTHING_MISSING

    def _checked(self, places: list[str]) -> Iterator["Checked"]:
        from chartgap.checker import has_gaps, is_assessed
        from chartgap.encounter import told_apart
        from chartgap.render import Checked

        checker: Checker | None = None
        for notes in self._grouped(places):
            checker = checker or self._engine.checker()
            try:
                report = checker.check_encounter(notes) if self._wanted.encounters else checker.check(notes[0])
            except Exception as error:  # noqa: BLE001  # a bad note never stops the others
                self._fail(f"{_shown_id(notes[0].id)}: {internal(error)}")
                continue
            if any(note.claim.codes for note in notes) and not is_assessed(report) and not has_gaps(report):
                self._unassessed.append(report.note_id)
            texts = {note.id: note.text for note in told_apart(notes)}
            if self._wanted.with_text:
                report = report.model_copy(update={"texts": texts})
            yield Checked(report, None, texts) if self._wanted.encounters else Checked(report, notes[0].text)

    def _grouped(self, places: list[str]) -> Iterable[tuple[Note, ...]]:
        """Each note as it is read, or all notes of an encounter together: then everything is read first."""
        from chartgap.encounter import by_encounter

        notes = self._readable(places)
        return by_encounter(notes) if self._wanted.encounters else ((note,) for note in notes)

    def _readable(self, places: list[str]) -> Iterator[Note]:
        from chartgap.readers import read_notes

        for item in read_notes(places, tell=complain, columns=self._wanted.columns):
            if isinstance(item, ReadError):
                self._fail(str(item))
            else:
                yield self._given.to(item)

    def _count(self, report: Report) -> None:
        from chartgap.checker import has_gaps

        self.done += 1
        for note_id in report.note_ids or (report.note_id,):
            if note_id in self._ids:
                self._repeated[note_id] = None
            self._ids.add(note_id)
        self._gaps = self._gaps or has_gaps(report)

    def _fail(self, message: str) -> None:
        self._failed = True
        complain(message)


@contextmanager
def _until_written() -> Iterator[None]:
    """Ctrl-C waits until the report at hand is written: half a report is no JSON."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield  # SIGINT is ignored (as under nohup), or none of our business
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt


def _counted(notes: int) -> str:
    return f"{notes} note{'' if notes == 1 else 's'}"


def _named(ids: Iterable[str], more: str) -> str:
    """The first few ids, and how many more there are."""
    ids = list(ids)
    named = ", ".join(map(_shown_id, ids[:_MOST_IDS]))
    return f"{named} and {len(ids) - _MOST_IDS} {more}" if len(ids) > _MOST_IDS else named


def _shown_id(id_: str) -> str:
    return one_line(id_) if len(id_) <= _LONGEST_ID else f"(an id of {len(id_)} characters)"
