"""Every example of patterns/queries/*.yaml, end to end: exactly these quotes and options, or no such question."""

from pathlib import Path

import pytest

from chartgap.assess.queries import Policy, Told, ask
from chartgap.assess.scene import Chart
from chartgap.knowledge.catalog import load_catalog
from chartgap.knowledge.queries import OTHER, UNABLE
from chartgap.model import Alert, Claim, Note

ROOT = Path(__file__).resolve().parents[2]
PACK = load_catalog(ROOT / "patterns").queries
EXAMPLES = [
    pytest.param(template, example, id=f"{template.id}-{number}")
    for template in PACK.templates
    for number, example in enumerate(template.examples)
]


def alert(id_, code):
    return Alert(id=id_, severity="warning", code=code, message="m", source="s")


def queries(checker, example):
    note = Note(id="example", text=example.text, claim=Claim(codes=example.codes))
    report = checker.check(note)
    raised = [alert(id_, example.codes[-1]) for id_ in example.alerts]
    told = Told(report.codes, (*report.alerts, *raised))
    return ask(Chart(note, report.findings), told, PACK, policy=Policy(most=99)).queries


@pytest.mark.parametrize(("template", "example"), EXAMPLES)
def test_example(real_checker, template, example):
    asked = {query.template: query for query in queries(real_checker, example)}
    if not example.asked:
        assert template.id not in asked
        return
    assert template.id in asked, list(asked)
    query = asked[template.id]
    assert tuple(indicator.quote for indicator in query.indicators) == example.quotes
    assert query.options == (*example.options, OTHER, UNABLE)
