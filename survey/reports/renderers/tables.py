"""How tables are fitted to a page: size of letters and widths of columns, the same on paper in every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.reports.documents import Cell, Column

# The width of the text on A4, in millimetres, and the room beside the words of a cell.
PAGE_WIDTH = 165.0
CELL_SIDES = 1.4

# Sizes of letters in points: from the most readable to the least that may be printed.
_SIZES = (12.0, 11.0, 10.0, 9.0, 8.0)
# How wide a letter of Times New Roman is, as a part of its size: generous, so that no word is cut in two.
_LETTER, _BOLD_LETTER = 0.53, 0.58
_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Fit:
    """The size of a table's letters, in points, and its columns' widths, in millimetres; together the page's width."""

    size: float
    widths: tuple[float, ...]


def fit_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Fit:
    """Return the largest letters and the widths with which no word is cut in two.

    Widths follow the weights, except that a column is never narrower than its longest word.
    """
    words = [_longest_words(column, [row[place].text for row in rows]) for place, column in enumerate(columns)]
    sizes = [size for size in _SIZES if size <= _largest(len(columns))]
    for size in sizes:
        least = [max(plain * _LETTER, bold * _BOLD_LETTER) * size * _POINT + 2 * CELL_SIDES for plain, bold in words]
        if sum(least) <= PAGE_WIDTH:
            return Fit(size, _shared(columns, least))
    # Words that fit at no size are cut after all.
    return Fit(sizes[-1], tuple(PAGE_WIDTH * width / sum(least) for width in least))


def _largest(columns: int) -> float:
    if columns <= 6:
        return 12
    return 11 if columns <= 8 else 10


def _longest_words(column: Column, texts: Sequence[str]) -> tuple[int, int]:
    """Return how long the longest word in the cells is, and in the title, which is bold."""
    plain = max((len(word) for text in texts for word in text.split()), default=0)
    return plain, max((len(word) for word in column.title.split()), default=0)


def _shared(columns: Sequence[Column], least: Sequence[float]) -> tuple[float, ...]:
    """Share the page out by weight; what would be too narrow gets its least width, the others share the rest."""
    fixed: set[int] = set()
    while True:
        rest = PAGE_WIDTH - sum(least[place] for place in fixed)
        weights = sum(column.weight for place, column in enumerate(columns) if place not in fixed)
        widths = [
            least[place] if place in fixed else rest * column.weight / weights for place, column in enumerate(columns)
        ]
        narrow = {place for place, width in enumerate(widths) if place not in fixed and width < least[place]}
        if not narrow:
            return tuple(widths)
        fixed |= narrow
