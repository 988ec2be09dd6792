"""FHIR resources that stand in for a server's, and what an OperationOutcome must look like."""

from base64 import b64encode

TEXT = "HPI: Neck pain radiating down the right arm for 8 weeks.\nAssessment: Right cervical radiculopathy."
ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def document(text, id_="d1", **more):
    data = b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference", "id": id_, "status": "current",
        "context": {"encounter": [{"reference": "Encounter/e1"}]},
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}], **more,
    }  # fmt: skip


def condition(code):
    coding = {"coding": [{"system": ICD, "code": code}]}
    return {"resourceType": "Condition", "id": f"c-{code}", "encounter": {"reference": "Encounter/e1"}, "code": coding}


def encounter(kind="AMB"):
    return {"resourceType": "Encounter", "id": "e1", "status": "in-progress", "class": {"code": kind}}


def outcome(answer, code):
    said = answer.json()
    assert answer.headers["content-type"] == "application/fhir+json"
    assert (said["resourceType"], said["issue"][0]["severity"], said["issue"][0]["code"]) == (
        "OperationOutcome", "error", code,
    )  # fmt: skip
    assert "Quackenbush" not in answer.text
