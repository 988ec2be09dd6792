"""Tables as text, .csv and .tsv: a header, then a note in each row; cells in quotes may have many lines.

The file is taken apart as Latin-1, in which every byte is a character, and each cell is then decoded by itself: one
Windows-1252 note among UTF-8 ones is read right, and a table of any size is never in memory as a whole.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.cells import Where, read_row
from chartgap.readers.columns import Columns, Layout, lay_out
from chartgap.readers.decoding import MOST_BYTES, UTF16, DecodedNote, decode, other_format
from chartgap.readers.streams import Rejoined, words

_NO_COLUMNS: Columns = {}
_LONGEST_MAGIC = 8


def read_csv(stream: BinaryIO, name: str, *, columns: Columns = _NO_COLUMNS) -> Iterator[Note | ReadError]:
    """A note for each row; commas between the cells, or semicolons or tabs where the header has those alone."""
    yield from _read(stream, name, None, columns)


def read_tsv(stream: BinaryIO, name: str, *, columns: Columns = _NO_COLUMNS) -> Iterator[Note | ReadError]:
    """The same with tabs."""
    yield from _read(stream, name, "\t", columns)


def _read(stream: BinaryIO, name: str, delimiter: str | None, columns: Columns) -> Iterator[Note | ReadError]:
    opening = stream.read(_LONGEST_MAGIC)
    if other := other_format(opening):
        yield ReadError(f"this is {other}, not a table of text", source=name)
        return
    wide = opening.startswith(UTF16)
    joined = io.BufferedReader(Rejoined(opening.removeprefix(b"\xef\xbb\xbf"), stream))
    lines = io.TextIOWrapper(joined, encoding="utf-16" if wide else "latin-1", newline="")
    table = _Table(lines, name, wide=wide)
    try:
        yield from table.notes(delimiter, columns)
    except ReadError as error:
        yield error
    except UnicodeError:  # it carries the text, so it is not shown
        yield ReadError("starts as UTF-16 but is not", source=name, line=table.line + 1)
    except (OSError, EOFError) as error:
        yield ReadError(f"cannot be read further ({words(error)})", source=name, line=table.line + 1)


class _Table:
    """The lines of a table as rows; `line` is the last line taken."""

    def __init__(self, lines: io.TextIOWrapper, name: str, *, wide: bool) -> None:
        self._lines, self._name, self._wide = lines, name, wide
        self.line = 0

    def notes(self, delimiter: str | None, columns: Columns) -> Iterator[Note | ReadError]:
        first = next((line for line in self._taken() if line.strip()), None)
        if first is None:
            raise ReadError("empty", source=self._name)
        csv.field_size_limit(MOST_BYTES)  # of the process; its own is 128 kB, and notes are longer
        rows = self._rows(csv.reader(chain([first], self._taken()), delimiter=delimiter or _sign(first), strict=True))
        _, header = next(rows, (0, None))
        if header is None:
            raise ReadError("a header without names", source=self._name)
        if isinstance(header, ReadError):
            raise header
        layout = lay_out([self._decoded(cell)[0] for cell in header], columns, source=self._name)
        empty = True
        for number, (line, row) in enumerate(rows, 1):
            empty = False
            yield self._note(row, len(header), layout, Where(self._name, number, line))
        if empty:
            raise ReadError("a header and no rows", source=self._name)

    def _taken(self) -> Iterator[str]:
        while line := self._lines.readline(MOST_BYTES + 1):
            self.line += 1
            if len(line) > MOST_BYTES:
                reason = f"more than {MOST_BYTES // 2**20} MB in a line: not read further"
                raise ReadError(reason, source=self._name, line=self.line)
            yield line

    def _rows(self, rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | ReadError]]:
        """Each row that holds anything, with the line it begins on; the csv module goes on after a bad one."""
        begin = self.line
        while True:
            row: list[str] | ReadError | None
            try:
                row = next(rows, None)
            except csv.Error as error:
                row = ReadError(_reason(error), source=self._name, line=begin)
            if row is None:
                return
            if isinstance(row, ReadError) and row.reason.endswith("not read further"):
                yield begin, row  # where the cell ends is not known: what follows may be its inside
                return
            if isinstance(row, ReadError) or any(map(str.strip, row)):
                yield begin, row
            begin = self.line + 1

    def _note(self, row: list[str] | ReadError, width: int, layout: Layout, where: Where) -> Note | ReadError:
        if isinstance(row, ReadError):
            return where.error(row.reason)
        if len(row) != width:
            return where.error(f"{len(row)} cells under a header of {width}")
        notices: list[str] = []
        try:
            wanted = {number for numbers in layout.values() for number in numbers}
            cells = [self._cell(cell, notices) if n in wanted else "" for n, cell in enumerate(row)]
        except ReadError as error:
            return where.error(error.reason)
        note = read_row(cells, layout, where)
        if isinstance(note, ReadError) or not notices:
            return note
        return DecodedNote(**dict(note), notices=(notices[0],))

    def _cell(self, cell: str, notices: list[str]) -> str:
        text, notice = self._decoded(cell)
        notices.extend(filter(None, (notice,)))
        return text

    def _decoded(self, cell: str) -> tuple[str, str | None]:
        return (cell, None) if self._wide or not cell.strip() else decode(cell.encode("latin-1"), source=self._name)


def _sign(header: str) -> str:
    """What stands between the cells of a header; quoted names are left out of the count."""
    bare = re.sub(r'"[^"]*"', "", header)
    return next((sign for sign in ",;\t" if sign in bare), ",")


def _reason(error: csv.Error) -> str:
    """In our words; those of the module name characters only, but that is no promise."""
    words = str(error)
    if "end of data" in words:
        return "the quotes of a cell are never closed: all that follows was lost in it"
    if "field limit" in words:
        return f"more than {MOST_BYTES // 2**20} MB in a cell: not read further"
    return "quotes inside a quoted cell that are not doubled"
