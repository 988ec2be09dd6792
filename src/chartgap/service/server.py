"""Runs the application on uvicorn, with what uvicorn leaves open closed: slow heads, and logs of its own."""

import asyncio
import logging
import socket
import sys
import time
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from chartgap.errors import ChartgapError
from chartgap.service.app import create_app
from chartgap.service.settings import Settings

_MOST_HEAD = 32_768
_BACKLOG = 2048
_MOST_PARSING = 0.5
"""Seconds of work to read one request: four million bytes take a hundredth, a million chunks of one byte ten."""


class _Quiet(logging.Filter):
    """Tracebacks end with a message, which could hold the note."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True


class Impatient(H11Protocol):
    """Closes a connection on which the head of a request does not end, or whose client does not read its answers."""

    seconds = 15.0
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _parsing = 0.0

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(0)  # the next two are told of any byte that the client's side does not take
        self.access_log = False  # it would hold paths and queries
        self._watch()

    def pause_writing(self) -> None:
        """An answer is not taken whole."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It is."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        if self.conn.their_state is h11.IDLE:
            self._parsing = 0.0
        begun = time.thread_time()
        super().data_received(data)
        self._parsing += time.thread_time() - begun
        if self._parsing > _MOST_PARSING:  # everybody else waits meanwhile
            self.transport.abort()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self._unwatch()
        self.resume_writing()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._unwatch()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.seconds, self._give_up)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """One that ends where no worker can ever work."""

    reason: str | None = None

    def give_up(self, reason: str) -> None:
        """End, for this reason."""
        self.reason, self.should_exit = reason, True


def server(settings: Settings) -> Server:
    """A server that is ready to run."""
    protocol = type("Impatient", (Impatient,), {"seconds": settings.body_timeout})
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, http=protocol, ws="none", lifespan="on",
        log_config=None, access_log=False, server_header=False, proxy_headers=False,
        limit_concurrency=settings.most_connections, timeout_graceful_shutdown=int(settings.timeout) + 1,
        h11_max_incomplete_event_size=_MOST_HEAD,
    )  # fmt: skip
    running = Server(config)
    app.state.office.pool.give_up = running.give_up
    return running


def bound(settings: Settings) -> socket.socket:
    """The socket to listen on, taken before anything is started; ChartgapError where it cannot be had."""
    host = settings.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise ChartgapError(f"cannot listen on {address(host, settings.port)}: {reason}") from None
    # What is accepted inherits it. asyncio sets it only where the socket names its protocol, which create_server's does
    # not; without it, the body waits some 40 ms for the client to acknowledge the head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def address(host: str, port: int) -> str:
    """As it stands in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def set_up_logging(level: str) -> None:
    """One line a request on stderr; of uvicorn's own words only warnings, without tracebacks."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(_Quiet())
    for name, wanted in (("chartgap.service", level.upper()), ("uvicorn", "WARNING")):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(wanted)
        logger.propagate = False
