"""The linter: silent on compliant queries that others write; a non-compliant one fails for its one reason."""

import json
from pathlib import Path

import noncompliant
import pytest
import yaml

from chartgap.assess.lint_query import lint_query, names_of_conditions
from chartgap.assess.record import Record
from chartgap.cli import main

COMPLIANT = yaml.safe_load((Path(__file__).parent / "compliant.yaml").read_text(encoding="utf-8"))


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


def test_the_wording_of_every_template_names_no_condition_without_support(catalog):
    """Title, problem and question of a template stand whatever the note says; so do options that need no support."""
    rules = catalog.query_rules
    for item in catalog.queries.templates:
        said = [item.title, item.question, *(option.text for option in item.options if option.asserts_nothing)]
        assert [text for text in said if list(names_of_conditions(text.lower(), rules))] == []


RECORD = Record([noncompliant.NOTE])


@pytest.mark.parametrize("text", noncompliant.FOREIGN.values(), ids=noncompliant.FOREIGN)
def test_words_that_are_not_in_the_note(catalog, text):
    assert lint_query(text, catalog.query_rules) == ()
    problems = lint_query(text, catalog.query_rules, record=RECORD)
    assert [(item.rule, item.severity, item.line) for item in problems] == [(3, "error", 2)]


@pytest.mark.parametrize("quote", noncompliant.VERBATIM.values(), ids=noncompliant.VERBATIM)
def test_words_that_are(catalog, quote):
    text = f'Title: Side\nHPI: "{quote}"\nWhich side is affected?\n'
    assert lint_query(text, catalog.query_rules, record=RECORD) == ()


def test_one_of_several_notes_is_enough(catalog):
    text = noncompliant.FOREIGN["not in the note"]
    assert lint_query(text, catalog.query_rules, record=Record(["Pain radiates down the leg.", "other"])) == ()


def test_a_criterion_is_not_looked_up(catalog):
    text = 'Title: Arm\nHPI: "denies numbness"\nFor reference, AAN 2020: "loss of sensation"\nWhich side is affected?\n'
    assert lint_query(text, catalog.query_rules, record=RECORD) == ()


@pytest.mark.parametrize(("start", "rules"), [(5, []), (6, [2])])
def test_offsets_lead_to_the_words(catalog, start, rules):
    indicator = {"quote": "Pain radiates", "start": start, "end": start + 13, "source": "note n"}
    text = json.dumps({"title": "Side", "indicators": [indicator], "question": "Which side?"})
    assert [item.rule for item in lint_query(text, catalog.query_rules, record=RECORD)] == rules


@pytest.mark.parametrize("indicators", ["quote", [5], ["quote"], [{"quote": 5}], {"quote": "x"}, [None], None])
def test_json_of_another_shape(catalog, indicators):
    text = json.dumps({"title": "Side", "indicators": indicators, "question": "Which side?"})
    assert [item.rule for item in lint_query(text, catalog.query_rules, record=RECORD)] == [1]


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


def test_the_command_looks_into_the_note(capsys, tmp_path):
    note, query = tmp_path / "note.txt", tmp_path / "query"
    note.write_text(noncompliant.NOTE)
    query.write_text(noncompliant.FOREIGN["not in the note"])
    assert main(["lint-query", str(query), "--note", str(note)]) == 1
    assert capsys.readouterr().out == f"{query}:2:6: rule 3: error: the words quoted are not in the note\n"
    assert main(["lint-query", str(query), "--note", str(tmp_path / "missing.txt")]) == 2
    assert main(["lint-query", "-", "--note", "-"]) == 2


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


REPORTS = [
    {"note_id": "n", "queries": [{"title": "Side", "indicators": [{"quote": "arm", "source": "note n"}],
                                  "question": f"Which side{words}?"}]}
    for words in ("", ", for the payer", "")
]  # fmt: skip


def test_lines_of_json(lint):
    exit_code, out, _ = lint("".join(json.dumps(item) + "\n" for item in REPORTS))
    column = json.dumps(REPORTS[1]).index("payer") + 1
    assert (exit_code, out) == (1, f"query:2:{column}: rule 5: error: mentions payment\n")


def test_a_questionnaire_of_fhir(lint):
    item = [
        {"linkId": "1", "type": "display", "text": "The side is needed for the payer."},
        {"linkId": "2", "type": "display", "text": '"pain in the arm" (note n, history)'},
        {"linkId": "3", "type": "display", "text": '"numbness"'},
        {"linkId": "4", "type": "open-choice", "text": "Which side?", "answerOption": [{"valueString": "Left"}]},
        {"linkId": "5", "type": "text", "text": "Details, if any?"},
    ]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "DetectedIssue"}},
              {"resource": {"resourceType": "Questionnaire", "title": "Side", "item": item}}]}  # fmt: skip
    exit_code, out, _ = lint(json.dumps(bundle, indent=1))
    assert exit_code == 1
    assert sorted(line.split(": ")[1] for line in out.splitlines()) == ["rule 2", "rule 5", "rule 9", "rule 9"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"title": "Side",\n "question": }', "query:2: not valid JSON"),
        ('{"queries": []}\n{"queries": [}\n', "query:2: not valid JSON"),
        ('{"findings": []}', "query: holds no query"),
        ("[]", "query: holds no query"),
    ],
)
def test_json_that_is_none_and_json_without_a_query(lint, text, said):
    exit_code, out, err = lint(text)
    assert (exit_code, out) == (2, "")
    assert said in err.replace(err.split(": ")[1].split(":")[0].removesuffix("query"), "")


def test_a_report_that_asks_nothing_is_no_problem(lint):
    assert lint('{"queries": []}') == (0, "", "")
    assert lint('{"resourceType": "Bundle"}') == (0, "", "")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_what_cannot_be_read_is_a_problem(capsys, tmp_path, content):
    path = tmp_path / "query"
    path.write_bytes(content)
    assert main(["lint-query", str(path)]) == 2
    assert main(["lint-query", str(tmp_path / "missing")]) == 2
