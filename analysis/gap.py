"""Share of the gap closed: how much of what was left to gain has been gained (docs/methods.md, section 9).

Shown for a group of its own; never averaged over schools.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.intervals import wilson
from analysis.mover import LimitedShare, matched_correlation
from analysis.records import Design, MatchedCounts, Reason

# With fewer failing before, the ratio says nothing.
_MINIMUM_FAILING = 5


@dataclass(frozen=True, slots=True)
class GapClosed:
    """The part of the gap that was closed, or after a decrease the part of what there was that was `lost`.

    `value` in (-inf, 1]; `low` is None where there is no lower bound.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    lost: float | None = None
    reasons: tuple[Reason, ...] = ()


def gap_closed(
    before: tuple[int, int], after: tuple[int, int], design: Design, pairs: MatchedCounts | None = None
) -> GapClosed:
    """Return g = (p2 - p1)/(1 - p1) with its interval, from (understood, answered) of two waves.

    After a decrease `value` stays None and `lost` is (p1 - p2)/p1. With fewer than five people failing before
    nothing is shown (reason `too_few_failing`; `no_gap` when nobody failed). `pairs` are the matched persons.

    Raises ValueError if a wave has no answers or more understood than answered.

    Source: Hake 1998, Am J Phys 66:64; Marx & Cummings 2007, 75:87; interval 1 - MOVER-R of q2/q1, Donner & Zou
    2012, Stat Methods Med Res 21:347.

    >>> result = gap_closed((18, 35), (29, 34), Design())
    >>> [round(number, 3) for number in (result.value, result.low, result.high)]
    [0.697, 0.31, 0.872]
    """
    (x1, n1), (x2, n2) = before, after
    if not (0 <= x1 <= n1 and 0 <= x2 <= n2 and n1 and n2):
        raise ValueError(f"need 0 <= understood <= answered and an answer in both waves: {before}, {after}")
    if n1 - x1 < _MINIMUM_FAILING:
        return GapClosed(reasons=(Reason.NO_GAP if x1 == n1 else Reason.TOO_FEW_FAILING,))
    p1, p2 = x1 / n1, x2 / n2
    if p2 < p1:
        return GapClosed(lost=(p1 - p2) / p1)
    usable = pairs is not None and pairs.total >= design.minimum_pairs
    rho = matched_correlation(pairs, n1, n2) if usable and pairs is not None else 0.0
    low, high = ratio_interval(_failing(x1, n1, design), _failing(x2, n2, design), rho)
    return GapClosed((p2 - p1) / (1 - p1), None if math.isinf(high) else 1 - high, 1 - low)


def _failing(understood: int, answered: int, design: Design) -> LimitedShare:
    share = (answered - understood) / answered
    interval = wilson(share, answered, confidence=design.confidence)
    return LimitedShare(share, interval.low, interval.high)


def ratio_interval(first: LimitedShare, second: LimitedShare, rho: float = 0.0) -> tuple[float, float]:
    """Return the limits of second / first by MOVER-R; the upper one is infinite when the first share may be 0.

    Shares in [0, 1] with their limits, `first` above 0; `rho` their correlation in [-1, 1].

    Source: Donner & Zou 2012; Tang et al. 2012, Stat Methods Med Res 21:361.

    >>> low, high = ratio_interval(LimitedShare(0.5, 0.4, 0.6), LimitedShare(0.25, 0.2, 0.3))
    >>> round(low, 4), round(high, 4)
    (0.375, 0.6667)
    """
    q1, l1, u1, q2, l2, u2 = first.value, first.low, first.high, second.value, second.low, second.high
    product = q1 * q2 - rho * (u1 - q1) * (q2 - l2)
    scale = u1 * (2 * q1 - u1)
    low = _smaller_root(product, scale, l2 * (2 * q2 - l2))
    product = q1 * q2 - rho * (q1 - l1) * (u2 - q2)
    scale = l1 * (2 * q1 - l1)
    if scale <= 0:
        return low, math.inf
    return low, (product + math.sqrt(max(product * product - scale * u2 * (2 * q2 - u2), 0.0))) / scale


def _smaller_root(product: float, scale: float, constant: float) -> float:
    # Written so that it also holds where the scale is 0 or negative.
    root = math.sqrt(max(product * product - scale * constant, 0.0))
    return max(constant / (product + root), 0.0) if product + root > 0 else 0.0
