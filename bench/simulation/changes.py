"""Changes between two waves: lists with and without linking codes, and classes that are their own control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from analysis.changes import change
from analysis.pairs import tango_interval
from analysis.records import Change, ClusterCounts, Design, MatchedCounts, Shown
from analysis.unpaired import miettinen_nurminen
from bench.simulation.rows import Row, Scenario

Counts = NDArray[np.int64]
Shares = Any
"""One share or an array of them."""
RESPONSE = 0.80
SHARES = ((0.60, 0.60), (0.90, 0.90), (0.50, 0.75), (0.70, 0.90))
ASSOCIATION = 0.3
"""Correlation (phi) of one person's two answers, where the same people answer twice."""


def four_cells(before: Shares, after: Shares, phi: float) -> list[Shares]:
    """Return P(yes/yes), P(yes then no), P(no then yes), P(no/no) for these shares and correlation.

    Where no such correlation exists (shares near 0 or 1), the largest possible one is taken.

    >>> [round(float(cell), 3) for cell in four_cells(0.5, 0.75, 0.0)]
    [0.375, 0.125, 0.375, 0.125]
    """
    both = before * after + phi * np.sqrt(before * (1 - before) * after * (1 - after))
    both = np.minimum(both, np.minimum(before, after))
    return [both, before - both, after - both, 1 - before - after + both]


def list_changes(random: Generator, replicates: int) -> Iterator[list[Row]]:
    """Yield coverage, bias and false alarms for lists: fresh people, or the same ones with some usable codes."""
    settings = (
        ("other people", 0.0, 0.0),
        ("same people, all with codes", ASSOCIATION, 1.0),
        ("same people, half with codes", ASSOCIATION, 0.5),
        ("same people, no codes", ASSOCIATION, 0.0),
    )
    for population in (30, 60, 150, 400):
        for before, after in SHARES:
            for name, phi, coded in settings:
                draws = _draw_lists(random, population, four_cells(before, after, phi), coded, replicates)
                scenario = Scenario("list changes", "mover", population, None, RESPONSE, _truth(before, after), name)
                yield _list_rows(scenario, draws, after - before, with_others=name == "other people")


def _truth(before: float, after: float) -> str:
    return f"{before:.2f} to {after:.2f}"


Draw = tuple[int, int, int, int, MatchedCounts | None]


def _draw_lists(
    random: Generator, people: int, cells: Sequence[Shares], coded: float, replicates: int
) -> Iterator[Draw]:
    """Yield x1, n1, x2, n2 and the matched persons; everybody answers each wave with the same chance, independently."""
    truth = random.multinomial(people, cells, size=replicates)
    # Of each kind of person: in both waves with a code, in both without one, before only, after only, never.
    twice = RESPONSE**2
    chances = (twice * coded, twice * (1 - coded), RESPONSE * (1 - RESPONSE), RESPONSE * (1 - RESPONSE))
    kinds = random.multinomial(truth, [*chances, 1 - sum(chances)])
    first, second = kinds[:, :, :3].sum(axis=2), kinds[:, :, [0, 1, 3]].sum(axis=2)
    for one, before, after in zip(kinds, first, second, strict=True):
        pairs = MatchedCounts(*(int(cell) for cell in one[:, 0])) if coded else None
        yield int(before[0] + before[1]), int(before.sum()), int(after[0] + after[2]), int(after.sum()), pairs


def _line(wave: str, stratum: str | None, population: int | None, answered: int, understood: int) -> ClusterCounts:
    return ClusterCounts(wave, "group", None, None, stratum, None, None, population, answered, understood)


