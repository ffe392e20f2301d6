"""The verb change: worked examples, which method applies, and what must hold for any counts."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.boschloo import boschloo, one_sided
from analysis.changes import adjust, change
from analysis.class_changes import ClassPair, class_change
from analysis.mover import LimitedShare, mover
from analysis.records import Change, ClusterCounts, Design, MatchedCounts, Method, Reason, Sampling, Shown
from analysis.share_changes import list_change


def line(
    wave: str,
    answered: int,
    understood: int,
    *,
    stratum: str | None = None,
    cluster: str | None = None,
    population: int | None = None,
    form: str | None = None,
) -> ClusterCounts:
    return ClusterCounts(wave, "group", None, form, stratum, cluster, None, population, answered, understood)


def classes(wave: str, rows: list[tuple[int, int, int]]) -> list[ClusterCounts]:
    return [line(wave, n, x, stratum=f"c{i:02}", population=size) for i, (size, n, x) in enumerate(rows)]


def test_partly_matched_lists_give_the_worked_example() -> None:
    pairs = MatchedCounts(both=10, lost=2, gained=7, neither=5)
    result = change([line("before", 35, 18)], [line("after", 39, 29)], Design(), pairs=pairs)
    assert result.value == pytest.approx(0.2293, abs=5e-5)
    assert result.rho == pytest.approx(0.1191, abs=5e-5)
    assert (result.low, result.high) == (pytest.approx(0.0234, abs=5e-5), pytest.approx(0.4116, abs=5e-5))
    assert (result.method, result.test) == (Method.MOVER_PARTLY_PAIRED, "partly_paired_z")
    assert result.paired is not None
    assert (result.paired.gained, result.paired.lost) == (7, 2)
    assert result.shown is Shown.INCREASE


@given(st.integers(1, 80), st.integers(1, 80), st.data())
@settings(max_examples=150)
def test_without_pairs_it_is_newcombes_method_10(n1: int, n2: int, data: st.DataObject) -> None:
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    result = list_change((x1, n1), (x2, n2), Design())
    low, high = confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", compare="diff")
    assert (result.low, result.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert result.method is Method.NEWCOMBE_UNPAIRED


def newcombe_paired(pairs: MatchedCounts) -> tuple[float, float]:
    """Newcombe 1998c, method 10, written from the paper's own quantities for comparison."""
    a, b, c, d = pairs.both, pairs.gained, pairs.lost, pairs.neither
    n = a + b + c + d
    z = stats.norm.ppf(0.975)

    def wilson(x: int) -> tuple[float, float]:
        middle, half = (2 * x + z * z), z * math.sqrt(z * z + 4 * x * (1 - x / n))
        return (middle - half) / (2 * (n + z * z)), (middle + half) / (2 * (n + z * z))

    (l2, u2), (l3, u3) = wilson(a + b), wilson(a + c)
    product = (a + b) * (c + d) * (a + c) * (b + d)
    numerator = a * d - b * c
    if numerator > 0:
        numerator = max(numerator - n / 2, 0)
    phi = numerator / math.sqrt(product) if product else 0.0
    difference = (b - c) / n
    d2, e2, d3, e3 = (a + b) / n - l2, u2 - (a + b) / n, (a + c) / n - l3, u3 - (a + c) / n
    delta = math.sqrt(d2 * d2 - 2 * phi * d2 * e3 + e3 * e3)
    epsilon = math.sqrt(d3 * d3 - 2 * phi * d3 * e2 + e2 * e2)
    return difference - delta, difference + epsilon


quadruples = st.builds(MatchedCounts, *[st.integers(0, 30)] * 4)


