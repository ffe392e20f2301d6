"""How consistently a set of items measures: Cronbach's alpha, KR-20 and Feldt's interval.

What belongs here: scores of one form, a row a person, a column an item. After a good campaign scores bunch at the top
and alpha falls; that is no fault of the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

FEWEST_PERSONS = 30
"""With fewer people alpha is not shown."""


class ReliabilityReason(StrEnum):
    """Why there is no alpha."""

    TOO_FEW_PERSONS = "too_few_persons"
    TOO_FEW_ITEMS = "too_few_items"  # fewer than two items vary
    CONSTANT_TOTAL = "constant_total"  # all have the same sum: nothing to be consistent about


@dataclass(frozen=True, slots=True)
class Reliability:
    """Alpha with its interval, the people and items it rests on, and the items that did not vary."""

    alpha: float | None
    low: float | None
    high: float | None
    persons: int
    items: int
    constant: tuple[str, ...]
    reasons: tuple[ReliabilityReason, ...]


def alpha(
    scores: ArrayLike,
    names: Sequence[str] | None = None,
    *,
    confidence: float = 0.95,
    fewest_persons: int = FEWEST_PERSONS,
) -> Reliability:
    """Return Cronbach's alpha of complete scores, with Feldt's interval. For 0/1 scores it is KR-20.

    alpha = k/(k-1) (1 - sum of item variances / variance of the sum), one `ddof` for both. Items that do not vary are
    left out of k and named.

    Parameters: `scores` persons x items, no missing values; `names` of the items (default "1", "2" ...); `confidence`
    (0..1, exclusive); below `fewest_persons` rows no alpha is given.
    Returns a `Reliability`. Raises ValueError unless `scores` is a table with a name per column.
    Source: Cronbach (1951) Psychometrika 16:297; Kuder & Richardson (1937) Psychometrika 2:151, eq. 20.

    >>> table = [[1, 1, 1], [1, 1, 0], [0, 0, 0], [1, 0, 0], [1, 1, 1], [0, 0, 1]]
    >>> round(alpha(table, fewest_persons=2).alpha, 4)
    0.6136
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or (names is not None and len(names) != table.shape[1]):
        raise ValueError("scores must be a table with one name per column")
    labels = tuple(names) if names is not None else tuple(str(column + 1) for column in range(table.shape[1]))
    if len(table) < max(fewest_persons, 2):
        return _none(len(table), table.shape[1], (), ReliabilityReason.TOO_FEW_PERSONS)
    moves = np.ptp(table, axis=0) > 0
    constant = tuple(label for label, varies in zip(labels, moves, strict=True) if not varies)
    parts, total = table[:, moves].var(axis=0, ddof=1), float(table.sum(axis=1).var(ddof=1))
    return _from_variances(parts.tolist(), total, len(table), constant, confidence)


def kr20(
    right: Mapping[str, int],
    totals: Sequence[int],
    *,
    confidence: float = 0.95,
    fewest_persons: int = FEWEST_PERSONS,
) -> Reliability:
    """Return KR-20, which is alpha of right/wrong items, from counts alone.

    Parameters: `right[item]` people who had it right (0 to all); `totals[t]` people with t items right; the rest as in
    `alpha`. Returns a `Reliability`. Raises ValueError where the counts do not belong together.
    Source: Kuder & Richardson (1937) Psychometrika 2:151, eq. 20; one `ddof` for both variances.

    >>> found = kr20({"a": 4, "b": 3, "c": 3}, [1, 2, 1, 2], fewest_persons=2)
    >>> round(found.alpha, 4)
    0.6136
    """
    persons, hits = sum(totals), sum(score * people for score, people in enumerate(totals))
    if sum(right.values()) != hits or any(not 0 <= count <= persons for count in right.values()):
        raise ValueError("the right answers of the items and the total scores do not belong together")
    if persons < max(fewest_persons, 2):
        return _none(persons, len(right), (), ReliabilityReason.TOO_FEW_PERSONS)
    constant = tuple(name for name, count in right.items() if count in (0, persons))
    pairs = persons * (persons - 1)
    parts = [count * (persons - count) / pairs for name, count in right.items() if name not in constant]
    squares = sum(score * score * people for score, people in enumerate(totals))
    return _from_variances(parts, (persons * squares - hits * hits) / pairs, persons, constant, confidence)


def _from_variances(
    parts: Sequence[float], total: float, persons: int, constant: tuple[str, ...], confidence: float
) -> Reliability:
    items = len(parts)
    if items < 2:
        return _none(persons, items, constant, ReliabilityReason.TOO_FEW_ITEMS)
    if total <= 1e-12:
        return _none(persons, items, constant, ReliabilityReason.CONSTANT_TOTAL)
    value = items / (items - 1) * (1 - sum(parts) / total)
    low, high = feldt_interval(value, persons, items, confidence=confidence)
    return Reliability(value, low, high, persons, items, constant, ())


def feldt_interval(value: float, persons: int, items: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Feldt's interval of alpha: 1 - (1-alpha) F_{1-g/2} to 1 - (1-alpha) F_{g/2}.

    F has (n-1, (n-1)(k-1)) degrees of freedom, g = 1 - confidence.

    Parameters: `value` of alpha (at most 1); `persons` n (>= 2); `items` k (>= 2); `confidence` (0..1, exclusive).
    Returns (low, high). Raises ValueError for numbers outside their range.
    Source: Feldt (1965) Psychometrika 30:357.

    >>> [round(limit, 4) for limit in feldt_interval(0.80, 60, 20)]
    [0.7185, 0.8666]
    """
    if value > 1 or persons < 2 or items < 2 or not 0 < confidence < 1:
        raise ValueError(f"alpha {value} of {persons} persons and {items} items at {confidence}")
    tail = (1 - confidence) / 2
    degrees = (persons - 1, (persons - 1) * (items - 1))
    lower, upper = stats.f.ppf([1 - tail, tail], *degrees)
    return float(1 - (1 - value) * lower), float(1 - (1 - value) * upper)


def _none(persons: int, items: int, constant: tuple[str, ...], reason: ReliabilityReason) -> Reliability:
    return Reliability(None, None, None, persons, items, constant, (reason,))
