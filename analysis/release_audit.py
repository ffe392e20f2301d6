"""What several published reports give away together: the audit of sums that overlap.

What belongs here: numbers of respondents that were published, as sums over the smallest parts (one wave in one
organisation), and the small parts that can be worked out from them. Hiding within one table is the matter of
`analysis.suppression` and `analysis.disclosure_audit`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.optimize import linprog

_SLACK = 1e-6
_UNBOUNDED = 3


@dataclass(frozen=True, slots=True)
class PublishedSum:
    """A published number of respondents: the sum over some parts."""

    parts: frozenset[str]
    answered: int


def exposed_parts(sums: Sequence[PublishedSum], *, minimum: int) -> Mapping[str, tuple[int, int]]:
    """Return the small parts that a reader of all sums can work out, with the least and the most each can be.

    The reader knows that no part is negative and which parts each sum is over, nothing else. A part counts as exposed
    when it is certainly or possibly smaller than `minimum`, certainly not everything, and less than `minimum` lies
    between the least and the most that it can be. Parts that cannot be small are no secret.

    Parameters: `sums` with at least one part each and `answered` >= 0; `minimum` is the fewest respondents behind a
    visible figure (>= 1). Raises ValueError otherwise, or where the sums contradict each other.
    Source: docs/methods.md, section 13; Cox (1980) JASA 75:377 for the audit by linear programming.

    >>> ward, grown = PublishedSum(frozenset("ab"), 60), PublishedSum(frozenset("abc"), 64)
    >>> exposed_parts([ward, grown], minimum=10)
    {'c': (4, 4)}
    >>> exposed_parts([ward], minimum=10)
    {}
    """
    _check(sums, minimum)
    parts = sorted(set[str]().union(*(one.parts for one in sums)))
    left = np.array([[float(part in one.parts) for part in parts] for one in sums])
    right = np.array([float(one.answered) for one in sums])
    found: dict[str, tuple[int, int]] = {}
    for place, part in enumerate(parts):
        low = _extreme(place, 1, left, right)
        if low >= minimum - _SLACK:
            continue
        high = _extreme(place, -1, left, right)
        if high > _SLACK and high - low < minimum - _SLACK:
            found[part] = (int(np.ceil(low - _SLACK)), int(np.floor(high + _SLACK)))
    return found


def _check(sums: Sequence[PublishedSum], minimum: int) -> None:
    if minimum < 1:
        raise ValueError(f"the minimum must be at least 1, not {minimum}")
    if any(one.answered < 0 or not one.parts for one in sums):
        raise ValueError("a sum needs parts, and a number of respondents cannot be negative")


def _extreme(place: int, sign: int, left: np.ndarray, right: np.ndarray) -> float:
    """Return the least (sign 1) or the most (sign -1) that a part can be."""
    objective = np.zeros(left.shape[1])
    objective[place] = sign
    solution = linprog(objective, A_eq=left, b_eq=right, bounds=(0, None), method="highs")
    if solution.status == _UNBOUNDED:
        return inf
    if solution.fun is None:
        raise ValueError(f"the published sums contradict each other: {solution.message}")
    return float(sign * solution.fun)
