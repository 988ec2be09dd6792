"""What the tests of queries share: everything that is told of a note, with alerts that they add."""

from chartgap.assess.queries import Policy, Told
from chartgap.assess.scene import Chart
from chartgap.knowledge.derived import Deriver
from chartgap.model import Alert, Claim, Note

EVERYTHING = Policy(most=99)


def told(checker, text, codes, *, alerts=()):
    """The chart, and what the checker and the titles of its codes say of it."""
    note = Note(id="n", text=text, claim=Claim(codes=codes))
    report = checker.check(note)
    deriver = Deriver(checker.catalog.icd, checker.catalog.axes)
    derived = {result.code for result in report.codes if any(row.derived for row in result.requirements)}
    titles = {code: deriver.rows(code) for code in derived}
    return Chart(note, report.findings), Told(report.codes, (*report.alerts, *alerts), titles)


def alert(id_, code):
    """One that raises its question whatever the note holds."""
    return Alert(id=id_, severity="warning", code=code, message="m", source="s")
