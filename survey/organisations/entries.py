"""From the rows of a sheet to entries: the headings found, every cell read, every unreadable one named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

from survey.organisations.columns import HEADING_WITHIN, READERS, Column, Fault, Value, find_columns
from survey.organisations.rows import Row

Kind = TypeVar("Kind", str, int, date)


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One fault of a sheet: the row as the sheet's program numbers it, the column, and a word for what is wrong."""

    row: int
    column: Column | None
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: an organisation, or one of its groups, with numbers; without the cells that could not be read."""

    row: int
    values: Mapping[Column, Value]
    is_faulty: bool = False

    def get(self, column: Column, kind: type[Kind]) -> Kind | None:
        """Return the cell of a column, whose kind its reader has made sure of; None for a blank one."""
        return cast("Kind | None", self.values.get(column))


def read_entries(rows: Sequence[Row]) -> tuple[list[Entry], list[SheetFault]]:
    """Return the rows below the heading as entries, and every cell that could not be read."""
    heading = next(
        (place for place, row in enumerate(rows[:HEADING_WITHIN]) if len(find_columns(row.cells)) >= 2), None
    )
    if heading is None:
        return [], [SheetFault(rows[0].number if rows else 1, None, "no_heading")]
    columns = find_columns(rows[heading].cells)
    entries: list[Entry] = []
    faults: list[SheetFault] = []
    for row in rows[heading + 1 :]:
        entry, found = _read_entry(row, columns)
        faults += found
        if entry.values:
            entries.append(entry)
    return entries, faults


def _read_entry(row: Row, columns: Mapping[Column, int]) -> tuple[Entry, list[SheetFault]]:
    values: dict[Column, Value] = {}
    faults: list[SheetFault] = []
    for column, place in columns.items():
        cell = row.cells[place] if place < len(row.cells) else None
        if cell is None or cell == "":
            continue
        try:
            value = READERS[column](cell)
            if value != "":
                values[column] = value
        except Fault as fault:
            faults.append(SheetFault(row.number, column, fault.code, str(cell)[:60]))
    return Entry(row.number, values, is_faulty=bool(faults)), faults
