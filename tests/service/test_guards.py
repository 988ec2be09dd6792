"""Who may ask, how much, how slowly; what every answer carries; and that no word of a note gets out."""

import json
import logging
import re

import pytest
from seams import checker
from serving import serving, until

from chartgap.cli import main
from chartgap.service.app import create_app
from chartgap.service.settings import Settings, SettingsError, Setup, is_loopback

KEY = "0123456789abcdef-key"
JSON = {"content-type": "application/json"}


def kinds(answer):
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


@pytest.fixture(scope="module")
def locked():
    with serving(workers=1, key=KEY, setup=Setup(make=checker)) as it:
        yield it


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("localhost.evil.example", False), ("", False),
    ],
)  # fmt: skip
def test_only_loopback_needs_no_key(host, loopback):
    assert is_loopback(host) is loopback
    if loopback:
        assert Settings(host=host).checked().key is None
        return
    with pytest.raises(SettingsError, match="can be reached from other machines"):
        Settings(host=host).checked()
    assert Settings(host=host, key=KEY).checked().key == KEY


def test_a_short_key_is_refused_and_none_is_shown():
    with pytest.raises(SettingsError, match="fewer than 16"):
        Settings(key="short").checked()
    assert KEY not in repr(Settings(key=KEY))


def test_the_command_refuses_to_open_notes_to_the_network(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("CHARTGAP_API_KEY", raising=False)
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    assert "can be reached from other machines" in capsys.readouterr().err
    monkeypatch.setenv("CHARTGAP_API_KEY", "")
    assert main(["serve"]) == 2
    assert "the API key of CHARTGAP_API_KEY is empty" in capsys.readouterr().err
    empty = tmp_path / "key"
    empty.write_text("\n")
    assert main(["serve", "--api-key-file", str(empty)]) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"x-api-key": ""}, {"x-api-key": KEY + "x"}, {"x-api-key": KEY[:-1]}, {"authorization": KEY},
        {"authorization": f"Bearer {KEY}", "x-api-key": "x"},
        {"authorization": f"Basic {KEY}"}, {"authorization": "Bearer"}, {"authorization": f"Bearer {KEY}x"},
        {"x-api-key": "ü".encode()},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/check", "/metrics", "/nowhere", "/cds-services"])
def test_without_the_key_nothing_is_answered(locked, headers, path):
    method = "POST" if path == "/v1/check" else "GET"
    answer = locked.client.request(method, path, headers={**headers, **JSON}, content=b'{"text": "neck"}')
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-api-key": KEY},
        {"authorization": f"Bearer {KEY}"},
        {"x-api-key": KEY, "authorization": "Bearer a.client's.jwt"},
    ],
)
def test_with_the_key_it_answers(locked, headers):
    assert locked.client.post("/v1/check", json={"text": "neck"}, headers=headers).status_code == 200
    assert locked.client.get("/metrics", headers=headers).status_code == 200


def test_health_needs_no_key(locked):
    assert [locked.client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::2]:80", "0.0.0.0"]
)
def test_another_name_is_refused(quick, host):
    assert kinds(quick.client.get("/healthz", headers={"host": host})) == (421, "host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8321", "127.0.0.1:1", "[::1]:8321"])
def test_names_of_this_machine_are_known(quick, host):
    assert quick.client.get("/healthz", headers={"host": host}).status_code == 200


def test_further_names_can_be_allowed():
    settings = Settings(hosts=("Scribe.example",))
    assert settings.accepted_hosts == {"localhost", "127.0.0.1", "[::1]", "scribe.example"}
    assert Settings(host="0.0.0.0", key=KEY).accepted_hosts is None
    assert Settings(host="0.0.0.0", key=KEY, hosts=("a",)).accepted_hosts >= {"a"}


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/json"]
)
def test_only_json_is_taken_so_that_no_page_can_post_it_unasked(quick, media):
    answer = quick.client.post("/v1/check", content=b'{"text": "neck"}', headers={"content-type": media})
    assert kinds(answer) == (415, "media-type")


def test_other_origins_are_not_let_in(quick):
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = quick.client.options("/v1/check", headers=headers)
    assert answer.status_code == 405
    posted = quick.client.post("/v1/check", json={"text": "neck"}, headers=headers)
    assert not [name for found in (answer, posted) for name in found.headers if name.startswith("access-control")]


SECURE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def test_every_answer_has_the_headers_of_a_careful_service(quick):
    answers = [
        quick.check(text="neck"), quick.check(text=1), quick.client.get("/nowhere"), quick.client.get("/v1/check"),
        quick.client.get("/healthz"), quick.client.get("/healthz", headers={"host": "x"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 422, 404, 405, 200, 421]
    for answer in answers:
        assert {name: answer.headers[name] for name in SECURE} == SECURE
        assert "server" not in answer.headers
        assert answer.headers["content-type"] == (
            "application/json" if answer.status_code == 200 else "application/problem+json"
        )


def test_a_body_that_is_too_large_is_refused_by_its_length(quick):
    assert kinds(quick.check(text="x" * 100_000)) == (413, "too-large")


def test_a_body_that_is_too_large_is_refused_without_a_length(quick):
    def pieces():
        yield b'{"text": "'
        for _ in range(200):
            yield b"x" * 1000

    assert kinds(quick.client.post("/v1/check", content=pieces(), headers=JSON)) == (413, "too-large")


def test_a_chunked_body_within_the_limit_is_read(quick):
    answer = quick.client.post("/v1/check", content=iter([b'{"text"', b': "neck"}']), headers=JSON)
    assert answer.status_code == 200


def test_a_note_that_is_too_long_is_refused(quick):
    answer = quick.check(text="x" * 50_001)
    assert kinds(answer) == (413, "too-long")
    assert answer.json()["detail"] == "at most 50000 characters"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"codes": ["M54.2"] * 101}, "at most 100"),
        ({"procedures": ["98940"] * 101}, "at most 100"),
        ({"previous_text": ["neck", "x" * 50_001]}, "at most 50000 characters"),
        ({"id": "x" * 501}, "id, codes and all else but texts: at most 500 characters"),
        ({"codes": ["M" * 501]}, "id, codes and all else but texts: at most 500 characters"),
    ],
)
def test_a_claim_larger_than_any_is_refused(quick, body, detail):
    answer = quick.check(text="neck", **body)
    assert (answer.status_code, answer.json()["detail"]) == (413, detail)


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/v1/codes?q=m54"])
def test_head_is_get_without_a_body(real, path):
    answer, whole = real.client.head(path), real.client.get(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(whole.content))


