"""The verb estimate: docs/methods.md's examples, edge cases, and what must hold for any counts."""

from __future__ import annotations

import math
from dataclasses import fields
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimates import estimate
from analysis.records import ClusterCounts, Design, Estimate, Method, Reason, Sampling, Strength, Verdict
from analysis.strata import roster


def line(
    answered: int,
    understood: int,
    population: int | None = None,
    *,
    stratum: str | None = None,
    cluster: str | None = None,
    drawn: int | None = None,
    form: str | None = None,
    wave: str = "before",
) -> ClusterCounts:
    return ClusterCounts(wave, "group", None, form, stratum, cluster, drawn, population, answered, understood)


CLASSES = [line(20, 17, 30, stratum="a"), line(25, 24, 36, stratum="b"), line(22, 18, 34, stratum="c")]
THREE_OF_TEN = [
    line(27, 24, 30, stratum="6", cluster="a"),
    line(30, 25, 34, stratum="6", cluster="b"),
    line(36, 34, 36, stratum="6", cluster="c"),
]


@pytest.mark.parametrize(
    ("x", "n", "size", "counts", "needed", "verdict", "strength"),
    [
        (30, 31, 36, (33, 35), 33, Verdict.MET, Strength.ROBUST),
        (33, 36, 44, (38, 41), 40, Verdict.NOT_YET_SHOWN, None),
        (25, 31, 36, (27, 30), 33, Verdict.NOT_MET, Strength.CERTAIN),
        (33, 34, 36, (34, 35), 33, Verdict.MET, Strength.CERTAIN),
    ],
)
def test_a_list_gets_its_exact_interval_and_verdict(
    x: int, n: int, size: int, counts: tuple[int, int], needed: int, verdict: Verdict, strength: Strength | None
) -> None:
    result = estimate([line(n, x, size)], Design())
    assert (result.low_count, result.high_count) == counts
    assert (result.target_count, result.verdict, result.strength) == (needed, verdict, strength)
    assert result.method is Method.HYPERGEOMETRIC
    assert (result.low, result.high) == (counts[0] / size, counts[1] / size)


def test_classes_as_strata_give_the_worked_example() -> None:
    result = estimate(CLASSES, Design())
    assert result.value == pytest.approx(0.87878, abs=5e-6)
    assert result.se == pytest.approx(0.02353, abs=5e-6)
    assert result.df == 64
    assert result.effective_n == pytest.approx(192.39, abs=5e-3)
    assert (result.low, result.high) == (pytest.approx(0.8239, abs=5e-5), pytest.approx(0.9182, abs=5e-5))
    assert result.raw == 59 / 67


def test_a_class_sample_gives_the_worked_example() -> None:
    result = estimate(THREE_OF_TEN, Design(Sampling.CLUSTER, classes={"6": 10}))
    assert result.value == pytest.approx(0.89, abs=5e-5)
    assert result.se == pytest.approx(0.02869, abs=5e-6)
    assert result.design_effect == pytest.approx(1.0727, abs=5e-5)
    assert result.df == 2
    assert result.effective_n == pytest.approx(118.9, abs=0.05)
    assert Reason.TOO_FEW_CLASSES in result.reasons
    assert result.verdict is Verdict.NOT_YET_SHOWN


def test_listing_the_classes_not_drawn_gives_their_number_and_the_population() -> None:
    others = [line(0, 0, 33, stratum="6", cluster=str(number), drawn=0) for number in range(7)]
    listed = estimate([*THREE_OF_TEN, *others], Design(Sampling.CLUSTER))
    stated = estimate(THREE_OF_TEN, Design(Sampling.CLUSTER, classes={"6": 10}))
    assert (listed.value, listed.se) == (stated.value, stated.se)
    assert (listed.population, stated.population) == (331, None)
    assert listed.invited == stated.invited == 100


def test_nobody_answered_is_no_estimate() -> None:
    result = estimate([line(0, 0, 40)], Design())
    assert (result.value, result.verdict, result.reasons) == (None, None, (Reason.NO_DATA,))
    assert (result.worst_low, result.worst_high, result.response_rate) == (0.0, 1.0, 0.0)


def test_no_lines_at_all_are_no_estimate() -> None:
    assert estimate([], Design()).reasons == (Reason.NO_DATA,)


def test_more_answers_than_people_give_no_verdict() -> None:
    result = estimate([line(41, 40, 40)], Design())
    assert (result.verdict, result.low_count, result.worst_low, result.p_met) == (None, None, None, None)
    assert Reason.ROSTER_TOO_SMALL in result.reasons


