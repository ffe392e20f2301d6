"""Rolling schools up: weights, silent schools, single answers, and the change of a ward."""

from __future__ import annotations

import pytest

from analysis.records import ClusterCounts, Design, Method, Reason, Sampling, Shown, Strength, Verdict
from analysis.rollup import roll_up, roll_up_change


def line(
    answered: int,
    understood: int,
    population: int | None,
    *,
    stratum: str | None = None,
    cluster: str | None = None,
    wave: str = "after",
) -> ClusterCounts:
    return ClusterCounts(wave, "group", None, None, stratum, cluster, None, population, answered, understood)


WARD = {"A": [line(38, 37, 40)], "B": [line(55, 54, 60)], "C": [line(45, 40, 50)]}


def test_schools_weigh_by_their_headcount() -> None:
    result = roll_up(WARD, Design())
    expected = (40 * 37 / 38 + 60 * 54 / 55 + 50 * 40 / 45) / 150
    rows = [(40, 38, 37), (60, 55, 54), (50, 45, 40)]
    variance = sum((size / 150) ** 2 * (1 - n / size) * (x / n) * (1 - x / n) / (n - 1) for size, n, x in rows)
    assert result.value == pytest.approx(expected)
    assert result.se == pytest.approx(variance**0.5)
    assert (result.df, result.answered, result.population) == (135, 138, 150)
    assert result.method is Method.WILSON_EFFECTIVE
    assert (result.worst_low, result.worst_high) == (pytest.approx(131 / 150), pytest.approx(143 / 150))


def test_one_school_alone_is_itself_by_the_effective_size() -> None:
    result = roll_up({"A": [line(31, 30, 36)]}, Design())
    assert result.value == pytest.approx(30 / 31)
    assert (result.target_count, result.tipping) == (33, 0.6)


def test_a_silent_school_is_named_counts_as_unknown_and_stops_the_verdict() -> None:
    full, result = roll_up(WARD, Design()), roll_up(WARD, Design(), silent={"D": 20})
    assert full.verdict is not None
    assert result.value == full.value
    assert (result.left_out, result.population) == (("D",), 170)
    assert {Reason.EMPTY_STRATUM, Reason.SILENT_SCHOOL} <= set(result.reasons)
    assert result.verdict is Verdict.NOT_YET_SHOWN
    assert (result.worst_low, result.worst_high) == (pytest.approx(131 / 170), pytest.approx(163 / 170))
    assert full.high_count is not None
    assert result.high_count == full.high_count + 20


def test_a_school_with_lines_but_no_answers_is_silent_too() -> None:
    listed = roll_up({**WARD, "D": [line(0, 0, 20)]}, Design())
    assert listed == roll_up(WARD, Design(), silent={"D": 20})


def test_what_is_certain_needs_no_silent_school() -> None:
    result = roll_up({"A": [line(100, 20, 100)]}, Design(), silent={"B": 10})
    assert (result.verdict, result.strength) == (Verdict.NOT_MET, Strength.CERTAIN)


def test_a_ward_without_any_answer_is_no_estimate() -> None:
    result = roll_up({}, Design(), silent={"A": 40, "B": 60})
    assert (result.value, result.population, result.left_out) == (None, 100, ("A", "B"))
    assert result.reasons == (Reason.NO_DATA,)


def test_a_single_answer_borrows_the_share_of_the_ward() -> None:
    result = roll_up({"A": [line(1, 1, 10)], "B": [line(30, 15, 90)]}, Design())
    share = 0.1 * 1 + 0.9 * 0.5
    variance = 0.1**2 * 0.9 * share * (1 - share) + 0.9**2 * (2 / 3) * 0.25 / 29
    assert Reason.SINGLE_ANSWER in result.reasons
    assert result.se == pytest.approx(variance**0.5)


def test_an_unknown_headcount_lets_the_answers_weigh() -> None:
    result = roll_up({"A": [line(10, 10, None)], "B": [line(30, 15, 90)]}, Design())
    assert result.value == pytest.approx(25 / 40)
    assert result.population is None
    assert Reason.POPULATION_UNKNOWN in result.reasons


def test_schools_bring_their_own_class_strata_and_merge_only_inside() -> None:
    school = [line(2, 1, 30, stratum="6A"), line(20, 18, 30, stratum="6B"), line(25, 20, 30, stratum="7A")]
    result = roll_up({"A": school, "B": [line(20, 18, 30, stratum="6A")]}, Design(collapse={"6A": "6", "6B": "6"}))
    assert result.collapsed == ("A/6A", "A/6B")
    assert result.value == pytest.approx((60 * 19 / 22 + 30 * 0.8 + 30 * 0.9) / 120)


