"""Boschloo's unconditional exact test of two shares, fast enough for hundreds of tables (docs/methods.md, section 7.3).

The same test as `scipy.stats.boschloo_exact`, whose general search for the nuisance parameter takes a hundred
times as long; a test compares the two.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

_ROUNDS = 3
_FINER = 9
_HUMPS = 3
_SMALL = 0.25
# Fisher p-values this close (relative) are the same.
_TIE = 1e-10

Array = NDArray[np.float64]
# Even steps of the arc sine: the peaks of a binomial's probability are equally wide on this scale.
_ANGLES: Array = np.linspace(0, np.pi / 2, 97)


def boschloo(before_understood: int, before_answered: int, after_understood: int, after_answered: int) -> float:
    """Return the two-sided p-value, twice the smaller one-sided one and at most 1.

    0 <= understood <= answered, answered >= 1 in both waves. Raises ValueError otherwise.

    Source: Boschloo 1970, Stat Neerl 24:1; `scipy.stats.boschloo_exact(table)`.

    >>> round(boschloo(18, 35, 29, 34), 3)
    0.003
    """
    x, n, y, m = before_understood, before_answered, after_understood, after_answered
    if not (0 <= x <= n and 0 <= y <= m and n >= 1 and m >= 1):
        raise ValueError(f"need 0 <= understood <= answered in both waves: {x} of {n}, {y} of {m}")
    sides = [(x, n, y, m), (y, m, x, n)]
    if y * n < x * m:
        sides.reverse()
    likely = one_sided(*sides[0])
    # The other side is only needed where neither is small (a test enumerates that it is above 1/4 otherwise).
    return 2 * likely if likely < _SMALL else min(1.0, 2 * min(likely, one_sided(*sides[1])))


@lru_cache(maxsize=4096)
def one_sided(x: int, n: int, y: int, m: int) -> float:
    """Return the p-value of x of n before, y of m after, against "the share after is larger".

    0 <= x <= n, 0 <= y <= m: the worst probability, over the common share, of a table as extreme by Fisher's p-value.

    Source: Boschloo 1970; `scipy.stats.boschloo_exact([[y, x], [m - y, n - x]], alternative="greater")`.

    >>> round(one_sided(18, 35, 29, 34), 5)
    0.00133
    """
    tails = _fisher_tails(n, m)
    extreme = tails <= tails[x, y] * (1 + _TIE)
    # Fisher's p falls along each row, so a row's extreme tables are its last ones.
    first = (m + 1) - extreme.sum(axis=1)
    angles, chances = _ANGLES, _chances(_grid_points(n), _grid_uppers(m), first)
    best = float(chances.max())
    for _ in range(_ROUNDS):
        angles = np.concatenate([np.linspace(angles[k - 1], angles[k + 1], _FINER) for k in _peaks(chances)])
        chances = _chances(_points(n, angles), _uppers(m, angles), first)
        best = max(best, float(chances.max()))
    return min(1.0, best)


def _peaks(chances: Array) -> list[int]:
    """The inner places that beat their neighbours, the highest few: the sum of binomials has several humps."""
    inner = chances[1:-1]
    places = np.flatnonzero((inner >= chances[:-2]) & (inner >= chances[2:])) + 1
    if len(places) == 0:
        return [min(max(int(np.argmax(chances)), 1), len(chances) - 2)]
    return [int(place) for place in places[np.argsort(-chances[places], kind="stable")[:_HUMPS]]]


@lru_cache(maxsize=256)
def _fisher_tails(n: int, m: int) -> Array:
    """P(Y >= y | X + Y = x + y) for every table, x in rows."""
    sums = np.arange(n + 1)[:, None] + np.arange(m + 1)
    tails: Array = np.exp(_log_comb(n)[:, None] + _log_comb(m) - _log_comb(n + m)[sums])
    for row in range(1, n + 1):
        tails[row, :m] += tails[row - 1, 1:]
    return tails


@lru_cache(maxsize=512)
def _log_comb(n: int) -> Array:
    counts = np.arange(n + 1)
    logs: Array = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
    return logs


@lru_cache(maxsize=256)
def _grid_points(n: int) -> Array:
    return _points(n, _ANGLES)


@lru_cache(maxsize=256)
def _grid_uppers(m: int) -> Array:
    return _uppers(m, _ANGLES)


def _points(n: int, angles: Array) -> Array:
    """P(X = x) at the shares sin^2(angle), one row a share."""
    counts, shares = np.arange(n + 1), np.sin(angles)[:, None] ** 2
    points: Array = np.exp(_log_comb(n) + special.xlogy(counts, shares) + special.xlog1py(n - counts, -shares))
    return points


def _uppers(m: int, angles: Array) -> Array:
    """P(Y >= y) for y = 0..m+1, one row a share."""
    uppers = np.zeros((len(angles), m + 2))
    uppers[:, :-1] = _points(m, angles)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return uppers


def _chances(points: Array, uppers: Array, first: NDArray[np.int64]) -> Array:
    chances: Array = np.einsum("ij,ij->i", points, uppers[:, first])
    return chances
