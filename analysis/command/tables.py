"""Read a CSV table in pieces, with the line of every row, whatever the spreadsheet program made of it.

UTF-8 with or without a byte order mark; comma or semicolon; empty lines are passed over. A million rows never stand in
memory together.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from analysis.command.faults import MOST_FAULTS, Fault, Faults

CHUNK = 5_000
"""Rows per piece: large enough for speed, small enough for memory."""

Row = list[str]


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: their names as written and where each stands."""

    file: str
    names: tuple[str, ...]

    def place(self, name: str) -> int | None:
        """Return where a column stands, None if there is none of that name."""
        return self.names.index(name) if name in self.names else None

    def require(self, *names: str) -> None:
        """Raise `Faults` naming every one of these columns that is missing."""
        missing = [Fault(self.file, 1, name, "missing_column") for name in names if name not in self.names]
        if missing:
            raise Faults(missing)

    def starting_with(self, prefix: str) -> dict[str, int]:
        """Return the columns `prefix<name>` as name -> place, in the table's order."""
        return {name[len(prefix) :]: place for place, name in enumerate(self.names) if name.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, all as long as the header; `lines` gives each row's line in the file."""

    rows: list[Row]
    lines: Sequence[int]

    def without_blank_rows(self) -> Chunk:
        """Leave out rows whose cells are all blank, as spreadsheet programs append them."""
        kept = [place for place, row in enumerate(self.rows) if any(cell.strip() for cell in row)]
        return Chunk([self.rows[place] for place in kept], [self.lines[place] for place in kept])


class Table:
    """An open CSV table: its header, then its rows in chunks."""

    def __init__(self, file: str, stream: TextIO) -> None:
        self.file = file
        first = stream.readline()
        stream.seek(0)
        delimiter = ";" if first.count(";") > first.count(",") else ","
        self._reader = csv.reader(stream, delimiter=delimiter, strict=True)
        self.header = self._read_header()

    def _read_header(self) -> Header:
        cells = next(self._reader, None)
        if not cells or not any(cell.strip() for cell in cells):
            raise Faults([Fault(self.file, None, None, "no_header")])
        names = tuple(_column_name(cell) for cell in cells)
        twice = [name for place, name in enumerate(names) if name and name in names[:place]]
        if twice:
            raise Faults([Fault(self.file, 1, name, "double_column") for name in twice])
        return Header(self.file, names)

    def chunks(self) -> Iterator[Chunk]:
        """Yield all rows in order. Raises `Faults` for rows of another length or lines that are not CSV."""
        width, seen = len(self.header.names), False
        while True:
            start = self._reader.line_num + 1
            rows = list(islice(self._reader, CHUNK))
            if not rows:
                break
            # The quick way for the usual case: one line a row and no empty lines.
            if self._reader.line_num - start + 1 == len(rows) and set(map(len, rows)) == {width}:
                chunk = Chunk(rows, range(start, start + len(rows)))
            else:
                chunk = self._sorted_out(rows, start, width)
            seen = seen or bool(chunk.rows)
            yield chunk
        if not seen:
            raise Faults([Fault(self.file, None, None, "no_rows")])

    def _sorted_out(self, rows: list[Row], start: int, width: int) -> Chunk:
        """Drop empty lines, keep count of lines inside cells, and refuse rows of another length."""
        kept, lines, faults, line = [], [], [], start
        for row in rows:
            if any(row):
                if len(row) != width:
                    parts = {"found": str(len(row)), "expected": str(width)}
                    faults.append(Fault(self.file, line, None, "row_length", parts))
                kept.append(row)
                lines.append(line)
            line += 1 + sum(cell.count("\n") for cell in row)
        if faults:
            raise Faults(faults[:MOST_FAULTS])
        return Chunk(kept, lines)

    @property
    def line(self) -> int:
        """The last line that was read."""
        return self._reader.line_num


def _column_name(cell: str) -> str:
    """Fixed names in any letter case; what follows `item:` and `topic:` is kept as written."""
    name = cell.strip()
    prefix, colon, rest = name.partition(":")
    return prefix.lower().strip() + colon + rest.strip()


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a CSV table for reading.

    Every way in which a file can fail to be a CSV table in UTF-8, now or while its rows are read, becomes `Faults`.
    """
    file = path.name
    table = None
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = Table(file, stream)
            yield table
    except OSError as error:
        raise Faults([Fault(file, None, None, "unreadable", {"detail": error.strerror or str(error)})]) from error
    except UnicodeDecodeError as error:
        raise Faults([Fault(file, _first_bad_line(path), None, "not_utf8")]) from error
    except csv.Error as error:
        line = table.line if table else 1
        raise Faults([Fault(file, line, None, "not_csv", {"detail": str(error)})]) from error


def _first_bad_line(path: Path) -> int | None:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def read_rows(path: Path, *required: str) -> tuple[Header, list[tuple[int, dict[str, str]]]]:
    """Read a small table whole: each row with its line, as column -> cell without surrounding blanks.

    Raises `Faults` where a required column is missing or the file cannot be read.
    """
    with open_table(path) as table:
        table.header.require(*required)
        rows = [
            (line, {name: cell.strip() for name, cell in zip(table.header.names, row, strict=True)})
            for chunk in table.chunks()
            for line, row in zip(chunk.lines, chunk.rows, strict=True)
            if any(cell.strip() for cell in row)
        ]
        return table.header, rows
