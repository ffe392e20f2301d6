"""Pupils and parents: classes as strata, and samples of whole classes, with nonresponse."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from analysis.estimates import estimate
from analysis.intervals import korn_graubard
from analysis.planning import target_count
from analysis.records import ClusterCounts, Design, Estimate, Sampling, Verdict
from analysis.rollup import roll_up
from bench.simulation.rows import Row, Scenario

Counts = NDArray[np.int64]
TARGET = Fraction(9, 10)
POPULATIONS = 25
"""Different schools per scenario; the replicates are divided among them."""


@dataclass(frozen=True, slots=True)
class School:
    """A school with a fixed truth: people and those who understand, by class."""

    sizes: Counts
    understand: Counts

    @property
    def population(self) -> int:
        """How many people there are."""
        return int(self.sizes.sum())

    @property
    def truth(self) -> int:
        """How many of them understand."""
        return int(self.understand.sum())


def make_school(random: Generator, classes: int, truth: str, likeness: float) -> School:
    """Make a school of classes of 25 to 40 whose pupils are alike within a class (latent correlation `likeness`).

    `truth` is "one short of the target", "exactly the target" or a share; exactly so many people understand.
    """
    sizes = random.integers(25, 41, size=classes)
    population = int(sizes.sum())
    needed = target_count(population, TARGET)
    counts = {"one short of the target": needed - 1, "exactly the target": needed}
    understand = counts[truth] if truth in counts else round(float(truth) * population)
    of_class = np.repeat(np.arange(classes), sizes)
    latent = np.sqrt(likeness) * random.normal(size=classes)[of_class]
    latent += np.sqrt(1 - likeness) * random.normal(size=population)
    best = np.argsort(latent)[population - understand :]
    return School(sizes, np.bincount(of_class[best], minlength=classes))


def class_strata(random: Generator, replicates: int) -> Iterator[list[Row]]:
    """Yield coverage and wrong verdicts where all classes are invited and some people stay silent."""
    for classes in (2, 4, 8, 14, 20):
        for response in (0.65, 0.85):
            for truth in ("0.80", "one short of the target", "exactly the target", "0.95"):
                yield _strata_rows(random, classes, response, truth, replicates)


def _strata_rows(random: Generator, classes: int, response: float, truth: str, replicates: int) -> list[Row]:
    found: list[tuple[School, Estimate]] = []
    for _ in range(POPULATIONS):
        school = make_school(random, classes, truth, 0.10)
        rates = random.uniform(response - 0.1, response + 0.1, size=classes)
        repeats = replicates // POPULATIONS
        answered = random.binomial(school.sizes, rates, size=(repeats, classes))
        understood = _drawn(random, school, answered)
        found += [(school, estimate(_lines(school, n, x), Design())) for n, x in zip(answered, understood, strict=True)]
    middle = int(np.mean([school.population for school, _ in found]))
    scenario = Scenario("class strata", "wilson_effective", middle, classes, response, truth, "silent at random")
    return [*_level_rows(scenario, found), *_korn_graubard_rows(scenario, found)]


def unlike_silence(random: Generator, replicates: int) -> Iterator[list[Row]]:
    """Yield coverage where those who understand answer more often: only the bounds without assumption hold then."""
    for ratio in (1.1, 1.25):
        for truth in ("0.80", "one short of the target"):
            found: list[tuple[School, Estimate]] = []
            for _ in range(POPULATIONS):
                school = make_school(random, 14, truth, 0.10)
                size = (replicates // POPULATIONS, 14)
                low = 0.72
                understood = random.binomial(school.understand, low * ratio, size=size)
                others = random.binomial(school.sizes - school.understand, low, size=size)
                pairs = zip(understood + others, understood, strict=True)
                found += [(school, estimate(_lines(school, n, x), Design())) for n, x in pairs]
            middle = int(np.mean([school.population for school, _ in found]))
            setting = f"those who understand answer {ratio:g} times as often"
            scenario = Scenario("class strata", "wilson_effective", middle, 14, 0.75, truth, setting)
            bounds = [_within(one.worst_low, s.truth / s.population, one.worst_high) for s, one in found]
            yield [*_level_rows(scenario, found), scenario.share("coverage_of_bounds", bounds)]


def class_samples(random: Generator, replicates: int) -> Iterator[list[Row]]:
    """Yield coverage and wrong verdicts where only some of 24 classes are drawn."""
    for drawn in (5, 9, 12, 18):
        for truth in ("0.80", "one short of the target", "exactly the target", "0.95"):
            found: list[tuple[School, Estimate]] = []
            for _ in range(POPULATIONS):
                school = make_school(random, 24, truth, 0.10)
                for _ in range(replicates // POPULATIONS):
                    found.append((school, _class_sample(random, school, drawn)))
            middle = int(np.mean([school.population for school, _ in found]))
            setting = f"{drawn} of 24 classes drawn"
            scenario = Scenario("class samples", "wilson_effective", middle, 24, 0.85, truth, setting)
            yield [*_level_rows(scenario, found), *_korn_graubard_rows(scenario, found)]


def _class_sample(random: Generator, school: School, drawn: int) -> Estimate:
    chosen = np.zeros(len(school.sizes), dtype=bool)
    chosen[random.choice(len(school.sizes), size=drawn, replace=False)] = True
    answered = np.where(chosen, random.binomial(school.sizes, 0.85), 0)
    understood = _drawn(random, school, answered)
    lines = [
        ClusterCounts(
            "after", "pupils", None, None, "all", f"{c:02}", int(N) if is_drawn else 0, int(N), int(n), int(x)
        )
        for c, (N, is_drawn, n, x) in enumerate(zip(school.sizes, chosen, answered, understood, strict=True))
    ]
    return estimate(lines, Design(sampling=Sampling.CLUSTER))


def wards(random: Generator, replicates: int) -> Iterator[list[Row]]:
    """Yield the coverage of a ward of schools whose teachers answer at different rates."""
    for schools in (5, 12, 30):
        for truth in (0.80, 0.93):
            hits, errors = [], []
            for _ in range(max(50, replicates // 4)):
                sizes = random.integers(20, 70, size=schools)
                understand = random.binomial(sizes, np.clip(random.normal(truth, 0.04, size=schools), 0, 1))
                answered = np.maximum(1, random.binomial(sizes, random.uniform(0.6, 0.95, size=schools)))
                understood = random.hypergeometric(understand, sizes - understand, answered)
                rows = enumerate(zip(sizes, answered, understood, strict=True))
                lines = {f"{s:02}": [_list_line(int(N), int(n), int(x))] for s, (N, n, x) in rows}
                found = roll_up(lines, Design())
                true = understand.sum() / sizes.sum()
                hits.append(_within(found.low, true, found.high))
                errors.append(float((found.value or 0) - true))
            scenario = Scenario("wards", "wilson_effective", schools * 45, schools, 0.78, f"{truth:.2f}")
            yield [scenario.share("coverage", hits), scenario.mean("bias", errors)]


def _list_line(size: int, answered: int, understood: int) -> ClusterCounts:
    return ClusterCounts("after", "teachers", None, None, None, None, None, size, answered, understood)


def _drawn(random: Generator, school: School, answered: Counts) -> Counts:
    """Draw how many of those who answered understand, given the fixed truth of each class."""
    drawn: Counts = random.hypergeometric(school.understand, school.sizes - school.understand, answered)
    return drawn


def _lines(school: School, answered: Counts, understood: Counts) -> list[ClusterCounts]:
    return [
        ClusterCounts("after", "parents", None, None, f"{c:02}", None, None, int(N), int(n), int(x))
        for c, (N, n, x) in enumerate(zip(school.sizes, answered, understood, strict=True))
    ]


def _within(low: float | None, truth: float, high: float | None) -> bool:
    """Say whether an interval covers the truth; one that could not be given covers nothing."""
    return low is not None and high is not None and low - 1e-9 <= truth <= high + 1e-9


def _level_rows(scenario: Scenario, found: Sequence[tuple[School, Estimate]]) -> list[Row]:
    shares = [(school.truth / school.population, one) for school, one in found]
    rows = [
        scenario.share("coverage", [_within(one.low, truth, one.high) for truth, one in shares]),
        scenario.mean("bias", [(one.value or 0) - truth for truth, one in shares]),
        scenario.mean("width", [(one.high or 0) - (one.low or 0) for _, one in shares]),
        scenario.share("open", [one.verdict is Verdict.NOT_YET_SHOWN for _, one in found]),
    ]
    reached = [school.truth >= target_count(school.population, TARGET) for school, _ in found]
    wrong = Verdict.NOT_MET if all(reached) else Verdict.MET
    measure = "wrong_not_met" if all(reached) else "wrong_met"
    rows.append(scenario.share(measure, [one.verdict is wrong for _, one in found]))
    return [*rows, scenario.share(f"{measure}_without_half_person", _uncorrected(wrong, found))]


def _korn_graubard_rows(scenario: Scenario, found: Sequence[tuple[School, Estimate]]) -> list[Row]:
    """Return what the Korn-Graubard interval would have covered."""
    inside = []
    for school, one in found:
        # Without an effective size everybody answered: the interval is the share itself.
        limits = korn_graubard(one.value or 0, one.effective_n or math.inf, one.answered, one.df or 1)
        inside.append(_within(limits.low, school.truth / school.population, limits.high))
    return [replace(scenario, method="korn_graubard").share("coverage", inside)]


def _uncorrected(wrong: Verdict, found: Sequence[tuple[School, Estimate]]) -> list[bool]:
    """Say where the verdict would have been wrong without the half person (docs/methods.md, 3.3) and without gates."""
    hits = []
    for school, one in found:
        needed, low, high = target_count(school.population, TARGET), one.low or 0, one.high or 0
        met = math.ceil(low * school.population - 1e-9) >= needed
        not_met = math.floor(high * school.population + 1e-9) < needed
        hits.append(met if wrong is Verdict.MET else not_met)
    return hits