def test_one_class_with_more_answers_than_people_gives_no_verdict() -> None:
    result = estimate([line(31, 30, 30, stratum="a"), line(25, 24, 36, stratum="b")], Design())
    assert result.verdict is None
    assert Reason.ROSTER_TOO_SMALL in result.reasons


def test_low_response_gives_no_verdict_unless_it_is_certain() -> None:
    low = estimate([line(59, 59, 100)], Design())
    assert (low.verdict, low.reasons) == (Verdict.NOT_YET_SHOWN, (Reason.LOW_RESPONSE,))
    assert estimate([line(60, 60, 100)], Design()).verdict is Verdict.MET
    certain = estimate([line(40, 10, 100)], Design())
    assert (certain.verdict, certain.strength, certain.reasons) == (Verdict.NOT_MET, Strength.CERTAIN, ())


def test_without_a_headcount_the_limits_are_compared_with_the_target_itself() -> None:
    result = estimate([line(60, 60)], Design())
    assert (result.method, result.verdict) == (Method.CLOPPER_PEARSON, Verdict.MET)
    assert result.reasons == (Reason.POPULATION_UNKNOWN,)
    assert (result.low_count, result.tipping, result.response_rate) == (None, None, None)


def test_persons_drawn_are_the_base_of_the_response_rate_and_the_bounds() -> None:
    result = estimate([line(40, 38, 200, drawn=50)], Design(Sampling.SRS))
    assert result.response_rate == 0.8
    assert result.worst_low is not None
    assert result.worst_high is not None
    assert result.low is not None
    assert result.worst_low < result.low
    assert result.worst_high > 48 / 50


def test_a_small_group_says_that_the_target_means_everyone() -> None:
    result = estimate([line(9, 9, 9)], Design())
    assert (result.target_count, result.verdict) == (9, Verdict.MET)
    assert Reason.SMALL_POPULATION in result.reasons


def test_forms_repeat_the_headcount_and_add_up() -> None:
    parts = [line(15, 15, 36, form="A"), line(16, 15, 36, form="B")]
    assert estimate(parts, Design()) == estimate([line(31, 30, 36)], Design())


def test_different_headcounts_of_one_class_are_refused() -> None:
    with pytest.raises(ValueError, match="different numbers"):
        estimate([line(15, 15, 36, form="A"), line(16, 15, 37, form="B")], Design())


def test_mixed_waves_are_refused() -> None:
    with pytest.raises(ValueError, match="mix waves"):
        estimate([line(15, 15, 36), line(15, 15, 36, wave="after")], Design())


def test_a_class_sample_without_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one class"):
        estimate([line(15, 15, 36)], Design(Sampling.CLUSTER))


def test_a_class_sample_with_answers_outside_its_classes_only_is_no_estimate() -> None:
    lines = [line(0, 0, 30, stratum="6", cluster="a"), line(4, 3)]
    result = estimate(lines, Design(Sampling.CLUSTER))
    assert (result.value, result.answered) == (None, 4)
    assert result.reasons == (Reason.NO_DATA, Reason.STRATUM_UNKNOWN)


def test_small_classes_join_their_grade_and_are_named() -> None:
    lines = [
        line(2, 1, 30, stratum="6A"),
        line(20, 18, 30, stratum="6B"),
        line(25, 24, 30, stratum="7A"),
    ]
    result = estimate(lines, Design(collapse={"6A": "6", "6B": "6", "7A": "7"}))
    assert result.collapsed == ("6A", "6B")
    assert Reason.STRATA_COLLAPSED in result.reasons
    assert result.value == pytest.approx((60 * 19 / 22 + 30 * 24 / 25) / 90)


def test_classes_where_fewer_than_half_answered_are_named() -> None:
    result = estimate([line(14, 10, 30, stratum="a"), line(15, 10, 30, stratum="b")], Design())
    assert result.low_response_strata == ("a",)


def test_a_few_answers_without_a_class_are_left_out_of_the_weighting_but_counted() -> None:
    result = estimate([*CLASSES, line(3, 0)], Design())
    assert result.value == estimate(CLASSES, Design()).value
    assert (result.answered, result.population) == (70, 100)
    assert Reason.STRATUM_PARTLY_UNKNOWN in result.reasons


def test_many_answers_without_a_class_end_the_class_strata() -> None:
    result = estimate([*CLASSES, line(10, 0)], Design())
    assert result.value == pytest.approx(59 / 77)
    assert Reason.STRATUM_UNKNOWN in result.reasons


