"""Which part of a straightened page shows a row. Plain numbers; loads nothing heavy."""

from __future__ import annotations

from typing import TypeAlias

from survey.paper.layouts import PAGE_HEIGHT, PAGE_WIDTH, Layout
from survey.paper.reading.records import RowReading

# Left, top, width, height in millimetres of the page.
Box: TypeAlias = tuple[float, float, float, float]

_ABOVE = 6.0
_LABEL = 27.0
_AFTER = 7.0


def row_box(layout: Layout, row: RowReading) -> Box:
    """Return the part of the page that shows a row with its label, where the reader found it.

    A row that was not found is shown with more around it.
    """
    circles = next(each.circles for each in layout.rows if each.place == row.place)
    around = _ABOVE * (2 if row.reason == "not_located" else 1)
    left = max(0.0, circles[0].x - _LABEL + row.dx)
    top = max(0.0, circles[0].y - around + row.dy)
    right = min(PAGE_WIDTH, max(circle.x for circle in circles) + _AFTER + row.dx)
    bottom = min(PAGE_HEIGHT, circles[0].y + around + row.dy)
    return (left, top, right - left, bottom - top)
