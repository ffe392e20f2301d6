"""Post-stratification by class: weights of the roster, merging of classes, variance (docs/methods.md, 6.1 and 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.moments import ShareMoments
from analysis.records import ClusterCounts, Design, Reason
from analysis.tallies import Tally, Totals, tally

# Where every chain of merging ends: the whole group.
_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum ready for weighting: `weight` is its headcount on the reference roster."""

    name: str
    weight: int
    population: int | None
    answered: int
    understood: int

    @property
    def missing(self) -> float:
        """1 - f_h, the part of the roster that did not answer; 1 (no correction) if the roster cannot be right."""
        if self.population is None or self.answered > self.population:
            return 1.0
        return 1 - self.answered / self.population if self.population else 0.0


def roster(lines: Iterable[ClusterCounts], design: Design) -> dict[str, int]:
    """Return the headcount of every stratum, to serve as `reference` for other waves (section 6.4).

    Strata without a headcount are left out.

    Source: docs/methods.md, section 6.4.

    >>> line = ClusterCounts("after", "parents", None, None, "6A", None, None, 30, 10, 6)
    >>> roster([line], Design())
    {'6A': 30}
    """
    sizes: dict[str, int] = {}
    for item in tally(lines, design.sampling):
        if item.stratum is not None and item.population is not None:
            sizes[item.stratum] = sizes.get(item.stratum, 0) + item.population
    return sizes


def make_strata(tallies: Sequence[Tally], reference: Mapping[str, int] | None = None) -> tuple[Stratum, ...]:
    """Return the strata with the weights of the reference roster, or of their own where none or an empty one is given.

    A stratum of the reference without answers is there with none; one that the reference does not know has
    weight 0. Raises ValueError if neither roster gives a headcount for a stratum.

    Source: docs/methods.md, sections 6.1 and 6.4.

    >>> [one.weight for one in make_strata([Tally("6A", None, 30, None, 20, 17)], {"6A": 33, "6B": 31})]
    [33, 31]
    """
    placed = {item.stratum: item for item in tallies if item.stratum is not None}
    names = sorted(set(placed) | set(reference or {}))
    return tuple(_make_stratum(name, placed.get(name), reference or None) for name in names)


def _make_stratum(name: str, item: Tally | None, reference: Mapping[str, int] | None) -> Stratum:
    population = item.population if item else None
    weight = population if reference is None else reference.get(name, 0)
    if weight is None:
        raise ValueError(f"no headcount for stratum {name!r}")
    if item is None:
        return Stratum(name, weight, weight, 0, 0)
    return Stratum(name, weight, population, item.answered, item.understood)


def has_strata(tallies: Sequence[Tally], sums: Totals, reference: Mapping[str, int] | None = None) -> bool:
    """Return whether a group can be weighted by class: classes are named and their headcounts known.

    Source: docs/methods.md, section 6.1.

    >>> from analysis.tallies import totals
    >>> rows = [Tally("6A", None, None, None, 20, 17)]
    >>> has_strata(rows, totals(rows, Design())), has_strata(rows, totals(rows, Design()), {"6A": 30})
    (False, True)
    """
    weights = sum(reference.values()) if reference else sums.population
    return bool(weights) and any(item.stratum is not None for item in tallies)


def collapse(strata: Sequence[Stratum], design: Design) -> tuple[tuple[Stratum, ...], tuple[str, ...]]:
    """Merge strata with too few answers in the plan's fixed order, and name what was merged.

    A stratum is too small when it has fewer than `design.minimum_stratum` answers and not everybody in it answered,
    when it has answers but no weight, or weight but no answers. It joins the stratum that `design.collapse` names
    (its grade) together with everything else that belongs there; a stratum that `design.collapse` does not name
    joins the whole group.

    Returns the strata after merging and the names of the original strata that were merged.

    Raises ValueError if `design.collapse` runs in a circle.

    Source: docs/methods.md, section 6.1.

    >>> strata = [Stratum("6A", 30, 30, 2, 1), Stratum("6B", 30, 30, 20, 15), Stratum("7A", 40, 40, 25, 20)]
    >>> merged, names = collapse(strata, Design(collapse={"6A": "6", "6B": "6", "7A": "7"}))
    >>> [(s.name, s.weight, s.answered) for s in merged], names
    ([('6', 60, 22), ('7A', 40, 25)], ('6A', '6B'))
    """
    if not any(_is_small(stratum, design) for stratum in strata):
        return tuple(strata), ()
    chains = {stratum.name: _chain(stratum.name, design.collapse) for stratum in strata}
    current = {stratum.name: stratum.name for stratum in strata}
    while True:
        merged = _merge(strata, current)
        small = [stratum.name for stratum in merged if stratum.name != _WHOLE and _is_small(stratum, design)]
        if not small:
            break
        for parent in {_chain(name, design.collapse)[1] for name in small}:
            for name, chain in chains.items():
                # Whatever already moved further up stays there.
                if parent in chain and chain.index(current[name]) < chain.index(parent):
                    current[name] = parent
    return merged, tuple(name for name, label in current.items() if name != label)


