"""Schools around the ward's share: which differ by more than the chance of small numbers explains.

What belongs here: control limits for a picture without a ranking. A school outside the limits deserves a question, not
a place in a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy import stats

WARNING = 0.95
ALARM = 0.998
_PULLED_IN = (10, 90)

Position = Literal["below_alarm", "below_warning", "inside", "above_warning", "above_alarm"]


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One school: its share, its limits at 95 % and 99.8 %, and where it stands."""

    school: str
    understood: int
    answered: int
    share: float
    warning: tuple[float, float]
    alarm: tuple[float, float]
    position: Position


@dataclass(frozen=True, slots=True)
class Funnel:
    """All schools around one centre. With `overdispersion` above 1 schools differ more than by chance anyway."""

    centre: float
    points: tuple[FunnelPoint, ...]
    overdispersion: float | None


def funnel_limit(answered: int, centre: float, probability: float) -> float:
    """Return the share that a school at the centre falls below with the given probability, interpolated.

    r = binom.ppf(P, n, theta), a = (F(r) - P)/(F(r) - F(r-1)), limit (r - a)/n, cut to 0..1.

    Parameters: `answered` n (>= 1); `centre` theta (0..1, exclusive); `probability` P (0..1, exclusive).
    Returns a share. Raises ValueError for numbers outside their range.
    Source: Spiegelhalter (2005) Stat Med 24:1185, appendix A.1.1.

    >>> round(funnel_limit(40, 0.85, 0.001), 4), round(funnel_limit(40, 0.85, 0.025), 4)
    (0.6398, 0.7181)
    """
    if answered < 1 or not 0 < centre < 1 or not 0 < probability < 1:
        raise ValueError(f"limit of {answered} answers around {centre} at {probability}")
    r = int(stats.binom.ppf(probability, answered, centre))
    reached, before = (float(stats.binom.cdf(value, answered, centre)) for value in (r, r - 1))
    limit = (r - (reached - probability) / (reached - before)) / answered
    return min(max(limit, 0.0), 1.0)


def funnel(schools: Mapping[str, tuple[int, int]], *, centre: float | None = None) -> Funnel | None:
    """Place schools inside or outside the limits around the ward's share.

    Parameters: `schools` name to (understood, answered); those without answers are left out; `centre` is the share of
    the ward (0..1), by default that of all answers together.
    Returns a `Funnel` in the order of `schools`, None where there are no answers or the centre is 0 or 1 (no funnel
    exists there). Raises ValueError for impossible counts.
    Source: Spiegelhalter (2005) Stat Med 24:1185.

    >>> found = funnel({"A": (34, 40), "B": (24, 40), "C": (38, 40)}, centre=0.85)
    >>> [point.position for point in found.points]
    ['inside', 'below_alarm', 'above_warning']
    """
    if any(not 0 <= understood <= answered for understood, answered in schools.values()):
        raise ValueError("understood must be between 0 and answered")
    heard = {name: counts for name, counts in schools.items() if counts[1] > 0}
    everybody = sum(answered for _, answered in heard.values())
    if not everybody:
        return None
    middle = sum(understood for understood, _ in heard.values()) / everybody if centre is None else centre
    if not 0 < middle < 1:
        return None
    points = tuple(_point(name, *counts, middle) for name, counts in heard.items())
    return Funnel(middle, points, overdispersion(list(heard.values()), middle))


def overdispersion(counts: Sequence[tuple[int, int]], centre: float) -> float | None:
    """Return the mean squared z of the schools, after pulling the outermost tenths in; about 1 under pure chance.

    z = (p - theta)/sqrt(theta(1-theta)/n), pulled in to its 10th and 90th percentile (type 7).

    Parameters: `counts` of (understood, answered >= 1); `centre` (0..1, exclusive). None without schools.
    Source: Spiegelhalter (2005) Stat Med 24:1185, section 3.

    >>> round(overdispersion([(34, 40), (30, 40), (38, 40)], 0.85), 3)
    1.339
    """
    if not counts:
        return None
    z = np.array([(x / n - centre) / sqrt(centre * (1 - centre) / n) for x, n in counts])
    low, high = np.percentile(z, _PULLED_IN)
    return float(np.mean(np.clip(z, low, high) ** 2))


def _point(name: str, understood: int, answered: int, centre: float) -> FunnelPoint:
    def limits(level: float) -> tuple[float, float]:
        tail = (1 - level) / 2
        return funnel_limit(answered, centre, tail), funnel_limit(answered, centre, 1 - tail)

    share, warning, alarm = understood / answered, limits(WARNING), limits(ALARM)
    return FunnelPoint(name, understood, answered, share, warning, alarm, _position(share, warning, alarm))


def _position(share: float, warning: tuple[float, float], alarm: tuple[float, float]) -> Position:
    places: tuple[tuple[bool, Position], ...] = (
        (share < alarm[0], "below_alarm"),
        (share < warning[0], "below_warning"),
        (share > alarm[1], "above_alarm"),
        (share > warning[1], "above_warning"),
    )
    return next((position for holds, position in places if holds), "inside")
