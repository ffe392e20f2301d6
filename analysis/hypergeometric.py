"""Exact tails of the hypergeometric distribution and the limits they give for a finite list.

Own code because the limits of a ward need many thousand tails: a tail is summed by the ratio of neighbouring
terms from one exact first term, and the limits are found by bisection, so lists of thousands stay fast.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb, exp, lgamma

# A tail this close to alpha/2 (relative) counts as equal to it: docs/methods.md, section 3.1.
TIE = 1e-12
_NEGLIGIBLE = 1e-18
# Exact integers up to this length of list; beyond it ties do not occur and logarithms are faster.
_EXACT_UP_TO = 500


def upper_tail(x: int, population: int, successes: int, drawn: int) -> float:
    """Return P(X >= x) for X successes among `drawn` persons taken from a list.

    `population` N >= 0, `successes` K in 0..N, `drawn` n in 0..N; any integer x.

    Returns a probability in [0, 1].

    Source: definition of the hypergeometric distribution; `scipy.stats.hypergeom.sf(x - 1, N, K, n)`.

    >>> round(upper_tail(30, population=36, successes=32, drawn=31), 5)
    0.00535
    """
    smallest, largest = max(0, drawn - (population - successes)), min(drawn, successes)
    if x <= smallest:
        return 1.0
    if x > largest:
        return 0.0
    if x * population <= drawn * successes:
        # Left of the mean the other side is the short one.
        return 1.0 - upper_tail(drawn - x + 1, population, population - successes, drawn)
    term = _probability(x, population, successes, drawn)
    total = term
    absent = population - successes - drawn
    for k in range(x, largest):
        term *= (successes - k) * (drawn - k) / ((k + 1) * (absent + k + 1))
        total += term
        if term < _NEGLIGIBLE * total:
            break
    return min(total, 1.0)


def _probability(x: int, population: int, successes: int, drawn: int) -> float:
    failures = population - successes
    if population <= _EXACT_UP_TO:
        return comb(successes, x) * comb(failures, drawn - x) / comb(population, drawn)
    return exp(_log_comb(successes, x) + _log_comb(failures, drawn - x) - _log_comb(population, drawn))


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def lower_tail(x: int, population: int, successes: int, drawn: int) -> float:
    """Return P(X <= x); the parameters are those of `upper_tail`.

    Source: `scipy.stats.hypergeom.cdf(x, N, K, n)`.

    >>> round(lower_tail(25, population=36, successes=33, drawn=31), 6)
    0.0
    """
    return upper_tail(drawn - x, population, population - successes, drawn)


@lru_cache(maxsize=65536)
def exact_limits(understood: int, answered: int, population: int, tail: float = 0.025) -> tuple[int, int]:
    """Return the smallest and largest number of people on the list who may meet the criterion.

    `understood` x of `answered` n people of a list of `population` N meet it, 0 <= x <= n <= N; `tail` is the
    error allowed on each side, in (0, 0.5).

    Returns the counts (K_L, K_U) with x <= K_L <= K_U <= N - (n - x): K_L = min{K : P(X >= x | K) > tail},
    K_U = max{K : P(X <= x | K) > tail}. They cover the true count with probability at least 1 - 2 tail.

    Raises ValueError if the counts do not fit together.

    Source: Buonaccorsi 1987, Am Stat 41:215; Wright 1991, Exact Confidence Bounds.

    >>> exact_limits(30, 31, 36)
    (33, 35)
    """
    if not 0 <= understood <= answered <= population:
        raise ValueError(f"need 0 <= understood <= answered <= population: {understood}, {answered}, {population}")
    low = _lower_limit(understood, answered, population, tail)
    # Seen from the other side, the largest K is the smallest number of people who do not meet the criterion.
    high = population - _lower_limit(answered - understood, answered, population, tail)
    return low, high


def _lower_limit(x: int, drawn: int, population: int, tail: float) -> int:
    bound = tail * (1 + TIE)
    low, high = x, population - (drawn - x)  # the answer lies in low..high; P(X >= x | high) is always above
    while low < high:
        middle = (low + high) // 2
        if upper_tail(x, population, middle, drawn) > bound:
            high = middle
        else:
            low = middle + 1
    return low
