"""What is compiled from the pattern files, kept on disk for the next process: a start takes a third of the time.

The file is named after a hash of all that it was made from, so it never needs to be told that something has changed.
It is a pickle: it is read only where nobody else can have written it, and whatever is wrong with it, it is made anew.
It is written before any note is read and holds nothing of one.
"""

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from chartgap.processes import uncollected

T = TypeVar("T")

VARIABLE = "CHARTGAP_CACHE"
"""Names the folder, instead of chartgap/ under $XDG_CACHE_HOME or ~/.cache; "off" keeps nothing."""
_PACKAGE = Path(__file__).resolve().parent
_LIBRARIES = ("pydantic", "pyahocorasick")
_KEPT = 4  # files: of several versions and pattern folders


def compiled(patterns: Path, build: Callable[[], T]) -> T:
    """What `build` makes of a pattern folder, from disk where an earlier process has left it there."""
    folder = _folder()
    if folder is None:
        return build()
    path = folder / f"{_key(patterns)}.pickle"
    with uncollected():
        if _is_ours(folder) and _is_ours(path):
            try:
                return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]
            except Exception:  # noqa: BLE001, S110  # a damaged pickle raises anything; it is written again
                pass
        made = build()
    with suppress(OSError):  # no room, no right: the next process compiles again
        _keep(path, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    return made


def _folder() -> Path | None:
    """Where to keep it; None where nothing is to be kept or where files have no owner to be asked for."""
    given = os.environ.get(VARIABLE, "")
    if given == "off" or not hasattr(os, "getuid"):
        return None
    if given:
        return Path(given)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chartgap"
    except RuntimeError:  # nobody's home
        return None


def _is_ours(path: Path) -> bool:
    """Whether a file or folder is there, belongs to this user and can be written by no other."""
    try:
        found = path.stat()
    except OSError:
        return False
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def _key(patterns: Path) -> str:
    """A hash of the pattern files, of the code that compiles them, and of what runs it."""
    digest = hashlib.sha256(repr((sys.version, [version(name) for name in _LIBRARIES], str(patterns))).encode())
    for root, suffix in ((patterns, "*.yaml"), (_PACKAGE, "*.py")):
        for path in sorted(root.rglob(suffix)):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _keep(path: Path, content: bytes) -> None:
    """Write the whole file or nothing, and let the oldest go."""
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_ours(folder):
        return
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _forget(folder.glob("*.pickle"))


def _forget(paths: Iterable[Path]) -> None:
    dated = []
    for path in paths:
        try:
            dated.append((path.stat().st_mtime, path))
        except OSError:  # another process was quicker
            continue
    for _, path in sorted(dated, reverse=True)[_KEPT:]:
        path.unlink(missing_ok=True)
