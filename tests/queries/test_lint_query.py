"""The linter: silent on compliant queries, ours and others'; a non-compliant one fails for its one reason."""

import json
from itertools import cycle
from pathlib import Path

import noncompliant
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartgap.assess.lint_query import lint_query, names_of_conditions
from chartgap.assess.queries import Policy, Told, ask
from chartgap.assess.scene import Chart
from chartgap.cli import main
from chartgap.model import Alert, Claim, Note
from chartgap.render.as_prompt import query_text
from notes import SYNTHETIC, load_notes

COMPLIANT = yaml.safe_load((Path(__file__).parent / "compliant.yaml").read_text(encoding="utf-8"))
EVERYTHING = Policy(most=99)


def test_there_are_as_many_as_promised():
    assert len(noncompliant.CASES) >= 40
    assert len(COMPLIANT) == 15


@pytest.mark.parametrize("text", COMPLIANT, ids=lambda text: text.splitlines()[0])
def test_compliant(catalog, text):
    assert lint_query(text, catalog.query_rules) == ()


@pytest.mark.parametrize(("rule", "text", "place"), noncompliant.CASES.values(), ids=noncompliant.CASES)
def test_noncompliant(catalog, rule, text, place):
    problems = lint_query(text, catalog.query_rules)
    assert [(item.rule, item.severity, (item.line, item.column)) for item in problems] == [(rule, "error", place)]


def test_the_query_that_is_changed_is_compliant(catalog):
    assert lint_query(noncompliant.query(), catalog.query_rules) == ()


def problems(queries, rules):
    """Of our queries, as JSON and as plain text."""
    texts = [text for query in queries for text in (query.model_dump_json(), query_text(query))]
    return [(text, item) for text in texts for item in lint_query(text, rules)]


def told(checker, text, codes):
    note = Note(id="n", text=text, claim=Claim(codes=codes))
    report = checker.check(note)
    return Chart(note, report.findings), Told(report.codes, report.alerts)


def test_every_query_of_every_synthetic_note(real_checker, catalog):
    asked = 0
    for note in load_notes(SYNTHETIC):
        queries = ask(*told(real_checker, note.text, tuple(catalog.codes)), catalog.queries, policy=EVERYTHING).queries
        asked += len(queries)
        assert problems(queries, catalog.query_rules) == []
    assert asked > 200


SENTENCES = [
    *("Neck pain down the left arm.", "Denies numbness.", "Denies trauma.", "He was in a car crash last week."),
    *("Spurling's positive on the right.", "Biceps reflex 1+ on the left.", "Hoffmann's positive."),
    "MRI: C5-6 disc herniation.",
    *("X-ray: loss of cervical lordosis.", "History of rheumatoid arthritis.", "Status post cervical fusion in 2019."),
    *("Insurance denied the MRI.", 'He says "the audit" hurts.', "Mother had sepsis.", "Prior visit: neck pain."),
    *("Assessment: Likely cervical radiculopathy.", "Assessment: Neck pain."),
    "Assessment: Right cervical radiculopathy.",
    *("Assessment: Secondary cervical kyphosis.", "Assessment: Stenosis of the canal at the craniovertebral junction."),
    *("Assessment: Cervical facet syndrome.", "Plan: no cervical radiculopathy."),
]  # fmt: skip


def rows(result, turn):
    return tuple(row.model_copy(update={"status": next(turn)}) for row in result.requirements)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sentences=st.lists(st.sampled_from(SENTENCES), max_size=8),
    choice=st.lists(st.integers(0, 999), min_size=1, max_size=3),
    statuses=st.lists(st.sampled_from(["met", "missing", "partial", "conflicting"]), min_size=1, max_size=9),
    more=st.lists(st.integers(0, 999), max_size=4),
)
def test_any_query_of_any_gaps_and_alerts(  # noqa: PLR0917
    real_checker, catalog, sentences, choice, statuses, more
):
    """Gaps as the note leaves them, and in addition any rows called missing and any alerts that ask something."""
    text = "\n".join(sentences)
    known = sorted(catalog.codes)
    codes = tuple(dict.fromkeys(known[number % len(known)] for number in choice))
    chart, so_far = told(real_checker, text, codes)
    turn = cycle(statuses)
    changed = tuple(result.model_copy(update={"requirements": rows(result, turn)}) for result in so_far.codes)
    ids = sorted({id_ for item in catalog.queries.templates for trigger in item.raised_by for id_ in trigger.alerts})
    chosen = {ids[number % len(ids)] for number in more}
    raised = [Alert(id=id_, severity="warning", code=codes[0], message="", source="") for id_ in sorted(chosen)]
    queries = ask(chart, Told(changed, raised), catalog.queries, policy=EVERYTHING).queries
    assert problems(queries, catalog.query_rules) == []
    for query in queries:
        assert all(text[item.start : item.end] == item.quote for item in query.indicators)


def test_the_wording_of_every_template_names_no_condition_without_support(catalog):
    """Title, problem and question of a template stand whatever the note says; so do options that need no support."""
    rules = catalog.query_rules
    for item in catalog.queries.templates:
        said = [item.title, item.question, *(option.text for option in item.options if option.asserts_nothing)]
        assert [text for text in said if list(names_of_conditions(text.lower(), rules))] == []


@pytest.fixture
def lint(capsys, tmp_path):
    def lint(text):
        path = tmp_path / "query"
        path.write_text(text, encoding="utf-8")
        exit_code = main(["lint-query", str(path)])
        captured = capsys.readouterr()
        return exit_code, captured.out.replace(str(path), "query"), captured.err

    return lint


def test_the_command_names_rule_and_place(lint):
    assert lint(noncompliant.said("A denial is possible.")) == (1, "query:3:3: rule 5: error: mentions denial\n", "")
    assert lint(noncompliant.query()) == (0, "", "")


def test_a_warning_is_no_failure(lint):
    text = noncompliant.query(options="[ ] Left\n[ ] Other\n[ ] Unable to determine")
    exit_code, out, _ = lint(text)
    assert exit_code == 0
    assert out == "query:5:5: rule 10: warning: only one answer beside other and unable to determine\n"


def test_json_is_placed_where_the_words_are(lint):
    query = {
        "title": "Side",
        "indicators": [{"quote": "arm pain", "source": "note n"}],
        "question": "Left,\nfor the payer?",
    }
    text = json.dumps({"queries": [query]}, indent=1)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "payer" in row)
    exit_code, out, _ = lint(text)
    assert (exit_code, out.split(" rule")[0].split(":")[1]) == (1, str(line))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_what_cannot_be_read_is_a_problem(capsys, tmp_path, content):
    path = tmp_path / "query"
    path.write_bytes(content)
    assert main(["lint-query", str(path)]) == 2
    assert main(["lint-query", str(tmp_path / "missing")]) == 2
