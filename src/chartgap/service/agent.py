"""A tool for agents over the Model Context Protocol: check_note, explain_requirement, lint_query.

Arguments are validated here and not by the library, whose errors and log lines would repeat them.
"""

import json
import logging
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import anyio
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from pydantic import BaseModel, ConfigDict, Field

import chartgap
from chartgap.assess.drafts import drafted
from chartgap.assess.lint_query import lint_query
from chartgap.assess.query_text import NotJson
from chartgap.assess.record import Record
from chartgap.errors import ChartgapError, where
from chartgap.model import GAPS, Report, Setting
from chartgap.readers.fields import Day
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
_READS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)  # fmt: skip

Explain = Callable[[str], str]
"""The page of a requirement, alert or query; LookupError says that none has the id."""


class _Arguments(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class CheckNote(_Arguments):
    """Check a note: gaps with their reasons, alerts, compliant queries."""

    text: str = Field(description="The note.")
    codes: list[str] = Field(default=[], description="The ICD-10-CM codes on the claim, the first one first.")
    procedures: list[str] = Field(default=[], description="CPT or HCPCS codes, such as 98940-AT.")
    payer: str | None = None
    setting: Setting = "outpatient"
    date_of_service: Day = Field(default=None, description="Such as 2026-05-31.")
    detail: Literal["gaps", "draft", "report"] = Field(
        default="gaps", description="gaps: what is open; draft: what the provider can still add; report: everything."
    )


class ExplainRequirement(_Arguments):
    """What a requirement, alert or query asks, why, and its source."""

    id: str = Field(min_length=1, max_length=100, description="Such as M54.12.laterality or XC-RAD-02.")


class LintQuery(_Arguments):
    """Check any query's text against the rules of a compliant query; with the note, also what it quotes."""

    query: str = Field(min_length=1, max_length=_MOST_CHARACTERS)
    note: str = Field(default="", max_length=_MOST_CHARACTERS)


class _Unanswerable(ChartgapError):
    """What the agent is told instead of a result; it repeats nothing of what was asked."""


class Agent:
    """The tools with their checker, which is made when it is first needed and asked by one at a time."""

    def __init__(self, make: "Callable[[], Checker]", explain: Explain) -> None:
        self._make, self._explain, self._lock = make, explain, Lock()

    @cached_property
    def _checker(self) -> "Checker":
        return self._make()

    def check(self, asked: CheckNote) -> dict[str, Any]:
        """A report, or the part of it that is asked for."""
        fields = asked.model_dump(exclude={"detail", "date_of_service"})
        request = CheckRequest(**fields, date_of_service=asked.date_of_service)
        note = note_of(request, most_characters=_MOST_CHARACTERS)
        with self._lock:
            report = self._checker.check(note)
            catalog = self._checker.catalog
        if asked.detail == "report":
            return report.model_dump(mode="json")
        if asked.detail == "draft":
            return drafted(report, catalog.drafts, catalog.query_rules).model_dump(mode="json")
        return _gaps(report)

    def explain(self, asked: ExplainRequirement) -> str:
        """The page of whatever has the id."""
        try:
            with self._lock:
                return self._explain(asked.id)
        except LookupError as error:
            raise _Unanswerable(str(error.args[0])) from None

    def lint(self, asked: LintQuery) -> dict[str, Any]:
        """The broken rules of a query's text."""
        with self._lock:
            rules = self._checker.catalog.query_rules
        try:
            found = lint_query(asked.query, rules, record=Record([asked.note]) if asked.note else None)
        except NotJson as error:
            raise _Unanswerable(f"query: begins as JSON and is none, line {error.line}") from None
        return {
            "compliant": not any(item.severity == "error" for item in found),
            "problems": [item._asdict() for item in found],
        }


class _Tool(NamedTuple):
    takes: type[_Arguments]
    does: Callable[[Any], str | dict[str, Any]]

    def told(self, name: str) -> types.Tool:
        schema = self.takes.model_json_schema()
        about = schema.pop("description")
        return types.Tool(name=name, description=about, input_schema=schema, annotations=_READS)

    def result(self, arguments: Mapping[str, Any]) -> types.CallToolResult:
        """What the tool gives, or an error that repeats nothing of what was asked."""
        try:
            given = self.does(validated(self.takes, dict(arguments)))
        except _Unanswerable as error:
            return _error(str(error))
        except Refused as refused:
            return _error(reason_of(refused.answer))
        except Exception as error:  # noqa: BLE001  # its message could hold the note
            return _error(f"internal error: {where(error)}")
        if isinstance(given, str):
            return types.CallToolResult(content=[types.TextContent(text=given)])
        text = json.dumps(given, ensure_ascii=False)
        return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=given)


def agent_server(make: "Callable[[], Checker]", explain: Explain) -> Server[Any]:
    """The server; nothing is loaded until a tool is called."""
    agent = Agent(make, explain)
    tools = {
        "check_note": _Tool(CheckNote, agent.check),
        "explain_requirement": _Tool(ExplainRequirement, agent.explain),
        "lint_query": _Tool(LintQuery, agent.lint),
    }

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.told(name) for name, tool in tools.items()])

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            return _error(f"there is no such tool: {', '.join(tools)}")
        return await anyio.to_thread.run_sync(partial(tool.result, params.arguments or {}))

    return Server(
        "chartgap", version=chartgap.__version__, instructions=_ABOUT, on_list_tools=list_tools, on_call_tool=call_tool
    )


def serve_over_stdio(server: Server[Any]) -> None:
    """Answer until the client closes standard input; the library logs nothing, as it could log what was asked."""
    logging.getLogger("mcp").setLevel(logging.CRITICAL)

    async def serve() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(serve)


def _error(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)


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
