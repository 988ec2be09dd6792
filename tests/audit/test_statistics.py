"""Intervals against published examples."""

import pytest

from chartgap.audit.statistics import NO_RATE, Rate, difference, share, slope


def rounded(rate: Rate, digits: int = 4) -> tuple[float, ...]:
    return tuple(round(value, digits) for value in rate if value is not None)


def test_wilson_intervals_as_newcombe_prints_them():
    # R. G. Newcombe, Stat Med 17:857 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
    assert rounded(share(81, 263)) == (0.3080, 0.2553, 0.3662)
    assert rounded(share(15, 148)) == (0.1014, 0.0624, 0.1605)
    assert rounded(share(0, 20)) == (0.0, 0.0, 0.1611)
    assert rounded(share(1, 29)) == (0.0345, 0.0061, 0.1718)


def test_differences_as_newcombe_prints_them():
    # R. G. Newcombe, Stat Med 17:873 (1998), table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20.
    assert rounded(difference(share(56, 70), share(48, 80))) == (0.2, 0.0524, 0.3339)
    assert rounded(difference(share(9, 10), share(3, 10))) == (0.6, 0.1705, 0.8090)
    assert rounded(difference(share(10, 10), share(0, 20))) == (1.0, 0.6791, 1.0)


def test_nothing_counted_is_no_rate():
    assert share(0, 0) == NO_RATE
    assert difference(share(1, 2), NO_RATE) == NO_RATE


def test_a_slope_weighs_its_points():
    assert slope([(0, 0.5, 10), (1, 0.4, 10), (2, 0.3, 10)]) == pytest.approx(-0.1)
    assert slope([(0, 0.5, 1), (1, 0.4, 1), (2, 0.9, 0)]) == pytest.approx(-0.1)
    assert slope([(3, 0.5, 1), (3, 0.7, 1)]) is None
    assert slope([]) is None
