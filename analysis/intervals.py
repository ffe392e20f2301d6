"""Confidence intervals of one share: exact for a list, Clopper-Pearson, Wilson, Korn-Graubard (docs/methods.md, 3).

Numbers in, limits out; which interval a design takes is decided in `estimates`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from scipy import special

from analysis.hypergeometric import exact_limits

# N * limit is a float: this much below a whole number still counts as that number.
_COUNT_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Interval:
    """Two limits of a share or of a difference of shares."""

    low: float
    high: float


@lru_cache(maxsize=4096)
def quantile(tail: float, df: float | None = None) -> float:
    """Return the value that is exceeded with probability `tail`: Student's t with `df`, or normal without.

    `tail` in (0, 0.5); `df` > 0 or None. Fewer than one degree of freedom are taken as one, because no
    distribution exists below; such results are gated elsewhere.

    Source: docs/methods.md, section 0.

    >>> round(quantile(0.025), 4), round(quantile(0.025, 64), 4)
    (1.96, 1.9977)
    """
    if df is None:
        return -float(special.ndtri(tail))
    return -float(special.stdtrit(max(df, 1.0), tail))


def hypergeometric_interval(understood: int, answered: int, population: int, *, confidence: float = 0.95) -> Interval:
    """Return the exact interval of the share on a known list (section 3.1), as shares of `population`.

    0 <= understood <= answered <= population, population >= 1, confidence in (0, 1). Raises ValueError otherwise.

    Source: Buonaccorsi 1987; Wright 1991. The counts themselves: `hypergeometric.exact_limits`.

    >>> interval = hypergeometric_interval(30, 31, 36)
    >>> round(interval.low * 36), round(interval.high * 36)
    (33, 35)
    """
    low, high = exact_limits(understood, answered, population, (1 - confidence) / 2)
    return Interval(low / population, high / population)


def clopper_pearson(understood: float, answered: float, *, confidence: float = 0.95) -> Interval:
    """Return the exact binomial interval, for a list of unknown length.

    `understood` in 0..answered, `answered` > 0; both may be real numbers (effective sizes). Raises ValueError
    otherwise.

    Source: Clopper & Pearson 1934, Biometrika 26:404; `scipy.stats.binomtest(x, n).proportion_ci("exact")`.

    >>> interval = clopper_pearson(81, 263)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2527, 0.3676)
    """
    if not 0 <= understood <= answered or answered <= 0:
        raise ValueError(f"need 0 <= understood <= answered and answered > 0: {understood}, {answered}")
    tail = (1 - confidence) / 2
    missed = answered - understood
    low = 0.0 if understood == 0 else float(special.betaincinv(understood, missed + 1, tail))
    high = 1.0 if missed == 0 else float(special.betaincinv(understood + 1, missed, 1 - tail))
    return Interval(low, high)


def wilson(share: float, size: float, *, confidence: float = 0.95, df: float | None = None) -> Interval:
    """Return Wilson's score interval for a share seen in `size` answers (section 3.2).

    `share` in [0, 1]; `size` > 0, real, `math.inf` for a full count (gives a point); `df`: degrees of freedom of
    the variance behind an effective size, None for the normal quantile. Raises ValueError otherwise.

    Source: Wilson 1927, JASA 22:209; Newcombe 1998a, Stat Med 17:857, method 3.

    >>> interval = wilson(81 / 263, 263)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2553, 0.3662)
    """
    if not 0 <= share <= 1 or size <= 0:
        raise ValueError(f"need a share in [0, 1] and a positive size: {share}, {size}")
    if math.isinf(size):
        return Interval(share, share)
    ratio = quantile((1 - confidence) / 2, df) ** 2 / size
    centre = (share + ratio / 2) / (1 + ratio)
    half = math.sqrt(ratio * share * (1 - share) + ratio * ratio / 4) / (1 + ratio)
    # The limits meet 0, 1 and the share exactly in theory; rounding must not push them over.
    return Interval(
        0.0 if share == 0 else min(max(centre - half, 0.0), share),
        1.0 if share == 1 else max(min(centre + half, 1.0), share),
    )


def finite_size(answered: int, population: int) -> float:
    """Return the size at which Wilson's interval holds for a list of `population` people: n(N-1)/(N-n).

    1 <= answered <= population; infinite when everybody answered. Raises ValueError otherwise.

    Source: score inversion with Var = p(1-p)/n (N-n)/(N-1), Cochran 1977, Sampling Techniques, section 3.2.

    >>> interval = wilson(143 / 160, finite_size(160, 420))
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.8502, 0.9258)
    """
    if not 1 <= answered <= population:
        raise ValueError(f"need 1 <= answered <= population: {answered}, {population}")
    if answered == population:
        return math.inf
    return answered * (population - 1) / (population - answered)


def korn_graubard(
    share: float, effective_size: float, answered: int, df: float, *, confidence: float = 0.95
) -> Interval:
    """Return the Korn-Graubard interval: Clopper-Pearson at the effective size, corrected for few degrees of freedom.

    `share` in [0, 1]; `effective_size` > 0 from `effective_size`; `answered` n >= 2; `df` >= 1 of the design.
    n* = n_eff (t_{n-1} / t_df)^2, x* = n* share. A full count (infinite size) gives a point. Raises ValueError
    otherwise.

    Source: Korn & Graubard 1998, Survey Methodology 24:193; section 3.3.

    >>> interval = korn_graubard(0.89, 118.9, 93, 2)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.7021, 0.9786)
    """
    if answered < 2:
        raise ValueError(f"needs at least two answers, not {answered}")
    if math.isinf(effective_size):
        return Interval(share, share)
    tail = (1 - confidence) / 2
    size = effective_size * (quantile(tail, answered - 1) / quantile(tail, df)) ** 2
    return clopper_pearson(size * share, size, confidence=confidence)


def effective_size(share: float, variance: float, floor: float, *, cap: bool = True, inflation: float = 1.0) -> float:
    """Return the number of simple random answers that would be as precise: p(1-p)/V, capped at 1/A (section 3.3).

    `share` in [0, 1]; `variance` V >= 0 of the share; `floor` A >= 0, the variance factor of a simple random sample
    with these weights (its variance is A p(1-p)); `cap`: never more than 1/A. Where V says nothing (share 0 or 1, or
    V = 0), 1/A divided by `inflation` (>= 1, for clusters) is used. Infinite when A = 0, a full count.

    Source: Kott 2017, Surv Meth 43:235; Franco et al. 2019, J Surv Stat Meth 7:334; Dean & Pagano 2015, 3:484.

    >>> round(effective_size(0.87878, 0.02353**2, 1 / 202.49), 1)
    192.4
    """
    if floor <= 0:
        return math.inf
    spread = share * (1 - share)
    if variance <= 0 or spread <= 0:
        return 1 / floor / inflation
    size = spread / variance
    return min(size, 1 / floor) if cap else size


def within_seen(interval: Interval, value: float, understood: int, answered: int, population: int) -> Interval:
    """Return an interval of shares cut to what the answers leave possible: x/N to (N - (n - x))/N.

    Whoever has answered is known, so nothing beyond is possible whatever the silent would say; without the cut a
    picture could show an interval across a target that is certainly missed. `value` in [0, 1] is the share estimated;
    the interval keeps it even where averaged forms put it beyond what was counted. 0 <= understood x <= answered n
    <= population N, 1 <= N.

    Source: Manski 2003, chapter 1: bounds without assumptions.

    >>> within_seen(Interval(0.39, 0.93), 0.7, 7, 10, 22)
    Interval(low=0.39, high=0.8636363636363636)
    """
    least, most = understood / population, (population - (answered - understood)) / population
    return Interval(min(max(interval.low, least), value), max(min(interval.high, most), value))


def count_limits(interval: Interval, understood: int, answered: int, population: int) -> tuple[int, int]:
    """Return the limits of a share in whole persons of the list, never below or above what has been seen.

    `interval` in shares of the `population`; 0 <= understood x <= answered n <= population N. Each limit is rounded to
    the nearest person, outward at a half: max(x, ceil(N low - 1/2)) and min(N - (n - x), floor(N high + 1/2)).
    The half person is the continuity correction of a count. Without it a target that was just missed is called met
    in up to 5 % of the cases where few are silent (docs/methods.md, 3.3), and an interval without a whole number
    in it would be both above and below its target.

    Source: Cochran 1977, section 3.6, for the correction; docs/methods.md, section 3.3.

    >>> count_limits(Interval(0.8239, 0.9182), 59, 67, 100)
    (82, 92)
    """
    low = max(understood, math.ceil(population * interval.low - 0.5 - _COUNT_SLACK))
    high = min(population - (answered - understood), math.floor(population * interval.high + 0.5 + _COUNT_SLACK))
    # Weights may put the whole interval beyond what was counted: then what was counted is all that can be said.
    return min(low, population - (answered - understood)), max(high, understood)
