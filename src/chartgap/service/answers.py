"""What a worker gives back: bytes that the parent passes on as they are, and what it has to remember of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
PROBLEM = "application/problem+json"
FHIR = "application/fhir+json"


@dataclass(frozen=True)
class Answer:
    """One response.

    `marks` are ids and statuses of a report, kept under `report_id`; `asks` is the id of a report whose marks the
    worker needs first; `parts` are the notes of a batch, each to be checked by itself.
    """

    status: int = 200
    body: bytes = b""
    media: str = JSON
    report_id: str | None = None
    marks: bytes | None = None
    asks: str | None = None
    parts: tuple[bytes, ...] = ()
    cards: tuple[tuple[str, str, str], ...] = ()  # of a card its uuid, and the query's id and rules_version


def problem(
    status: int, kind: str, title: str, *, detail: str = "", errors: Sequence[Mapping[str, str]] = ()
) -> Answer:
    """RFC 9457. `detail` and `errors` name keys and limits, never a value of the request."""
    body: dict[str, Any] = {"type": f"urn:chartgap:problem:{kind}", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    return Answer(status, json.dumps(body).encode(), PROBLEM)


def outcome(status: int, code: str, text: str) -> Answer:
    """The same for FHIR and CDS Hooks: an OperationOutcome."""
    issue = {"severity": "error", "code": code, "diagnostics": text}
    body = {"resourceType": "OperationOutcome", "issue": [issue]}
    return Answer(status, json.dumps(body).encode(), FHIR)


_ISSUES = {
    400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 408: "timeout",
    412: "required", 413: "too-long", 415: "not-supported", 422: "invalid", 429: "throttled", 500: "exception",
    503: "transient", 504: "timeout",
}  # fmt: skip


def as_outcome(answer: Answer) -> Answer:
    """A problem in the words of FHIR."""
    if answer.media != PROBLEM:
        return answer
    return outcome(answer.status, _ISSUES.get(answer.status, "processing"), reason_of(answer))


def reason_of(answer: Answer) -> str:
    """A problem in a line."""
    said = json.loads(answer.body)
    keys = "; ".join(f"{item['key']}: {item['reason']}" for item in said.get("errors", ()))
    return ": ".join(filter(None, (said["title"].removesuffix("."), said.get("detail"), keys)))
