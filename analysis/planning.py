"""How many people must answer: to show that the target is met, or to know a share with a given precision.

What belongs here: sizes before the fieldwork, and what would settle an open verdict. The rule that is planned for is
the exact one of whole lists; for class strata and class samples the sizes are multiplied by a design effect.
Sizes for a precision or for a change stand in `analysis.sample_sizes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from analysis.hypergeometric import TIE, upper_tail
from analysis.records import Design, Sampling
from analysis.rounding import exact
from analysis.sample_sizes import Invitations, invitations

POWER = 0.80
"""Wanted probability that the verdict is shown if the truth is as expected."""
EXPECTED = Fraction(19, 20)

# Up to here every size is looked at; beyond, the search starts where the power is as good as certain.
_SCAN_UP_TO = 2000
_AS_GOOD_AS_CERTAIN = 0.9999


@dataclass(frozen=True, slots=True)
class Plan:
    """How many of a group must answer. `answers` is None where even a full count could not show the target met."""

    population: int
    target_count: int
    expected_count: int
    power: float
    required: int | None
    gate: int | None
    answers: int | None
    invitations: Invitations | None


@dataclass(frozen=True, slots=True)
class MoreAnswers:
    """How many more answers would settle an open verdict if the present share holds, and whether as met."""

    answers: int
    total: int
    as_met: bool


def target_count(population: int, target: Fraction = Fraction(9, 10)) -> int:
    """Return the fewest people of a list that reach the target: the target times the list, rounded up in integers.

    Parameters: `population` (>= 0); `target` an exact share (0..1]. Source: docs/methods.md, section 4.

    >>> [target_count(n) for n in (36, 38, 40, 45)]
    [33, 35, 36, 41]
    """
    return -((-target.numerator * population) // target.denominator)


def critical_count(
    answered: int, population: int, *, target: Fraction = Fraction(9, 10), tail: float = 0.025
) -> int | None:
    """Return the fewest who must be seen to understand, among `answered`, for the verdict "met"; None if none would do.

    x_c(n) = min{x : P(X >= x | K_T - 1) <= tail} with the hypergeometric distribution.

    Parameters: 0 <= answered <= population; `tail` is half the error of the two-sided level (0..0.5).
    Raises ValueError for more answers than people. Source: docs/methods.md, section 11.

    >>> critical_count(31, 36), critical_count(5, 36) is None
    (30, True)
    """
    if not 0 <= answered <= population:
        raise ValueError(f"{answered} answers from {population} people")
    return _critical(answered, population, target_count(population, target) - 1, tail)


def power_of(
    answered: int, population: int, understanding: int, *, target: Fraction = Fraction(9, 10), tail: float = 0.025
) -> float:
    """Return the probability that `answered` people show "met" when `understanding` of the list truly understand.

    Parameters: 0 <= answered, understanding <= population. Returns 0 where no critical count exists.
    Source: docs/methods.md, section 11, P(X >= x_c | K).

    >>> round(power_of(33, 40, 38), 3), power_of(34, 40, 38)
    (0.323, 1.0)
    """
    critical = critical_count(answered, population, target=target, tail=tail)
    return 0.0 if critical is None else upper_tail(critical, population, understanding, answered)


@lru_cache(maxsize=4096)
def required_answers(
    population: int,
    understanding: int,
    *,
    power: float = POWER,
    target: Fraction = Fraction(9, 10),
    tail: float = 0.025,
) -> int | None:
    """Return the number of answers from which on "met" is shown with the wanted power; None if a full count fails.

    The power is saw-toothed in the number of answers, so this is the smallest n that suffices together with every
    larger one.

    Parameters: `population` (>= 1); `understanding` people truly understand (0..population); `power` (0..1).
    Raises ValueError for numbers outside their range. Source: docs/methods.md, section 11.

    >>> [required_answers(n, k) for n, k in ((40, 38), (300, 285), (40, 35))]
    [34, 142, None]
    """
    _check(population, understanding, power)
    needed = target_count(population, target)
    return None if understanding < needed else _smallest_stable(population, needed - 1, understanding, power, tail)


def answers_to_deny(
    population: int,
    understanding: int,
    *,
    power: float = POWER,
    target: Fraction = Fraction(9, 10),
    tail: float = 0.025,
) -> int | None:
    """Return the number of answers from which on "not met" is shown with the wanted power; None if it is not so.

    The mirror of `required_answers`: those who do not understand are counted instead. Parameters as there.

    >>> answers_to_deny(40, 30), answers_to_deny(40, 36)
    (23, None)
    """
    _check(population, understanding, power)
    needed = target_count(population, target)
    if understanding >= needed:
        return None
    return _smallest_stable(population, population - needed, population - understanding, power, tail)


def more_answers(answered: int, understood: int, population: int, design: Design) -> MoreAnswers | None:
    """Return how many more answers would settle an open verdict if the present share holds; None if all answered.

    The truth is taken as floor(share * population); where that reaches the target, answers are counted until "met" is
    shown with a power of 0.80, otherwise until "not met" is. A census needs the minimum response rate besides. Because
    a full count settles everything, a number always exists.

    Parameters: 0 <= understood <= answered <= population, answered >= 1.
    Raises ValueError for impossible counts. Source: docs/methods.md, section 11.

    >>> more_answers(36, 33, 44, Design())
    MoreAnswers(answers=8, total=44, as_met=True)
    """
    if not 0 <= understood <= answered <= population or answered < 1:
        raise ValueError(f"{understood} of {answered} of {population} is not a result")
    if answered == population:
        return None
    truth = understood * population // answered
    as_met = truth >= target_count(population, design.target)
    search = required_answers if as_met else answers_to_deny
    total = search(population, truth, target=design.target, tail=design.tail) or population
    total = min(population, max(total, _gate(population, design) or 0, answered + 1))
    return MoreAnswers(total - answered, total, as_met)


def plan(
    population: int,
    *,
    expected: float | Fraction = EXPECTED,
    power: float = POWER,
    expected_response: float | None = None,
    design: Design | None = None,
) -> Plan:
    """Say how many of a group must answer so that its target can be shown as met.

    Parameters: `population` (>= 1); `expected` share who truly understand (0..1); `power` (0..1); `expected_response`
    (0..1] adds how many to invite; `design` gives target, level, sampling and the minimum response rate, which
    a census must reach as well.
    Returns a `Plan`. Raises ValueError for numbers outside their range. Source: docs/methods.md, section 11.

    >>> plan(40).answers, plan(40, expected=0.9).answers, plan(300).answers
    (34, 40, 180)
    """
    design = design or Design()
    truth = floor(exact(expected) * population)
    required = required_answers(population, truth, power=power, target=design.target, tail=design.tail)
    gate = _gate(population, design)
    answers = None if required is None else max(required, gate or 0)
    invited = (
        invitations(answers, population, expected_response=expected_response)
        if answers is not None and expected_response is not None
        else None
    )
    return Plan(population, target_count(population, design.target), truth, power, required, gate, answers, invited)


def _gate(population: int, design: Design) -> int | None:
    """Return the answers that the minimum response rate asks of a census."""
    return ceil(design.minimum_response * population) if design.sampling is Sampling.CENSUS else None


def _check(population: int, understanding: int, power: float) -> None:
    if not 0 <= understanding <= population or population < 1:
        raise ValueError(f"{understanding} of {population} people cannot understand")
    if not 0 < power < 1:
        raise ValueError(f"the power must lie between 0 and 1, not {power}")


def _critical(answered: int, population: int, null_count: int, tail: float, start: int = 0) -> int | None:
    """Return min{x >= start : P(X >= x | null_count) <= tail}, or None if that is more than `answered`."""
    low, high = start, answered + 1
    while low < high:
        middle = (low + high) // 2
        if upper_tail(middle, population, null_count, answered) <= tail * (1 + TIE):
            high = middle
        else:
            low = middle + 1
    return low if low <= answered else None


def _powers(
    population: int, null_count: int, true_count: int, tail: float, sizes: range
) -> Iterator[tuple[int, float]]:
    for answered in sizes:
        critical = _critical(answered, population, null_count, tail)
        yield answered, 0.0 if critical is None else upper_tail(critical, population, true_count, answered)


def _smallest_stable(population: int, null_count: int, true_count: int, power: float, tail: float) -> int | None:
    """Go down from the largest size until the power is lost; the size above is the answer."""
    start = population
    if population > _SCAN_UP_TO:
        doubling = (2**k for k in range(6, population.bit_length()) if 2**k < population)
        certain = (n for n in doubling if _power_at(n, population, null_count, true_count, tail) >= _AS_GOOD_AS_CERTAIN)
        start = next(certain, population)
    smallest = None
    for answered, reached in _powers(population, null_count, true_count, tail, range(start, 0, -1)):
        if reached < power:
            break
        smallest = answered
    return smallest


def _power_at(answered: int, population: int, null_count: int, true_count: int, tail: float) -> float:
    return next(_powers(population, null_count, true_count, tail, range(answered, answered + 1)))[1]
