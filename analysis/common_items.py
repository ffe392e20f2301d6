"""The change between waves that did not share their forms, on the items that they do share (docs/methods.md, 10).

It speaks of the mean share right on the common items, one score in [0, 1] a person, never of the share of people who
understand and never of the target. Scores in, a `Change` out; no finite population correction, as for every change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from scipy import special

from analysis.class_changes import ClassPair, Pairing, class_change, pair_classes
from analysis.intervals import quantile
from analysis.records import Change, ClusterCounts, Design, Method, Reason, Sampling

Histogram: TypeAlias = Sequence[int]
"""How many persons have 0, 1, ... all of the common items right."""

ClassName: TypeAlias = tuple[str, str]
"""Stratum and cluster of a class, each empty where the line of counts has none."""


@dataclass(frozen=True, slots=True)
class MeanScore:
    """The scores of some persons: how many answered, mean of their shares right, variance between persons (n - 1).

    `variance` is None where a single person answered.
    """

    answered: int
    mean: float
    variance: float | None


@dataclass(frozen=True, slots=True)
class CommonScores:
    """What two waves scored on so many common items: a histogram for every class of each wave."""

    items: int
    before: Mapping[ClassName, Histogram]
    after: Mapping[ClassName, Histogram]


def mean_score(histogram: Histogram) -> MeanScore | None:
    """Return number, mean and variance of the persons' shares right, from exact sums; None if nobody answered.

    `histogram[s]` persons have s of `len(histogram) - 1` items right; there is at least one item.
    Raises ValueError for a histogram without items.

    Source: docs/methods.md, section 10.

    >>> mean_score([1, 0, 1])
    MeanScore(answered=2, mean=0.5, variance=0.5)
    """
    items, answered = len(histogram) - 1, sum(histogram)
    if items < 1:
        raise ValueError("a mean share right needs at least one item")
    if not answered:
        return None
    total = sum(right * persons for right, persons in enumerate(histogram))
    squares = sum(right * right * persons for right, persons in enumerate(histogram))
    # In whole numbers until the last division: equal scores must have exactly no variance.
    spread = answered * squares - total * total
    variance = spread / (answered * (answered - 1) * items * items) if answered > 1 else None
    return MeanScore(answered, total / (answered * items), variance)


def welch_change(before: MeanScore, after: MeanScore, *, confidence: float = 0.95) -> Change:
    """Return the change of a mean between two independent waves with Welch's t interval, cut to [-1, 1].

    `se`^2 = s1^2/n1 + s2^2/n2 with the degrees of freedom of Welch and Satterthwaite; p from the same t. Where nobody
    differs from anybody within either wave, or a single person answered one, there is no spread to judge by: the
    change then has neither interval nor p.

    Parameters: `before`, `after` with at least one answer each; `confidence` in (0, 1), two-sided.
    Source: Welch 1947 Biometrika 34:28; Satterthwaite 1946; docs/methods.md, section 10.

    >>> result = welch_change(MeanScore(35, 0.55, 0.05), MeanScore(39, 0.7, 0.04))
    >>> [round(number, 4) for number in (result.value, result.se, result.df, result.low, result.high, result.p)]
    [0.15, 0.0495, 68.6739, 0.0512, 0.2488, 0.0035]
    """
    value = after.mean - before.mean
    bare = Change(
        value=value,
        method=Method.COMMON_ITEMS_WELCH,
        before=before.mean,
        after=after.mean,
        confidence=confidence,
    )
    if before.variance is None or after.variance is None or before.variance + after.variance <= 0:
        return bare
    first, second = before.variance / before.answered, after.variance / after.answered
    se = math.sqrt(first + second)
    # As parts of their sum, so that the squares of tiny variances do not vanish.
    part = first / (first + second)
    df = 1 / (part**2 / (before.answered - 1) + (1 - part) ** 2 / (after.answered - 1))
    half = quantile((1 - confidence) / 2, df) * se
    return replace(
        bare,
        low=max(value - half, -1.0),
        high=min(value + half, 1.0),
        se=se,
        df=df,
        p=min(1.0, 2 * float(special.stdtr(df, -abs(value) / se))),
        test="welch_t",
    )


def common_items_change(
    scores: CommonScores,
    before: Sequence[ClusterCounts],
    after: Sequence[ClusterCounts],
    design: Design,
    reference: Mapping[str, int],
) -> Change | None:
    """Return the change of the mean share right on the common items; None where it cannot be judged.

    Each class is its own control where at least `design.minimum_classes` classes answered in both waves (section 7.2,
    on the classes' means), else Welch's interval of two independent means. A sample of fewer classes gives None:
    Welch's interval would take the persons of a class for independent. So does a wave in which nobody answered.

    Parameters: `scores` of the persons that `before` and `after` count; `reference` the roster that weights classes.
    Source: docs/methods.md, sections 7.2 and 10.

    >>> line = ClusterCounts("before", "staff", None, "A", None, None, None, 40, 4, 2)
    >>> found = common_items_change(CommonScores(2, {("", ""): [2, 1, 1]}, {("", ""): [0, 1, 3]}), [line], [line],
    ...     Design(), {})
    >>> found.value, found.method.value, found.common_items
    (0.5, 'common_items_welch', 2)
    """
    paired = pair_classes(before, after, design, reference)
    if len(paired.classes) >= design.minimum_classes:
        result = _class_means(scores, paired, design)
    elif design.sampling is Sampling.CLUSTER:
        return None
    else:
        first, second = (mean_score(_added(wave, scores.items)) for wave in (scores.before, scores.after))
        if first is None or second is None:
            return None
        result = welch_change(first, second, confidence=design.confidence)
    reasons = (Reason.COMMON_ITEMS, *result.reasons)
    return replace(result, reasons=reasons, common_items=scores.items, plan_version=design.plan_version)


def _class_means(scores: CommonScores, paired: Pairing, design: Design) -> Change:
    classes = []
    for name, one in zip(paired.names, paired.classes, strict=True):
        first, second = mean_score(scores.before[name]), mean_score(scores.after[name])
        if first is None or second is None:
            raise ValueError(f"class {one.name} has answers but no scores")
        classes.append(ClassPair(one.name, one.weight, first.mean, second.mean))
    result = replace(class_change(classes, confidence=design.confidence), method=Method.COMMON_ITEMS_CLASSES)
    if not paired.missing:
        return result
    return replace(result, left_out=paired.missing, reasons=(Reason.CLASSES_LEFT_OUT,))


def _added(wave: Mapping[ClassName, Histogram], items: int) -> list[int]:
    return [sum(histogram[right] for histogram in wave.values()) for right in range(items + 1)]
