"""Crossed tables: which cells and totals to hide, and the audit that proves it.

What belongs here: the part of disclosure control that needs a linear program. Lists need none; see
`analysis.suppression`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Cell = tuple[int, int]
Grid = NDArray[np.int64]
Mask = NDArray[np.bool_]

# The solver works in floating point; a width this little below the minimum is the minimum.
_SLACK = 1e-6
_UNBOUNDED = 3


@dataclass(frozen=True, slots=True)
class TableMask:
    """What is hidden of a crossed table, True where hidden: its cells, its totals and the grand total."""

    cells: tuple[tuple[bool, ...], ...]
    row_totals: tuple[bool, ...]
    column_totals: tuple[bool, ...]
    total: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """How closely a reader can pin down one hidden cell from everything published: between `low` and `high`.

    `row` or `column` beyond the table's cells means a total.
    """

    row: int
    column: int
    low: float
    high: float

    @property
    def width(self) -> float:
        """How many respondents the reader remains unsure about."""
        return self.high - self.low


def suppress_table(counts: Sequence[Sequence[int]], *, minimum: int) -> TableMask:
    """Say which cells and totals of a crossed table must be hidden so that no reader can work one out.

    Totals are cells too. The rule of `suppression.suppress` runs over every row and column until nothing changes; then
    the audit finds, for each hidden cell, the least and the most it can be given everything published. Where less than
    `minimum` lies between them, one more cell is hidden and all is repeated.

    Parameters: `counts` respondents (>= 0) in rows of equal length; `minimum` is the fewest respondents of a visible
    cell (>= 1). Returns a `TableMask`. Raises ValueError for ragged rows, negative counts or a minimum below 1.
    Source: Cox (1980) JASA 75:377 for the audit by linear programming.

    >>> mask = suppress_table([[3, 20, 30], [25, 8, 40], [30, 35, 45]], minimum=5)
    >>> mask.cells
    ((True, True, False), (True, True, False), (False, False, False))
    """
    grid = _with_totals(counts)
    if minimum < 1:
        raise ValueError(f"the minimum must be at least 1, not {minimum}")
    hidden: Mask = (grid > 0) & (grid < minimum)
    while True:
        _cover_lines(grid, hidden, minimum)
        exposed = next((found for found in _exposures(grid, hidden) if found.width < minimum - _SLACK), None)
        if exposed is None or not _hide_near(grid, hidden, (exposed.row, exposed.column)):
            return _as_mask(hidden)


def audit(counts: Sequence[Sequence[int]], mask: TableMask) -> tuple[Exposure, ...]:
    """Return how closely each hidden cell and total can be worked out from what a mask leaves visible.

    The reader is taken to know that counts are not negative and that rows and columns add up, nothing else.

    Parameters: `counts` as `suppress_table`; `mask` of the same shape.
    Returns one `Exposure` per hidden cell, in reading order. Raises ValueError for a mask of another shape.
    Source: Cox (1980) JASA 75:377; `scipy.optimize.linprog`, twice a cell.

    >>> mask = TableMask(((True, True), (True, True)), (False, False), (False, False), False)
    >>> [(cell.low, cell.high) for cell in audit([[3, 20], [25, 8]], mask)]
    [(0.0, 23.0), (0.0, 23.0), (5.0, 28.0), (5.0, 28.0)]
    """
    grid = _with_totals(counts)
    hidden = np.array([[*row, total] for row, total in zip(mask.cells, mask.row_totals, strict=True)], dtype=bool)
    hidden = np.vstack([hidden, [*mask.column_totals, mask.total]])
    if hidden.shape != grid.shape:
        raise ValueError("the mask belongs to a table of another shape")
    return tuple(_exposures(grid, hidden))


def _with_totals(counts: Sequence[Sequence[int]]) -> Grid:
    if len({len(row) for row in counts}) != 1:
        raise ValueError("a table needs rows of equal length")
    cells = np.array(counts, dtype=np.int64).reshape(len(counts), -1)
    if (cells < 0).any():
        raise ValueError("a number of respondents cannot be negative")
    rows = np.column_stack([cells, cells.sum(axis=1)])
    return np.vstack([rows, rows.sum(axis=0)])


def _as_mask(hidden: Mask) -> TableMask:
    rows = [tuple(bool(cell) for cell in row) for row in hidden]
    cells = tuple(row[:-1] for row in rows[:-1])
    return TableMask(cells, tuple(row[-1] for row in rows[:-1]), rows[-1][:-1], rows[-1][-1])


def _lines(shape: tuple[int, ...]) -> Iterator[list[Cell]]:
    """Yield every row and column, each ending in its total."""
    rows, columns = shape[0], shape[1]
    yield from ([(row, column) for column in range(columns)] for row in range(rows))
    yield from ([(row, column) for row in range(rows)] for column in range(columns))


def _cover_lines(grid: Grid, hidden: Mask, minimum: int) -> None:
    """Hide more, in place, until no row or column has one hidden cell or too few hidden respondents."""
    changed = True
    while changed:
        changed = False
        for line in _lines(grid.shape):
            while _is_open(grid, hidden, line, minimum) and _hide_smallest(grid, hidden, line):
                changed = True


def _is_open(grid: Grid, hidden: Mask, line: list[Cell], minimum: int) -> bool:
    dark = [cell for cell in line if hidden[cell]]
    # A hidden total with a hidden part already leaves both unknown; only the parts have to reach the minimum.
    parts = [cell for cell in dark if cell != line[-1]]
    return bool(dark) and (len(dark) == 1 or (line[-1] not in dark and sum(int(grid[c]) for c in parts) < minimum))


def _hide_smallest(grid: Grid, hidden: Mask, candidates: list[Cell]) -> bool:
    """Hide the smallest visible cell that is not empty, parts before totals; say whether there was one."""
    last_row, last_column = grid.shape[0] - 1, grid.shape[1] - 1
    visible = [cell for cell in candidates if not hidden[cell] and grid[cell] > 0]
    if not visible:
        return False

    def order(cell: Cell) -> tuple[int, int, Cell]:
        return ((cell[0] == last_row) + (cell[1] == last_column), int(grid[cell]), cell)

    hidden[min(visible, key=order)] = True
    return True


def _hide_near(grid: Grid, hidden: Mask, cell: Cell) -> bool:
    """Hide one more cell, in the exposed cell's row or column if possible; say whether anything was left to hide."""
    crossing = [other for line in _lines(grid.shape) if cell in line for other in line]
    everywhere = [other for line in _lines(grid.shape) for other in line]
    return _hide_smallest(grid, hidden, crossing) or _hide_smallest(grid, hidden, everywhere)


