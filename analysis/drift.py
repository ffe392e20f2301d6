"""Item drift: did one item become easier between two waves than the other items explain?

What belongs here: the Mantel-Haenszel comparison of one common item with the wave as group. A drifting item asks "was
this very item taught?"; it deletes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from scipy import special

from analysis.items import AnswerCounts, right_and_wrong

_DELTA = -2.35
"""The factor that puts a log odds ratio on the delta scale of item difficulty."""


@dataclass(frozen=True, slots=True)
class Band:
    """Right and wrong answers to one item, before and after, among people with a similar rest score."""

    right_before: int
    wrong_before: int
    right_after: int
    wrong_after: int


@dataclass(frozen=True, slots=True)
class Drift:
    """The drift of an item: odds ratio (before over after), delta, its standard error, test and class.

    A positive delta says that the item became easier relative to the others. All is None where no band could be
    compared.
    """

    odds_ratio: float | None
    delta: float | None
    se: float | None
    chi_square: float | None
    p: float | None
    category: Literal["A", "B", "C"] | None


def drift(bands: Sequence[Band], *, confidence: float = 0.95) -> Drift:
    """Compare the odds of a right answer before and after, within bands of the rest score.

    alpha_MH = sum(a d / n) / sum(b c / n) with a, b right and wrong before, c, d right and wrong after;
    delta = -2.35 ln alpha_MH. Class A: |delta| < 1 or not significant; C: |delta| >= 1.5 and significantly above 1;
    otherwise B. Bands with an empty margin say nothing and are dropped.

    Parameters: `bands` with counts >= 0; `confidence` of the tests (0..1, exclusive).
    Returns a `Drift`; p belongs to the chi-square with continuity correction. Raises ValueError for negative counts.
    Source: Mantel & Haenszel (1959) JNCI 22:719; Holland & Thayer (1988) in Test Validity; standard error of Robins,
    Breslow & Greenland (1986) Biometrics 42:311.

    >>> result = drift([Band(12, 18, 15, 15), Band(20, 10, 24, 6)])
    >>> round(result.odds_ratio, 3), round(result.delta, 2), result.category
    (0.588, 1.25, 'A')
    """
    if any(min(b.right_before, b.wrong_before, b.right_after, b.wrong_after) < 0 for b in bands):
        raise ValueError("counts cannot be negative")
    usable = [band for band in bands if _has_margins(band)]
    straight = sum(b.right_before * b.wrong_after / _size(b) for b in usable)
    crossed = sum(b.wrong_before * b.right_after / _size(b) for b in usable)
    if straight <= 0 or crossed <= 0:
        return Drift(None, None, None, None, None, None)
    odds_ratio = straight / crossed
    delta = _DELTA * log(odds_ratio)
    se = abs(_DELTA) * sqrt(_log_variance(usable, straight, crossed))
    chi_square = _chi_square(usable)
    p = float(special.chdtrc(1, chi_square))
    return Drift(odds_ratio, delta, se, chi_square, p, _category(delta, se, p, confidence))


def bands_of(before: AnswerCounts, after: AnswerCounts) -> tuple[Band, ...]:
    """Sort the people of two waves into bands of equal rest score and count who had an item right.

    The rest score is the number of other items right; only people to whom the item was shown count.

    Parameters: the counts of one item in two waves (`analysis.items.count_answers`), among the same other items.
    Returns one band per rest score that occurs, in rising order. Raises ValueError for two different items.

    >>> import numpy as np
    >>> from analysis.items import Item
    >>> before = AnswerCounts(Item("a", 1, 3), np.array([1, 2]), np.array([[0, 0, 1], [0, 1, 0]]))
    >>> after = AnswerCounts(Item("a", 1, 3), np.array([1]), np.array([[0, 1, 1]]))
    >>> [(band.right_before, band.wrong_before, band.right_after) for band in bands_of(before, after)]
    [(0, 0, 1), (1, 1, 1)]
    """
    if before.item.id != after.item.id:
        raise ValueError(f"two different items: {before.item.id!r} and {after.item.id!r}")
    cells = zip(*right_and_wrong(before), *right_and_wrong(after), strict=True)
    bands = (Band(*(int(count) for count in cell)) for cell in cells)
    return tuple(band for band in bands if _size(band))


def _size(band: Band) -> int:
    return band.right_before + band.wrong_before + band.right_after + band.wrong_after


def _has_margins(band: Band) -> bool:
    rows = (band.right_before + band.wrong_before, band.right_after + band.wrong_after)
    columns = (band.right_before + band.right_after, band.wrong_before + band.wrong_after)
    return min(*rows, *columns) > 0


def _log_variance(bands: Sequence[Band], straight: float, crossed: float) -> float:
    """Return the variance of ln alpha_MH after Robins, Breslow and Greenland."""
    first = second = third = 0.0
    for b in bands:
        n = _size(b)
        agree, differ = (b.right_before + b.wrong_after) / n, (b.wrong_before + b.right_after) / n
        up, down = b.right_before * b.wrong_after / n, b.wrong_before * b.right_after / n
        first += agree * up
        second += agree * down + differ * up
        third += differ * down
    return first / (2 * straight**2) + second / (2 * straight * crossed) + third / (2 * crossed**2)


def _chi_square(bands: Sequence[Band]) -> float:
    """Return the Mantel-Haenszel chi-square with continuity correction."""
    excess = variance = 0.0
    for b in bands:
        n = _size(b)
        before, after = b.right_before + b.wrong_before, b.right_after + b.wrong_after
        right, wrong = b.right_before + b.right_after, b.wrong_before + b.wrong_after
        excess += b.right_before - before * right / n
        variance += before * after * right * wrong / (n * n * (n - 1))
    return max(abs(excess) - 0.5, 0.0) ** 2 / variance


def _category(delta: float, se: float, p: float, confidence: float) -> Literal["A", "B", "C"]:
    if abs(delta) < 1 or p > 1 - confidence:
        return "A"
    # "Significantly above 1" is one-sided: the wrong side of 1 is no reason to call an item a drifter.
    above_one = (abs(delta) - 1) / se > float(special.ndtri(confidence))
    return "C" if abs(delta) >= 1.5 and above_one else "B"
