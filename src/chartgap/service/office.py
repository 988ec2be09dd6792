"""Between routes and workers: asks the pool, remembers ids, and tells in HTTP what went wrong with a worker."""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Generic, TypeVar

from chartgap.errors import ReadError
from chartgap.responses import Response, append
from chartgap.service.answers import Answer, problem, reason_of
from chartgap.service.feedback import Card, entries
from chartgap.service.metrics import Metrics
from chartgap.service.pool import Busy, Died, Hung, Pool, Unavailable
from chartgap.service.requests import Refused
from chartgap.service.settings import Settings

log = logging.getLogger("chartgap.service")

_MOST_FEEDBACK = 100_000
_BATCHES_A_WORKER = 4
ValueT = TypeVar("ValueT")


class Shelf(Generic[ValueT]):
    """The latest so many; what was asked for last goes last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, ValueT] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, key: str, value: ValueT) -> None:
        """Keep it; the oldest makes room."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def get(self, key: str) -> ValueT | None:
        """What is kept under the key."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)


class Office:
    """The pool with its memory of ids. It sees bodies only as bytes."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self.settings = settings
        self.pool = Pool(
            settings.setup, workers=settings.workers, waiting=settings.waiting, limit=settings.timeout,
            lost=metrics.lost,
        )  # fmt: skip
        metrics.watch(waiting=lambda: self.pool.waiting, ready=lambda: len(self.pool.pids))
        self._marks: Shelf[bytes] = Shelf(settings.remembered)
        self._cards: Shelf[Card] = Shelf(settings.remembered)
        self._batches = 0

    def open(self) -> None:
        """Start the workers."""
        self.pool.start()

    async def close(self) -> None:
        """End them."""
        await self.pool.stop()

    def readiness(self) -> Answer:
        """200 as soon as one worker is ready."""
        if self.pool.ready:
            return Answer(200, b'{"status":"ready"}')
        return problem(503, "starting", "No worker is ready.", detail=self.pool.trouble or "they are starting")

    async def ask(
        self, job: str, body: bytes, *, marks: bytes | None = None, patient: bool = False, service: str = ""
    ) -> Answer:
        """The worker's answer, or a problem; `service` is that of CDS Hooks whose cards are asked for."""
        answer = await self._asked(job, body, marks=marks, patient=patient)
        if answer.status in {500, 504}:
            return _failed(answer)
        if answer.asks:
            return await self._with_marks(answer.asks, job, body, patient=patient)
        if answer.report_id and answer.marks is not None:
            self._marks.put(answer.report_id, answer.marks)
        for uuid, query_id, rules_version in answer.cards:
            self._cards.put(uuid, Card(service, query_id, rules_version))
        return answer

    async def _asked(self, job: str, body: bytes, *, marks: bytes | None, patient: bool) -> Answer:
        try:
            return await self.pool.ask(job, body, marks=marks, patient=patient)
        except Busy:
            return problem(429, "busy", "Too many requests are waiting.", detail="try again in a second")
        except Unavailable:
            return problem(503, "unavailable", "No worker was free in time.", detail=self.pool.trouble or "")
        except Hung:
            limit = f"more than {self.settings.timeout:g} s"
            return problem(504, "timeout", "Checking this took too long and was ended.", detail=limit)
        except Died:
            return problem(500, "worker-died", "The worker ended while it checked this; a new one takes its place.")

    async def feedback(self, service: str, body: bytes) -> Answer:
        """Add to the response log what became of cards."""
        if len(body) > _MOST_FEEDBACK:
            return problem(413, "too-large", "The body is too large.", detail=f"at most {_MOST_FEEDBACK} bytes")
        try:
            found, unknown = entries(body, service, self._cards.get)
        except Refused as refused:
            return refused.answer
        kept_in = self.settings.setup.responses
        if kept_in is not None:
            try:
                await asyncio.to_thread(_append_all, kept_in, found)
            except (ReadError, OSError) as error:
                reason = error.reason if isinstance(error, ReadError) else error.strerror or type(error).__name__
                return _failed(problem(500, "log", "The response log cannot be written.", detail=reason))
        return Answer(200, json.dumps({"recorded": len(found) if kept_in else 0, "unknown": unknown}).encode())

    async def batch(self, body: bytes, *, gone: Callable[[], Awaitable[bool]]) -> Answer:
        """Every note by itself, one after the other, so that a batch leaves the other workers to others.

        Its notes wait beside `waiting`, so that only so many batches are let in; nothing is done for a client that has
        gone.
        """
        if self._batches >= _BATCHES_A_WORKER * self.settings.workers:
            return problem(429, "busy", "Too many batches are being checked.", detail="try again in a second")
        self._batches += 1
        try:
            answer = await self.ask("split", body)
            if answer.status != 200:
                return answer
            results: list[bytes] = []
            for part in answer.parts:
                if await gone():
                    break
                results.append(_result(await self.ask("check", part, patient=True)))
        finally:
            self._batches -= 1
        return Answer(200, b'{"results":[' + b",".join(results) + b"]}")

    async def _with_marks(self, report_id: str, job: str, body: bytes, *, patient: bool) -> Answer:
        marks = self._marks.get(report_id)
        if marks is None:
            detail = "reports are remembered for a while only: give the earlier text as `since`"
            return problem(404, "unknown-report", "No report has this id here.", detail=detail)
        return await self.ask(job, body, marks=marks, patient=patient)


def _failed(answer: Answer) -> Answer:
    """What is not the client's fault, told to whoever runs the service too; it names nothing of a request."""
    log.error("%s %s", answer.status, reason_of(answer))
    return answer


def _append_all(path: Path, found: list[Response]) -> None:
    for entry in found:
        append(path, entry)


def _result(answer: Answer) -> bytes:
    """One of a batch: its status beside what it would have been told alone."""
    key = b"report" if answer.status == 200 else b"problem"
    id_ = f'"report_id":"{answer.report_id}",'.encode() if answer.report_id else b""
    return b'{"status":%d,%s"%s":%s}' % (answer.status, id_, key, answer.body)
