"""What holds for any note: it runs, offsets hold, wraps change little, no note changes the next, time is linear."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alterations
import robustness
from chartgap.model import Claim, Note
from notes import REAL, SYNTHETIC, load_notes

NOTES = load_notes(SYNTHETIC)
CODES = ("M54.12", "M54.2", "M53.82", "M40.12", "M99.40")
_WORDS = " ".join(note.text for note in NOTES[::4]).split(" ")
_GLUE = [" ", " ", " ", "\n", "\r\n", "\n\n", "\t", ". ", ": ", "; ", "", "/", "-", "’", "\u00a0", "İ", "ß", "\u2028"]

fragments = st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_GLUE)), max_size=60)


def joined(parts):
    return "".join(word + glue for word, glue in parts)


def check(checker, text):
    return checker.check(Note(id="n", text=text, claim=Claim(codes=CODES)))


def assert_robust(result):
    assert (result.raised, result.wrong_offsets) == ([], [])


def test_synthetic_notes_run_and_offsets_hold_and_wraps_change_little(real_checker):
    result = robustness.run(NOTES, real_checker)
    assert_robust(result)
    assert result.notes == 192
    assert result.share_changed < 0.02


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real notes are not part of the repository")
def test_real_notes_run_and_offsets_hold_and_wraps_change_little(real_checker):
    # Every eighth, for time; benchmarks/robustness.py reads all.
    result = robustness.run(load_notes(REAL)[::8], real_checker)
    assert_robust(result)
    assert result.share_changed < 0.01


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_runs(real_checker, text):
    assert all(robustness.offsets_hold(finding, text) for finding in check(real_checker, text).findings)


@settings(max_examples=60, deadline=None)
@given(parts=fragments)
def test_any_clinical_words_run(real_checker, parts):
    text = joined(parts)
    assert all(robustness.offsets_hold(finding, text) for finding in check(real_checker, text).findings)


def test_a_note_does_not_change_the_next(real_checker):
    alone = {note.id: real_checker.check(note) for note in NOTES}
    shuffled = random.Random(7).sample(NOTES, len(NOTES))
    assert all(real_checker.check(note) == alone[note.id] for note in shuffled)


def test_evidence_and_anchors_are_in_the_note(real_checker):
    for note in NOTES:
        report = real_checker.check(note)
        for row in (row for code in report.codes for row in code.requirements):
            assert all(0 <= index < len(report.findings) for index in row.evidence)
            assert row.anchor_start is None or 0 <= row.anchor_start < row.anchor_end <= len(note.text)


def seconds(checker, text, *, runs=3):
    """The best of some runs: a busy machine only adds."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        check(checker, text)
        best = min(best, time.process_time() - start)
    return best


def test_time_grows_with_the_note_and_no_faster(real_checker):
    once = "\n\n".join(note.text for note in NOTES[:8])
    short, long = seconds(real_checker, once), seconds(real_checker, "\n\n".join([once] * 8))
    assert long < 8 * 4 * short


@pytest.mark.parametrize("text", ["no " * 3000, "C5-6 " * 3000, "(" * 10000, "neck:" * 2000, "a" * 50000, "1/" * 5000])
def test_nothing_explodes(real_checker, text):
    assert seconds(real_checker, text, runs=1) < 10


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("in capitals", "HPI: NECK PAIN\nFOR 3 WEEKS.\nPLAN\nMRI."),
        ("no line breaks", "HPI: Neck pain for 3 weeks. PLAN MRI."),
        ("no headings", "Neck pain\nfor 3 weeks.\nMRI."),
    ],
)
def test_an_alteration_changes_only_how_a_note_looks(name, expected):
    assert alterations.ALTERATIONS[name]("HPI: Neck pain\nfor 3 weeks.\nPLAN\nMRI.") == expected


def test_one_character_in_a_hundred_is_misread_the_same_ones_each_time():
    text = "n" * 10_000  # read as h
    assert alterations.misread(text) == alterations.misread(text)
    assert alterations.misread(text).count("h") == 106
