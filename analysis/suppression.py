"""Small numbers: which cells of one published list must be hidden, and how extreme shares are coded.

What belongs here: the rules that need nothing but the numbers of respondents, so that a web worker may call them.
Crossed tables need a linear program for their audit; they live in `analysis.disclosure_audit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

MINIMUM_INSIDE = 5
"""Fewest respondents of a cell that is shown inside a school."""
MINIMUM_OUTSIDE = 10
"""Fewest respondents of a cell in anything that leaves the school."""
MINIMUM_DETAIL = 10
"""Fewest respondents behind transition counts, wrong options and free text, wherever they are shown."""

_EXTREME_BANDS = ((300, 1), (100, 2), (40, 5), (20, 10), (10, 20))
# Fewest answers, and the percent at either end that is then coded.


@dataclass(frozen=True, slots=True)
class ExtremeShare:
    """A share too near to 0 or 100 % to be published exactly: it is shown as "at most" or "at least" `bound`."""

    side: Literal["at_most", "at_least"]
    bound: Fraction


def suppress(counts: Sequence[int], *, minimum: int, published_total: bool = True) -> tuple[bool, ...]:
    """Say for each cell of one list whether it must be hidden.

    A cell with 1 to `minimum - 1` respondents is hidden. Where the total of the list is published, more cells are
    hidden until at least two are and they hold at least `minimum` respondents together, because a reader could
    otherwise subtract what is shown from the total. The next cell to hide is the smallest visible one that is not
    empty; the first in the list among equals. Empty cells are shown ("no answers").

    Parameters: `counts` are respondents per cell (>= 0); `minimum` is the fewest respondents of a visible cell (>= 1);
    `published_total` says whether the reader also sees the sum.
    Returns one truth value per cell, True where hidden. Whether the total may be shown says `total_is_shown`.
    Raises ValueError for a negative count or a minimum below 1.
    Source: complementary suppression, Cox (1980) JASA 75:377, in the greedy form that needs no optimiser.

    >>> suppress([3, 20, 8, 12], minimum=5)
    (True, False, True, False)
    >>> suppress([3, 20, 8, 12], minimum=5, published_total=False)
    (True, False, False, False)
    """
    return suppress_together([counts], minimum=minimum, published_total=published_total)


def suppress_together(
    lists: Sequence[Sequence[int]], *, minimum: int, published_total: bool = True
) -> tuple[bool, ...]:
    """Say which cells to hide in several lists of the same cells, with one mask for all of them.

    This is for both waves, or all topics, of one table: a cell hidden in one list is hidden in each, so that nobody
    can take the difference. Each list must satisfy the rule of `suppress` under the common mask.

    Parameters as `suppress`; `lists` all have the same length.
    Returns one truth value per cell, True where hidden. Raises ValueError for lists of unequal length.

    >>> suppress_together([[4, 20, 8], [30, 28, 31]], minimum=5)
    (True, False, True)
    """
    _check(lists, minimum)
    if not lists:
        return ()
    hidden = [any(0 < row[cell] < minimum for row in lists) for cell in range(len(lists[0]))]
    if published_total:
        while (cell := _next_to_hide(lists, hidden, minimum)) is not None:
            hidden[cell] = True
    return tuple(hidden)


def total_is_shown(counts: Sequence[int], *, minimum: int) -> bool:
    """Say whether the total of a list may be published: when nobody answered, or at least `minimum` did.

    >>> total_is_shown([3, 1], minimum=5), total_is_shown([3, 4], minimum=5), total_is_shown([0, 0], minimum=5)
    (False, True, True)
    """
    total = sum(counts)
    return total == 0 or total >= minimum


def extreme_share(understood: int, answered: int) -> ExtremeShare | None:
    """Return the top or bottom code of a share for a public table, or None where the share may be shown as it is.

    The fewer answered, the wider the coded band: 10-19 answers 20 %, 20-39 10 %, 40-99 5 %, 100-299 2 %, from 300 on
    1 % at each end. A verdict may still be shown beside a coded share.

    Parameters: `understood` of `answered` respondents, 0 <= understood <= answered.
    Returns None also below 10 respondents, where nothing is published at all (`MINIMUM_OUTSIDE`).
    Raises ValueError where the counts are impossible.
    Source: NCES 2011-603, SLDS Technical Brief 3.

    >>> extreme_share(39, 40)
    ExtremeShare(side='at_least', bound=Fraction(19, 20))
    >>> extreme_share(37, 40) is None
    True
    """
    if not 0 <= understood <= answered:
        raise ValueError(f"{understood} of {answered} is not a share")
    band = next((Fraction(percent, 100) for fewest, percent in _EXTREME_BANDS if answered >= fewest), None)
    if band is None:
        return None
    share = Fraction(understood, answered)
    if share <= band:
        return ExtremeShare("at_most", band)
    return ExtremeShare("at_least", 1 - band) if share >= 1 - band else None


def _check(lists: Sequence[Sequence[int]], minimum: int) -> None:
    if minimum < 1:
        raise ValueError(f"the minimum must be at least 1, not {minimum}")
    if len({len(row) for row in lists}) > 1:
        raise ValueError("the lists describe different cells: their lengths differ")
    if any(count < 0 for row in lists for count in row):
        raise ValueError("a number of respondents cannot be negative")


def _next_to_hide(lists: Sequence[Sequence[int]], hidden: Sequence[bool], minimum: int) -> int | None:
    """Return the cell to hide next because one of the lists could be undone by subtraction, or None."""
    for row in lists:
        in_the_dark = [count for count, is_hidden in zip(row, hidden, strict=True) if is_hidden and count > 0]
        if not in_the_dark or (len(in_the_dark) > 1 and sum(in_the_dark) >= minimum):
            continue
        visible = [(count, cell) for cell, count in enumerate(row) if count > 0 and not hidden[cell]]
        if visible:
            return min(visible)[1]
    return None
