"""The notes of one encounter as one: joined to be assessed together, and places in the report given back to each."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, count

from chartgap.errors import one_line
from chartgap.knowledge.icd10cm import joined_codes
from chartgap.model import Alert, Claim, CodeResult, Finding, Indicator, Note, Query, Report, RequirementResult

_BETWEEN = "\n.\n"
"""Ends a sentence whatever stands before and after it."""
_NOT_THE_PROVIDERS = "diagnosis_of_another_author"


class Encounter:
    """Notes in the order given, each with an id of its own; the claim is theirs together."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self._given = Counter(note.id for note in notes)
        self.notes = tuple(told_apart(notes))
        lengths = (len(note.text) + len(_BETWEEN) for note in self.notes)
        self._starts = tuple(accumulate(lengths, initial=0))[:-1]

    @property
    def notices(self) -> Iterator[str]:
        """Which ids were given to several notes, and that each but the first has another here."""
        for id_, times in self._given.items():
            if times > 1:
                shown = one_line(id_)
                yield f"{times} notes of the encounter have the id {shown}: here all but the first have a number"

    @property
    def joined(self) -> Note:
        """All notes as one, named after the encounter."""
        first = self.notes[0]
        id_ = first.encounter_id or first.id
        text = _BETWEEN.join(note.text for note in self.notes)
        previous = tuple(text for note in self.notes for text in note.previous_text)
        return Note(
            id=id_,
            text=text,
            encounter_id=first.encounter_id,
            date=first.date,
            previous_text=previous,
            claim=_together(self.notes),
        )

    def place(self, findings: Iterable[Sequence[Finding]]) -> tuple[Finding, ...]:
        """The findings of each note, in the order of the notes, with offsets into the joined text.

        What an author other than the provider diagnoses is kept from the assessment: it is no diagnosis of the claim.
        """
        placed = []
        for note, start, found in zip(self.notes, self._starts, findings, strict=True):
            for finding in found:
                moved = {"start": finding.start + start, "end": finding.end + start}
                hidden = {} if note.provider or finding.element != "diagnosis" else {"element": _NOT_THE_PROVIDERS}
                placed.append(finding.model_copy(update=moved | hidden))
        return tuple(placed)

    def give_back(self, report: Report) -> Report:
        """The report on the joined note, with every place as the note and the offset in it."""
        changes = {
            "note_ids": tuple(note.id for note in self.notes),
            "findings": tuple(map(self._finding, report.findings)),
            "codes": tuple(map(self._code, report.codes)),
            "alerts": tuple(map(self._alert, report.alerts)),
            "queries": tuple(map(self._query, report.queries)),
        }
        return report.model_copy(update=changes)

    def _whose(self, offset: int) -> tuple[str, int]:
        number = bisect_right(self._starts, offset) - 1
        return self.notes[number].id, self._starts[number]

    def _finding(self, finding: Finding) -> Finding:
        note_id, start = self._whose(finding.start)
        back = {"start": finding.start - start, "end": finding.end - start, "note_id": note_id}
        if finding.element == _NOT_THE_PROVIDERS:
            back["element"] = "diagnosis"
        return finding.model_copy(update=back)

    def _code(self, result: CodeResult) -> CodeResult:
        return result.model_copy(update={"requirements": tuple(map(self._row, result.requirements))})

    def _row(self, row: RequirementResult) -> RequirementResult:
        return row.model_copy(update=self._anchor(row.anchor_start, row.anchor_end))

    def _alert(self, alert: Alert) -> Alert:
        quotes = tuple(map(self._indicator, alert.quotes))
        return alert.model_copy(update={"quotes": quotes, **self._anchor(alert.anchor_start, alert.anchor_end)})

    def _anchor(self, first: int | None, last: int | None) -> dict[str, int | str]:
        if first is None or last is None:
            return {}
        note_id, start = self._whose(first)
        return {"anchor_start": first - start, "anchor_end": last - start, "anchor_note_id": note_id}

    def _query(self, query: Query) -> Query:
        return query.model_copy(update={"indicators": tuple(map(self._indicator, query.indicators))})

    def _indicator(self, item: Indicator) -> Indicator:
        note_id, start = self._whose(item.start)
        name = next(note.name for note in self.notes if note.id == note_id)
        source = item.source.replace(one_line(self.joined.name), one_line(name), 1)
        back = {"start": item.start - start, "end": item.end - start, "note_id": note_id, "source": source}
        return item.model_copy(update=back)


def told_apart(notes: Iterable[Note]) -> Iterator[Note]:
    """The notes with ids that differ: places in a report name a note by its id alone."""
    notes = tuple(notes)
    taken = {note.id for note in notes}
    seen: set[str] = set()
    for note in notes:
        if note.id not in seen:
            seen.add(note.id)
            yield note
            continue
        id_ = next(id_ for number in count(2) if (id_ := f"{note.id}#{number}") not in taken)
        taken.add(id_)
        yield note.model_copy(update={"id": id_})


def by_encounter(notes: Iterable[Note]) -> Iterator[tuple[Note, ...]]:
    """The notes of each encounter, in the order in which each begins; a note without an encounter is by itself."""
    groups: dict[tuple[bool, str | int], list[Note]] = {}
    for number, note in enumerate(notes):
        key = (True, note.encounter_id) if note.encounter_id is not None else (False, number)
        groups.setdefault(key, []).append(note)
    yield from map(tuple, groups.values())


def _together(notes: Sequence[Note]) -> Claim:
    """One claim: codes, procedures, modifiers and overlays of all, in order; payer and setting as in the provider's."""
    claims = [note.claim for note in notes]
    own = [note.claim for note in notes if note.provider] or claims
    days = (note.date_of_service for note in notes)
    return Claim(
        codes=joined_codes(*(claim.codes for claim in claims)),
        procedures=tuple(dict.fromkeys(item for claim in claims for item in claim.procedures)),
        modifiers=tuple(dict.fromkeys(item for claim in claims for item in claim.modifiers)),
        payer=next((claim.payer for claim in (*own, *claims) if claim.payer), None),
        setting=own[0].setting,
        overlays=tuple(dict.fromkeys(item for claim in claims for item in claim.overlays)),
        date_of_service=next((day for day in days if day), None),
    )
