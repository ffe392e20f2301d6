"""Changes from the limits of two shares: plain lists, and any shares at effective sizes (docs/methods.md, 7.1, 7.3)."""

from __future__ import annotations

import math

from scipy import special

from analysis.boschloo import boschloo
from analysis.intervals import wilson
from analysis.moments import ShareMoments
from analysis.mover import LimitedShare, matched_correlation, mover, phi
from analysis.pairs import mcnemar_midp
from analysis.records import Change, Design, MatchedCounts, Method

# Boschloo's exact test up to this many answers in both waves together, the pooled z beyond (section 7.3).
_EXACT_TEST_UP_TO = 200


def list_change(
    before: tuple[int, int], after: tuple[int, int], design: Design, pairs: MatchedCounts | None = None
) -> Change:
    """Return the change of a list without classes (section 7.1), using matched persons where there are enough.

    `before` and `after` are (understood, answered) with at least one answer; `pairs` the matched among them.

    Raises ValueError if the pairs do not fit into the answers.

    Source: Zou & Donner 2008; without pairs Newcombe 1998b, method 10, with everybody matched 1998c, method 10.

    >>> result = list_change((18, 35), (29, 39), Design(), MatchedCounts(both=10, lost=2, gained=7, neither=5))
    >>> [round(number, 4) for number in (result.value, result.rho, result.low, result.high)]
    [0.2293, 0.1191, 0.0234, 0.4116]
    """
    (x1, n1), (x2, n2) = before, after
    if pairs is not None:
        _check_pairs(pairs, (x1, n1), (x2, n2))
    usable = pairs if pairs is not None and pairs.total >= design.minimum_pairs else None
    rho = matched_correlation(usable, n1, n2) if usable else 0.0
    first, second = (_limited(x / n, n, design, None) for x, n in ((x1, n1), (x2, n2)))
    interval = mover(first, second, rho)
    v1, v2 = first.value * (1 - first.value) / n1, second.value * (1 - second.value) / n2
    p, test = _list_p_value((x1, n1), (x2, n2), usable)
    return Change(
        value=second.value - first.value,
        low=interval.low,
        high=interval.high,
        se=math.sqrt(max(v1 + v2 - 2 * rho * math.sqrt(v1 * v2), 0.0)),
        method=_list_method(usable, n1, n2),
        p=p,
        test=test,
        rho=rho,
        before=first.value,
        after=second.value,
    )


def _limited(share: float, size: float, design: Design, df: float | None) -> LimitedShare:
    interval = wilson(share, size, confidence=design.confidence, df=df)
    return LimitedShare(share, interval.low, interval.high)


def _list_method(usable: MatchedCounts | None, n1: int, n2: int) -> Method:
    if usable is None:
        return Method.NEWCOMBE_UNPAIRED
    return Method.NEWCOMBE_PAIRED if usable.total == n1 == n2 else Method.MOVER_PARTLY_PAIRED


def _check_pairs(pairs: MatchedCounts, before: tuple[int, int], after: tuple[int, int]) -> None:
    a, b, c, d = pairs.both, pairs.lost, pairs.gained, pairs.neither
    left = (before[0] - a - b, before[1] - before[0] - c - d, after[0] - a - c, after[1] - after[0] - b - d)
    if min(left) < 0:
        raise ValueError(f"more matched persons than answers of that kind: {pairs} among {before} and {after}")


def _list_p_value(before: tuple[int, int], after: tuple[int, int], usable: MatchedCounts | None) -> tuple[float, str]:
    """Section 7.3: the test that the amount of matching allows."""
    (x1, n1), (x2, n2) = before, after
    if usable is None:
        if n1 + n2 <= _EXACT_TEST_UP_TO:
            return boschloo(x1, n1, x2, n2), "boschloo"
        return _pooled_p_value(x1 / n1, n1, x2 / n2, n2), "pooled_z"
    if usable.total == n1 == n2:
        return mcnemar_midp(usable.lost, usable.gained), "mcnemar_midp"
    shared = 2 * phi(usable, corrected=False) * usable.total / (n1 * n2)
    return _pooled_p_value(x1 / n1, n1, x2 / n2, n2, shared=shared), "partly_paired_z"


def _pooled_p_value(
    before: float, n1: float, after: float, n2: float, *, shared: float = 0.0, df: float | None = None
) -> float:
    """Two-sided p of the pooled z test; `shared` is what matched persons take off 1/n1 + 1/n2 (Derrick et al. 2015)."""
    pooled = (before * n1 + after * n2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2 - shared)
    if before == after or variance <= 0:
        return 1.0
    score = abs(after - before) / math.sqrt(variance)
    tail = special.ndtr(-score) if df is None else special.stdtr(max(df, 1.0), -score)
    return min(1.0, 2 * float(tail))


def moments_change(before: ShareMoments, after: ShareMoments, design: Design) -> Change:
    """Return the change of two shares by MOVER with Wilson limits at effective sizes; pairs are not used (rho 0).

    Both moments without finite population correction. p: the pooled test at the effective sizes, with the smaller
    of the two degrees of freedom.

    Source: Zou & Donner 2008; docs/methods.md, sections 3.3 and 7.2.

    >>> from analysis.moments import simple_moments
    >>> result = moments_change(simple_moments(18, 35), simple_moments(29, 39), Design())
    >>> round(result.value, 4), round(result.low, 4), round(result.high, 4)
    (0.2293, -0.0005, 0.431)
    """
    m1, m2 = before.effective_size(cap=design.cap), after.effective_size(cap=design.cap)
    first, second = _limited(before.value, m1, design, before.df), _limited(after.value, m2, design, after.df)
    interval = mover(first, second)
    df = min(before.df, after.df)
    return Change(
        value=after.value - before.value,
        low=interval.low,
        high=interval.high,
        se=math.hypot(before.se, after.se),
        method=Method.MOVER_EFFECTIVE,
        p=_pooled_p_value(before.value, m1, after.value, m2, df=df),
        test="pooled_t",
        rho=0.0,
        df=df,
        before=before.value,
        after=after.value,
        reasons=tuple(dict.fromkeys((*before.reasons, *after.reasons))),
    )
