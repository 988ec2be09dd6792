"""What the workers do: a table of jobs, each from the body of a request to the bytes of its answer."""

import hashlib
import json
import traceback
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel

from chartgap.assess.drafts import drafted
from chartgap.assess.queries import Policy
from chartgap.errors import ReadError, UnknownCodeError
from chartgap.knowledge.codes import Requirement
from chartgap.knowledge.derived import DerivedRow, Deriver
from chartgap.knowledge.icd10cm import normalize
from chartgap.knowledge.title_search import TitleSearch
from chartgap.model import Note, Report
from chartgap.responses import settled
from chartgap.service.answers import Answer, problem
from chartgap.service.changes import Marks, changes, marks_from, marks_of
from chartgap.service.requests import BatchRequest, CheckRequest, Refused, note_of, parsed
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

    @cached_property
    def titles(self) -> TitleSearch:
        """The search, made when it is first asked for."""
        catalog = self.checker.catalog
        return TitleSearch(catalog.icd, first=catalog.codes.keys())

    def derived(self, code: str, billable: bool) -> tuple[DerivedRow, ...]:
        """The rows that the title of a code without a file asks."""
        catalog = self.checker.catalog
        return Deriver(catalog.icd, catalog.axes).rows(code) if billable else ()

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
    """One note: its report, or a draft of it; with `since`, what is different from an earlier report."""
    request = parsed(CheckRequest, body)
    if request.earlier_id and marks is None:
        return Answer(asks=request.earlier_id)
    note = note_of(request, most_characters=desk.setup.most_characters)
    report = desk.report(request, note)
    now = marks_of(report)
    said: BaseModel = report
    if request.draft:
        said = drafted(report, desk.checker.catalog.drafts, desk.checker.catalog.query_rules)
    if request.since is not None:
        before = marks_from(marks) if marks is not None else _marks_of_text(desk, request, note)
        told = changes(before, now, since=request.earlier_id)
        said = told.model_copy(update={"draft" if request.draft else "report": said})
    return Answer(200, said.model_dump_json().encode(), report_id=report_id(note, report), marks=now.to_bytes())


def _marks_of_text(desk: Desk, request: CheckRequest, note: Note) -> Marks:
    """Those of the earlier text, with the claim of now."""
    text = request.since or ""
    if len(text) > desk.setup.most_characters:
        most = f"at most {desk.setup.most_characters} characters"
        raise Refused(problem(413, "too-long", "The earlier note is too long.", detail=most))
    return marks_of(desk.report(request, note.model_copy(update={"text": text})))


def split(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """The notes of a batch, each as a request of its own."""
    notes = parsed(BatchRequest, body).notes
    if len(notes) > desk.setup.most_notes:
        most = f"at most {desk.setup.most_notes} notes"
        raise Refused(problem(413, "too-many", "There are too many notes in the batch.", detail=most))
    return Answer(parts=tuple(json.dumps(note).encode() for note in notes))


def find_codes(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """Codes of the tabular by words of their titles."""
    wanted = json.loads(body)
    found = desk.titles.find(wanted["q"], most=wanted["limit"])
    own = desk.checker.catalog.codes
    rows = [{"code": row.code, "title": row.title, "own_requirements": row.code in own} for row in found]
    return Answer(200, json.dumps({"codes": rows}).encode())


def show_code(desk: Desk, body: bytes, _: bytes | None) -> Answer:
    """What one code needs."""
    catalog = desk.checker.catalog
    try:
        code = normalize(json.loads(body)["code"])
        title, billable = catalog.icd.title(code), catalog.icd.billable(code)
    except UnknownCodeError as error:
        nearest = f"nearest: {', '.join(error.nearest)}" if error.nearest else ""
        raise Refused(problem(404, "unknown-code", "There is no such code.", detail=nearest)) from None
    own = catalog.codes.get(code)
    rows = [_row(row) for row in own.requirements] if own else [_derived(row) for row in desk.derived(code, billable)]
    said = {"code": code, "title": title, "billable": billable, "release": catalog.icd.release, "requirements": rows}
    return Answer(200, json.dumps(said).encode())


_ROW_KEYS = {"id", "element", "level", "basis", "needs", "not_enough", "why", "source", "verified"}


def _row(row: Requirement) -> dict[str, object]:
    told = row.model_dump(
        include={"id", "element", "level", "basis", "needs", "not_enough", "why", "source", "verified"}
    )
    return {**told, "only_when": row.when.says if row.when else None, "derived": False}


def _derived(row: DerivedRow) -> dict[str, object]:
    told = {"id": row.id, "element": row.axis, "level": row.level, "basis": row.basis, "needs": row.needs}
    more = {"not_enough": None, "why": "The official title says it.", "source": row.source, "verified": True}
    return {**told, **more, "only_when": None, "derived": True}


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


JOBS: Mapping[str, Callable[[Desk, bytes, bytes | None], Answer]] = {
    "check": check,
    "split": split,
    "find codes": find_codes,
    "show code": show_code,
}
