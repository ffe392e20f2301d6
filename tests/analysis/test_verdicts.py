"""Verdicts: the target in persons, agreement of interval and p-value, wrong verdicts, strength and the school line."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.estimates import estimate
from analysis.hypergeometric import exact_limits
from analysis.intervals import clopper_pearson, wilson
from analysis.records import ClusterCounts, Design, Estimate, Strength, Verdict
from analysis.verdicts import (
    all_groups,
    binomial_evidence,
    effective_evidence,
    exact_evidence,
    judge_counts,
    judge_shares,
    strength,
    target_count,
)

TARGET = Fraction(9, 10)


@given(st.integers(0, 10**6), st.fractions(Fraction(1, 100), 1, max_denominator=1000))
def test_the_target_in_persons_is_the_smallest_that_reaches_the_share(population: int, target: Fraction) -> None:
    needed = target_count(target, population)
    assert Fraction(needed) >= target * population
    assert Fraction(needed - 1) < target * population


@pytest.mark.parametrize(("population", "needed"), [(38, 35), (40, 36), (45, 41), (9, 9), (0, 0)])
def test_ninety_percent_in_persons(population: int, needed: int) -> None:
    assert target_count(TARGET, population) == needed


@pytest.mark.parametrize("population", [30, 36, 45, 60])
def test_each_wrong_verdict_has_at_most_a_chance_of_one_in_forty(population: int) -> None:
    needed = target_count(TARGET, population)
    for answered in range(1, population + 1):
        verdicts = [judge_counts(*exact_limits(x, answered, population), needed) for x in range(answered + 1)]
        for truth in range(population + 1):
            wrong = Verdict.NOT_MET if truth >= needed else Verdict.MET
            chances = stats.hypergeom.pmf(range(answered + 1), population, truth, answered)
            assert sum(p for p, v in zip(chances, verdicts, strict=True) if v is wrong) <= 0.025 + 1e-12


@given(st.integers(1, 300), st.data())
def test_binomial_p_values_agree_with_the_interval(answered: int, data: st.DataObject) -> None:
    understood = data.draw(st.integers(0, answered))
    evidence = binomial_evidence(understood, answered, TARGET)
    verdict = judge_shares(clopper_pearson(understood, answered), TARGET)
    assert (verdict is Verdict.MET) == (evidence.p_met <= 0.025)
    assert (verdict is Verdict.NOT_MET) == (evidence.p_not <= 0.025)


@given(st.floats(0, 1), st.floats(1, 5000), st.integers(1, 300), st.floats(0.01, 0.99))
def test_effective_p_values_are_the_interval_read_backwards(share: float, size: float, df: int, target: float) -> None:
    evidence = effective_evidence(share, size, df, target)
    interval = wilson(share, size, df=df)
    if abs(interval.low - target) > 1e-9:
        assert (interval.low > target) == (evidence.p_met < 0.025)
    if abs(interval.high - target) > 1e-9:
        assert (interval.high < target) == (evidence.p_not < 0.025)


@given(st.floats(0, 1), st.floats(1, 500), st.integers(1, 60))
def test_a_target_of_everyone_is_only_not_met_when_someone_failed(share: float, size: float, df: int) -> None:
    evidence = effective_evidence(share, size, df, 1.0)
    assert evidence.p_not == (0.0 if share < 1 else 1.0)


def test_exact_p_values_of_the_worked_example() -> None:
    assert exact_evidence(30, 31, 36, 33).p_met == pytest.approx(0.00535, abs=5e-6)


@pytest.mark.parametrize(
    ("verdict", "share", "tipping", "certain", "expected"),
    [
        (Verdict.MET, 0.97, 0.60, False, Strength.ROBUST),
        (Verdict.MET, 0.97, 0.90, False, Strength.DEPENDS),
        (Verdict.NOT_MET, 0.70, 0.95, False, Strength.ROBUST),
        (Verdict.NOT_MET, 0.70, 0.75, False, Strength.DEPENDS),
        (Verdict.MET, 0.97, None, True, Strength.CERTAIN),
        (Verdict.NOT_YET_SHOWN, 0.92, 0.5, False, None),
    ],
)
def test_strength(
    verdict: Verdict, share: float, tipping: float | None, certain: bool, expected: Strength | None
) -> None:
    assert strength(verdict, share, tipping, certain=certain, margin=Fraction(1, 10)) is expected


MET = Estimate(verdict=Verdict.MET, p_met=0.001, p_not=0.999)
OPEN = Estimate(verdict=Verdict.NOT_YET_SHOWN, p_met=0.2, p_not=0.3)
GATED = Estimate(verdict=Verdict.NOT_YET_SHOWN, p_met=1.0, p_not=0.0001)
REFUTED = Estimate(verdict=Verdict.NOT_MET, p_met=1.0, p_not=0.006)
WEAKLY_REFUTED = Estimate(verdict=Verdict.NOT_MET, p_met=1.0, p_not=0.02)
IMPOSSIBLE = Estimate(verdict=Verdict.NOT_MET, strength=Strength.CERTAIN, p_met=1.0, p_not=0.0)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([MET, MET, MET, MET], Verdict.MET),
        ([MET, MET, MET, OPEN], Verdict.NOT_YET_SHOWN),
        ([MET, MET, MET, REFUTED], Verdict.NOT_MET),
        ([MET, MET, MET, WEAKLY_REFUTED], Verdict.NOT_YET_SHOWN),  # .02 times four groups
        ([WEAKLY_REFUTED], Verdict.NOT_MET),
        ([MET, MET, MET, GATED], Verdict.NOT_YET_SHOWN),
        ([OPEN, OPEN, IMPOSSIBLE, OPEN], Verdict.NOT_MET),
    ],
)
def test_the_school_line(groups: list[Estimate], expected: Verdict) -> None:
    assert all_groups(groups) is expected


def test_a_school_line_without_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one group"):
        all_groups([])


@given(st.integers(1, 60), st.data())
def test_a_full_count_is_certain(size: int, data: st.DataObject) -> None:
    understood = data.draw(st.integers(0, size))
    result = estimate([ClusterCounts("w", "g", None, None, None, None, None, size, size, understood)], Design())
    assert result.strength is Strength.CERTAIN
    assert result.verdict is (Verdict.MET if understood >= target_count(TARGET, size) else Verdict.NOT_MET)
    assert (result.low, result.high, result.tipping) == (understood / size, understood / size, None)
