"""Change between two independent sets of answers: Miettinen and Nurminen's score interval (docs/methods.md, 7.6).

The decision interval of a change is MOVER's (`mover`); this one is shown for comparison.
"""

from __future__ import annotations

import math

from scipy import optimize

from analysis.intervals import Interval, quantile


def constrained_shares(
    before_understood: int, before_answered: int, after_understood: int, after_answered: int, difference: float
) -> tuple[float, float]:
    """Return the most likely shares (before, after) whose difference after - before is exactly `difference`.

    Counts as in `miettinen_nurminen`; `difference` in [-1, 1].

    Source: Miettinen & Nurminen 1985, appendix: the closed solution of the cubic likelihood equation.

    >>> before, after = constrained_shares(5, 10, 8, 10, 0.0)
    >>> round(before, 3), round(after, 3)
    (0.65, 0.65)
    """
    x0, n0, x1, n1 = before_understood, before_answered, after_understood, after_answered
    total, understood, d = n0 + n1, x0 + x1, difference
    quadratic = (n1 + 2 * n0) * d - total - understood
    linear = (n0 * d - total - 2 * x0) * d + understood
    constant = x0 * d * (1 - d)
    shift = quadratic / (3 * total)
    q = shift**3 - quadratic * linear / (6 * total**2) + constant / (2 * total)
    p = math.copysign(math.sqrt(max(shift**2 - linear / (3 * total), 0.0)), q)
    cosine = 1.0 if p == 0 else min(max(q / p**3, -1.0), 1.0)
    before = 2 * p * math.cos((math.pi + math.acos(cosine)) / 3) - shift
    before = min(max(before, 0.0, -d), 1.0, 1.0 - d)
    return before, min(max(before + d, 0.0), 1.0)


def miettinen_nurminen(
    before_understood: int,
    before_answered: int,
    after_understood: int,
    after_answered: int,
    *,
    confidence: float = 0.95,
    corrected: bool = True,
) -> Interval:
    """Return the score interval of after - before for two independent sets of answers.

    0 <= understood <= answered, answered >= 1 in both waves; `corrected` keeps the factor N/(N-1) of Miettinen and
    Nurminen, without it the interval is Mee's. Limits in [-1, 1].

    Raises ValueError if the counts do not fit together.

    Source: Miettinen & Nurminen 1985, Stat Med 4:213; Mee 1984, Biometrics 40:1175; Newcombe 1998b, methods 5 and 6.

    >>> interval = miettinen_nurminen(48, 80, 56, 70)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0528, 0.3382)
    """
    x0, n0, x1, n1 = before_understood, before_answered, after_understood, after_answered
    if not (0 <= x0 <= n0 and 0 <= x1 <= n1 and n0 >= 1 and n1 >= 1):
        raise ValueError(f"need 0 <= understood <= answered in both waves: {x0} of {n0}, {x1} of {n1}")
    z = quantile((1 - confidence) / 2)
    observed = x1 / n1 - x0 / n0

    def excess(difference: float, bound: float) -> float:
        return _score(x0, n0, x1, n1, difference, corrected=corrected) - bound

    low = high = observed
    if observed > -1:
        low = float(optimize.brentq(excess, -1.0, observed, args=(z,), xtol=1e-12))
    if observed < 1:
        high = float(optimize.brentq(excess, observed, 1.0, args=(-z,), xtol=1e-12))
    return Interval(low, high)


def _score(x0: int, n0: int, x1: int, n1: int, difference: float, *, corrected: bool) -> float:
    before, after = constrained_shares(x0, n0, x1, n1, difference)
    distance = x1 / n1 - x0 / n0 - difference
    variance = before * (1 - before) / n0 + after * (1 - after) / n1
    if corrected:
        variance *= (n0 + n1) / (n0 + n1 - 1)
    # A large finite number keeps the root search going where the variance vanishes.
    return distance / math.sqrt(max(variance, 1e-300)) if distance else 0.0
