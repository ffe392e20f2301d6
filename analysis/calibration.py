"""Weights that reproduce known margins of the roster: post-strata and raking, with variance (docs/methods.md, 6.3).

For samples (classes or persons drawn) whose roster is also known by, say, grade and sex. Unlike the rest of the
module it needs one record a respondent, because a respondent belongs to several margins at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.moments import ShareMoments
from analysis.records import Reason

_TOLERANCE = 1e-10
_MOST_CYCLES = 500
# No weight is left below a fifth or above five times the mean.
_TRIM = 5.0

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Respondent:
    """One answer: `weight` is its design weight (> 0), `categories` its value on every margin, in order.

    `cluster` is the class under cluster sampling, None where persons were drawn; `stratum` what it was drawn from.
    """

    understood: bool
    weight: float
    categories: tuple[str, ...]
    stratum: str = ""
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What was drawn from: number of classes by stratum, or of persons where persons were drawn, and class sizes.

    A stratum that is not named counts as drawn from a very large one (no finite population correction), a class
    that is not named as answered in full.
    """

    units: Mapping[str, int]
    class_sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Raked:
    """Calibrated weights, one a respondent, with the cycles it took and `raking_failed` if it fell back."""

    weights: tuple[float, ...]
    cycles: int
    reasons: tuple[Reason, ...] = ()


def rake(respondents: Sequence[Respondent], margins: Sequence[Mapping[str, float]]) -> Raked:
    """Return weights that reproduce the headcounts of every margin; one margin is post-stratification.

    `margins` gives, for each place in `Respondent.categories`, the headcount of every category. Cycles
    w <- w N_k / sum_k w until no step changes a weight by more than 1e-10 of itself, at most 500 times; weights outside
    [1/5, 5] times the mean are trimmed and raked once more. If it does not settle (margins that contradict each
    other), the weights are post-strata on the first margin, with the reason `raking_failed`.

    Raises ValueError without respondents or margins, for a category without a headcount, or for a category with a
    headcount and no respondent.

    Source: Deming & Stephan 1940, Ann Math Stat 11:427.

    >>> people = [Respondent(True, 1.0, (c,)) for c in "aab"]
    >>> rake(people, [{"a": 30, "b": 10}]).weights
    (15.0, 15.0, 10.0)
    """
    _check(respondents, margins)
    base = np.array([one.weight for one in respondents])
    groups = [_groups([one.categories[place] for one in respondents], margins[place]) for place in range(len(margins))]
    weights, cycles, settled = _cycle(base, groups)
    if settled:
        mean = weights.mean()
        trimmed = np.clip(weights, mean / _TRIM, mean * _TRIM)
        if not np.array_equal(trimmed, weights):
            weights, more, settled = _cycle(trimmed, groups)
            cycles += more
    if settled:
        return Raked(tuple(weights.tolist()), cycles)
    return Raked(tuple(_cycle(base, groups[:1])[0].tolist()), cycles, (Reason.RAKING_FAILED,))


def _check(respondents: Sequence[Respondent], margins: Sequence[Mapping[str, float]]) -> None:
    if not respondents or not margins:
        raise ValueError("calibration needs respondents and at least one margin")
    for place, margin in enumerate(margins):
        seen = {one.categories[place] for one in respondents}
        wanted = {name for name, size in margin.items() if size > 0}
        if seen != wanted:
            raise ValueError(f"margin {place + 1}: categories without a match: {sorted(seen ^ wanted)}")


def _groups(names: Sequence[str], margin: Mapping[str, float]) -> list[tuple[NDArray[np.int64], float]]:
    labels = np.array(names)
    return [(np.flatnonzero(labels == name), float(size)) for name, size in sorted(margin.items()) if size > 0]


def _cycle(base: Array, groups: Sequence[Sequence[tuple[NDArray[np.int64], float]]]) -> tuple[Array, int, bool]:
    weights = base.copy()
    for cycle in range(1, _MOST_CYCLES + 1):
        change = 0.0
        for margin in groups:
            for members, size in margin:
                factor = size / float(weights[members].sum())
                weights[members] *= factor
                # Every step must come to rest: margins that contradict each other end in an endless round.
                change = max(change, abs(factor - 1))
        if change < _TOLERANCE:
            return weights, cycle, True
    return weights, _MOST_CYCLES, False


def kish_effect(weights: Sequence[float]) -> float:
    """Return Kish's loss of precision through unequal weights, 1 + cv^2: at least 1. Needs a weight.

    Source: Kish 1965, Survey Sampling, 11.7.

    >>> kish_effect([1.0, 1.0, 2.0, 2.0])
    1.1111111111111112
    """
    array = np.asarray(weights, dtype=float)
    return float(len(array) * (array**2).sum() / array.sum() ** 2)


