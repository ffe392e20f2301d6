"""A weighted share with its variance: what strata, class samples, forms and wards all come down to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.intervals import Interval, effective_size, wilson
from analysis.records import Reason


@dataclass(frozen=True, slots=True)
class ShareMoments:
    """A share with the variance of its design (docs/methods.md, sections 3.3 and 6).

    `value` in [0, 1]; `variance` V >= 0; `floor` A >= 0, what a simple random sample with the same weights would
    have in place of V / (p(1-p)); `df` degrees of freedom of V; `size` the answers used; `left` 1 - f, the part of
    the people they do not include (1 without finite population correction); `inflation` >= 1 applies where V says
    nothing; `collapsed` and `left_out` name strata that were merged or had no answers.
    """

    value: float
    variance: float
    floor: float
    df: float
    size: int
    left: float = 1.0
    inflation: float = 1.0
    reasons: tuple[Reason, ...] = ()
    collapsed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def effective_size(self, *, cap: bool = True) -> float:
        """Return the effective number of answers (infinite for a full count).

        >>> round(simple_moments(90, 100, 200).effective_size(), 1)
        198.0
        """
        return effective_size(self.value, self.variance, self.floor, cap=cap, inflation=self.inflation)

    def interval(self, *, confidence: float = 0.95, cap: bool = True) -> Interval:
        """Return Wilson's interval at the effective size with the t quantile (section 3.3).

        >>> interval = simple_moments(90, 100, 200).interval()
        >>> round(interval.low, 4), round(interval.high, 4)
        (0.8496, 0.9348)
        """
        return wilson(self.value, self.effective_size(cap=cap), confidence=confidence, df=self.df)

    def scaled(self, factor: float) -> ShareMoments:
        """Return the same share with its variance times `factor` (a finite population correction)."""
        return replace(self, variance=self.variance * factor, floor=self.floor * factor, left=self.left * factor)

    @property
    def design_effect(self) -> float | None:
        """V over the variance of as many simple random answers, (1-f) p(1-p)/(n-1); None where that is 0."""
        plain = self.design_effect_without_fpc
        return plain / self.left if plain is not None and self.left > 0 else None

    @property
    def design_effect_without_fpc(self) -> float | None:
        """The same without the factor (1-f) in the denominator."""
        spread = self.value * (1 - self.value)
        return self.variance * (self.size - 1) / spread if spread > 0 and self.size > 1 else None

    @property
    def se(self) -> float:
        """The standard error."""
        return math.sqrt(self.variance)


def simple_moments(understood: int, answered: int, population: int | None = None) -> ShareMoments:
    """Return the share of an unstratified list: V = (1-f) p(1-p)/(n-1).

    0 <= understood <= answered, answered >= 1; `population` >= answered switches the finite population
    correction on, None off.

    Source: Cochran 1977, section 3.2.

    >>> moments = simple_moments(30, 31, 36)
    >>> round(moments.se, 5)
    0.01202
    """
    if not 0 <= understood <= answered or answered < 1:
        raise ValueError(f"need 0 <= understood <= answered and an answer: {understood}, {answered}")
    share = understood / answered
    left = 0.0 if population == answered else 1.0 if population is None else 1 - answered / population
    variance = left * share * (1 - share) / (answered - 1) if answered > 1 else 0.0
    return ShareMoments(share, variance, left / answered, answered - 1, answered, left)


def average_moments(parts: Sequence[ShareMoments]) -> ShareMoments:
    """Return the plain average of independent shares (the forms of a questionnaire): V = sum V_i / number^2.

    At least one share. Source: docs/methods.md, section 10.

    >>> average = average_moments([simple_moments(6, 10), simple_moments(16, 20)])
    >>> round(average.value, 3), average.df
    (0.7, 28)
    """
    number = len(parts)
    return ShareMoments(
        value=sum(part.value for part in parts) / number,
        variance=sum(part.variance for part in parts) / number**2,
        floor=sum(part.floor for part in parts) / number**2,
        df=sum(part.df for part in parts),
        size=sum(part.size for part in parts),
        inflation=max(part.inflation for part in parts),
        reasons=tuple(dict.fromkeys(reason for part in parts for reason in part.reasons)),
        collapsed=tuple(dict.fromkeys(name for part in parts for name in part.collapsed)),
    )
