"""A server of the real kind, on a free port, in a thread."""

import os
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import httpx

from chartgap.service.server import server
from chartgap.service.settings import Settings, Setup

PATIENCE = 60


class Serving:
    def __init__(self, running, port):
        self.running, self.port = running, port
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    @property
    def office(self):
        return (
            self.running.config.app.app.state.office
            if hasattr(self.running.config.app, "app")
            else self.running.config.app.state.office
        )

    def check(self, **body):
        return self.client.post("/v1/check", json=body)

    def wait_ready(self, workers=1):
        until(lambda: len(self.office.pool.pids) >= workers)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


@contextmanager
def serving(*, ready=True, **options):
    setup = options.pop("setup", None) or Setup()
    settings = replace(Settings(), port=0, setup=setup, **options)
    running = server(settings)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        until(lambda: running.started)
        it = Serving(running, running.servers[0].sockets[0].getsockname()[1])
        if ready:
            it.wait_ready(settings.workers)
        yield it
        it.client.close()
    finally:
        running.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(holds, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
