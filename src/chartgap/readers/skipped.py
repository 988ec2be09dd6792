"""What is read and holds no note: files, and lines or messages in them, each counted as what it is."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from chartgap.errors import NoNotesError, ReadError, one_line
from chartgap.model import Note


class Skipped:
    """The counts of a folder, a zip or a file."""

    def __init__(self) -> None:
        self._of: dict[str, Counter[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._of)

    def file(self, why: str) -> None:
        """A file of a kind that is not read."""
        self._of.setdefault("file", Counter())[why] += 1

    def take(self, error: NoNotesError) -> None:
        """What is whole and holds no note."""
        self._of.setdefault(error.unit, Counter())[error.reason] += error.count

    def told(self, name: str) -> str:
        """It all in one line."""
        return f"{one_line(name)}: skipped {'; '.join(self._counts())}"

    def error(self, source: str) -> NoNotesError:
        """That there is nothing else."""
        reasons = [reason for counts in self._of.values() for reason in counts]
        return NoNotesError(reasons[0] if len(reasons) == 1 else "; ".join(self._counts()), source=source)

    def _counts(self) -> Iterator[str]:
        for unit in sorted(self._of):
            counts = self._of[unit]
            total = counts.total()
            each = ", ".join(f"{count:,} {why}" for why, count in counts.most_common())
            yield f"{total:,} {unit}{'' if total == 1 else 's'}: {each}"


def of_one_file(
    items: Iterable[Note | ReadError], name: str, tell: Callable[[str], None]
) -> Iterator[Note | ReadError]:
    """Of a file that was asked for by name: beside notes, what holds none is told; alone, it is an error."""
    skipped, found, last = Skipped(), False, None
    for item in items:
        if isinstance(item, NoNotesError):
            skipped.take(item)
            last = item
        else:
            found = True
            yield item
    if last is None:
        return
    if found:
        tell(skipped.told(name))
    else:
        yield skipped.error(last.source)
