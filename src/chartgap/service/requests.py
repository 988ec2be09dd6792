"""Bodies of requests: read strictly, and whatever is wrong is told without a value of the request."""

import re
from collections.abc import Collection
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from chartgap.errors import ChartgapError, ReadError
from chartgap.model import Note
from chartgap.readers.fields import NoteFields
from chartgap.readers.objects import parse_object, safe_key
from chartgap.service.answers import Answer, problem

BodyT = TypeVar("BodyT", bound=BaseModel)
_REPORT_ID = re.compile(r"[0-9a-f]{32}")
_NAMELESS = "note"
_MOST_ERRORS = 20


class Refused(ChartgapError):
    """A request that cannot be answered, and the answer to it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(f"refused with {answer.status}")


class CheckRequest(NoteFields):
    """A note and its claim, as a line of a .jsonl file; the id may be left out."""

    id: str = _NAMELESS
    max_queries: Annotated[int, Field(ge=0, le=50)] = 3
    explain: bool = False
    draft: bool = False
    since: str | None = None

    @property
    def earlier_id(self) -> str | None:
        """The id of the earlier report, where `since` is one and no text."""
        return self.since if self.since and _REPORT_ID.fullmatch(self.since) else None


class BatchRequest(BaseModel):
    """Several notes, each answered as if it had been sent alone."""

    notes: list[dict[str, Any]]


def parsed(model: type[BodyT], body: bytes) -> BodyT:
    """The body as this model; Refused says which keys are wrong."""
    try:
        data = parse_object(body, source="", number=0, known=tuple(model.model_fields))
    except ReadError as error:
        raise Refused(problem(400, "not-json", "The body is not a JSON object.", detail=error.reason)) from None
    return validated(model, data)


def validated(model: type[BodyT], data: Any) -> BodyT:
    """The data as this model; Refused says which keys are wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Refused(invalid(error, tuple(model.model_fields))) from None


def invalid(error: ValidationError, known: Collection[str]) -> Answer:
    """Every wrong key with what is wrong; of a key that is not ours only its length."""
    items = error.errors(include_input=False, include_context=False, include_url=False)[:_MOST_ERRORS]
    wrong = [
        {"key": ".".join(safe_key(step, known) for step in item["loc"]), "reason": _reason(item)} for item in items
    ]
    return problem(422, "invalid", "The request does not fit the schema.", errors=wrong)


def _reason(item: Any) -> str:
    return "not a known key" if item["type"] == "extra_forbidden" else str(item["msg"])


def note_of(request: NoteFields, *, most_characters: int) -> Note:
    """The note of a request; Refused where it is empty or too long."""
    fitting(request.text, most_characters=most_characters)
    try:
        return request.note()
    except ValueError as error:
        key, _, reason = str(error).partition(": ")
        wrong = [{"key": key, "reason": reason}]
        raise Refused(problem(422, "invalid", "The request does not fit the schema.", errors=wrong)) from None


def fitting(text: str, *, most_characters: int) -> None:
    """Refused where the text of a note is too long."""
    if len(text) > most_characters:
        raise Refused(problem(413, "too-long", "The note is too long.", detail=f"at most {most_characters} characters"))
