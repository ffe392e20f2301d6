"""The interval of a difference from the limits of its two shares: MOVER, and Newcombe's intervals as its ends (7.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.intervals import Interval
from analysis.records import MatchedCounts


@dataclass(frozen=True, slots=True)
class LimitedShare:
    """A share with its own limits."""

    value: float
    low: float
    high: float


def mover(before: LimitedShare, after: LimitedShare, rho: float = 0.0) -> Interval:
    """Return the interval of after - before, cut to [-1, 1].

    `before` and `after` are shares in [0, 1] with limits around them; `rho` in [-1, 1] is their correlation through
    matched persons. With Wilson limits, rho 0 gives Newcombe's method 10 for independent shares and the rho of
    `matched_correlation` with everybody matched his method 10 for pairs.

    Source: Zou & Donner 2008, Stat Med 27:1693; Zou 2007, Psych Meth 12:399; Newcombe 1998b,c.

    >>> interval = mover(LimitedShare(0.5, 0.4, 0.6), LimitedShare(0.7, 0.6, 0.8))
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0586, 0.3414)
    """
    difference = after.value - before.value
    down, up = after.value - after.low, before.high - before.value
    low = difference - _root(down * down - 2 * rho * down * up + up * up)
    up, down = after.high - after.value, before.value - before.low
    high = difference + _root(up * up - 2 * rho * up * down + down * down)
    return Interval(max(low, -1.0), min(high, 1.0))


def _root(square: float) -> float:
    return math.sqrt(max(square, 0.0))


def phi(pairs: MatchedCounts, *, corrected: bool = True) -> float:
    """Return the correlation of the two answers of matched persons, in [-1, 1]; 0 where a margin is empty.

    `corrected` applies Newcombe's continuity correction: a positive ad - bc is reduced by half the pairs, at most
    to 0.

    Source: Newcombe 1998c, Stat Med 17:2635, method 10.

    >>> round(phi(MatchedCounts(10, 2, 7, 5)), 4), round(phi(MatchedCounts(10, 2, 7, 5), corrected=False), 4)
    (0.1833, 0.275)
    """
    a, b, c, d = pairs.both, pairs.lost, pairs.gained, pairs.neither
    product = (a + b) * (c + d) * (a + c) * (b + d)
    if product == 0:
        return 0.0
    numerator = float(a * d - b * c)
    if corrected and numerator > 0:
        numerator = max(numerator - pairs.total / 2, 0.0)
    return numerator / math.sqrt(product)


def matched_correlation(pairs: MatchedCounts, before_answered: int, after_answered: int) -> float:
    """Return rho, the correlation of two shares that have some persons in common: phi n12 / sqrt(n1 n2).

    Both waves need at least as many answers as there are pairs, and at least one.

    Source: docs/methods.md, section 7.1.

    >>> round(matched_correlation(MatchedCounts(10, 2, 7, 5), 35, 39), 4)
    0.1191
    """
    return phi(pairs) * pairs.total / math.sqrt(before_answered * after_answered)
