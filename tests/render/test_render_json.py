import json

from chartgap.model import Report
from chartgap.render import RENDERERS, Checked, render


def rendered(name, *reports):
    return "".join(RENDERERS[name](Checked(report) for report in reports))


def test_jsonl_is_a_report_a_line(report):
    lines = rendered("jsonl", report, report).split("\n")
    assert lines.pop() == ""
    assert [Report.model_validate_json(line) for line in lines] == [report, report]


def test_jsonl_comes_as_the_reports_do(report):
    def reports():
        yield Checked(report)
        raise AssertionError("the second was asked for before the first was given out")

    assert json.loads(next(RENDERERS["jsonl"](reports())))["note_id"] == "n1"


def test_json_of_none_one_and_several(report):
    assert json.loads(rendered("json")) == []
    assert Report.model_validate_json(rendered("json", report)) == report
    assert [Report.model_validate_json(json.dumps(item)) for item in json.loads(rendered("json", *[report] * 3))] == [
        report
    ] * 3


def test_render_one(report):
    assert render(report, "jsonl") == rendered("jsonl", report)
