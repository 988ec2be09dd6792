"""CDS Hooks: a client written from the specification is answered, and the answers lead to nothing."""

import json

import pytest
from hooks_client import Client
from resources import ICD, TEXT, condition, document, encounter, outcome
from seams import checker
from serving import serving

from chartgap.assess.lint_query import lint_query
from chartgap.responses import read_log
from chartgap.service.cds import _plain
from chartgap.service.settings import Setup

CONTEXT = {"userId": "Practitioner/p", "patientId": "1", "encounterId": "e1"}
ORDERS = {
    "resourceType": "Bundle",
    "entry": [
        {
            "resource": {
                "resourceType": "ServiceRequest",
                "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "72141"}]},
            }
        }
    ],
}
WHEN = "2026-11-25T10:00:00Z"


@pytest.fixture
def client(real):
    return Client(real.client, [document(TEXT), condition("M54.12"), encounter()])


def test_discovery(client):
    services = client.services()
    assert {id_: service["hook"] for id_, service in services.items()} == {
        "encounter-discharge": "encounter-discharge", "order-sign": "order-sign", "note-sign": "org.chartgap.note-sign",
    }  # fmt: skip


def test_a_discharge_is_told_the_open_questions(client, real):
    cards = client.cards("encounter-discharge", CONTEXT)
    report = real.check(text=TEXT, codes=["M54.12"]).json()
    assert report["queries"]
    assert [card["summary"] for card in cards[:-1]] == [query["title"] for query in report["queries"]]
    assert [card["indicator"] for card in cards] == ["warning"] * len(report["queries"]) + ["info"]
    for card, query in zip(cards, report["queries"], strict=False):
        assert _plain(query["question"]) in card["detail"]
        assert all(_plain(option) in card["detail"] for option in query["options"])
        assert all(_plain(item["quote"]) in card["detail"] for item in query["indicators"])


def test_an_order_brings_its_procedure_to_the_claim(client, real):
    cards = client.cards("order-sign", {**CONTEXT, "draftOrders": ORDERS})
    report = real.check(text=TEXT, codes=["M54.12"], procedures=["72141"]).json()
    assert [card["summary"] for card in cards[:-1]] == [query["title"] for query in report["queries"]]


@pytest.mark.parametrize("note", [document(TEXT), {"text": TEXT, "codes": ["M54.12"]}])
def test_a_note_is_checked_before_it_is_signed(real, note):
    client = Client(real.client, [condition("M54.12"), encounter()])
    cards = client.cards("note-sign", {**CONTEXT, "note": note})
    assert [card["indicator"] for card in cards] == ["warning", "info"] or len(cards) > 2
    assert cards[-1]["summary"].startswith("The note is silent or brief on: ")


def test_several_documents_are_one_encounter(real):
    exam = "Exam: Spurling's test is positive on the right. Right triceps reflex is 1+."
    client = Client(real.client, [document(TEXT), document(exam, "d2"), condition("M54.12"), encounter()])
    details = "".join(card["detail"] for card in client.cards("encounter-discharge", CONTEXT))
    alone = Client(real.client, [document(TEXT), condition("M54.12"), encounter()])
    assert "reflexes" in "".join(card["detail"] for card in alone.cards("encounter-discharge", CONTEXT))
    assert "reflexes" not in details


def test_the_setting_is_that_of_the_encounter(real):
    text = "HPI: Right arm pain.\nAssessment: Likely right cervical radiculopathy."
    answers = {}
    for kind in ("AMB", "IMP"):
        client = Client(real.client, [document(text), condition("M54.12"), encounter(kind)])
        answers[kind] = [card["summary"] for card in client.cards("encounter-discharge", CONTEXT)]
    assert answers["AMB"] != answers["IMP"]


def test_nothing_open_is_no_card(real):
    client = Client(real.client, [document(TEXT), encounter()])
    assert client.cards("encounter-discharge", CONTEXT) == []


