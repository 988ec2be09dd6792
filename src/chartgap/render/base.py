"""What every renderer takes and gives."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from chartgap.model import Report


class Checked(NamedTuple):
    """A report and, where it is at hand, the text of its note: a report alone has offsets but no line numbers.

    `texts` are those of an encounter's notes, by id.
    """

    report: Report
    text: str | None = None
    texts: Mapping[str, str] = MappingProxyType({})

    def text_of(self, note_id: str | None) -> str | None:
        """The text of a note of the encounter, or that of the only note."""
        return self.text if note_id is None else self.texts.get(note_id)


class Screen(NamedTuple):
    """Where it will be read; only formats for people look at it."""

    colour: bool = False
    width: int = 100


PLAIN = Screen()


class Renderer(Protocol):
    """Reports in, pieces of output out, as they come: a long run can be piped."""

    def __call__(self, checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
        """Render; nothing is yielded for a report before it has been made."""
