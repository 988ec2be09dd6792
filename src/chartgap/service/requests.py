"""Bodies of requests: read strictly, and whatever is wrong is told without a value of the request."""

import re
from collections.abc import Collection
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from chartgap.errors import ChartgapError, ReadError
from chartgap.model import NAMELESS, Note
from chartgap.readers.fields import NoteFields
from chartgap.readers.objects import parse_object, safe_key, unknown_key
from chartgap.service.answers import Answer, problem

BodyT = TypeVar("BodyT", bound=BaseModel)
_REPORT_ID = re.compile(r"[0-9a-f]{32}")
_LIKE_AN_ID = re.compile(r"\s*|\s*[0-9A-Fa-f-]{8,64}\s*")
_MOST_ERRORS = 20
_MOST_ITEMS = 100
"""A claim has 25 diagnoses; each more costs as much as the note."""
_LONGEST_FIELD = 500


def _id_or_text(since: str | None) -> str | None:
    """An id with a slip of the hand would else be compared with as a text."""
    if since is not None and _LIKE_AN_ID.fullmatch(since) and not _REPORT_ID.fullmatch(since):
        raise ValueError("neither the id of a report (32 of 0-9a-f) nor a text")
    return since


class Refused(ChartgapError):
    """A request that cannot be answered, and the answer to it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(f"refused with {answer.status}")


class CheckRequest(NoteFields):
    """A note and its claim, as a line of a .jsonl file; the id may be left out."""

    id: str = NAMELESS
    max_queries: Annotated[int, Field(ge=0, le=50)] = 3
    explain: bool = False
    draft: bool = False
    since: Annotated[str | None, AfterValidator(_id_or_text)] = None

    @property
    def earlier_id(self) -> str | None:
        """The id of the earlier report, where `since` is one and no text."""
        return self.since if self.since and _REPORT_ID.fullmatch(self.since) else None


class BatchRequest(BaseModel):
    """Several notes, each answered as if it had been sent alone."""

    notes: list[dict[str, Any]]


def parsed(model: type[BodyT], body: bytes, *, keys: tuple[str, ...] = ()) -> BodyT:
    """The body as this model; Refused says which keys are wrong. `keys` are those of models inside of it."""
    try:
        data = parse_object(body, source="", number=0, known=tuple(model.model_fields))
    except ReadError as error:
        raise Refused(problem(400, "not-json", "The body is not a JSON object.", detail=error.reason)) from None
    return validated(model, data, keys=keys)


def validated(model: type[BodyT], data: Any, *, keys: tuple[str, ...] = ()) -> BodyT:
    """The data as this model; Refused says which keys are wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Refused(invalid(error, (*model.model_fields, *keys))) from None


def invalid(error: ValidationError, known: Collection[str]) -> Answer:
    """Every wrong key with what is wrong; of a key that is not ours only its length."""
    items = error.errors(include_input=False, include_context=False, include_url=False)[:_MOST_ERRORS]
    wrong = [
        {"key": ".".join(safe_key(step, known) for step in item["loc"]), "reason": _reason(item, known)}
        for item in items
    ]
    return problem(422, "invalid", "The request does not fit the schema.", errors=wrong)


def _reason(item: Any, known: Collection[str]) -> str:
    if item["type"] == "extra_forbidden":
        return unknown_key(item["loc"][-1], known)
    return str(item["msg"]).removeprefix("Value error, ")


def note_of(request: NoteFields, *, most_characters: int) -> Note:
    """The note of a request; Refused where it is empty or too long."""
    try:
        note = request.note()
    except ValueError as error:
        key, _, reason = str(error).partition(": ")
        wrong = [{"key": key, "reason": reason}]
        raise Refused(problem(422, "invalid", "The request does not fit the schema.", errors=wrong)) from None
    fitting(note, most_characters=most_characters)
    return note


def fitting(note: Note, *, most_characters: int) -> None:
    """Refused where the note, its claim or what is said of it is larger than any note's: time and memory follow it."""
    if any(len(text) > most_characters for text in (note.text, *note.previous_text)):
        raise Refused(problem(413, "too-long", "The note is too long.", detail=f"at most {most_characters} characters"))
    claim = note.claim
    lists = {"codes": claim.codes, "procedures": claim.procedures, "modifiers": claim.modifiers}
    for key, items in {**lists, "overlays": claim.overlays, "previous_text": note.previous_text}.items():
        if len(items) > _MOST_ITEMS:
            raise Refused(problem(413, "too-many", f"There are too many {key}.", detail=f"at most {_MOST_ITEMS}"))
    words = [note.id, note.encounter_id, note.author, note.site, claim.payer, *claim.codes, *claim.procedures]
    if any(len(word or "") > _LONGEST_FIELD for word in (*words, *claim.modifiers, *claim.overlays)):
        detail = f"id, codes and all else but texts: at most {_LONGEST_FIELD} characters"
        raise Refused(problem(413, "too-long", "A field is too long.", detail=detail))
