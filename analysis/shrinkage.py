"""Steadier shares for small schools, and the chance that a target holds. Explanations only, never verdicts.

What belongs here: the beta-binomial model. A stabilised share borrows strength from the other schools; it is always
labelled as such and never decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

FEWEST_SCHOOLS = 10
"""With fewer schools the spread between them cannot be estimated."""

Numbers = NDArray[np.float64]

# Beyond these the likelihood is flat: the schools differ by chance alone, or have nothing in common.
_LOGIT_BOUND = 12.0
_LOGIT_RHO_BOUNDS = (-14.0, 6.0)


@dataclass(frozen=True, slots=True)
class Stabilised:
    """One school's stabilised share with its interval."""

    school: str
    raw: float | None
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """The schools' common distribution (mean and likeness within a school) and each school's stabilised share."""

    mean: float
    rho: float
    a: float
    b: float
    schools: tuple[Stabilised, ...]


def stabilise(schools: Mapping[str, tuple[int, int]], *, confidence: float = 0.95) -> Shrinkage | None:
    """Return stabilised shares of schools by maximum likelihood of the beta-binomial model.

    a = mu (1-rho)/rho, b = (1-mu)(1-rho)/rho; log-likelihood sum[betaln(x+a, n-x+b) - betaln(a, b)], on logit scales;
    share (x+a)/(n+a+b) with the interval of the beta distribution (x+a, n-x+b).

    Parameters: `schools` name to (understood, answered); `confidence` (0..1, exclusive).
    Returns a `Shrinkage` in the order of `schools`; None below 10 schools with answers, or if all or none understood.
    Raises ValueError for impossible counts.
    Source: docs/methods.md, section 12; Griffiths (1973) Biometrics 29:637 for the likelihood.

    >>> found = stabilise({str(i): (x, 20) for i, x in enumerate((12, 15, 18, 20, 14, 16, 19, 13, 17, 18, 11, 16))})
    >>> round(found.mean, 3), 12 / 20 < found.schools[0].share < found.mean
    (0.788, True)
    """
    if any(not 0 <= understood <= answered for understood, answered in schools.values()):
        raise ValueError("understood must be between 0 and answered")
    heard = [counts for counts in schools.values() if counts[1] > 0]
    x, n = np.array(heard, dtype=np.float64).reshape(-1, 2).T
    if len(heard) < FEWEST_SCHOOLS or not 0 < x.sum() < n.sum():
        return None
    mean, rho = _maximum_likelihood(x, n)
    a, b = _shapes(mean, rho)
    points = tuple(_stabilised(name, *counts, a, b, confidence) for name, counts in schools.items())
    return Shrinkage(mean, rho, a, b, points)


def chance_target_holds(
    understood: int, answered: int, population: int, needed: int, *, a: float = 1.0, b: float = 1.0
) -> float:
    """Return the probability that at least `needed` of the list understand, given those who answered.

    P(x + Y >= K_T) with Y beta-binomial(N - n, a + x, b + n - x). It assumes that those who did not answer are like
    those who did. For one school alone a = b = 1; the ward's a and b come from `stabilise`.

    Parameters: 0 <= understood <= answered <= population; `needed` persons (>= 0); `a`, `b` (> 0).
    Returns a probability. Raises ValueError for impossible numbers. Source: docs/methods.md, section 12.

    >>> round(chance_target_holds(30, 31, 36, 33), 3)
    0.995
    """
    if not 0 <= understood <= answered <= population or min(a, b) <= 0:
        raise ValueError(f"{understood} of {answered} of {population} with a={a}, b={b}")
    silent, wanted = population - answered, needed - understood
    if wanted <= 0:
        return 1.0
    if wanted > silent:
        return 0.0
    return float(min(1.0, stats.betabinom.sf(wanted - 1, silent, a + understood, b + answered - understood)))


def _shapes(mean: float, rho: float) -> tuple[float, float]:
    size = (1 - rho) / rho
    return mean * size, (1 - mean) * size


def _maximum_likelihood(x: Numbers, n: Numbers) -> tuple[float, float]:
    """Return the mean and the likeness that make the counts most probable."""

    def misfit(logits: Numbers) -> float:
        a, b = _shapes(float(special.expit(logits[0])), float(special.expit(logits[1])))
        return -float(np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b)))

    start = float(special.logit(x.sum() / n.sum()))
    bounds = [(-_LOGIT_BOUND, _LOGIT_BOUND), _LOGIT_RHO_BOUNDS]
    # The surface can have a flat shoulder towards rho = 0; several starts make the result independent of it.
    fits = [
        optimize.minimize(misfit, [start, rho], method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-9})
        for rho in (-6.0, -3.0, -1.0)
    ]
    best = min(fits, key=lambda fit: float(fit.fun))
    return float(special.expit(best.x[0])), float(special.expit(best.x[1]))


def _stabilised(name: str, understood: int, answered: int, a: float, b: float, confidence: float) -> Stabilised:
    first, second = understood + a, answered - understood + b
    low, high = stats.beta.ppf([(1 - confidence) / 2, (1 + confidence) / 2], first, second)
    raw = understood / answered if answered else None
    share = first / (first + second)
    # The mean of a very skewed distribution can lie beyond its quantile; an interval always holds its share.
    return Stabilised(name, raw, share, min(float(low), share), max(float(high), share))
