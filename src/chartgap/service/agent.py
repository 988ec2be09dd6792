"""A tool for agents over the Model Context Protocol: check_note, explain_requirement, lint_query.

Arguments are validated here and not by the library, whose errors and log lines would repeat them.
"""

from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

import chartgap
from chartgap.assess.drafts import drafted
from chartgap.assess.lint_query import lint_query
from chartgap.assess.queries import Policy
from chartgap.assess.query_text import NotJson
from chartgap.assess.record import Record
from chartgap.errors import where
from chartgap.model import GAPS, Report
from chartgap.render.as_prompt import query_text
from chartgap.service.answers import reason_of
from chartgap.service.requests import CheckRequest, Refused, note_of, validated

if TYPE_CHECKING:
    from chartgap.checker import Checker

_MOST_CHARACTERS = 200_000
_ABOUT = (
    "Checks clinical notes for what they leave undocumented for the ICD-10-CM codes claimed from them. It runs on this "
    "machine. Its queries are written to lead to no answer: show them as they are; only the provider answers them."
)
_CHECK = "Check a note: gaps with their reasons, alerts, compliant queries. detail: gaps, draft or report."
_EXPLAIN = "What a requirement, alert or query asks, why, and its source. id: such as M54.12.laterality or XC-RAD-02."
_LINT = "Check any query's text against the rules of a compliant query; with the note, also what it quotes."

Text = Annotated[Any, WithJsonSchema({"type": "string"})]
Texts = Annotated[Any, WithJsonSchema({"type": "array", "items": {"type": "string"}})]
Detail = Annotated[Any, WithJsonSchema({"type": "string", "enum": ["gaps", "draft", "report"]})]


Explain = Callable[[str], str]
"""The page of a requirement, alert or query; LookupError says that none has the id."""
ResultT = TypeVar("ResultT")


class _LintRequest(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)

    query: str = Field(min_length=1, max_length=_MOST_CHARACTERS)
    note: str = Field(default="", max_length=_MOST_CHARACTERS)


class _ExplainRequest(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=100)


class Agent:
    """The tools with their checker, which is made when it is first needed and asked by one at a time."""

    def __init__(self, make: "Callable[[], Checker]", explain: Explain) -> None:
        self._make, self._explain, self._lock = make, explain, Lock()

    @cached_property
    def _checker(self) -> "Checker":
        return self._make()

    def check(self, fields: dict[str, Any], detail: Any) -> dict[str, Any]:
        """A report, or the part of it that is asked for."""
        if detail not in ("gaps", "draft", "report"):
            raise ToolError("detail: one of gaps, draft, report is needed")
        request = validated(CheckRequest, fields)
        note = note_of(request, most_characters=_MOST_CHARACTERS)
        with self._lock:
            report = self._checker.check(note, policy=Policy(request.max_queries))
            catalog = self._checker.catalog
        if detail == "report":
            return report.model_dump(mode="json")
        if detail == "draft":
            return drafted(report, catalog.drafts, catalog.query_rules).model_dump(mode="json")
        return _gaps(report)

    def explain(self, id_: Any) -> str:
        """The page of whatever has the id."""
        wanted = validated(_ExplainRequest, {"id": id_}).id
        try:
            with self._lock:
                return self._explain(wanted)
        except LookupError as error:
            raise ToolError(str(error.args[0])) from None

    def lint(self, query: Any, note: Any) -> dict[str, Any]:
        """The broken rules of a query's text."""
        request = validated(_LintRequest, {"query": query, "note": note})
        with self._lock:
            rules = self._checker.catalog.query_rules
        try:
            found = lint_query(request.query, rules, record=Record([request.note]) if request.note else None)
        except NotJson as error:
            raise ToolError(f"query: begins as JSON and is none, line {error.line}") from None
        return {
            "compliant": not any(item.severity == "error" for item in found),
            "problems": [i._asdict() for i in found],
        }


def agent_server(make: "Callable[[], Checker]", explain: Explain) -> MCPServer:
    """The server; nothing is loaded until a tool is called."""
    agent = Agent(make, explain)
    # Any lower level could log what was asked.
    server = MCPServer("chartgap", instructions=_ABOUT, version=chartgap.__version__, log_level="CRITICAL")

    @server.tool(
        description="Check a note: gaps with their reasons, alerts, compliant queries. detail: gaps, draft or report."
    )
    def check_note(  # noqa: PLR0913, PLR0917  # the arguments are the contract
        text: Text = "",
        codes: Texts = (),
        procedures: Texts = (),
        payer: Text = "",
        setting: Text = "outpatient",
        detail: Detail = "gaps",
    ) -> dict[str, Any]:
        fields = {"text": text, "codes": _listed(codes), "procedures": _listed(procedures), "setting": setting}
        return _safely(lambda: agent.check({**fields, "payer": payer or None}, detail))

    @server.tool(
        description="What a requirement, alert or query asks, why, and its source: M54.12.laterality, XC-RAD-02."
    )
    def explain_requirement(id: Text = "") -> str:  # the tool's argument
        return _safely(lambda: agent.explain(id))

    @server.tool(
        description="Check any query's text against the rules of a compliant query; with the note, also its quotes."
    )
    def lint_query(query: Text = "", note: Text = "") -> dict[str, Any]:
        return _safely(lambda: agent.lint(query, note))

    return server


def _safely(work: Callable[[], ResultT]) -> ResultT:
    """The result, or an error that repeats nothing of what was asked."""
    try:
        return work()
    except ToolError:
        raise
    except Refused as refused:
        raise ToolError(reason_of(refused.answer)) from None
    except Exception as error:  # noqa: BLE001  # its message could hold the note
        raise ToolError(f"internal error: {where(error)}") from None


def _gaps(report: Report) -> dict[str, Any]:
    return {
        "codes": [
            {
                "code": code.code,
                "title": code.description,
                "verdict": code.verdict,
                "gaps": [
                    {"id": row.id, "status": row.status, "level": row.level, "basis": row.basis, "reason": row.reason}
                    for row in code.requirements
                    if row.status in GAPS
                ],
            }
            for code in report.codes
        ],
        "alerts": [alert.model_dump(include={"id", "severity", "code", "message"}) for alert in report.alerts],
        "queries": [{"id": query.id, "text": query_text(query)} for query in report.queries],
        "notices": list(report.notices),
        "errors": list(report.errors),
    }


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
