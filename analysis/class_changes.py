"""Each class its own control: the change of a group from the changes of its classes (docs/methods.md, section 7.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy import special

from analysis.intervals import quantile
from analysis.records import Change, ClusterCounts, Design, Method, Sampling
from analysis.tallies import Tally, tally


@dataclass(frozen=True, slots=True)
class ClassPair:
    """The shares of one class in two waves; `weight` is its headcount on the reference roster, or any multiple."""

    name: str
    weight: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Pairing:
    """The classes that answered in both waves, and the names of those that did not.

    `is_published` says that the weighted means of the classes are the very shares that are published: no small class
    is merged and nobody's class is in doubt. `names` are stratum and cluster of each of `classes`, empty where a line
    of counts has none.
    """

    classes: tuple[ClassPair, ...]
    missing: tuple[str, ...]
    is_published: bool
    names: tuple[tuple[str, str], ...] = ()


def class_change(
    classes: Sequence[ClassPair], *, confidence: float = 0.95, published: tuple[float, float] | None = None
) -> Change:
    """Return the weighted mean of the classes' changes with a t interval, cut to [-1, 1].

    D = sum W_c d_c, V = m/(m-1) sum W_c^2 (d_c - D)^2, D +- t_{m-1} sqrt(V). At least two classes with weight.
    `published` gives the two shares that are shown for the group where they are not exactly the classes' means (small
    classes were merged): the change is then their difference, so that "from A to B" and the change agree.
    Raises ValueError with fewer. Source: the joint linearisation of both waves with class as cluster, Binder 1983.

    >>> rows = [(30, 0.5, 0.8), (36, 0.6, 0.75), (34, 0.4, 0.7), (40, 0.55, 0.9)]
    >>> result = class_change([ClassPair(str(i), *row) for i, row in enumerate(rows)])
    >>> [round(number, 4) for number in (result.value, result.se, result.low, result.high)]
    [0.2757, 0.0456, 0.1307, 0.4207]
    """
    weighted = [item for item in classes if item.weight > 0]
    number, total = len(weighted), sum(item.weight for item in weighted)
    if number < 2:
        raise ValueError("a class-wise change needs at least two classes")
    before = sum(item.weight * item.before for item in weighted) / total
    after = sum(item.weight * item.after for item in weighted) / total
    mean = after - before
    spread = sum((item.weight / total) ** 2 * (item.after - item.before - mean) ** 2 for item in weighted)
    before, after = published or (before, after)
    value = after - before
    se, df = math.sqrt(number / (number - 1) * spread), number - 1
    half = quantile((1 - confidence) / 2, df) * se
    return Change(
        value=value,
        low=max(value - half, -1.0),
        high=min(value + half, 1.0),
        se=se,
        method=Method.CLASS_DIFFERENCES,
        p=_p_value(value, se, df),
        test="class_t",
        df=df,
        before=before,
        after=after,
        confidence=confidence,
    )


def _p_value(value: float, se: float, df: int) -> float:
    if abs(value) < 1e-15:
        return 1.0
    return 2 * float(special.stdtr(df, -abs(value) / se)) if se > 0 else 0.0


def pair_classes(
    before: Sequence[ClusterCounts],
    after: Sequence[ClusterCounts],
    design: Design,
    reference: Mapping[str, int],
) -> Pairing:
    """Return the classes that answered in both waves, and the names of those that did not.

    In a census and under srs the classes are the strata, weighted by `reference` (by their own headcount, else their
    answers, where it does not know them); in a class sample they are the clusters, each standing for its part
    of the stratum.
    Source: docs/methods.md, section 7.2.

    >>> old = ClusterCounts("before", "parents", None, None, "6A", None, None, 30, 10, 5)
    >>> new = ClusterCounts("after", "parents", None, None, "6A", None, None, 30, 20, 15)
    >>> pair_classes([old], [new], Design(), {"6A": 30}).classes
    (ClassPair(name='6A', weight=30, before=0.5, after=0.75),)
    """
    earlier, later = tally(before, design.sampling), tally(after, design.sampling)
    first, second = _by_class(earlier, design), _by_class(later, design)
    names = sorted(set(first) | set(second))
    shared = [name for name in names if name in first and name in second and _both(first[name], second[name])]
    weights = _class_weights(first, second, shared, design, reference)
    classes = tuple(
        ClassPair(
            name=_label(name),
            weight=weights[name],
            before=first[name].understood / first[name].answered,
            after=second[name].understood / second[name].answered,
        )
        for name in shared
    )
    present = set(shared)
    invited = [name for name in names if name not in present and _was_expected(first.get(name), second.get(name))]
    known = all(reference.get(name[0]) for name in shared)
    return Pairing(
        classes=classes,
        missing=tuple(_label(name) for name in invited),
        is_published=not invited and known and _is_plain(earlier, design) and _is_plain(later, design),
        names=tuple(shared),
    )


_Key = tuple[str, str]


def _label(name: _Key) -> str:
    return name[1] or name[0]


def _is_plain(tallies: Sequence[Tally], design: Design) -> bool:
    """Whether every answer has a class and every class stands alone in the weighting (section 6.1)."""
    return design.sampling is not Sampling.CLUSTER and all(
        item.stratum is not None and item.answered >= design.minimum_stratum for item in tallies
    )


def _by_class(tallies: Sequence[Tally], design: Design) -> dict[_Key, Tally]:
    sampled = design.sampling is Sampling.CLUSTER
    return {
        (item.stratum or "", item.cluster or ""): item
        for item in tallies
        if (item.cluster if sampled else item.stratum) is not None
    }


def _both(first: Tally, second: Tally) -> bool:
    return first.answered > 0 and second.answered > 0


def _was_expected(*tallies: Tally | None) -> bool:
    return any(item is not None and (item.answered > 0 or item.drawn != 0) for item in tallies)


def _class_weights(
    first: Mapping[_Key, Tally],
    second: Mapping[_Key, Tally],
    shared: Sequence[_Key],
    design: Design,
    reference: Mapping[str, int],
) -> dict[_Key, float]:
    if design.sampling is not Sampling.CLUSTER:
        return {name: reference.get(name[0]) or _size(second[name], first[name]) for name in shared}
    drawn: dict[str, int] = {}
    listed: dict[str, int] = {}
    for stratum, _ in shared:
        drawn[stratum] = drawn.get(stratum, 0) + 1
    for stratum, _ in second:
        listed[stratum] = listed.get(stratum, 0) + 1
    return {
        name: max(design.classes.get(name[0], 0), listed[name[0]]) / drawn[name[0]] * _size(second[name], first[name])
        for name in shared
    }


def _size(second: Tally, first: Tally) -> int:
    return second.population or first.population or second.answered