def test_no_card_leads(client, catalog):
    for card in client.cards("encounter-discharge", CONTEXT):
        assert not {"suggestions", "selectionBehavior", "links"} & card.keys()
        assert "isRecommended" not in json.dumps(card)
        assert "M54" not in card["summary"] + card["detail"]
        if card["indicator"] == "warning":
            plain = card["detail"].replace("\\", "")
            shown = f"Title: {card['summary']}\n{plain}"
            rules = {hit.rule for hit in lint_query(shown, catalog.query_rules) if hit.severity == "error"}
            assert not rules & {4, 5, 6, 7}
    assert "systemActions" not in client.call("encounter-discharge", CONTEXT).json()


def test_a_note_cannot_write_markdown(real):
    text = TEXT.replace("Right cervical", "![x](http://evil.example/a.png) <img src=x> [link](http://e) Right cervical")
    client = Client(real.client, [document(text), condition("M54.12"), encounter()])
    details = "".join(card["detail"] for card in client.cards("encounter-discharge", CONTEXT))
    assert "evil" in details
    for written in ("![", "](", "<img", "http://"):
        assert written not in details


@pytest.mark.parametrize(
    "resources",
    [
        [condition("M54.12"), encounter()],
        [document(TEXT, content=[{"attachment": {"contentType": "text/plain", "url": "http://127.0.0.1:9/n"}}])],
        [document(TEXT, status="entered-in-error")],
    ],
)
def test_without_the_note_it_is_412_and_nothing_is_fetched(real, resources):
    client = Client(real.client, [*resources, encounter()])
    answer = client.call("encounter-discharge", CONTEXT, fhirServer="http://127.0.0.1:9")
    assert answer.status_code == 412
    outcome(answer, "required")
    assert "nothing is fetched" in answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("prefetch", "told"),
    [
        ({}, "prefetch.documents is absent"),
        ({"documents": None}, "prefetch.documents is null"),
        ({"documents": {"resourceType": "OperationOutcome", "issue": []}}, "prefetch.documents is an OperationOutcome"),
        ({"documents": {"resourceType": "Bundle", "type": "searchset", "total": 0}}, "prefetch.documents holds none"),
    ],
)
def test_what_is_missing_is_named(real, prefetch, told):
    answer = Client(real.client).call("encounter-discharge", CONTEXT, prefetch=prefetch)
    assert answer.status_code == 412
    assert told in answer.json()["issue"][0]["diagnostics"]


def test_without_the_diagnoses_it_is_412_but_none_is_an_answer(real):
    sent = {"documents": {"resourceType": "Bundle", "entry": [{"resource": document(TEXT)}]}}
    answer = Client(real.client).call("encounter-discharge", CONTEXT, prefetch=sent)
    assert answer.status_code == 412
    assert "prefetch.conditions is absent" in answer.json()["issue"][0]["diagnostics"]
    none = Client(real.client).call("encounter-discharge", CONTEXT, prefetch={**sent, "conditions": None})
    assert (none.status_code, none.json()) == (200, {"cards": []})


def test_the_reason_of_an_order_is_a_diagnosis(real):
    order = {"resourceType": "ServiceRequest", "reasonCode": [{"coding": [{"system": ICD, "code": "M54.12"}]}]}
    client = Client(real.client, [document(TEXT), encounter()])
    context = {**CONTEXT, "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": order}]}}
    coded = Client(real.client, [document(TEXT), condition("M54.12"), encounter()])
    expected = coded.cards("encounter-discharge", CONTEXT)
    assert expected
    assert [card["summary"] for card in client.cards("order-sign", context)] == [c["summary"] for c in expected]


def test_a_note_without_codes_gets_those_of_the_encounter(real):
    client = Client(real.client, [condition("M54.12"), encounter()])
    assert client.cards("note-sign", {**CONTEXT, "note": {"text": TEXT}})


