"""Funnel limits, stabilised shares and trends, against their definitions and other programs."""

from __future__ import annotations

from datetime import date, timedelta
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.funnel import funnel, funnel_limit, overdispersion
from analysis.shrinkage import chance_target_holds, stabilise
from analysis.trend import WaveShare, look_confidence, trend


@pytest.mark.parametrize(
    ("answered", "centre", "probability", "limit"),
    [(40, 0.85, 0.001, 0.6398), (40, 0.85, 0.025, 0.7181)],
)
def test_funnel_limits_agree_with_the_documented_examples(
    answered: int, centre: float, probability: float, limit: float
) -> None:
    assert funnel_limit(answered, centre, probability) == pytest.approx(limit, abs=5e-5)


@given(st.integers(1, 400), st.floats(0.02, 0.98), st.floats(0.001, 0.999))
def test_a_funnel_limit_lies_on_the_interpolated_distribution(answered: int, centre: float, probability: float) -> None:
    limit = funnel_limit(answered, centre, probability)
    if 0 < limit < 1:
        count = limit * answered
        below, above = np.floor(count), np.floor(count) + 1
        chance = stats.binom.cdf([below, above], answered, centre)
        interpolated = chance[0] + (count - below) * (chance[1] - chance[0])
        assert interpolated == pytest.approx(probability, abs=1e-6)


@given(st.integers(5, 300), st.floats(0.3, 0.95))
def test_the_funnel_narrows_with_the_number_of_answers(answered: int, centre: float) -> None:
    def width(n: int) -> float:
        return funnel_limit(n, centre, 0.975) - funnel_limit(n, centre, 0.025)

    assert width(4 * answered) < width(answered)


def test_schools_keep_their_order_and_silent_schools_stay_out() -> None:
    found = funnel({"Z": (34, 40), "silent": (0, 0), "A": (24, 40), "M": (40, 40)}, centre=0.85)
    assert found is not None
    assert [(point.school, point.position) for point in found.points] == [
        ("Z", "inside"),
        ("A", "below_alarm"),
        ("M", "above_alarm"),
    ]


@pytest.mark.parametrize("schools", [{}, {"A": (0, 0)}, {"A": (10, 10)}, {"A": (0, 10)}])
def test_without_a_spread_there_is_no_funnel(schools: dict[str, tuple[int, int]]) -> None:
    assert funnel(schools) is None


def test_overdispersion_is_about_one_under_chance_and_large_when_schools_differ() -> None:
    random = np.random.default_rng(11)
    by_chance = [(int(x), 60) for x in random.binomial(60, 0.8, size=400)]
    different = [(int(x), 60) for x in random.binomial(60, random.beta(8, 2, size=400))]
    # Pulling in the outer tenths takes a little away under pure chance.
    assert 0.6 < (overdispersion(by_chance, 0.8) or 0) < 1.1
    assert (overdispersion(different, 0.8) or 0) > 3


@pytest.mark.parametrize("arguments", [(0, 0.5, 0.5), (10, 0.0, 0.5), (10, 0.5, 1.0)])
def test_limits_that_do_not_exist_are_refused(arguments: tuple[int, float, float]) -> None:
    with pytest.raises(ValueError, match="limit"):
        funnel_limit(*arguments)


SCHOOLS = st.lists(st.tuples(st.integers(0, 30), st.integers(30, 60)), min_size=10, max_size=25).filter(
    lambda counts: sum(x for x, _ in counts) > 0
)


@given(SCHOOLS)
@settings(max_examples=30, deadline=None)
def test_a_stabilised_share_lies_between_the_raw_share_and_the_mean(counts: list[tuple[int, int]]) -> None:
    found = stabilise({str(i): pair for i, pair in enumerate(counts)})
    assert found is not None
    for school in found.schools:
        assert school.raw is not None
        low, high = sorted((school.raw, found.mean))
        assert low - 1e-9 <= school.share <= high + 1e-9
        assert school.low <= school.share <= school.high


@given(SCHOOLS)
@settings(max_examples=20, deadline=None)
def test_the_fit_is_not_beaten_by_its_neighbours(counts: list[tuple[int, int]]) -> None:
    found = stabilise({str(i): pair for i, pair in enumerate(counts)})
    assert found is not None

    def likelihood(mean: float, rho: float) -> float:
        a, b = mean * (1 - rho) / rho, (1 - mean) * (1 - rho) / rho
        return float(sum(stats.betabinom.logpmf(x, n, a, b) for x, n in counts))

    best = likelihood(found.mean, found.rho)
    for mean, rho in ((1.02, 1), (0.98, 1), (1, 1.1), (1, 0.9)):
        if found.mean * mean < 1 and 1e-5 < found.rho * rho < 1:
            assert likelihood(found.mean * mean, found.rho * rho) <= best + 1e-3


@pytest.mark.parametrize("schools", [{str(i): (9, 10) for i in range(9)}, {str(i): (10, 10) for i in range(12)}])
def test_few_or_equal_schools_are_not_stabilised(schools: dict[str, tuple[int, int]]) -> None:
    assert stabilise(schools) is None


