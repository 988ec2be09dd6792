"""What an audit ends with: summary.json, summary.html, and where it is asked for a sample to judge it by."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from chartgap.audit.answers import read_answers
from chartgap.audit.audit import Plan, archive_of, reading_of
from chartgap.audit.compare import compare
from chartgap.audit.files import AuditError, write_whole
from chartgap.audit.sample import Drawn, answer_sheet, draw
from chartgap.audit.statistics import Summary
from chartgap.audit.store import part_files, read_manifest
from chartgap.audit.summary import SUMMARY_VERSION, summarize
from chartgap.audit.summary_page import summary_page
from chartgap.audit.tables import SCHEMAS
from chartgap.audit.units import FileUnit, Together, Unit
from chartgap.audit.worker import Setup, SupportsCheck, report_on
from chartgap.encounter import told_apart
from chartgap.errors import ReadError, one_line
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
    summary["mind"] = list(_reservations(summary))
    for reason in summary["mind"]:
        tell(reason)
    if before is not None and wanted.baseline:
        summary["comparison"] = _compared(summary, before, wanted.baseline)
    elif (out / SUMMARY).exists() and "comparison" in json.loads((out / SUMMARY).read_bytes() or b"{}"):
        tell("the comparison with an earlier audit is no longer on the page: name --baseline again to have it")
    write_whole(out / SUMMARY, json.dumps(summary, indent=2).encode() + b"\n")
    write_whole(out / PAGE, summary_page(summary).encode())
    if wanted.sample and _is_answered(out / SAMPLE / ANSWERS):
        tell(f"{one_line(str(out / SAMPLE))}: holds answers, and stays as it is: move it away for another sample")
    elif wanted.sample:
        drawn = draw(files, wanted.sample, seed=wanted.seed)
        with reading_of(plan, _told_before) as reading:
            units = archive_of(plan, reading).units(plan.limit)
            _write_sample(out / SAMPLE, find_notes(drawn, units, plan.setup.reading), plan.setup)
        tell(f"the sample is in {one_line(str(out / SAMPLE))}")
    return summary


def _compared(summary: Summary, before: Summary, folder: Path) -> Summary:
    try:
        return compare(summary, before)
    except (KeyError, TypeError, AttributeError):  # somebody has changed it
        raise AuditError(
            f"{one_line(str(folder / SUMMARY))}: not whole: it lacks figures that an audit writes"
        ) from None


def find_notes(
    drawn: Iterable[Drawn], archive: Iterable[Unit], reading: Mapping[str, Any]
) -> Iterator[tuple[Drawn, tuple[Note, ...]]]:
    """The drawn notes, read again from the archive, which must be what it was."""
    units = enumerate(archive)
    at: tuple[int, Unit | None] = (-1, None)
    for one in drawn:
        while at[0] < one.position:
            at = next(units, (one.position, None))
        notes = _of_unit(at[1], reading)
        if one.note_id not in {name for note in notes for name in (note.id, note.encounter_id)}:
            raise AuditError("a note of the sample is not where it was: the archive has changed since it was audited")
        yield one, notes


def _of_unit(unit: Unit | None, reading: Mapping[str, Any]) -> tuple[Note, ...]:
    if isinstance(unit, Together):
        return unit.notes
    item = next(iter(read_notes([unit.path], **reading)), None) if isinstance(unit, FileUnit) else unit
    return (item,) if isinstance(item, Note) else ()


def _write_sample(folder: Path, sampled: Iterable[tuple[Drawn, tuple[Note, ...]]], setup: Setup) -> None:
    """The notes with their findings as a page, and the sheet to answer on."""
    checker = setup.make()
    checked = [(one, _checked(tuple(map(setup.given.to, notes)), checker, setup)) for one, notes in sampled]
    folder.mkdir(exist_ok=True)
    write_whole(folder / NOTES, "".join(RENDERERS["html"](item for _, item in checked)).encode())
    sheet = "".join(answer_sheet((one, item.report) for one, item in checked))
    write_whole(folder / ANSWERS, sheet.encode("utf-8-sig"))  # without its mark a spreadsheet garbles the quotes


def _told_before(_: str) -> None:
    """What was told when the archive was first read."""


def _is_answered(path: Path) -> bool:
    """Whether a second reader has written on a sheet; one that cannot be read may hold hours of work too."""
    lines = list(read_answers(path)) if path.exists() else []
    return any(isinstance(line, ReadError) or line.right is not None for line in lines)


def _reservations(summary: Summary) -> Iterator[str]:
    """Why the figures may not be what they seem."""
    repeated = summary["repeated"]
    if repeated["ids"]:
        ids, notes = repeated["ids"], repeated["notes"]
        yield f"{ids:,} {'id comes' if ids == 1 else 'ids come'} more than once, on {notes:,} notes: each was counted"
    if repeated["encounters_apart"]:
        count = repeated["encounters_apart"]
        reason = "their notes stand too far apart in the archive: sort it by encounter"
        yield f"{count:,} encounters were assessed in pieces, because {reason}"
    for place in summary["audit"]["inputs_changed"]:
        yield f"{place}: was changed while it was audited: some notes may be missing, or be those of before"


def _checked(notes: Sequence[Note], checker: SupportsCheck, setup: Setup) -> Checked:
    report = report_on(notes, checker, setup)
    return (
        Checked(report, None, {note.id: note.text for note in told_apart(notes)})
        if setup.encounters
        else Checked(report, notes[0].text)
    )


def _about(manifest: Mapping[str, Any]) -> Summary:
    versions = manifest.get("versions", {})
    return {
        "started": manifest.get("started"),
        "finished": manifest.get("finished"),
        "software_version": versions.get("software"),
        "knowledge_version": versions.get("knowledge"),
        "icd10cm_release": ", ".join(versions.get("icd10cm", [])),
        "by": manifest.get("options", {}).get("by") or "note",
        "options": manifest.get("options", {}),
        "inputs_changed": manifest.get("inputs_changed", []),
    }
