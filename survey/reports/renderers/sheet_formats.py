"""How cells of an Excel report look, and what its sheets are called."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from survey.core.look import GOLD, JADE
from survey.reports.documents import Kind

# What Excel does not allow in the name of a sheet.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
# A line of text in points; a letter in units of a column's width (the usual digit).
LINE = 16.5
LETTER = 0.95
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
_CELL = {**_FONT, "border": 1, "border_color": "#8C96A0"}
# The comma or point between digits is chosen by the reader's own Excel.
_NUMBERS: Mapping[Kind, str] = {"count": "#,##0", "number": "#,##0{0}", "points": "+0{0};-0{0};0", "percent": "0{0}%"}


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.words = self._add(text_wrap=True)
        self.strong = self._add(bold=True, text_wrap=True)
        self.title = self._add(bold=True, font_size=14, text_wrap=True)
        self.title_line = self._add(bold=True, font_size=14)
        self.heading = self._add(bold=True, text_wrap=True, top=1, top_color="#8C96A0")
        self.mark = self._add(bold=True, font_color=GOLD)
        self.mark_line = self.mark
        self.note = self._add(italic=True)
        self.link = self._add(font_color=JADE, underline=1, text_wrap=True)
        header = {**_CELL, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
        self.header: Format = book.add_format({**header, "bg_color": "#F1F3F2"})

    def of_words(self, kind: Kind) -> Format:
        """Return the format of a cell with words; a hidden figure stands where the number would."""
        side = "left" if kind in ("text", "date") else "right"
        return self._cell(f"words {side}", text_wrap=True, align=side, num_format="@")

    def of_number(self, kind: Kind, text: str) -> Format:
        """Return the format of a number, with as many decimals as the printed words have."""
        decimals = _decimals(text) if kind != "count" else 0
        pattern = _NUMBERS[kind].format("." + "0" * decimals if decimals else "")
        return self._cell(pattern, align="right", num_format=pattern)

    def _add(self, **look: Any) -> Format:
        made: Format = self._book.add_format({**_FONT, **look})
        return made

    def _cell(self, key: str, **look: Any) -> Format:
        if key not in self._made:
            self._made[key] = self._book.add_format({**_CELL, **look})
        return self._made[key]


def _decimals(text: str) -> int:
    """Return how many digits stand behind the comma of a printed figure."""
    found = re.search(r"[.,](\d{1,2})(?!\d)", text)
    return len(found.group(1)) if found else 0


def sheet_name(caption: str, taken: set[str]) -> str:
    """Return a name for a sheet, from its caption, that no other has whatever their letters' case, and remember it."""
    base = _FORBIDDEN.sub(" ", caption).strip(" .,;-")
    if len(base) > LONGEST_NAME:
        base = base[: LONGEST_NAME + 1].rpartition(" ")[0].strip(" .,;-") or base[:LONGEST_NAME]
    base, number = base or "-", 2
    name = base
    while name.lower() in taken or name.lower() == "history":
        end = f" {number}"
        name, number = base[: LONGEST_NAME - len(end)] + end, number + 1
    taken.add(name.lower())
    return name


def row_height(*cells: tuple[str, float]) -> float:
    """Return the height, in points, of a row whose texts are wrapped in columns of these widths."""
    return LINE * max((math.ceil(len(text) * LETTER / width) or 1) for text, width in cells)
