"""The files of a folder in an order that never changes, in a memory that does not grow with their number."""

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

_SORTED_IN_MEMORY = 50_000

_Entry = tuple[bytes, bool]
"""The name of an entry, and whether it is a folder."""


def files_of(folder: Path, problems: list[OSError]) -> Iterator[Path]:
    """Everything in the folder that is no folder itself, by name, folder by folder; hidden ones are left out.

    Links to folders are not followed. Folders that cannot be listed are put to the problems.
    """
    open_ = [(folder, _entries(folder, problems))]
    while open_:
        here, entries = open_[-1]
        entry = next(entries, None)
        if entry is None:
            open_.pop()
            continue
        path = here / os.fsdecode(entry[0])
        if entry[1]:
            open_.append((path, _entries(path, problems)))
        else:
            yield path


def _entries(folder: Path, problems: list[OSError]) -> Iterator[_Entry]:
    """What is in a folder, by the bytes of its names."""
    try:
        with os.scandir(folder) as listing:
            shown = ((os.fsencode(entry.name), _is_folder(entry)) for entry in listing if entry.name[0] != ".")
            first = list(islice(shown, _SORTED_IN_MEMORY))
            if len(first) < _SORTED_IN_MEMORY:
                return iter(sorted(first))
            return _sorted_on_disk(chain(first, shown))
    except OSError as error:
        error.filename = error.filename or str(folder)
        problems.append(error)
        return iter(())


def _sorted_on_disk(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """The same of a folder with very many, through a nameless temporary file of SQLite."""
    base = sqlite3.connect("")
    try:
        base.execute("CREATE TABLE entries (name BLOB PRIMARY KEY, folder INTEGER) WITHOUT ROWID")
        base.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?)", entries)
    except sqlite3.Error:
        raise OSError(errno.ENOSPC, "no room to sort the names of its files") from None
    rows = base.execute("SELECT name, folder FROM entries ORDER BY name")
    return ((name, bool(is_folder)) for name, is_folder in rows)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
