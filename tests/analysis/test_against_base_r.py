"""Items, schools, waves and sizes agree with base R (numbers in reference/base.json)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.drift import Band, drift
from analysis.funnel import funnel_limit
from analysis.multiplicity import holm
from analysis.planning import required_answers
from analysis.reliability import alpha
from analysis.sample_sizes import answers_for_change
from analysis.trend import WaveShare, trend

REFERENCE = json.loads((Path(__file__).parent / "reference" / "base.json").read_text(encoding="utf-8"))


def cases(kind: str) -> list[Any]:
    found = [case for case in REFERENCE["cases"] if case["kind"] == kind]
    return [pytest.param(case["arguments"], case["expected"], id=str(number)) for number, case in enumerate(found, 1)]


def test_every_case_names_its_call() -> None:
    assert all(case["call"] for case in REFERENCE["cases"])
    assert set(Counter(case["kind"] for case in REFERENCE["cases"])) == {
        "holm",
        "alpha",
        "drift",
        "trend",
        "funnel",
        "change size",
        "required",
    }


@pytest.mark.parametrize(("p", "expected"), cases("holm"))
def test_holm_agrees_with_p_adjust(p: list[float], expected: list[float]) -> None:
    assert list(holm(p)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("scores", "expected"), cases("alpha"))
def test_alpha_and_feldt_agree_with_the_covariance_matrix_and_qf(
    scores: list[list[float]], expected: list[float]
) -> None:
    found = alpha(np.array(scores))
    assert [found.alpha, found.low, found.high] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("cells", "expected"), cases("drift"))
def test_drift_agrees_with_mantelhaen_test(cells: list[list[int]], expected: list[float]) -> None:
    found = drift([Band(*map(int, cell)) for cell in cells])
    assert [found.odds_ratio, found.chi_square, found.p] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("waves", "expected"), cases("trend"))
def test_the_trend_agrees_with_prop_trend_test(waves: list[list[int]], expected: list[float]) -> None:
    start = date(2026, 1, 1)
    found = trend([WaveShare(start + timedelta(days=int(day)), int(x), int(n)) for day, x, n in waves])
    assert [found.chi_square, found.p] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("arguments", "expected"), cases("funnel"))
def test_funnel_limits_agree_with_qbinom(arguments: list[float], expected: float) -> None:
    answered, centre, probability = arguments
    assert funnel_limit(int(answered), centre, probability) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("shares", "expected"), cases("change size"))
def test_sizes_for_a_change_agree_with_power_prop_test(shares: list[float], expected: float) -> None:
    # R counts one side of the test only when strict is off, exactly as the formula does.
    assert answers_for_change(*shares) == int(expected)


@pytest.mark.parametrize(("arguments", "expected"), cases("required"))
def test_required_answers_agree_with_phyper(arguments: list[int], expected: int | None) -> None:
    population, understanding = map(int, arguments)
    assert required_answers(population, understanding) == (None if expected is None else int(expected))
