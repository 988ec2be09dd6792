"""From what stands on the command line (files, folders, "-") to notes; the reader is chosen by the file's suffix."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.jsonl import read_jsonl, read_jsonl_gz
from chartgap.readers.txt import read_txt

Reader = Callable[[BinaryIO, str], Iterator[Note | ReadError]]

READERS: Mapping[str, Reader] = MappingProxyType(
    {".txt": read_txt, ".text": read_txt, ".jsonl": read_jsonl, ".ndjson": read_jsonl, ".jsonl.gz": read_jsonl_gz}
)

STDIN = "-"
STDIN_NAME = "stdin"


def read_notes(
    places: Iterable[str], *, stdin: BinaryIO | None = None, skipped: Counter[str] | None = None
) -> Iterator[Note | ReadError]:
    """Every note of every place, in the order given; folders are read deep, by name, hidden files left out.

    Files of a folder that no reader reads are counted in `skipped` by their suffix.
    """
    for place in places:
        if place == STDIN:
            yield from _read_stdin(stdin)
        elif Path(place).is_dir():
            yield from _read_folder(Path(place), skipped)
        else:
            yield from _read_file(Path(place))


def reader_for(name: str) -> Reader | None:
    """The reader whose suffix the name ends with, the longest first; a name without a suffix is plain text."""
    lower = name.lower()
    for suffix in sorted(READERS, key=len, reverse=True):
        if lower.endswith(suffix):
            return READERS[suffix]
    return None if Path(name).suffix else read_txt


def _read_stdin(stream: BinaryIO | None) -> Iterator[Note | ReadError]:
    if stream is None and sys.stdin is None:
        yield ReadError("is closed", source=STDIN_NAME)
        return
    data = (stream or sys.stdin.buffer).read()
    # Without a suffix to go by: a note does not begin with a brace and a quote, a JSON line does.
    opening = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].replace(b" ", b"")
    reader = read_jsonl if opening.startswith(b'{"') else read_txt
    yield from reader(BytesIO(data), STDIN_NAME)


def _read_folder(folder: Path, skipped: Counter[str] | None) -> Iterator[Note | ReadError]:
    found = False
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.is_dir():
            continue
        if path.is_symlink() and not path.exists():
            yield ReadError("a link to nothing", source=_shown(path))
        elif path.suffix and reader_for(path.name) and path.is_file():
            found = True
            yield from _read_file(path)
        elif skipped is not None:
            skipped[path.suffix.lower() or "no suffix"] += 1
    if not found:
        yield ReadError(f"no notes in this folder ({', '.join(READERS)})", source=folder.as_posix())


def _read_file(path: Path) -> Iterator[Note | ReadError]:
    name = _shown(path)
    reader = reader_for(path.name)
    if reader is None:
        yield ReadError(f"no reader for {path.suffix} files ({', '.join(READERS)})", source=name)
        return
    try:
        with path.open("rb") as stream:
            yield from reader(stream, name)
    except OSError as error:
        # strerror only: it never holds more than the system's own words.
        yield ReadError(error.strerror or type(error).__name__, source=name)


def _shown(path: Path) -> str:
    # A file name need not be UTF-8; a report that names it must be.
    return path.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")
