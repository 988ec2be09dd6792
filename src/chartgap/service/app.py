"""The application: routes, what they take and give, and how their errors are told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

import chartgap
from chartgap.model import Changes, Draft, Report
from chartgap.service.answers import as_outcome, problem
from chartgap.service.guard import OPEN_PATHS, Guard, speaks_fhir
from chartgap.service.hook_routes import add_fhir, add_hooks
from chartgap.service.metrics import Metrics
from chartgap.service.office import Office
from chartgap.service.openapi import REPORT_ID, described, errors, respond, takes
from chartgap.service.page_routes import add_page
from chartgap.service.requests import CheckRequest
from chartgap.service.settings import Settings
from chartgap.service.shapes import BatchAnswer, CodeAnswer, CodesAnswer

# FastAPI would otherwise report to whatever OpenTelemetry finds in the environment.
_SILENT: Any = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)
_ABOUT = "What a clinical note leaves undocumented for the ICD-10-CM codes claimed from it."
_DOCUMENTED = (400, 401, 408, 413, 415, 421, 422, 429, 500, 503, 504)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service; its workers start with it."""
    settings = (settings or Settings()).checked()
    metrics = Metrics()
    office = Office(settings, metrics)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        office.open()
        yield
        await office.close()

    app = FastAPI(
        title="chartgap", version=chartgap.__version__, description=_ABOUT, lifespan=lifespan, docs_url=None,
        redoc_url=None, redirect_slashes=False, telemetry=_SILENT,
    )  # fmt: skip
    app.state.office = office
    _add_health(app, office, metrics)
    _add_checks(app, office)
    _add_codes(app, office)
    add_fhir(app, office)
    add_hooks(app, office)
    add_page(app, office)
    _add_errors(app)
    app.openapi = cache(partial(described, app, keyed=settings.key is not None, open_paths=OPEN_PATHS))  # type: ignore[method-assign]
    app.add_middleware(Guard, settings=settings, metrics=metrics)
    return app


def _add_health(app: FastAPI, office: Office, metrics: Metrics) -> None:
    @app.get("/healthz", summary="Whether the service runs", tags=["service"])
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "version": chartgap.__version__}

    @app.get("/readyz", summary="Whether a note can be checked", tags=["service"], responses=errors(503))
    async def readyz() -> Response:
        return respond(office.readiness())

    @app.get("/metrics", summary="Counters for Prometheus", tags=["service"], response_class=Response)
    async def show_metrics() -> Response:
        return Response(metrics.text(), media_type=metrics.media)


def _add_checks(app: FastAPI, office: Office) -> None:
    @app.post(
        "/v1/check", summary="Check one note", tags=["check"], openapi_extra=takes(CheckRequest),
        responses={200: {"model": Report | Draft | Changes, "headers": REPORT_ID}, **errors(404, *_DOCUMENTED)},
    )  # fmt: skip
    async def check(request: Request) -> Response:
        return respond(await office.ask("check", await request.body()))

    @app.post(
        "/v1/check:batch", summary="Check several notes", tags=["check"],
        openapi_extra=takes(CheckRequest, many="notes"),
        responses={200: {"model": BatchAnswer}, **errors(*_DOCUMENTED)},
    )  # fmt: skip
    async def check_batch(request: Request) -> Response:
        return respond(await office.batch(await request.body(), gone=request.is_disconnected))


def _add_codes(app: FastAPI, office: Office) -> None:
    @app.get(
        "/v1/codes", summary="Find codes by words of their titles", tags=["codes"],
        responses={200: {"model": CodesAnswer}, **errors(401, 421, 422, 429, 500, 503, 504)},
    )  # fmt: skip
    async def find_codes(
        q: Annotated[str, Query(max_length=100, description="Beginnings of words, or of a code.")],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> Response:
        return respond(await office.ask("find codes", json.dumps({"q": q, "limit": limit}).encode()))

    @app.get(
        "/v1/codes/{code}", summary="What a code needs documented", tags=["codes"],
        responses={200: {"model": CodeAnswer}, **errors(401, 404, 421, 422, 429, 500, 503, 504)},
    )  # fmt: skip
    async def show_code(code: Annotated[str, Path(max_length=20)]) -> Response:
        return respond(await office.ask("show code", json.dumps({"code": code}).encode()))


def _add_errors(app: FastAPI) -> None:
    """Errors of routing and of query parameters; FastAPI's own would repeat what was sent."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        answer = problem(error.status_code, "http", HTTPStatus(error.status_code).phrase)
        response = respond(as_outcome(answer) if speaks_fhir(request.url.path) else answer)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        wrong = [{"key": str(item["loc"][-1]), "reason": item["msg"]} for item in error.errors()]
        return respond(problem(422, "invalid", "The request does not fit the schema.", errors=wrong))
