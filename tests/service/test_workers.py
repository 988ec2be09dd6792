"""Workers that hang, die or raise: the request is told so, the next one works, and nothing is left behind."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from seams import broken, checker, dying
from serving import exists, serving, until

from chartgap.cli import main
from chartgap.service.metrics import Metrics
from chartgap.service.pool import Worker
from chartgap.service.server import server
from chartgap.service.settings import Settings, Setup


def test_a_note_that_hangs_frees_its_worker(quick):
    (pid,) = quick.office.pool.pids
    answer = quick.check(text="HANG")
    assert answer.status_code == 504
    assert answer.json() == {
        "type": "urn:chartgap:problem:timeout", "title": "Checking this took too long and was ended.", "status": 504,
        "detail": "more than 1 s",
    }  # fmt: skip
    quick.wait_ready()
    assert quick.check(text="neck").status_code == 200
    assert quick.office.pool.pids != [pid]
    until(lambda: not exists(pid))


def test_a_worker_that_is_killed_in_mid_request_is_replaced(quick):
    (pid,) = quick.office.pool.pids
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(quick.check, text="HANG")
        until(quick.office.pool._idle.empty)
        os.kill(pid, signal.SIGKILL)
        answer = asked.result()
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:chartgap:problem:worker-died")
    quick.wait_ready()
    assert quick.check(text="neck").status_code == 200


def test_a_worker_that_dies_of_a_note_is_replaced(quick):
    assert quick.check(text="DIE").status_code == 500
    quick.wait_ready()
    assert quick.check(text="neck").status_code == 200


def test_a_worker_that_died_while_idle_costs_no_request():
    with serving(workers=1, setup=Setup(make=checker)) as it:
        (pid,) = it.office.pool.pids
        os.kill(pid, signal.SIGKILL)
        until(lambda: not it.office.pool._idle._queue[0].alive)
        assert it.check(text="neck").status_code == 200
        assert 'chartgap_workers_lost_total{why="died idle"} 1.0' in it.client.get("/metrics").text


def test_an_engine_that_raises_keeps_its_worker(quick):
    pids = quick.office.pool.pids
    answer = quick.check(text="RAISE Quackenbush")
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "urn:chartgap:problem:internal", "title": "The note could not be checked.", "status": 500,
        "detail": "ValueError at seams.py:21",
    }  # fmt: skip
    assert quick.office.pool.pids == pids


def test_too_many_are_told_to_come_again(quick):
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: quick.check(text="SLEEP neck"), range(6)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 200, 429, 429, 429]  # one at work, two waiting
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["type"] == "urn:chartgap:problem:busy"


def test_a_slow_note_does_not_stall_another():
    with serving(workers=2, timeout=5, setup=Setup(make=checker)) as it, ThreadPoolExecutor(1) as threads:
        slow = threads.submit(it.check, text="HANG")
        until(lambda: it.office.pool._idle.qsize() == 1)
        assert [it.check(text="neck").status_code for _ in range(20)] == [200] * 20
        assert not slow.done()
        assert slow.result().status_code == 504


def test_a_client_that_leaves_does_not_keep_its_worker(quick):
    body = b'{"text": "SLEEP neck"}'
    head = (
        f"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    for _ in range(5):
        with quick.connect() as connection:
            connection.sendall(head.encode() + b"\r\n\r\n" + body)
            until(quick.office.pool._idle.empty)
        until(lambda: not quick.office.pool._idle.empty())
    assert quick.office.pool.waiting == 0
    assert quick.check(text="neck").status_code == 200


@pytest.fixture
def _logging_left_alone():
    """What the command does to it is undone."""
    loggers = [logging.getLogger(name) for name in ("chartgap.service", "uvicorn")]
    before = [(logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers[:], logger.level, logger.propagate = handlers, level, propagate


def test_workers_that_cannot_start_are_told_by_readiness_and_in_the_log(caplog):
    with serving(workers=1, ready=False, setup=Setup(make=dying), timeout=0.5) as it:
        until(lambda: it.office.pool.trouble)
        answer = it.client.get("/readyz")
        assert (answer.status_code, answer.json()["detail"]) == (503, "it ended at once")
        assert "a worker cannot start: it ended at once" in caplog.text
        assert it.client.get("/healthz").status_code == 200
        answer = it.check(text="neck")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_a_service_of_which_nothing_can_ever_work_ends_and_says_why():
    running = server(Settings(port=0, workers=1, setup=Setup(make=broken)))
    running.run()
    assert running.reason == "no patterns here"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--patterns", "/nowhere"], "no pattern folder here"),
        (["--icd", "/nowhere"], "/nowhere: no index of ICD-10-CM"),
        (["--responses", "/nowhere/log.jsonl"], "/nowhere/log.jsonl: cannot be written: no such folder"),
        (["--responses", __file__], "not an entry of a response log"),
        (["--allow-host", "http://scribe.example/"], "is no name of a host"),
    ],
)
@pytest.mark.usefixtures("_logging_left_alone")
def test_the_command_says_what_it_cannot_be_run_with(options, reason, capfd):
    assert main(["serve", "--port", "0", "--workers", "1", *options]) == 2
    assert reason in capfd.readouterr().err.splitlines()[-1]


@pytest.mark.usefixtures("_logging_left_alone")
def test_a_port_that_is_taken(capfd):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert capfd.readouterr().err == f"chartgap: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_a_worker_for_which_no_process_is_left_is_tried_again(monkeypatch):
    failures = iter([OSError("no process")])

    def start(worker, setup, real=Worker.__init__):
        for error in failures:
            raise error
        real(worker, setup)

    monkeypatch.setattr(Worker, "__init__", start)
    with serving(workers=1, setup=Setup(make=checker)) as it:
        assert it.check(text="neck").status_code == 200


def test_no_process_or_thread_outlives_the_service():
    before = threading.active_count()
    with serving(workers=2, setup=Setup(make=checker)) as it:
        pids = it.office.pool.pids
        assert len(pids) == 2
        it.check(text="neck")
    for pid in pids:
        until(lambda pid=pid: not exists(pid))
    until(lambda: threading.active_count() <= before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_with_its_workers(number, tmp_path):
    command = [sys.executable, "-m", "chartgap", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = process.stderr.readline()
            port = re.fullmatch(r"chartgap: listening on http://127\.0\.0\.1:(\d+) \(Ctrl-C ends\)\n", said)[1]
            assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
            time.sleep(1.5)
            process.send_signal(number)
            process.wait(30)
        finally:
            process.kill()
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False).stdout
    assert children == ""


def test_what_is_not_the_clients_fault_is_told_to_whoever_runs_the_service(quick, caplog):
    with caplog.at_level("ERROR", "chartgap.service"):
        for text in ("DIE secretly", "HANG secretly", "RAISE secretly"):
            assert quick.check(text=text, codes=["M54.2"]).status_code >= 500
            until(lambda: quick.office.pool.ready)
    assert [line.partition(":")[0] for line in caplog.messages] == [
        "500 The worker ended while it checked this; a new one takes its place",
        "504 Checking this took too long and was ended",
        "500 The note could not be checked",
    ]
    assert "secretly" not in caplog.text


def test_an_alarm_on_lost_workers_has_its_series_from_the_start():
    assert b'chartgap_workers_lost_total{why="hung"} 0.0' in Metrics().text()
