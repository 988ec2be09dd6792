"""Clients that are slow, silent or greedy are given up, and cost no other one its answer."""

import socket
import time
from contextlib import suppress

import httpx
import pytest
from serving import until

from chartgap.service.server import bound
from chartgap.service.settings import Settings

HEAD = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def talk(quick, *pieces, pause=0.0):
    """What comes back for these bytes, until the server closes or has answered."""
    with quick.connect() as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        connection.settimeout(10)
        got = b""
        while more := connection.recv(65536):
            got += more
            if b"\r\n\r\n" in got:
                break
        return got


def test_a_body_that_never_ends_is_given_up(quick):
    head = HEAD + b"Content-Length: 100\r\n\r\n"
    begun = time.monotonic()
    assert talk(quick, head, b'{"text": "').startswith(b"HTTP/1.1 408")
    assert 0.5 < time.monotonic() - begun < 8
    assert quick.check(text="neck").status_code == 200


@pytest.mark.parametrize("pieces", [(), (b"POST /v1/check HTTP/1.1\r\nHost:",)])
def test_a_head_that_never_ends_is_given_up(quick, pieces):
    assert talk(quick, *pieces) == b""


def test_a_head_that_drips_is_given_up(quick):
    def drip():
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        for number in range(100):
            time.sleep(0.1)
            connection.sendall(f"X-{number}: 1\r\n".encode())

    with quick.connect() as connection, pytest.raises((ConnectionResetError, BrokenPipeError)):
        drip()


@pytest.mark.parametrize(
    "bytes_",
    [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"],
)
def test_what_is_no_http_is_refused(quick, bytes_):
    assert talk(quick, bytes_).startswith(b"HTTP/1.1 4")
    assert quick.client.get("/healthz").status_code == 200


def test_a_client_that_does_not_read_is_given_up(quick):
    connection = quick.connect()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with connection:
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200)
        until(lambda: quick.running.server_state.connections)
        ours = set(quick.running.server_state.connections)
        until(lambda: not ours & quick.running.server_state.connections)


def test_many_connections_that_say_nothing_do_not_stop_others(quick):
    idle = [quick.connect() for _ in range(200)]
    try:
        assert httpx.get(f"{quick.url}/healthz", trust_env=False).status_code == 200
    finally:
        for connection in idle:
            connection.close()


def test_a_body_of_a_million_chunks_is_given_up(quick):
    with quick.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        answer = b""
        with suppress(ConnectionError):
            connection.sendall(b"1\r\n \r\n" * 1_000_000)
            answer = connection.recv(100)
        assert answer == b""  # else 408, when all the time for a body has gone into it


def test_no_answer_waits_for_the_client_to_acknowledge_its_head():
    with bound(Settings(port=0)) as listening, socket.create_connection(listening.getsockname()):
        accepted = listening.accept()[0]
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_bodies_that_are_held_have_a_limit_together(quick):
    head = HEAD + b"Content-Length: 99999\r\n\r\n"
    connections = [quick.connect() for _ in range(20)]
    try:
        for connection in connections:
            connection.sendall(head + b" " * 99_000)
        told = [connection.recv(100).split()[1] for connection in connections]
    finally:
        for connection in connections:
            connection.close()
    assert sorted(set(told)) == [b"408", b"429"]
    assert told.count(b"408") == 16  # of 100,000 bytes each, at most
    assert quick.check(text="neck").status_code == 200
