"""A worker's desk: the checker with what goes with it, and what several jobs do alike."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from chartgap.assess.drafts import drafted
from chartgap.assess.queries import MAX_QUERIES, Policy
from chartgap.knowledge.derived import DerivedRow, Deriver
from chartgap.knowledge.title_search import TitleSearch
from chartgap.model import Draft, Note, Report
from chartgap.responses import settled
from chartgap.service.requests import CheckRequest
from chartgap.service.settings import Setup


class Desk:
    """One checker and what goes with it; it serves one request after the other."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.checker = setup.make()
        self._log: tuple[object, Mapping[str, str]] = (None, {})

    def report(self, request: CheckRequest, note: Note) -> Report:
        """The report that the request asks for."""
        return self.checker.check(note, policy=self.policy(request.max_queries), explain=request.explain)

    def policy(self, most: int = MAX_QUERIES) -> Policy:
        """How many queries, and which not to put again."""
        return Policy(most, self._settled())

    def together(self, notes: Sequence[Note]) -> Report:
        """The report on one note, or on several of one encounter."""
        if len(notes) == 1:
            return self.checker.check(notes[0], policy=self.policy())
        return self.checker.check_encounter(notes, policy=self.policy())

    def draft(self, report: Report) -> Draft:
        """What can still be added."""
        return drafted(report, self.checker.catalog.drafts, self.checker.catalog.query_rules)

    @cached_property
    def titles(self) -> TitleSearch:
        """The search, made when it is first asked for."""
        catalog = self.checker.catalog
        return TitleSearch(catalog.icd, first=catalog.codes.keys(), names=catalog.search_names.of_codes())

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


def report_id(desk: Desk, note: Note, report: Report) -> str:
    """The same for the same text, claim and versions of one service: a later request says by it what it has seen.

    It is keyed, so that whoever sees an id cannot try which note it belongs to.
    """
    parts = (note.text, *note.previous_text, note.claim.model_dump_json(), str(note.date), report.knowledge_version)
    digest = hashlib.blake2b(report.software_version.encode(), key=desk.setup.secret, digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except FileNotFoundError:
        return "none"
    return found.st_mtime_ns, found.st_size
