"""Matched persons: McNemar's mid-p and exact test, Tango's interval for the change (docs/methods.md, section 7.4)."""

from __future__ import annotations

import math

from scipy import optimize, special

from analysis.intervals import Interval, quantile
from analysis.records import MatchedCounts, PairedCounts


def mcnemar_midp(lost: int, gained: int) -> float:
    """Return the two-sided mid-p value of McNemar's test for the `lost` and the `gained`, both >= 0.

    2 [P(X <= k) - P(X = k)/2], X ~ Bin(lost + gained, 1/2), k = min(lost, gained); 1 when they are equal.

    Raises ValueError for negative counts.

    Source: Fagerland, Lydersen & Laake 2013, BMC Med Res Methodol 13:91.

    >>> round(mcnemar_midp(2, 7), 4)
    0.1094
    """
    return _mcnemar(lost, gained, 0.5)


def mcnemar_exact(lost: int, gained: int) -> float:
    """Return the two-sided exact conditional p-value of McNemar's test: 2 P(X <= k), at most 1.

    Raises ValueError for negative counts.

    Source: `scipy.stats.binomtest(min(b, c), b + c).pvalue`; `statsmodels mcnemar(exact=True)`.

    >>> round(mcnemar_exact(2, 7), 4)
    0.1797
    """
    return _mcnemar(lost, gained, 0.0)


def _mcnemar(lost: int, gained: int, part_of_point: float) -> float:
    if lost < 0 or gained < 0:
        raise ValueError(f"counts must not be negative: {lost}, {gained}")
    if lost == gained:
        return 1.0
    smaller, changed = min(lost, gained), lost + gained
    point = float(special.bdtr(smaller, changed, 0.5))
    if smaller > 0:
        point -= float(special.bdtr(smaller - 1, changed, 0.5))
    return min(1.0, 2 * (float(special.bdtr(smaller, changed, 0.5)) - part_of_point * point))


def tango_interval(lost: int, gained: int, matched: int, *, confidence: float = 0.95) -> Interval:
    """Return Tango's score interval for (gained - lost) / matched, a difference in [-1, 1].

    lost, gained >= 0 with lost + gained <= matched, matched >= 1. Raises ValueError otherwise.

    Source: Tango 1998, Stat Med 17:891: the differences d that the score test
    (c - b - n d) / sqrt(n (2 q(d) + d (1 - d))) does not reject; a limit without a root is -1 or 1.

    >>> interval = tango_interval(2, 7, 24)
    >>> round(interval.low, 4), round(interval.high, 4)
    (-0.0413, 0.4379)
    """
    if min(lost, gained) < 0 or matched < max(1, lost + gained):
        raise ValueError(f"need lost + gained <= matched: {lost}, {gained}, {matched}")
    z = quantile((1 - confidence) / 2)
    observed = (gained - lost) / matched

    def excess(difference: float, bound: float) -> float:
        return _tango_score(difference, lost, gained, matched) - bound

    low, high = -1.0, 1.0
    if observed > -1 and excess(-1.0 + 1e-12, z) > 0:
        low = float(optimize.brentq(excess, -1.0 + 1e-12, observed, args=(z,), xtol=1e-12))
    if observed < 1 and excess(1.0 - 1e-12, -z) < 0:
        high = float(optimize.brentq(excess, observed, 1.0 - 1e-12, args=(-z,), xtol=1e-12))
    return Interval(low, high)


def _tango_score(difference: float, lost: int, gained: int, matched: int) -> float:
    distance = gained - lost - matched * difference
    if distance == 0:
        return 0.0
    linear = -gained - lost + (2 * matched - gained + lost) * difference
    constant = -lost * difference * (1 - difference)
    root = math.sqrt(max(linear * linear - 8 * matched * constant, 0.0))
    # The root is written so that nothing cancels when `linear` is positive.
    nuisance = (root - linear) / (4 * matched) if linear <= 0 else -2 * constant / (root + linear)
    variance = matched * (2 * nuisance + difference * (1 - difference))
    return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance)


def matched_result(pairs: MatchedCounts, *, confidence: float = 0.95) -> PairedCounts:
    """Return the four counts of matched persons with their test and interval; without a pair the limits are None.

    Source: docs/methods.md, section 7.4.

    >>> result = matched_result(MatchedCounts(both=10, lost=2, gained=7, neither=5))
    >>> result.gained, round(result.midp, 4), round(result.tango_low, 4)
    (7, 0.1094, -0.0413)
    """
    interval = None
    if pairs.total:
        interval = tango_interval(pairs.lost, pairs.gained, pairs.total, confidence=confidence)
    return PairedCounts(
        gained=pairs.gained,
        lost=pairs.lost,
        both=pairs.both,
        neither=pairs.neither,
        midp=mcnemar_midp(pairs.lost, pairs.gained),
        tango_low=interval.low if interval else None,
        tango_high=interval.high if interval else None,
        exact_p=mcnemar_exact(pairs.lost, pairs.gained),
    )
