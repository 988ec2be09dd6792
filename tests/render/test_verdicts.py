"""A code that its rows support is not shown as good where an alert of severity error objects to it."""

import pytest

from chartgap.model import Alert, CodeResult, Report, RequirementResult
from chartgap.render import render

ROW = RequirementResult(
    id="M54.12.diagnosis", element="diagnosis", level="required", basis="code_assignment", status="met", reason="",
    source="s", verified=True,
)  # fmt: skip
ALERT = Alert(id="XC-RAD-02", severity="error", code="M54.12", message="m", source="s")
BUT = "supported by its rows, but see XC-RAD-02"


def shown(fmt: str, *alerts: Alert, verdict: str = "supported", derived: bool = False) -> str:
    row = ROW.model_copy(update={"derived": derived})
    code = CodeResult(code="M54.12", description="d", billable=True, verdict=verdict, requirements=(row,))
    report = Report(note_id="n", software_version="1", knowledge_version="1", codes=(code,), alerts=alerts)
    return "".join(render(report, fmt)).lower()


@pytest.mark.parametrize("fmt", ["text", "markdown", "html"])
def test_an_error_about_the_code_is_named_beside_its_verdict(fmt):
    assert BUT.lower() in shown(fmt, ALERT)
    assert "title agrees, but see xc-rad-02" in shown(fmt, ALERT, derived=True)
    for other in ({"severity": "warning"}, {"code": "M54.2", "related_codes": ("M54.12",)}):
        assert BUT.lower() not in shown(fmt, ALERT.model_copy(update=other))
    assert BUT.lower() not in shown(fmt, ALERT, verdict="incomplete")
    assert "but see" not in shown(fmt)


def test_the_page_does_not_colour_it_as_good():
    assert '<span class="contradicted">supported by its rows' in shown("html", ALERT)
    assert '<span class="supported">supported<' in shown("html")


def test_the_verdict_of_the_contract_stays():
    assert '"verdict": "supported"' in shown("json", ALERT)
