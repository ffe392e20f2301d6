"""The verb `estimate`: from the counts of one group to its share, interval, bounds and verdict.

The interval comes from `assessments`; the verdict on it and the whole record are made here (docs/methods.md, 4 and 5).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.assessments import Precision, assess
from analysis.intervals import Interval
from analysis.nonresponse import low_response, tipping_share
from analysis.records import ClusterCounts, Design, Estimate, Reason, Sampling, Strength, Verdict
from analysis.tallies import Totals, has_answers, tally, totals
from analysis.verdicts import (
    Evidence,
    gates,
    is_certain,
    judge_counts,
    judge_shares,
    strength,
    target_count,
)

# Below this, 90 % means everyone: say so (section 3).
_SMALL_POPULATION = 10


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on what was found, and what goes with it."""

    verdict: Verdict | None
    strength: Strength | None
    tipping: float | None
    needed: int | None
    evidence: Evidence | None
    reasons: tuple[Reason, ...]
    low_response_strata: tuple[str, ...]


def estimate(
    lines: Sequence[ClusterCounts],
    design: Design,
    *,
    reference: Mapping[str, int] | None = None,
    by_form: bool = False,
) -> Estimate:
    """Return the share of a group that meets the criterion, how sure it is, and whether the target is met.

    `lines` are the counts of one wave, audience and topic; `design` what the plan fixed. `reference` gives the
    headcount of every stratum on the roster that weights all waves (`strata.roster` of the latest wave); without
    it the lines' own headcounts weight. `by_form` averages the two forms with equal weight, for waves whose mix
    of forms differs (`forms.mix_differs`).

    Returns an Estimate: shares in [0, 1], counts in persons. Nobody answered, or a roster that is too small,
    gives no verdict and a reason.

    Raises ValueError if the lines mix waves, audiences or topics, contradict each other about a headcount, or
    name no class under cluster sampling.

    Source: docs/methods.md, sections 3 to 6.

    >>> line = ClusterCounts("before", "teachers", None, None, None, None, None, 36, answered=31, understood=30)
    >>> result = estimate([line], Design())
    >>> result.low_count, result.high_count, result.verdict.value, result.tipping
    (33, 35, 'met', 0.6)
    """
    tallies = tally(lines, design.sampling)
    sums = totals(tallies, design)
    if not has_answers(tallies, design):
        return _no_data(sums, design)
    found = assess(tallies, sums, design, reference=reference, lines=lines if by_form else ())
    return decide(found, sums, design, low_response_strata=low_response(tallies))


def _no_data(sums: Totals, design: Design) -> Estimate:
    bounds = Interval(0.0, 1.0) if sums.population else None
    needed = None if sums.population is None else target_count(design.target, sums.population)
    return Estimate(
        understood=sums.understood,
        answered=sums.answered,
        population=sums.population,
        invited=sums.invited,
        response_rate=sums.response_rate,
        confidence=design.confidence,
        worst_low=bounds.low if bounds else None,
        worst_high=bounds.high if bounds else None,
        target_count=needed,
        tipping=tipping_share(sums, needed) if needed else None,
        reasons=(Reason.NO_DATA,) if sums.answered == 0 else (Reason.NO_DATA, Reason.STRATUM_UNKNOWN),
        plan_version=design.plan_version,
    )


