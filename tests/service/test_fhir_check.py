"""POST /v1/fhir/check: resources in, the Bundle of their report out."""

import json

import pytest
from resources import TEXT, condition, document, outcome

from chartgap.model import Claim, Note
from chartgap.render import render


def fhir(it, resource):
    return it.client.post("/v1/fhir/check", json=resource)


def bundle(*resources):
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}


def test_a_bundle_is_answered_with_the_bundle_of_its_report(real, real_checker):
    answer = fhir(real, bundle(document(TEXT), condition("M54.12")))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+json")
    note = Note(id="DocumentReference/d1", text=TEXT, encounter_id="e1", claim=Claim(codes=("M54.12",)))
    assert answer.json() == json.loads(render(real_checker.check(note), "fhir", text=TEXT))
    assert answer.headers["chartgap-report-id"]


def test_a_document_alone(real):
    said = fhir(real, document(TEXT)).json()
    assert said["resourceType"] == "Bundle"
    assert said["identifier"]["value"] == "DocumentReference/d1"


def test_the_answer_names_patient_and_document_as_they_came(real):
    whose = {"reference": "Patient/p1"}
    answer = fhir(real, bundle(document(TEXT, subject=whose), condition("M54.12")))
    resources = [entry["resource"] for entry in answer.json()["entry"]]
    issues = [item for item in resources if item["resourceType"] == "DetectedIssue"]
    assert issues
    for item in issues:
        assert item["patient"] == whose
        assert item["implicated"][0]["reference"] == "DocumentReference/d1"
        assert [inner["subject"] for inner in item["contained"]] == [whose]
    tasks = [item for item in resources if item["resourceType"] == "Task"]
    assert {item["for"]["reference"] for item in tasks} == {"Patient/p1"}
    since = real.check(text=TEXT, codes=["M54.12"], since=answer.headers["chartgap-report-id"])
    assert since.status_code == 200


def test_several_documents_and_one_that_cannot_be_read(real):
    remote = document(TEXT, "d2", content=[{"attachment": {"contentType": "text/plain", "url": "http://x"}}])
    said = fhir(real, bundle(document(TEXT), remote, document(TEXT, "d3"))).json()
    kinds = [entry["resource"]["resourceType"] for entry in said["entry"]]
    assert kinds == ["Bundle", "Bundle", "OperationOutcome"]
    assert len({entry["fullUrl"] for entry in said["entry"]}) == 3
    assert said["entry"][2]["resource"]["issue"][0]["diagnostics"].startswith("entry 2: ")


@pytest.mark.parametrize(
    "resource", [{"resourceType": "Patient", "name": "Quackenbush"}, {}, bundle(condition("M54.2"))]
)
def test_what_holds_no_document(real, resource):
    answer = fhir(real, resource)
    assert answer.status_code == 422
    outcome(answer, "invalid")
