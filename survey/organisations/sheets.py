"""Reads an uploaded sheet (XLSX or CSV) into plain rows, liberally, and refuses what could harm the server; makes the
template that the page offers. Runs in the child process, because openpyxl is large and files can be hostile.

Formulas are never computed: openpyxl gives the value that was saved with the file.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill

from survey.organisations.columns import HEADING_WITHIN, find_columns, plain
from survey.organisations.rows import Cell, Row, SheetUnreadable

MAX_BYTES = 4 * 1024 * 1024
# Reading costs some 30 times this in memory; 5,000 full rows unpack to 3 MiB.
MAX_UNPACKED_BYTES = 24 * 1024 * 1024
# How many times larger a file may unpack: sheets that people made reach 20, files made to do harm hundreds.
MAX_RATIO = 100
# A ward's schools have some hundreds; carrying out this many keeps the database busy for a few seconds.
MAX_ROWS = 5_000
# The last row that a spreadsheet program knows; a file that speaks of later ones was made to do harm.
LAST_ROW = 1_048_576
MAX_COLUMNS = 60
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
MAX_CELL = 500


def read_sheet(data: bytes, headings: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """Return the rows of a file that are not blank. Raises SheetUnreadable.

    headings: those of another kind of sheet than the list of groups, as `plain` gives them; by its headings it is seen
    what separates the cells of a CSV file.
    """
    if not data.strip():
        raise SheetUnreadable("empty")
    if len(data) > MAX_BYTES:
        raise SheetUnreadable("too_large")
    if data.startswith(OLD_EXCEL):
        raise SheetUnreadable("not_a_sheet")
    rows = _read_xlsx(data) if data.startswith(b"PK\x03\x04") else _read_csv(data, headings)
    if not rows:
        raise SheetUnreadable("empty")
    return rows


def _read_xlsx(data: bytes) -> tuple[Row, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # A few kilobytes can unpack to gigabytes; the sizes stand in the archive's own list.
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * len(data)):
                raise SheetUnreadable("too_large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except SheetUnreadable:
        raise
    except Exception as error:
        # The library raises many kinds of errors for damaged files, none of which is of use to the reader.
        raise SheetUnreadable("not_a_sheet") from error
    try:
        sheet: Any = book.worksheets[0]
        # Some programs write a wrong extent into the file; without it every row is read.
        sheet.reset_dimensions()
        return _limited(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS))
    except SheetUnreadable:
        raise
    except Exception as error:
        raise SheetUnreadable("not_a_sheet") from error
    finally:
        book.close()


def _limited(rows: Iterable[Sequence[Any]]) -> tuple[Row, ...]:
    """Return the rows that are not blank, numbered as programs show them; blank ones do not count."""
    found: list[Row] = []
    for number, values in enumerate(rows, start=1):
        if number > LAST_ROW:
            raise SheetUnreadable("not_a_sheet")
        # A file may name a row far below: a million blank ones must cost next to nothing.
        if values.count(None) == len(values):
            continue
        cells = _cells(values)
        if not cells:
            continue
        if len(found) >= MAX_ROWS:
            raise SheetUnreadable("too_many_rows")
        found.append(Row(number, cells))
    return tuple(found)


def _cells(values: Iterable[Any]) -> tuple[Cell, ...]:
    """Return the cells of a row up to the last one that is not blank."""
    cells = [_cell(value) for value in values]
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return tuple(cells)


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool) or value is None:
        return None if value is None else str(value)
    if isinstance(value, int | float | date):
        return value
    return str(value).strip()[:MAX_CELL]


def _read_csv(data: bytes, headings: frozenset[str]) -> tuple[Row, ...]:
    words = _decode(data)
    if "\0" in words:
        raise SheetUnreadable("not_a_sheet")
    try:
        return _limited(values[:MAX_COLUMNS] for values in _split(words, _delimiter(words, headings)))
    except csv.Error as error:
        raise SheetUnreadable("not_a_sheet") from error


def _split(words: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)


def _delimiter(words: str, known: frozenset[str]) -> str:
    """Return what separates the cells: with it the most headings are found. Headings themselves have commas."""

    def headings(delimiter: str) -> int:
        rows = islice(_split(words, delimiter), HEADING_WITHIN)
        return max(
            (max(len(find_columns(tuple(row))), sum(plain(cell) in known for cell in row)) for row in rows), default=0
        )

    # Without any heading the faults will say so; then any will do.
    return max((";", "\t", ","), key=headings)


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # Guessing an old Vietnamese encoding would turn names into other names.
        raise SheetUnreadable("encoding") from error


def make_template(headings: Sequence[str], examples: Sequence[Sequence[Cell]], notes: Sequence[Sequence[str]]) -> bytes:
    """Return an XLSX file with headings and examples, and a second sheet that explains the columns."""
    book = Workbook()
    # A new book comes with a sheet of its own, which the library types as perhaps missing.
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Danh sách")
    for row in (headings, *examples):
        sheet.append(list(row))
    _dress(sheet, widths=[14, 34, 14, 18, 22, 10, 14, 10, 11, 16, 11, 15])
    explained = book.create_sheet("Giải thích")
    for note in notes:
        explained.append(list(note))
    _dress(explained, widths=[30, 90])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _dress(sheet: Any, widths: Sequence[int]) -> None:
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0B6E5F")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for place, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJKL"[place]].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, date):
                cell.number_format = "DD/MM/YYYY"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
