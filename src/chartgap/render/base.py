"""What every renderer takes and gives."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from chartgap.model import Report


class Checked(NamedTuple):
    """A report and, where it is at hand, the text of its note: a report alone has offsets but no line numbers."""

    report: Report
    text: str | None = None


class Screen(NamedTuple):
    """Where it will be read; only formats for people look at it."""

    colour: bool = False
    width: int = 100


PLAIN = Screen()


class Renderer(Protocol):
    """Reports in, pieces of output out, as they come: a long run can be piped."""

    def __call__(self, checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
        """Render; nothing is yielded for a report before it has been made."""
