import gzip
import io
import json
import os
import subprocess
import sys

import pytest

import chartgap
from chartgap.cli import main
from chartgap.model import Report
from chartgap.readers import READERS
from chartgap.render import RENDERERS

SECRET = "Zebulon Quackenbush"
GOOD = "Spurling negative left"


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(GOOD)
    return path


@pytest.fixture
def run(capsys, fake_checker):
    def run(*argv):
        exit_code = main([str(word) for word in argv])
        captured = capsys.readouterr()
        return exit_code, captured.out, captured.err

    return run


def reports(output):
    return [json.loads(line) for line in output.splitlines()]


# check: exit codes


@pytest.mark.parametrize(
    ("text", "code", "exit_code"),
    [
        (GOOD, "M54.12", 0),
        ("Neck pain.", "M54.12", 1),
        ("Neck pain.", "M54.2", 0),  # what is missing is only recommended
        (GOOD, "M50.12", 1),
        (GOOD, "no code", 1),
        (GOOD, "J45.909", 2),  # valid, but nothing was assessed
        (GOOD, "", 0),  # nothing was asked
        (GOOD, "J45.909,M54.12", 0),
        ("Neck pain.", "J45.909,M54.12", 1),
        ("", "M54.12", 2),
    ],
)
def test_exit_code(run, note, text, code, exit_code):
    note.write_text(text)
    assert run("check", note, "--code", code)[0] == exit_code


def test_exit_zero_forgives_gaps_but_not_bad_input(run, note, tmp_path):
    note.write_text("Neck pain.")
    assert run("check", note, "--code", "M54.12", "--exit-zero")[0] == 0
    assert run("check", note, tmp_path / "missing.txt", "--code", "M54.12", "--exit-zero")[0] == 2
    assert run("check", note, "--code", "J45.909", "--exit-zero")[0] == 0


def test_a_note_that_was_not_assessed_is_told_beside_others_that_were(run, tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [{"id": "a", "text": GOOD, "codes": ["M54.12"]}, {"id": "b", "text": GOOD, "codes": ["J45.909"]}]
    path.write_text("\n".join(map(json.dumps, lines)))
    exit_code, out, err = run("check", path, "--format", "jsonl")
    assert exit_code == 0
    assert [report["notices"][:1] for report in reports(out)] == [
        [],
        ["nothing was assessed: no claimed code has requirements in this release"],
    ]
    assert err == "chartgap: nothing assessed in 1 of 2 notes (b): no claimed code has requirements\n"
    path.write_text(path.read_text() + '\n{"id": "c", "text": "Neck", "codes": ["M54.12"]}')
    assert run("check", path)[0] == 1


def test_a_note_id_that_comes_twice_is_told(run, tmp_path):
    path = tmp_path / "a.jsonl"
    ids = ["a", "b", "a", "a", "b\n", "b\n", "x" * 100, "x" * 100]
    path.write_text("\n".join(json.dumps({"id": id_, "text": GOOD}) for id_ in ids))
    exit_code, out, err = run("check", path, "--code", "M54.12", "--format", "jsonl")
    assert (exit_code, len(reports(out))) == (0, 8)
    assert err == "chartgap: notes with the same id: a, b\N{REPLACEMENT CHARACTER}, (an id of 100 characters)\n"


def test_bad_input_is_one_line_each_and_the_others_are_done(run, note, tmp_path):
    lines = tmp_path / "b.jsonl"
    lines.write_text(f'{{"id": "n1", "text": "{SECRET}", "colour": 1}}\n{{"id": "n2", "text": "{GOOD}"}}\n{SECRET}\n')
    (tmp_path / "none").mkdir()
    exit_code, out, err = run(
        "check", tmp_path / "missing.txt", lines, tmp_path / "none", note, "--code", "M54.12", "--format", "jsonl"
    )
    root = tmp_path.as_posix()
    assert exit_code == 2
    assert [report["note_id"] for report in reports(out)] == ["n2", note.as_posix()]
    assert err.splitlines() == [
        f"chartgap: {root}/missing.txt: No such file or directory",
        f"chartgap: {root}/b.jsonl:1: (a key of 6 characters): not a known key",
        f"chartgap: {root}/b.jsonl:3: not JSON: Expecting value (column 1)",
        f"chartgap: {root}/none: no notes in this folder ({', '.join(READERS)})",
    ]


def test_a_note_that_breaks_the_engine_is_named_without_its_text(run, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"id": "n1", "text": "CRASH {SECRET}"}}\n{{"id": "n2", "text": "{GOOD}"}}\n')
    exit_code, out, err = run("check", path, "--code", "M54.12", "--format", "jsonl")
    assert exit_code == 2
    assert [report["note_id"] for report in reports(out)] == ["n2"]
    assert err.startswith("chartgap: n1: internal error, please report it: ValueError at conftest.py:")
    assert err.count("\n") == 1
    assert "Quackenbush" not in out + err


