"""How our processes start and end: fast, as a signal or a parent wants it, never with words of a note on a stream."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BROKEN = 70


@contextmanager
def uncollected(*, settled: bool = False) -> Iterator[None]:
    """Without garbage collection, which finds nothing in what a start makes, and takes most of its time to look.

    What is `settled` afterwards is never looked through again: for processes of our own, not for those that import us.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if settled:
            gc.freeze()
        if collecting:
            gc.enable()


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM is as Ctrl-C here: the process would else end at once and leave unfinished files behind."""
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def life_of_worker(serve: Callable[[], None]) -> None:
    """Serve until the parent closes the connection or ends; what breaks the worker shows no traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent says what then happens
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(OSError):  # where memory is short, the system is to end a worker, not the parent
        Path("/proc/self/oom_score_adj").write_text("500")
    try:
        serve()
    except (EOFError, ConnectionError):
        return
    except BaseException:  # noqa: BLE001  # a traceback could show the note; the parent sees that the worker has gone
        os._exit(_BROKEN)


def _end_with_parent() -> None:
    """A worker that hangs must not outlive its parent."""
    from multiprocessing import parent_process  # noqa: PLC0415  # the command line starts without it

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
