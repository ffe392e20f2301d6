"""Plain rows of an uploaded sheet, and why a file is none. Reading it needs openpyxl and happens in `sheets`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey.core.errors import Invalid

Cell = str | int | float | date | None


class SheetUnreadable(Invalid):
    """The file is no sheet that can be read; `reason` is a word for the page to put in words.

    Reasons: empty, too_large, too_many_rows, not_a_sheet, encoding.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Row:
    """One row with the number that the sheet's program shows for it, from 1."""

    number: int
    cells: tuple[Cell, ...]
