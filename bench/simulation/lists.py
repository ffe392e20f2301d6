"""Whole lists (teachers, employees): everything enumerated, nothing drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.hypergeometric import exact_limits
from analysis.intervals import clopper_pearson, finite_size, wilson
from analysis.planning import target_count
from bench.simulation.rows import Row, Scenario

Limits = NDArray[np.float64]
SIZES = (30, 36, 45, 60, 80, 100, 150, 200, 300, 400, 500, 600, 700)
RESPONSES = (0.65, 0.80, 0.95)
TARGET = Fraction(9, 10)


def enumerated_lists() -> Iterator[list[Row]]:
    """Yield, for each list and response rate, coverage and wrong verdicts of the exact and of Wilson's interval."""
    for population in SIZES:
        for response in RESPONSES:
            answered = round(response * population)
            exact = _limits(answered, partial(_exact_counts, answered, population))
            score = _limits(answered, partial(_wilson_counts, answered, population))
            rows = []
            for method, limits in (("exact", exact), ("wilson", score)):
                rows += _list_rows(method, population, answered, response, limits)
            yield rows


def short_lists() -> Iterator[list[Row]]:
    """Yield the lowest coverage and the worst wrong verdicts, for 30 to 60 people, over every number of answers."""
    for population in range(30, 61):
        lowest, wrong = 1.0, {"wrong_met": 0.0, "wrong_not_met": 0.0}
        for answered in range(1, population + 1):
            limits = _limits(answered, partial(_exact_counts, answered, population))
            chances = _chances(population, answered)
            lowest = min(lowest, float(_coverage(chances, limits).min()))
            met, not_met = _wrong_verdicts(chances, limits, population)
            wrong = {"wrong_met": max(wrong["wrong_met"], met), "wrong_not_met": max(wrong["wrong_not_met"], not_met)}
        scenario = Scenario("lists", "exact", population, None, None, "every count", "every number of answers")
        yield [
            scenario.exact("coverage_lowest", lowest),
            *(scenario.exact(measure, value) for measure, value in wrong.items()),
        ]


def unknown_lists() -> Iterator[list[Row]]:
    """Yield lowest and mean binomial coverage of Clopper-Pearson and plain Wilson, for lists of unknown length."""
    shares = np.linspace(0.5, 0.99, 246)
    for answered in (20, 30, 50, 100, 200, 400):
        chances = stats.binom.pmf(np.arange(answered + 1), answered, shares[:, None])
        for name in ("clopper_pearson", "wilson"):
            pairs = [_binomial_limits(name, x, answered) for x in range(answered + 1)]
            low, high = np.array(pairs).T
            inside = (low - 1e-12 <= shares[:, None]) & (shares[:, None] <= high + 1e-12)
            coverage = (chances * inside).sum(axis=1)
            scenario = Scenario("unknown length", name, answered, None, None, "0.50-0.99")
            yield [
                scenario.exact("coverage_lowest", float(coverage.min())),
                scenario.exact("coverage_mean", float(coverage.mean())),
            ]


def _binomial_limits(name: str, understood: int, answered: int) -> tuple[float, float]:
    found = (
        clopper_pearson(understood, answered) if name == "clopper_pearson" else wilson(understood / answered, answered)
    )
    return found.low, found.high


def _limits(answered: int, of: Callable[[int], tuple[float, float]]) -> Limits:
    return np.array([of(x) for x in range(answered + 1)], dtype=float)


def _exact_counts(answered: int, population: int, understood: int) -> tuple[float, float]:
    return exact_limits(understood, answered, population)


def _wilson_counts(answered: int, population: int, understood: int) -> tuple[float, float]:
    found = wilson(understood / answered, finite_size(answered, population))
    return population * found.low, population * found.high


def _chances(population: int, answered: int) -> NDArray[np.float64]:
    """Return P(x | K) for every K (rows) and x (columns)."""
    truths = np.arange(population + 1)[:, None]
    chances: NDArray[np.float64] = stats.hypergeom.pmf(np.arange(answered + 1), population, truths, answered)
    return chances


def _coverage(chances: NDArray[np.float64], limits: Limits) -> NDArray[np.float64]:
    truths = np.arange(len(chances))[:, None]
    inside = (limits[:, 0] - 1e-9 <= truths) & (truths <= limits[:, 1] + 1e-9)
    coverage: NDArray[np.float64] = (chances * inside).sum(axis=1)
    return coverage


def _wrong_verdicts(chances: NDArray[np.float64], limits: Limits, population: int) -> tuple[float, float]:
    """Return P("met") one short of the target, and P("not met") exactly on it."""
    needed = target_count(population, TARGET)
    met = np.ceil(limits[:, 0] - 1e-9) >= needed
    not_met = np.floor(limits[:, 1] + 1e-9) < needed
    return float((chances[needed - 1] * met).sum()), float((chances[needed] * not_met).sum())


def _list_rows(method: str, population: int, answered: int, response: float, limits: Limits) -> list[Row]:
    chances = _chances(population, answered)
    coverage = _coverage(chances, limits)
    usual = coverage[population // 2 : population]
    met, not_met = _wrong_verdicts(chances, limits, population)
    needed = target_count(population, TARGET)

    def scenario(truth: str) -> Scenario:
        return Scenario("lists", method, population, None, response, truth)

    return [
        scenario("every count").exact("coverage_lowest", float(coverage.min())),
        scenario("half to all").exact("coverage_mean", float(usual.mean())),
        scenario("one short of the target").exact("wrong_met", met),
        scenario("exactly the target").exact("wrong_not_met", not_met),
        scenario("exactly the target").exact("coverage", float(coverage[needed])),
    ]
