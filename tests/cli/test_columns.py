"""`check` on tables: columns on the command line and in a file, and the text in the report."""

import json

from chartgap.cli import main
from chartgap.model import Report

NOTE = "Spurling was negative on the left."


def reports(tmp_path, *arguments):
    output = tmp_path / "out.jsonl"
    code = main(["check", *map(str, arguments), "--format", "jsonl", "--output", str(output)])
    lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
    return code, [Report.model_validate_json(line) for line in lines]


def test_columns_and_mapping(tmp_path, fake_checker):
    table, mapping = tmp_path / "t.csv", tmp_path / "map.yaml"
    table.write_text(f"KEY,BODY,D1,D2\nn1,{NOTE},M54.12,\nn2,{NOTE},M5412,M54.2\n")
    mapping.write_text("text: KEY\ncodes: [D1, D2]\n")
    code, found = reports(tmp_path, table, "--mapping", mapping, "--columns", "id=KEY", "--columns", "text=BODY")
    assert code == 0
    assert [(r.note_id, [c.code for c in r.codes]) for r in found] == [("n1", ["M54.12"]), ("n2", ["M54.12", "M54.2"])]


def test_columns_that_are_not_there(tmp_path, capsys, fake_checker):
    table = tmp_path / "t.csv"
    table.write_text(f"id,text\nn1,{NOTE}\n")
    assert reports(tmp_path, table, "--columns", "codes=DX") == (2, [])
    assert "t.csv: codes: there is no column DX" in capsys.readouterr().err
    assert reports(tmp_path, table, "--columns", "codes") == (2, [])
    assert "--columns: is written field=COLUMN" in capsys.readouterr().err


def test_the_report_carries_the_decoded_text_where_that_is_asked_for(tmp_path, fake_checker):
    table = tmp_path / "t.csv"
    table.write_bytes(f"id,text,encounter_id\nn1,90° {NOTE},e\nn2,{NOTE},e\n".encode("cp1252"))
    _, found = reports(tmp_path, table, "--code", "M54.12", "--with-text")
    assert [r.texts for r in found] == [{"n1": f"90° {NOTE}"}, {"n2": NOTE}]
    for report in found:
        for item in report.findings:
            assert report.texts[report.note_id][item.start : item.end] == item.text
    _, (joined,) = reports(tmp_path, table, "--code", "M54.12", "--with-text", "--by", "encounter")
    assert joined.texts == {"n1": f"90° {NOTE}", "n2": NOTE}
    _, found = reports(tmp_path, table, "--code", "M54.12")
    assert [r.texts for r in found] == [{}, {}]
    assert json.loads(found[0].model_dump_json())["texts"] == {}