def test_a_silent_school_gets_the_mean() -> None:
    found = stabilise({str(i): (i + 10, 30) for i in range(12)} | {"silent": (0, 0)})
    assert found is not None
    assert found.schools[-1].raw is None
    assert found.schools[-1].share == pytest.approx(found.mean)


@pytest.mark.parametrize(
    ("understood", "answered", "population", "needed", "chance", "remark"),
    [
        (30, 31, 36, 33, 0.995, "the documented example"),
        (33, 36, 36, 33, 1.0, "already reached"),
        (20, 31, 36, 33, 0.0, "out of reach"),
    ],
)
def test_the_chance_that_the_target_holds(
    understood: int, answered: int, population: int, needed: int, chance: float, remark: str
) -> None:
    assert chance_target_holds(understood, answered, population, needed) == pytest.approx(chance, abs=5e-4), remark


def test_with_an_even_prior_the_chance_is_a_ratio_of_whole_numbers() -> None:
    # Polya's urn in integers: P(Y = y) = C(x+y, x) C(n-x+m-y, n-x) / C(n+m+1, n+1), x of n seen, m silent.
    x, n, m = 7, 9, 6
    exact = sum(comb(x + y, x) * comb(n - x + m - y, n - x) for y in range(4, m + 1)) / comb(n + m + 1, n + 1)
    assert chance_target_holds(x, n, n + m, x + 4) == pytest.approx(exact)


START = date(2026, 3, 1)
WAVES = st.lists(
    st.tuples(st.integers(0, 700), st.integers(0, 40), st.integers(0, 40)),
    min_size=3,
    max_size=6,
    unique_by=lambda w: w[0],
)


def as_waves(cells: list[tuple[int, int, int]]) -> list[WaveShare]:
    return [WaveShare(START + timedelta(days=day), right, right + wrong) for day, right, wrong in cells]


@given(WAVES)
def test_the_trend_is_the_squared_correlation_of_answers_and_dates(cells: list[tuple[int, int, int]]) -> None:
    found = trend(as_waves(cells))
    scores = np.concatenate([np.full(right + wrong, day) for day, right, wrong in cells])
    answers = np.concatenate([np.r_[np.ones(right), np.zeros(wrong)] for _, right, wrong in cells])
    if found.chi_square is None:
        assert len(set(scores)) < 2 or len(set(answers)) < 2
    else:
        expected = len(answers) * np.corrcoef(scores, answers)[0, 1] ** 2
        assert found.chi_square == pytest.approx(expected, abs=1e-9)
        assert found.p == pytest.approx(stats.chi2.sf(found.chi_square, 1))


@given(WAVES, st.integers(-2000, 2000))
def test_neither_order_nor_origin_of_the_dates_matters(cells: list[tuple[int, int, int]], shift: int) -> None:
    moved = [(day + shift, right, wrong) for day, right, wrong in reversed(cells)]
    one, other = trend(as_waves(cells)), trend(as_waves(moved))
    assert one.p == pytest.approx(other.p)
    assert one.slope == pytest.approx(other.slope)


def test_the_slope_is_the_weighted_least_squares_line() -> None:
    cells = [(0, 20, 30), (180, 30, 20), (365, 35, 5)]
    found = trend(as_waves(cells))
    weights = np.array([right + wrong for _, right, wrong in cells])
    shares = np.array([right / (right + wrong) for _, right, wrong in cells])
    line = np.polyfit([day for day, _, _ in cells], shares, 1, w=np.sqrt(weights))
    assert found.slope == pytest.approx(line[0] * 365.25)


def test_with_two_waves_the_trend_is_the_pooled_comparison() -> None:
    found = trend(as_waves([(0, 20, 30), (90, 36, 14)]))
    pooled = stats.chi2_contingency([[20, 30], [36, 14]], correction=False)
    assert found.chi_square == pytest.approx(pooled.statistic)


@pytest.mark.parametrize("cells", [[], [(0, 5, 5)], [(0, 0, 9), (30, 0, 5)], [(0, 9, 0), (30, 5, 0)]])
def test_without_a_spread_there_is_no_trend(cells: list[tuple[int, int, int]]) -> None:
    assert trend(as_waves(cells)).p is None


def test_looking_several_times_asks_more_of_each_look() -> None:
    assert look_confidence(1) == 0.95
    assert look_confidence(4, 0.9) == pytest.approx(0.975)
    with pytest.raises(ValueError, match="looks"):
        look_confidence(0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: funnel({"A": (5, 4)}),
        lambda: stabilise({"A": (5, 4)}),
        lambda: chance_target_holds(5, 4, 10, 9),
        lambda: trend([WaveShare(START, 5, 4)]),
    ],
)
def test_impossible_counts_are_refused(call: object) -> None:
    with pytest.raises(ValueError, match="understood|of 4"):
        call()  # type: ignore[operator]
