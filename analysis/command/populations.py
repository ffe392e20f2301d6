"""Read POPULATION.csv: how many people each audience, stratum and class has, and who was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.command.cells import Cell, place
from analysis.command.faults import Fault, Faults
from analysis.command.tables import read_rows
from analysis.records import Sampling

Place = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Size:
    """One row: `wave` None applies to every wave; `drawn` None says nothing."""

    line: int
    wave: str | None
    audience: str
    stratum: str | None
    cluster: str | None
    size: int
    drawn: int | None


@dataclass(frozen=True, slots=True)
class Headcounts:
    """The headcounts of one audience in one wave: one for all, or by class; drawn numbers the same way."""

    whole: int | None
    whole_drawn: int | None
    classes: dict[Place, int]
    drawn: dict[Place, int | None]


class Populations:
    """All headcounts of a table, by audience and wave."""

    def __init__(self, file: str = "", sizes: Sequence[Size] = ()) -> None:
        self.file = file
        self._sizes = tuple(sizes)

    def of(self, wave: str, audience: str, sampling: Sampling) -> Headcounts:
        """Return the headcounts of an audience in a wave; a row that names the wave wins over one that does not.

        Raises `Faults` where an audience has one headcount for all and others by class.
        """
        rows = [row for row in self._sizes if row.audience == audience and row.wave in (None, wave)]
        named = [row for row in rows if row.wave is not None] or rows
        sizes: dict[Place, Size] = {}
        for row in named:
            cell = place(Cell(wave, audience, row.stratum, row.cluster, None), sampling)
            sizes[cell.stratum, cell.cluster] = row
        whole = sizes.pop((None, None), None)
        if whole is not None and sizes:
            raise Faults([Fault(self.file, whole.line, "size", "mixed_sizes")])
        return Headcounts(
            whole.size if whole else None,
            whole.drawn if whole else None,
            {where: row.size for where, row in sizes.items()},
            {where: row.drawn for where, row in sizes.items()},
        )


def read_populations(path: Path) -> Populations:
    """Read a table of headcounts. Raises `Faults` naming every row that cannot be used.

    Columns: audience, size, and where they apply wave, stratum, cluster, drawn.
    """
    _, rows = read_rows(path, "audience", "size")
    faults: list[Fault] = []
    sizes: list[Size] = []
    first: dict[tuple[str | None, ...], int] = {}
    for line, row in rows:
        where = tuple(row.get(name) or None for name in ("wave", "audience", "stratum", "cluster"))
        found = _row_faults(path.name, line, row)
        if where in first:
            found.append(Fault(path.name, line, None, "double_row", {"first": str(first[where])}))
        first.setdefault(where, line)
        faults += found
        if not found:
            wave, _, stratum, cluster = where
            drawn = int(row["drawn"]) if row.get("drawn") else None
            sizes.append(Size(line, wave, row["audience"], stratum, cluster, int(row["size"]), drawn))
    if faults:
        raise Faults(faults)
    return Populations(path.name, sizes)


def is_count(cell: str) -> bool:
    """Say whether a cell is a whole number from 0 on, in plain digits.

    >>> is_count("36"), is_count("-1"), is_count("3.0"), is_count("")
    (True, False, False, False)
    """
    return cell.isascii() and cell.isdecimal()


def _row_faults(file: str, line: int, row: dict[str, str]) -> list[Fault]:
    faults = [Fault(file, line, name, "empty") for name in ("audience", "size") if not row[name]]
    faults += [
        Fault(file, line, name, "not_count", {"value": row[name]})
        for name in ("size", "drawn")
        if row.get(name) and not is_count(row[name])
    ]
    return faults
