"""Every example of patterns/queries/*.yaml, end to end: exactly these quotes and options, or no such question."""

from pathlib import Path

import pytest
from asked import EVERYTHING, alert, told

from chartgap.assess.queries import ask
from chartgap.knowledge.catalog import load_catalog
from chartgap.knowledge.queries import OTHER, UNABLE

ROOT = Path(__file__).resolve().parents[2]
PACK = load_catalog(ROOT / "patterns").queries
EXAMPLES = [
    pytest.param(template, example, id=f"{template.id}-{number}")
    for template in PACK.templates
    for number, example in enumerate(template.examples)
]


def queries(checker, example):
    raised = [alert(id_, example.codes[-1]) for id_ in example.alerts]
    return ask(*told(checker, example.text, example.codes, alerts=raised), PACK, policy=EVERYTHING).queries


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
