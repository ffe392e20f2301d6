"""Share and interval by the method of the design, before any verdict (docs/methods.md, section 3).

Which interval a design takes is decided here, from the design and never from the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.clusters import class_bounds
from analysis.forms import form_average
from analysis.hypergeometric import exact_limits
from analysis.intervals import Interval, clopper_pearson, count_limits, finite_size, wilson, within_seen
from analysis.moments import ShareMoments, simple_moments
from analysis.nonresponse import list_bounds
from analysis.records import ClusterCounts, Design, Method, Reason, Sampling
from analysis.shares import share_moments
from analysis.strata import has_strata
from analysis.tallies import Tally, Totals
from analysis.verdicts import Evidence, binomial_evidence, effective_evidence, exact_evidence, target_count


@dataclass(frozen=True, slots=True)
class Precision:
    """What a design's method found, before the verdict."""

    moments: ShareMoments
    method: Method
    interval: Interval
    counts: tuple[int, int] | None
    evidence: Evidence
    wilson: Interval
    size: float  # effective number of answers
    worst: Interval | None
    df: float | None = None
    reasons: tuple[Reason, ...] = ()


def assess(
    tallies: Sequence[Tally],
    sums: Totals,
    design: Design,
    *,
    reference: Mapping[str, int] | None = None,
    lines: Sequence[ClusterCounts] = (),
) -> Precision:
    """Return share and interval by the method of the design; at least one answer is needed.

    `tallies` and their totals `sums` describe one group; `reference` is the roster that weights it; `lines` are given
    when the forms are to be averaged. Raises ValueError if a class sample names no class.

    Source: docs/methods.md, section 3.

    >>> found = assess([Tally(None, None, 36, None, 31, 30)], Totals(30, 31, 36, 36), Design())
    >>> found.method.value, found.counts
    ('exact_hypergeometric', (33, 35))
    """
    worst = list_bounds(sums, design)
    if design.sampling is Sampling.CLUSTER:
        worst = class_bounds(tallies, design)
    if lines and (moments_by_form := form_average(lines, design, reference=reference)) is not None:
        left = 1 - sums.answered / sums.population if sums.population else 1.0
        return effective_precision(moments_by_form.scaled(max(left, 0.0)), sums, design, worst)
    if design.sampling is Sampling.CLUSTER or has_strata(tallies, sums, reference):
        moments = share_moments(tallies, sums, design, reference=reference)
        return effective_precision(moments, sums, design, worst)
    return _list_precision(sums, design, worst)


def _list_precision(sums: Totals, design: Design, worst: Interval | None) -> Precision:
    """The exact interval of a known list; the binomial one where its length is unknown or cannot be right."""
    size = sums.population
    if size is None or size < sums.answered:
        interval = clopper_pearson(sums.understood, sums.answered, confidence=design.confidence)
        evidence = binomial_evidence(sums.understood, sums.answered, design.target)
        return _listed(sums, design, Method.CLOPPER_PEARSON, interval, None, evidence, worst)
    counts = exact_limits(sums.understood, sums.answered, size, design.tail)
    interval = Interval(counts[0] / size, counts[1] / size)
    evidence = exact_evidence(sums.understood, sums.answered, size, target_count(design.target, size))
    return _listed(sums, design, Method.HYPERGEOMETRIC, interval, counts, evidence, worst)


def _listed(
    sums: Totals,
    design: Design,
    method: Method,
    interval: Interval,
    counts: tuple[int, int] | None,
    evidence: Evidence,
    worst: Interval | None,
) -> Precision:
    size = None if counts is None else sums.population
    effective = float(sums.answered) if size is None else finite_size(sums.answered, size)
    moments = simple_moments(sums.understood, sums.answered, size)
    score = wilson(moments.value, effective, confidence=design.confidence)
    return Precision(moments, method, interval, counts, evidence, score, effective, worst)


def effective_precision(moments: ShareMoments, sums: Totals, design: Design, worst: Interval | None) -> Precision:
    """Return Wilson's interval at the effective size, in shares and persons, with the p-values that belong to it.

    `moments` describe the share, `sums` the group it is of, `worst` the bounds that were found for it.

    Source: docs/methods.md, sections 3.3 and 4.

    >>> found = effective_precision(simple_moments(90, 100, 200), Totals(90, 100, 200, 200), Design(), None)
    >>> found.counts, round(found.size, 1)
    ((170, 187), 198.0)
    """
    size = moments.effective_size(cap=design.cap)
    interval = moments.interval(confidence=design.confidence, cap=design.cap)
    population = sums.population if sums.population and sums.population >= sums.answered else None
    counts, target = None, float(design.target)
    if population:
        counts = count_limits(interval, sums.understood, sums.answered, population)
        target = (target_count(design.target, population) - 0.5) / population
    evidence = effective_evidence(moments.value, size, moments.df, target)
    shown = interval
    if population:
        shown = within_seen(interval, moments.value, sums.understood, sums.answered, population)
    return Precision(
        moments, Method.WILSON_EFFECTIVE, shown, counts, evidence, interval, size, worst, moments.df, moments.reasons
    )
