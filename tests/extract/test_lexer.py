"""The lexer finds what comparing every phrase at every word would find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgap.extract.phrases.lexer import Lexer
from chartgap.knowledge.phrases import openings, pattern

PHRASES = [
    ("neck", "region", "neck"),
    ("neck pain", "diagnosis", "pain"),
    ("neck [and {arm|leg}] pain", "symptom", "any pain"),
    ("n/t", "symptom", "numb"),
    ("+ spurling['s]", "cue", "plus"),
    ("spurling", "test", "plain"),
    ("spurling's [test]", "test", "long"),
    ("pain", "word", "short"),
    ("pain in the neck", "word", "longer"),
    ("left", "side", "left"),
    ("left sided", "side", "sided"),
]
LEXER = Lexer(PHRASES)


def found(view: str) -> list[tuple[str, str, object]]:
    return [(view[lex.start : lex.end], lex.kind, lex.entry) for lex in LEXER.scan(view, 0, len(view))]


def test_kinds_overlap_and_the_longer_phrase_of_a_kind_wins() -> None:
    assert found("neck pain in the neck") == [
        ("neck pain", "diagnosis", "pain"),
        ("neck pain", "symptom", "any pain"),
        ("neck", "region", "neck"),
        ("pain in the neck", "word", "longer"),
        ("neck", "region", "neck"),
    ]


@pytest.mark.parametrize("gap", [" ", "  ", "-", " - ", "      "])
def test_words_of_a_phrase_stand_apart_by_blanks_and_hyphens(gap: str) -> None:
    assert found(f"left{gap}sided") == [(f"left{gap}sided", "side", "sided")]


@pytest.mark.parametrize("gap", [". ", ", ", "\n", " \n", "/", ""])
def test_nothing_else_joins_the_words_of_a_phrase(gap: str) -> None:
    assert ("side", "sided") not in [(kind, entry) for _, kind, entry in found(f"left{gap}sided")]


def test_a_phrase_may_hold_a_mark_or_begin_with_one() -> None:
    assert found("no n/t, + spurling") == [
        ("n/t", "symptom", "numb"),
        ("+ spurling", "cue", "plus"),
        ("spurling", "test", "plain"),
    ]


def test_the_longest_of_one_phrase_with_a_mark_inside_is_taken() -> None:
    assert found("spurling's test") == [("spurling's test", "test", "long")]


@pytest.mark.parametrize("view", ["necks", "bottleneck", "neck2", "2neck"])
def test_a_phrase_is_whole_words(view: str) -> None:
    assert found(view) == []


def test_a_letter_outside_a_to_z_ends_a_word() -> None:
    assert found("éneck\u0142") == [("neck", "region", "neck")]


def test_offsets_are_those_of_the_view_and_nothing_goes_over_the_end() -> None:
    view = "left neck pain"
    assert [(lex.start, lex.end, lex.entry) for lex in LEXER.scan(view, 5, 9)] == [(5, 9, "neck")]


def test_the_first_two_words_of_every_reading_are_its_opening() -> None:
    assert sorted(openings("{c|c spine} pain[ful neck]")) == [
        ("c", "pain", True),
        ("c", "painful", False),
        ("c", "spine", False),
    ]
    assert openings("n/t") == (("n", "/", False),)
    assert openings("neck") == (("neck", None, True),)


def test_an_empty_reading_has_no_opening() -> None:
    with pytest.raises(ValueError, match="empty"):
        openings("[neck]")


_WORDS = ["neck", "pain", "left", "sided", "spurling", "spurling's", "n/t", "in the", "and", "arm", "+", "é", "x"]
_TEXTS = st.lists(
    st.tuples(st.sampled_from(_WORDS), st.sampled_from([" ", "  ", "-", ", ", "\n", ". ", ""])), max_size=12
)


@given(_TEXTS)
def test_it_finds_what_comparing_every_phrase_at_every_word_finds(parts: list[tuple[str, str]]) -> None:
    view = "".join(word + gap for word, gap in parts)
    assert sorted(found(view), key=str) == sorted(_compared(view), key=str)


def _compared(view: str) -> list[tuple[str, str, object]]:
    expected: list[tuple[str, str, object]] = []
    reach: dict[str, int] = {}
    for word in re.finditer(r"[a-z0-9]+|[^\sa-z0-9-]", view):
        best: dict[str, tuple[int, object]] = {}
        for phrase, kind, entry in PHRASES:
            match = pattern(phrase).match(view, word.start())
            if match and match.end() > max(reach.get(kind, 0), word.start()):
                reach[kind] = match.end()
                best[kind] = (match.end(), entry)
        expected.extend((view[word.start() : stop], kind, entry) for kind, (stop, entry) in best.items())
    return expected
