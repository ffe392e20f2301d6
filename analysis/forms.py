"""Two parallel forms of a questionnaire: pooling, averaging and comparing them (docs/methods.md, section 10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.intervals import quantile, wilson
from analysis.moments import ShareMoments, average_moments
from analysis.mover import LimitedShare, mover
from analysis.records import ClusterCounts, Design
from analysis.shares import share_moments
from analysis.strata import roster
from analysis.tallies import tally, totals

# A change over different forms stands on the items they share when each topic keeps this part of its items.
_COMMON_PART = Fraction(3, 5)


def answers_by_form(lines: Sequence[ClusterCounts]) -> dict[str, int]:
    """Return how many answered each form; lines without a form are left out, and so are forms nobody answered.

    Source: docs/methods.md, section 10.

    >>> line = ClusterCounts("before", "staff", None, "A", None, None, None, 40, 20, 15)
    >>> answers_by_form([line])
    {'A': 20}
    """
    return {form: answered for form, (_, answered) in _counts_by_form(lines).items()}


def _counts_by_form(lines: Sequence[ClusterCounts]) -> dict[str, tuple[int, int]]:
    """Understood and answered on every form that anybody answered, in the order of their names."""
    counts: dict[str, tuple[int, int]] = {}
    for line in lines:
        if line.form is not None and line.answered:
            understood, answered = counts.get(line.form, (0, 0))
            counts[line.form] = understood + line.understood, answered + line.answered
    return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class FormComparison:
    """How the forms of two waves compare: `mix_differs`, `linked` and `differ` as the functions of these names say."""

    mix_differs: bool
    linked: bool
    differ: bool


def compare_forms(before: Sequence[ClusterCounts], after: Sequence[ClusterCounts], design: Design) -> FormComparison:
    """Return `mix_differs`, `are_linked` and `forms_differ` in one pass over the lines.

    Source: docs/methods.md, section 10.

    >>> old = [ClusterCounts("before", "staff", None, form, None, None, None, 40, 10, 5) for form in "AB"]
    >>> compare_forms(old, old, Design())
    FormComparison(mix_differs=False, linked=True, differ=False)
    """
    first, second = _counts_by_form(before), _counts_by_form(after)
    differences = [_form_difference(counts, design) for counts in (first, second)]
    return FormComparison(
        mix_differs=_mix_differs(first, second, design),
        linked=set(first) == set(second),
        differ=all(one is not None and one.is_shown for one in differences),
    )


def mix_differs(before: Sequence[ClusterCounts], after: Sequence[ClusterCounts], design: Design) -> bool:
    """Return whether the mix of forms differs between two waves: by more than the plan allows, and than chance does.

    The share of a form must differ by more than `design.form_tolerance`, and significantly so at the plan's
    confidence: in a small list the random giving out of forms alone easily makes ten points, and that must not
    change the method.

    Source: docs/methods.md, section 10; the pooled z test of two shares.

    >>> from dataclasses import replace
    >>> old = [ClusterCounts("before", "staff", None, form, None, None, None, 40, 10, 5) for form in "AB"]
    >>> new = [replace(line, wave="after", answered=n, understood=5) for line, n in zip(old, [18, 5])]
    >>> mix_differs(old, old, Design()), mix_differs(old, new, Design())
    (False, False)
    >>> mix_differs([replace(line, answered=40) for line in old], [replace(line, answered=4 * n) for line, n
    ...     in zip(old, [18, 5])], Design())
    True
    """
    return _mix_differs(_counts_by_form(before), _counts_by_form(after), design)


_Counts = Mapping[str, tuple[int, int]]


def _mix_differs(before: _Counts, after: _Counts, design: Design) -> bool:
    one, two = (sum(answered for _, answered in counts.values()) for counts in (before, after))
    if not one or not two:
        return False
    critical = quantile(design.tail) ** 2 * (1 / one + 1 / two)
    for form in set(before) | set(after):
        (_, first), (_, second) = before.get(form, (0, 0)), after.get(form, (0, 0))
        # In whole numbers: exactly ten points must not be more than ten points.
        apart = abs(first * two - second * one) > design.form_tolerance * one * two
        pooled = (first + second) / (one + two)
        if apart and (first / one - second / two) ** 2 > critical * pooled * (1 - pooled):
            return True
    return False


def are_linked(before: Sequence[ClusterCounts], after: Sequence[ClusterCounts]) -> bool:
    """Return whether the two waves can be compared: both ran the same forms, or neither had any.

    Waves whose forms differ cannot tell learning from an easier form.

    Source: docs/methods.md, section 10.

    >>> old = [ClusterCounts("before", "staff", None, "A", None, None, None, 40, 20, 15)]
    >>> new = [ClusterCounts("after", "staff", None, "B", None, None, None, 40, 20, 15)]
    >>> are_linked(old, new), are_linked(old, old)
    (False, True)
    """
    return set(_counts_by_form(before)) == set(_counts_by_form(after))


def form_average(
    lines: Sequence[ClusterCounts], design: Design, *, reference: Mapping[str, int] | None = None
) -> ShareMoments | None:
    """Return the average of the shares on each form, V = sum V_f / forms^2, without finite population correction.

    None if fewer than two forms have answers.

    Source: docs/methods.md, section 10.

    >>> from dataclasses import replace
    >>> a = ClusterCounts("before", "staff", None, "A", None, None, None, 40, 10, 6)
    >>> b = replace(a, form="B", answered=20, understood=16)
    >>> round(form_average([a, b], Design()).value, 3)
    0.7
    """
    forms = answers_by_form(lines)
    if len(forms) < 2:
        return None
    # A class where one form has no answers must keep its weight on both.
    weights = reference or roster(lines, design)
    parts = [pooled_moments([line for line in lines if line.form == form], design, reference=weights) for form in forms]
    return average_moments(parts)


def pooled_moments(
    lines: Sequence[ClusterCounts], design: Design, *, reference: Mapping[str, int] | None = None
) -> ShareMoments:
    """Return the share of a wave with all its forms pooled, without finite population correction (for changes).

    At least one answer is needed.

    Source: docs/methods.md, section 10.

    >>> line = ClusterCounts("before", "staff", None, None, None, None, None, 40, 20, 15)
    >>> pooled_moments([line], Design()).value
    0.75
    """
    tallies = tally(lines, design.sampling)
    return share_moments(tallies, totals(tallies, design), design, reference=reference, finite=False)


@dataclass(frozen=True, slots=True)
class FormDifference:
    """How much easier the first of two forms came out in one wave: share on it minus share on the other."""

    forms: tuple[str, str]
    value: float
    low: float
    high: float

    @property
    def is_shown(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.low > 0 or self.high < 0


def form_difference(lines: Sequence[ClusterCounts], design: Design) -> FormDifference | None:
    """Return p_A - p_B in one wave with its Newcombe interval; None unless exactly two forms have answers.

    Source: Newcombe 1998b, method 10; docs/methods.md, section 10.

    >>> from dataclasses import replace
    >>> a = ClusterCounts("before", "staff", None, "A", None, None, None, None, answered=70, understood=56)
    >>> b = replace(a, form="B", answered=80, understood=48)
    >>> difference = form_difference([a, b], Design())
    >>> round(difference.value, 4), round(difference.low, 4), round(difference.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    return _form_difference(_counts_by_form(lines), design)


def _form_difference(counts: _Counts, design: Design) -> FormDifference | None:
    if len(counts) != 2:
        return None
    limited = []
    for understood, answered in counts.values():
        interval = wilson(understood / answered, answered, confidence=design.confidence)
        limited.append(LimitedShare(understood / answered, interval.low, interval.high))
    first, second = limited
    interval = mover(second, first)
    one, other = counts
    return FormDifference((one, other), first.value - second.value, interval.low, interval.high)


def forms_differ(before: Sequence[ClusterCounts], after: Sequence[ClusterCounts], design: Design) -> bool:
    """Return whether the two forms came out differently in both waves: 0 outside the interval in each.

    Source: docs/methods.md, section 10.

    >>> from dataclasses import replace
    >>> a = ClusterCounts("before", "staff", None, "A", None, None, None, None, answered=70, understood=56)
    >>> b = replace(a, form="B", answered=80, understood=48)
    >>> forms_differ([a, b], [a, b], Design())
    True
    """
    return compare_forms(before, after, design).differ


def common_items(*forms: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]] | None:
    """Return the items that all forms of two waves share, by topic, or None if they are too few to carry a change.

    Each of `forms`, at least one, gives the items of each topic; with one form a wave these are the two waves. At
    least 60 % of the items of every topic, counted in the form that has most of them, must be common.

    Source: docs/methods.md, section 10.

    >>> common_items({"ai": ["q1", "q2"]}, {"ai": ["q2", "q1"]})
    {'ai': ('q1', 'q2')}
    >>> common_items({"ai": ["q1", "q2"]}, {"ai": ["q2", "q3"]}) is None
    True
    """
    shared: dict[str, tuple[str, ...]] = {}
    for topic in sorted(set().union(*forms)):
        items = [set(form.get(topic, ())) for form in forms]
        common = set.intersection(*items)
        if len(common) < _COMMON_PART * max(map(len, items)):
            return None
        shared[topic] = tuple(sorted(common))
    return shared
