"""The figures of a summary, over notes that can be counted by hand."""

import datetime as dt
import json

import pytest
from archive import Said, written

from chartgap.audit.compare import compare
from chartgap.audit.summary import summarize
from chartgap.audit.summary_page import summary_page

MAY, JUNE, JULY = dt.date(2026, 5, 2), dt.date(2026, 6, 2), dt.date(2026, 7, 2)
NOTES = [
    Said("Lee", "North", MAY, statuses=("missing", "partial")),
    Said("Lee", "North", MAY, statuses=("met", "missing")),
    Said("Lee", "South", JUNE, statuses=("met", "met")),
    Said("Park", None, JUNE, codes=("M54.12", "M54.2"), statuses=("conflicting", "met")),
    Said("Park", "South", JULY),
    Said(None, "South", None, codes=(), statuses=()),
]


@pytest.fixture
def summary(tmp_path):
    return summarize(written(tmp_path, NOTES)) | {"audit": {"software_version": "1", "knowledge_version": "k"}}


def counts(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_totals_are_of_the_notes_with_a_claim(summary):
    totals = summary["totals"]
    assert {key: totals[key] for key in ("notes", "claimed", "notes_with_gaps", "gaps", "queries", "failures")} == {
        "notes": 6, "claimed": 5, "notes_with_gaps": 3, "gaps": 5, "queries": 0, "failures": 0,
    }  # fmt: skip
    assert totals["gap_rate"] == pytest.approx(3 / 5)
    assert totals["gaps_per_100_notes"] == 100.0  # of those with a claim


def test_a_code_is_counted_by_its_claims(summary):
    assert counts(summary["codes"], "code", "claims", "with_gaps", "supported", "incomplete") == [
        ("M54.12", 5, 3, 2, 3),
        ("M54.2", 1, 1, 0, 1),
    ]


def test_a_requirement_is_counted_where_it_applied_the_most_frequent_gap_first(summary):
    assert counts(summary["requirements"], "id", "applied", "gaps", "missing", "partial", "conflicting") == [
        ("M54.12.row0", 6, 3, 1, 0, 2),
        ("M54.12.row1", 5, 2, 1, 1, 0),
    ]
    assert summary["top_gaps"] == ["M54.12.row0", "M54.12.row1"]


def test_notes_are_counted_by_author_site_and_month_those_that_do_not_say_it_too(summary):
    assert counts(summary["authors"], "name", "notes", "claimed", "with_gaps", "gaps") == [
        ("Lee", 3, 3, 2, 3), ("Park", 2, 2, 1, 2), (None, 1, 0, 0, 0),
    ]  # fmt: skip
    assert counts(summary["sites"], "name", "notes", "with_gaps") == [("South", 3, 0), ("North", 2, 2), (None, 1, 1)]
    assert counts(summary["months"], "name", "notes", "with_gaps") == [
        (None, 1, 0), ("2026-05", 2, 2), ("2026-06", 2, 1), ("2026-07", 1, 0),
    ]  # fmt: skip


def test_one_is_not_many(tmp_path):
    summary = summarize(written(tmp_path, [Said("Lee", "North", MAY, statuses=("missing", "met"))])) | {"audit": {}}
    summary["totals"]["failures"] = 1
    page = summary_page(summary)
    for tile in ("<b>1</b>note checked", "of 1 with a claim has a gap", "<b>1</b>input not read or checked"):
        assert tile in page


def test_the_trend_is_the_change_of_the_gap_rate_a_month(summary):
    # Weights 2, 2, 1 at months 0, 1, 2 with rates 1, 1/2, 0: all on one line.
    assert summary["trend"] == pytest.approx(-0.5)
    assert summary["trend_low"] < -0.5 < 0 < summary["trend_high"]
    page = summary_page(summary)
    assert f"{100 * summary['trend_low']:+.2f} to {100 * summary['trend_high']:+.2f}; within chance" in page


def test_two_months_have_no_trend(tmp_path):
    assert summarize(written(tmp_path, NOTES[:4]))["trend"] is None


def test_an_archive_without_notes_has_a_summary(tmp_path):
    summary = summarize({})
    assert summary["totals"]["notes"] == 0
    assert summary["totals"]["gap_rate"] is None
    assert "Nothing: every note was read and checked." in summary_page(summary | {"audit": {}})


def test_a_change_is_sure_only_beyond_chance(tmp_path):
    good, bad = Said("Lee", statuses=("met",)), Said("Lee", statuses=("missing",))
    about = {"audit": {"software_version": "1", "knowledge_version": "k"}}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before = summarize(written(tmp_path / "a", [bad] * 40 + [good] * 10)) | about
    now = summarize(written(tmp_path / "b", [bad] * 10 + [good] * 40)) | about
    change = compare(now, before)
    assert change["comparable"] == []
    (author,) = change["authors"]
    assert (author["name"], author["sure"], round(author["change"], 3)) == ("Lee", True, -0.6)
    assert compare(now, now)["authors"][0]["sure"] is False


def test_a_comparison_says_what_else_has_changed(tmp_path, summary):
    (tmp_path / "c").mkdir()
    about = {"audit": {"software_version": "1", "knowledge_version": "other"}}
    other = summarize(written(tmp_path / "c", [Said(codes=("M99.41",))])) | about
    assert compare(summary, other)["comparable"] == [
        "the knowledge differs: other before, k now",
        "6 claims are of codes that were claimed only now",
        "1 claims are of codes that were claimed only before",
    ]


def test_a_summary_is_json_and_its_page_needs_nothing_else(summary):
    assert json.loads(json.dumps(summary)) == summary
    page = summary_page(summary)
    assert "src=" not in page
    assert "@import" not in page
    assert page.count("<link ") == page.count('<link rel="icon" href="data:,">') == 1
    assert "60.0%</b>of 5 with a claim" in page


def test_names_are_shown_not_run(tmp_path):
    page = summary_page(summarize(written(tmp_path, [Said("<script>alert(1)</script>")])) | {"audit": {}})
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