def calibrated_moments(
    respondents: Sequence[Respondent],
    margins: Sequence[Mapping[str, float]],
    frame: Frame,
    *,
    finite: bool = True,
    correlation: float = 0.05,
) -> ShareMoments:
    """Return the calibrated share with the variance of its residuals.

    The answers are replaced by the residuals of their least-squares fit on the margins' indicators, with the design
    weights; u_i = w_i e_i / sum w with the calibrated weights. Where classes were drawn the variance is that
    of section 6.2, where persons were drawn that of a stratified sample. `finite` switches the finite population
    corrections on, `correlation` is assumed where the variance says nothing. Parameters and errors as for `rake`.
    Source: Deville & Sarndal 1992, JASA 87:376; docs/methods.md, section 6.3.

    >>> people = [Respondent(i < 17, 1.0, ("a",)) for i in range(20)]
    >>> people += [Respondent(i < 24, 1.0, ("b",)) for i in range(25)]
    >>> moments = calibrated_moments(people, [{"a": 30, "b": 36}], Frame({"": 66}, {}))
    >>> round(moments.value, 4)
    0.91
    """
    raked = rake(respondents, margins)
    weights, used = np.array(raked.weights), margins if not raked.reasons else margins[:1]
    answers = np.array([float(one.understood) for one in respondents])
    total = weights.sum()
    value = min(max(float(weights @ answers / total), 0.0), 1.0)
    u = weights * _residuals(respondents, answers, used) / total
    strata = sorted({one.stratum for one in respondents})
    parts = [_stratum_terms(respondents, u, name, frame, finite=finite) for name in strata]
    size, left = len(respondents), max(1 - len(respondents) / float(total), 0.0) if finite else 1.0
    moments = ShareMoments(
        value=value,
        variance=sum(variance for variance, _ in parts),
        floor=float((weights**2).sum() / total**2) * left,
        df=sum(units - 1 for _, units in parts),
        size=size,
        left=left,
    )
    if all(one.cluster is None for one in respondents):
        return replace(moments, reasons=raked.reasons)
    lonely = (Reason.LONELY_CLASS,) * any(units == 1 for _, units in parts)
    inflation = 1 + (_average_class(respondents) - 1) * correlation
    return replace(moments, inflation=inflation, reasons=(*raked.reasons, *lonely))


def _average_class(respondents: Sequence[Respondent]) -> float:
    """The size of the class of an average respondent, sum n_c^2 / n."""
    sizes = Counter((one.stratum, one.cluster) for one in respondents)
    return sum(n * n for n in sizes.values()) / len(respondents)


def _residuals(respondents: Sequence[Respondent], answers: Array, margins: Sequence[Mapping[str, float]]) -> Array:
    columns = [
        np.array([float(one.categories[place] == name) for one in respondents])
        for place, margin in enumerate(margins)
        for name in sorted(margin)
    ]
    design = np.column_stack(columns)
    root = np.sqrt(np.array([one.weight for one in respondents]))
    fit, *_ = np.linalg.lstsq(design * root[:, None], answers * root, rcond=None)
    residuals: Array = answers - design @ fit
    return residuals


def _stratum_terms(
    respondents: Sequence[Respondent], u: Array, stratum: str, frame: Frame, *, finite: bool
) -> tuple[float, int]:
    """Return the variance of one stratum and the number of its drawn units (classes, or persons)."""
    places: dict[str | None, list[int]] = {}
    for place, one in enumerate(respondents):
        if one.stratum == stratum:
            # Where persons were drawn each is a unit of its own.
            places.setdefault(one.cluster if one.cluster is not None else f"person {place}", []).append(place)
    parts = [u[members] for members in places.values()]
    sums, number = np.array([part.sum() for part in parts]), len(parts)
    spread = float(((sums - sums.mean()) ** 2).sum()) * number / (number - 1) if number > 1 else float(sums[0] ** 2)
    if not finite:
        return spread, number
    fraction = min(number / frame.units[stratum], 1.0) if frame.units.get(stratum) else 0.0
    sizes = [frame.class_sizes.get(name or "", 0) for name in places]
    within = sum(_within(part, size) for part, size in zip(parts, sizes, strict=True))
    return (1 - fraction) * spread + fraction * within, number


def _within(part: Array, size: int) -> float:
    n = len(part)
    if n < 2 or size <= n:
        return 0.0
    return (1 - n / size) * n / (n - 1) * float(((part - part.mean()) ** 2).sum())