def _list_rows(scenario: Scenario, draws: Iterator[Draw], truth: float, *, with_others: bool) -> list[Row]:
    found: list[Change] = []
    score: list[bool] = []
    tango: list[bool] = []
    for number, (x1, n1, x2, n2, pairs) in enumerate(draws):
        if not n1 or not n2:
            continue
        found.append(change([_line("a", None, None, n1, x1)], [_line("b", None, None, n2, x2)], Design(), pairs=pairs))
        if with_others and number % 4 == 0:
            limits = miettinen_nurminen(x1, n1, x2, n2)
            score.append(limits.low <= truth <= limits.high)
        if pairs is not None and pairs.total and number % 4 == 0:
            limits = tango_interval(pairs.lost, pairs.gained, pairs.total)
            tango.append(limits.low <= truth <= limits.high)
    rows = _change_rows(scenario, found, [truth] * len(found))
    rows += [replace(scenario, method="miettinen_nurminen").share("coverage", score)] if score else []
    return rows + ([replace(scenario, method="tango").share("coverage", tango)] if tango else [])


def _change_rows(scenario: Scenario, found: Sequence[Change], truths: Sequence[float]) -> list[Row]:
    pairs = list(zip(found, truths, strict=True))
    inside = [(one.low or 0) - 1e-12 <= truth <= (one.high or 0) + 1e-12 for one, truth in pairs]
    rows = [
        scenario.share("coverage", inside),
        scenario.mean("bias", [(one.value or 0) - truth for one, truth in pairs]),
    ]
    measure = "false_alarm" if not any(truths) else "shown"
    return [*rows, scenario.share(measure, [one.shown is not Shown.NOT_SHOWN for one in found])]


def class_changes(random: Generator, replicates: int) -> Iterator[list[Row]]:
    """Yield coverage of classes compared with themselves, for the classes at hand and for classes like them.

    Classes differ in level (plus or minus 8 points) and in change (plus or minus 6 points); the same pupils answer both
    times. Below nine classes the rule falls back to limits at effective sizes.
    """
    for classes in (5, 9, 14, 20):
        for before, after in ((0.60, 0.60), (0.50, 0.75), (0.70, 0.85)):
            for moving in (0.0, 0.06):
                yield _class_rows(random, classes, before, after, moving, replicates)


def _class_rows(
    random: Generator, classes: int, before: float, after: float, moving: float, replicates: int
) -> list[Row]:
    found: list[Change] = []
    at_hand: list[float] = []
    for _ in range(replicates):
        sizes = random.integers(25, 41, size=classes)
        level = random.uniform(-0.08, 0.08, size=classes)
        moves = random.uniform(-moving, moving, size=classes) if moving else np.zeros(classes)
        first, second = before + level, after + level + moves
        cells = np.stack(four_cells(first, second, ASSOCIATION), axis=-1)
        people = random.multinomial(sizes, cells)
        answered = [_answers(random, people, yes) for yes in ((0, 1), (0, 2))]
        (x1, n1), (x2, n2) = answered
        found.append(
            change(_class_lines("a", sizes, n1, x1), _class_lines("b", sizes, n2, x2), Design(minimum_classes=9))
        )
        at_hand.append(float(sizes @ (second - first) / sizes.sum()))
    method = "class_differences" if classes >= 9 else "mover_effective"
    setting = f"classes move by {after - before:+.2f} give or take {moving:.2f}"
    scenario = Scenario("class changes", method, classes * 32, classes, RESPONSE, _truth(before, after), setting)
    alike = [after - before] * len(found)
    rows = _change_rows(scenario, found, alike)
    inside = [(one.low or 0) <= truth <= (one.high or 0) for one, truth in zip(found, at_hand, strict=True)]
    return [*rows, scenario.share("coverage_of_these_classes", inside)]


def _answers(random: Generator, people: Counts, yes: tuple[int, int]) -> tuple[Counts, Counts]:
    """Draw who of each class answers a wave; return how many understand and how many answered."""
    heard = random.binomial(people, RESPONSE)
    understood: Counts = heard[:, list(yes)].sum(axis=1)
    return understood, heard.sum(axis=1)


def _class_lines(wave: str, sizes: Counts, answered: Counts, understood: Counts) -> list[ClusterCounts]:
    rows = enumerate(zip(sizes, answered, understood, strict=True))
    return [_line(wave, f"{c:02}", int(N), int(n), int(x)) for c, (N, n, x) in rows]
