"""Several tests at once: Holm's adjustment (docs/methods.md, section 8). No SciPy needed."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return Holm's adjusted p-values, in the order given.

    Each p in [0, 1], or None for a test that was impossible: it stays None and does not count in the number of
    tests m. p~_(i) = max over j <= i of min(1, (m - j + 1) p_(j)).

    Raises ValueError if a p-value lies outside [0, 1].

    Source: Holm 1979, Scand J Stat 6:65; `statsmodels.stats.multitest.multipletests(p, method="holm")`.

    >>> holm([0.004, 0.03, 0.02, 0.2])
    (0.016, 0.06, 0.06, 0.2)
    """
    possible = [(value, place) for place, value in enumerate(p) if value is not None]
    if any(not 0 <= value <= 1 for value, _ in possible):
        raise ValueError(f"p-values must lie in [0, 1]: {list(p)}")
    adjusted: list[float | None] = [None] * len(p)
    largest = 0.0
    for rank, (value, place) in enumerate(sorted(possible)):
        largest = max(largest, min(1.0, (len(possible) - rank) * value))
        adjusted[place] = largest
    return tuple(adjusted)
