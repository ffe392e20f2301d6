"""Class strata and class samples: special cases that come out as simpler formulas, merging, correlation in classes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clusters import ClassStratum, DrawnClass, class_moments, sample_classes
from analysis.design_effects import deflate, intraclass_correlation
from analysis.moments import simple_moments
from analysis.records import Design, Reason, Sampling
from analysis.strata import Stratum, collapse, make_strata, post_stratify, weighted_moments
from analysis.tallies import Tally


def stratum(name: str, population: int, answered: int, understood: int) -> Stratum:
    return Stratum(name, population, population, answered, understood)


@given(st.integers(2, 300), st.data())
def test_one_stratum_is_a_simple_random_sample(population: int, data: st.DataObject) -> None:
    answered = data.draw(st.integers(2, population))
    understood = data.draw(st.integers(0, answered))
    moments = weighted_moments([stratum("a", population, answered, understood)])
    share = understood / answered
    expected = (1 - answered / population) * share * (1 - share) / (answered - 1)
    assert moments.variance == pytest.approx(expected, abs=1e-15)
    assert moments == simple_moments(understood, answered, population)


@given(st.lists(st.integers(2, 40), min_size=1, max_size=8), st.data())
def test_full_strata_leave_no_sampling_error(sizes: list[int], data: st.DataObject) -> None:
    strata = [stratum(str(i), n, n, data.draw(st.integers(0, n))) for i, n in enumerate(sizes)]
    moments = weighted_moments(strata)
    assert (moments.variance, moments.floor, moments.effective_size()) == (0.0, 0.0, math.inf)
    assert moments.value == pytest.approx(sum(s.understood for s in strata) / sum(sizes))


def test_a_stratum_without_answers_cannot_be_weighted() -> None:
    with pytest.raises(ValueError, match="a weight and an answer"):
        weighted_moments([stratum("a", 30, 10, 5), stratum("b", 30, 0, 0)])


GRADES = {"6A": "6", "6B": "6", "7A": "7", "7B": "7"}


@pytest.mark.parametrize(
    ("answers", "expected", "collapsed"),
    [
        ([20, 20, 20, 20], ["6A", "6B", "7A", "7B"], ()),
        ([4, 20, 20, 20], ["6", "7A", "7B"], ("6A", "6B")),
        ([4, 20, 20, 0], ["6", "7"], ("6A", "6B", "7A", "7B")),
        ([2, 2, 20, 20], [""], ("6A", "6B", "7A", "7B")),
        ([0, 0, 0, 3], [""], ("6A", "6B", "7A", "7B")),
    ],
)
def test_small_classes_join_their_grade_and_small_grades_the_whole(
    answers: list[int], expected: list[str], collapsed: tuple[str, ...]
) -> None:
    strata = [stratum(name, 30, n, n // 2) for name, n in zip(GRADES, answers, strict=True)]
    merged, names = collapse(strata, Design(collapse=GRADES))
    assert ([one.name for one in merged], names) == (expected, collapsed)
    assert sum(one.answered for one in merged) == sum(answers)
    assert sum(one.weight for one in merged) == 120


def test_a_small_class_in_which_everybody_answered_stays() -> None:
    merged, names = collapse([stratum("a", 3, 3, 2), stratum("b", 30, 20, 10)], Design())
    assert (len(merged), names) == (2, ())


def test_an_order_of_merging_that_runs_in_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        collapse([stratum("a", 30, 1, 1)], Design(collapse={"a": "b", "b": "a"}))


def test_a_class_the_reference_does_not_know_joins_its_grade() -> None:
    tallies = [Tally("6A", None, 30, None, 20, 10), Tally("6X", None, 30, None, 20, 20)]
    moments = post_stratify(tallies, Design(collapse={"6A": "6", "6X": "6"}), reference={"6A": 60})
    assert moments.value == pytest.approx(0.75)
    assert moments.collapsed == ("6A", "6X")


def test_strata_without_any_headcount_are_refused() -> None:
    with pytest.raises(ValueError, match="no headcount"):
        make_strata([Tally("6A", None, None, None, 20, 10)])


def test_with_all_classes_drawn_only_the_spread_within_classes_is_left() -> None:
    rows = [(30, 27, 24), (34, 30, 25), (36, 30, 20)]
    grade = ClassStratum(tuple(DrawnClass(N / n, N, n, x) for N, n, x in rows), total=3)
    within = sum((N / 100) ** 2 * (1 - n / N) * (x / n) * (1 - x / n) / (n - 1) for N, n, x in rows)
    moments = class_moments([grade])
    assert moments.value == pytest.approx(sum(N * x / n for N, n, x in rows) / 100)
    assert moments.variance == pytest.approx(within)


@st.composite
def samples(draw: st.DrawFn) -> list[Tally]:
    rows = []
    for stratum_name in "67"[: draw(st.integers(1, 2))]:
        for number in range(draw(st.integers(2, 6))):
            size = draw(st.integers(2, 40))
            answered = draw(st.integers(1, size))
            rows.append(Tally(stratum_name, f"c{number}", size, size, answered, draw(st.integers(0, answered))))
        rows += [Tally(stratum_name, f"u{number}", 30, 0, 0, 0) for number in range(draw(st.integers(0, 5)))]
    return rows


def by_persons(tallies: list[Tally], value: float) -> tuple[float, float]:
    """Section 6.2 written person by person: the share and its variance."""
    weights, answers, groups = [], [], []
    totals, drawn = {}, {}
    for item in tallies:
        totals[item.stratum] = totals.get(item.stratum, 0) + 1
        drawn[item.stratum] = drawn.get(item.stratum, 0) + (item.answered > 0)
    for item in tallies:
        if item.answered and item.population:
            weight = totals[item.stratum] / drawn[item.stratum] * item.population / item.answered
            weights += [weight] * item.answered
            answers += [1] * item.understood + [0] * (item.answered - item.understood)
            groups += [(item.stratum, item.cluster, item.population, item.answered)] * item.answered
    w, y = np.array(weights), np.array(answers)
    share = float((w * y).sum() / w.sum())
    u = w * (y - share) / w.sum()
    variance = 0.0
    for name in totals:
        classes = sorted({group for group in groups if group[0] == name})
        parts = [u[[i for i, group in enumerate(groups) if group == one]] for one in classes]
        sums, m, fraction = np.array([part.sum() for part in parts]), len(classes), drawn[name] / totals[name]
        between = sums[0] ** 2 if m == 1 else m / (m - 1) * ((sums - sums.mean()) ** 2).sum()
        within = sum(
            (1 - n / size) * n / (n - 1) * ((part - part.mean()) ** 2).sum()
            for (_, _, size, n), part in zip(classes, parts, strict=True)
            if n > 1
        )
        variance += (1 - fraction) * between + fraction * within
    return share, variance


@given(samples())
def test_a_class_sample_agrees_with_the_sum_over_persons(tallies: list[Tally]) -> None:
    moments = sample_classes(tallies, Design(Sampling.CLUSTER))
    share, variance = by_persons(tallies, moments.value)
    assert moments.value == pytest.approx(share)
    assert moments.variance == pytest.approx(variance, abs=1e-12)


def test_a_grade_with_one_drawn_class_says_so() -> None:
    rows = [Tally("6", "a", 30, 30, 25, 20), *[Tally("7", name, 30, 30, 25, 20) for name in "bc"]]
    moments = sample_classes(rows, Design(Sampling.CLUSTER, classes={"6": 4, "7": 4}))
    assert Reason.LONELY_CLASS in moments.reasons
    assert moments.df == 1


def test_one_drawn_class_alone_falls_back_to_an_assumed_correlation() -> None:
    moments = sample_classes([Tally("6", "a", 30, 30, 25, 20)], Design(Sampling.CLUSTER, classes={"6": 4}))
    plain = (25 * 4.8**2 / 120**2) * (1 - 25 / 120)
    assert moments.effective_size() == pytest.approx(1 / plain / (1 + 24 * 0.05))


def test_a_drawn_class_without_answers_says_so_and_a_grade_without_any_is_named() -> None:
    rows = [Tally("6", "a", 30, 30, 25, 20), Tally("6", "b", 30, 30, 0, 0), Tally("7", "c", 30, 30, 0, 0)]
    moments = sample_classes(rows, Design(Sampling.CLUSTER))
    assert {Reason.SILENT_CLASS, Reason.EMPTY_STRATUM} <= set(moments.reasons)
    assert moments.left_out == ("7",)
    assert sample_classes(rows[:1], Design(Sampling.CLUSTER, classes={"6": 2, "8": 3})).left_out == ("8",)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(10, 10), (10, 0)], 1.0),  # classes of one mind
        ([(10, 5), (10, 5)], -1 / 9),  # classes exactly alike
        ([(10, 5)], None),
        ([(1, 1), (1, 0)], None),
        ([(10, 10), (10, 10)], None),
    ],
)
def test_intraclass_correlation_at_its_ends(rows: list[tuple[int, int]], expected: float | None) -> None:
    classes = [Tally("6", str(i), 30, None, n, x) for i, (n, x) in enumerate(rows)]
    result = intraclass_correlation(classes)
    assert result == (None if expected is None else pytest.approx(expected))


def test_counts_shrink_by_the_design_effect() -> None:
    assert deflate(60, 90, 1.5) == (40, 60)
    with pytest.raises(ValueError, match="design effect"):
        deflate(60, 90, 0)
