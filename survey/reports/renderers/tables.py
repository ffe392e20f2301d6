"""How tables are fitted to a page: widths of columns and size of letters, the same on paper in every format."""

from __future__ import annotations

from collections.abc import Sequence

from survey.reports.documents import Column


def widths(columns: Sequence[Column], whole: float) -> tuple[float, ...]:
    """Return the width of each column by its weight; together they are the whole."""
    total = sum(column.weight for column in columns)
    return tuple(whole * column.weight / total for column in columns)


def text_size(columns: int) -> float:
    """Return the size of letters, in points, in a table of so many columns."""
    if columns <= 6:
        return 12
    return 11 if columns <= 8 else 10