@given(quadruples)
def test_with_everybody_matched_it_is_newcombes_method_10_for_pairs(pairs: MatchedCounts) -> None:
    if pairs.total < 10:
        return
    before, after = (pairs.both + pairs.lost, pairs.total), (pairs.both + pairs.gained, pairs.total)
    result = list_change(before, after, Design(), pairs)
    low, high = newcombe_paired(pairs)
    assert (result.low, result.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert (result.method, result.test) == (Method.NEWCOMBE_PAIRED, "mcnemar_midp")


@given(quadruples, st.tuples(*[st.integers(0, 20)] * 4))
def test_swapping_the_waves_mirrors_the_change(pairs: MatchedCounts, single: tuple[int, int, int, int]) -> None:
    e, f, g, h = single
    n1, n2 = pairs.total + e + f, pairs.total + g + h
    if not n1 or not n2:
        return
    before, after = (pairs.both + pairs.lost + e, n1), (pairs.both + pairs.gained + g, n2)
    turned = MatchedCounts(pairs.both, pairs.gained, pairs.lost, pairs.neither)
    forth, back = list_change(before, after, Design(), pairs), list_change(after, before, Design(), turned)
    assert forth.value is not None
    assert forth.low is not None
    assert forth.high is not None
    assert back.value == pytest.approx(-forth.value, abs=1e-12)
    assert (back.low, back.high) == (pytest.approx(-forth.high, abs=1e-9), pytest.approx(-forth.low, abs=1e-9))
    assert back.p == pytest.approx(forth.p, abs=1e-7)
    assert forth.low <= forth.value <= forth.high


def test_fewer_than_ten_pairs_are_not_used() -> None:
    pairs = MatchedCounts(both=3, lost=1, gained=3, neither=2)
    result = change([line("before", 35, 18)], [line("after", 39, 29)], Design(), pairs=pairs)
    assert (result.rho, result.method) == (0.0, Method.NEWCOMBE_UNPAIRED)
    assert Reason.TOO_FEW_PAIRS in result.reasons
    assert result.paired is not None


def test_matched_persons_pointing_the_other_way_allow_no_conclusion() -> None:
    pairs = MatchedCounts(both=1, lost=9, gained=1, neither=1)
    result = change([line("before", 100, 20)], [line("after", 100, 90)], Design(), pairs=pairs)
    assert result.low is not None
    assert result.low > 0
    assert Reason.MATCHED_DISAGREE in result.reasons
    assert result.shown is Shown.NOT_SHOWN


def test_more_pairs_than_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="more matched persons"):
        list_change((5, 10), (6, 10), Design(), MatchedCounts(6, 0, 0, 4))


@pytest.mark.parametrize(("before", "after"), [(0, 12), (12, 0), (0, 0)])
def test_a_wave_without_answers_gives_no_change(before: int, after: int) -> None:
    result = change([line("before", before, 0)], [line("after", after, 0)], Design())
    assert (result.value, result.p, result.shown) == (None, None, Shown.NOT_SHOWN)
    assert result.reasons == (Reason.NO_DATA,)


