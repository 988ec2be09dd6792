"""The sheet on which a second reader says whether chartgap was right, and what follows from it.

Lines without an answer count neither way. Notes count by the weight that their stratum gives them, so that the rates
are those of the whole audit. The lines of a note hang together: one note that is misread is many wrong lines. So the
interval is Wilson's for the number of independent answers that would be as sure (L. Kish, Survey Sampling, 1965), by
the variance between notes, and where all answers agree, by the notes themselves.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from chartgap.audit.statistics import Rate, share
from chartgap.errors import ReadError
from chartgap.model import GAPS

COLUMNS = (
    "position", "note_id", "stratum", "weight", "kind", "code", "id", "said", "reason", "evidence",
    "right", "should_be", "remark",
)  # fmt: skip
_YES = frozenset({"yes", "y", "true", "1", "right"})
_NO = frozenset({"no", "n", "false", "0", "wrong"})
_NEEDED = ("note_id", "weight", "kind", "id", "said", "right")
_WIDTH = 44
_FEWEST_NOTES = 5


class Answer(NamedTuple):
    """One line: what was said of which rule, and whether the reader agrees; None where there is no answer."""

    note_id: str
    weight: float
    kind: str
    id: str
    said: str
    right: bool | None
    position: str = ""

    @property
    def note(self) -> str:
        """Which note it is of; an id may come twice."""
        return self.position or self.note_id


class Judged(NamedTuple):
    """How many answers there are, how many agree, and the weighted rate with its interval."""

    answered: int
    right: int
    notes: int
    rate: Rate


def read_answers(path: Path) -> Iterator[Answer | ReadError]:
    """Every line of a sheet; what is wrong in one is an error with its line and column, without what it holds."""
    source = path.as_posix()
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            sign = ";" if ";" in stream.readline() else ","  # as some spreadsheets write it
            stream.seek(0)
            reader = csv.DictReader(stream, strict=True, delimiter=sign)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                yield ReadError(f"not a sheet of answers: no column {', '.join(missing)}", source=source, line=1)
                return
            for row in reader:
                yield _answer(row, source, reader.line_num)
    except OSError as error:
        yield ReadError(error.strerror or type(error).__name__, source=source)
    except (UnicodeDecodeError, csv.Error) as error:
        yield ReadError(f"not a CSV file in UTF-8 ({type(error).__name__})", source=source)


def judged(answers: Iterable[Answer]) -> Judged:
    """The rate at which the reader agrees."""
    given = [answer for answer in answers if answer.right is not None]
    weights = [answer.weight for answer in given]
    total = sum(weights)
    if not total:
        return Judged(0, 0, 0, share(0, 0))
    right = sum(answer.weight for answer in given if answer.right) / total
    notes: dict[str, list[Answer]] = defaultdict(list)
    for answer in given:
        notes[answer.note].append(answer)
    effective = min(_kish(weights), _effective(list(notes.values()), right, total))
    agreed = sum(bool(answer.right) for answer in given)
    return Judged(len(given), agreed, len(notes), share(effective * right, effective))


def _kish(weights: Sequence[float]) -> float:
    return sum(weights) ** 2 / sum(weight * weight for weight in weights)


def _effective(notes: Sequence[Sequence[Answer]], right: float, total: float) -> float:
    """How many independent answers are as sure as these, by how much the notes differ."""
    by_note = _kish([sum(answer.weight for answer in note) for note in notes])
    off = [sum(answer.weight * (bool(answer.right) - right) for answer in note) for note in notes]
    if len(notes) < _FEWEST_NOTES or not any(off) or right in (0.0, 1.0):
        return by_note
    variance = sum(one * one for one in off) / total**2 * len(notes) / (len(notes) - 1)
    return max(right * (1 - right) / variance, 1.0) if variance else by_note


def answers_table(answers: Sequence[Answer]) -> str:
    """How often chartgap was right: of gaps, of what is documented, of alerts, and of each rule that was ever wrong."""
    gaps = [answer for answer in answers if answer.kind == "requirement" and answer.said in GAPS]
    met = [answer for answer in answers if answer.kind == "requirement" and answer.said == "met"]
    alerts = [answer for answer in answers if answer.kind == "alert"]
    silent = sum(answer.right is None for answer in answers)
    lines = [
        _line("gaps that are gaps", gaps),
        _line("documented that is documented", met),
        _line("alerts that hold", alerts),
        f"{silent} of {len(answers)} lines have no answer" if silent else "every line has an answer",
    ]
    by_rule: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_rule[f"{answer.id} {answer.said}" if answer.kind == "requirement" else answer.id].append(answer)
    wrong = [name for name, given in by_rule.items() if any(answer.right is False for answer in given)]
    return "\n".join([*lines, *(_line(name, by_rule[name]) for name in sorted(wrong))])


def _line(name: str, answers: Sequence[Answer]) -> str:
    count = judged(answers)
    if not count.answered:
        return f"{name:<{_WIDTH}} no answer"
    rate, low, high = (float(value or 0) for value in count.rate)
    told = f"{count.right} of {count.answered}, notes: {count.notes}"
    return f"{name:<{_WIDTH}} {rate:.3f}  (95%: {low:.3f} to {high:.3f}; {told})"


def _answer(row: dict[str, str | None], source: str, line: int) -> Answer | ReadError:
    said = {name: (row.get(name) or "").strip() for name in _NEEDED}
    word = said["right"].lower()
    if word and word not in _YES | _NO:
        return ReadError("right: yes, no or nothing is needed", source=source, line=line)
    try:
        weight = float(said["weight"])
    except ValueError:
        weight = -1
    if not 0 < weight < float("inf"):
        return ReadError("weight: a number above 0 is needed", source=source, line=line)
    right = None if not word else word in _YES
    position = (row.get("position") or "").strip()
    return Answer(said["note_id"], weight, said["kind"], said["id"], said["said"], right, position)
