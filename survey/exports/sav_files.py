"""Writes the table of answers for SPSS, with labels of columns and codes. Runs in the child process of `jobs`.

pyreadstat and pandas are optional (requirements-spss.txt); who asks for this format without them is told so.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas
import pyreadstat

from survey.exports.codebooks import Variable

# What SPSS takes as the label of a column, in bytes.
_LONGEST_LABEL = 250


@dataclass(frozen=True, slots=True)
class _SavColumn:
    name: str
    label: str
    values: dict[float, str]
    cells: list[float | None] | list[str]


def write_sav(columns: Sequence[Variable], rows: Sequence[Sequence[str]], title: str) -> bytes:
    """Return an SPSS file; a question with several answers becomes one column an option (1 chosen, 0 not)."""
    made = [column for place, one in enumerate(columns) for column in _columns(one, [row[place] for row in rows])]
    frame = pandas.DataFrame({column.name: column.cells for column in made})
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "answers.sav"
        pyreadstat.write_sav(
            frame,
            str(target),
            file_label=_cut(title, 60),
            column_labels=[_cut(column.label, _LONGEST_LABEL) for column in made],
            variable_value_labels={column.name: column.values for column in made if column.values},
        )
        return target.read_bytes()


def _columns(column: Variable, cells: Sequence[str]) -> Iterator[_SavColumn]:
    name = _name(column.name)
    if column.is_multiple:
        yield from _option_columns(column, name, cells)
    elif column.values and all(code.isdigit() for code in column.values):
        values = {float(code): _cut(text, 120) for code, text in column.values.items()}
        yield _SavColumn(name, column.label, values, [float(cell) if cell else None for cell in cells])
    else:
        yield _SavColumn(name, column.label, {}, list(cells))


def _option_columns(column: Variable, name: str, cells: Sequence[str]) -> Iterable[_SavColumn]:
    for code, text in column.values.items():
        marks = [None if not cell else float(code in cell.split("+")) for cell in cells]
        yield _SavColumn(f"{name}_{code}", f"{text} | {column.label}", {1.0: "1", 0.0: "0"}, marks)


def _name(name: str) -> str:
    """Return a name that SPSS takes: letters, digits and underscores, a letter first."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)[:60]


def _cut(text: str, most: int) -> str:
    """Return as much of the text as fits into so many bytes."""
    return text.encode()[:most].decode(errors="ignore")
