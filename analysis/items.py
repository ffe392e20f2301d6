"""Item analysis: how hard each item was, how well it separates, and what its wrong options did.

What belongs here: the answers of one wave and audience in, figures about items out; for people who revise a
questionnaire, not for verdicts. Scales as a whole stand in `analysis.reliability`.
"""

from __future__ import annotations

import math
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
    def totals(self) -> NDArray[np.int64]:
        """Right answers of each person among the items that were shown."""
        total: NDArray[np.int64] = self.scores.sum(axis=1).astype(np.int64)
        return total


@dataclass(frozen=True)
class AnswerCounts:
    """How often each answer to one item came from people with each total score: all that item analysis needs.

    `codes` are the answers that occur, coded as in a `ResponseMatrix`; `table[answer, total]` is the number of people.
    """

    item: Item
    codes: Codes
    table: NDArray[np.int64]


def count_answers(matrix: ResponseMatrix, column: int) -> AnswerCounts:
    """Count the answers to the item of a column by the total score of the people it was shown to.

    >>> matrix = ResponseMatrix((Item("a", 1, 3), Item("b", 1, 3)), np.array([[1, 1], [1, 2], [0, 1]]))
    >>> counts = count_answers(matrix, 0)
    >>> counts.codes.tolist(), counts.table.tolist()
    ([0, 1], [[0, 1, 0], [0, 1, 1]])
    """
    shown = matrix.shown[:, column]
    codes, places = np.unique(matrix.codes[shown, column], return_inverse=True)
    width = len(matrix.items) + 1
    joint = np.bincount(places * width + matrix.totals[shown], minlength=len(codes) * width)
    return AnswerCounts(matrix.items[column], codes, joint.reshape(len(codes), width))


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
    return tuple(analyse_item(count_answers(matrix, column)) for column in range(len(matrix.items)))


def analyse_item(counts: AnswerCounts) -> ItemAnalysis:
    """Describe one item from the counts of its answers; see `analyse_items`.

    >>> analyse_item(AnswerCounts(Item("a", 1, 3), np.array([0, 1]), np.array([[0, 1, 0], [0, 1, 1]]))).difficulty
    0.6666666666666666
    """
    item, codes, people = counts.item, counts.codes, counts.table.sum(axis=1)
    n, right = int(people.sum()), int(people[codes == item.key].sum())
    difficulty = right / n if n else None
    discrimination = _discrimination(counts)
    options = _options(counts, n)
    return ItemAnalysis(
        item=item.id,
        n=n,
        right=right,
        dont_know=int(people[codes == DONT_KNOW].sum()),
        blank=int(people[codes == BLANK].sum()),
        difficulty=difficulty,
        discrimination=discrimination,
        guess_corrected=_guess_corrected(item, difficulty),
        options=options,
        flags=_flags(difficulty, discrimination, options),
    )


def right_and_wrong(counts: AnswerCounts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many people had the item right, and how many not, by their rest score (from 0).

    >>> counts = AnswerCounts(Item("a", 1, 3), np.array([0, 1]), np.array([[0, 1, 0], [0, 1, 1]]))
    >>> right, wrong = right_and_wrong(counts)
    >>> right.tolist(), wrong.tolist()
    ([1, 1, 0], [0, 1, 0])
    """
    is_right = counts.codes == counts.item.key
    wrong: NDArray[np.int64] = counts.table[~is_right].sum(axis=0)
    # Whoever had the item right has a rest score one below the total.
    right = np.append(counts.table[is_right].sum(axis=0)[1:], 0)
    return right, wrong


def _discrimination(counts: AnswerCounts) -> float | None:
    """Return the correlation of item and rest score, in whole numbers up to the last step: nothing can cancel."""
    right, wrong = (part.astype(object) for part in right_and_wrong(counts))
    rest = np.arange(len(right)).astype(object)
    n, hits = int((right + wrong).sum()), int(right.sum())
    first, second = int(((right + wrong) * rest).sum()), int(((right + wrong) * rest * rest).sum())
    spread = hits * (n - hits) * (n * second - first * first)
    if spread == 0:
        return None
    return float(n * int((right * rest).sum()) - hits * first) / math.sqrt(spread)


def _options(counts: AnswerCounts, n: int) -> tuple[OptionAnalysis, ...]:
    rest = np.arange(counts.table.shape[1]) - (counts.codes == counts.item.key)[:, None]
    right_rest = _mean(counts.table, rest, counts.codes == counts.item.key)
    return tuple(_option(counts, option, rest, n, right_rest) for option in range(1, counts.item.options + 1))


def _option(
    counts: AnswerCounts, option: int, rest: NDArray[np.int64], n: int, right_rest: float | None
) -> OptionAnalysis:
    bit = chosen(option)
    # Blank and not shown are negative numbers, in which every bit test would succeed.
    takers = (counts.codes > 0) & ((counts.codes & bit) != 0)
    is_key = bool(counts.item.key & bit)
    number, mean = int(counts.table[takers].sum()), _mean(counts.table, rest, takers)
    share = number / n if n else 0.0
    flags = []
    if not is_key and n:
        if number >= _WRONG_KEY_MINIMUM and mean is not None and right_rest is not None and mean > right_rest:
            flags.append(ItemFlag.POSSIBLE_WRONG_KEY)
        if share < NON_FUNCTIONAL:
            flags.append(ItemFlag.NON_FUNCTIONAL)
    return OptionAnalysis(option, is_key, number, share, mean, tuple(flags))


def _mean(table: NDArray[np.int64], rest: NDArray[np.int64], answers: NDArray[np.bool_]) -> float | None:
    people = int(table[answers].sum())
    return int((table * rest)[answers].sum()) / people if people else None


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
