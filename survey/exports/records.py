"""What an export holds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

# The columns that `python -m analysis --counts` reads.
COLUMNS = (
    "wave",
    "audience",
    "topic",
    "form",
    "stratum",
    "cluster",
    "drawn",
    "population",
    "answered",
    "understood",
)


@dataclass(frozen=True, slots=True)
class CountsTable:
    """Rows in the order of COLUMNS, and the reporting groups that had to be left out because a class is too small."""

    rows: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, as words; whole numbers become numbers."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """The counts of one organisation of a campaign."""

    code: str
    name: str
    table: CountsTable


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AnswersChoice:
    """One audience of a campaign whose answers may be asked for. waiting: waves that still take answers."""

    audience: str
    closed: int
    waiting: int
    answered: int
