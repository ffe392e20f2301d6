"""Sample sizes by formula: for a precision, for a change, and the invitations they need.

What belongs here: closed formulas with a design effect. The exact size for the verdict stands in `analysis.planning`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from scipy import optimize, special

from analysis.rounding import exact

INTRACLASS = 0.05
"""Likeness of pupils of one class that is assumed when nothing better is known."""
POWER = 0.80
"""Wanted probability that a change of the given size is shown."""


@dataclass(frozen=True, slots=True)
class Invitations:
    """How many to invite so that enough answer; `response_needed` is the rate at which inviting everybody suffices."""

    invite: int
    reachable: bool
    response_needed: float


def invitations(answers: int, population: int, *, expected_response: float) -> Invitations:
    """Return how many to invite so that `answers` come in at the expected response rate.

    Parameters: 0 <= answers <= population; `expected_response` (0..1]. Returns everybody and reachable=False where even
    that would not be enough; `response_needed` then says what rate is wanted.
    Raises ValueError for numbers outside their range. Source: docs/methods.md, section 11.

    >>> invitations(34, 40, expected_response=0.8)
    Invitations(invite=40, reachable=False, response_needed=0.85)
    """
    if not 0 <= answers <= population or population < 1 or not 0 < expected_response <= 1:
        raise ValueError(f"{answers} answers of {population} at a response of {expected_response}")
    invite = ceil(answers / exact(expected_response))
    return Invitations(min(invite, population), invite <= population, answers / population)


def answers_for_precision(
    margin: float,
    *,
    population: int | None = None,
    expected: float = 0.9,
    design_effect: float = 1.0,
    confidence: float = 0.95,
) -> int:
    """Return how many must answer for an interval of plus or minus `margin` around a share near `expected`.

    n0 = deff z^2 p(1-p) / e^2, then n = ceil(n0 / (1 + (n0-1)/N)).

    Parameters: `margin` (0..1, exclusive); `expected` (0..1, exclusive); `design_effect` (> 0); `confidence` (0..1,
    exclusive); `population` None for a list of unknown length.
    Returns persons. Raises ValueError for numbers outside their range. Source: Cochran (1977) section 4.4.

    >>> answers_for_precision(0.05, population=400), answers_for_precision(0.05, expected=0.5)
    (103, 385)
    """
    if not (0 < margin < 1 and 0 < expected < 1 and design_effect > 0 and 0 < confidence < 1):
        raise ValueError("margin, expected share and confidence must lie between 0 and 1, the design effect above 0")
    first = design_effect * _z(confidence) ** 2 * expected * (1 - expected) / margin**2
    if population is None:
        return ceil(first)
    return min(population, ceil(first / (1 + (first - 1) / population)))


def class_design_effect(class_size: float, intraclass: float = INTRACLASS) -> float:
    """Return by how much a sample of whole classes is less precise than one of single persons: 1 + (b-1) rho.

    Parameters: `class_size` answers per class (>= 1); `intraclass` correlation (0..1).
    Raises ValueError for numbers outside their range. Source: Kish (1965) Survey Sampling, section 5.4.

    >>> round(class_design_effect(35), 2)
    2.7
    """
    if class_size < 1 or not 0 <= intraclass <= 1:
        raise ValueError(f"class size {class_size}, intraclass correlation {intraclass}")
    return 1 + (class_size - 1) * intraclass


def answers_for_change(
    before: float,
    after: float,
    *,
    design_effect: float = 1.0,
    power: float = POWER,
    confidence: float = 0.95,
) -> int:
    """Return how many must answer in each wave to show the change between two shares, without matched persons.

    n = deff [z_{1-a/2} sqrt(2 pq) + z_power sqrt(p1 q1 + p2 q2)]^2 / (p2 - p1)^2 with p the mean share.

    Parameters: `before` and `after` shares (0..1) that differ; `design_effect` (> 0); `power`, `confidence` (0..1,
    exclusive). Returns persons per wave. Raises ValueError for numbers outside their range.
    Source: Fleiss, Levin & Paik (2003) Statistical Methods for Rates and Proportions, eq. 4.14 (without correction).

    >>> answers_for_change(0.6, 0.7), answers_for_change(0.6, 0.7, design_effect=2.7)
    (356, 962)
    """
    _check_levels(power, confidence)
    if not (0 <= before <= 1 and 0 <= after <= 1) or before == after or design_effect <= 0:
        raise ValueError(f"no size shows a change from {before} to {after} with design effect {design_effect}")
    return ceil(design_effect * _size_for_change(before, after, power, confidence))


def detectable_change(
    before: float,
    answered: int,
    *,
    design_effect: float = 1.0,
    power: float = POWER,
    confidence: float = 0.95,
) -> float | None:
    """Return the smallest share after that `answered` people per wave would show as an increase; None if none would.

    Parameters as `answers_for_change`; `before` (0..1, exclusive); `answered` per wave (>= 1).
    Returns a share above `before`. Raises ValueError for numbers outside their range.
    Source: `answers_for_change` solved for the share after by `scipy.optimize.brentq`.

    >>> round(detectable_change(0.6, 356), 3)
    0.7
    """
    _check_levels(power, confidence)
    if not 0 < before < 1 or answered < 1 or design_effect <= 0:
        raise ValueError(f"share {before}, answers {answered}, design effect {design_effect}")

    def missing(after: float) -> float:
        return design_effect * _size_for_change(before, after, power, confidence) - answered

    smallest = before + 1e-6 * (1 - before)
    if missing(1.0) > 0:
        return None
    return smallest if missing(smallest) <= 0 else float(optimize.brentq(missing, smallest, 1.0, xtol=1e-12))


def pairs_for_change(gained: float, lost: float, *, power: float = POWER, confidence: float = 0.95) -> int:
    """Return how many matched persons show the change when known shares of them newly understand and no longer do.

    n = [z_{1-a/2} sqrt(psi) + z_power sqrt(psi - delta^2)]^2 / delta^2, psi = lost + gained, delta = gained - lost.

    Parameters: `gained` and `lost` shares of all matched persons (0..1, together at most 1) that differ.
    Returns matched persons. Raises ValueError for numbers outside their range.
    Source: Connor (1987) Biometrics 43:207.

    >>> pairs_for_change(0.2, 0.1)
    234
    """
    _check_levels(power, confidence)
    if min(gained, lost) < 0 or gained + lost > 1 or gained == lost:
        raise ValueError(f"no size shows {gained} gained against {lost} lost")
    moving, difference = lost + gained, gained - lost
    root = _z(confidence) * sqrt(moving) + float(special.ndtri(power)) * sqrt(moving - difference**2)
    return ceil(root**2 / difference**2)


def _size_for_change(before: float, after: float, power: float, confidence: float) -> float:
    mean = (before + after) / 2
    chance = _z(confidence) * sqrt(2 * mean * (1 - mean))
    effect = float(special.ndtri(power)) * sqrt(before * (1 - before) + after * (1 - after))
    return (chance + effect) ** 2 / (after - before) ** 2


def _z(confidence: float) -> float:
    return float(special.ndtri(0.5 + confidence / 2))


def _check_levels(power: float, confidence: float) -> None:
    if not (0 < power < 1 and 0 < confidence < 1):
        raise ValueError(f"power {power} and confidence {confidence} must lie between 0 and 1")