@pytest.mark.parametrize("stray", [document(TEXT, subject={"reference": "Patient/2"}), condition("M54.12")])
def test_what_is_of_another_patient_is_refused(real, stray):
    stray = {**stray, "subject": {"reference": "https://ehr.example/fhir/Patient/2"}}
    own = document(TEXT, subject={"reference": "Patient/1"})
    assert Client(real.client, [own, condition("M54.12"), encounter()]).cards("encounter-discharge", CONTEXT)
    answer = Client(real.client, [own, stray, encounter()]).call("encounter-discharge", CONTEXT)
    assert answer.status_code == 400
    outcome(answer, "structure")
    assert "another patient" in answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"hook": "patient-view"}, 400, "structure"),
        ({"hook": None}, 422, "invalid"),
        ({"hookInstance": ""}, 422, "invalid"),
        ({"context": "Quackenbush"}, 422, "invalid"),
        ({"context": {"userId": "Quackenbush"}}, 400, "structure"),
        ({"prefetch": ["Quackenbush"]}, 422, "invalid"),
        ({"prefetch": {"documents": "Quackenbush"}}, 412, "required"),
        ({"prefetch": None}, 412, "required"),
    ],
)
def test_a_wrong_request_is_an_operation_outcome(client, change, status, code):
    answer = client.call("encounter-discharge", CONTEXT, **change)
    assert answer.status_code == status
    outcome(answer, code)


def test_other_errors_are_operation_outcomes_too(quick):
    headers = {"content-type": "application/json"}
    outcome(quick.client.post("/cds-services/note-sign", content=b"{", headers=headers), "structure")
    outcome(quick.client.post("/cds-services/nowhere", json={}), "not-found")
    outcome(quick.client.put("/cds-services/note-sign", json={}), "not-supported")
    outcome(
        quick.client.post("/cds-services/note-sign", content=b"{}", headers={"content-type": "text/x"}), "not-supported"
    )
    outcome(quick.client.post("/cds-services/note-sign", content=b"x" * 200_000, headers=headers), "too-long")
    context = {**CONTEXT, "note": {"text": "RAISE Quackenbush"}}
    client = Client(quick.client)
    outcome(client.call("note-sign", context), "exception")
    assert client.call("note-sign", {**CONTEXT, "note": {"text": "HANG"}}).status_code == 504
    quick.wait_ready()
    outcome(client.call("note-sign", {**CONTEXT, "note": {"text": "x" * 50_001}}), "too-long")
    outcome(client.call("note-sign", {**CONTEXT, "note": {"text": 1}}), "invalid")


