"""Samples of whole classes: two-stage share, its variance, design effects and the bounds for silent pupils (6.2, 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.intervals import Interval
from analysis.moments import ShareMoments
from analysis.records import Design, Reason
from analysis.tallies import Tally, was_drawn


@dataclass(frozen=True, slots=True)
class DrawnClass:
    """One class with answers: `weight` is what each of its answers stands for."""

    weight: float
    population: int
    answered: int
    understood: int


@dataclass(frozen=True, slots=True)
class ClassStratum:
    """The drawn classes of one stratum (grade) that answered, and how many classes it has in all."""

    classes: tuple[DrawnClass, ...]
    total: int


def class_moments(strata: Sequence[ClassStratum], *, finite: bool = True, correlation: float = 0.05) -> ShareMoments:
    """Return the share from a sample of classes with its two-stage linearised variance (section 6.2).

    p = sum w y / sum w with w = (M_h/m_h)(N_c/n_c); V between classes and, with the finite population correction,
    within them; df = sum (m_h - 1). Without the correction (`finite` False) classes count as drawn with
    replacement. A stratum with one class uses u_c^2 for the spread (reason `lonely_class`). `correlation` is the
    intraclass correlation assumed where the variance says nothing, in [0, 1].
    Raises ValueError without any class.

    Source: Binder 1983, Int Stat Rev 51:279; Sarndal et al. 1992, Model Assisted Survey Sampling, section 4.3.

    >>> rows = [(30, 27, 24), (34, 30, 25), (36, 36, 34)]
    >>> grade = ClassStratum(tuple(DrawnClass(10 / 3 * N / n, N, n, x) for N, n, x in rows), total=10)
    >>> moments = class_moments([grade])
    >>> round(moments.value, 4), round(moments.se, 5), moments.df, round(moments.effective_size(cap=False), 1)
    (0.89, 0.02869, 2, 118.9)
    """
    classes = [item for stratum in strata for item in stratum.classes]
    if not classes:
        raise ValueError("a class sample needs at least one class with answers")
    total = sum(item.weight * item.answered for item in classes)
    value = min(sum(item.weight * item.understood for item in classes) / total, 1.0)
    variance = sum(_stratum_variance(stratum, value, total, finite=finite) for stratum in strata)
    size = sum(item.answered for item in classes)
    squares = sum(item.answered * item.weight**2 for item in classes) / total**2
    left = max(1 - size / total, 0.0) if finite else 1.0
    df = sum(len(stratum.classes) - 1 for stratum in strata if stratum.classes)
    average = sum(item.answered**2 for item in classes) / size
    lonely = any(len(stratum.classes) == 1 and stratum.total > 1 for stratum in strata)
    return ShareMoments(
        value=value,
        # Without a degree of freedom the spread between classes was not seen: the variance says nothing.
        variance=variance if df > 0 or all(len(s.classes) == s.total for s in strata) else 0.0,
        floor=squares * left,
        df=df,
        size=size,
        left=left,
        inflation=1 + max(average - 1, 0.0) * correlation,
        reasons=(Reason.LONELY_CLASS,) if lonely else (),
    )


def _stratum_variance(stratum: ClassStratum, value: float, total: float, *, finite: bool) -> float:
    drawn = len(stratum.classes)
    if drawn == 0:
        return 0.0
    sums = [item.weight * (item.understood - item.answered * value) / total for item in stratum.classes]
    if drawn == 1:
        between = sums[0] ** 2
    else:
        mean = sum(sums) / drawn
        between = drawn / (drawn - 1) * sum((one - mean) ** 2 for one in sums)
    if not finite:
        return between
    fraction = min(drawn / stratum.total, 1.0)
    within = sum(_class_variance(item) for item in stratum.classes) / total**2
    return (1 - fraction) * between + fraction * within


def _class_variance(item: DrawnClass) -> float:
    size = item.answered
    left = max(1 - size / item.population, 0.0) if item.population else 0.0
    if size < 2:
        return 0.0
    spread = item.understood * (size - item.understood) / size
    return left * size / (size - 1) * spread * item.weight**2


def sample_classes(
    tallies: Sequence[Tally], design: Design, *, finite: bool = True, silent_as: int | None = None
) -> ShareMoments:
    """Return the share of a group from the tallies of a class sample, with the reasons that qualify it.

    Strata without answers are left out and named (one may be known from `design.classes` only); answers without a
    class are left out too. With `silent_as` 0 or 1 every silent pupil of the drawn classes is counted as an answer
    of that kind (for the bounds).

    Raises ValueError if no tally has a class, or no drawn class answered.

    Source: docs/methods.md, section 6.2.

    >>> lines = [Tally("6", name, N, N, n, x) for name, N, n, x in [("A", 30, 27, 24), ("B", 34, 30, 25)]]
    >>> moments = sample_classes(lines, Design(classes={"6": 10}))
    >>> round(moments.value, 4), moments.df
    (0.8594, 1)
    """
    listed = {item.stratum or "" for item in tallies if item.cluster is not None}
    names = sorted(listed | {name for name, number in design.classes.items() if number})
    parts = {name: [t for t in tallies if t.cluster is not None and (t.stratum or "") == name] for name in names}
    strata = [_class_stratum(part, design.classes.get(name), silent_as) for name, part in parts.items()]
    moments = class_moments(strata, finite=finite, correlation=design.intraclass_correlation)
    empty = tuple(name for name, stratum in zip(names, strata, strict=True) if not stratum.classes)
    return replace(moments, reasons=(*moments.reasons, *_class_reasons(tallies, design, empty)), left_out=empty)


def _class_reasons(tallies: Sequence[Tally], design: Design, empty: tuple[str, ...]) -> tuple[Reason, ...]:
    silent = any(item.cluster is not None and was_drawn(item) and not item.answered for item in tallies)
    unplaced = sum(item.answered for item in tallies if item.cluster is None)
    answered = sum(item.answered for item in tallies)
    oversized = any(item.population is not None and item.answered > item.population for item in tallies)
    reasons = [Reason.SILENT_CLASS] * silent + [Reason.EMPTY_STRATUM] * bool(empty)
    reasons += [Reason.ROSTER_TOO_SMALL] * oversized
    if unplaced:
        many = unplaced > design.maximum_unknown_stratum * answered
        reasons.append(Reason.STRATUM_UNKNOWN if many else Reason.STRATUM_PARTLY_UNKNOWN)
    return tuple(reasons)


def _class_stratum(part: Sequence[Tally], total: int | None, silent_as: int | None) -> ClassStratum:
    filled = [_fill(item, silent_as) for item in part if was_drawn(item)]
    answering = [item for item in filled if item.answered]
    total = max(total or 0, len(part))
    classes = []
    for item in answering:
        size = max(item.population or 0, item.answered)
        weight = total / len(answering) * (item.population or item.answered) / item.answered
        classes.append(DrawnClass(weight, size, item.answered, item.understood))
    return ClassStratum(tuple(classes), total)


def _fill(item: Tally, silent_as: int | None) -> Tally:
    if silent_as is None or item.population is None or item.population <= item.answered:
        return item
    silent = item.population - item.answered
    return item._replace(answered=item.population, understood=item.understood + silent * silent_as)


def class_bounds(tallies: Sequence[Tally], design: Design) -> Interval | None:
    """Return the bounds of a class sample: every silent pupil of the drawn classes as 0, then as 1 (section 5).

    Lower limit of the first, upper limit of the second; None if the headcount of a drawn class is unknown.

    Source: docs/methods.md, section 5.

    >>> lines = [Tally("6", name, 30, 30, 27, 24) for name in "ABCDEFGHIJ"]
    >>> bounds = class_bounds(lines, Design(classes={"6": 20}))
    >>> round(bounds.low, 4), round(bounds.high, 4)
    (0.7363, 0.9355)
    """
    drawn = [item for item in tallies if item.cluster is not None and was_drawn(item)]
    if any(item.population is None or item.population < item.answered for item in drawn):
        return None
    none, everybody = (sample_classes(tallies, design, silent_as=kind) for kind in (0, 1))
    low = none.interval(confidence=design.confidence, cap=design.cap).low
    return Interval(low, everybody.interval(confidence=design.confidence, cap=design.cap).high)
