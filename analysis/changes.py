"""The verb `change`: what happened to a share between two waves, and whether that can be shown (docs/methods.md, 7).

The finite population correction is off everywhere: the question is whether more than chance is at work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.class_changes import class_change, pair_classes
from analysis.forms import FormComparison, compare_forms, form_average, pooled_moments
from analysis.moments import ShareMoments
from analysis.multiplicity import holm
from analysis.pairs import matched_result
from analysis.records import Change, ClusterCounts, Design, MatchedCounts, Reason, Sampling, Shown
from analysis.share_changes import list_change, moments_change
from analysis.strata import roster
from analysis.tallies import has_answers

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

    `before` and `after` are the lines of one audience and topic in two waves; `pairs` counts the matched persons
    among them; `reference` is the roster that weights both waves, by default that of `after`. Groups with at least
    `design.minimum_classes` classes in both waves compare each class with itself, other groups with classes use
    limits at effective sizes, lists without classes MOVER with the matched persons.

    Returns a Change; `shown` is what interval and p agree on, before any adjustment for several tests (`adjust`).
    Nobody in one of the waves gives no value and the reason `no_data`. Raises ValueError if the lines of a wave do
    not belong together or the pairs do not fit into the answers.
    Source: Zou & Donner 2008; Newcombe 1998b,c; docs/methods.md, sections 7.1 to 7.3 and 7.7.

    >>> before = [ClusterCounts("before", "teachers", None, None, None, None, None, None, 35, 18)]
    >>> after = [ClusterCounts("after", "teachers", None, None, None, None, None, None, 39, 29)]
    >>> result = change(before, after, Design(), pairs=MatchedCounts(both=10, lost=2, gained=7, neither=5))
    >>> round(result.value, 4), round(result.rho, 4), round(result.low, 4), round(result.high, 4)
    (0.2293, 0.1191, 0.0234, 0.4116)
    """
    if not usable(before, design) or not usable(after, design):
        return Change(reasons=(Reason.NO_DATA,), confidence=design.confidence, plan_version=design.plan_version)
    forms = compare_forms(before, after, design)
    if _has_classes(before, design) or _has_classes(after, design):
        result = _change_of_classes(
            before, after, design, reference or roster(after, design), by_form=forms.mix_differs
        )
    elif forms.mix_differs:
        result = moments_change(_average(before, design), _average(after, design), design)
    else:
        result = list_change(_counts(before), _counts(after), design, pairs)
    if pairs is not None:
        result = replace(result, paired=matched_result(pairs, confidence=design.confidence))
    return finish(result, [*_pair_reasons(result, pairs, design), *form_reasons(forms, design)], design)


def form_reasons(forms: FormComparison, design: Design) -> list[Reason]:
    """Return what the forms of two waves mean for their change.

    Source: docs/methods.md, section 10.

    >>> [reason.value for reason in form_reasons(FormComparison(mix_differs=True, linked=True, differ=False), Design())]
    ['forms_reweighted']
    """
    linked = forms.linked and design.forms_linked
    reasons = [Reason.FORMS_REWEIGHTED] * (forms.mix_differs and linked) + [Reason.FORMS_NOT_LINKED] * (not linked)
    return reasons + [Reason.FORMS_DIFFER] * forms.differ


def usable(lines: Sequence[ClusterCounts], design: Design) -> bool:
    """Return whether a wave has answers to estimate from.

    Source: docs/methods.md, section 1.

    >>> usable([ClusterCounts("before", "staff", None, None, None, None, None, 40, 0, 0)], Design())
    False
    """
    return has_answers(lines, design)


def _has_classes(lines: Sequence[ClusterCounts], design: Design) -> bool:
    if design.sampling is Sampling.CLUSTER:
        return any(line.cluster is not None for line in lines)
    return any(line.stratum is not None for line in lines)


def _counts(lines: Sequence[ClusterCounts]) -> tuple[int, int]:
    return sum(line.understood for line in lines), sum(line.answered for line in lines)


def _pair_reasons(result: Change, pairs: MatchedCounts | None, design: Design) -> list[Reason]:
    if pairs is None or result.value is None:
        return []
    if pairs.total < design.minimum_pairs:
        return [Reason.TOO_FEW_PAIRS]
    opposite = (pairs.gained - pairs.lost) * result.value < 0
    return [Reason.MATCHED_DISAGREE] if opposite else []