@pytest.mark.parametrize(("n1", "n2", "test"), [(100, 100, "boschloo"), (101, 100, "pooled_z"), (500, 700, "pooled_z")])
def test_the_test_follows_from_the_number_of_answers(n1: int, n2: int, test: str) -> None:
    assert list_change((n1 // 2, n1), (n2 // 2 + 5, n2), Design()).test == test


@given(st.integers(1, 60), st.integers(1, 60), st.data())
@settings(max_examples=40)
def test_boschloo_agrees_with_scipy(n1: int, n2: int, data: st.DataObject) -> None:
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    table = [[x2, x1], [n2 - x2, n1 - x1]]
    one_sided = [stats.boschloo_exact(table, alternative=side, n=64).pvalue for side in ("less", "greater")]
    assert boschloo(x1, n1, x2, n2) == pytest.approx(min(1.0, 2 * min(one_sided)), abs=1e-4)


def test_where_one_side_of_boschloo_is_small_the_other_is_large() -> None:
    for n1, n2 in [(1, 1), (2, 9), (7, 7), (12, 5), (15, 14), (40, 31)]:
        for x1 in range(n1 + 1):
            for x2 in range(n2 + 1):
                sides = one_sided(x1, n1, x2, n2), one_sided(x2, n2, x1, n1)
                assert min(sides) >= 0.25 or max(sides) > 0.5
                assert boschloo(x1, n1, x2, n2) == min(1.0, 2 * min(sides))


def test_class_differences_give_the_worked_example() -> None:
    rows = [(30, 0.5, 0.8), (36, 0.6, 0.75), (34, 0.4, 0.7), (40, 0.55, 0.9)]
    result = class_change([ClassPair(str(i), *row) for i, row in enumerate(rows)])
    assert result.value == pytest.approx(0.2757, abs=5e-5)
    assert result.se == pytest.approx(0.0456, abs=5e-5)
    assert (result.low, result.high) == (pytest.approx(0.1307, abs=5e-5), pytest.approx(0.4207, abs=5e-5))
    assert result.p == pytest.approx(2 * stats.t.sf(0.2757143 / result.se, 3), rel=1e-5)


def test_nine_classes_are_each_their_own_control_and_eight_are_not() -> None:
    before = classes("before", [(30, 20, 10)] * 9)
    after = classes("after", [(30, 20, 14), *[(30, 20, 15)] * 8])
    nine, eight = change(before, after, Design()), change(before[:8], after[:8], Design())
    assert (nine.method, nine.df) == (Method.CLASS_DIFFERENCES, 8)
    assert (eight.method, eight.rho) == (Method.MOVER_EFFECTIVE, 0.0)
    assert nine.shown is Shown.INCREASE


def test_a_class_silent_in_one_wave_is_left_out_and_named() -> None:
    before = classes("before", [(30, 20, 10)] * 10)
    after = classes("after", [(30, 0, 0), *[(30, 20, 14)] * 9])
    result = change(before, after, Design())
    assert result.left_out == ("c00",)
    assert Reason.CLASSES_LEFT_OUT in result.reasons
    assert result.value == pytest.approx(0.2)


def test_a_class_sample_weights_each_class_by_its_headcount() -> None:
    sizes = [20, 40, *[30] * 8]
    before = [line("before", 10, 5, stratum="6", cluster=f"c{i}", population=n) for i, n in enumerate(sizes)]
    after = [line("after", 10, 6 + i % 3, stratum="6", cluster=f"c{i}", population=n) for i, n in enumerate(sizes)]
    result = change(before, after, Design(Sampling.CLUSTER))
    expected = sum(n * (0.1 + 0.1 * (i % 3)) for i, n in enumerate(sizes)) / sum(sizes)
    assert (result.method, result.value) == (Method.CLASS_DIFFERENCES, pytest.approx(expected))


def test_both_waves_are_weighted_by_the_later_roster() -> None:
    before = classes("before", [(10, 10, 5), (90, 20, 18)])
    after = classes("after", [(50, 20, 15), (50, 20, 19)])
    result = change(before, after, Design())
    assert result.before == pytest.approx((0.5 + 0.9) / 2)
    assert result.after == pytest.approx((0.75 + 0.95) / 2)


def test_one_form_before_and_the_other_after_allow_no_conclusion() -> None:
    result = change([line("before", 50, 10, form="A")], [line("after", 50, 45, form="B")], Design())
    assert Reason.FORMS_NOT_LINKED in result.reasons
    assert result.shown is Shown.NOT_SHOWN


def test_a_different_mix_of_forms_averages_the_forms() -> None:
    before = [line("before", 30, 24, form="A"), line("before", 10, 4, form="B")]
    after = [line("after", 10, 9, form="A"), line("after", 30, 18, form="B")]
    result = change(before, after, Design())
    assert Reason.FORMS_REWEIGHTED in result.reasons
    assert result.before == pytest.approx((0.8 + 0.4) / 2)
    assert result.after == pytest.approx((0.9 + 0.6) / 2)


def test_the_change_is_the_difference_of_the_two_shares_in_every_method() -> None:
    waves = [
        ([line("before", 35, 18)], [line("after", 39, 29)]),
        (classes("before", [(30, 20, 10)] * 9), classes("after", [(30, 20, 14)] * 9)),
        (classes("before", [(30, 20, 10)] * 4), classes("after", [(30, 20, 14)] * 4)),
    ]
    for before, after in waves:
        result = change(before, after, Design())
        assert result.before is not None
        assert result.after is not None
        assert result.value == pytest.approx(result.after - result.before)


def test_holm_over_the_family_can_take_a_conclusion_back() -> None:
    weak = Change(value=0.2, low=0.01, high=0.39, p=0.04)
    assert adjust([weak])[0].shown is Shown.INCREASE
    first, second = adjust([weak, replace(weak, p=0.03)])
    assert (first.p_holm, second.p_holm) == (pytest.approx(0.06), pytest.approx(0.06))
    assert first.shown is second.shown is Shown.NOT_SHOWN


def test_a_change_that_could_not_be_tested_does_not_count_in_the_family() -> None:
    possible = Change(value=0.2, low=0.1, high=0.3, p=0.04)
    linked = replace(possible, reasons=(Reason.FORMS_NOT_LINKED,))
    adjusted = adjust([possible, Change(reasons=(Reason.NO_DATA,)), linked])
    assert [one.p_holm for one in adjusted] == [0.04, None, None]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12))
@settings(max_examples=200)
def test_any_classes_give_finite_limits_in_order(rows: list[tuple[int, int, int]]) -> None:
    before = classes("before", [(n, n, min(x, n)) for n, x, _ in rows])
    after = classes("after", [(n, n, min(y, n)) for n, _, y in rows])
    result = change(before, after, Design())
    assert result.value is not None
    assert result.low is not None
    assert result.high is not None
    assert -1 <= result.low <= result.value + 1e-12
    assert result.value - 1e-12 <= result.high <= 1
    assert result.p is not None
    assert 0 <= result.p <= 1


def test_mover_without_correlation_ignores_which_share_is_which() -> None:
    one, two = LimitedShare(0.5, 0.35, 0.66), LimitedShare(0.7, 0.5, 0.8)
    forth, back = mover(one, two), mover(two, one)
    assert (forth.low, forth.high) == (pytest.approx(-back.high), pytest.approx(-back.low))