def _chain(name: str, parents: Mapping[str, str]) -> list[str]:
    chain = [name]
    while chain[-1] != _WHOLE:
        parent = parents.get(chain[-1], _WHOLE)
        if parent in chain:
            raise ValueError(f"the order of merging runs in a circle at {parent!r}")
        chain.append(parent)
    return chain


def _merge(strata: Sequence[Stratum], labels: Mapping[str, str]) -> tuple[Stratum, ...]:
    parts: dict[str, list[Stratum]] = {}
    for stratum in strata:
        parts.setdefault(labels[stratum.name], []).append(stratum)
    return tuple(_join(label, part) for label, part in parts.items())


def _join(label: str, part: Sequence[Stratum]) -> Stratum:
    sizes = [stratum.population for stratum in part]
    return Stratum(
        name=label,
        weight=sum(stratum.weight for stratum in part),
        population=None if None in sizes else sum(size for size in sizes if size is not None),
        answered=sum(stratum.answered for stratum in part),
        understood=sum(stratum.understood for stratum in part),
    )


def _is_small(stratum: Stratum, design: Design) -> bool:
    few = stratum.answered < design.minimum_stratum and stratum.missing > 0
    # Weight without answers, or answers without weight, can only count in a larger stratum.
    return few or (stratum.weight == 0) != (stratum.answered == 0)


def weighted_moments(strata: Sequence[Stratum], *, finite: bool = True) -> ShareMoments:
    """Return the weighted share, p = sum W_h p_h with V = sum W_h^2 (1-f_h) p_h(1-p_h)/(n_h-1), df = n - H.

    Every stratum that has weight needs an answer; `finite` switches the factor (1-f_h) on. Raises ValueError if one
    has none, or if all weights are zero.

    Source: Holt & Smith 1979, JRSS A 142:33; the variance of a stratified sample, Cochran 1977, section 5.3.

    >>> rows = [(30, 20, 17), (36, 25, 24), (34, 22, 18)]
    >>> strata = [Stratum(str(i), N, N, n, x) for i, (N, n, x) in enumerate(rows)]
    >>> moments = weighted_moments(strata)
    >>> round(moments.value, 5), round(moments.se, 5), moments.df, round(moments.effective_size(), 2)
    (0.87878, 0.02353, 64, 192.39)
    """
    weighted = [stratum for stratum in strata if stratum.weight > 0]
    total = sum(stratum.weight for stratum in weighted)
    if total == 0 or any(stratum.answered == 0 for stratum in weighted):
        raise ValueError("every stratum needs a weight and an answer")
    value = variance = floor = 0.0
    for stratum in weighted:
        weight, size = stratum.weight / total, stratum.answered
        share, left = stratum.understood / size, stratum.missing if finite else 1.0
        value += weight * share
        floor += weight * weight * left / size
        if size > 1:
            variance += weight * weight * left * share * (1 - share) / (size - 1)
    size = sum(stratum.answered for stratum in weighted)
    known = [stratum.population for stratum in weighted if stratum.population is not None]
    left = max(1 - size / sum(known), 0.0) if finite and len(known) == len(weighted) else 1.0
    return ShareMoments(min(value, 1.0), variance, floor, size - len(weighted), size, left)


def post_stratify(
    tallies: Sequence[Tally], design: Design, *, reference: Mapping[str, int] | None = None, finite: bool = True
) -> ShareMoments:
    """Return the share of a group whose classes are strata, with what had to be merged or left out (6.1, 6.4).

    Needs at least one answer and a headcount for every class (own or reference). Respondents without a class are
    left out of the weighting; when they are more than `design.maximum_unknown_stratum` of the answers there are no
    class strata at all (reason `stratum_unknown`).

    Source: docs/methods.md, section 6.1.

    >>> tallies = [Tally("6A", None, 30, None, 20, 17), Tally("6B", None, 36, None, 25, 24)]
    >>> round(post_stratify(tallies, Design()).value, 4)
    0.91
    """
    unplaced = sum(item.answered for item in tallies if item.stratum is None)
    answered = sum(item.answered for item in tallies)
    strata = make_strata(tallies, reference)
    oversized = any(s.population is not None and s.answered > s.population for s in strata)
    warnings = (Reason.ROSTER_TOO_SMALL,) * oversized
    finite = finite and not oversized
    if unplaced > design.maximum_unknown_stratum * answered:
        whole = _join(_WHOLE, strata)
        understood = sum(item.understood for item in tallies)
        one = Stratum(_WHOLE, max(whole.weight, 1), whole.population, answered, understood)
        return replace(weighted_moments([one], finite=finite), reasons=(*warnings, Reason.STRATUM_UNKNOWN))
    merged, names = collapse(strata, design)
    reasons = [Reason.STRATA_COLLAPSED] * bool(names) + [Reason.STRATUM_PARTLY_UNKNOWN] * bool(unplaced)
    moments = weighted_moments(merged, finite=finite)
    if not warnings and not reasons:
        return moments
    return replace(moments, reasons=(*warnings, *reasons), collapsed=names)
