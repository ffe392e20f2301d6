"""A ward from its schools: schools as strata that are never merged, silent ones named (docs/methods.md, section 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from analysis.changes import finish, usable
from analysis.class_changes import ClassPair, class_change, pair_classes
from analysis.clusters import class_bounds
from analysis.estimates import Precision, decide
from analysis.forms import are_linked
from analysis.intervals import Interval, count_limits
from analysis.moments import ShareMoments
from analysis.nonresponse import list_bounds
from analysis.records import Change, ClusterCounts, Design, Estimate, Method, Reason, Sampling
from analysis.share_changes import moments_change
from analysis.shares import share_moments
from analysis.strata import roster
from analysis.tallies import Tally, Totals, has_answers, tally, totals
from analysis.verdicts import effective_evidence, target_count


@dataclass(frozen=True, slots=True)
class School:
    """One school of a roll-up: its tallies and totals, and its headcount on the roster that weights the ward."""

    name: str
    tallies: tuple[Tally, ...]
    sums: Totals
    weight: int | None
    reference: Mapping[str, int] | None
    has_answers: bool


def roll_up(
    schools: Mapping[str, Sequence[ClusterCounts]],
    design: Design,
    *,
    silent: Mapping[str, int] | None = None,
    reference: Mapping[str, Mapping[str, int]] | None = None,
) -> Estimate:
    """Return the share over all schools of a ward or province, each weighted by its headcount.

    `schools` gives the lines of one audience and topic by school, each school's own latest wave; `silent` the
    headcounts of schools without data. `reference` gives, by school, the roster that weights all waves
    (`strata.roster`; key "" for a list without classes). Schools are strata that are never merged; those without
    answers are named in `left_out`, count as unknown in the bounds and in the count limits, and stop the verdict
    (reason `empty_stratum`) unless it is certain.

    Returns an Estimate; its low and high describe the schools with answers, its counts the whole ward.

    Raises ValueError if a school's lines do not belong together.

    Source: docs/methods.md, section 12; Cochran 1977, section 5.3.

    >>> def line(size, n, x):
    ...     return ClusterCounts("after", "teachers", None, None, None, None, None, size, answered=n, understood=x)
    >>> ward = roll_up({"A": [line(40, 38, 37)], "B": [line(60, 55, 54)]}, Design())
    >>> round(ward.value, 4), ward.df, ward.verdict.value
    (0.9786, 91, 'met')
    """
    members = make_schools(schools, design, reference)
    missing = {**{one.name: one.sums.population for one in members if not one.has_answers}, **(silent or {})}
    present = [one for one in members if one.has_answers]
    sums = _ward_totals(present, missing)
    if not present:
        return _no_data(sums, missing, design)
    moments = ward_moments(present, design)
    if missing:
        reasons = (*moments.reasons, Reason.EMPTY_STRATUM, Reason.SILENT_SCHOOL)
        moments = replace(moments, reasons=reasons, left_out=tuple(sorted(missing)))
    return decide(_ward_precision(moments, present, sums, design), sums, design)


def _no_data(sums: Totals, missing: Mapping[str, int | None], design: Design) -> Estimate:
    return Estimate(
        population=sums.population,
        invited=sums.invited,
        confidence=design.confidence,
        reasons=(Reason.NO_DATA,),
        left_out=tuple(sorted(missing)),
        plan_version=design.plan_version,
    )


def make_schools(
    schools: Mapping[str, Sequence[ClusterCounts]],
    design: Design,
    reference: Mapping[str, Mapping[str, int]] | None = None,
) -> tuple[School, ...]:
    """Return the schools of a ward in the order of their names, with what weights them."""
    members = []
    for name in sorted(schools):
        tallies = tally(schools[name], design.sampling)
        sums = totals(tallies, design)
        own = (reference or {}).get(name)
        weight = sum(own.values()) if own else sums.population
        strata = {key: size for key, size in own.items() if key} if own else None
        members.append(School(name, tallies, sums, weight, strata or None, has_answers(tallies, design)))
    return tuple(members)


def _ward_totals(present: Sequence[School], missing: Mapping[str, int | None]) -> Totals:
    sizes = [one.sums.population for one in present] + list(missing.values())
    invited = [one.sums.invited for one in present] + list(missing.values())
    return Totals(
        understood=sum(one.sums.understood for one in present),
        answered=sum(one.sums.answered for one in present),
        invited=_sum(invited),
        population=_sum(sizes),
    )


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def ward_moments(schools: Sequence[School], design: Design, *, finite: bool = True) -> ShareMoments:
    """Return the weighted share of schools that all have answers: p = sum W_s p_s, V = sum W_s^2 V_s, df = sum df_s.

    A school with a single answer contributes W^2 (1-f) p(1-p) with the ward's p (reason `single_answer`). Where a
    headcount is unknown, answers weight (reason `population_unknown`, no finite population correction).

    Raises ValueError without schools.

    Source: docs/methods.md, section 12.

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
    weights = [float(one.weight or 0) if known else float(one.sums.answered) for one in schools]
    total = sum(weights)
    parts = [
        share_moments(one.tallies, one.sums, design, reference=one.reference, finite=finite and known)
        for one in schools
    ]
    shares = [weight / total for weight in weights]
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
    people = _sum([one.sums.population for one in schools])
    return max(1 - size / people, 0.0) if people else 1.0


