"""What if some of those who "clearly understand" only guessed? A sensitivity figure, never the headline.

What belongs here: results in, results under another assumption out. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.records import Estimate


@dataclass(frozen=True, slots=True)
class GuessCorrected:
    """A share and its limits after taking away what guessing alone would reach."""

    value: float
    low: float
    high: float
    guess: float


def without_guessing(estimate: Estimate, guess: float) -> GuessCorrected | None:
    """Return share and limits if everybody without understanding had passed with probability `guess`.

    (p - g)/(1 - g), cut to 0..1, for the share and both limits: sensitivity 1, specificity 1 - g.

    Parameters: `estimate` with its limits; `guess` the chance of passing by luck (0 up to, not including, 1), as
    `mastery.pass_probability` gives it. Returns None where the estimate has no share.
    Raises ValueError for a guess outside its range.
    Source: Rogan & Gladen (1978) Am J Epidemiol 107:71; docs/methods.md, section 2.

    >>> found = without_guessing(Estimate(value=0.9, low=0.85, high=0.94), 0.1)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.8889, 0.8333, 0.9333)
    """
    if not 0 <= guess < 1:
        raise ValueError(f"the chance of guessing must lie between 0 and 1, not {guess}")
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    value, low, high = (
        min(max((share - guess) / (1 - guess), 0.0), 1.0) for share in (estimate.value, estimate.low, estimate.high)
    )
    return GuessCorrected(value, low, high, guess)
