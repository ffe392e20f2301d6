"""Sizes: the exact table for the target, what settles an open verdict, and the textbook formulas."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from analysis.planning import (
    answers_to_deny,
    critical_count,
    more_answers,
    plan,
    power_of,
    required_answers,
    target_count,
)
from analysis.records import Design, Sampling
from analysis.sample_sizes import (
    answers_for_change,
    answers_for_precision,
    class_design_effect,
    detectable_change,
    invitations,
    pairs_for_change,
)

LISTS = st.integers(2, 70).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


@pytest.mark.parametrize(
    ("population", "understanding", "answers"),
    [
        (30, 28, 28),
        (40, 38, 34),
        (50, 47, 44),
        (60, 57, 48),
        (300, 285, 142),
        (500, 475, 174),
        (700, 665, 190),
        (30, 29, 24),
        (50, 48, 38),
        (60, 58, 42),
        (300, 291, 87),
        (500, 485, 92),
        (700, 679, 107),
        (40, 36, 40),  # exactly 90 %: only a full count shows it
        (40, 35, None),  # below: nothing shows what is not so
    ],
)
def test_required_answers_agree_with_the_published_table(
    population: int, understanding: int, answers: int | None
) -> None:
    assert required_answers(population, understanding) == answers


@given(LISTS)
@settings(max_examples=40)
def test_critical_counts_and_power_agree_with_scipy(case: tuple[int, int]) -> None:
    population, answered = case
    null = target_count(population) - 1
    by_scipy = [x for x in range(answered + 1) if hypergeom.sf(x - 1, population, null, answered) <= 0.025 * (1 + 1e-9)]
    critical = critical_count(answered, population)
    assert critical == (min(by_scipy) if by_scipy else None)
    truth = floor(0.96 * population)
    expected = 0.0 if critical is None else hypergeom.sf(critical - 1, population, truth, answered)
    assert power_of(answered, population, truth) == pytest.approx(expected, abs=1e-12)


@given(st.integers(10, 120), st.sampled_from([93, 95, 98]))
@settings(max_examples=40)
def test_every_larger_number_of_answers_suffices_too_and_one_fewer_does_not(population: int, percent: int) -> None:
    truth = population * percent // 100
    smallest = required_answers(population, truth)
    if smallest is not None:
        assert all(power_of(n, population, truth) >= 0.8 for n in range(smallest, population + 1))
        assert smallest == 1 or power_of(smallest - 1, population, truth) < 0.8


def test_long_lists_take_the_short_way_to_the_same_answer() -> None:
    population, truth = 2500, 2375
    powers = [power_of(n, population, truth) for n in range(1, 600)]
    assert required_answers(population, truth) == max(n for n, power in enumerate(powers, 1) if power < 0.8) + 1


@pytest.mark.parametrize(("population", "understanding"), [(40, 30), (40, 35), (200, 150), (44, 39)])
def test_denying_is_the_mirror_of_showing(population: int, understanding: int) -> None:
    needed = target_count(population)
    answers = answers_to_deny(population, understanding)
    assert answers is not None
    wrong = population - understanding

    def shown(n: int) -> float:
        tails = (f for f in range(n + 1) if hypergeom.sf(f - 1, population, population - needed, n) <= 0.025 + 1e-12)
        critical = next(tails, None)
        return 0.0 if critical is None else float(hypergeom.sf(critical - 1, population, wrong, n))

    assert all(shown(n) >= 0.8 - 1e-9 for n in range(answers, population + 1))
    assert answers == 1 or shown(answers - 1) < 0.8


@pytest.mark.parametrize(
    ("answered", "understood", "population", "answers", "as_met", "remark"),
    [
        (36, 33, 44, 8, True, "near the target only a full count helps"),
        (100, 95, 300, 80, True, "142 would do, but a census needs 60 %"),
        (20, 15, 40, 4, False, "the gate of 24 binds, then it is not met"),
        (40, 39, 300, 140, True, "the truth is 292: the gate binds"),
    ],
)
def test_more_answers_settle_an_open_verdict(
    answered: int, understood: int, population: int, answers: int, as_met: bool, remark: str
) -> None:
    found = more_answers(answered, understood, population, Design())
    assert found is not None
    assert (found.answers, found.total, found.as_met) == (answers, answered + answers, as_met), remark


def test_a_full_count_needs_nothing_more() -> None:
    assert more_answers(40, 36, 40, Design()) is None


def test_a_sample_of_persons_has_no_gate_on_the_whole_list() -> None:
    census, sample = Design(), Design(sampling=Sampling.SRS)
    assert (plan(300, design=census).answers, plan(300, design=sample).answers) == (180, 142)
    assert plan(40, design=Design(target=Fraction(1, 2))).target_count == 20


def test_a_plan_invites_everybody_when_the_response_is_too_low() -> None:
    found = plan(40, expected_response=0.8).invitations
    assert found is not None
    assert (found.invite, found.reachable, found.response_needed) == (40, False, 0.85)
    assert invitations(142, 300, expected_response=0.75).invite == 190


@pytest.mark.parametrize(
    ("margin", "population", "expected", "effect", "answers", "remark"),
    [
        (0.05, None, 0.5, 1.0, 385, "the textbook 385 (Cochran 1977)"),
        (0.05, 400, 0.9, 1.0, 103, "138.3/(1+137.3/400)"),
        (0.05, 40, 0.9, 2.7, 37, "a design effect on a short list"),
        (0.001, 40, 0.9, 1.0, 40, "never more than the list"),
    ],
)
def test_answers_for_a_precision(
    margin: float, population: int | None, expected: float, effect: float, answers: int, remark: str
) -> None:
    found = answers_for_precision(margin, population=population, expected=expected, design_effect=effect)
    assert found == answers, remark


@pytest.mark.parametrize(("before", "after"), [(0.6, 0.7), (0.1, 0.2), (0.8, 0.9)])
def test_detectable_changes_invert_the_sizes(before: float, after: float) -> None:
    size = answers_for_change(before, after)
    found = detectable_change(before, size)
    assert found is not None
    assert found <= after
    assert found == pytest.approx(after, abs=1e-3)


def test_no_change_is_detectable_with_two_answers() -> None:
    assert detectable_change(0.9, 2) is None


def test_sizes_grow_with_the_design_effect() -> None:
    assert class_design_effect(1) == 1
    assert answers_for_change(0.6, 0.7, design_effect=2) == pytest.approx(2 * answers_for_change(0.6, 0.7), abs=1)
    assert pairs_for_change(0.2, 0.1) == 234


@pytest.mark.parametrize(
    "call",
    [
        lambda: required_answers(10, 11),
        lambda: required_answers(10, 10, power=1.0),
        lambda: critical_count(11, 10),
        lambda: more_answers(0, 0, 10, Design()),
        lambda: invitations(5, 10, expected_response=0),
        lambda: answers_for_precision(0),
        lambda: class_design_effect(0.5),
        lambda: answers_for_change(0.5, 0.5),
        lambda: detectable_change(1.0, 50),
        lambda: pairs_for_change(0.7, 0.5),
        lambda: pairs_for_change(0.2, 0.1, power=0),
    ],
)
def test_numbers_out_of_range_are_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"\d|must"):
        call()  # type: ignore[operator]
