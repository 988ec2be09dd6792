import json

import pytest

from chartgap.cli import main
from chartgap.errors import ReadError
from chartgap.evaluate import Counts, evaluate, read_gold, table
from chartgap.knowledge.vocabulary import vocabulary
from chartgap.model import Alert, Claim, CodeResult, Finding, Report, RequirementResult

TEXT = "Zebulon has neck pain for 6 weeks, 7 / 10. Spurling's negative on the left. MRI ordered."


def fact(element, quote, **keys):
    return {"element": element, "quote": quote, **keys}


SPURLING = fact("spurling", "Spurling's negative on the left", value="negative", side="left")


def gold(tmp_path, *lines):
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def read(tmp_path, *lines):
    return list(read_gold(gold(tmp_path, *lines)))


def finding(element, **keys):
    return Finding(element=element, start=0, end=1, text="Z", rule_id="x", **keys)


def report(*findings, rows=(), alerts=()):
    requirements = tuple(
        RequirementResult(id=id_, element="reflex", level="required", basis="support", status=status, reason="",
                          source="", verified=True) for id_, status in rows
    )  # fmt: skip
    code = CodeResult(code="M54.12", description="", billable=True, verdict="supported", requirements=requirements)
    fired = tuple(Alert(id=id_, severity="info", code="M54.12", message="", source="") for id_ in alerts)
    return Report(
        note_id="n", software_version="", knowledge_version="", findings=findings, codes=(code,), alerts=fired
    )


def score(tmp_path, facts, *findings, **line):
    items = read(tmp_path, {"id": "n", "text": TEXT, "facts": facts, **line.pop("line", {})})
    return evaluate(items, lambda _: report(*findings, **line))


def counts(scores):
    return {name: (c.tp, c.fp, c.fn) for name, c in scores.elements.items()}


# reading


def test_every_key(tmp_path):
    (item,) = read(
        tmp_path,
        {"id": "n", "style": "dictated", "text": TEXT, "codes": ["M54.2"], "procedures": ["62321"], "payer": "medicare",
         "setting": "inpatient",
         "facts": [fact("duration", "6 weeks", value=42, kind="quantity", side=None, area=None, status=None,
                        assertion="historical", start=26, end=33, optional=True)],
         "gaps": {"M54.12": {"reflex": "missing"}}, "alerts": {"expected": ["XC-A"], "optional": ["XC-B"]}},
    )  # fmt: skip
    assert item.note.text == TEXT
    assert item.note.claim == Claim(
        codes=("M54.2", "M54.12"), procedures=("62321",), payer="medicare", setting="inpatient"
    )
    assert (item.facts[0].value, item.facts[0].optional) == (42, True)
    assert (item.gaps, item.alerts.optional, item.line) == ({"M54.12": {"reflex": "missing"}}, ["XC-B"], 1)


def test_the_text_may_be_in_a_file_beside_the_gold(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/n.txt").write_bytes(b"Neck\r\npain")
    (item,) = read(
        tmp_path, {"id": "n", "file": "notes/n.txt", "facts": [fact("region", "Neck\r\npain", value="cervical")]}
    )
    assert item.note.text == "Neck\r\npain"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Zebulon", "not JSON: Expecting value (column 1)"),
        ({"text": TEXT}, "id: Field required"),
        ({"id": "n"}, "text, file: exactly one of them is needed"),
        ({"id": "n", "text": TEXT, "file": "x"}, "text, file: exactly one of them is needed"),
        ({"id": "n", "file": "none.txt"}, "file: No such file or directory"),
        ({"id": "n", "file": "\0"}, "file: not a file name"),
        ({"id": "n", "text": TEXT, "fact": []}, "(a key of 4 characters): not a known key; nearest: facts"),
        ({"id": "n", "text": TEXT, "gaps": {"M54.12": {"reflex": "Zebulon"}}},
         "gaps.(a key of 6 characters).(a key of 6 characters): "
         "Input should be 'met', 'partial', 'missing', 'conflicting' or 'not_applicable'"),
    ],
)  # fmt: skip
def test_a_bad_line(tmp_path, line, message):
    (error,) = read(tmp_path, line)
    assert str(error) == f"{tmp_path.as_posix()}/gold.jsonl:1: {message}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"element": "zebulon"}, "element: unknown element"),
        ({"value": "Zebulon"}, "value: not a value of spurling"),
        ({"value": None}, "value: not a value of spurling"),
        ({"area": "neck"}, "area: not an area of spurling"),
        ({"status": "done"}, "status: not a status of spurling"),
        ({"side": "Zebulon"}, "side: Input should be 'left', 'right' or 'bilateral'"),
        ({"quote": "Zebulon is not there"}, "quote: not in the text"),
        ({"quote": ""}, "quote: not in the text"),
        ({"start": 0, "end": 31}, "start: the quote is not there"),
        ({"element": "duration", "value": "6 weeks", "kind": "quantity"}, "days: a number for a quantity, else null"),
        ({"element": "duration", "value": 7, "kind": "vague"}, "days: a number for a quantity, else null"),
        ({"element": "duration", "value": None, "kind": "quantity"}, "days: a number for a quantity, else null"),
        (
            {"element": "duration", "value": None, "kind": "vague", "days": 3},
            "days: a number for a quantity, else null",
        ),
        ({"element": "duration", "value": None}, "kind: needed for a duration"),
        ({"colour": "red"}, "(a key of 6 characters): not a known key"),
    ],
)  # fmt: skip
def test_a_bad_fact_is_named_by_line_and_key_and_not_repeated(tmp_path, changes, message):
    good, bad = {"id": "a", "text": TEXT, "facts": [SPURLING]}, {"id": "b", "text": TEXT, "facts": [SPURLING | changes]}
    first, error = read(tmp_path, good, bad)
    assert first.note.id == "a"
    assert isinstance(error, ReadError)
    assert str(error) == f"{tmp_path.as_posix()}/gold.jsonl:2: facts.0.{message}"
    assert "Zebulon" not in str(error)