def decide(found: Precision, sums: Totals, design: Design, *, low_response_strata: tuple[str, ...] = ()) -> Estimate:
    """Return the full record: verdict, gates, strength, bounds and everything that is shown beside them.

    `found` is what the method of the design found for the group of `sums`.

    Source: docs/methods.md, sections 4 and 5.

    >>> lines = [ClusterCounts("before", "teachers", None, None, None, None, None, 36, answered=31, understood=30)]
    >>> tallies = tally(lines, Sampling.CENSUS)
    >>> sums = totals(tallies, Design())
    >>> result = decide(assess(tallies, sums, Design()), sums, Design())
    >>> result.verdict.value, result.strength.value
    ('met', 'robust')
    """
    population = sums.population
    oversized = population is not None and sums.answered > population or Reason.ROSTER_TOO_SMALL in found.reasons
    needed = None if population is None else target_count(design.target, population)
    certain = needed is not None and not oversized and is_certain(sums, needed)
    tipping = None if needed is None else tipping_share(sums, needed)
    stops = () if certain else (*gates(sums, design), *_design_gates(found, design))
    verdict = None if oversized else Verdict.NOT_YET_SHOWN if stops else _verdict(found, needed, design)
    evidence = _certain_evidence(sums, needed or 0) if certain else None if oversized else found.evidence
    leaning = None
    if verdict is not None:
        share, margin = found.moments.value, design.robust_margin
        leaning = strength(verdict, share, tipping, certain=certain, margin=margin)
    decision = Decision(
        verdict=verdict,
        strength=leaning,
        tipping=tipping,
        needed=needed,
        evidence=evidence,
        reasons=_reasons(found, sums, stops, oversized=oversized),
        low_response_strata=low_response_strata,
    )
    return _describe(found, decision, sums, design)


def _verdict(found: Precision, needed: int | None, design: Design) -> Verdict:
    if needed is None or found.counts is None:
        return judge_shares(found.interval, design.target)
    return judge_counts(*found.counts, needed)


def _certain_evidence(sums: Totals, needed: int) -> Evidence:
    reached = sums.understood >= needed
    return Evidence(0.0 if reached else 1.0, 1.0 if reached else 0.0)


def _design_gates(found: Precision, design: Design) -> tuple[Reason, ...]:
    few = design.sampling is Sampling.CLUSTER and found.moments.df < design.minimum_degrees
    return (Reason.TOO_FEW_CLASSES,) * few + (Reason.EMPTY_STRATUM,) * (Reason.EMPTY_STRATUM in found.reasons)


def _reasons(found: Precision, sums: Totals, stops: tuple[Reason, ...], *, oversized: bool) -> tuple[Reason, ...]:
    population = sums.population
    reasons = [*stops, *found.reasons]
    reasons += [Reason.POPULATION_UNKNOWN] * (population is None)
    reasons += [Reason.DRAWN_UNKNOWN] * (population is not None and sums.invited is None)
    reasons += [Reason.ROSTER_TOO_SMALL] * oversized
    reasons += [Reason.SMALL_POPULATION] * (population is not None and population < _SMALL_POPULATION)
    return tuple(dict.fromkeys(reasons))


def _describe(found: Precision, decision: Decision, sums: Totals, design: Design) -> Estimate:
    moments, worst, evidence = found.moments, found.worst, decision.evidence
    return Estimate(
        value=moments.value,
        se=moments.se if moments.df > 0 or moments.floor == 0 else None,
        low=found.interval.low,
        high=found.interval.high,
        low_count=found.counts[0] if found.counts else None,
        high_count=found.counts[1] if found.counts else None,
        understood=sums.understood,
        answered=sums.answered,
        population=sums.population,
        invited=sums.invited,
        response_rate=sums.response_rate,
        method=found.method,
        confidence=design.confidence,
        effective_n=None if math.isinf(found.size) else found.size,
        design_effect=moments.design_effect,
        design_effect_without_fpc=moments.design_effect_without_fpc,
        df=found.df,
        worst_low=worst.low if worst else None,
        worst_high=worst.high if worst else None,
        plan_version=design.plan_version,
        raw=sums.understood / sums.answered,
        wilson_low=found.wilson.low,
        wilson_high=found.wilson.high,
        collapsed=moments.collapsed,
        left_out=moments.left_out,
        verdict=decision.verdict,
        strength=decision.strength,
        tipping=decision.tipping,
        target_count=decision.needed,
        p_met=evidence.p_met if evidence else None,
        p_not=evidence.p_not if evidence else None,
        reasons=decision.reasons,
        low_response_strata=decision.low_response_strata,
    )
