"""Read a table of counts (`--counts`): one line a wave, audience, topic, form, stratum and cluster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis.command.cells import Cell, place
from analysis.command.faults import Fault, Faults
from analysis.command.populations import is_count
from analysis.command.tables import read_rows
from analysis.records import ClusterCounts, Sampling

_NUMBERS = ("drawn", "population", "answered", "understood")
_NAMES = ("wave", "audience", "topic", "form", "stratum", "cluster")


def read_counts(path: Path, sampling_of: Callable[[str], Sampling]) -> list[ClusterCounts]:
    """Read lines of counts. Raises `Faults` naming every row that cannot be used.

    Required columns: wave, audience, answered, understood. An empty topic is the headline; an empty population is not
    known; `drawn` as in `records.ClusterCounts`.
    """
    _, rows = read_rows(path, "wave", "audience", "answered", "understood")
    faults: list[Fault] = []
    lines: list[ClusterCounts] = []
    first: dict[tuple[str, ...], int] = {}
    sizes: dict[tuple[str, ...], tuple[int, str]] = {}
    for number, row in rows:
        found = _row_faults(path.name, number, row)
        found += _repeated(path.name, number, row, first)
        found += _other_size(path.name, number, row, sizes)
        faults += found
        if not found:
            lines.append(_line(row, sampling_of))
    if faults:
        raise Faults(faults)
    return lines


def _line(row: dict[str, str], sampling_of: Callable[[str], Sampling]) -> ClusterCounts:
    wave, audience, topic, form, stratum, cluster = (row.get(name) or None for name in _NAMES)
    cell = place(Cell(wave or "", audience or "", stratum, cluster, form), sampling_of(audience or ""))
    drawn, population, answered, understood = (int(row[name]) if row.get(name) else None for name in _NUMBERS)
    return ClusterCounts(
        cell.wave,
        cell.audience,
        topic,
        form,
        cell.stratum,
        cell.cluster,
        drawn,
        population,
        answered or 0,
        understood or 0,
    )


def _row_faults(file: str, line: int, row: dict[str, str]) -> list[Fault]:
    required = ("wave", "audience", "answered", "understood")
    faults = [Fault(file, line, name, "empty") for name in required if not row[name]]
    faults += [
        Fault(file, line, name, "not_count", {"value": row[name]})
        for name in _NUMBERS
        if row.get(name) and not is_count(row[name])
    ]
    if not faults and int(row["understood"]) > int(row["answered"]):
        parts = {"understood": row["understood"], "answered": row["answered"]}
        faults.append(Fault(file, line, "understood", "too_many_understood", parts))
    return faults


def _repeated(file: str, line: int, row: dict[str, str], first: dict[tuple[str, ...], int]) -> list[Fault]:
    where = tuple(row.get(name, "") for name in _NAMES)
    if where in first:
        return [Fault(file, line, None, "double_row", {"first": str(first[where])})]
    first[where] = line
    return []


def _other_size(
    file: str, line: int, row: dict[str, str], sizes: dict[tuple[str, ...], tuple[int, str]]
) -> list[Fault]:
    """A class has one headcount in a wave, whatever the topic and form."""
    faults = []
    for name in ("population", "drawn"):
        value = row.get(name)
        where = (name, *(row.get(column, "") for column in ("wave", "audience", "stratum", "cluster")))
        if not value:
            continue
        first, other = sizes.setdefault(where, (line, value))
        if is_count(value) and is_count(other) and int(value) != int(other):
            parts = {"value": value, "first": str(first), "other": other}
            faults.append(Fault(file, line, name, "two_sizes", parts))
    return faults