def test_no_gold(tmp_path):
    assert [str(e) for e in read(tmp_path, "", " ")] == [f"{tmp_path.as_posix()}/gold.jsonl: empty"]
    assert [str(e) for e in read_gold(tmp_path / "none.jsonl")] == [
        f"{tmp_path.as_posix()}/none.jsonl: No such file or directory"
    ]


# scoring


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"value": "negative", "side": "left"}, (1, 0, 0)),
        ({"value": "negative", "side": "left", "assertion": "historical"}, (1, 0, 0)),
        ({"value": "negative", "side": "left", "assertion": "negated"}, (0, 0, 1)),
        ({"value": "negative", "side": "left", "assertion": "family"}, (0, 0, 1)),
        ({"value": "negative"}, (0, 1, 1)),
        ({"value": "positive", "side": "left"}, (0, 1, 1)),
    ],
)
def test_every_key_must_agree(tmp_path, keys, expected):
    assert counts(score(tmp_path, [SPURLING], finding("spurling", **keys))) == {"spurling": expected}


def test_the_same_fact_twice_counts_once(tmp_path):
    twice = [finding("spurling", value="negative", side="left")] * 2
    assert counts(score(tmp_path, [SPURLING, SPURLING], *twice)) == {"spurling": (1, 0, 0)}


def test_optional_facts_count_neither_way(tmp_path):
    optional = [SPURLING | {"optional": True}]
    assert counts(score(tmp_path, optional)) == {"spurling": (0, 0, 0)}
    assert counts(score(tmp_path, optional, finding("spurling", value="negative", side="left"))) == {
        "spurling": (0, 0, 0)
    }
    assert counts(score(tmp_path, optional, finding("spurling", value="positive"))) == {"spurling": (0, 1, 0)}


def test_a_negated_fact_is_not_wanted(tmp_path):
    assert counts(score(tmp_path, [SPURLING | {"assertion": "negated"}])) == {}


def test_durations_agree_in_kind_and_days(tmp_path):
    six_weeks = [fact("duration", "6 weeks", value=42, kind="quantity")]
    assert counts(score(tmp_path, six_weeks, finding("duration", days=42, kind="quantity"))) == {"duration": (1, 0, 0)}
    assert counts(score(tmp_path, six_weeks, finding("duration", days=41, kind="quantity"))) == {"duration": (0, 1, 1)}
    in_days = [fact("duration", "6 weeks", value=None, days=42, kind="quantity")]
    assert counts(score(tmp_path, in_days, finding("duration", days=42, kind="quantity"))) == {"duration": (1, 0, 0)}
    vague = [fact("duration", "6 weeks", kind="vague")]
    assert counts(score(tmp_path, vague, finding("duration", kind="vague"))) == {"duration": (1, 0, 0)}


@pytest.mark.parametrize("value", ["7/10", "7 / 10", "7 out of 10", "7"])
def test_spellings_of_a_severity_agree(tmp_path, value):
    assert counts(score(tmp_path, [fact("severity", "7 / 10", value="7/10")], finding("severity", value=value))) == {
        "severity": (1, 0, 0)
    }


def test_a_study_ordered_is_not_one_done(tmp_path):
    ordered = [fact("imaging", "MRI ordered", value="mri", status="ordered")]
    assert counts(score(tmp_path, ordered, finding("imaging", value="mri", status="done"))) == {"imaging": (0, 1, 1)}


def test_gap_decisions_must_be_exact(tmp_path):
    line = {"gaps": {"M54.12": {"reflex": "missing", "spurling": "partial"}}}
    rows = (("M54.12.reflex", "missing"), ("M54.12.spurling", "met"), ("M54.12.onset", "met"))
    scores = score(tmp_path, [], rows=rows, line=line)
    assert (scores.gaps, scores.gaps_right, scores.gap_accuracy) == (2, 1, 0.5)
    assert scores.wrong == ["n: M54.12.spurling is met, gold partial"]


def test_a_gap_decision_on_a_row_that_does_not_exist_is_bad_gold(tmp_path):
    with pytest.raises(
        ReadError, match=r"gold\.jsonl:1: gaps\.M54\.12\.\(a key of 8 characters\): no such requirement"
    ):
        score(tmp_path, [], rows=(("M54.12.reflex", "met"),), line={"gaps": {"M54.12": {"reflexes": "met"}}})


