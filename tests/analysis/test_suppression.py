"""Small cells are hidden, and no subtraction brings them back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.suppression import (
    MINIMUM_DETAIL,
    MINIMUM_INSIDE,
    MINIMUM_OUTSIDE,
    ExtremeShare,
    extreme_share,
    suppress,
    suppress_together,
    total_is_shown,
)

COUNTS = st.lists(st.integers(0, 60), max_size=12)
MINIMA = st.sampled_from([1, 5, 10])


def hidden_cells(counts: list[int], mask: tuple[bool, ...]) -> list[int]:
    return [count for count, is_hidden in zip(counts, mask, strict=True) if is_hidden]


@pytest.mark.parametrize(
    ("counts", "hidden", "remark"),
    [
        ([], [], "nothing to hide in an empty list"),
        ([5, 6, 7], [], "exactly the minimum is shown"),
        ([3, 20, 8, 12], [0, 2], "one small cell takes the smallest visible one with it"),
        ([2, 2, 30, 9, 9], [0, 1, 3], "two small cells below the minimum together take the first of equals"),
        ([2, 3, 30, 9], [0, 1], "two small cells that reach the minimum together stand"),
        ([4, 0, 0], [0], "empty cells are shown and cannot cover for another"),
        ([4, 0, 7], [0, 2], "an empty cell is passed over"),
        ([1, 1, 1], [0, 1, 2], "everything hidden"),
        ([0, 0], [], "no answers is no secret"),
    ],
)
def test_one_list_hides_the_expected_cells(counts: list[int], hidden: list[int], remark: str) -> None:
    mask = suppress(counts, minimum=5)
    assert [cell for cell, is_hidden in enumerate(mask) if is_hidden] == hidden, remark


@pytest.mark.parametrize(
    ("counts", "shown"), [([4], False), ([2, 2], False), ([2, 3], True), ([0], True), ([20, 3], True)]
)
def test_a_total_is_shown_when_it_is_large_enough_or_empty(counts: list[int], shown: bool) -> None:
    assert total_is_shown(counts, minimum=5) is shown


def test_without_a_published_total_only_small_cells_are_hidden() -> None:
    assert suppress([3, 20, 8], minimum=5, published_total=False) == (True, False, False)


@given(COUNTS, MINIMA)
def test_no_small_cell_is_ever_visible(counts: list[int], minimum: int) -> None:
    mask = suppress(counts, minimum=minimum)
    visible = [count for count, is_hidden in zip(counts, mask, strict=True) if not is_hidden]
    assert all(count == 0 or count >= minimum for count in visible)


@given(COUNTS, MINIMA)
def test_subtraction_never_leaves_one_cell_or_too_few_people(counts: list[int], minimum: int) -> None:
    hidden = hidden_cells(counts, suppress(counts, minimum=minimum))
    if hidden and total_is_shown(counts, minimum=minimum):
        assert len(hidden) > 1
        assert sum(hidden) >= minimum


@given(COUNTS, MINIMA)
def test_nothing_is_hidden_without_need(counts: list[int], minimum: int) -> None:
    needed = any(0 < count < minimum for count in counts)
    assert any(suppress(counts, minimum=minimum)) == needed


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8))
def test_both_waves_share_one_mask_that_is_safe_for_each(cells: list[tuple[int, int]]) -> None:
    waves = [[before for before, _ in cells], [after for _, after in cells]]
    mask = suppress_together(waves, minimum=5)
    for wave in waves:
        hidden = [count for count in hidden_cells(wave, mask) if count > 0]
        visible = [count for count, is_hidden in zip(wave, mask, strict=True) if count > 0 and not is_hidden]
        assert all(count >= 5 for count in visible)
        assert not hidden or not visible or (len(hidden) > 1 and sum(hidden) >= 5)


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="lengths differ"):
        suppress_together([[1, 2], [3]], minimum=5)


@pytest.mark.parametrize(("counts", "minimum"), [([-1, 3], 5), ([3], 0)])
def test_impossible_input_is_refused(counts: list[int], minimum: int) -> None:
    with pytest.raises(ValueError, match="negative|at least 1"):
        suppress(counts, minimum=minimum)


@pytest.mark.parametrize(
    ("understood", "answered", "side", "percent"),
    [
        (2, 10, "at_most", 20),
        (3, 10, None, None),
        (16, 19, "at_least", 80),
        (18, 20, "at_least", 90),
        (17, 20, None, None),
        (38, 40, "at_least", 95),
        (98, 100, "at_least", 98),
        (97, 100, None, None),
        (297, 300, "at_least", 99),
        (3, 300, "at_most", 1),
        (0, 5, None, None),
    ],
)
def test_shares_near_the_ends_are_coded(understood: int, answered: int, side: str | None, percent: int | None) -> None:
    coded = extreme_share(understood, answered)
    if side is None or percent is None:
        assert coded is None
    else:
        assert coded == ExtremeShare(side, Fraction(percent, 100))  # type: ignore[arg-type]


def test_the_published_minimums_are_those_of_the_plan() -> None:
    assert (MINIMUM_INSIDE, MINIMUM_OUTSIDE, MINIMUM_DETAIL) == (5, 10, 10)
