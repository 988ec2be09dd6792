"""What stands before every route: who may ask, how much, and how slowly; and after it: headers, a log line, a count.

Plain ASGI: the body is read here, whole and within its limits, before anything looks at it.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chartgap.errors import where
from chartgap.service.answers import Answer, as_outcome, problem
from chartgap.service.metrics import Metrics
from chartgap.service.settings import Settings

log = logging.getLogger("chartgap.service")

OPEN_PATHS = frozenset({"/", "/healthz", "/readyz", "/openapi.json"})
"""They hold nothing of a note: the page asks for the key itself."""
_JSON_TYPES = ("application/json", "application/fhir+json")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}


class _Gone(Exception):
    """The client has left before its request was whole."""


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, settings: Settings, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics
        self._key = settings.key.encode() if settings.key else None
        self._hosts = settings.accepted_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reply = _Reply(send)
        begun = time.perf_counter()
        try:
            await self._answer(scope, receive, reply)
        except _Gone:
            return
        except Exception as error:  # noqa: BLE001  # its message could hold the note: kind and place are told
            log.error("internal error: %s", where(error))
            if reply.status == 0:
                await self._send(scope, reply, problem(500, "internal", "Internal error.", detail=where(error)))
        finally:
            self._tell(scope, reply.status, time.perf_counter() - begun)

    async def _answer(self, scope: Scope, receive: Receive, send: "_Reply") -> None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        refused = self._refusal(scope, headers)
        if refused is None and scope["method"] in {"POST", "PUT", "PATCH"}:
            body = await self._body(receive, headers)
            if isinstance(body, bytes):
                receive = _replayed(body, receive)
            else:
                refused = body
        if refused is not None:
            await self._send(scope, send, refused)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Answer | None:
        if self._hosts is not None and _host(headers) not in self._hosts:
            return problem(421, "host", "This service is not known under that name.", detail="see --allow-host")
        if self._key and scope["path"] not in OPEN_PATHS and not scope["path"].startswith("/assets/"):
            given = _given_key(headers)
            if given is None or not hmac.compare_digest(given, self._key):
                return problem(401, "key", "An API key is needed.", detail="Authorization: Bearer …, or X-API-Key")
        if scope["method"] == "POST":
            media = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
            if media not in _JSON_TYPES:
                return problem(415, "media-type", "The body must be JSON.", detail="Content-Type: application/json")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._settings.most_bytes:
            return self._too_large()
        return None

    async def _body(self, receive: Receive, headers: Mapping[bytes, bytes]) -> bytes | Answer:
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Gone
                    pieces.append(message.get("body", b""))
                    size += len(pieces[-1])
                    more = message.get("more_body", False)
                    if size > self._settings.most_bytes:
                        return self._too_large()
        except TimeoutError:
            return problem(408, "slow", "The body did not arrive in time.")
        return b"".join(pieces)

    def _too_large(self) -> Answer:
        most = f"at most {self._settings.most_bytes} bytes"
        return problem(413, "too-large", "The body is too large.", detail=most)

    async def _send(self, scope: Scope, send: "_Reply", answer: Answer) -> None:
        if speaks_fhir(scope["path"]):
            answer = as_outcome(answer)
        await send_answer(send, answer)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        """A line without path, query or address: a path that nobody wrote here may hold anything."""
        route = getattr(scope.get("route"), "path", "(no route)")
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        self._metrics.answered(method, route, status, seconds)
        log.info("%s %s %s %.0f ms", method, route, status or "gone", 1000 * seconds)


class _Reply:
    """Sends on, with the headers that every answer has, and keeps the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {name.lower() for name, _ in message.get("headers", ())}
            more = [(name, value) for name, value in _HEADERS.items() if name not in own]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await self._send(message)


async def send_answer(send: Callable[[Message], Any], answer: Answer) -> None:
    """An answer as it stands."""
    headers = [(b"content-type", answer.media.encode()), (b"content-length", str(len(answer.body)).encode())]
    headers += extra_headers(answer)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def extra_headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    """What goes with some answers."""
    headers = []
    if answer.status in {429, 503}:
        headers.append((b"retry-after", b"1"))
    if answer.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if answer.status == 408:
        headers.append((b"connection", b"close"))
    if answer.report_id:
        headers.append((b"chartgap-report-id", answer.report_id.encode()))
    return headers


def speaks_fhir(path: str) -> bool:
    """Whether errors are told as an OperationOutcome there."""
    return path.startswith(("/cds-services", "/v1/fhir"))


def _host(headers: Mapping[bytes, bytes]) -> str:
    """The name asked for, without the port."""
    host = headers.get(b"host", b"").decode("latin-1").strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _given_key(headers: Mapping[bytes, bytes]) -> bytes | None:
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer" and token:
        return token.strip()
    return headers.get(b"x-api-key")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more, and then what the client does."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
