"""More than two waves: is there a trend, and at which level may one look again.

What belongs here: one test over all waves and the level for repeated verdicts. Changes between two neighbouring waves
stand in `analysis.changes`, their joint adjustment in `analysis.multiplicity`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import copysign, sqrt

from scipy import special


@dataclass(frozen=True, slots=True)
class WaveShare:
    """One wave: its closing date and how many of those who answered understood."""

    closed: date
    understood: int
    answered: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The trend over all waves: `z` above 0 rises; `slope` is the change of the share in a year of 365.25 days."""

    chi_square: float | None
    z: float | None
    p: float | None
    slope: float | None
    waves: int


def trend(waves: Sequence[WaveShare]) -> Trend:
    """Test whether the share rises or falls over three or more waves, with the dates as scores.

    chi^2 = [sum s_i (x_i - n_i p)]^2 / (p q [sum n_i s_i^2 - (sum n_i s_i)^2 / n]), one degree of freedom. The waves
    are taken as independent samples; where the same persons answer each time the test is conservative for a trend.

    Parameters: `waves` in any order; waves without answers are left out.
    Returns a `Trend`; all figures are None below two different dates, or if all or none understood.
    Raises ValueError for impossible counts.
    Source: Cochran (1954) Biometrics 10:417; Armitage (1955) Biometrics 11:375.

    >>> found = trend([WaveShare(date(2026, 1, 1), 20, 50), WaveShare(date(2026, 2, 1), 28, 50),
    ...     WaveShare(date(2026, 3, 1), 36, 50)])
    >>> round(found.chi_square, 3), round(found.p, 4)
    (10.381, 0.0013)
    """
    if any(not 0 <= wave.understood <= wave.answered for wave in waves):
        raise ValueError("understood must be between 0 and answered")
    heard = [wave for wave in waves if wave.answered]
    n, x = sum(wave.answered for wave in heard), sum(wave.understood for wave in heard)
    if len({wave.closed for wave in heard}) < 2 or x in (0, n):
        return Trend(None, None, None, None, len(heard))
    share = x / n
    # Days since the first wave: the test does not depend on the origin, and small numbers keep precision.
    first = min(wave.closed for wave in heard)
    days = [(wave.closed - first).days for wave in heard]
    lean = sum(s * (w.understood - w.answered * share) for s, w in zip(days, heard, strict=True))
    total = sum(s * w.answered for s, w in zip(days, heard, strict=True))
    spread = sum(s * s * w.answered for s, w in zip(days, heard, strict=True)) - total * total / n
    chi_square = lean * lean / (share * (1 - share) * spread)
    p = float(special.chdtrc(1, chi_square))
    return Trend(chi_square, copysign(sqrt(chi_square), lean), p, lean / spread * 365.25, len(heard))


def look_confidence(looks: int, confidence: float = 0.95) -> float:
    """Return the level for each verdict when `looks` are planned in all: 1 - (1 - confidence)/looks.

    Trying again until "met" comes out inflates the error; dividing it among the looks keeps the promise.

    Parameters: `looks` (>= 1); `confidence` (0..1, exclusive) wanted over all looks.
    Raises ValueError for numbers outside their range. Source: Bonferroni's inequality; docs/methods.md, section 14.

    >>> look_confidence(1), round(look_confidence(5), 2)
    (0.95, 0.99)
    """
    if looks < 1 or not 0 < confidence < 1:
        raise ValueError(f"{looks} looks at {confidence}")
    return confidence if looks == 1 else 1 - (1 - confidence) / looks
