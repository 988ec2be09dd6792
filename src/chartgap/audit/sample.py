"""A random sample of an audit for a second reader: which notes, and the sheet of answers that `chartgap eval` scores.

Notes are drawn by stratum (the first code of the claim, and whether a gap was found), each stratum in proportion and
with one note at least. A note's weight says how many notes of the audit it stands for.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from chartgap.audit.answers import COLUMNS
from chartgap.audit.summary import Files, connect
from chartgap.model import Report
from chartgap.render.as_csv import harmless
from chartgap.render.words import one_line

_NUMBERED = """
    SELECT position, note_id, stratum, of FROM (
        SELECT *, count(*) OVER (PARTITION BY stratum) AS of,
               row_number() OVER (PARTITION BY stratum ORDER BY chance, position) AS place
        FROM (SELECT position, note_id, md5(concat_ws('-', $seed, position)) AS chance,
                     concat(codes[1], CASE WHEN has_gaps THEN ', gaps' ELSE ', no gap' END) AS stratum
              FROM notes WHERE len(codes) > 0))
    WHERE place <= $most ORDER BY stratum, place
"""


class Drawn(NamedTuple):
    """A note of the sample: where it is in the audit, and for how many notes it stands."""

    position: int
    note_id: str
    stratum: str
    weight: float


def draw(files: Files, number: int, *, seed: int) -> list[Drawn]:
    """So many notes with a claim, in the order of the archive; the same seed draws the same notes."""
    with connect(files) as tables:
        rows = tables.execute(_NUMBERED, {"seed": seed, "most": number}).fetchall()
    sizes = {stratum: of for *_, stratum, of in rows}
    shares = allocate(sizes, number)
    drawn: list[Drawn] = []
    taken = dict.fromkeys(sizes, 0)
    for position, note_id, stratum, of in rows:
        if taken[stratum] < shares[stratum]:
            taken[stratum] += 1
            drawn.append(Drawn(position, note_id, stratum, of / shares[stratum]))
    return sorted(drawn)


def allocate(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    """How many of each stratum: one of each, the largest first, the rest in proportion by largest remainders."""
    largest = sorted(sizes, key=lambda stratum: (-sizes[stratum], stratum))
    shares = {stratum: int(place < number) for place, stratum in enumerate(largest)}
    rest = min(number, sum(sizes.values())) - sum(shares.values())
    while rest:
        total = sum(sizes[stratum] for stratum in largest if shares[stratum] < sizes[stratum])
        exact = {stratum: rest * sizes[stratum] / total for stratum in largest if shares[stratum] < sizes[stratum]}
        whole = {stratum: min(int(part), sizes[stratum] - shares[stratum]) for stratum, part in exact.items()}
        if not any(whole.values()):
            by_remainder = sorted(exact, key=lambda stratum: (-exact[stratum], stratum))
            whole = dict.fromkeys(by_remainder[:rest], 1)
        for stratum, more in whole.items():
            shares[stratum] += more
        rest = min(number, sum(sizes.values())) - sum(shares.values())
    return shares


def answer_sheet(sampled: Iterable[tuple[Drawn, Report]]) -> Iterator[str]:
    """The sheet as CSV: a line for each row that counts and each alert, to be filled in under `right`."""
    yield _written([COLUMNS])
    for drawn, report in sampled:
        yield _written([_cells(drawn, line) for line in _lines(report)])


class _Line(NamedTuple):
    kind: str
    code: str
    id: str
    said: str
    reason: str
    evidence: str


def _lines(report: Report) -> Iterator[_Line]:
    for result in report.codes:
        for row in result.requirements:
            if row.level != "recommended" and row.status != "not_applicable":
                yield _Line("requirement", result.code, row.id, row.status, row.reason, _quotes(report, row.evidence))
    for alert in report.alerts:
        yield _Line("alert", alert.code, alert.id, alert.severity, alert.message, _quotes(report, alert.evidence))


def _quotes(report: Report, evidence: Sequence[int]) -> str:
    return "; ".join(f'"{one_line(report.findings[index].text)}"' for index in evidence)


def _cells(drawn: Drawn, line: _Line) -> tuple[str, ...]:
    return (str(drawn.position), drawn.note_id, drawn.stratum, f"{drawn.weight:.6g}", *line, "", "", "")


def _written(rows: Iterable[Sequence[str]]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return stream.getvalue()
