"""A ward from its schools: schools as strata that are never merged, silent ones named (docs/methods.md, section 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from analysis.assessments import Precision
from analysis.changes import finish, form_reasons, usable
from analysis.class_changes import ClassPair, Pairing, class_change, pair_classes
from analysis.clusters import class_bounds
from analysis.estimates import decide
from analysis.forms import compare_forms
from analysis.intervals import Interval, count_limits, within_seen
from analysis.moments import ShareMoments, average_moments
from analysis.nonresponse import list_bounds
from analysis.records import Change, ClusterCounts, Design, Estimate, Method, Reason, Sampling
from analysis.share_changes import moments_change
from analysis.strata import roster
from analysis.tallies import Totals, tally, totals
from analysis.verdicts import effective_evidence, target_count
from analysis.wards import School, known_sum, make_schools, ward_moments


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


def _ward_totals(present: Sequence[School], missing: Mapping[str, int | None]) -> Totals:
    sizes = [one.sums.population for one in present] + list(missing.values())
    invited = [one.sums.invited for one in present] + list(missing.values())
    return Totals(
        understood=sum(one.sums.understood for one in present),
        answered=sum(one.sums.answered for one in present),
        invited=known_sum(invited),
        population=known_sum(sizes),
    )


def _ward_precision(moments: ShareMoments, present: Sequence[School], sums: Totals, design: Design) -> Precision:
    size = moments.effective_size(cap=design.cap)
    interval = moments.interval(confidence=design.confidence, cap=design.cap)
    covered = known_sum([one.sums.population for one in present])
    counts, shown, low, high = None, interval, design.target, design.target
    if sums.population is not None and covered is not None and sums.answered <= covered and covered > 0:
        unseen = sums.population - covered
        first, last = count_limits(interval, sums.understood, sums.answered, covered)
        counts = first, last + unseen
        shown = within_seen(interval, moments.value, sums.understood, sums.answered, covered)
        needed = target_count(design.target, sums.population)
        # Silent people count as failing for "met" and as understanding for "not met".
        low = min((needed - Fraction(1, 2)) / covered, Fraction(1))
        high = max((needed - unseen - Fraction(1, 2)) / covered, Fraction(0))
    evidence = effective_evidence(moments.value, size, moments.df, float(low), float(high))
    worst = _ward_bounds(present, sums, design)
    return Precision(
        moments, Method.WILSON_EFFECTIVE, shown, counts, evidence, interval, size, worst, moments.df, moments.reasons
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
    # Over the ward, not school by school: in a small school one form may be missing by chance.
    all_before, all_after = ([line for name in shared for line in wave[name]] for wave in (before, after))
    forms = compare_forms(all_before, all_after, design)
    missing: tuple[str, ...] = ()
    if forms.mix_differs:
        first, second = _form_moments(before, after, shared, design)
        result = moments_change(first, second, design)
    else:
        paired = _units(before, after, shared, design)
        result, missing = _ward_change(paired, before, after, shared, design), paired.missing
    reasons = [*form_reasons(forms, design), *[Reason.SILENT_SCHOOL] * bool(left_out)]
    return finish(replace(result, left_out=(*left_out, *missing)), reasons, design)


def _form_moments(
    before: Mapping[str, Sequence[ClusterCounts]],
    after: Mapping[str, Sequence[ClusterCounts]],
    shared: Sequence[str],
    design: Design,
) -> tuple[ShareMoments, ShareMoments]:
    """The average of the forms in each wave, over the schools with answers on a form, weighted by the later roster."""
    rosters = {name: _weights(after[name], design) for name in shared}
    averages = []
    for wave in (before, after):
        parts = []
        for form in sorted({line.form for name in shared for line in wave[name] if line.form and line.answered}):
            lines = {name: [line for line in wave[name] if line.form == form] for name in shared}
            schools = make_schools(lines, design, rosters)
            answering = [school for school in schools if school.has_answers]
            parts.append(ward_moments(answering, design, finite=False))
        averages.append(average_moments(parts))
    return averages[0], averages[1]


def _weights(lines: Sequence[ClusterCounts], design: Design) -> dict[str, int]:
    """The roster of a school; under "" the length of a list without classes."""
    sums = totals(tally(lines, design.sampling), design)
    return roster(lines, design) or ({"": sums.population} if sums.population else {})


def _ward_change(
    paired: Pairing,
    before: Mapping[str, Sequence[ClusterCounts]],
    after: Mapping[str, Sequence[ClusterCounts]],
    shared: Sequence[str],
    design: Design,
) -> Change:
    enough = len(paired.classes) >= design.minimum_classes
    if enough and paired.missing:
        result = class_change(paired.classes, confidence=design.confidence)
        return replace(result, reasons=(Reason.CLASSES_LEFT_OUT,))
    if enough and paired.is_published:
        return class_change(paired.classes, confidence=design.confidence)
    first, second = _both_moments(before, after, shared, design)
    if enough:
        return class_change(paired.classes, confidence=design.confidence, published=(first.value, second.value))
    return moments_change(first, second, design)


def _both_moments(
    before: Mapping[str, Sequence[ClusterCounts]],
    after: Mapping[str, Sequence[ClusterCounts]],
    shared: Sequence[str],
    design: Design,
) -> tuple[ShareMoments, ShareMoments]:
    rosters = {name: roster(after[name], design) for name in shared}
    later = make_schools({name: after[name] for name in shared}, design)
    earlier = make_schools({name: before[name] for name in shared}, design, rosters)
    same = [replace(old, weight=new.weight or old.weight) for old, new in zip(earlier, later, strict=True)]
    return ward_moments(same, design, finite=False), ward_moments(later, design, finite=False)


def _units(
    before: Mapping[str, Sequence[ClusterCounts]],
    after: Mapping[str, Sequence[ClusterCounts]],
    shared: Sequence[str],
    design: Design,
) -> Pairing:
    """Pair the classes of all schools that answered twice, or the schools themselves where they have no classes."""
    classes: list[ClassPair] = []
    missing: list[str] = []
    is_published = True
    for name in shared:
        paired = pair_classes(before[name], after[name], design, roster(after[name], design))
        if paired.classes:
            is_published = is_published and paired.is_published
            classes += paired.classes
        else:
            classes.append(_whole_school(name, before[name], after[name], design))
            is_published = is_published and any(line.population for line in after[name])
        missing += [f"{name}/{one}" for one in paired.missing]
    return Pairing(tuple(classes), tuple(missing), is_published)


def _whole_school(
    name: str, before: Sequence[ClusterCounts], after: Sequence[ClusterCounts], design: Design
) -> ClassPair:
    first, second = (totals(tally(lines, design.sampling), design) for lines in (before, after))
    weight = second.population or second.answered
    return ClassPair(name, weight, first.understood / first.answered, second.understood / second.answered)
