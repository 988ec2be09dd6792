"""What an audit ends with: summary.json, summary.html, and where it is asked for a sample to judge it by."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from chartgap.audit.audit import Plan
from chartgap.audit.compare import compare
from chartgap.audit.files import AuditError, write_whole
from chartgap.audit.inputs import units_of
from chartgap.audit.sample import Drawn, answer_sheet, draw
from chartgap.audit.statistics import Summary
from chartgap.audit.store import part_files, read_manifest
from chartgap.audit.summary import SUMMARY_VERSION, summarize
from chartgap.audit.summary_page import summary_page
from chartgap.audit.tables import SCHEMAS
from chartgap.audit.units import FileUnit, Unit
from chartgap.audit.worker import Setup
from chartgap.errors import one_line
from chartgap.model import Note
from chartgap.readers import read_notes
from chartgap.render import RENDERERS, Checked

SUMMARY = "summary.json"
PAGE = "summary.html"
SAMPLE = "sample"
ANSWERS = "answers.csv"
NOTES = "notes.html"


class Wanted(NamedTuple):
    """What is to be made besides the summary."""

    baseline: Path | None = None  # the folder of an earlier audit
    sample: int = 0
    seed: int = 0


def earlier(folder: Path) -> Summary:
    """The summary of an earlier audit."""
    path = folder / SUMMARY
    try:
        summary = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise AuditError(f"{one_line(str(folder))}: no {SUMMARY}: not the folder of a finished audit") from None
    except ValueError:
        summary = None
    if not isinstance(summary, dict) or summary.get("summary_version") != SUMMARY_VERSION:
        raise AuditError(f"{one_line(str(path))}: not the summary of an audit by this version")
    return summary


def conclude(plan: Plan, wanted: Wanted, tell: Callable[[str], None]) -> Summary:
    """Write what the tables of a finished audit say; they are only read."""
    out = plan.out
    before = earlier(wanted.baseline) if wanted.baseline else None
    files = {name: part_files(out, name) for name in SCHEMAS}
    summary = summarize(files) | {"audit": _about(read_manifest(out) or {})}
    if before is not None:
        summary["comparison"] = compare(summary, before)
    write_whole(out / SUMMARY, json.dumps(summary, indent=2).encode() + b"\n")
    write_whole(out / PAGE, summary_page(summary).encode())
    if wanted.sample:
        drawn = draw(files, wanted.sample, seed=wanted.seed)
        units = units_of(plan.places, plan.setup.reading, limit=plan.limit, tell=tell)
        _write_sample(out / SAMPLE, find_notes(drawn, units, plan.setup.reading), plan.setup)
    return summary


def find_notes(
    drawn: Iterable[Drawn], archive: Iterable[Unit], reading: Mapping[str, Any]
) -> Iterator[tuple[Drawn, Note]]:
    """The drawn notes, read again from the archive, which must be what it was."""
    units = enumerate(archive)
    at: tuple[int, Unit | None] = (-1, None)
    for one in drawn:
        while at[0] < one.position:
            at = next(units, (one.position, None))
        note = _of_unit(at[1], reading)
        if not isinstance(note, Note) or note.id != one.note_id:
            raise AuditError("a note of the sample is not where it was: the archive has changed since it was audited")
        yield one, note


def _of_unit(unit: Unit | None, reading: Mapping[str, Any]) -> Unit | None:
    return next(iter(read_notes([unit.name], **reading)), None) if isinstance(unit, FileUnit) else unit


def _write_sample(folder: Path, notes: Iterable[tuple[Drawn, Note]], setup: Setup) -> None:
    """The notes with their findings as a page, and the sheet to answer on."""
    checker = setup.make()
    read = [(one, setup.given.to(note)) for one, note in notes]
    checked = [(one, Checked(checker.check(note), note.text)) for one, note in read]
    folder.mkdir(exist_ok=True)
    write_whole(folder / NOTES, "".join(RENDERERS["html"](item for _, item in checked)).encode())
    write_whole(folder / ANSWERS, "".join(answer_sheet((one, item.report) for one, item in checked)).encode())


def _about(manifest: Mapping[str, Any]) -> Summary:
    versions = manifest.get("versions", {})
    return {
        "started": manifest.get("started"),
        "finished": manifest.get("finished"),
        "software_version": versions.get("software"),
        "knowledge_version": versions.get("knowledge"),
        "icd10cm_release": ", ".join(versions.get("icd10cm", [])),
    }
