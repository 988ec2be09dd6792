import json

import pytest
from fhir.resources.R4B.bundle import Bundle

from chartgap.model import Alert, Claim, Note, Report
from chartgap.render import RENDERERS, Checked, render


@pytest.fixture
def bundle(report, text):
    return json.loads(render(report, "fhir", text=text))


def resources(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def rule(issue):
    return issue["code"]["coding"][0]["code"]


def test_it_is_a_valid_bundle_of_a_resource_each(bundle):
    parsed = Bundle.model_validate(bundle)
    assert [entry.resource.get_resource_type() for entry in parsed.entry] == [
        "OperationOutcome",
        "DetectedIssue",
        "DetectedIssue",
        "DetectedIssue",
        "DetectedIssue",
        "Questionnaire",
        "Task",
    ]


def test_a_gap_is_a_detected_issue_with_its_evidence_quoted(bundle, text):
    issue = resources(bundle, "DetectedIssue")[0]
    assert (rule(issue), issue["severity"]) == ("M54.12.onset", "moderate")
    assert issue["detail"] == "Two dates. (conflicting, required, code assignment) Source: source of onset."
    assert issue["contained"][0]["code"]["coding"] == [
        {
            "system": "http://hl7.org/fhir/sid/icd-10-cm",
            "code": "M54.12",
            "display": "Radiculopathy, cervical region",
        }
    ]
    offsets = {part["url"]: part.get("valueInteger") for part in issue["evidence"][1]["extension"][0]["extension"]}
    quote = issue["evidence"][1]["code"][0]["text"]
    assert text[offsets["start"] : offsets["end"]] == quote == "cervical radiculopathy"


def test_what_is_only_recommended_is_of_low_severity_and_an_unread_source_says_so(bundle):
    issue = resources(bundle, "DetectedIssue")[2]
    assert (rule(issue), issue["severity"]) == ("M54.12.diagnosis", "low")
    assert issue["detail"].endswith("Source: source of diagnosis (not verified).")


@pytest.mark.parametrize(("severity", "expected"), [("error", "high"), ("warning", "moderate"), ("info", "low")])
def test_an_alert_is_a_detected_issue_with_all_its_codes(severity, expected):
    alert = Alert(
        id="XC-1", severity=severity, code="M54.2", related_codes=("M50.20",), message="Both.", source="Tabular"
    )
    report = Report(note_id="n", software_version="0", knowledge_version="k", alerts=(alert,))
    (issue,) = resources(json.loads(render(report, "fhir")), "DetectedIssue")
    assert (rule(issue), issue["severity"], issue["detail"]) == ("XC-1", expected, "Both. Source: Tabular.")
    assert [item["code"]["coding"][0]["code"] for item in issue["contained"]] == ["M54.2", "M50.20"]


def test_a_query_is_a_task_with_the_questionnaire_to_answer_it_by(bundle, report):
    (questionnaire,), (task,) = resources(bundle, "Questionnaire"), resources(bundle, "Task")
    assert task["focus"]["reference"] == f"urn:uuid:{questionnaire['id']}"
    assert [item["type"] for item in questionnaire["item"]] == ["display", "open-choice"]
    (indicator,) = report.queries[0].indicators
    shown = questionnaire["item"][0]
    where = f"characters {indicator.start} to {indicator.end}"
    assert shown["text"] == f'"cervical radiculopathy" (assessment, {where})'
    offsets = {part["url"]: part["valueInteger"] for part in shown["extension"][0]["extension"]}
    assert offsets == {"start": indicator.start, "end": indicator.end}
    assert questionnaire["item"][1]["text"] == "Which side?"
    assert [item["valueString"] for item in questionnaire["item"][1]["answerOption"]] == ["Left", "Right"]


HOSTILE = ("<b>", "M54.2\n", " ", "Ｍ54.2", "M54.2\u2028", "x" * 500, "M54.1", "M54.50")


@pytest.mark.parametrize("code", HOSTILE)
def test_whatever_is_claimed_the_bundle_is_valid(real_checker, code):
    text = 'Assessment: Neck pain, "sharp" and “dull” «here».\x0b\r\nHPI: Remote whiplash.'
    note = Note(id=f" {code}\t", text=text, encounter_id="e", claim=Claim(codes=(code, "M54.2", "M25.511")))
    for report in (real_checker.check(note), real_checker.check_encounter([note, Note(id="b", text="Neck pain.")])):
        Bundle.model_validate_json(render(report, "fhir", text=text))


def test_every_field_of_the_response_is_in_the_questionnaire(real_checker):
    text = "Remote whiplash. Assessment: Neck pain."
    report = real_checker.check(Note(id="n", text=text, claim=Claim(codes=("M54.2",))))
    bundle = json.loads(render(report, "fhir", text=text))
    Bundle.model_validate(bundle)
    for query, item in zip(report.queries, resources(bundle, "Questionnaire"), strict=True):
        assert {field.name for field in query.response_fields} <= {entry["linkId"] for entry in item["item"]}


def test_errors_and_notices_are_an_operation_outcome(bundle):
    (outcome,) = resources(bundle, "OperationOutcome")
    assert [(issue["severity"], issue["diagnostics"]) for issue in outcome["issue"]] == [
        ("error", "M54.1: header"),
        ("information", "A notice."),
    ]


def test_ids_are_the_same_on_every_run(report):
    assert render(report, "fhir") == render(report, "fhir")


def test_several_reports_are_a_bundle_a_line(report):
    lines = "".join(RENDERERS["fhir"]([Checked(report), Checked(report)])).splitlines()
    assert [json.loads(line)["identifier"]["value"] for line in lines] == ["n1", "n1"]


def test_a_note_without_anything_to_say_is_still_a_valid_bundle():
    report = Report(note_id="n", software_version="0", knowledge_version="k")
    assert Bundle.model_validate(json.loads(render(report, "fhir"))).entry is None