def test_one_roster_weights_every_wave() -> None:
    later = [line(20, 17, 60, stratum="a"), line(25, 24, 36, stratum="b"), line(22, 18, 34, stratum="c")]
    result = estimate(CLASSES, Design(), reference=roster(later, Design()))
    assert result.value == pytest.approx((60 * 17 / 20 + 36 * 24 / 25 + 34 * 18 / 22) / 130)
    assert result.population == 100


def test_equal_response_rates_make_the_weighted_share_the_raw_one() -> None:
    result = estimate([line(15, 12, 30, stratum="a"), line(20, 19, 40, stratum="b")], Design())
    assert result.value == pytest.approx(31 / 35)


def test_averaging_the_forms_gives_both_the_same_weight() -> None:
    parts = [line(10, 8, 60, form="A"), line(40, 20, 60, form="B")]
    assert estimate(parts, Design(), by_form=True).value == pytest.approx((0.8 + 0.5) / 2)
    assert estimate(parts, Design()).value == pytest.approx(28 / 50)


@st.composite
def groups(draw: st.DrawFn) -> tuple[list[ClusterCounts], Design]:
    """Any mixture of classes, headcounts, forms and designs that the records allow."""
    sampling = draw(st.sampled_from(Sampling))
    lines = []
    for name in draw(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=8, unique=True)):
        answered = draw(st.integers(0, 40))
        population = draw(st.one_of(st.none(), st.integers(0, 60)))
        stratum = None if name == "a" else "6" if sampling is Sampling.CLUSTER else name
        cluster = name if sampling is Sampling.CLUSTER else None
        drawn = draw(st.one_of(st.none(), st.integers(0, 60)))
        understood = draw(st.integers(0, answered))
        lines.append(line(answered, understood, population, stratum=stratum, cluster=cluster, drawn=drawn))
    target = draw(st.sampled_from([Fraction(9, 10), Fraction(1, 2), Fraction(1)]))
    return lines, Design(sampling, target=target, cap=draw(st.booleans()))


def numbers(result: Estimate) -> list[float]:
    values = [getattr(result, field.name) for field in fields(result)]
    return [value for value in values if isinstance(value, float)]


@given(groups())
@settings(max_examples=400)
def test_any_counts_give_finite_numbers_in_order(case: tuple[list[ClusterCounts], Design]) -> None:
    lines, design = case
    result = estimate(lines, design)
    assert all(math.isfinite(number) for number in numbers(result))
    if result.value is None:
        assert Reason.NO_DATA in result.reasons
        return
    assert result.low is not None
    assert result.high is not None
    assert 0 <= result.low <= result.high <= 1
    assert 0 <= result.value <= 1
    if result.low_count is not None and result.high_count is not None and result.population is not None:
        missed = result.answered - result.understood
        assert result.understood <= result.low_count <= result.high_count <= result.population - missed
    if result.verdict in (Verdict.MET, Verdict.NOT_MET):
        evidence = result.p_met if result.verdict is Verdict.MET else result.p_not
        assert evidence is not None
        assert evidence <= 0.025 * (1 + 1e-9)


@given(groups(), st.randoms())
def test_the_order_of_the_lines_never_matters(case: tuple[list[ClusterCounts], Design], random: object) -> None:
    lines, design = case
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert estimate(shuffled, design) == estimate(lines, design)


@given(groups())
def test_counting_the_others_mirrors_the_interval(case: tuple[list[ClusterCounts], Design]) -> None:
    lines, design = case
    mirrored = [
        line(
            one.answered,
            one.answered - one.understood,
            one.population,
            stratum=one.stratum,
            cluster=one.cluster,
            drawn=one.drawn,
        )
        for one in lines
    ]
    result, other = estimate(lines, design), estimate(mirrored, design)
    if result.value is not None and result.low is not None and result.high is not None:
        assert other.low == pytest.approx(1 - result.high, abs=1e-9)
        assert other.high == pytest.approx(1 - result.low, abs=1e-9)
        assert other.se == (None if result.se is None else pytest.approx(result.se, abs=1e-9))


@pytest.mark.parametrize("size", [*range(1, 31), 45, 60])
def test_verdict_and_p_values_always_agree_on_a_list(size: int) -> None:
    design = Design(minimum_response=Fraction(0))
    for answered in range(1, size + 1):
        for understood in range(answered + 1):
            result = estimate([line(answered, understood, size)], design)
            assert result.p_met is not None
            assert result.p_not is not None
            assert (result.verdict is Verdict.MET) == (result.p_met <= 0.025)
            assert (result.verdict is Verdict.NOT_MET) == (result.p_not <= 0.025)