def test_class_samples_roll_up_with_their_own_variance() -> None:
    def school(shift: int) -> list[ClusterCounts]:
        return [line(25, 20 + (i + shift) % 4, 30, stratum="6", cluster=f"c{i}") for i in range(5)]

    result = roll_up({"A": school(0), "B": school(1)}, Design(Sampling.CLUSTER, classes={"6": 12}))
    assert result.df == 8
    assert result.design_effect is not None


def test_one_roster_weights_all_waves() -> None:
    result = roll_up(WARD, Design(), reference={"A": {"": 100}, "B": {"": 100}, "C": {"": 100}})
    assert result.value == pytest.approx((37 / 38 + 54 / 55 + 40 / 45) / 3)


def test_the_order_of_the_schools_does_not_matter() -> None:
    assert roll_up(dict(reversed(WARD.items())), Design()) == roll_up(WARD, Design())


def test_many_schools_are_each_their_own_control() -> None:
    before = {f"s{i}": [line(20, 10, 30, wave="before")] for i in range(10)}
    after = {f"s{i}": [line(20, 14 + i % 2, 30)] for i in range(10)}
    result = roll_up_change(before, after, Design())
    assert (result.method, result.df) == (Method.CLASS_DIFFERENCES, 9)
    assert (result.value, result.shown) == (pytest.approx(0.225), Shown.INCREASE)


def test_classes_of_all_schools_are_the_units_where_there_are_classes() -> None:
    before = {s: [line(20, 10, 30, stratum=f"c{i}", wave="before") for i in range(5)] for s in "AB"}
    after = {s: [line(20, 14 + i % 2, 30, stratum=f"c{i}") for i in range(5)] for s in "AB"}
    assert roll_up_change(before, after, Design()).df == 9


def test_few_schools_change_by_their_effective_sizes_with_the_later_weights() -> None:
    before = {"A": [line(20, 10, 30, wave="before")], "B": [line(20, 16, 30, wave="before")]}
    after = {"A": [line(20, 15, 60)], "B": [line(20, 18, 30)]}
    result = roll_up_change(before, after, Design())
    assert result.method is Method.MOVER_EFFECTIVE
    assert result.before == pytest.approx((60 * 0.5 + 30 * 0.8) / 90)
    assert result.after == pytest.approx((60 * 0.75 + 30 * 0.9) / 90)


def test_forms_are_linked_over_the_ward_though_a_small_school_missed_one() -> None:
    def school(wave: str, *forms: str) -> list[ClusterCounts]:
        return [ClusterCounts(wave, "group", None, form, None, None, None, 30, 10, 5) for form in forms]

    before = {"A": school("before", "A", "B"), "B": school("before", "A")}
    after = {"A": school("after", "A", "B"), "B": school("after", "A", "B")}
    assert Reason.FORMS_NOT_LINKED not in roll_up_change(before, after, Design()).reasons
    other = {"A": school("after", "A"), "B": school("after", "A")}
    assert Reason.FORMS_NOT_LINKED in roll_up_change(before, other, Design()).reasons


def test_a_different_mix_of_forms_over_the_ward_averages_the_forms() -> None:
    def school(wave: str, a: tuple[int, int], b: tuple[int, int]) -> list[ClusterCounts]:
        return [ClusterCounts(wave, "g", None, form, None, None, None, 60, *n) for form, n in [("A", a), ("B", b)]]

    before = {name: school("before", (30, 24), (10, 4)) for name in "ABC"}
    after = {name: school("after", (10, 9), (30, 18)) for name in "ABC"}
    result = roll_up_change(before, after, Design())
    assert Reason.FORMS_REWEIGHTED in result.reasons
    assert (result.before, result.after) == (pytest.approx(0.6), pytest.approx(0.75))


def test_a_school_with_one_wave_is_left_out_of_the_change_and_named() -> None:
    before = {"A": [line(20, 10, 30, wave="before")]}
    after = {"A": [line(20, 15, 30)], "B": [line(20, 18, 30)]}
    result = roll_up_change(before, after, Design())
    assert result.left_out == ("B",)
    assert Reason.SILENT_SCHOOL in result.reasons
    assert roll_up_change({}, after, Design()).reasons == (Reason.NO_DATA,)
