"""What stands before every route: who may ask, how much, and how slowly; and after it: headers, a log line, a count.

Plain ASGI: the body is read here, whole and within its limits, before anything looks at it.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chartgap.errors import where
from chartgap.service.answers import Answer, as_outcome, problem
from chartgap.service.metrics import Metrics
from chartgap.service.settings import Settings

log = logging.getLogger("chartgap.service")

OPEN_PATHS = frozenset({"/", "/healthz", "/readyz", "/openapi.json"})
"""They hold nothing of a note: the page asks for the key itself."""
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: only a failure is logged."""
_JSON_TYPES = ("application/json", "application/fhir+json")
_BODIES = 16
"""So many bodies of the largest size are held at once, or more of smaller ones."""
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


@dataclass
class _Held:
    """Bytes of one request."""

    size: int = 0


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, settings: Settings, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics
        self._key = settings.key.encode() if settings.key else None
        self._hosts = settings.accepted_hosts
        self._held = 0  # bytes of all requests that are not answered yet

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
        if refused is not None:
            await self._send(scope, send, refused)
        elif scope["method"] in {"POST", "PUT", "PATCH"}:
            await self._answer_body(scope, receive, send)
        elif scope["method"] == "HEAD":  # the server sends no body then
            await self._app({**scope, "method": "GET"}, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer_body(self, scope: Scope, receive: Receive, send: "_Reply") -> None:
        held = _Held()
        try:
            body = await self._body(receive, held)
            if isinstance(body, bytes):
                await self._app(scope, _replayed(body, receive), send)
            else:
                await self._send(scope, send, body)
        finally:
            self._held -= held.size

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

    async def _body(self, receive: Receive, held: "_Held") -> bytes | Answer:
        pieces: list[bytes] = []
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Gone
                    pieces.append(message.get("body", b""))
                    held.size += len(pieces[-1])
                    self._held += len(pieces[-1])
                    more = message.get("more_body", False)
                    if held.size > self._settings.most_bytes:
                        return self._too_large()
                    if self._held > _BODIES * self._settings.most_bytes:
                        return problem(429, "busy", "Too many bodies are being held.", detail="try again in a second")
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
        """A line without path or query: a path that nobody wrote here may hold anything."""
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        self._metrics.answered(method, route, status, seconds)
        level = logging.DEBUG if route in _PROBES and status == 200 else logging.INFO
        # Whoever tries keys is named, so that it can be shut out.
        whose = f" from {scope['client'][0]}" if status == 401 and scope.get("client") else ""
        log.log(level, "%s %s %s %.0f ms%s", method, route, status or "gone", 1000 * seconds, whose)


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


def _route(scope: Scope) -> str:
    """The route as it is written here, also of a request that was refused before it got there."""
    route = scope.get("route") or next((r for r in scope["app"].routes if r.matches(scope)[0] is not Match.NONE), None)
    return getattr(route, "path", "(no route)")


def _host(headers: Mapping[bytes, bytes]) -> str:
    """The name asked for, without the port."""
    host = headers.get(b"host", b"").decode("latin-1").strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _given_key(headers: Mapping[bytes, bytes]) -> bytes | None:
    """X-API-Key goes first: a client of CDS Hooks has a token of its own in the other."""
    if b"x-api-key" in headers:
        return headers[b"x-api-key"]
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" and token else None


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