def test_alerts(tmp_path):
    scores = score(tmp_path, [], alerts=("A", "B", "C"), line={"alerts": {"expected": ["A", "D"], "optional": ["B"]}})
    assert scores.alerts == Counts(tp=1, fp=1, fn=1)
    assert scores.wrong == ["n: false alert C", "n: missed alert D"]
    assert score(tmp_path, [], alerts=("A",)).alerts is None


def test_mistakes_are_told_without_note_text(tmp_path):
    scores = score(tmp_path, [SPURLING], finding("spurling", value="positive"))
    assert scores.wrong == ["n: false spurling positive None at 0 (x)", "n: missed spurling negative left"]


def test_counts():
    half = Counts(tp=1, fp=1, fn=3)
    assert (half.precision, half.recall, round(half.f1, 4)) == (0.5, 0.25, 0.3333)
    assert (Counts().precision, Counts().recall, Counts().f1) == (0, 0, 0)


def test_table(tmp_path):
    scores = score(
        tmp_path,
        [SPURLING, fact("region", "neck", value="cervical")],
        finding("spurling", value="negative", side="left"),
        rows=(("M54.12.reflex", "met"),),
        alerts=("A",),
        line={"gaps": {"M54.12": {"reflex": "met"}}, "alerts": {"expected": ["A"]}},
    )
    assert table(scores).splitlines() == [
        "region                   P 0.000  R 0.000  F1 0.000  (tp 0 fp 0 fn 1)",
        "spurling                 P 1.000  R 1.000  F1 1.000  (tp 1 fp 0 fn 0)",
        "all                      P 1.000  R 0.500  F1 0.667  (tp 1 fp 0 fn 1)",
        "alerts                   P 1.000  R 1.000  F1 1.000  (tp 1 fp 0 fn 0)",
        "gap decisions            accuracy 1.000  (1 of 1)",
    ]


OPTIONAL = {"prior_procedure", "encounter_phase", "encounter_purpose", "displacement", "open_closed", "nerve_injury"}


def test_every_element_of_the_vocabulary_can_be_compared():
    compared = {name for name, words in vocabulary().items() if words.compared}
    assert vocabulary().keys() - compared == {"complaint"}  # a symptom: no gold has it
    assert {name for name, words in vocabulary().items() if words.optional} == OPTIONAL
    assert all(not set(words.compared) - {"value", "side", "area", "status", "kind"} for words in vocabulary().values())


@pytest.mark.parametrize("element", sorted(OPTIONAL))
def test_an_element_that_few_annotate_is_compared_where_it_is_annotated(tmp_path, element):
    value = vocabulary()[element].values[0]
    told = finding(element, value=value)
    assert score(tmp_path, [fact(element, "neck", value=value)], told).elements[element] == Counts(tp=1)
    assert element not in score(tmp_path, [fact("region", "neck", value="cervical")], told).elements


# the command


@pytest.fixture
def perfect(monkeypatch):
    class Perfect:
        def __init__(self, **_):
            pass

        def check(self, note):
            return report(finding("spurling", value="positive"), rows=(("M54.12.reflex", "missing"),))

    monkeypatch.setattr("chartgap.checker.Checker", Perfect)


def test_eval_prints_the_table(tmp_path, capsys, perfect):
    path = gold(tmp_path, {"id": "n", "text": TEXT, "facts": [SPURLING], "gaps": {"M54.12": {"reflex": "missing"}}})
    assert main(["eval", str(path)]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["spurling", "all", "gap"]
    assert err == ""
    assert main(["eval", str(path), "--verbose"]) == 0
    assert capsys.readouterr().out.startswith("n: false spurling positive None at 0 (x)\n")


def test_eval_of_bad_gold_names_every_bad_line_and_exits_with_2(tmp_path, capsys, perfect):
    bad = {"id": "n", "text": TEXT, "facts": [SPURLING | {"quote": "Zebulon!"}]}
    path = gold(
        tmp_path, bad, {"id": "n", "text": TEXT}, "{", {"id": "n", "text": TEXT, "gaps": {"M54.12": {"x": "met"}}}
    )
    assert main(["eval", str(path)]) == 2
    out, err = capsys.readouterr()
    name = path.as_posix()
    assert (out, err.splitlines()) == (
        "",
        [f"chartgap: {name}:1: facts.0.quote: not in the text",
         f"chartgap: {name}:3: not JSON: Expecting property name enclosed in double quotes (column 2)"],
    )  # fmt: skip


def test_eval_of_a_row_that_does_not_exist_exits_with_2(tmp_path, capsys, perfect):
    path = gold(tmp_path, {"id": "n", "text": TEXT, "gaps": {"M54.12": {"x": "met"}}})
    assert main(["eval", str(path)]) == 2
    assert (
        capsys.readouterr().err
        == f"chartgap: {path.as_posix()}:1: gaps.M54.12.(a key of 1 characters): no such requirement\n"
    )
