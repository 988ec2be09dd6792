"""From what stands on the command line (files, folders, "-") to notes; the reader is chosen by the file's suffix."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from chartgap.errors import NoNotesError, ReadError, one_line
from chartgap.model import Note
from chartgap.readers.columns import Columns
from chartgap.readers.formats import FORMATS, READERS, Formats, Reader, Tell, tell_nobody
from chartgap.readers.listing import files_of
from chartgap.readers.skipped import Skipped, of_one_file

STDIN = "-"
STDIN_NAME = "stdin"
_LONGEST_NAME = 1000


def read_notes(
    places: Iterable[str],
    *,
    stdin: BinaryIO | None = None,
    tell: Tell = tell_nobody,
    columns: Columns | None = None,
    instead: Mapping[str, Reader] | None = None,
) -> Iterator[Note | ReadError]:
    """Every note of every place, in the order given; folders are read deep, by name, hidden files left out.

    `tell` is given what the user should know and what is no error: the files of a folder that are not notes.
    `columns` says which columns of tables hold what, where their names do not. `instead`: other readers for suffixes.
    """
    formats = Formats(columns or {}, tell, instead or {})
    for place in places:
        if not place.strip():  # an empty variable of a script; as a path it would be the current folder
            yield ReadError("an empty file name", source="command line")
        elif place == STDIN:
            piped = stdin or getattr(sys.stdin, "buffer", None)
            yield from of_one_file(_read_stdin(piped, formats), STDIN_NAME, tell)
        elif _holds(Path(place).is_dir):
            yield from _read_folder(Path(place), tell, formats)
        else:
            yield from of_one_file(_read_file(Path(place), formats), _name(Path(place)), tell)


def is_read(path: Path, place: str) -> bool:
    """Whether a file that exists is read when this place is."""
    folder = Path(place)
    if place == STDIN:
        return False
    if not _holds(folder.is_dir):
        return _holds(folder.exists) and path.samefile(folder)
    return path.resolve().is_relative_to(folder.resolve()) and _why_skipped(path) is None


def is_note_file(path: Path) -> bool:
    """Whether a file of a folder is read, by its name alone."""
    return bool(path.suffix) and FORMATS.reader_for(path.name) is not None


def _read_stdin(stream: BinaryIO | None, formats: Formats) -> Iterator[Note | ReadError]:
    if stream is None:
        yield ReadError("closed", source=STDIN_NAME)
        return
    try:
        yield from formats.sniff(stream, STDIN_NAME)
    except OSError as error:
        yield _unreadable(error, STDIN_NAME)


def _read_folder(folder: Path, tell: Tell, formats: Formats) -> Iterator[Note | ReadError]:
    problems: list[OSError] = []
    skipped = Skipped()
    found = False
    for path in files_of(folder, problems):
        reason = _why_skipped(path)
        if reason is None:
            for item in _read_file(path, formats):
                if isinstance(item, NoNotesError):
                    skipped.take(item)
                else:
                    found = True
                    yield item
        else:
            skipped.file(reason)
    for error in problems:
        yield _unreadable(error, _name(Path(error.filename)))
    if skipped:
        tell(skipped.told(_name(folder)))
    if not found:
        yield ReadError(f"no notes in this folder ({', '.join(READERS)})", source=_name(folder))


def _why_skipped(path: Path) -> str | None:
    """In a word, why a file of a folder is no note; None if it is one, or if only trying to read it can tell."""
    if _dangling(path):
        return None
    if _holds(path.is_dir):
        return "linked folder"
    if not path.suffix:
        return "without suffix"
    if FORMATS.reader_for(path.name) is None:
        return one_line(_name(Path(path.suffix.lower())))
    return "no regular file" if _holds(path.exists) and not _holds(path.is_file) else None


def _read_file(path: Path, formats: Formats) -> Iterator[Note | ReadError]:
    name = _name(path)
    reader = formats.reader_for(path.name)
    if _dangling(path):
        yield ReadError("a link to nothing", source=name)
        return
    try:
        with path.open("rb") as stream:
            if reader is None:
                yield ReadError(f"no reader for {path.suffix} files ({', '.join(READERS)})", source=name)
            else:
                yield from reader(stream, name)
    except OSError as error:
        yield _unreadable(error, name)


def _unreadable(error: OSError, name: str) -> ReadError:
    # strerror only: it never holds more than the system's own words. A name may be a note, given in place of its file.
    shown = name if len(name) <= _LONGEST_NAME and name.isprintable() else f"(a name of {len(name)} characters)"
    return ReadError(error.strerror or type(error).__name__, source=shown)


def _name(path: Path) -> str:
    """A file name need not be UTF-8; a report that names it must be."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _dangling(path: Path) -> bool:
    return _holds(path.is_symlink) and not _holds(path.exists)


def _holds(question: Callable[[], bool]) -> bool:
    """Of a name that is too long, or in a folder that may not be entered, nothing holds: opening it will tell."""
    try:
        return question()
    except OSError:
        return False
