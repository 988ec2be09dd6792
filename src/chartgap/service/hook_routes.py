"""The routes that speak FHIR: CDS Hooks and POST /v1/fhir/check. Errors are OperationOutcomes."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Path, Request
from fastapi.responses import Response

from chartgap.service.answers import Answer, as_outcome, problem
from chartgap.service.hooks import SERVICES
from chartgap.service.office import Office
from chartgap.service.openapi import REPORT_ID, respond

_DOCUMENTED = (400, 401, 404, 408, 412, 413, 415, 421, 422, 429, 500, 503, 504)
ServiceId = Annotated[str, Path(json_schema_extra={"enum": [*SERVICES]})]
_OBJECT: dict[str, Any] = {"type": "object"}


def add_hooks(app: FastAPI, office: Office) -> None:
    """Discovery, the services and their feedback."""

    @app.get("/cds-services", summary="CDS Hooks: discovery", tags=["CDS Hooks"], responses=_outcomes(401, 421))
    async def discover() -> dict[str, list[dict[str, Any]]]:
        return {"services": [service.told(id_) for id_, service in SERVICES.items()]}

    @app.post(
        "/cds-services/{service}", summary="CDS Hooks: cards", tags=["CDS Hooks"], openapi_extra=_takes(_REQUEST),
        responses={200: _json(_CARDS), **_outcomes(*_DOCUMENTED)},
    )  # fmt: skip
    async def call(service: ServiceId, request: Request) -> Response:
        if service not in SERVICES:
            return _told(_no_service())
        body = await request.body()
        return _told(await office.ask("cds", service.encode() + b"\n" + body, service=service))

    @app.post(
        "/cds-services/{service}/feedback", summary="CDS Hooks: what became of cards", tags=["CDS Hooks"],
        openapi_extra=_takes(_FEEDBACK), responses={200: _json(_OBJECT), **_outcomes(*_DOCUMENTED)},
    )  # fmt: skip
    async def feedback(service: ServiceId, request: Request) -> Response:
        if service not in SERVICES:
            return _told(_no_service())
        return _told(await office.feedback(service, await request.body()))


def add_fhir(app: FastAPI, office: Office) -> None:
    """Documents in, Bundles out."""

    @app.post(
        "/v1/fhir/check", summary="Check documents of FHIR R4", tags=["check"], openapi_extra=_takes(_OBJECT),
        responses={200: {**_fhir("The Bundle"), "headers": REPORT_ID}, **_outcomes(*_DOCUMENTED)},
    )  # fmt: skip
    async def check(request: Request) -> Response:
        return _told(await office.ask("fhir", await request.body()))


_REQUEST = {
    "type": "object",
    "required": ["hook", "hookInstance", "context"],
    "properties": {
        "hook": {"type": "string"},
        "hookInstance": {"type": "string"},
        "context": _OBJECT,
        "prefetch": _OBJECT,
    },
}
_CARDS = {"type": "object", "required": ["cards"], "properties": {"cards": {"type": "array", "items": _OBJECT}}}
_FEEDBACK = {
    "type": "object",
    "required": ["feedback"],
    "properties": {"feedback": {"type": "array", "items": _OBJECT}},
}


def _no_service() -> Answer:
    return problem(404, "no-service", "There is no such service.", detail=", ".join(SERVICES))


def _told(answer: Answer) -> Response:
    return respond(as_outcome(answer))


def _takes(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "OK", "content": {"application/json": {"schema": schema}}}


def _fhir(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/fhir+json": {"schema": _OBJECT}}}


def _outcomes(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: _fhir(HTTPStatus(status).phrase) for status in statuses}
