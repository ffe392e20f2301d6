"""What every build must hold (docs/methods.md, section 18), over designs, forms, classes and waves at once."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.changes import change
from analysis.class_changes import ClassPair, class_change
from analysis.design_effects import intraclass_correlation
from analysis.estimates import estimate
from analysis.forms import mix_differs
from analysis.hypergeometric import exact_limits
from analysis.moments import simple_moments
from analysis.records import Change, ClusterCounts, Design, Estimate, Method, Reason, Sampling, Shown, Verdict
from analysis.rollup import roll_up, roll_up_change
from analysis.share_changes import moments_change
from analysis.strata import roster
from analysis.tallies import Tally
from analysis.verdicts import exact_evidence, judge_counts, target_count


@st.composite
def wave(draw: st.DrawFn, name: str, sampling: Sampling, classes: list[str]) -> list[ClusterCounts]:
    """One wave of a group with classes (or of a list, where `classes` is empty) on up to two forms."""
    forms = draw(st.sampled_from([(None,), ("A",), ("A", "B")]))
    lines = []
    for key in classes or [None]:
        population = draw(st.one_of(st.none(), st.integers(0, 60))) if key is None else draw(st.integers(0, 60))
        for form in forms:
            answered = draw(st.integers(0, population or 60))
            sampled = sampling is Sampling.CLUSTER
            stratum = None if key is None else "6" if sampled else key
            cluster = key if sampled else None
            understood = draw(st.integers(0, answered))
            lines.append(
                ClusterCounts(name, "g", None, form, stratum, cluster, population, population, answered, understood)
            )
    return lines


@st.composite
def two_waves(draw: st.DrawFn) -> tuple[list[ClusterCounts], list[ClusterCounts], Design]:
    sampling = draw(st.sampled_from(Sampling))
    least = 1 if sampling is Sampling.CLUSTER else 0
    names = st.lists(st.sampled_from("abcdefghijklm"), min_size=least, max_size=12, unique=True)
    first = draw(names)
    second = draw(st.one_of(st.just(first), names))
    collapse = draw(st.sampled_from([{}, dict.fromkeys("abcdef", "6")]))
    design = Design(sampling, collapse=collapse, classes=draw(st.sampled_from([{}, {"6": 20}])))
    return draw(wave("before", sampling, first)), draw(wave("after", sampling, second)), design


def finite(result: Estimate | Change) -> bool:
    values = [getattr(result, field.name) for field in fields(result)]
    return all(math.isfinite(value) for value in values if isinstance(value, float))


@given(two_waves())
@settings(max_examples=400)
def test_any_two_waves_give_a_finite_change_or_a_reason(
    case: tuple[list[ClusterCounts], list[ClusterCounts], Design],
) -> None:
    before, after, design = case
    result = change(before, after, design)
    assert finite(result)
    if result.value is None:
        assert Reason.NO_DATA in result.reasons
        assert result.shown is Shown.NOT_SHOWN
        return
    assert result.low is not None
    assert result.high is not None
    assert result.p is not None
    assert result.before is not None
    assert result.after is not None
    assert -1 <= result.low <= result.value + 1e-9
    assert result.value - 1e-9 <= result.high <= 1
    assert 0 <= result.p <= 1
    assert result.value == pytest.approx(result.after - result.before, abs=1e-9)
    if result.shown is Shown.INCREASE:
        assert result.low > 0
        assert result.p <= 0.05 + 1e-12


@given(two_waves())
@settings(max_examples=300)
def test_the_change_is_the_difference_of_the_published_shares_unless_classes_were_left_out(
    case: tuple[list[ClusterCounts], list[ClusterCounts], Design],
) -> None:
    before, after, design = case
    result = change(before, after, design)
    if result.value is None or Reason.CLASSES_LEFT_OUT in result.reasons:
        return
    reference, by_form = roster(after, design) or None, mix_differs(before, after, design)
    first, second = (estimate(lines, design, reference=reference, by_form=by_form) for lines in (before, after))
    assert result.before == pytest.approx(first.value)
    assert result.after == pytest.approx(second.value)


@given(two_waves(), st.randoms(use_true_random=False))
def test_the_order_of_lines_never_matters_for_a_change(
    case: tuple[list[ClusterCounts], list[ClusterCounts], Design], source: random.Random
) -> None:
    before, after, design = case
    shuffled = (source.sample(before, len(before)), source.sample(after, len(after)))
    assert change(*shuffled, design) == change(before, after, design)


@given(two_waves())
def test_any_wave_of_any_design_rolls_up(case: tuple[list[ClusterCounts], list[ClusterCounts], Design]) -> None:
    before, after, design = case
    result = roll_up({"one": before, "two": after}, design, silent={"three": 12})
    assert finite(result)
    assert result.left_out[-1:] == ("two",) if not any(line.answered for line in after) else True
    assert "three" in result.left_out
    ward = roll_up_change({"one": before}, {"one": after}, design)
    assert finite(ward)


@given(st.integers(2, 60), st.integers(2, 60), st.data())
def test_swapping_the_waves_mirrors_the_change_at_effective_sizes(n1: int, n2: int, data: st.DataObject) -> None:
    one = simple_moments(data.draw(st.integers(0, n1)), n1)
    two = simple_moments(data.draw(st.integers(0, n2)), n2)
    forth, back = moments_change(one, two, Design()), moments_change(two, one, Design())
    assert forth.low is not None
    assert forth.high is not None
    assert (back.low, back.high) == (pytest.approx(-forth.high, abs=1e-12), pytest.approx(-forth.low, abs=1e-12))
    assert back.p == pytest.approx(forth.p, abs=1e-12)


rows = st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=20)


@given(rows)
def test_swapping_the_waves_mirrors_the_change_of_classes(classes: list[tuple[int, float, float]]) -> None:
    forth = class_change([ClassPair(str(i), w, a, b) for i, (w, a, b) in enumerate(classes)])
    back = class_change([ClassPair(str(i), w, b, a) for i, (w, a, b) in enumerate(classes)])
    assert forth.low is not None
    assert forth.high is not None
    assert (back.low, back.high) == (pytest.approx(-forth.high, abs=1e-9), pytest.approx(-forth.low, abs=1e-9))
    assert back.p == pytest.approx(forth.p, abs=1e-6)


def test_verdict_and_p_values_agree_for_every_list_up_to_sixty() -> None:
    for size in range(1, 61):
        needed = target_count(Fraction(9, 10), size)
        for answered in range(1, size + 1):
            for understood in range(answered + 1):
                verdict = judge_counts(*exact_limits(understood, answered, size), needed)
                evidence = exact_evidence(understood, answered, size, needed)
                assert (verdict is Verdict.MET) == (evidence.p_met <= 0.025 * (1 + 1e-12))
                assert (verdict is Verdict.NOT_MET) == (evidence.p_not <= 0.025 * (1 + 1e-12))


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.data())
def test_equal_response_rates_make_the_weighted_share_the_raw_one(sizes: list[int], data: st.DataObject) -> None:
    lines = [
        ClusterCounts("w", "g", None, None, str(i), None, None, 10 * n, 6 * n, data.draw(st.integers(0, 6 * n)))
        for i, n in enumerate(sizes)
    ]
    result = estimate(lines, Design())
    assert result.value == pytest.approx(result.raw)
    assert result.response_rate == 0.6


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=2, max_size=8), st.randoms())
def test_answering_in_full_makes_every_design_certain(classes: list[tuple[int, int]], source: random.Random) -> None:
    for sampling in Sampling:
        lines = [
            ClusterCounts(
                "w",
                "g",
                None,
                None,
                "6" if sampling is Sampling.CLUSTER else str(i),
                str(i) if sampling is Sampling.CLUSTER else None,
                n,
                n,
                n,
                min(x, n),
            )
            for i, (n, x) in enumerate(classes)
        ]
        result = estimate(lines, Design(sampling))
        share = sum(line.understood for line in lines) / sum(n for n, _ in classes)
        assert result.low == pytest.approx(share)
        assert result.high == pytest.approx(share)
        assert result.verdict in (Verdict.MET, Verdict.NOT_MET)
        assert result.tipping is None


@given(two_waves())
def test_more_people_who_understand_never_lower_the_limits_of_a_list(
    case: tuple[list[ClusterCounts], list[ClusterCounts], Design],
) -> None:
    before, _, _ = case
    line = replace(before[0], stratum=None, cluster=None, form=None)
    assume(line.understood < line.answered)
    low, high = estimate([line], Design()), estimate([replace(line, understood=line.understood + 1)], Design())
    assert low.low is not None
    assert low.high is not None
    assert high.low is not None
    assert high.high is not None
    assert low.low <= high.low
    assert low.high <= high.high
    assert low.method in (Method.HYPERGEOMETRIC, Method.CLOPPER_PEARSON)


@given(st.lists(st.tuples(st.integers(2, 30), st.integers(0, 30)), min_size=2, max_size=8))
def test_the_intraclass_correlation_is_the_f_ratio_of_the_classes(classes: list[tuple[int, int]]) -> None:
    answers = [[1] * min(x, n) + [0] * (n - min(x, n)) for n, x in classes]
    assume(any(0 < sum(one) < len(one) for one in answers))
    ratio = stats.f_oneway(*answers).statistic
    size, squares = sum(len(one) for one in answers), sum(len(one) ** 2 for one in answers)
    typical = (size - squares / size) / (len(answers) - 1)
    result = intraclass_correlation(
        [Tally("6", str(i), None, None, len(one), sum(one)) for i, one in enumerate(answers)]
    )
    assert result == pytest.approx((ratio - 1) / (ratio + typical - 1))


def test_records_codes_and_adjustments_load_without_scipy() -> None:
    modules = "analysis, analysis.records, analysis.codes, analysis.multiplicity, analysis.tallies"
    check = f"import sys, {modules}, analysis.hypergeometric; assert not {{'scipy', 'numpy'}} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
