"""The schools of a ward as strata that are never merged: who is in it, and its weighted share (docs/methods.md, 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.moments import ShareMoments
from analysis.records import ClusterCounts, Design, Reason
from analysis.shares import share_moments
from analysis.tallies import Tally, Totals, has_answers, tally, totals


@dataclass(frozen=True, slots=True)
class School:
    """One school of a roll-up: its tallies and totals, and its headcount on the roster that weights the ward."""

    name: str
    tallies: tuple[Tally, ...]
    sums: Totals
    weight: int | None
    reference: Mapping[str, int] | None
    has_answers: bool


def make_schools(
    schools: Mapping[str, Sequence[ClusterCounts]],
    design: Design,
    reference: Mapping[str, Mapping[str, int]] | None = None,
) -> tuple[School, ...]:
    """Return the schools of a ward in the order of their names, with what weights them.

    `schools` gives the lines of one audience and topic by school; `reference` the headcounts by school and stratum (key
    "" for a list without classes) of the roster that weights all waves. Raises ValueError if a school's lines do
    not belong together.

    Source: docs/methods.md, section 12.

    >>> line = ClusterCounts("after", "teachers", None, None, None, None, None, 40, answered=38, understood=37)
    >>> [(one.name, one.weight) for one in make_schools({"A": [line]}, Design())]
    [('A', 40)]
    """
    members = []
    for name in sorted(schools):
        tallies = tally(schools[name], design.sampling)
        sums = totals(tallies, design)
        own = (reference or {}).get(name)
        weight = sum(own.values()) if own else sums.population
        strata = {key: size for key, size in own.items() if key} if own else None
        members.append(School(name, tallies, sums, weight, strata or None, has_answers(tallies, design)))
    return tuple(members)


def known_sum(numbers: Sequence[int | None]) -> int | None:
    """Return the sum, or None if a number is unknown.

    >>> known_sum([3, 4]), known_sum([3, None])
    (7, None)
    """
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def ward_moments(schools: Sequence[School], design: Design, *, finite: bool = True) -> ShareMoments:
    """Return the weighted share of schools that all have answers: p = sum W_s p_s, V = sum W_s^2 V_s, df = sum df_s.

    A school with a single answer contributes W^2 (1-f) p(1-p) with the ward's p (reason `single_answer`). Where a
    headcount is unknown, answers weight (reason `population_unknown`, no finite population correction).

    Raises ValueError without schools. Source: docs/methods.md, section 12.

    >>> from analysis.tallies import Tally, Totals
    >>> rows = [("A", 40, 20, 15), ("B", 60, 30, 27)]
    >>> tallies = [(Tally(None, None, size, None, n, x),) for _, size, n, x in rows]
    >>> ward = [School(one[0], item, Totals(one[3], one[2], one[1], one[1]), one[1], None, True)
    ...         for one, item in zip(rows, tallies)]
    >>> round(ward_moments(ward, Design()).value, 4)
    0.84
    """
    if not schools:
        raise ValueError("a roll-up needs at least one school with answers")
    known = all(one.weight for one in schools)
    shares = _school_shares(schools, known=known)
    parts = [
        share_moments(one.tallies, one.sums, design, reference=one.reference, finite=finite and known)
        for one in schools
    ]
    value = min(sum(w * part.value for w, part in zip(shares, parts, strict=True)), 1.0)
    single = [part.size == 1 and part.left > 0 for part in parts]
    variances = [
        part.left * value * (1 - value) if one else part.variance for part, one in zip(parts, single, strict=True)
    ]
    size = sum(part.size for part in parts)
    moments = ShareMoments(
        value=value,
        variance=sum(w * w * one for w, one in zip(shares, variances, strict=True)),
        floor=sum(w * w * part.floor for w, part in zip(shares, parts, strict=True)),
        df=sum(part.df for part in parts),
        size=size,
        left=_left_of_ward(schools, size) if finite and known else 1.0,
        inflation=max(part.inflation for part in parts),
    )
    return _qualified(moments, schools, parts, single=any(single))


def _school_shares(schools: Sequence[School], *, known: bool) -> list[float]:
    """The part of each school in the ward, by headcount or, where one is unknown, by answers."""
    weights = [(one.weight or 0) if known else one.sums.answered for one in schools]
    return [weight / sum(weights) for weight in weights]


def _qualified(
    moments: ShareMoments, schools: Sequence[School], parts: Sequence[ShareMoments], *, single: bool
) -> ShareMoments:
    """Add what the schools had to merge, and every reason that qualifies one of them."""
    reasons = [Reason.SINGLE_ANSWER] * single + [Reason.ROSTER_TOO_SMALL] * any(map(_is_oversized, schools))
    reasons += [reason for part in parts for reason in part.reasons]
    merged = (f"{one.name}/{name}" for one, part in zip(schools, parts, strict=True) for name in part.collapsed)
    return replace(moments, reasons=tuple(dict.fromkeys(reasons)), collapsed=tuple(merged))


def _is_oversized(school: School) -> bool:
    return school.sums.population is not None and school.sums.answered > school.sums.population


def _left_of_ward(schools: Sequence[School], size: int) -> float:
    people = known_sum([one.sums.population for one in schools])
    return max(1 - size / people, 0.0) if people else 1.0