# check: the claim


def test_options_add_codes_and_procedures_and_replace_payer_and_setting(run, tmp_path, monkeypatch, checker):
    seen = []
    monkeypatch.setattr(checker, "_assess", lambda chart, codes: seen.append(chart.note.claim) or ())
    lines = [
        {
            "id": "a",
            "text": "x",
            "codes": ["M54.12"],
            "procedures": ["72141"],
            "payer": "aetna",
            "setting": "inpatient",
        },
        {"id": "b", "text": "x"},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    run("check", path)
    run("check", path, "--code", "M54.2,", "--code", "m5412, M54.2", "--procedure", "62321,72141", "--payer",
        "medicare", "--setting", "telehealth")  # fmt: skip
    assert [(c.codes, c.procedures, c.payer, c.setting) for c in seen] == [
        (("M54.12",), ("72141",), "aetna", "inpatient"),
        ((), (), None, "outpatient"),
        (("M54.12", "M54.2", "M54.2"), ("72141", "62321", "72141"), "medicare", "telehealth"),
        (("M54.2", "M54.12", "M54.2"), ("62321", "72141"), "medicare", "telehealth"),
    ]


def test_modifiers_and_date_of_service(run, tmp_path, checker, monkeypatch):
    seen = []
    monkeypatch.setattr(checker, "_assess", lambda chart, codes: seen.append(chart.note.claim) or ())
    line = {"id": "a", "text": "x", "modifiers": ["GP"], "date_of_service": "2026-05-01"}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    run("check", tmp_path / "a.jsonl")
    run("check", tmp_path / "a.jsonl", "--modifier", "AT,59", "--date-of-service", "2026-06-01")
    assert [(c.modifiers, str(c.date_of_service)) for c in seen] == [
        (("GP",), "2026-05-01"),
        (("GP", "AT", "59"), "2026-06-01"),
    ]
    assert "a date is written like" in run("check", tmp_path / "a.jsonl", "--date-of-service", "May 1")[2]


def test_by_encounter_one_report_an_encounter(run, tmp_path):
    lines = [
        {"id": "a", "text": "Neck pain.", "encounter_id": "e1", "codes": ["M54.12"]},
        {"id": "b", "text": "Neck pain.", "codes": ["M54.12"]},
        {"id": "c", "text": "Exam.\nSpurling negative left", "encounter_id": "e1"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    _, out, err = run("check", tmp_path / "a.jsonl", "--by", "encounter", "--format", "jsonl")
    assert [(r["note_id"], r["note_ids"]) for r in reports(out)] == [("e1", ["a", "c"]), ("b", ["b"])]
    assert err == ""
    _, out, _ = run("check", tmp_path / "a.jsonl", "--by", "encounter")
    assert "encounter e1: a, c\n" in out
    assert 'c, line 2, exam: "Spurling negative left"' in out
    assert "one of note, encounter" in run("check", tmp_path / "a.jsonl", "--by", "patient")[2]


def test_a_further_release_is_built_and_selected_by_the_date(run, tmp_path, note):
    xml, index = tmp_path / "t.xml", tmp_path / "fy.zip"
    xml.write_text(
        "<ICD10CM.tabular><version>2027</version><chapter><name>13</name><desc>C</desc><section id='M54'><desc>B</desc>"
        "<diag><name>M54</name><desc>Dorsalgia</desc></diag></section></chapter></ICD10CM.tabular>"
    )
    code, out, _ = run("icd", "build", xml, "--out", index)
    assert (code, out) == (0, f"{index}: FY2027, 2026-10-01 to 2027-09-30: 1 codes, 1 billable, 0 notes\n")
    for day, release in (("2026-10-01", "FY2027"), ("2026-09-30", "April 2026")):
        _, out, _ = run("check", note, "--icd", index, "--date-of-service", day, "--format", "jsonl")
        assert [report["icd10cm_release"] for report in reports(out)] == [release]
    assert run("check", note, "--icd", xml)[0] == 2


# check: input and output


def test_stdin_folder_and_gzip(run, tmp_path, monkeypatch, note):
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"id": "zipped", "text": "x"}'))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "piped", "text": "x"}')))
    _, out, _ = run("check", "-", tmp_path, "--format", "jsonl")
    assert [report["note_id"] for report in reports(out)] == ["piped", note.as_posix(), "zipped"]