def _ward_precision(moments: ShareMoments, present: Sequence[School], sums: Totals, design: Design) -> Precision:
    size = moments.effective_size(cap=design.cap)
    interval = moments.interval(confidence=design.confidence, cap=design.cap)
    covered = _sum([one.sums.population for one in present])
    counts, low, high = None, design.target, design.target
    if sums.population is not None and covered is not None and sums.answered <= covered and covered > 0:
        unseen = sums.population - covered
        first, last = count_limits(interval, sums.understood, sums.answered, covered)
        counts = first, last + unseen
        needed = target_count(design.target, sums.population)
        # Silent people count as failing for "met" and as understanding for "not met".
        low = min((needed - Fraction(1, 2)) / covered, Fraction(1))
        high = max((needed - unseen - Fraction(1, 2)) / covered, Fraction(0))
    evidence = effective_evidence(moments.value, size, moments.df, float(low), float(high))
    worst = _ward_bounds(present, sums, design)
    return Precision(
        moments, Method.WILSON_EFFECTIVE, interval, counts, evidence, interval, size, worst, moments.df, moments.reasons
    )


def _ward_bounds(present: Sequence[School], sums: Totals, design: Design) -> Interval | None:
    if not sums.population:
        return None
    low, high, covered = 0.0, 0.0, 0
    for one in present:
        sampled = design.sampling is Sampling.CLUSTER
        bounds = class_bounds(one.tallies, design) if sampled else list_bounds(one.sums, design)
        size = one.sums.population
        if bounds is None or size is None:
            return None
        low, high, covered = low + size * bounds.low, high + size * bounds.high, covered + size
    unseen = sums.population - covered
    return Interval(low / sums.population, min((high + unseen) / sums.population, 1.0))


def roll_up_change(
    before: Mapping[str, Sequence[ClusterCounts]], after: Mapping[str, Sequence[ClusterCounts]], design: Design
) -> Change:
    """Return the change of a ward over the schools that have answers in both waves; the others are named.

    With at least `design.minimum_classes` classes (or schools, for lists without classes) in both waves each is its
    own control (section 7.2); otherwise MOVER at the ward's effective sizes. The headcounts of `after` weight both.

    Source: docs/methods.md, sections 7.2 and 12.

    >>> def line(wave, n, x):
    ...     return ClusterCounts(wave, "teachers", None, None, None, None, None, 40, answered=n, understood=x)
    >>> old = {name: [line("before", 30, 15)] for name in "AB"}
    >>> new = {name: [line("after", 30, 24)] for name in "AB"}
    >>> result = roll_up_change(old, new, Design())
    >>> round(result.value, 2), result.method.value, result.shown.value
    (0.3, 'mover_effective', 'increase_shown')
    """
    both = sorted(set(before) & set(after))
    shared = [name for name in both if usable(before[name], design) and usable(after[name], design)]
    left_out = tuple(sorted((set(before) | set(after)) - set(shared)))
    if not shared:
        return Change(reasons=(Reason.NO_DATA,), left_out=left_out, confidence=design.confidence)
    units = [unit for name in shared for unit in _units(name, before[name], after[name], design)]
    if len(units) >= design.minimum_classes:
        result = class_change(units, confidence=design.confidence)
    else:
        result = _moments_change(before, after, shared, design)
    linked = design.forms_linked and all(are_linked(before[name], after[name]) for name in shared)
    reasons = [Reason.SILENT_SCHOOL] * bool(left_out) + [Reason.FORMS_NOT_LINKED] * (not linked)
    return finish(replace(result, left_out=left_out), reasons, design)


def _moments_change(
    before: Mapping[str, Sequence[ClusterCounts]],
    after: Mapping[str, Sequence[ClusterCounts]],
    shared: Sequence[str],
    design: Design,
) -> Change:
    rosters = {name: roster(after[name], design) for name in shared}
    later = make_schools({name: after[name] for name in shared}, design)
    earlier = make_schools({name: before[name] for name in shared}, design, rosters)
    same = [replace(old, weight=new.weight or old.weight) for old, new in zip(earlier, later, strict=True)]
    first, second = (ward_moments(schools, design, finite=False) for schools in (same, later))
    return moments_change(first, second, design)


def _answered(lines: Sequence[ClusterCounts]) -> int:
    return sum(line.answered for line in lines)


def _units(
    name: str, before: Sequence[ClusterCounts], after: Sequence[ClusterCounts], design: Design
) -> tuple[ClassPair, ...]:
    """The classes of a school that answered twice, or the school itself where it has none."""
    classes, _ = pair_classes(before, after, design, roster(after, design))
    if classes:
        return classes
    sums = totals(tally(after, design.sampling), design)
    first = sum(line.understood for line in before) / _answered(before)
    return (ClassPair(name, sums.population or sums.answered, first, sums.understood / sums.answered),)
