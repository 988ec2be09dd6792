"""The application: routes, what they take and give, and how their errors are told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

import chartgap
from chartgap.model import Report
from chartgap.service.answers import Answer, as_outcome, problem
from chartgap.service.guard import Guard, extra_headers, speaks_fhir
from chartgap.service.metrics import Metrics
from chartgap.service.office import Office
from chartgap.service.requests import CheckRequest
from chartgap.service.settings import Settings

# FastAPI would otherwise report to whatever OpenTelemetry finds in the environment.
_SILENT: Any = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)
_ABOUT = "What a clinical note leaves undocumented for the ICD-10-CM codes claimed from it."
_DOCUMENTED = (400, 401, 408, 413, 415, 421, 422, 429, 500, 503, 504)
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


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
    _add_errors(app)
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
        responses={200: {"model": Report, "headers": REPORT_ID}, **errors(*_DOCUMENTED)},
    )  # fmt: skip
    async def check(request: Request) -> Response:
        return respond(await office.ask("check", await request.body()))


REPORT_ID = {"Chartgap-Report-Id": {"schema": {"type": "string"}, "description": "What `since` takes later."}}


def takes(model: Any) -> dict[str, Any]:
    """How OpenAPI describes a body that the worker reads."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI describes what can go wrong."""
    content = {"application/problem+json": {"schema": PROBLEM_SCHEMA}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def respond(answer: Answer) -> Response:
    """An answer of a worker, passed on."""
    headers = {name.decode(): value.decode() for name, value in extra_headers(answer)}
    return Response(answer.body, answer.status, headers, answer.media)


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
        wrong = [{"key": str(item["loc"][-1]), "reason": item["type"]} for item in error.errors()]
        return respond(problem(422, "invalid", "The request does not fit the schema.", errors=wrong))