def test_who_tries_keys_is_named_in_the_log(locked, caplog):
    caplog.set_level("INFO", "chartgap.service")
    locked.client.get("/v1/codes?q=x", headers={"x-api-key": "wrong"})
    refused = re.compile(r"GET /v1/codes 401 \d+ ms from 127\.0\.0\.1")
    until(lambda: any(refused.fullmatch(record.getMessage()) for record in caplog.records))


def test_a_note_of_a_megabyte_is_read(real):
    text = "Neck pain. " * 90_000
    answer = real.check(text=text[:200_000], codes=["M54.2"])
    assert answer.status_code == 200
    assert kinds(real.check(text=text)) == (413, "too-long")


def test_probes_leave_no_line(quick, caplog):
    caplog.set_level("INFO", "chartgap.service")
    paths = ("/healthz", "/readyz", "/metrics", "/cds-services")
    for path in paths:
        quick.client.get(path)

    def lines():  # each is written once its answer is sent, that of an earlier test perhaps only now
        return [said for record in caplog.records if (said := record.getMessage().split()[1]) in paths]

    until(lines)
    assert lines() == ["/cds-services"]


def test_openapi_says_which_routes_want_the_key(locked, quick):
    said = locked.client.get("/openapi.json").json()
    assert said["security"] == [{"key": []}, {"bearer": []}]
    assert said["components"]["securitySchemes"].keys() == {"key", "bearer"}
    free = {path for path, item in said["paths"].items() for op in item.values() if op.get("security") == []}
    assert free == {"/healthz", "/readyz"}
    assert "security" not in quick.client.get("/openapi.json").json()


MARKERS = ("Quackenbush", "Zebulon", "xylotheque")
SAID = " ".join(MARKERS)


def leaky_requests(client):
    """Requests that hold the markers where they do not belong."""
    yield client.post(f"/v1/{SAID}?note={SAID}", json={"text": SAID}, headers={"user-agent": SAID})
    yield client.post("/v1/check", json={"text": SAID, SAID: SAID})
    yield client.post("/v1/check", json={"text": [SAID], "codes": SAID})
    yield client.post("/v1/check", json={"text": f"RAISE {SAID}"})
    yield client.post("/v1/check", json={"text": SAID, "setting": SAID, "date": SAID, "payer": 1})
    yield client.post("/v1/check", content=f'{{"{SAID}": 1, "{SAID}": 2}}', headers=JSON)
    yield client.post("/v1/check", content=SAID, headers=JSON)
    yield client.post("/v1/check", content=SAID, headers={"content-type": SAID})
    yield client.post("/v1/check", json={"text": f"DIE {SAID}"})
    yield client.post("/v1/check", json={"text": f"HANG {SAID}"})
    yield client.post("/v1/fhir/check", json={"resourceType": "Quackenbush"})
    yield client.request("GET", "/v1/check", headers={"host": "-".join(MARKERS)})


def test_no_word_of_a_note_is_logged_counted_or_told_in_an_error(quick, capfd):
    logged = []

    class Everything(logging.Handler):
        def emit(self, record):
            if not record.name.startswith("http"):  # the client's own
                logged.append(f"{record.name} {record.getMessage()} {record.exc_info} {record.exc_text}")

    handler = Everything(level=logging.DEBUG)
    loggers = [logging.getLogger(name) for name in (None, "chartgap.service", "uvicorn", "uvicorn.error", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        bodies = []
        for answer in leaky_requests(quick.client):
            assert answer.status_code >= 400
            bodies.append(answer.text + json.dumps(dict(answer.headers)))
            until(lambda: quick.office.pool.ready)
        metrics = quick.client.get("/metrics").text
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
    assert any("POST /v1/check 422" in line for line in logged)
    out, err = capfd.readouterr()
    everything = "\n".join([*bodies, *logged, metrics, out, err]).lower()
    assert [marker for marker in MARKERS if marker.lower() in everything] == []


def test_the_markers_would_be_seen(quick):
    answer = quick.check(text=f"neck {SAID}", id=SAID)
    assert answer.status_code == 200
    assert SAID in answer.text


def test_http_of_the_future_has_no_socket(quick):
    headers = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "eA==",
    }
    assert quick.client.get("/v1/check", headers=headers).status_code == 405


def test_nothing_is_reported_to_a_collector_named_in_the_environment(monkeypatch):
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    app = create_app()
    assert app._native_telemetry.enabled() is False
    assert app._telemetry["auto_configure"] is False
