import pytest

from chartgap.model import Alert, CodeResult, Finding, Indicator, Query, Report, RequirementResult

TEXT = "HPI:\r\nNeck [bold]pain[/bold] :smile:\r\nradiating.\r\nASSESSMENT:\r\nPossible cervical radiculopathy.\r\n"


def finding(quote, *, element, section, assertion="affirmed"):
    start = TEXT.index(quote)
    return Finding(element=element, value="x", start=start, end=start + len(quote), text=quote, section=section,
                   assertion=assertion, rule_id=f"{element}.x")  # fmt: skip


FINDINGS = (
    finding("Neck [bold]pain[/bold] :smile:\r\nradiating", element="region", section="hpi"),
    finding("cervical radiculopathy", element="diagnosis", section="assessment", assertion="uncertain"),
    finding("pain", element="rule_out", section=None, assertion="negated"),
)


def row(name, status, reason, *, level="required", evidence=(), verified=True, anchor=None):
    return RequirementResult(
        id=f"M54.12.{name}", element=name, level=level, basis="code_assignment", status=status, evidence=evidence,
        reason=reason, source=f"source of {name}", verified=verified,
        anchor_start=anchor, anchor_end=anchor and anchor + 8,
    )  # fmt: skip


@pytest.fixture
def report():
    rows = (
        row("region", "met", "Documented.", evidence=(0,)),
        row("imaging", "not_applicable", "Applies only when X.", level="conditional"),
        row("laterality", "missing", "Not documented; this needs left or right.", anchor=TEXT.index("Possible")),
        row("diagnosis", "partial", "Uncertain wording.", evidence=(1,), level="recommended", verified=False),
        row("onset", "conflicting", "Two dates.", evidence=(0, 1)),
    )
    code = CodeResult(code="M54.12", description="Radiculopathy, cervical region", billable=True, verdict="incomplete",
                      requirements=rows)  # fmt: skip
    alert = Alert(id="XC-DX-01", severity="error", code="M54.12", related_codes=("M54.2",),
                  message="Uncertain diagnosis.", evidence=(1,), source="G IV.H")  # fmt: skip
    quote = FINDINGS[1]
    indicator = Indicator(quote=quote.text, start=quote.start, end=quote.end, section="assessment")
    query = Query(id="Q-1", code="M54.12", requirement_ids=("M54.12.laterality",), title="Side of arm symptoms",
                  indicators=(indicator,), question="Which side?", options=("Left", "Right"))  # fmt: skip
    return Report(note_id="n1", encounter_id="e1", software_version="0", knowledge_version="k", findings=FINDINGS,
                  codes=(code,), alerts=(alert,), queries=(query,), notices=("A notice.",),
                  errors=("M54.1: header",))  # fmt: skip


@pytest.fixture
def text():
    return TEXT
