"""Drawing a sample, its sheet, and what the answers say."""

import csv
from io import StringIO

import pytest
from archive import Said, report_of, written

from chartgap.audit.answers import COLUMNS, Answer, answers_table, judged, read_answers
from chartgap.audit.sample import Drawn, allocate, answer_sheet, draw
from chartgap.audit.statistics import share
from chartgap.errors import ReadError

OPEN, FINE = ("missing",), ("met",)
ARCHIVE = [
    *([Said(statuses=OPEN)] * 30),
    *([Said(statuses=FINE)] * 10),
    *([Said(codes=("M54.2",), statuses=FINE)] * 2),
    Said(codes=(), statuses=()),
]


@pytest.fixture
def files(tmp_path):
    return written(tmp_path, ARCHIVE)


def test_every_stratum_is_drawn_in_proportion_and_weighs_what_it_stands_for(files):
    drawn = draw(files, 8, seed=1)
    strata = {stratum: [d.weight for d in drawn if d.stratum == stratum] for stratum in {d.stratum for d in drawn}}
    assert strata == {"M54.12, gaps": [6.0] * 5, "M54.12, no gap": [5.0] * 2, "M54.2, no gap": [2.0]}
    assert sum(d.weight for d in drawn) == 42
    assert drawn == sorted(drawn)


def test_the_seed_decides_who_is_drawn(files):
    assert draw(files, 8, seed=1) == draw(files, 8, seed=1)
    assert draw(files, 8, seed=1) != draw(files, 8, seed=2)


def test_more_than_there_are_is_all_of_them(files):
    assert len(draw(files, 100, seed=1)) == 42


@pytest.mark.parametrize(
    ("sizes", "number", "shares"),
    [
        ({"a": 10, "b": 10}, 5, {"a": 3, "b": 2}),
        ({"a": 97, "b": 2, "c": 1}, 10, {"a": 8, "b": 1, "c": 1}),
        ({"a": 5, "b": 4, "c": 3}, 2, {"a": 1, "b": 1, "c": 0}),
        ({"a": 2, "b": 90}, 50, {"a": 2, "b": 48}),
        ({"a": 3}, 9, {"a": 3}),
        ({}, 9, {}),
    ],
)
def test_a_sample_is_shared_out(sizes, number, shares):
    assert allocate(sizes, number) == shares


def sheet(*said: Said) -> list[dict[str, str]]:
    notes = [(Drawn(i, f"n{i}", "s", 2.5), report_of(one, f"n{i}")) for i, one in enumerate(said)]
    return list(csv.DictReader(StringIO("".join(answer_sheet(notes)))))


def test_the_sheet_asks_of_each_row_that_counts():
    rows = sheet(Said(statuses=("missing", "not_applicable", "met")))
    assert [(row["id"], row["said"], row["weight"], row["right"]) for row in rows] == [
        ("M54.12.row0", "missing", "2.5", ""),
        ("M54.12.row2", "met", "2.5", ""),
    ]
    assert tuple(rows[0]) == COLUMNS


def answered(path, lines):
    path.write_text("note_id,weight,kind,id,said,right\n" + "\n".join(lines) + "\n")
    return list(read_answers(path))


def test_answers_are_read_in_the_words_people_use(tmp_path):
    lines = [f"n,1,requirement,a,missing,{word}" for word in ("yes", "Y", "1", "no", "N", "wrong", "")]
    assert [a.right for a in answered(tmp_path / "a.csv", lines)] == [True, True, True, False, False, False, None]


def test_what_is_no_answer_is_named_by_its_line_and_not_repeated(tmp_path):
    lines = ["n,1,requirement,a,missing,perhaps", "n,heavy,requirement,a,missing,yes", "n,nan,alert,a,error,yes"]
    assert [str(e).split("a.csv")[1] for e in answered(tmp_path / "a.csv", lines)] == [
        ":2: right: yes, no or nothing is needed",
        ":3: weight: a number above 0 is needed",
        ":4: weight: a number above 0 is needed",
    ]


def test_a_table_without_the_columns_is_not_a_sheet(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("note_id,id\nn,a\n")
    (error,) = read_answers(path)
    assert isinstance(error, ReadError)
    assert error.reason == "not a sheet of answers: no column weight, kind, said, right"


def test_answers_count_by_their_weight():
    answers = [
        Answer("a", 3, "requirement", "x", "missing", True),
        Answer("b", 1, "requirement", "x", "missing", False),
    ]
    count = judged(answers)
    assert (count.answered, count.right, count.rate.rate) == (2, 1, pytest.approx(0.75))
    # Kish: 16 / 10 = 1.6 effective answers, fewer than the two that there are, so that the interval is wider.
    assert count.rate == share(0.75 * 1.6, 1.6)


def test_the_table_tells_gaps_documentation_and_alerts_apart():
    answers = [
        Answer("a", 1, "requirement", "M54.12.level", "missing", True),
        Answer("a", 1, "requirement", "M54.12.side", "partial", False),
        Answer("a", 1, "requirement", "M54.12.region", "met", True),
        Answer("a", 1, "alert", "XC-RAD-02", "error", None),
    ]
    assert answers_table(answers).splitlines() == [
        "gaps that are gaps                           0.500  (95%: 0.055 to 0.945; 1 of 2, notes: 1)",
        "documented that is documented                1.000  (95%: 0.207 to 1.000; 1 of 1, notes: 1)",
        "alerts that hold                             no answer",
        "1 of 4 lines have no answer",
        "M54.12.side partial                          0.000  (95%: 0.000 to 0.793; 0 of 1, notes: 1)",
    ]