def _exposures(grid: Grid, hidden: Mask) -> Iterator[Exposure]:
    cells = [(int(row), int(column)) for row, column in np.argwhere(hidden)]
    place = {cell: position for position, cell in enumerate(cells)}
    left, right = [], []
    for line in _lines(grid.shape):
        signs = dict.fromkeys(line[:-1], 1) | {line[-1]: -1}
        coefficients = np.zeros(len(cells))
        for cell in line:
            if hidden[cell]:
                coefficients[place[cell]] = signs[cell]
        if coefficients.any():
            left.append(coefficients)
            right.append(-sum(sign * int(grid[cell]) for cell, sign in signs.items() if not hidden[cell]))
    for cell in cells:
        objective = np.zeros(len(cells))
        objective[place[cell]] = 1
        low, high = (_extreme(direction * objective, left, right) for direction in (1, -1))
        yield Exposure(*cell, low=low, high=-high if high != inf else inf)


def _extreme(objective: NDArray[np.float64], left: list[NDArray[np.float64]], right: list[int]) -> float:
    """Return the least value of the objective, or infinity where nothing bounds it."""
    solution = linprog(objective, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None), method="highs")
    if solution.status == _UNBOUNDED:
        return inf
    if solution.fun is None:
        raise ArithmeticError(f"the audit did not settle: {solution.message}")
    return float(round(float(solution.fun), 6))