@pytest.fixture(scope="module")
def logging_service(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "responses.jsonl"
    with serving(workers=1, setup=Setup(responses=path)) as it:
        yield it, path


REASON = {"reason": {"code": "elsewhere", "system": "urn:chartgap:override-reason"}, "userComment": "Quackenbush"}


def test_feedback_goes_to_the_log_and_the_question_is_not_put_again(logging_service):
    it, path = logging_service
    client = Client(it.client, [document(TEXT), condition("M54.12"), encounter()])
    first = client.cards("encounter-discharge", CONTEXT)
    entry = {"card": first[0]["uuid"], "outcome": "overridden", "overrideReason": REASON, "outcomeTimestamp": WHEN}
    answer = client.feedback("encounter-discharge", entry)
    assert (answer.status_code, answer.json()) == (200, {"recorded": 1, "unknown": 0})
    (logged,) = read_log(path)
    assert logged.outcome == "dismissed"
    assert logged.time.isoformat() == "2026-11-25T10:00:00+00:00"
    assert logged.id in first[0]["detail"].replace("\\", "")
    assert "Quackenbush" not in path.read_text()
    again = client.cards("encounter-discharge", CONTEXT)
    assert [card["summary"] for card in again if card["indicator"] == "warning"] == [
        card["summary"] for card in first[1:] if card["indicator"] == "warning"
    ]


@pytest.mark.parametrize(
    ("entry", "outcome"),
    [
        ({"outcome": "overridden"}, "dismissed"),
        ({"outcome": "accepted", "acceptedSuggestions": []}, "answered"),
        ({"outcome": "overridden", "overrideReason": {"reason": {"code": "unable"}}}, "answered"),
        ({"outcome": "overridden", "overrideReason": {"reason": {"code": "later"}}}, "deferred"),
        ({"outcome": "overridden", "overrideReason": {"reason": {"code": "the client's own"}}}, "dismissed"),
        ({"outcome": "overridden", "overrideReason": {"userComment": "x"}}, "dismissed"),
    ],
)
def test_what_a_reason_means_in_the_log(logging_service, entry, outcome):
    it, path = logging_service
    text = TEXT.replace("8 weeks", f"{len(list(read_log(path))) + 9} weeks").replace("Right", "right")
    client = Client(it.client, [document(text, f"d{len(list(read_log(path)))}"), condition("M54.12"), encounter()])
    card = client.cards("encounter-discharge", {**CONTEXT})[0]
    assert card["indicator"] == "warning"
    answer = client.feedback("encounter-discharge", {"card": card["uuid"], "outcomeTimestamp": WHEN, **entry})
    assert answer.json()["recorded"] == 1
    *_, last = read_log(path)
    assert last.outcome == outcome


def test_feedback_about_the_card_that_puts_no_query_is_taken_and_not_logged(logging_service):
    it, path = logging_service
    before = path.exists() and path.read_bytes()
    client = Client(it.client, [document(TEXT), condition("M54.12"), encounter()])
    *_, tip = client.cards("encounter-discharge", CONTEXT)
    assert tip["indicator"] == "info"
    answer = client.feedback(
        "encounter-discharge", {"card": tip["uuid"], "outcome": "overridden", "outcomeTimestamp": WHEN}
    )
    assert (answer.status_code, answer.json()) == (200, {"recorded": 0, "unknown": 0})
    assert (path.exists() and path.read_bytes()) == before


def test_feedback_about_unknown_cards(logging_service):
    it, path = logging_service
    before = path.exists() and path.read_bytes()
    client = Client(it.client, [document(TEXT), condition("M54.12"), encounter()])
    entry = {"card": "f6b95768-b1c8-40dc-8385-bf3504b82ffb", "outcome": "overridden", "outcomeTimestamp": WHEN}
    outcome(client.feedback("encounter-discharge", entry), "not-found")
    card = client.cards("encounter-discharge", CONTEXT)[0]["uuid"]
    outcome(client.feedback("order-sign", {**entry, "card": card}), "not-found")  # of another service
    assert (path.exists() and path.read_bytes()) == before


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({}, "feedback.0.card: Field required"),
        ({"card": "x", "outcome": "Quackenbush", "outcomeTimestamp": WHEN}, "feedback.0.outcome: Input should be"),
        ({"card": "x", "outcome": "accepted"}, "feedback.0.outcomeTimestamp: Field required"),
        ({"card": "x", "outcome": "accepted", "outcomeTimestamp": "2026-11-25T10:00:00"}, "timezone"),
    ],
)  # fmt: skip
def test_feedback_that_is_not_as_specified(quick, entry, told):
    answer = Client(quick.client).feedback("note-sign", entry)
    assert answer.status_code == 422
    outcome(answer, "invalid")
    assert told in answer.json()["issue"][0]["diagnostics"]


def test_feedback_without_a_log_is_accepted(quick):
    assert Client(quick.client).feedback("note-sign").json() == {"recorded": 0, "unknown": 0}


def test_the_key_guards_the_hooks_too():
    with serving(workers=1, key="0123456789abcdef", setup=Setup(make=checker)) as it:
        answer = it.client.get("/cds-services")
        assert answer.status_code == 401
        outcome(answer, "login")
        it.client.headers["authorization"] = "Bearer 0123456789abcdef"
        assert Client(it.client).services().keys() == {"encounter-discharge", "order-sign", "note-sign"}


def test_a_question_dismissed_for_one_patient_is_put_for_another_with_the_same_words(logging_service):
    it, _ = logging_service
    client = Client(it.client, [])
    note = {"text": "HPI: left arm pain.\nAssessment: Cervical radiculopathy.", "codes": ["M54.12"]}

    def asked(patient):
        cards = client.cards("note-sign", {"userId": "Practitioner/1", "patientId": patient, "note": note})
        return [card["uuid"] for card in cards if card["indicator"] == "warning"]

    first = asked("a")
    assert first
    for card in first:
        client.feedback("note-sign", {"card": card, "outcome": "overridden", "outcomeTimestamp": WHEN})
    assert asked("a") == []
    assert len(asked("b")) == len(first)
