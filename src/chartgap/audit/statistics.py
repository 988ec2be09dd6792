"""How sure a rate is: intervals of 95%, so that few notes do not look like many."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

Summary = dict[str, Any]
"""Figures by name, ready for JSON."""

_Z = 1.959963984540054  # the 97.5% point of the normal distribution


class Rate(NamedTuple):
    """A share with the bounds of its 95% interval; all three are None where nothing was counted."""

    rate: float | None
    low: float | None
    high: float | None


NO_RATE = Rate(None, None, None)


def share(part: float, whole: float) -> Rate:
    """`part` of `whole` with Wilson's score interval (E. B. Wilson, JASA 22, 1927); both may be weighted counts."""
    if not whole:
        return NO_RATE
    rate, square = part / whole, _Z * _Z
    middle = (rate + square / (2 * whole)) / (1 + square / whole)
    reach = _Z * sqrt(rate * (1 - rate) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return Rate(rate, max(0.0, middle - reach), min(1.0, middle + reach))


def difference(now: Rate, before: Rate) -> Rate:
    """How much the first is above the second, with Newcombe's interval (method 10 of Stat Med 17, 1998)."""
    if None in (*now, *before):
        return NO_RATE
    (p, p_low, p_high), (q, q_low, q_high) = (tuple(float(x or 0) for x in rate) for rate in (now, before))
    low = p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    high = p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return Rate(p - q, low, high)


def slope(points: Sequence[tuple[float, float, float]]) -> Rate:
    """The least-squares slope of (x, part, whole), each share weighted by its whole; NO_RATE where the x do not differ.

    It is a sum of shares, each times a number. So its interval is had of theirs, as that of a difference is (G. Y. Zou,
    J. Huang and X. Zhang, Comput Stat Data Anal 53, 2009).
    """
    total = sum(whole for *_, whole in points)
    if not total:
        return NO_RATE
    mean = sum(x * whole for x, _, whole in points) / total
    spread = sum(whole * (x - mean) ** 2 for x, _, whole in points)
    if not spread:
        return NO_RATE
    rise = below = above = 0.0
    for x, part, whole in points:
        times = whole * (x - mean) / spread
        rate, *bounds = (times * float(value or 0) for value in share(part, whole))
        rise += rate
        below += (rate - min(bounds)) ** 2
        above += (max(bounds) - rate) ** 2
    return Rate(rise, rise - sqrt(below), rise + sqrt(above))
