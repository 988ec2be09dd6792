"""POST /v1/check:batch and GET /v1/codes."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from seams import checker
from serving import serving, until

from chartgap.knowledge.search_names import load_search_names
from chartgap.knowledge.title_search import TitleSearch
from chartgap.service.settings import Setup


def batch(it, *notes):
    return it.client.post("/v1/check:batch", json={"notes": list(notes)})


def test_each_note_is_answered_as_if_it_came_alone(quick):
    notes = [{"id": "a", "text": "neck"}, {"id": "b", "text": 1}, {"id": "c", "text": "neck", "draft": True}]
    answer = batch(quick, *notes)
    assert answer.status_code == 200
    alone = [quick.client.post("/v1/check", json=note) for note in notes]
    assert answer.json() == {
        "results": [
            {"status": 200, "report_id": alone[0].headers["chartgap-report-id"], "report": alone[0].json()},
            {"status": 422, "problem": alone[1].json()},
            {"status": 200, "report_id": alone[2].headers["chartgap-report-id"], "report": alone[2].json()},
        ]
    }


def test_a_note_that_hangs_or_kills_stops_no_other(quick):
    answer = batch(quick, {"text": "HANG"}, {"text": "DIE"}, {"text": "RAISE"}, {"text": "neck"})
    assert [item["status"] for item in answer.json()["results"]] == [504, 500, 500, 200]


def test_an_empty_batch(quick):
    assert batch(quick).json() == {"results": []}


def test_a_batch_that_is_too_large(quick):
    answer = batch(quick, *[{"text": "neck"}] * 6)
    assert (answer.status_code, answer.json()["detail"]) == (413, "at most 5 notes")


@pytest.mark.parametrize("body", [{}, {"notes": {}}, {"notes": ["Quackenbush"]}, {"notes": "Quackenbush"}])
def test_a_batch_that_is_none(quick, body):
    answer = quick.client.post("/v1/check:batch", json=body)
    assert answer.status_code == 422
    assert "Quackenbush" not in answer.text


def test_a_batch_waits_behind_nobody_and_refuses_nobody():
    with serving(workers=1, waiting=0, setup=Setup(make=checker)) as it:
        answer = batch(it, *[{"text": "neck"}] * 5)
        assert [item["status"] for item in answer.json()["results"]] == [200] * 5


def test_so_many_batches_at_once():
    with serving(workers=1, timeout=20, setup=Setup(make=checker)) as it, ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: batch(it, *[{"text": "SLEEP neck"}] * 3), range(6)))
        assert sorted(answer.status_code for answer in answers) == [200] * 4 + [429] * 2
        assert batch(it, {"text": "neck"}).status_code == 200


def test_a_batch_ends_when_its_client_has_gone():
    with serving(workers=1, setup=Setup(make=checker)) as it:
        body = json.dumps({"notes": [{"text": "SLEEP neck"}] * 50}).encode()
        head = "POST /v1/check:batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        with it.connect() as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            until(lambda: it.office._batches)
        begun = time.monotonic()
        until(lambda: not it.office._batches)
        assert time.monotonic() - begun < 5


def codes(it, q, **more):
    answer = it.client.get("/v1/codes", params={"q": q, **more})
    assert answer.status_code == 200
    return [item["code"] for item in answer.json()["codes"]]


def test_codes_are_found_by_words_in_any_order(real):
    assert codes(real, "radiculopathy cervical", limit=2) == ["M54.12", "M47.22"]
    assert codes(real, "cervical RADICULO", limit=2) == ["M54.12", "M47.22"]
    assert codes(real, "cervicalgia")[0] == "M54.2"
    assert codes(real, "no such words here") == []
    assert codes(real, "  ") == []


@pytest.mark.parametrize("q", ["M54.12", "m54.12", "M5412"])
def test_codes_are_found_by_their_beginning(real, q):
    assert codes(real, q) == ["M54.12"]


@pytest.mark.parametrize("q", ["m54.1", "M541"])
def test_the_beginning_of_a_code_finds_codes_in_their_order(real, q):
    found = codes(real, q)
    assert found == sorted(found)
    assert found[:3] == ["M54.10", "M54.11", "M54.12"]


@pytest.mark.parametrize(
    ("q", "first"),
    [("neck pain", "M54.2"), ("slipped disc", "M50.2"), ("whiplash", "S13.4XX"), ("frozen shoulder", "M75.0")],
)
def test_codes_are_found_by_what_else_they_are_called(real, q, first):
    """In the tabular's inclusion terms, or in patterns/search_names.yaml."""
    assert codes(real, q)[0].startswith(first)


def test_a_name_of_no_code_is_a_problem(tmp_path, catalog):
    (tmp_path / "search_names.yaml").write_text("about: x\nnames: {stiff neck: [M54.2, M99.999]}\n")
    problems = []
    load_search_names(tmp_path, catalog.icd, problems)
    assert [str(item) for item in problems] == [
        "search_names.yaml: stiff neck: names: M99.999 is not in ICD-10-CM April 2026"
    ]
    assert load_search_names(tmp_path / "none", catalog.icd, problems).names == {}


def test_codes_with_requirements_of_their_own_come_first(real):
    found = real.client.get("/v1/codes", params={"q": "cervical", "limit": 100}).json()["codes"]
    own = [item["own_requirements"] for item in found]
    assert own == sorted(own, reverse=True)
    assert found[0]["title"]


@pytest.mark.parametrize(
    ("params", "key", "reason"),
    [
        ({}, "q", "Field required"),
        ({"q": "x", "limit": 0}, "limit", "Input should be greater than or equal to 1"),
        ({"q": "x" * 101}, "q", "String should have at most 100 characters"),
    ],
)
def test_a_wrong_search_is_told_by_its_key(real, params, key, reason):
    answer = real.client.get("/v1/codes", params=params)
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"key": key, "reason": reason}])
    assert "xxx" not in answer.text


def test_what_a_code_needs(real, catalog):
    said = real.client.get("/v1/codes/m5412").json()
    assert (said["code"], said["billable"], said["release"]) == ("M54.12", True, "April 2026")
    assert [row["id"] for row in said["requirements"]] == [row.id for row in catalog.codes["M54.12"].requirements]
    assert said["requirements"][0]["derived"] is False


def test_what_a_title_needs(real):
    said = real.client.get("/v1/codes/M25.511").json()
    assert [(row["id"], row["derived"]) for row in said["requirements"]] == [
        ("M25.511.side", True),
        ("M25.511.site", True),
    ]


def test_a_code_that_is_not_there(real):
    answer = real.client.get("/v1/codes/M54.99")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("nearest: M54.")
    assert real.client.get("/v1/codes/Quackenbush").status_code == 404


def test_every_billable_code_can_be_found(catalog):
    search = TitleSearch(catalog.icd)
    for code in ("A00.0", "M54.12", "S13.4XXA", "Z99.89"):
        words = catalog.icd.title(code)
        assert code in {item.code for item in search.find(words, most=1000)}