def test_json_is_one_report_or_an_array(run, note, tmp_path):
    other = tmp_path / "b.txt"
    other.write_text("x")
    Report.model_validate_json(run("check", note, "--format", "json")[1])
    assert len(json.loads(run("check", note, other, "--format", "json")[1])) == 2
    assert json.loads(run("check", tmp_path / "missing.txt", "--format", "json")[1]) == []


def test_output_goes_to_the_file_as_utf8_with_unix_line_ends(run, note, tmp_path):
    note.write_text("Spurling’s test left", encoding="utf-8")
    target = tmp_path / "out.jsonl"
    assert run("check", note, "--code", "M54.12", "--format", "jsonl", "--output", target) == (0, "", "")
    assert b"\r" not in target.read_bytes()
    assert json.loads(target.read_text(encoding="utf-8"))["findings"][0]["text"] == "Spurling’s test left"


def test_text_is_the_default_and_plain_where_it_is_not_a_terminal(run, note):
    _, out, _ = run("check", note, "--code", "M54.12")
    assert "M54.12  Radiculopathy, cervical region  SUPPORTED" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["check"], "Missing argument"),
        (["check", "a.txt", "--nonsense"], "No such option"),
        (["check", "a.txt", "--format", "pdf"], f"one of {', '.join(RENDERERS)} is needed"),
        (["check", "a.txt", "--setting", "home"], "one of outpatient, inpatient, emergency, telehealth is needed"),
        (["frobnicate"], "No such command"),
    ],
)
def test_wrong_use_is_one_line(run, argv, message):
    exit_code, out, err = run(*argv)
    assert (exit_code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("chartgap: ")
    assert message in err


def test_an_unforeseen_error_shows_no_traceback_and_no_text(run, note, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError(SECRET)
        yield

    monkeypatch.setattr("chartgap.readers.read_notes", fail)
    exit_code, out, err = run("check", note)
    assert (exit_code, out) == (2, "")
    assert err.startswith("chartgap: internal error, please report it: RuntimeError at test_cli.py:")
    assert "Quackenbush" not in err


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal(fake_checker, note, monkeypatch, variables, coloured):
    for name, value in {"NO_COLOR": "", "TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", Terminal())
    assert main(["check", str(note), "--code", "M54.12"]) == 0
    assert ("\x1b[1;32mSUPPORTED" in sys.stdout.getvalue()) is coloured


def test_ctrl_c(run, note, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("chartgap.readers.read_notes", interrupt)
    assert run("check", note) == (130, "", "chartgap: stopped after 0 notes\nchartgap: interrupted\n")


def test_a_closed_pipe_is_silent(tmp_path):
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-c", "import sys; from chartgap.cli import main; sys.exit(main())", "schema"]
    with os.fdopen(write_end, "w") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (141, "")


# the other commands


def test_schema_is_the_reports(run):
    exit_code, out, _ = run("schema")
    assert exit_code == 0
    assert json.loads(out) == Report.model_json_schema()


def test_version_and_help(run):
    assert run("--version") == (0, f"{chartgap.__version__}\n", "")
    exit_code, out, _ = run()
    assert exit_code == 2
    assert out.startswith("Usage: chartgap")
    assert run("check", "--help")[0] == 0


def test_codes_lists_what_there_is(run):
    exit_code, out, _ = run("codes")
    assert exit_code == 0
    assert any(
        line.startswith("M54.12 ") and line.endswith("Radiculopathy, cervical region") for line in out.splitlines()
    )


def test_codes_shows_a_code_with_sources_in_any_spelling(run):
    exit_code, out, _ = run("codes", "m5412")
    assert exit_code == 0
    assert out.startswith("M54.12 Radiculopathy, cervical region\n")
    assert "M54.12.laterality  required, support" in out
    blocks = out.strip().split("\n\n")[1:]
    assert all("  source: " in block for block in blocks)
    assert all(block.endswith(("(verified)", "(not verified)")) for block in blocks)


def test_codes_without_rows_and_codes_that_are_none(run):
    exit_code, out, _ = run("codes", "Z0000")
    assert (exit_code, out.splitlines()[1]) == (0, "no requirements for Z00.00 in this release")
    exit_code, out, err = run("codes", "M51.1")
    assert (exit_code, out) == (2, "")
    assert err.startswith("chartgap: M51.1: is a header")
    assert run("codes", "neck")[0] == 2


def test_explain(run):
    exit_code, out, _ = run("explain", "M54.12.laterality")
    assert exit_code == 0
    assert out.startswith("M54.12.laterality  required, support\n  satisfied by: ")
    assert "  source: " in out
    assert "\nexamples\n  met\n" in out


def test_explain_an_id_that_is_none(run):
    exit_code, out, err = run("explain", "M54.12.lateralit")
    assert (exit_code, out) == (2, "")
    assert "no requirement, alert or query has this id; nearest: M54.12.laterality" in err


@pytest.mark.parametrize("id_", ["m54.12.LATERALITY", " M54.12.laterality "])
def test_explain_in_any_case(run, id_):
    assert run("explain", id_) == run("explain", "M54.12.laterality")


@pytest.mark.parametrize("code", ["M54.12", "m5412", "M54.1"])
def test_explain_a_code_lists_its_ids(run, code, catalog):
    exit_code, out, _ = run("explain", code)
    assert exit_code == 0
    assert [line.split()[0] for line in out.splitlines()] == [row.id for row in catalog.codes["M54.12"].requirements]


def test_explain_a_code_without_requirements(run):
    assert run("explain", "truma")[2].endswith("nearest: trauma\n")
    assert run("explain", "J45.909") == (
        2,
        "",
        "chartgap: Invalid value for ID: no requirement, alert or query has this id\n",
    )


def test_lint_patterns_names_every_problem(run, tmp_path):
    for folder in ("elements", "codes"):
        (tmp_path / folder).mkdir()
    (tmp_path / "codes/M54.2.yaml").write_text("code: M54.2\ncolour: red\n")
    (tmp_path / "elements/reflex.yaml").write_text("a: [")
    exit_code, out, err = run("lint-patterns", "--patterns", tmp_path)
    assert (exit_code, out) == (2, "")
    lines = err.splitlines()
    assert all(line.startswith("chartgap: ") for line in lines)
    assert any("codes/M54.2.yaml: -: colour: Extra inputs are not permitted" in line for line in lines)
    assert any("elements/reflex.yaml" in line for line in lines)


def test_a_folder_without_patterns(run, tmp_path, monkeypatch):
    exit_code, _, err = run("lint-patterns", "--patterns", tmp_path)
    assert exit_code == 2
    assert "no pattern folder here" in err
