"""The worker's process: a checker that is asked over a pipe. All that takes time, or could go wrong, is done here."""

# ruff: noqa: PLC0415

import os
import signal
import threading
from multiprocessing.connection import Connection

from chartgap.errors import ChartgapError, where
from chartgap.service.settings import Setup

_BROKEN = 70


def work(connection: Connection, setup: Setup) -> None:
    """The life of a worker: it ends when the parent closes the connection, or ends itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent says what then happens
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _serve(connection, setup)
    except (EOFError, ConnectionError):
        return
    except BaseException:  # noqa: BLE001  # a traceback could show the note; the parent answers 500 and starts anew
        os._exit(_BROKEN)


def _serve(connection: Connection, setup: Setup) -> None:
    from chartgap.service.desk import Desk
    from chartgap.service.jobs import answer

    try:
        desk = Desk(setup)
    except (ChartgapError, OSError) as error:
        connection.send(str(error))
        return
    except Exception as error:  # noqa: BLE001  # the parent shows it
        connection.send(where(error))
        return
    connection.send(None)
    while True:
        connection.send(answer(desk, *connection.recv()))


def _end_with_parent() -> None:
    """A worker that hangs must not outlive its parent."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
