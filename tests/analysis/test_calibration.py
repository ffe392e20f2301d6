"""Calibration: margins are met, one margin is post-stratification, special cases give the simpler variances."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.calibration import Frame, Respondent, calibrated_moments, kish_effect, rake
from analysis.clusters import ClassStratum, DrawnClass, class_moments
from analysis.records import Reason


def people(rows: list[tuple[str, int, int]], weight: float = 1.0) -> list[Respondent]:
    return [Respondent(i < x, weight, (name,)) for name, n, x in rows for i in range(n)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.floats(0.5, 3)), min_size=12, max_size=60))
def test_raked_weights_reproduce_every_margin(rows: list[tuple[str, str, float]]) -> None:
    cells = [(one, two) for one in "abc" for two in "xy"]
    rows = rows + [(one, two, 1.0) for one, two in cells]
    respondents = [Respondent(True, weight, (one, two)) for one, two, weight in rows]
    margins = [{"a": 50.0, "b": 30.0, "c": 40.0}, {"x": 70.0, "y": 50.0}]
    result = rake(respondents, margins)
    assert result.reasons == ()
    for place, margin in enumerate(margins):
        for name, size in margin.items():
            total = sum(w for w, r in zip(result.weights, respondents, strict=True) if r.categories[place] == name)
            assert total == pytest.approx(size, rel=1e-7)


def test_margins_that_contradict_each_other_fall_back_to_post_strata() -> None:
    respondents = [Respondent(True, 1.0, pair) for pair in [("a", "x"), ("b", "y")]]
    result = rake(respondents, [{"a": 50.0, "b": 50.0}, {"x": 90.0, "y": 10.0}])
    assert result.reasons == (Reason.RAKING_FAILED,)
    assert result.weights == (50.0, 50.0)


@pytest.mark.parametrize("margin", [{"a": 10.0}, {"a": 10.0, "b": 5.0, "c": 1.0}])
def test_categories_must_match_the_roster(margin: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="without a match"):
        rake(people([("a", 5, 3), ("b", 5, 3)]), [margin])


def test_calibration_without_anybody_is_refused() -> None:
    with pytest.raises(ValueError, match="respondents"):
        rake([], [{"a": 1.0}])


def test_one_margin_gives_the_post_stratified_share_and_the_spread_around_its_means() -> None:
    rows = [("a", 20, 17), ("b", 25, 24), ("c", 22, 18)]
    sizes = {"a": 30.0, "b": 36.0, "c": 34.0}
    moments = calibrated_moments(people(rows), [sizes], Frame({"": 100}, {}))
    assert moments.value == pytest.approx(0.87878, abs=5e-6)
    # Residuals sum to 0 in every post-stratum: V = (1-f) n/(n-1) sum (W_h/n_h)^2 x_h (n_h-x_h)/n_h.
    squares = sum((sizes[h] / 100 / n) ** 2 * x * (n - x) / n for h, n, x in rows)
    assert moments.variance == pytest.approx((1 - 0.67) * 67 / 66 * squares)
    assert moments.df == 66


def test_a_margin_that_everybody_shares_leaves_the_class_sample_as_it_was() -> None:
    rows = [("a", 30, 27, 24), ("b", 34, 30, 25), ("c", 36, 36, 34)]
    grade = ClassStratum(tuple(DrawnClass(10 / 3 * N / n, N, n, x) for _, N, n, x in rows), total=10)
    expected = class_moments([grade])
    respondents = [Respondent(i < x, 10 / 3 * N / n, ("all",), "6", name) for name, N, n, x in rows for i in range(n)]
    frame = Frame({"6": 10}, {name: N for name, N, _, _ in rows})
    moments = calibrated_moments(respondents, [{"all": 1000 / 3}], frame)
    assert moments.value == pytest.approx(expected.value)
    assert moments.variance == pytest.approx(expected.variance)
    assert (moments.df, moments.floor) == (expected.df, pytest.approx(expected.floor))
    loose = calibrated_moments(respondents, [{"all": 1000 / 3}], frame, finite=False)
    assert loose.variance == pytest.approx(class_moments([grade], finite=False).variance)


def test_a_margin_that_explains_the_answers_removes_their_variance() -> None:
    respondents = people([("yes", 20, 20), ("no", 10, 0)])
    moments = calibrated_moments(respondents, [{"yes": 50.0, "no": 50.0}], Frame({"": 100}, {}))
    assert (moments.value, moments.variance) == (pytest.approx(0.5), pytest.approx(0.0, abs=1e-20))


def test_trimming_holds_the_weights_where_the_margins_allow_it() -> None:
    rows = [("a", "x")] * 30 + [("a", "y")] * 30 + [("b", "x")] * 30 + [("b", "y")]
    respondents = [Respondent(True, 100.0 if pair == ("b", "y") else 1.0, pair) for pair in rows]
    result = rake(respondents, [{"a": 60.0, "b": 31.0}, {"x": 60.0, "y": 31.0}])
    # Raking alone keeps the odds ratio of 10/3 and gives t(29+t)/(31-t)^2 = 10/3, t = 16.18, for the last one.
    assert max(result.weights) < 11
    assert sum(result.weights) == pytest.approx(91)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30))
def test_equal_weights_lose_nothing(weights: list[float]) -> None:
    assert kish_effect(weights) >= 1 - 1e-12
    assert kish_effect([2.0] * len(weights)) == pytest.approx(1.0)


CASES = json.loads(Path(__file__).with_name("reference").joinpath("calibration.json").read_text(encoding="utf-8"))


def sampled(case: dict[str, Any]) -> list[Respondent]:
    """The people of a case with the weights of its design: persons drawn, or classes and everybody in them invited."""
    drawn = sorted(set(case["class"]))
    cells = list(zip(case["class"], case["a"], case["b"], case["size"], case["n"], case["x"], strict=True))
    answered = {name: sum(n for one, *_, n, _ in cells if one == name) for name in drawn}
    respondents = []
    for name, a, b, size, n, x in cells:
        if case["classes"]:
            weight, cluster = case["classes"] / len(drawn) * size / answered[name], name
        else:
            weight, cluster = case["people"] / sum(case["n"]), None
        respondents += [Respondent(i < x, weight, (a, b), cluster=cluster) for i in range(n)]
    return respondents


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_raking_agrees_with_calibrate_of_r_survey(case: dict[str, Any]) -> None:
    names = [sorted(set(case[letter])) for letter in "ab"]
    margins = [dict(zip(names[place], case[f"total_{letter}"], strict=True)) for place, letter in enumerate("ab")]
    sizes = dict(zip(case["class"], case["size"], strict=True)) if case["classes"] else {}
    moments = calibrated_moments(sampled(case), margins, Frame({"": case["classes"] or case["people"]}, sizes))
    assert moments.value == pytest.approx(case["value"], abs=1e-10)
    assert moments.se == pytest.approx(case["se"], abs=1e-10)
    assert moments.df == case["df"]
