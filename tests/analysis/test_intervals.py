"""Intervals of one share against SciPy, statsmodels and each other."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.intervals import (
    Interval,
    clopper_pearson,
    count_limits,
    effective_size,
    finite_size,
    hypergeometric_interval,
    korn_graubard,
    quantile,
    wilson,
)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    answered = draw(st.integers(1, 500))
    return draw(st.integers(0, answered)), answered


@given(counts(), st.sampled_from([0.8, 0.95, 0.998]))
def test_wilson_agrees_with_scipy(case: tuple[int, int], confidence: float) -> None:
    x, n = case
    expected = stats.binomtest(x, n).proportion_ci(confidence, method="wilson")
    result = wilson(x / n, n, confidence=confidence)
    assert (result.low, result.high) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))


@given(counts(), st.sampled_from([0.8, 0.95, 0.998]))
def test_clopper_pearson_agrees_with_scipy(case: tuple[int, int], confidence: float) -> None:
    x, n = case
    expected = stats.binomtest(x, n).proportion_ci(confidence, method="exact")
    result = clopper_pearson(x, n, confidence=confidence)
    assert (result.low, result.high) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))


@given(st.floats(0, 1), st.floats(0.5, 1e4))
def test_wilson_at_a_real_size_agrees_with_statsmodels(share: float, size: float) -> None:
    expected = proportion_confint(share * size, size, method="wilson")
    result = wilson(share, size)
    assert result.low == pytest.approx(expected[0], abs=1e-9)
    assert result.high == pytest.approx(expected[1], abs=1e-9)


@given(st.floats(0, 1), st.floats(0.1, 1e6), st.floats(1, 200))
def test_wilson_mirrors_and_contains_its_share(share: float, size: float, df: float) -> None:
    result, mirrored = wilson(share, size, df=df), wilson(1 - share, size, df=df)
    assert 0 <= result.low <= share <= result.high <= 1
    assert mirrored.low == pytest.approx(1 - result.high, abs=1e-9)


@given(st.integers(2, 400), st.data())
def test_wilson_for_a_list_inverts_its_score_test(population: int, data: st.DataObject) -> None:
    answered = data.draw(st.integers(1, population - 1))
    understood = data.draw(st.integers(0, answered))
    share = understood / answered
    result = wilson(share, finite_size(answered, population))
    left = (population - answered) / (population - 1)
    for limit in (result.low, result.high):
        if 1e-9 < limit < 1 - 1e-9:
            score = (share - limit) / math.sqrt(limit * (1 - limit) / answered * left)
            assert abs(score) == pytest.approx(stats.norm.ppf(0.975), rel=1e-6)


def test_wilson_for_a_list_gives_the_worked_example() -> None:
    result = wilson(143 / 160, finite_size(160, 420))
    assert (result.low, result.high) == (pytest.approx(0.8502, abs=5e-5), pytest.approx(0.9258, abs=5e-5))


def test_a_very_long_list_is_no_list_at_all() -> None:
    listed, plain = wilson(0.9, finite_size(160, 10**9)), wilson(0.9, 160)
    assert (listed.low, listed.high) == (pytest.approx(plain.low, abs=1e-6), pytest.approx(plain.high, abs=1e-6))


def test_a_full_count_is_a_point() -> None:
    assert wilson(0.9, finite_size(40, 40)) == Interval(0.9, 0.9)
    assert korn_graubard(0.9, math.inf, 40, 39) == Interval(0.9, 0.9)
    assert hypergeometric_interval(36, 40, 40) == Interval(0.9, 0.9)


def test_korn_graubard_with_all_degrees_of_freedom_is_clopper_pearson() -> None:
    result, plain = korn_graubard(0.8, 50, 50, 49), clopper_pearson(40, 50)
    assert (result.low, result.high) == (pytest.approx(plain.low), pytest.approx(plain.high))


def test_korn_graubard_by_beta_quantiles() -> None:
    size = 118.9 * (stats.t.ppf(0.975, 92) / stats.t.ppf(0.975, 2)) ** 2
    x = 0.89 * size
    result = korn_graubard(0.89, 118.9, 93, 2)
    assert result.low == pytest.approx(stats.beta.ppf(0.025, x, size - x + 1))
    assert result.high == pytest.approx(stats.beta.ppf(0.975, x + 1, size - x))


@pytest.mark.parametrize(
    ("variance", "floor", "cap", "inflation", "expected"),
    [
        (0.001, 0.005, True, 1.0, 90.0),
        (0.0001, 0.005, True, 1.0, 200.0),
        (0.0001, 0.005, False, 1.0, 900.0),
        (0.0, 0.005, True, 2.0, 100.0),
        (0.001, 0.0, True, 1.0, math.inf),
    ],
)
def test_effective_size_is_capped_and_falls_back(
    variance: float, floor: float, cap: bool, inflation: float, expected: float
) -> None:
    assert effective_size(0.9, variance, floor, cap=cap, inflation=inflation) == pytest.approx(expected)


def test_a_share_of_one_falls_back_to_the_simple_sample() -> None:
    assert effective_size(1.0, 0.0, 0.01, inflation=2.0) == 50


@pytest.mark.parametrize(
    ("interval", "x", "n", "size", "expected"),
    [
        (Interval(0.8502, 0.9258), 143, 160, 420, (357, 389)),
        (Interval(0.5, 0.6), 30, 31, 36, (30, 30)),  # what was seen wins over the interval
        (Interval(0.75, 0.75), 3, 4, 4, (3, 3)),
        (Interval(0.891, 0.899), 34, 36, 40, (36, 36)),  # no whole number inside: the nearest
    ],
)
def test_count_limits(interval: Interval, x: int, n: int, size: int, expected: tuple[int, int]) -> None:
    assert count_limits(interval, x, n, size) == expected


@pytest.mark.parametrize("df", [1, 2, 8, 64, None])
def test_quantiles_agree_with_scipy(df: float | None) -> None:
    expected = stats.norm.ppf(0.975) if df is None else stats.t.ppf(0.975, df)
    assert quantile(0.025, df) == pytest.approx(expected)


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(1.1, 10)
    with pytest.raises(ValueError, match="understood"):
        clopper_pearson(5, 4)
    with pytest.raises(ValueError, match="answered"):
        finite_size(5, 4)
    with pytest.raises(ValueError, match="two answers"):
        korn_graubard(0.5, 10, 1, 1)
