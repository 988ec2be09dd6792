"""POST /v1/check:batch and GET /v1/codes."""

import pytest
from seams import checker
from serving import serving

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


def codes(it, q, **more):
    answer = it.client.get("/v1/codes", params={"q": q, **more})
    assert answer.status_code == 200
    return [item["code"] for item in answer.json()["codes"]]


def test_codes_are_found_by_words_in_any_order(real):
    assert codes(real, "radiculopathy cervical", limit=2) == ["M54.12", "M47.22"]
    assert codes(real, "cervical RADICULO", limit=2) == ["M54.12", "M47.22"]
    assert codes(real, "cervicalgia") == ["M54.2"]
    assert codes(real, "no such words here") == []
    assert codes(real, "  ") == []


@pytest.mark.parametrize("q", ["M54.12", "m54.12", "M5412"])
def test_codes_are_found_by_their_beginning(real, q):
    assert codes(real, q) == ["M54.12"]


def test_codes_with_requirements_of_their_own_come_first(real):
    found = real.client.get("/v1/codes", params={"q": "cervical", "limit": 100}).json()["codes"]
    own = [item["own_requirements"] for item in found]
    assert own == sorted(own, reverse=True)
    assert found[0]["title"]


@pytest.mark.parametrize(("params", "key"), [({}, "q"), ({"q": "x", "limit": 0}, "limit"), ({"q": "x" * 101}, "q")])
def test_a_wrong_search_is_told_by_its_key(real, params, key):
    answer = real.client.get("/v1/codes", params=params)
    assert (answer.status_code, [item["key"] for item in answer.json()["errors"]]) == (422, [key])
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
