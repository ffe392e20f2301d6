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
