"""Item analysis: how hard each item was, how well it separates, and what its wrong options did.

What belongs here: the answers of one wave and audience in, figures about items out; for people who revise a
questionnaire, not for verdicts. Scales as a whole stand in `analysis.reliability`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.integer[Any]]
Scores = NDArray[np.float64]

NOT_SHOWN = -2
"""The item belongs to the other form: by design it was not put to this person."""
BLANK = -1
DONT_KNOW = 0

TOO_HARD = 0.20
TOO_EASY = 0.95
LOW_DISCRIMINATION = 0.20
NON_FUNCTIONAL = 0.05
_WRONG_KEY_MINIMUM = 5


class ItemFlag(StrEnum):
    """What a reviewer should look at; none of these deletes an item."""

    TOO_HARD = "too_hard"  # fewer than 20 % right
    TOO_EASY = "too_easy"  # more than 95 % right
    LOW_DISCRIMINATION = "low_discrimination"  # corrected item-total correlation below 0.20
    NEGATIVE_DISCRIMINATION = "negative_discrimination"
    POSSIBLE_WRONG_KEY = "possible_wrong_key"  # a wrong option drew better people than the key
    NON_FUNCTIONAL = "non_functional"  # a wrong option that fewer than 5 % chose


def chosen(*options: int) -> int:
    """Return the code of one answer in a `ResponseMatrix`: the chosen options (from 1) as a sum of powers of two.

    No option is "I don't know" (0). Raises ValueError for an option outside 1..62.

    >>> chosen(1), chosen(3), chosen(1, 3), chosen()
    (1, 4, 5, 0)
    """
    if any(not 1 <= option <= 62 for option in options):
        raise ValueError(f"options count from 1 to 62: {options}")
    return sum(1 << (option - 1) for option in set(options))


@dataclass(frozen=True, slots=True)
class Item:
    """One scored item: its key as `chosen` writes it and how many options it has."""

    id: str
    key: int
    options: int


@dataclass(frozen=True)
class ResponseMatrix:
    """The answers of one wave and audience: a row a person, a column an item.

    `codes` holds `chosen(...)`, or `DONT_KNOW`, `BLANK`, `NOT_SHOWN`. Rows carry no order and no identity.
    """

    items: tuple[Item, ...]
    codes: Codes

    def __post_init__(self) -> None:
        if self.codes.ndim != 2 or self.codes.shape[1] != len(self.items):
            raise ValueError(f"{len(self.items)} items need as many columns, not {self.codes.shape}")

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """Which items were put to which person."""
        shown: NDArray[np.bool_] = self.codes != NOT_SHOWN
        return shown

    @cached_property
    def scores(self) -> Scores:
        """1 where exactly the key was chosen, else 0: blank, "don't know" and what was not shown score 0."""
        keys = np.array([item.key for item in self.items], dtype=np.int64)
        scores: Scores = (self.codes == keys).astype(np.float64)
        return scores

    @cached_property
    def totals(self) -> Scores:
        """Right answers of each person among the items that were shown."""
        total: Scores = self.scores.sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class OptionAnalysis:
    """One option: how many chose it, which share, and the mean rest score of those who did (None if nobody)."""

    option: int
    is_key: bool
    n: int
    share: float
    mean_rest: float | None
    flags: tuple[ItemFlag, ...]


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """One item. Shares are of the `n` people who were shown it; None means that it cannot be said."""

    item: str
    n: int
    right: int
    dont_know: int
    blank: int
    difficulty: float | None
    discrimination: float | None
    guess_corrected: float | None
    options: tuple[OptionAnalysis, ...]
    flags: tuple[ItemFlag, ...]


def analyse_items(matrix: ResponseMatrix) -> tuple[ItemAnalysis, ...]:
    """Describe every item: difficulty, corrected item-total correlation, distractors and flags.

    - `difficulty` is the share right; blanks and "don't know" count as not right.
    - `discrimination` is the Pearson correlation of the item with the total *minus* the item; None if either is
      constant. `mean_rest` of an option is the mean of that rest score among those who chose it.
    - `guess_corrected` is (p - 1/o)/(1 - 1/o) for an item with one right option of o; for review only.
    - Flags: `ItemFlag`. A wrong option is a possible key when at least 5 chose it and their mean rest score is higher
      than that of those who were right.

    Parameters: `matrix` of one wave and audience; both forms may stand in it.
    Returns one record an item, in the matrix's order.
    Source: corrected item-total correlation, Henrysson (1963) Psychometrika 28:211; non-functional options, Haladyna &
    Downing (1993) Educ Psych Meas 53:999.

    >>> items = (Item("a", chosen(1), 3), Item("b", chosen(2), 3))
    >>> codes = np.array([[1, 2], [1, 2], [2, 1], [0, -1]])
    >>> first, _ = analyse_items(ResponseMatrix(items, codes))
    >>> first.difficulty, first.discrimination, first.dont_know
    (0.5, 1.0, 1)
    """
    return tuple(_analyse(matrix, column) for column in range(len(matrix.items)))


def _analyse(matrix: ResponseMatrix, column: int) -> ItemAnalysis:
    item = matrix.items[column]
    shown = matrix.shown[:, column]
    codes, scores = matrix.codes[shown, column], matrix.scores[shown, column]
    rest = matrix.totals[shown] - scores
    n, right = len(codes), int(scores.sum())
    difficulty = right / n if n else None
    discrimination = correlation(scores, rest)
    options = _options(item, codes, rest)
    return ItemAnalysis(
        item=item.id,
        n=n,
        right=right,
        dont_know=int((codes == DONT_KNOW).sum()),
        blank=int((codes == BLANK).sum()),
        difficulty=difficulty,
        discrimination=discrimination,
        guess_corrected=_guess_corrected(item, difficulty),
        options=options,
        flags=_flags(difficulty, discrimination, options),
    )


def correlation(one: Scores, other: Scores) -> float | None:
    """Return the Pearson correlation of two series of equal length, None if either is constant or they are empty.

    >>> correlation(np.array([0.0, 1, 1]), np.array([1.0, 2, 2])), correlation(np.ones(3), np.arange(3.0))
    (1.0, None)
    """
    if len(one) == 0:
        return None
    first, second = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((first @ first) * (second @ second)))
    if scale <= 1e-12:
        return None
    return float(np.clip(round(float(first @ second) / scale, 15), -1, 1))


def _options(item: Item, codes: Codes, rest: Scores) -> tuple[OptionAnalysis, ...]:
    right_rest = _mean(rest[codes == item.key])
    return tuple(_option(item, option, codes, rest, right_rest) for option in range(1, item.options + 1))


def _option(item: Item, option: int, codes: Codes, rest: Scores, right_rest: float | None) -> OptionAnalysis:
    bit = chosen(option)
    # Blank and not shown are negative numbers, in which every bit test would succeed.
    takers = (codes > 0) & ((codes & bit) != 0)
    is_key = bool(item.key & bit)
    n, mean = int(takers.sum()), _mean(rest[takers])
    share = n / len(codes) if len(codes) else 0.0
    flags = []
    if not is_key and len(codes):
        if n >= _WRONG_KEY_MINIMUM and mean is not None and right_rest is not None and mean > right_rest:
            flags.append(ItemFlag.POSSIBLE_WRONG_KEY)
        if share < NON_FUNCTIONAL:
            flags.append(ItemFlag.NON_FUNCTIONAL)
    return OptionAnalysis(option, is_key, n, share, mean, tuple(flags))


def _mean(values: Scores) -> float | None:
    return float(values.mean()) if len(values) else None


def _guess_corrected(item: Item, difficulty: float | None) -> float | None:
    if difficulty is None or item.options < 2 or item.key.bit_count() != 1:
        return None
    guess = 1 / item.options
    return (difficulty - guess) / (1 - guess)


def _flags(
    difficulty: float | None, discrimination: float | None, options: Sequence[OptionAnalysis]
) -> tuple[ItemFlag, ...]:
    found = []
    if difficulty is not None and difficulty < TOO_HARD:
        found.append(ItemFlag.TOO_HARD)
    if difficulty is not None and difficulty > TOO_EASY:
        found.append(ItemFlag.TOO_EASY)
    if discrimination is not None and discrimination < LOW_DISCRIMINATION:
        negative = discrimination < 0
        found.append(ItemFlag.NEGATIVE_DISCRIMINATION if negative else ItemFlag.LOW_DISCRIMINATION)
    wrong_key = any(ItemFlag.POSSIBLE_WRONG_KEY in option.flags for option in options)
    return (*found, ItemFlag.POSSIBLE_WRONG_KEY) if wrong_key else tuple(found)