def _change_of_classes(
    before: Sequence[ClusterCounts],
    after: Sequence[ClusterCounts],
    design: Design,
    reference: Mapping[str, int],
    *,
    by_form: bool,
) -> Change:
    """Section 7.2 where enough classes answered twice, limits at effective sizes elsewhere."""
    if by_form:
        first, second = (_average(lines, design, reference) for lines in (before, after))
        return moments_change(first, second, design)
    paired = pair_classes(before, after, design, reference)
    enough = len(paired.classes) >= design.minimum_classes
    if enough and paired.missing:
        result = class_change(paired.classes, confidence=design.confidence)
        return replace(result, left_out=paired.missing, reasons=(Reason.CLASSES_LEFT_OUT,))
    if enough and paired.is_published:
        return class_change(paired.classes, confidence=design.confidence)
    first, second = (pooled_moments(lines, design, reference=reference) for lines in (before, after))
    if enough:
        return class_change(paired.classes, confidence=design.confidence, published=(first.value, second.value))
    return moments_change(first, second, design)


def _average(
    lines: Sequence[ClusterCounts], design: Design, reference: Mapping[str, int] | None = None
) -> ShareMoments:
    average = form_average(lines, design, reference=reference)
    return average if average is not None else pooled_moments(lines, design, reference=reference)


def finish(result: Change, reasons: Sequence[Reason], design: Design) -> Change:
    """Return a change with further reasons, what the design fixed, and what it shows.

    Source: docs/methods.md, section 7.7.

    >>> finish(Change(value=0.2, low=0.1, high=0.3, p=0.01), [Reason.FORMS_NOT_LINKED], Design()).shown.value
    'not_shown'
    """
    codes = tuple(dict.fromkeys([*result.reasons, *reasons]))
    return replace(
        result,
        reasons=codes,
        confidence=design.confidence,
        plan_version=design.plan_version,
        shown=_conclude(result.low, result.high, result.p, codes, design.confidence),
    )


def conclude(result: Change) -> Shown:
    """Return what a change lets us say: an increase or decrease needs its interval clear of 0 and p <= alpha.

    The adjusted p counts where there is one. Matched persons pointing the other way, or forms that were not linked,
    allow no conclusion.

    Source: docs/methods.md, section 7.7.

    >>> conclude(Change(value=0.2, low=0.05, high=0.35, p=0.01)).value
    'increase_shown'
    >>> conclude(Change(value=0.2, low=0.05, high=0.35, p=0.01, p_holm=0.06)).value
    'not_shown'
    """
    p = result.p if result.p_holm is None else result.p_holm
    return _conclude(result.low, result.high, p, result.reasons, result.confidence)


def _conclude(
    low: float | None, high: float | None, p: float | None, reasons: Sequence[Reason], confidence: float
) -> Shown:
    if p is None or low is None or high is None or not _BLOCKING.isdisjoint(reasons):
        return Shown.NOT_SHOWN
    # 1 - 0.95 is a little above 0.05 in floats, as harmless as the rounding of p itself.
    if p > 1 - confidence:
        return Shown.NOT_SHOWN
    if low > 0:
        return Shown.INCREASE
    return Shown.DECREASE if high < 0 else Shown.NOT_SHOWN


def adjust(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes of one family (the reporting groups, or group x topic) with Holm's p and what they show.

    Changes without a p-value, and changes that allow no conclusion whatever their p, do not count in the family.

    Source: docs/methods.md, section 8; Holm 1979.

    >>> family = adjust([Change(value=0.2, low=0.1, high=0.3, p=p) for p in (0.004, 0.03)])
    >>> [(one.p_holm, one.shown.value) for one in family]
    [(0.008, 'increase_shown'), (0.03, 'increase_shown')]
    """
    possible = [None if _BLOCKING & set(one.reasons) else one.p for one in changes]
    return tuple(
        replace(
            one, p_holm=p, shown=_conclude(one.low, one.high, one.p if p is None else p, one.reasons, one.confidence)
        )
        for one, p in zip(changes, holm(possible), strict=True)
    )
