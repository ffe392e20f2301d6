"""The verb `change`: what happened to a share between two waves, and whether that can be shown (METHODS.md, section 7).

The finite population correction is off everywhere: the question is whether more than chance is at work.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scipy import special

from analysis.boschloo import boschloo
from analysis.class_changes import class_change, pair_classes
from analysis.forms import are_linked, form_average, mix_differs, share_moments
from analysis.intervals import wilson
from analysis.moments import ShareMoments
from analysis.mover import LimitedShare, matched_correlation, mover, phi
from analysis.multiplicity import holm
from analysis.pairs import matched_result, mcnemar_midp
from analysis.records import Change, ClusterCounts, Design, MatchedCounts, Method, Reason, Sampling, Shown
from analysis.strata import roster

# Boschloo's exact test up to this many answers in both waves together, the pooled z beyond (section 7.3).
_EXACT_TEST_UP_TO = 200
# With one of these nothing is concluded, whatever the interval says.
_BLOCKING = {Reason.MATCHED_DISAGREE, Reason.FORMS_NOT_LINKED, Reason.NO_DATA}


def change(
    before: Sequence[ClusterCounts],
    after: Sequence[ClusterCounts],
    design: Design,
    *,
    pairs: MatchedCounts | None = None,
    reference: Mapping[str, int] | None = None,
) -> Change:
    """Return the change of a share from one wave to the next, after minus before, with interval and p-value.

    `before` and `after` are the lines of one audience and topic in two waves; `pairs` counts the persons who could
    be matched by their code and are among these answers; `reference` is the roster that weights both waves, by
    default that of `after` (section 6.4). Which method applies follows from the design: groups with at least
    `design.minimum_classes` classes in both waves compare each class with itself (7.2), other groups with classes
    use limits at effective sizes, lists without classes MOVER with the matched persons (7.1).

    Returns a Change; `shown` says what the interval and p agree on, before any adjustment for several tests
    (`adjust`). Nobody in one of the waves gives no value and the reason `no_data`.

    Raises ValueError if the lines of a wave do not belong together or the pairs do not fit into the answers.

    Source: Zou & Donner 2008; Newcombe 1998b,c; METHODS.md, sections 7.1 to 7.3 and 7.7.

    >>> def line(wave, n, x):
    ...     return ClusterCounts(wave, "teachers", None, None, None, None, None, None, answered=n, understood=x)
    >>> pairs = MatchedCounts(both=10, lost=2, gained=7, neither=5)
    >>> result = change([line("before", 35, 18)], [line("after", 39, 29)], Design(), pairs=pairs)
    >>> round(result.value, 4), round(result.rho, 4), round(result.low, 4), round(result.high, 4)
    (0.2293, 0.1191, 0.0234, 0.4116)
    """
    if not any(line.answered for line in before) or not any(line.answered for line in after):
        return Change(reasons=(Reason.NO_DATA,), confidence=design.confidence, plan_version=design.plan_version)
    by_form = mix_differs(before, after, design)
    if _has_classes(before, design) and _has_classes(after, design):
        result = _change_of_classes(before, after, design, reference or roster(after, design), by_form=by_form)
    elif by_form:
        result = _change_of_moments(_average(before, design), _average(after, design), design)
    else:
        result = _change_of_lists(before, after, design, pairs)
    if pairs is not None:
        result = replace(result, paired=matched_result(pairs, confidence=design.confidence))
    linked = are_linked(before, after) and design.forms_linked
    reasons = [*result.reasons, *_pair_reasons(result, pairs, design)]
    reasons += [Reason.FORMS_REWEIGHTED] * (by_form and linked) + [Reason.FORMS_NOT_LINKED] * (not linked)
    result = replace(
        result,
        reasons=tuple(dict.fromkeys(reasons)),
        confidence=design.confidence,
        plan_version=design.plan_version,
    )
    return replace(result, shown=conclude(result))


def _has_classes(lines: Sequence[ClusterCounts], design: Design) -> bool:
    if design.sampling is Sampling.CLUSTER:
        return any(line.cluster is not None for line in lines)
    return any(line.stratum is not None for line in lines)


def _pair_reasons(result: Change, pairs: MatchedCounts | None, design: Design) -> list[Reason]:
    if pairs is None or result.value is None:
        return []
    if pairs.total < design.minimum_pairs:
        return [Reason.TOO_FEW_PAIRS]
    opposite = (pairs.gained - pairs.lost) * result.value < 0
    return [Reason.MATCHED_DISAGREE] if opposite else []


def _change_of_lists(
    before: Sequence[ClusterCounts],
    after: Sequence[ClusterCounts],
    design: Design,
    pairs: MatchedCounts | None,
) -> Change:
    """Section 7.1 for lists without classes, in plain counts."""
    x1, n1 = sum(line.understood for line in before), sum(line.answered for line in before)
    x2, n2 = sum(line.understood for line in after), sum(line.answered for line in after)
    if pairs is not None:
        _check_pairs(pairs, (x1, n1), (x2, n2))
    usable = pairs if pairs is not None and pairs.total >= design.minimum_pairs else None
    rho = matched_correlation(usable, n1, n2) if usable else 0.0
    first, second = (_limited(x / n, n, design, None) for x, n in ((x1, n1), (x2, n2)))
    interval = mover(first, second, rho)
    v1, v2 = first.value * (1 - first.value) / n1, second.value * (1 - second.value) / n2
    p, test = _list_p_value((x1, n1), (x2, n2), usable)
    return Change(
        value=second.value - first.value,
        low=interval.low,
        high=interval.high,
        se=math.sqrt(max(v1 + v2 - 2 * rho * math.sqrt(v1 * v2), 0.0)),
        method=_list_method(usable, n1, n2),
        p=p,
        test=test,
        rho=rho,
        before=first.value,
        after=second.value,
    )


def _limited(share: float, size: float, design: Design, df: float | None) -> LimitedShare:
    interval = wilson(share, size, confidence=design.confidence, df=df)
    return LimitedShare(share, interval.low, interval.high)


def _list_method(usable: MatchedCounts | None, n1: int, n2: int) -> Method:
    if usable is None:
        return Method.NEWCOMBE_UNPAIRED
    return Method.NEWCOMBE_PAIRED if usable.total == n1 == n2 else Method.MOVER_PARTLY_PAIRED


def _check_pairs(pairs: MatchedCounts, before: tuple[int, int], after: tuple[int, int]) -> None:
    a, b, c, d = pairs.both, pairs.lost, pairs.gained, pairs.neither
    left = (before[0] - a - b, before[1] - before[0] - c - d, after[0] - a - c, after[1] - after[0] - b - d)
    if min(left) < 0:
        raise ValueError(f"more matched persons than answers of that kind: {pairs} among {before} and {after}")


def _list_p_value(before: tuple[int, int], after: tuple[int, int], usable: MatchedCounts | None) -> tuple[float, str]:
    """Section 7.3: the test that the amount of matching allows."""
    (x1, n1), (x2, n2) = before, after
    if usable is None:
        if n1 + n2 <= _EXACT_TEST_UP_TO:
            return boschloo(x1, n1, x2, n2), "boschloo"
        return _pooled_p_value(x1 / n1, n1, x2 / n2, n2), "pooled_z"
    if usable.total == n1 == n2:
        return mcnemar_midp(usable.lost, usable.gained), "mcnemar_midp"
    shared = 2 * phi(usable, corrected=False) * usable.total / (n1 * n2)
    return _pooled_p_value(x1 / n1, n1, x2 / n2, n2, shared=shared), "partly_paired_z"


def _pooled_p_value(
    before: float, n1: float, after: float, n2: float, *, shared: float = 0.0, df: float | None = None
) -> float:
    """Two-sided p of the pooled z test; `shared` is what matched persons take off 1/n1 + 1/n2 (Derrick et al. 2015)."""
    pooled = (before * n1 + after * n2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2 - shared)
    if before == after or variance <= 0:
        return 1.0
    score = abs(after - before) / math.sqrt(variance)
    tail = special.ndtr(-score) if df is None else special.stdtr(max(df, 1.0), -score)
    return min(1.0, 2 * float(tail))


def _change_of_classes(
    before: Sequence[ClusterCounts],
    after: Sequence[ClusterCounts],
    design: Design,
    reference: Mapping[str, int],
    *,
    by_form: bool,
) -> Change:
    """Section 7.2 where enough classes answered twice, limits at effective sizes elsewhere."""
    shared, missing = pair_classes(before, after, design, reference)
    if len(shared) >= design.minimum_classes and not by_form:
        result = class_change(shared, confidence=design.confidence)
    elif by_form:
        first, second = (_average(lines, design, reference) for lines in (before, after))
        return _change_of_moments(first, second, design)
    else:
        first, second = (share_moments(lines, design, reference=reference) for lines in (before, after))
        return _change_of_moments(first, second, design)
    return replace(result, left_out=missing, reasons=(Reason.CLASSES_LEFT_OUT,) * bool(missing))


def _average(
    lines: Sequence[ClusterCounts], design: Design, reference: Mapping[str, int] | None = None
) -> ShareMoments:
    average = form_average(lines, design, reference=reference)
    return average if average is not None else share_moments(lines, design, reference=reference)


def _change_of_moments(before: ShareMoments, after: ShareMoments, design: Design) -> Change:
    """MOVER with Wilson limits at effective sizes; matched persons are not used (rho 0)."""
    m1, m2 = before.effective_size(cap=design.cap), after.effective_size(cap=design.cap)
    first, second = _limited(before.value, m1, design, before.df), _limited(after.value, m2, design, after.df)
    interval = mover(first, second)
    df = min(before.df, after.df)
    return Change(
        value=after.value - before.value,
        low=interval.low,
        high=interval.high,
        se=math.hypot(before.se, after.se),
        method=Method.MOVER_EFFECTIVE,
        p=_pooled_p_value(before.value, m1, after.value, m2, df=df),
        test="pooled_t",
        rho=0.0,
        df=df,
        before=before.value,
        after=after.value,
        reasons=tuple(dict.fromkeys((*before.reasons, *after.reasons))),
    )


def conclude(result: Change) -> Shown:
    """Return what a change lets us say: an increase or decrease needs its interval clear of 0 and p <= alpha.

    The adjusted p counts where there is one. Matched persons pointing the other way, or forms that were not linked,
    allow no conclusion.

    >>> conclude(Change(value=0.2, low=0.05, high=0.35, p=0.01)).value
    'increase_shown'
    >>> conclude(Change(value=0.2, low=0.05, high=0.35, p=0.01, p_holm=0.06)).value
    'not_shown'
    """
    p = result.p if result.p_holm is None else result.p_holm
    if p is None or result.low is None or result.high is None or _BLOCKING & set(result.reasons):
        return Shown.NOT_SHOWN
    # 1 - 0.95 is a little above 0.05 in floats, as harmless as the rounding of p itself.
    if p > 1 - result.confidence:
        return Shown.NOT_SHOWN
    if result.low > 0:
        return Shown.INCREASE
    return Shown.DECREASE if result.high < 0 else Shown.NOT_SHOWN


def adjust(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes of one family (the reporting groups, or group x topic) with Holm's p and what they show.

    Changes without a p-value, and changes that allow no conclusion whatever their p, do not count in the family.

    Source: METHODS.md, section 8; Holm 1979.

    >>> family = adjust([Change(value=0.2, low=0.1, high=0.3, p=p) for p in (0.004, 0.03)])
    >>> [(one.p_holm, one.shown.value) for one in family]
    [(0.008, 'increase_shown'), (0.03, 'increase_shown')]
    """
    possible = [None if _BLOCKING & set(one.reasons) else one.p for one in changes]
    adjusted = (replace(one, p_holm=p) for one, p in zip(changes, holm(possible), strict=True))
    return tuple(replace(one, shown=conclude(one)) for one in adjusted)
