"""The worker's process: a checker that is asked over a pipe. All that takes time, or could go wrong, is done here."""

# ruff: noqa: PLC0415

from multiprocessing.connection import Connection

from chartgap.errors import ChartgapError, where
from chartgap.processes import life_of_worker
from chartgap.service.settings import Setup


def work(connection: Connection, setup: Setup) -> None:
    """The life of a worker: it ends when the parent closes the connection, or ends itself."""
    life_of_worker(lambda: _serve(connection, setup))


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
