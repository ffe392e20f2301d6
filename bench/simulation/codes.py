"""Linking codes: how many repeats are found, and how many links join two different people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from analysis.codes import match_codes
from bench.simulation.rows import Row, Scenario

# First letters of Vietnamese given names are far from equally common; rough frequencies, most common first.
_LETTERS = "THNLMQADVPCKBGXOSIYU"
_WEIGHTS = np.array([18, 15, 12, 8, 7, 5, 6, 5, 4, 4, 4, 3, 3, 2, 1, 1, 1, 0.4, 0.4, 0.2])
RECIPES = {
    "mother's initial + day of birth": ("letter", "day"),
    "mother's initial + day + month": ("letter", "day", "month"),
    "both parents' initials + day + month": ("letter", "letter", "day", "month"),
}
MISTAKE = 0.03
"""Chance that a person gives another value for one part of the code the second time."""
RESPONSE = 0.80


def linking_codes(random: Generator, replicates: int) -> Iterator[list[Row]]:
    """Yield, for each recipe and size of group, the share of repeats found, of false links and of ambiguous codes."""
    for recipe, parts in RECIPES.items():
        for population in (30, 60, 150, 400, 700):
            found, false, ambiguous = [], [], []
            for _ in range(max(20, replicates // 20)):
                first = _codes(random, parts, population)
                second = _with_mistakes(random, parts, first)
                present = [random.random(population) < RESPONSE for _ in range(2)]
                links, wrong, unclear, repeats = _link(first, second, present)
                found.append((links - wrong) / max(repeats, 1))
                false.append(wrong / max(links, 1))
                ambiguous.append(unclear)
            scenario = Scenario("codes", "exact match", population, None, RESPONSE, recipe, "3 % mistakes a part")
            yield [
                scenario.mean("repeats_found", found),
                scenario.mean("false_links", false),
                scenario.mean("ambiguous", ambiguous),
            ]


Parts = list[list[str]]


def _codes(random: Generator, parts: tuple[str, ...], people: int) -> Parts:
    return [_values(random, part, people) for part in parts]


def _values(random: Generator, part: str, number: int) -> list[str]:
    if part == "letter":
        return [str(letter) for letter in random.choice(list(_LETTERS), size=number, p=_WEIGHTS / _WEIGHTS.sum())]
    return [f"{value:02}" for value in random.integers(1, 32 if part == "day" else 13, size=number)]


def _with_mistakes(random: Generator, parts: tuple[str, ...], codes: Parts) -> Parts:
    slipped = []
    for part, values in zip(parts, codes, strict=True):
        others = _values(random, part, len(values))
        wrong = random.random(len(values)) < MISTAKE
        slipped.append([other if slip else value for value, other, slip in zip(values, others, wrong, strict=True)])
    return slipped


def _link(first: Parts, second: Parts, present: list[np.ndarray]) -> tuple[int, int, float, int]:
    """Return links, false links, the share of ambiguous codes and how many people answered twice."""
    before = {person: "".join(parts) for person, parts in enumerate(zip(*first, strict=True)) if present[0][person]}
    after = {person: "".join(parts) for person, parts in enumerate(zip(*second, strict=True)) if present[1][person]}
    match = match_codes([(code, True) for code in before.values()], [(code, True) for code in after.values()])
    single_before, single_after = _owners(before), _owners(after)
    wrong = sum(single_before[code] != owner for code, owner in single_after.items() if code in single_before)
    repeats = int((present[0] & present[1]).sum())
    unclear = 1 - (match.usable_before + match.usable_after) / max(len(before) + len(after), 1)
    return match.pairs.total, wrong, unclear, repeats


def _owners(codes: dict[int, str]) -> dict[str, int]:
    """Return the owner of every code that was given once."""
    times = Counter(codes.values())
    return {code: person for person, code in codes.items() if times[code] == 1}
