"""Tables with a column for each muscle or tendon and a row for each side."""

import pytest

HPI = "HPI: neck pain with arm pain.\nEXAM:\n"


@pytest.fixture
def read(extractor):
    def facts(table, element):
        found = extractor.extract(HPI + table)
        return [(f.value, f.side, f.area, f.attributes.get("grade")) for f in found if f.element == element]

    return facts


def test_a_reflex_is_of_its_column_and_the_side_of_its_row(read):
    table = "Reflexes   Biceps  Triceps  Achilles\nRight      2+      2+       tr\nLeft       1+      0        2+\n"
    assert read(table, "reflex") == [
        ("normal", "right", "biceps", "2+"),
        ("normal", "right", "triceps", "2+"),
        ("decreased", "right", "achilles", "tr"),
        ("decreased", "left", "biceps", "1+"),
        ("absent", "left", "triceps", "0"),
        ("normal", "left", "achilles", "2+"),
    ]


def test_strength_is_of_the_limb_of_its_muscle(read):
    table = "Motor:\n     Deltoid  Grip  EHL\nR    5/5      4/5   5/5\nL    5/5      5/5   4+/5\n"
    assert read(table, "strength") == [
        ("normal", "right", "upper_limb", "5/5"),
        ("decreased", "right", "upper_limb", "4/5"),
        ("normal", "right", "lower_limb", "5/5"),
        ("normal", "left", "upper_limb", "5/5"),
        ("decreased", "left", "lower_limb", "4+/5"),
    ]


def test_a_table_may_be_drawn_with_strokes_and_its_grades_without_a_scale(read):
    table = "Strength\n| | Deltoid | Biceps |\n|---|---|---|\n| Right | 5 | 5 |\n| Left | 5 | 4 |\n"
    assert read(table, "strength") == [
        ("normal", "right", "upper_limb", "5"),
        ("normal", "left", "upper_limb", "5"),
        ("decreased", "left", "upper_limb", "4"),
    ]


def test_jerks_in_letters_are_columns_too(read):
    table = "DTR: bi tri br kj aj\nright 2 2 2 2 2\nleft 2 1 2 2 3\n"
    assert [f[:3] for f in read(table, "reflex") if f[0] != "normal"] == [
        ("decreased", "left", "triceps"),
        ("increased", "left", "achilles"),
    ]


def test_a_column_that_is_not_known_says_nothing_and_moves_no_other(read):
    table = "Reflexes  Biceps  Zzz  Triceps\nRight     1+      3+   2+\n"
    assert read(table, "reflex") == [("decreased", "right", "biceps", "1+"), ("normal", "right", "triceps", "2+")]


@pytest.mark.parametrize(
    "table",
    [
        "Biceps  Triceps\nRight  2  1  3\n",  # three grades below two heads
        "Grip  Pinch\nRight  42  18\n",  # pounds
        "Visits  Weeks\nRight  2  4\n",  # no muscles
        "Biceps  Triceps\nRight  2  1\n",  # grades of what?
    ],
)
def test_what_is_no_such_table_is_none(read, table):
    assert [f for e in ("reflex", "strength") for f in read(table, e) if f[2] != "general"] == []
