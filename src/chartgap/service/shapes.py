"""Bodies as OpenAPI describes them, where the workers write or read them as bytes."""

from typing import Any

from pydantic import BaseModel

from chartgap.model import Basis, Changes, Draft, Level, Report


class BatchResult(BaseModel):
    """What one note of a batch would have been answered alone."""

    status: int
    report_id: str | None = None
    report: Report | Draft | Changes | None = None
    problem: dict[str, Any] | None = None


class BatchAnswer(BaseModel):
    """The answers in the order of the notes."""

    results: list[BatchResult]


class CodeRow(BaseModel):
    """A code with its official title; whether its requirements are its own or read off the title."""

    code: str
    title: str
    own_requirements: bool


class CodesAnswer(BaseModel):
    """Codes that were found."""

    codes: list[CodeRow]


class RequirementRow(BaseModel):
    """One requirement of a code."""

    id: str
    element: str
    level: Level
    basis: Basis
    needs: str
    not_enough: str | None
    why: str
    source: str
    verified: bool
    only_when: str | None
    derived: bool


class CodeAnswer(BaseModel):
    """What a code needs documented."""

    code: str
    title: str
    billable: bool
    release: str
    requirements: list[RequirementRow]
