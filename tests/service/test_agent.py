"""`chartgap mcp`, asked by the client of the mcp package over stdio: what an agent gets, and what is told of errors."""

import os
import subprocess
import sys

import anyio
import pytest

mcp = pytest.importorskip("mcp", reason="chartgap[mcp] is not installed")

from seams import checker  # noqa: E402

from chartgap.model import GAPS, Claim, Note  # noqa: E402
from chartgap.render.as_prompt import query_text  # noqa: E402
from chartgap.service.agent import agent_server  # noqa: E402
from notes import SYNTHETIC  # noqa: E402

TEXT = (SYNTHETIC / "a05.txt").read_bytes().decode()


def asked(server, *calls):
    """The results of the calls, by one client."""
    results = []

    async def ask():
        async with mcp.Client(server) as client:
            for name, arguments in calls:
                results.append(await client.call_tool(name, arguments))

    anyio.run(ask)
    return results


def stdio():
    return mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "chartgap", "mcp"], env={"PATH": os.environ["PATH"]}
    )


@pytest.fixture(scope="module")
def answers():
    calls = [
        ("check_note", {"text": TEXT, "codes": ["M54.12"]}),
        ("check_note", {"text": TEXT, "codes": ["M54.12"], "detail": "report"}),
        ("check_note", {"text": TEXT, "codes": ["M54.12"], "detail": "draft"}),
        ("explain_requirement", {"id": "M54.12.laterality"}),
        ("explain_requirement", {"id": "M54.12.lateralty"}),
        ("lint_query", {"query": "Please agree that the patient has sepsis."}),
    ]
    return dict(zip(["gaps", "report", "draft", "explained", "unknown", "lint"], asked(stdio(), *calls), strict=True))


def text_of(result):
    return result.content[0].text


def test_the_report_is_the_checkers(answers, real_checker):
    report = real_checker.check(Note(id="note", text=TEXT, claim=Claim(codes=("M54.12",))))
    assert answers["report"].structured_content == report.model_dump(mode="json")
    gaps = answers["gaps"].structured_content
    assert [row["id"] for row in gaps["codes"][0]["gaps"]] == [
        row.id for row in report.codes[0].requirements if row.status in GAPS
    ]
    assert [query["text"] for query in gaps["queries"]] == [query_text(query) for query in report.queries]
    assert [alert["id"] for alert in gaps["alerts"]] == [alert.id for alert in report.alerts]
    assert answers["draft"].structured_content["items"]


def test_a_requirement_is_explained(answers):
    assert "M54.12.laterality" in text_of(answers["explained"])
    assert answers["unknown"].is_error
    assert "nearest: M54.12.laterality" in text_of(answers["unknown"])


def test_a_query_is_linted(answers):
    found = answers["lint"].structured_content
    assert found["compliant"] is False
    assert {1, 6} <= {problem["rule"] for problem in found["problems"]}


def quick():
    def explain(_):
        raise LookupError("none")

    return agent_server(checker, explain)


def test_the_tools_say_what_they_take():
    tools = {}

    async def ask():
        async with mcp.Client(quick()) as client:
            tools.update({tool.name: tool for tool in (await client.list_tools()).tools})

    anyio.run(ask)
    assert tools.keys() == {"check_note", "explain_requirement", "lint_query"}
    taken = tools["check_note"].input_schema["properties"]
    assert taken["text"]["type"] == "string"
    assert taken["codes"]["items"] == {"type": "string"}
    assert taken["detail"]["enum"] == ["gaps", "draft", "report"]
    assert taken["setting"]["enum"] == ["outpatient", "inpatient", "emergency", "telehealth"]
    required = {name: tool.input_schema["required"] for name, tool in tools.items()}
    assert required == {"check_note": ["text"], "explain_requirement": ["id"], "lint_query": ["query"]}
    for tool in tools.values():
        assert tool.description
        assert tool.input_schema["additionalProperties"] is False
        assert tool.annotations.read_only_hint


def test_a_tool_that_is_none_is_told():
    (result,) = asked(quick(), ("check_nute", {}))
    assert result.is_error
    assert text_of(result) == "there is no such tool: check_note, explain_requirement, lint_query"


def test_the_date_of_service_selects_the_release(answers):
    (result,) = asked(quick(), ("check_note", {"text": "neck", "codes": ["M54.2"], "date_of_service": "31/5/2026"}))
    assert "date_of_service: a date is written like 2026-05-31" in text_of(result)


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("check_note", {"txt": "Quackenbush"}, "(a key of 3 characters): not a known key; nearest: text"),
        ("check_note", {"text": ["Quackenbush"]}, "text: Input should be a valid string"),
        ("check_note", {"text": "neck", "codes": "Quackenbush"}, "codes: Input should be a valid list"),
        (
            "check_note",
            {"text": "neck", "detail": "Quackenbush"},
            "detail: Input should be 'gaps', 'draft' or 'report'",
        ),
        ("check_note", {"text": "RAISE Quackenbush"}, "internal error: ValueError at seams.py:21"),
        ("check_note", {"text": "Quackenbush " * 20_000}, "at most 200000 characters"),
        ("explain_requirement", {"id": 7}, "id: Input should be a valid string"),
        ("explain_requirement", {"id": "Quackenbush"}, "none"),
        ("lint_query", {"query": {"Quackenbush": 1}}, "query: Input should be a valid string"),
        ("lint_query", {"query": '{"Quackenbush'}, "query: begins as JSON and is none, line 1"),
    ],
)
def test_an_error_repeats_nothing(name, arguments, told, capfd, caplog):
    caplog.set_level("DEBUG", "mcp.server")
    (result,) = asked(quick(), (name, arguments))
    assert result.is_error
    assert told in text_of(result)
    out, err = capfd.readouterr()
    assert "Quackenbush" not in text_of(result) + out + err + caplog.text


def test_quotes_are_looked_up_in_the_note():
    lines = ["Title: Side", 'From the note of today: "neck pain"', "Which side?", "[ ] Left", "[ ] Right", "[ ] Other"]
    query = "\n".join([*lines, "[ ] Unable to determine"])
    calls = [("lint_query", {"query": query, "note": note}) for note in ("neck pain", "x")]
    here, gone = asked(quick(), *calls)
    assert 3 not in {problem["rule"] for problem in here.structured_content["problems"]}
    assert 3 in {problem["rule"] for problem in gone.structured_content["problems"]}


@pytest.mark.parametrize(("command", "module", "extra"), [("mcp", "mcp", "mcp"), ("serve", "fastapi", "service")])
def test_an_extra_that_is_missing_is_named(command, module, extra):
    hide = f"import sys; sys.modules[{module!r}] = None; from chartgap.cli import main; sys.exit(main([{command!r}]))"
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"chartgap: this needs chartgap[{extra}]: pip install -e '.[{extra}]' in its folder\n"
