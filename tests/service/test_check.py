"""POST /v1/check: the report is the one that the checker makes, byte for byte; and the service's own health."""

import json

import pytest

from chartgap.model import Claim, Note
from chartgap.service.desk import Desk, report_id
from chartgap.service.settings import Setup
from notes import SYNTHETIC

SETTINGS = "'outpatient', 'inpatient', 'emergency' or 'telehealth'"
TEXT = (SYNTHETIC / "a05.txt").read_bytes().decode()


def test_the_report_is_the_checkers(real, real_checker):
    answer = real.check(id="a05", text=TEXT, codes=["M54.12"])
    report = real_checker.check(Note(id="a05", text=TEXT, claim=Claim(codes=("M54.12",))))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.text == report.model_dump_json()


def test_every_field_of_a_note_reaches_the_checker(real, real_checker):
    body = {
        "id": "n", "text": TEXT, "codes": ["M54.12"], "procedures": ["62321"], "modifiers": ["GP"], "payer": "Medicare",
        "setting": "inpatient", "overlays": ["OV-G89"], "date_of_service": "2025-11-02", "encounter_id": "e",
        "author": "a", "provider": False, "site": "s", "date": "2026-01-02", "previous_text": ["Neck pain."],
    }  # fmt: skip
    claim = Claim(
        codes=("M54.12",), procedures=("62321",), modifiers=("GP",), payer="Medicare", setting="inpatient",
        overlays=("OV-G89",), date_of_service="2025-11-02",
    )  # fmt: skip
    note = Note(
        id="n", text=TEXT, claim=claim, encounter_id="e", author="a", provider=False, site="s", date="2026-01-02",
        previous_text=("Neck pain.",),
    )  # fmt: skip
    assert real.check(**body).text == real_checker.check(note).model_dump_json()


def test_options_are_of_one_request_only(real, real_checker):
    note = Note(id="note", text=TEXT, claim=Claim(codes=("M54.12",)))
    assert len(real_checker.check(note).queries) == 2
    few = real.check(text=TEXT, codes=["M54.12"], max_queries=1, explain=True).json()
    assert len(few["queries"]) == 1
    assert [item["requirement_id"] for item in few["explanations"]][:2] == ["M54.12.etiology", "M54.12.laterality"]
    assert real.check(text=TEXT, codes=["M54.12"]).text == real_checker.check(note).model_dump_json()


def test_the_id_of_a_report_is_that_of_text_claim_and_versions(real):
    def id_of(**body):
        return real.check(**body).headers["chartgap-report-id"]

    same = {id_of(text=TEXT, codes=["M54.12"], id=name, max_queries=n) for name in "ab" for n in (0, 3)}
    assert len(same) == 1
    others = [
        id_of(text=TEXT + " ", codes=["M54.12"]), id_of(text=TEXT, codes=["M54.2"]), id_of(text=TEXT),
        id_of(text=TEXT, codes=["M54.12"], payer="Medicare"), id_of(text=TEXT, codes=["M54.12"], previous_text="x"),
    ]  # fmt: skip
    assert len({*same, *others}) == 6


def test_the_id_of_a_report_does_not_show_whose_it_is(real_checker):
    one, other = (Desk(Setup(make=lambda: real_checker)) for _ in "ab")
    note = Note(id="a", text=TEXT)
    report = real_checker.check(note)
    assert report_id(one, note, report) == report_id(one, note, report) != report_id(other, note, report)


def test_text_keeps_its_offsets(real):
    text = "🙂é Neck pain.\r\nAssessment: Cervical radiculopathy."
    report = real.check(text=text, codes=["M54.12"]).json()
    assert report["findings"]
    assert all(text[item["start"] : item["end"]] == item["text"] for item in report["findings"])


@pytest.mark.parametrize(
    ("body", "key", "reason"),
    [
        ({"text": "x", "cods": []}, "(a key of 4 characters)", "not a known key; nearest: codes"),
        ({"text": 1}, "text", "Input should be a valid string"),
        ({}, "text", "Field required"),
        ({"text": " "}, "text", "empty"),
        ({"text": "x", "date": "31.5.2026"}, "date", "a date is written like 2026-05-31"),
        ({"text": "x", "max_queries": 51}, "max_queries", "Input should be less than or equal to 50"),
        ({"text": "x", "codes": "M54.2"}, "codes", "Input should be a valid list"),
        ({"text": "x", "setting": "x"}, "setting", f"Input should be {SETTINGS}"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_told_by_its_key(quick, body, key, reason):
    answer = quick.client.post("/v1/check", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json() == {
        "type": "urn:chartgap:problem:invalid", "title": "The request does not fit the schema.", "status": 422,
        "errors": [{"key": key, "reason": reason}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "not JSON: Expecting value (column 1)"),
        (b"{", "not JSON: Expecting property name enclosed in double quotes (column 2)"),
        (b'["x"]', "not a JSON object"),
        (b'{"text": "x", "text": "y"}', "text: duplicate key"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b'{"text": "\\ud800"}', "half a surrogate pair"),
        (b'{"text": ' + b"[" * 40_000 + b"}", "not JSON that can be read: a number too long or nesting too deep"),
        (b'{"text": "x", "max_queries": NaN}', "not JSON: NaN and Infinity are no numbers"),
        (b'{"text": "x", "max_queries": -Infinity}', "not JSON: NaN and Infinity are no numbers"),
    ],
)
def test_what_is_no_json_is_refused(quick, body, detail):
    answer = quick.client.post("/v1/check", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "urn:chartgap:problem:not-json", "title": "The body is not a JSON object.", "status": 400,
        "detail": detail,
    }  # fmt: skip


def test_health_and_readiness(quick):
    assert quick.client.get("/healthz").json() == {"status": "ok", "version": "0.1.0"}
    assert (quick.client.get("/readyz").status_code, quick.client.get("/readyz").json()) == (200, {"status": "ready"})


def test_metrics_count_routes_as_they_are_written(quick):
    quick.check(text="neck")
    quick.client.get("/Quackenbush/xylotheque?q=Zebulon")
    said = quick.client.get("/metrics").text
    assert 'chartgap_requests_total{method="POST",route="/v1/check",status="200"}' in said
    assert 'chartgap_requests_total{method="GET",route="(no route)",status="404"}' in said
    quick.client.post("/v1/check", content=b"", headers={"content-type": "text/plain"})
    assert 'method="POST",route="/v1/check",status="415"' in quick.client.get("/metrics").text
    assert "chartgap_workers_ready 1.0" in said
    assert "Quackenbush" not in said
    assert "Zebulon" not in said


def test_openapi_describes_body_and_report(quick):
    said = quick.client.get("/openapi.json").json()
    operation = said["paths"]["/v1/check"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["text"]
    assert body["additionalProperties"] is False
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["anyOf"] == [{"$ref": f"#/components/schemas/{name}"} for name in ("Report", "Draft", "Changes")]
    assert {"400", "413", "422", "429", "500", "504"} <= operation["responses"].keys()
    assert "HTTPValidationError" not in json.dumps(said["components"])
