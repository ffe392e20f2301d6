"""Writes the table of answers as an Excel workbook. Runs in the child process of `jobs`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from survey.exports.records import Sheet

# The same content gives the same bytes.
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - the format knows no time zones
_WIDEST = 60


def write_workbook(title: str, sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with these sheets; whole numbers as numbers, everything else as words, never as formulas."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": _MADE})
    bold = book.add_format({"bold": True, "bg_color": "#E7F0EE", "border": 1, "border_color": "#D9DEE3"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for place, heading in enumerate(sheet.headings):
            page.write_string(0, place, heading, bold)
        for number, row in enumerate(sheet.rows, start=1):
            _write_row(page, number, row)
        page.freeze_panes(1, 0)
        for place, width in enumerate(_widths(sheet)):
            page.set_column(place, place, width)
    book.close()
    return target.getvalue()


def _write_row(page: Worksheet, number: int, row: Iterable[str]) -> None:
    for place, cell in enumerate(row):
        if cell.isascii() and cell.isdigit() and (cell == "0" or not cell.startswith("0")) and len(cell) < 16:
            page.write_number(number, place, int(cell))
        elif cell:
            page.write_string(number, place, cell)


def _widths(sheet: Sheet) -> Iterable[int]:
    for place, heading in enumerate(sheet.headings):
        longest = max((len(row[place]) for row in sheet.rows[:200]), default=0)
        yield min(_WIDEST, max(len(heading), longest) + 2)
