"""Builds the one `Report` that every page, picture and file is rendered from. Formats nothing.

Runs in the child process of `jobs`: the figures need SciPy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.planning import more_answers
from analysis.records import ClusterCounts, Design, Estimate, Sampling, Verdict
from survey.core.vocabulary import Audience, ReportingGroup, WaveKind, WaveState
from survey.reports.figures import Figures, place_figures, rolled_up_figures
from survey.reports.lines import grades, unplaced_staff, wave_lines
from survey.reports.masks import Masks, mask_places, mask_total, minimum
from survey.reports.misunderstandings import find_misunderstandings
from survey.reports.place_rows import place_rows, without_verdict
from survey.reports.records import (
    AudiencePlan,
    Dates,
    GroupRow,
    Hidden,
    More,
    Pair,
    Place,
    Report,
    ReportInput,
    Rule,
    WaveFact,
)
from survey.reports.steps import next_steps
from survey.reports.tidying import joined_grade, tidy
from survey.responses.counts import WaveCounts

# The reporting groups of an audience, in the order of a report.
GROUPS_OF: Mapping[str, tuple[ReportingGroup, ...]] = {
    Audience.STAFF: (ReportingGroup.TEACHERS, ReportingGroup.EMPLOYEES),
    Audience.PUPILS_SECONDARY: (ReportingGroup.PUPILS,),
    Audience.PUPILS_PRIMARY: (ReportingGroup.PUPILS,),
    Audience.PARENTS: (ReportingGroup.PARENTS,),
    Audience.COMMUNITY: (ReportingGroup.COMMUNITY,),
}
WITHOUT_VERDICT = frozenset({ReportingGroup.COMMUNITY})

LinesByPlace = Mapping[int, Sequence[ClusterCounts]]


def build_report(source: ReportInput, lines: LinesByPlace | None = None) -> Report:
    """Return the report of a campaign, for one organisation or rolled up over all of them.

    lines: what `lines_by_place` gave, where the caller has it already.
    """
    lines = lines_by_place(source) if lines is None else lines
    plans = _plans_by_group(source.plans)
    groups = groups_in(lines)
    designs = {group: _design(plans[group], source.counts) for group in groups}
    masks = masks_of(source, lines)
    hidden = hidden_groups(source, lines, masks)
    topics, levels = _codes(source.plans)
    figures = _figures(source, lines, designs, hidden, (*topics, *levels))
    rows = tuple(_row(group, figures, designs[group], hidden[group], topics, levels) for group in groups)
    if not source.is_over:
        rows = tuple(replace(row, more=_more(row.headline.latest, designs[row.group])) for row in rows)
    before, after = (_dates(source.waves, kind) for kind in WaveKind)
    report = Report(
        campaign_id=source.campaign_id,
        title=source.title,
        organisation=_organisation(source),
        is_roll_up=source.focus is None,
        is_demo=source.owner.is_demo or any(place.is_demo for place in source.places),
        starts=source.starts,
        ends=source.ends,
        before=before,
        after=after,
        topics=topics,
        levels=levels,
        rows=rows,
        misunderstood=find_misunderstandings(source, _focused_counts(source), rows),
        places=place_rows(source, lines, designs, masks, rows) if source.focus is None else (),
        steps=(),
        rules=_rules(source.plans, groups),
        target=source.plans[0].target if source.plans else Design().target,
        minimum=minimum(is_outside=source.is_outside),
        confidence=source.plans[0].confidence if source.plans else Design().confidence,
        unplaced_staff=unplaced_staff(_focused_counts(source)),
        plan_versions=tuple(sorted({plan.plan_version for plan in source.plans if plan.plan_version})),
        corrections=tuple(dict.fromkeys(one for plan in source.plans for one in plan.corrections)),
    )
    return replace(report, steps=next_steps(report, source.waves))


def report_lines(source: ReportInput) -> tuple[list[ClusterCounts], Mapping[str, Design]]:
    """Return the lines behind the visible figures of one organisation's report, with the design of each group."""
    lines = lines_by_place(source)
    plans = _plans_by_group(source.plans)
    groups = groups_in(lines)
    hidden = hidden_groups(source, lines, masks_of(source, lines))
    designs = {group: _design(plans[group], source.counts) for group in groups if hidden[group] is None}
    own = lines.get(source.focus, ()) if source.focus is not None else ()
    return [line for line in own if line.audience in designs], designs


def lines_by_place(source: ReportInput) -> LinesByPlace:
    """Return the tidied lines of each organisation."""
    plans = {(plan.campaign_id, plan.audience): plan for plan in source.plans}
    waves = {wave.id: wave for wave in source.waves}
    found: dict[int, list[ClusterCounts]] = defaultdict(list)
    for counts in source.counts:
        wave = waves[counts.wave_id]
        if _has_begun(wave, source):
            found[counts.organisation_id] += wave_lines(counts, wave.kind, plans[wave.campaign_id, wave.audience])
    return {place: tidy(own, grades(_of_place(source.counts, place))) for place, own in found.items()}


def _of_place(counts: Iterable[WaveCounts], place: int) -> list[WaveCounts]:
    return [one for one in counts if one.organisation_id == place]


def _has_begun(wave: WaveFact, source: ReportInput) -> bool:
    """Whether a wave counts: it is open or was, or another questionnaire of the same group is (pupils have two)."""
    groups = set(GROUPS_OF[wave.audience])
    return any(
        other.state != WaveState.DRAFT and other.kind == wave.kind and groups & set(GROUPS_OF[other.audience])
        for other in source.waves
    )


