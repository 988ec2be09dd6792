"""What routes do alike: how OpenAPI describes bodies and errors, and how an answer of a worker is passed on."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from chartgap.service.answers import Answer
from chartgap.service.guard import extra_headers

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
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
"""Needed where the service has a key."""
REPORT_ID = {"Chartgap-Report-Id": {"schema": {"type": "string"}, "description": "What `since` takes later."}}


def described(app: FastAPI, *, keyed: bool, open_paths: Collection[str]) -> dict[str, Any]:
    """FastAPI's description, and which routes want the key."""
    told = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    if keyed:
        told.setdefault("components", {})["securitySchemes"] = SCHEMES
        told["security"] = [{name: []} for name in SCHEMES]
        for path in told["paths"].keys() & open_paths:
            for operation in told["paths"][path].values():
                operation["security"] = []
    return told


def takes(model: Any, *, many: str | None = None) -> dict[str, Any]:
    """How OpenAPI describes a body that the worker reads: the model, or many of it under a key."""
    schema = model.model_json_schema()
    if many:
        schema = {"type": "object", "required": [many], "properties": {many: {"type": "array", "items": schema}}}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI describes what can go wrong."""
    content = {"application/problem+json": {"schema": PROBLEM_SCHEMA}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def respond(answer: Answer) -> Response:
    """An answer of a worker, passed on."""
    headers = {name.decode(): value.decode() for name, value in extra_headers(answer)}
    return Response(answer.body, answer.status, headers, answer.media)
