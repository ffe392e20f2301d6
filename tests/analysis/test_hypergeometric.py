"""Exact limits of a list against SciPy, against their own definition, and by enumeration of every list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.hypergeometric import TIE, exact_limits, lower_tail, upper_tail


@st.composite
def lists(draw: st.DrawFn, largest: int = 1500) -> tuple[int, int, int]:
    """Return (x, n, N) with 0 <= x <= n <= N."""
    population = draw(st.integers(1, largest))
    answered = draw(st.integers(0, population))
    return draw(st.integers(0, answered)), answered, population


@given(lists(), st.data())
def test_tails_agree_with_scipy(case: tuple[int, int, int], data: st.DataObject) -> None:
    x, drawn, population = case
    successes = data.draw(st.integers(0, population))
    upper = stats.hypergeom.sf(x - 1, population, successes, drawn)
    assert upper_tail(x, population, successes, drawn) == pytest.approx(upper, rel=1e-8, abs=1e-12)
    lower = stats.hypergeom.cdf(x, population, successes, drawn)
    assert lower_tail(x, population, successes, drawn) == pytest.approx(lower, rel=1e-8, abs=1e-12)


@given(lists())
def test_limits_are_the_outermost_counts_that_are_not_rejected(case: tuple[int, int, int]) -> None:
    x, answered, population = case
    low, high = exact_limits(x, answered, population)
    bound = 0.025 * (1 + TIE)
    assert x <= low <= high <= population - (answered - x)
    assert upper_tail(x, population, low, answered) > bound
    assert low == x or upper_tail(x, population, low - 1, answered) <= bound
    assert lower_tail(x, population, high, answered) > bound
    assert high == population - (answered - x) or lower_tail(x, population, high + 1, answered) <= bound


@given(lists())
def test_counting_the_others_mirrors_the_limits(case: tuple[int, int, int]) -> None:
    x, answered, population = case
    low, high = exact_limits(x, answered, population)
    assert exact_limits(answered - x, answered, population) == (population - high, population - low)


@given(lists(largest=400))
def test_limits_do_not_fall_when_more_people_understand(case: tuple[int, int, int]) -> None:
    x, answered, population = case
    if x < answered:
        low, high = exact_limits(x, answered, population)
        next_low, next_high = exact_limits(x + 1, answered, population)
        assert (low, high) <= (next_low, next_high)
        assert high <= next_high


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_full_count_is_a_point(x: int, others: int) -> None:
    assert exact_limits(x, x + others, x + others) == (x, x)


def test_a_long_list_comes_close_to_clopper_pearson() -> None:
    population = 2_000_000
    low, high = exact_limits(45, 60, population)
    expected = stats.binomtest(45, 60).proportion_ci(method="exact")
    assert low / population == pytest.approx(expected.low, abs=1e-4)
    assert high / population == pytest.approx(expected.high, abs=1e-4)


@pytest.mark.parametrize("population", [5, 12, 20, 33, 45, 60])
def test_the_limits_cover_every_true_count_in_at_least_95_of_100_samples(population: int) -> None:
    for answered in range(1, population + 1):
        limits = [exact_limits(x, answered, population) for x in range(answered + 1)]
        for truth in range(population + 1):
            chances = stats.hypergeom.pmf(range(answered + 1), population, truth, answered)
            covered = sum(p for p, (low, high) in zip(chances, limits, strict=True) if low <= truth <= high)
            assert covered >= 0.95 - 1e-9, (population, answered, truth)


@pytest.mark.parametrize(("x", "n", "size"), [(-1, 3, 5), (4, 3, 5), (2, 6, 5)])
def test_counts_that_do_not_fit_are_refused(x: int, n: int, size: int) -> None:
    with pytest.raises(ValueError, match="understood <= answered"):
        exact_limits(x, n, size)
