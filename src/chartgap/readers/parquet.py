"""Parquet: a note in each row, the columns found as in other tables; a few hundred rows are in memory at a time."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.cells import Where, read_row
from chartgap.readers.columns import Columns, Layout, lay_out
from chartgap.readers.extras import need
from chartgap.readers.marks import portion
from chartgap.readers.streams import read_whole

_ROWS = 256
_NO_COLUMNS: Columns = {}


def read_parquet(stream: BinaryIO, name: str, *, columns: Columns = _NO_COLUMNS) -> Iterator[Note | ReadError]:
    """A note for each row; after a part that is broken nothing more can be read, which is one error."""
    try:
        arrow = need("pyarrow", extra="parquet", what="Parquet")
        opened = need("pyarrow.parquet", extra="parquet", what="Parquet")
        source = stream if _seekable(stream) else io.BytesIO(read_whole(stream, name))
    except ReadError as error:
        yield ReadError(error.reason, source=name)
        return
    read = 0
    try:
        file = opened.ParquetFile(source)
        names = list(file.schema_arrow.names)
        layout = lay_out(names, columns, source=name)
        said = file.metadata.num_rows
        for read, row in enumerate(_rows(file, names, layout), 1):
            portion(read / max(said, read))
            yield read_row(row, layout, Where(name, read))
        if read != said:
            yield ReadError(f"says {said} rows and holds {read}", source=name)
        elif not read:
            yield ReadError("no rows", source=name)
    except ReadError as error:
        yield error
    except (arrow.ArrowException, OSError, ValueError, NotImplementedError, MemoryError) as error:
        # Its words may quote the file.
        yield ReadError(f"not Parquet that can be read, from row {read + 1} on ({type(error).__name__})", source=name)


def _rows(file: Any, names: list[str], layout: Layout) -> Iterator[list[Any]]:
    """The cells of each row; columns that are not asked for stay unread."""
    wanted = sorted({number for numbers in layout.values() for number in numbers})
    for batch in file.iter_batches(batch_size=_ROWS, columns=[names[number] for number in wanted], use_threads=False):
        cells = {number: batch.column(at).to_pylist() for at, number in enumerate(wanted)}
        for at in range(batch.num_rows):
            yield [cells[number][at] if number in cells else None for number in range(len(names))]


def _seekable(stream: BinaryIO) -> bool:
    return hasattr(stream, "seekable") and stream.seekable()
