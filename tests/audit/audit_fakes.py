"""An engine that is quick and does what a note tells it; and `python audit_fakes.py OUT INPUT…`, an audit with it."""

import ctypes
import os
import re
import signal
import sys
import time
from pathlib import Path

from chartgap.audit.audit import Plan
from chartgap.audit.worker import Setup
from chartgap.commands.audit import conduct
from chartgap.encounter import Encounter
from chartgap.model import CodeResult, Finding, Indicator, Note, Query, Report, RequirementResult
from chartgap.readers.fields import NoteFields


class FakeChecker:
    """Finds every "pain"; a word in capitals makes it fail, hang, die, or wait."""

    knowledge_version = "fake"

    def check(self, note: Note) -> Report:
        for word, do in DOES.items():
            if word in note.text and f"READ-{word}" not in note.text:
                do(note)
        found = [
            Finding(
                element="pain",
                start=at.start(),
                end=at.end(),
                text=at[0],
                rule_id="pain",
                attributes={"b": "1", "a": "2"},
            )
            for at in re.finditer("pain", note.text)
        ]
        row = RequirementResult(
            id="M54.2.pain", element="pain", level="required", basis="support", status="met" if found else "missing",
            evidence=tuple(range(len(found))), reason="Not documented.", source="a guide", verified=False,
        )  # fmt: skip
        codes = tuple(
            CodeResult(code=code, description=code, billable=True, verdict="supported", requirements=(row,))
            for code in note.claim.codes
        )
        query = Query(
            id="q", code="M54.2", requirement_ids=("M54.2.pain",), title="Pain", question="Which?", options=("a", "b"),
            indicators=(Indicator(quote=note.text[:5], start=0, end=5),),
        )  # fmt: skip
        return Report(
            note_id=note.id, software_version="0", knowledge_version="fake", findings=tuple(found), codes=codes,
            queries=() if found else (query,), notices=("a notice",),
        )  # fmt: skip

    def check_encounter(self, notes):
        """All notes as one, as the engine does; places are those of the joined text."""
        encounter = Encounter(notes)
        return self.check(encounter.joined).model_copy(update={"note_ids": tuple(note.id for note in notes)})


def _fail(note):
    raise ValueError(f"cannot cope with {note.text}")


def _break(note):
    raise RuntimeError(f"cannot cope with {note.text}")


def _die_once(note):
    """The note holds the name of a file that is there when it has died before."""
    mark = Path(note.text.split("ONCE ")[1].split()[0])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


DOES = {
    "FAIL": _fail,
    "BREAK": _break,
    "HANG": lambda _: time.sleep(1000),
    "EXIT": lambda _: os._exit(7),
    "SEGV": lambda _: ctypes.string_at(0),
    "KILL": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "ONCE": _die_once,
    "WAIT": lambda _: time.sleep(0.004),
    "UNPACKABLE": lambda note: object.__setattr__(note, "id", "\ud800"),
}


class Foreign:
    """Options of reading; where they arrive, reading a note of JSON or a table does what the note tells it."""

    def __reduce__(self):
        return _foreign, ()


def _foreign():
    def note(fields, plain=NoteFields.note):
        for word, do in DOES.items():
            if f"READ-{word}" in fields.text:
                do(fields)
        return plain(fields)

    if "foreign" not in NoteFields.note.__qualname__:
        NoteFields.note = note
    return {}


class Broken:
    """An engine that cannot be made."""

    def __init__(self):
        raise ValueError("patient Quackenbush")


def plan(out, *places, make=FakeChecker, reading=None, encounters=False, **options):
    settings = {"workers": 2, "notes_a_part": 25, "seconds_a_note": 2.0} | options
    setup = Setup(make, reading=reading or {}, encounters=encounters)
    return Plan(places=[str(place) for place in places], out=Path(out), setup=setup, **settings)


if __name__ == "__main__":
    resume, foreign = "--resume" in sys.argv, "--foreign" in sys.argv
    out, *places = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    reading = {"columns": Foreign()} if foreign else None
    sys.exit(conduct(plan(out, *places, reading=reading), resume=resume))
