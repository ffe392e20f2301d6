"""How much classes cost in precision: intraclass correlation and counts deflated by the design effect (6.5, 6.6)."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.tallies import Tally


def intraclass_correlation(classes: Sequence[Tally]) -> float | None:
    """Return the intraclass correlation of the answers, from the one-way analysis of variance.

    rho = (MSB - MSW)/(MSB + (n0 - 1) MSW), n0 = (n - sum n_c^2/n)/(m - 1), over the classes with answers. Lies in
    [-1/(n0 - 1), 1]; for planning, floor it at 0. None with fewer than two classes, with one answer each, or when all
    answers are the same.

    Source: docs/methods.md, section 6.5; Fleiss 1981, Statistical Methods for Rates and Proportions, 13.2.

    >>> rows = [(20, 18), (20, 10), (20, 14), (20, 16)]
    >>> round(intraclass_correlation([Tally("6", str(i), 30, None, n, x) for i, (n, x) in enumerate(rows)]), 4)
    0.0959
    """
    seen = [(item.answered, item.understood) for item in classes if item.answered]
    number, size = len(seen), sum(n for n, _ in seen)
    if number < 2 or size == number:
        return None
    mean = sum(x for _, x in seen) / size
    between = sum(n * (x / n - mean) ** 2 for n, x in seen) / (number - 1)
    within = sum(x * (n - x) / n for n, x in seen) / (size - number)
    typical = (size - sum(n * n for n, _ in seen) / size) / (number - 1)
    total = between + (typical - 1) * within
    return (between - within) / total if total > 0 else None


def deflate(understood: int, answered: int, design_effect: float) -> tuple[float, float]:
    """Return the counts divided by the design effect, ready for any binomial method that takes real numbers.

    0 <= understood <= answered; `design_effect` > 0, without finite population correction
    (`Estimate.design_effect_without_fpc` of a class sample far below its population). Raises ValueError otherwise.

    Source: Rao & Scott 1992, Biometrics 48:577.

    >>> deflate(60, 90, 1.5)
    (40.0, 60.0)
    """
    if design_effect <= 0 or not 0 <= understood <= answered:
        raise ValueError(f"need counts in order and a design effect above 0: {understood}, {answered}, {design_effect}")
    return understood / design_effect, answered / design_effect
