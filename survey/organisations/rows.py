"""Plain rows of an uploaded sheet, why a file is none, and how a page keeps them until they are confirmed. Reading a
file needs openpyxl and happens in `sheets`."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey.core.errors import Invalid

Cell = str | int | float | date | None

# What the packed rows of a page may unpack to.
MAX_PAGE_BYTES = 16 * 1024 * 1024


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


def pack_rows(rows: Sequence[Row]) -> str:
    """Return rows as short text for a hidden field; dates become text that is read as the same dates."""
    plain = [[row.number, [_plain(cell) for cell in row.cells]] for row in rows]
    return base64.b64encode(zlib.compress(json.dumps(plain).encode(), 9)).decode()


def unpack_rows(text: str) -> tuple[Row, ...]:
    """Return the rows of a hidden field; whatever else was sent there is read as an empty sheet."""
    try:
        unpacked = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MAX_PAGE_BYTES)
        return tuple(
            Row(int(number), tuple(cell if isinstance(cell, str | int | float) else None for cell in cells))
            for number, cells in json.loads(unpacked)
        )
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, zlib.error):
        return ()


def _plain(cell: Cell) -> str | int | float | None:
    return cell.isoformat() if isinstance(cell, date) else cell
