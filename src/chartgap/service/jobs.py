"""What the workers do: a table of jobs, each from the body of a request to the bytes of its answer."""

import hashlib
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from chartgap.assess.queries import Policy
from chartgap.errors import ReadError
from chartgap.model import Note, Report
from chartgap.responses import settled
from chartgap.service.answers import Answer, problem
from chartgap.service.requests import CheckRequest, Refused, note_of, parsed
from chartgap.service.settings import Setup


class Desk:
    """One checker and what goes with it; it answers one request after the other."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.checker = setup.make()
        self._log: tuple[object, Mapping[str, str]] = (None, {})

    def answer(self, job: str, body: bytes, marks: bytes | None) -> Answer:
        """The answer, whatever happens: an error is told by its kind and place, its message could repeat the note."""
        try:
            return JOBS[job](self, body, marks)
        except Refused as refused:
            return refused.answer
        except ReadError as error:
            return problem(500, "log", "The response log cannot be read.", detail=str(error))
        except Exception as error:  # noqa: BLE001  # a bad note never stops the worker
            return problem(500, "internal", "The note could not be checked.", detail=where(error))

    def report(self, request: CheckRequest, note: Note) -> Report:
        """The report that the request asks for."""
        return self.checker.check(note, policy=Policy(request.max_queries, self._settled()), explain=request.explain)

    def _settled(self) -> Mapping[str, str]:
        """The queries not to put again; the log is read when it has changed."""
        path = self.setup.responses
        if path is None:
            return {}
        stamp = _stamp(path)
        if stamp != self._log[0]:
            self._log = (stamp, settled(path))
        return self._log[1]


def check(desk: Desk, body: bytes, marks: bytes | None) -> Answer:
    """One note."""
    request = parsed(CheckRequest, body)
    note = note_of(request, most_characters=desk.setup.most_characters)
    report = desk.report(request, note)
    return Answer(200, report.model_dump_json().encode(), report_id=report_id(note, report))


def report_id(note: Note, report: Report) -> str:
    """The same for the same text, claim and versions: by it a later request says what it has seen."""
    parts = (note.text, *note.previous_text, note.claim.model_dump_json(), str(note.date), report.knowledge_version)
    digest = hashlib.sha256(report.software_version.encode())
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]


def where(error: Exception) -> str:
    """The kind of error and the place in the code."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except FileNotFoundError:
        return "none"
    return found.st_mtime_ns, found.st_size


JOBS: Mapping[str, Callable[[Desk, bytes, bytes | None], Answer]] = {"check": check}
