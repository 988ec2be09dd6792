"""The notes of one encounter gathered from an archive that is read once and never held.

An encounter is complete when its notes stand together, or not far apart: it is let go when so many notes of others have
come that it has been waiting the longest. What comes of it later is an encounter of its own, and the audit tells.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from chartgap.audit.units import Together, Unit, size_of
from chartgap.model import Note

MOST_HELD = 10_000
MOST_CHARACTERS = 32_000_000


def gathered(units: Iterable[Unit], *, most: int = MOST_HELD) -> Iterator[Unit]:
    """Notes of an encounter together, in the order in which encounters are let go; all else as it comes."""
    held: OrderedDict[str, list[Note]] = OrderedDict()
    count = size = 0
    for unit in units:
        if not isinstance(unit, Note) or unit.encounter_id is None:
            yield unit
            continue
        held.setdefault(unit.encounter_id, []).append(unit)
        held.move_to_end(unit.encounter_id)
        count, size = count + 1, size + size_of(unit)
        while count > most or (size > MOST_CHARACTERS and len(held) > 1):
            _, notes = held.popitem(last=False)
            count, size = count - len(notes), size - sum(map(size_of, notes))
            yield Together(tuple(notes))
    yield from (Together(tuple(notes)) for notes in held.values())