def groups_in(lines: LinesByPlace) -> list[str]:
    """Return the reporting groups that the lines speak of, in the order of a report."""
    present = {line.audience for own in lines.values() for line in own}
    return [str(group) for group in ReportingGroup if group in present]


def masks_of(source: ReportInput, lines: LinesByPlace) -> Masks:
    """Return what is hidden of each organisation: the small groups, what gives them away, and what is withheld."""
    masks = mask_places(lines, groups=groups_in(lines), is_outside=source.is_outside)
    return {
        place: {
            group: hidden or (Hidden.COMPLEMENT if (place, group) in source.withheld else None)
            for group, hidden in own.items()
        }
        for place, own in masks.items()
    }


def _plans_by_group(plans: Iterable[AudiencePlan]) -> dict[str, AudiencePlan]:
    """Where a group has two questionnaires the first plan counts; both are made together with equal rules.

    The same holds where a report joins the plans of several campaigns.
    """
    found: dict[str, AudiencePlan] = {}
    for plan in plans:
        for group in GROUPS_OF[plan.audience]:
            found.setdefault(str(group), plan)
    return found


def _design(plan: AudiencePlan, counts: Iterable[WaveCounts]) -> Design:
    classes = grades(counts)
    return Design(
        sampling=Sampling(plan.sampling),
        target=plan.target,
        confidence=plan.confidence,
        collapse=classes | {joined_grade(grade): grade for grade in classes.values()},
        plan_version=plan.plan_version,
    )


def _codes(plans: Sequence[AudiencePlan]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the topics and levels of all questionnaires, in their order."""
    topics = dict.fromkeys(topic for plan in plans for topic in plan.topics if topic in plan.asked_topics)
    levels = dict.fromkeys(level for plan in plans for level in plan.levels)
    return tuple(topics), tuple(levels)


def hidden_groups(source: ReportInput, lines: LinesByPlace, masks: Masks) -> Mapping[str, Hidden | None]:
    """Return for each reporting group whether, and why, its figures of the whole report are hidden."""
    groups = groups_in(lines)
    if source.focus is not None:
        own = masks.get(source.focus, {})
        return {group: own.get(group) for group in groups}
    everything = [line for own in lines.values() for line in own]
    held = {group for place, group in source.withheld if place is None}
    return {group: mask_total(everything, group) or (Hidden.COMPLEMENT if group in held else None) for group in groups}


def _figures(
    source: ReportInput,
    lines: LinesByPlace,
    designs: Mapping[str, Design],
    hidden: Mapping[str, Hidden | None],
    topics: Sequence[str],
) -> Figures:
    shown = {group: design for group, design in designs.items() if hidden[group] is None}
    visible = {place: [line for line in own if line.audience in shown] for place, own in lines.items()}
    if source.focus is not None:
        return place_figures(visible.get(source.focus, ()), shown, topics=topics)
    codes = {place.id: place.code for place in source.places}
    return rolled_up_figures({codes[place]: own for place, own in visible.items()}, shown, topics=topics)


def _row(
    group: str,
    figures: Figures,
    design: Design,
    hidden: Hidden | None,
    topics: Sequence[str],
    levels: Sequence[str],
) -> GroupRow:
    has_verdict = group not in WITHOUT_VERDICT
    headline = figures.get((group, None), Pair())
    headline = headline if has_verdict else _without_verdicts(headline)
    return GroupRow(
        group=group,
        has_verdict=has_verdict,
        target=design.target,
        hidden=hidden,
        headline=headline,
        # The target is set for the headline only.
        topics=tuple(_without_verdicts(figures.get((group, topic), Pair())) for topic in topics),
        levels=tuple(_without_verdicts(figures.get((group, level), Pair())) for level in levels),
    )


def _without_verdicts(pair: Pair) -> Pair:
    return replace(pair, before=without_verdict(pair.before), after=without_verdict(pair.after))


def _more(estimate: Estimate | None, design: Design) -> More | None:
    if estimate is None or estimate.verdict is not Verdict.NOT_YET_SHOWN or estimate.population is None:
        return None
    needed = more_answers(estimate.answered, estimate.understood, estimate.population, design)
    return None if needed is None else More(needed.answers, needed.total)


def _dates(waves: Iterable[WaveFact], kind: str) -> Dates | None:
    begun = [wave for wave in waves if wave.kind == kind and wave.state != WaveState.DRAFT]
    if not begun:
        return None
    is_closed = all(wave.state == WaveState.CLOSED for wave in begun)
    return Dates(min(wave.opens for wave in begun), max(wave.closes for wave in begun), is_closed)


def _organisation(source: ReportInput) -> Place:
    return next((place for place in source.places if place.id == source.focus), source.owner)


def _focused_counts(source: ReportInput) -> tuple[WaveCounts, ...]:
    return tuple(one for one in source.counts if source.focus in (None, one.organisation_id))


def _rules(plans: Iterable[AudiencePlan], groups: Sequence[str]) -> tuple[Rule, ...]:
    """Return each rule once, with the groups that it judges."""
    found: dict[tuple[tuple[str, str], ...], dict[str, None]] = {}
    for plan in plans:
        # Before anybody was asked, the rules of all groups are worth reading.
        own = [str(group) for group in GROUPS_OF[plan.audience] if str(group) in groups or not groups]
        found.setdefault(tuple(sorted(plan.rule.items())), {}).update(dict.fromkeys(own))
    return tuple(Rule(tuple(names), dict(text)) for text, names in found.items() if names)
