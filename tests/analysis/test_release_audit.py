"""Several reports together give no small part away without the audit seeing it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.release_audit import PublishedSum, exposed_parts


def _sum(parts: str, answered: int) -> PublishedSum:
    return PublishedSum(frozenset(parts), answered)


# What was published, and what a reader can work out of parts that may be smaller than 10.
CASES = [
    ([_sum("ab", 60)], {}),
    ([_sum("abc", 60), _sum("a", 30), _sum("b", 24)], {"c": (6, 6)}),
    ([_sum("abc", 60), _sum("a", 30)], {}),
    ([_sum("abc", 60), _sum("a", 53)], {"b": (0, 7), "c": (0, 7)}),
    ([_sum("ab", 60), _sum("abc", 64)], {"c": (4, 4)}),
    ([_sum("ab", 60), _sum("abc", 85)], {}),
    ([_sum("ab", 30), _sum("bc", 30), _sum("ac", 8)], {"a": (4, 4), "c": (4, 4)}),
    ([_sum("ab", 60), _sum("abc", 60)], {}),
]


@pytest.mark.parametrize(("sums", "exposed"), CASES)
def test_the_small_parts_that_follow_from_the_sums_are_found(
    sums: list[PublishedSum], exposed: dict[str, tuple[int, int]]
) -> None:
    assert exposed_parts(sums, minimum=10) == exposed


@pytest.mark.parametrize("sums", [[_sum("", 3)], [_sum("a", -1)], [_sum("a", 3), _sum("a", 4)]])
def test_impossible_sums_are_refused(sums: list[PublishedSum]) -> None:
    with pytest.raises(ValueError, match=r"sum|negative"):
        exposed_parts(sums, minimum=10)


@given(
    numbers=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 40), min_size=1),
    choice=st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=4),
)
def test_the_truth_lies_between_the_bounds_and_a_part_published_small_is_always_found(
    numbers: dict[str, int], choice: list[set[str]]
) -> None:
    shown = [frozenset(parts & set(numbers)) for parts in choice if parts & set(numbers)]
    sums = [PublishedSum(parts, sum(numbers[part] for part in parts)) for parts in shown]
    if not sums:
        return
    found = exposed_parts(sums, minimum=10)
    assert all(low <= numbers[part] <= high for part, (low, high) in found.items())
    alone = {next(iter(parts)) for parts in shown if len(parts) == 1}
    assert {part for part in alone if numbers[part] < 10} <= set(found)
