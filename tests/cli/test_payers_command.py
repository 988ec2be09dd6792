"""Payers' rules on the command line: `chartgap payers`, `explain OV-…`, `check --payer`, `--overlay`, lint-patterns."""

import json
import shutil

import pytest

from chartgap.checker import Checker
from chartgap.cli import main
from chartgap.knowledge.places import patterns_folder

CHARTS = '{"id": "a", "text": "Assessment: Chronic neck pain.", "codes": ["M54.2", "G89.29"]}\n'


@pytest.fixture
def told(capsys):
    def call(*arguments):
        exit_code = main([str(item) for item in arguments])
        return exit_code, *capsys.readouterr()

    return call


def test_payers_lists_policies_marks_and_reviews(told):
    exit_code, out, err = told("payers")
    assert (exit_code, err) == (0, "")
    line = next(line for line in out.splitlines() if line.startswith("OV-FAC "))
    assert "13 requirements  Cervical facet procedures: L35936 (NGS, V)" in line
    assert line.endswith("reviewed 2026-11-25")
    assert out.count("off unless the claim names it") == 1


def test_payers_shows_a_pack_in_any_case(told):
    exit_code, out, _ = told("payers", "ov-mri")
    assert exit_code == 0
    assert "policy: CAM 741, Blue Cross SC: V, the contractor's or payer's own page was read" in out
    assert "source: Blue Cross SC CAM 741 (verified), mark V" in out


def test_payers_as_json(told):
    packs = json.loads(told("payers", "--format", "json")[1])
    assert len(packs) == 11
    (pack,) = json.loads(told("payers", "OV-EDX", "--format", "json")[1])
    assert pack["payer"][1] == {"name": "original_medicare", "mark": "titles"}
    assert pack["policies"][1] == {"number": "CG-MED-24", "contractor": "Anthem", "mark": "V"}
    assert [(row["id"], row["mark"], row["verified"]) for row in pack["rows"]] == [("OV-EDX-01", "V", True)]
    assert pack in packs


@pytest.mark.parametrize("arguments", [("OV-NONE",), ("--format", "csv")])
def test_what_is_not_there_is_an_error(told, arguments):
    exit_code, out, err = told("payers", *arguments)
    assert (exit_code, out) == (2, "")
    assert err.startswith("chartgap: Invalid value for")


def test_explain_shows_a_payers_rule(told):
    exit_code, out, _ = told("explain", "ov-esi-04")
    assert exit_code == 0
    assert out.startswith("OV-ESI-04  required, payer\n")
    assert "source: LCD L33906 (not verified)" in out


@pytest.fixture
def chart(tmp_path):
    path = tmp_path / "charts.jsonl"
    path.write_text(CHARTS)
    return path


@pytest.fixture(scope="module")
def engine():
    return Checker()


@pytest.fixture
def checked(told, chart, engine, monkeypatch):
    """`chartgap check` with an engine that is made once."""
    monkeypatch.setattr("chartgap.checker.Checker", lambda **_: engine)
    return lambda *arguments: told("check", chart, *arguments)


def test_an_unverified_source_says_so_in_the_report(checked):
    _, out, _ = checked("--procedure", "62321", "--payer", "Medicare Part B")
    assert "missing         OV-ESI-05 (required, payer)" in out
    assert "source: LCD L33906 (the number of weeks is background) (not verified)" in out
    assert "OV-ESI-05" not in checked("--procedure", "62321", "--payer", "Aetna")[1]


def test_overlay_turns_a_convention_on(checked, chart):
    _, out, _ = checked("--overlay", "ov-g89", "--format", "json")
    rows = {row["id"]: row["status"] for code in json.loads(out)["codes"] for row in code["requirements"]}
    assert (rows["OV-G89-01"], rows["G89.29.duration"]) == ("missing", "missing")
    chart.write_text(CHARTS.replace('"codes"', '"overlays": ["OV-G89"], "codes"'))
    assert json.loads(checked("--format", "json")[1])["codes"] == json.loads(out)["codes"]


def test_an_unknown_overlay_is_an_error(told, chart):
    exit_code, out, err = told("check", chart, "--overlay", "OV-NONE")
    assert (exit_code, out) == (2, "")
    assert "Invalid value for --overlay: one of OV-ACU" in err


def test_lint_patterns_ok(told):
    exit_code, out, err = told("lint-patterns")
    assert (exit_code, err) == (0, "")
    assert out.startswith("OK: ")
    assert "56 rules of payers" in out


def test_lint_patterns_tries_the_examples(told, tmp_path):
    mine = tmp_path / "patterns"
    shutil.copytree(patterns_folder(), mine)
    path = mine / "payers/OV-ACU.yaml"
    path.write_text(path.read_text().replace('"Low back pain for 6 months.", status: met', '"Back.", status: met'))
    path = mine / "codes/M54.9.yaml"
    path.write_text(
        path.read_text().replace('"Assessment: Back pain.", status: met', '"Assessment: Cough.", status: met')
    )
    path = mine / "alerts/XC-EDITION.yaml"
    path.write_text(path.read_text().replace("alerts: XC-EDITION", "alerts: []", 1))
    exit_code, out, err = told("lint-patterns", "--patterns", mine)
    assert (exit_code, out) == (2, "")
    assert "payers/OV-ACU.yaml: OV-ACU-01: examples: missing, not met: 'Back.' (97810, Medicare)" in err
    assert "codes/M54.9.yaml: M54.9.specificity: examples: missing, not met: 'Assessment: Cough.'" in err
    assert "alerts/XC-EDITION.yaml: XC-EDITION: examples: raises XC-EDITION, not nothing: " in err
