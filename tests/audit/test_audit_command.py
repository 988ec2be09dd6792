"""The command with the real engine: what it writes is what `chartgap check` says, whatever the number of workers."""

import json
import sys

import pytest

from chartgap.audit.store import read_manifest, read_table
from chartgap.cli import main
from chartgap.model import Finding, Report

CODES = ["--code", "M54.12,M54.2"]


@pytest.fixture(scope="module")
def places(root):
    return [str(path) for path in sorted((root / "corpora/synthetic").glob("a*.txt"))]


@pytest.fixture(scope="module")
def out(places, tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit") / "out"
    assert main(["audit", *places, "--out", str(folder), "--workers", "2", "--notes-per-part", "10", *CODES]) == 0
    return folder


def as_finding(row):
    names = [name for name in Finding.model_fields if name != "note_id"]
    return Finding.model_validate({name: row[name] for name in names} | {"attributes": dict(row["attributes"])})


def test_findings_and_rows_are_those_of_check_to_the_byte(out, places, tmp_path):
    main(["check", *places, *CODES, "--format", "jsonl", "--output", str(tmp_path / "reports"), "--exit-zero"])
    reports = [Report.model_validate_json(line) for line in (tmp_path / "reports").read_text().splitlines()]
    assert len(reports) == len(places) > 30
    findings = read_table(out, "findings").to_pylist()
    rows = read_table(out, "requirements").to_pylist()
    for position, report in enumerate(reports):
        found = [as_finding(row) for row in findings if row["position"] == position]
        assert [one.model_dump_json() for one in found] == [one.model_dump_json() for one in report.findings]
        wanted = [
            (code.code, row.id, row.status, list(row.evidence)) for code in report.codes for row in code.requirements
        ]
        assert [
            (row["code"], row["id"], row["status"], row["evidence"]) for row in rows if row["position"] == position
        ] == wanted
    assert read_table(out, "notes", columns=["note_id"]).column("note_id").to_pylist() == places


def test_the_manifest(out, places):
    manifest = read_manifest(out)
    assert manifest["options"]["codes"] == ["M54.12", "M54.2"]
    assert manifest["counts"]["notes"] == len(places)
    assert manifest["versions"]["icd10cm"]
    assert [item["place"] for item in manifest["inputs"]] == places


def test_resumed_with_another_claim_it_is_refused(out, places, capsys):
    again = ["audit", *places, "--out", str(out), "--resume"]
    assert main([*again, "--code", "M54.2"]) == 2
    assert "begun with other options: codes was ['M54.12', 'M54.2'], is ['M54.2']" in capsys.readouterr().err
    assert main([*again, *CODES]) == 0


def test_what_is_refused_at_once(capsys, tmp_path):
    assert main(["audit", "--out", str(tmp_path)]) == 2
    assert main(["audit", "a.txt"]) == 2
    assert main(["audit", "a.txt", "--out", str(tmp_path), "--by", "patient"]) == 2
    assert "one of note, encounter is needed" in capsys.readouterr().err


def test_a_code_that_is_none_is_told_before_the_work(places, capsys, tmp_path):
    out = str(tmp_path / "out")
    assert main(["audit", places[0], "--out", out, "--workers", "1", "--code", "M54.12,XYZ"]) == 0
    first, *_ = capsys.readouterr().err.splitlines()
    assert first.startswith("chartgap: XYZ: ")


def test_a_comparison_that_goes_is_told(places, capsys, tmp_path):
    first, second = str(tmp_path / "first"), ["audit", places[0], "--out", str(tmp_path / "out"), "--workers", "1"]
    assert main(["audit", places[0], "--out", first, "--workers", "1"]) == 0
    assert main([*second, "--baseline", first]) == 0
    assert "no longer on the page" not in capsys.readouterr().err
    assert main([*second, "--resume"]) == 0
    assert "no longer on the page: name --baseline again" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["pyarrow", "duckdb"])
def test_a_library_that_is_missing_is_named(module, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["audit", "notes.txt", "--out", str(tmp_path / "out")]) == 2
    assert (
        capsys.readouterr().err == "chartgap: an audit needs chartgap[audit]: pip install -e '.[audit]' in its folder\n"
    )


def test_a_folder_that_cannot_be_made_holds_nothing_to_go_on_with(places, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["audit", places[0], "--out", str(tmp_path / "file/out")]) == 2
    assert capsys.readouterr().err.splitlines()[0] == "chartgap: cannot go on"


def test_the_schema_is_printed(capsys):
    assert main(["audit", "--schema"]) == 0
    tables = json.loads(capsys.readouterr().out)
    assert tables["findings"]["position"] == "int64"
    assert {"notes", "findings", "requirements", "alerts", "queries", "failures"} <= tables.keys()
