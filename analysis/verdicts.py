"""Is the target met? Verdicts read off the interval, their p-values, gates and strength (docs/methods.md, 4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy import special

from analysis.hypergeometric import lower_tail, upper_tail
from analysis.intervals import Interval
from analysis.multiplicity import holm
from analysis.records import Design, Estimate, Reason, Strength, Verdict
from analysis.tallies import Totals


@dataclass(frozen=True, slots=True)
class Evidence:
    """One-sided p-values of a verdict: `p_met` against "not reached", `p_not` against "reached"."""

    p_met: float
    p_not: float


def target_count(target: Fraction, population: int) -> int:
    """Return K_T, the smallest number of people of the list that makes the target: ceil(target * population).

    `target` an exact fraction in (0, 1] (floats would be wrong by one here and there), `population` >= 0.

    Source: docs/methods.md, section 4.

    >>> [target_count(Fraction(9, 10), size) for size in (38, 40, 45)]
    [35, 36, 41]
    """
    return -((-target.numerator * population) // target.denominator)


def judge_counts(low: int, high: int, needed: int) -> Verdict:
    """Return the verdict for a list of known length: is `needed` below, above or inside the limits?

    `low` <= `high` are limits in persons, `needed` is K_T.

    Source: docs/methods.md, section 4.

    >>> judge_counts(33, 35, 33), judge_counts(38, 41, 40), judge_counts(25, 30, 33)
    (<Verdict.MET: 'met'>, <Verdict.NOT_YET_SHOWN: 'not_yet_shown'>, <Verdict.NOT_MET: 'not_met'>)
    """
    if low >= needed:
        return Verdict.MET
    return Verdict.NOT_MET if high < needed else Verdict.NOT_YET_SHOWN


def judge_shares(interval: Interval, target: Fraction) -> Verdict:
    """Return the verdict when the length of the list is unknown: the limits are compared with the target itself.

    Source: docs/methods.md, section 4.

    >>> judge_shares(Interval(0.905, 0.95), Fraction(9, 10))
    <Verdict.MET: 'met'>
    """
    if interval.low >= target:
        return Verdict.MET
    return Verdict.NOT_MET if interval.high < target else Verdict.NOT_YET_SHOWN


def exact_evidence(understood: int, answered: int, population: int, needed: int) -> Evidence:
    """Return the exact p-values for a list: P(X >= x | K_T - 1) and P(X <= x | K_T).

    0 <= understood <= answered <= population; 0 <= needed <= population.

    Source: docs/methods.md, section 4; the tails invert to the limits of section 3.1.

    >>> round(exact_evidence(30, 31, 36, 33).p_met, 5)
    0.00535
    """
    p_met = upper_tail(understood, population, needed - 1, answered) if needed > 0 else 0.0
    return Evidence(p_met, lower_tail(understood, population, needed, answered))


def binomial_evidence(understood: int, answered: int, target: Fraction) -> Evidence:
    """Return the exact p-values for a list of unknown length: binomial tails at the target.

    Source: docs/methods.md, section 4.

    >>> evidence = binomial_evidence(60, 60, Fraction(9, 10))
    >>> round(evidence.p_met, 4), evidence.p_not
    (0.0018, 1.0)
    """
    share = float(target)
    p_met = 1.0 if understood == 0 else float(special.bdtrc(understood - 1, answered, share))
    return Evidence(p_met, float(special.bdtr(understood, answered, share)))


def effective_evidence(
    share: float, size: float, df: float, target: float, high_target: float | None = None
) -> Evidence:
    """Return the p-values that belong to Wilson's interval at an effective size.

    `share` in [0, 1]; `size` > 0, may be infinite; `df` of the t distribution; `target` is (K_T - 1/2)/N, halfway
    between missed and reached, or the target itself where N is unknown; `high_target` is given where "not
    reached" has another one (a ward with silent schools).

    Source: docs/methods.md, section 4: the score test that inverts to section 3.3.

    >>> evidence = effective_evidence(0.8788, 192.39, 64, target=0.895)
    >>> round(evidence.p_met, 3), round(evidence.p_not, 3)
    (0.767, 0.233)
    """
    above = target if high_target is None else high_target
    return Evidence(
        p_met=_t_tail(_score(share - target, target, size), df),
        p_not=_t_tail(_score(above - share, above, size), df),
    )


def _score(distance: float, target: float, size: float) -> float:
    spread = target * (1 - target) / size
    if spread > 0:
        return distance / math.sqrt(spread)
    # A target of nobody or everybody, or a full count: the smallest distance decides, and none never does.
    return math.inf if distance > 0 else -math.inf


def _t_tail(score: float, df: float) -> float:
    if math.isinf(score):
        return 0.0 if score > 0 else 1.0
    return float(special.stdtr(max(df, 1.0), -score))


def is_certain(totals: Totals, needed: int) -> bool:
    """Return whether no answer that is still missing can change the verdict.

    That is so when x >= K_T people already meet the criterion, or n - x > N - K_T do not.

    Source: docs/methods.md, section 4.

    >>> is_certain(Totals(25, 31, 36, 36), needed=33)
    True
    """
    if totals.population is None or totals.answered > totals.population:
        return False
    missed = totals.answered - totals.understood
    return totals.understood >= needed or missed > totals.population - needed


def gates(totals: Totals, design: Design) -> tuple[Reason, ...]:
    """Return the reason why the response rate forbids a verdict, if it does.

    Source: docs/methods.md, section 4.

    >>> gates(Totals(50, 50, 100, 100), Design())
    (<Reason.LOW_RESPONSE: 'low_response'>,)
    """
    rate_is_low = totals.invited is not None and totals.answered < design.minimum_response * totals.invited
    return (Reason.LOW_RESPONSE,) if rate_is_low else ()


def strength(
    verdict: Verdict, share: float, tipping: float | None, *, certain: bool, margin: Fraction
) -> Strength | None:
    """Return how much a verdict leans on those who did not answer (sections 4 and 5).

    `share` of the respondents; `tipping` share of the others that the target needs; robust when the others may do
    worse (for met; better for not met) than the respondents by `margin`. None for "not yet shown".

    Source: docs/methods.md, section 4.

    >>> strength(Verdict.MET, 0.97, 0.6, certain=False, margin=Fraction(1, 10))
    <Strength.ROBUST: 'robust'>
    """
    if certain:
        return Strength.CERTAIN
    if verdict is Verdict.NOT_YET_SHOWN or tipping is None:
        return None if verdict is Verdict.NOT_YET_SHOWN else Strength.DEPENDS
    distance = share - tipping if verdict is Verdict.MET else tipping - share
    return Strength.ROBUST if distance >= margin else Strength.DEPENDS


def all_groups(estimates: Sequence[Estimate], *, tail: float = 0.025) -> Verdict:
    """Return the school line: have all groups met the target?

    Met if every group has met it, each at its own level (an intersection-union test needs no correction). Not met
    if at least one group has shown it has not: Holm over the `p_not` of the groups whose result passed the gates.
    Otherwise not yet shown. A group whose target is out of reach for certain decides alone.

    Raises ValueError without groups. Source: Berger 1982, Technometrics 24:295; Holm 1979.

    >>> good = Estimate(verdict=Verdict.MET, p_met=0.001, p_not=1.0)
    >>> poor = Estimate(verdict=Verdict.NOT_MET, p_met=1.0, p_not=0.02)
    >>> all_groups([good, good]), all_groups([good, poor])
    (<Verdict.MET: 'met'>, <Verdict.NOT_YET_SHOWN: 'not_yet_shown'>)
    """
    if not estimates:
        raise ValueError("the school line needs at least one group")
    if all(one.verdict is Verdict.MET for one in estimates):
        return Verdict.MET
    if any(one.verdict is Verdict.NOT_MET and one.strength is Strength.CERTAIN for one in estimates):
        return Verdict.NOT_MET
    adjusted = holm([one.p_not for one in estimates])
    refuted = [
        one.verdict is Verdict.NOT_MET and p is not None and p <= tail
        for one, p in zip(estimates, adjusted, strict=True)
    ]
    return Verdict.NOT_MET if any(refuted) else Verdict.NOT_YET_SHOWN
