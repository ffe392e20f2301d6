"""No hidden cell of a crossed table can be worked out closer than the minimum."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure_audit import TableMask, audit, suppress_table

TABLES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 25), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@given(TABLES, st.sampled_from([5, 10]))
@settings(max_examples=60, deadline=None)
def test_the_audit_finds_no_hidden_cell_narrower_than_the_minimum(table: list[list[int]], minimum: int) -> None:
    mask = suppress_table(table, minimum=minimum)
    assert all(exposure.width >= minimum - 1e-6 for exposure in audit(table, mask))


@given(TABLES, st.sampled_from([5, 10]))
@settings(max_examples=60, deadline=None)
def test_no_small_cell_or_total_is_visible(table: list[list[int]], minimum: int) -> None:
    mask = suppress_table(table, minimum=minimum)
    shown = [
        count for row, dark in zip(table, mask.cells, strict=True) for count, d in zip(row, dark, strict=True) if not d
    ]
    shown += [sum(row) for row, dark in zip(table, mask.row_totals, strict=True) if not dark]
    shown += [
        sum(column) for column, dark in zip(zip(*table, strict=True), mask.column_totals, strict=True) if not dark
    ]
    shown += [] if mask.total else [sum(map(sum, table))]
    assert all(count == 0 or count >= minimum for count in shown)


@pytest.mark.parametrize(
    ("table", "cells", "remark"),
    [
        ([[20, 30], [25, 40]], [[0, 0], [0, 0]], "nothing small, nothing hidden"),
        ([[3, 20], [25, 8]], [[1, 1], [1, 1]], "one small cell needs a rectangle"),
        ([[3, 20, 30], [25, 8, 40], [30, 35, 45]], [[1, 1, 0], [1, 1, 0], [0, 0, 0]], "the cheapest rectangle"),
        ([[0, 20], [25, 40]], [[0, 0], [0, 0]], "an empty cell is no secret"),
    ],
)
def test_a_table_hides_the_expected_cells(table: list[list[int]], cells: list[list[int]], remark: str) -> None:
    assert [[int(cell) for cell in row] for row in suppress_table(table, minimum=5).cells] == cells, remark


def test_the_audit_agrees_with_trying_every_table() -> None:
    table = [[3, 6, 9], [7, 4, 2]]
    hidden = TableMask(((True, True, False), (True, True, False)), (False, False), (False,) * 3, False)
    fitting = [
        (a, b, c, d)
        for a, b, c, d in product(range(14), repeat=4)
        if a + b == 9 and c + d == 11 and a + c == 10 and b + d == 10
    ]
    tried = [(min(values), max(values)) for values in zip(*fitting, strict=True)]
    assert [(exposure.low, exposure.high) for exposure in audit(table, hidden)] == tried


def test_the_audit_exposes_a_lone_hidden_cell() -> None:
    lone = TableMask(((True, False), (False, False)), (False, False), (False, False), False)
    (exposure,) = audit([[3, 6], [7, 4]], lone)
    assert (exposure.low, exposure.high, exposure.width) == (3, 3, 0)


def test_a_table_with_too_few_people_hides_its_total_too() -> None:
    mask = suppress_table([[2]], minimum=5)
    assert mask == TableMask(((True,),), (True,), (True,), True)


@pytest.mark.parametrize(("table", "minimum"), [([[1, 2], [3]], 5), ([[-1]], 5), ([[1]], 0), ([], 5)])
def test_impossible_tables_are_refused(table: list[list[int]], minimum: int) -> None:
    with pytest.raises(ValueError, match="equal length|negative|at least 1"):
        suppress_table(table, minimum=minimum)


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="another shape"):
        audit([[3, 6, 2]], TableMask(((True, False),), (False,), (False, False), False))
