"""What those who did not answer could change: bounds without assumptions and the tipping share (docs/methods.md, 5).

The bounds of a class sample need its variance and stand in `clusters`.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.hypergeometric import exact_limits
from analysis.intervals import Interval
from analysis.records import Design, Sampling
from analysis.tallies import Tally, Totals, was_drawn


def census_bounds(totals: Totals) -> Interval | None:
    """Return the share if none, and if all, of the silent people understand: [x/N, (x + N - n)/N].

    None where the population is unknown, empty or smaller than the number of answers.

    Source: Manski 2003, Partial Identification; Horowitz & Manski 2000, JASA 95:77.

    >>> bounds = census_bounds(Totals(understood=30, answered=31, invited=36, population=36))
    >>> round(bounds.low, 4), round(bounds.high, 4)
    (0.8333, 0.9722)
    """
    size = totals.population
    if not size or totals.answered > size:
        return None
    return Interval(totals.understood / size, (totals.understood + size - totals.answered) / size)


def drawn_bounds(totals: Totals, *, tail: float = 0.025) -> Interval | None:
    """Return the bounds for persons drawn at random: silent ones count as 0 below and as 1 above.

    Lower limit of the exact interval at (x, n0), upper limit at (x + n0 - n, n0), n0 persons drawn of N. None
    where a number is unknown or they do not fit.

    Source: docs/methods.md, section 5.

    >>> bounds = drawn_bounds(Totals(understood=30, answered=31, invited=36, population=36))
    >>> round(bounds.low, 4), round(bounds.high, 4)
    (0.8333, 0.9722)
    """
    size, drawn = totals.population, totals.invited
    if not size or drawn is None or not totals.answered <= drawn <= size:
        return None
    low, _ = exact_limits(totals.understood, drawn, size, tail)
    _, high = exact_limits(totals.understood + drawn - totals.answered, drawn, size, tail)
    return Interval(low / size, high / size)


def list_bounds(totals: Totals, design: Design) -> Interval | None:
    """Return the bounds that belong to a census or to persons drawn; None for a class sample (see `clusters`).

    Source: docs/methods.md, section 5.

    >>> list_bounds(Totals(25, 31, None, None), Design()) is None
    True
    """
    if design.sampling is Sampling.CENSUS:
        return census_bounds(totals)
    return drawn_bounds(totals, tail=design.tail) if design.sampling is Sampling.SRS else None


def tipping_share(totals: Totals, needed: int) -> float | None:
    """Return the share of those who did not answer that must understand for the target to hold.

    (K_T - x)/(N - n): at most 0 when the target is already certain, above 1 when it is out of reach, None when
    everybody answered or the population is unknown or too small. `needed` is K_T.

    Source: docs/methods.md, section 5.

    >>> tipping_share(Totals(understood=30, answered=31, invited=36, population=36), needed=33)
    0.6
    """
    if totals.population is None or totals.answered >= totals.population:
        return None
    return (needed - totals.understood) / (totals.population - totals.answered)


def low_response(tallies: Sequence[Tally]) -> tuple[str, ...]:
    """Return the names of the classes where fewer than half of those invited answered.

    Source: docs/methods.md, section 5.

    >>> low_response([Tally("6A", None, 30, None, 14, 10), Tally("6B", None, 30, None, 15, 10)])
    ('6A',)
    """
    return tuple(
        item.cluster or item.stratum or ""
        for item in tallies
        if item.is_placed and was_drawn(item) and 2 * item.answered < (item.drawn or item.population or 0)
    )
