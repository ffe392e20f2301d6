"""Turns the counts of waves into the lines that `analysis` takes: one a class (or list) and form, per reporting group.

Plain data in, plain data out; no database, no SciPy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.mastery import (
    FIRST_ANSWERED_BIT,
    FIRST_LEVEL_BIT,
    FIRST_TOPIC_BIT,
    HEADLINE_BIT,
)
from analysis.records import ClusterCounts
from survey.core.vocabulary import Audience, ReportingGroup, WaveKind, reporting_group
from survey.reports.records import AudiencePlan
from survey.responses.counts import GroupPopulation, PatternCount, WaveCounts

BEFORE, AFTER = "before", "after"
WAVE_NAMES: Mapping[str, str] = {WaveKind.BASELINE: BEFORE, WaveKind.FOLLOW_UP: AFTER}

STAFF_GROUPS = (ReportingGroup.TEACHERS, ReportingGroup.EMPLOYEES)


# By form: each pattern with its number.
PatternsByForm = Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to be judged: the headline (topic None), a topic or a level, with its bits in the pattern.

    asked: the bits that say that what it judges was answered. right: these and the bit that says it is understood.
    """

    topic: str | None
    asked: int
    right: int

    def counts(self, forms: PatternsByForm) -> dict[str, tuple[int, int]]:
        """Return (answered, understood) by form."""
        # All bits at once: a ward has tens of thousands of patterns, each judged by eight criteria.
        asked, right = self.asked, self.right
        found: dict[str, tuple[int, int]] = {}
        for form, patterns in forms.items():
            answered = sum([number for pattern, number in patterns if pattern & asked == asked])
            if answered:
                found[form] = answered, sum([number for pattern, number in patterns if pattern & right == right])
        return found


def make_criterion(topic: str | None, understood_bit: int, answered_bits: Iterable[int]) -> Criterion:
    """Return the criterion whose places in the pattern these are."""
    asked = sum(1 << bit for bit in answered_bits)
    return Criterion(topic, asked, asked | 1 << understood_bit)


def by_form(patterns: Iterable[PatternCount]) -> PatternsByForm:
    """Return the patterns and their numbers by form."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for _group_id, form, pattern, number in patterns:
        found[form].append((pattern, number))
    return found


def criteria(plan: AudiencePlan) -> tuple[Criterion, ...]:
    """Return the headline, the topics that are asked, and the levels."""
    answered = {topic: FIRST_ANSWERED_BIT + place for place, topic in enumerate(plan.topics)}
    everything = tuple(answered[topic] for topic in plan.asked_topics)
    headline = make_criterion(None, HEADLINE_BIT, everything)
    topics = [
        make_criterion(topic, FIRST_TOPIC_BIT + place, (answered[topic],))
        for place, topic in enumerate(plan.topics)
        if topic in plan.asked_topics
    ]
    # Who answered a level is not stored; those who answered every topic answered it.
    levels = [make_criterion(level, FIRST_LEVEL_BIT + place, everything) for place, level in enumerate(plan.levels)]
    return (headline, *topics, *levels)


@dataclass(frozen=True, slots=True)
class Unit:
    """A class, or the whole list of a reporting group: its headcount and its patterns."""

    stratum: str | None
    grade: int | None
    population: int | None
    patterns: tuple[PatternCount, ...]


def wave_lines(counts: WaveCounts, kind: str, plan: AudiencePlan) -> list[ClusterCounts]:
    """Return the lines of one wave in one organisation, for every reporting group it holds, topic and level."""
    lines = []
    for group, units in units_of(counts).items():
        sorted_out = [(unit, by_form(unit.patterns)) for unit in units]
        for criterion in criteria(plan):
            for unit, forms in sorted_out:
                lines += _unit_lines(unit, criterion.counts(forms), criterion.topic, WAVE_NAMES[kind], group)
    return lines


def _unit_lines(
    unit: Unit, found: Mapping[str, tuple[int, int]], topic: str | None, wave: str, group: str
) -> list[ClusterCounts]:
    forms: list[tuple[str | None, tuple[int, int]]] = [*sorted(found.items())] or [(None, (0, 0))]
    return [
        ClusterCounts(wave, group, topic, form, unit.stratum, None, None, unit.population, *numbers)
        for form, numbers in forms
    ]


def units_of(counts: WaveCounts) -> dict[str, tuple[Unit, ...]]:
    """Return the units of each reporting group: one list for staff and community, classes for pupils and parents."""
    by_group: dict[int | None, list[PatternCount]] = defaultdict(list)
    for count in counts.patterns:
        by_group[count.group_id].append(count)
    groups = [one for one in counts.populations if one.group_id is not None]
    whole = next((one.number for one in counts.populations if one.group_id is None), None)
    if counts.audience == Audience.STAFF:
        return _staff_units(groups, by_group)
    name = str(reporting_group(counts.audience, None))
    has_classes = bool(groups) and all(one.number is not None for one in groups)
    if counts.audience == Audience.COMMUNITY or (not has_classes and whole is not None):
        return {name: (_one_list(counts, groups, whole),)}
    return {name: _class_units(groups, by_group)}


def _staff_units(
    groups: Sequence[GroupPopulation], patterns: Mapping[int | None, list[PatternCount]]
) -> dict[str, tuple[Unit, ...]]:
    found: dict[str, tuple[Unit, ...]] = {}
    for group in STAFF_GROUPS:
        own = [one for one in groups if reporting_group(Audience.STAFF, one.staff_kind) == group]
        if own:
            answers = tuple(count for one in own for count in patterns.get(one.group_id, ()))
            found[str(group)] = (Unit(None, None, _sum(one.number for one in own), answers),)
    return found


def _one_list(counts: WaveCounts, groups: Sequence[GroupPopulation], whole: int | None) -> Unit:
    population = whole if whole is not None else _sum(one.number for one in groups) if groups else None
    # Pupils of two questionnaires are added up by their school level where classes have no headcounts.
    is_level = counts.audience in {Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY}
    return Unit(counts.audience if is_level else None, None, population, counts.patterns)


def _class_units(
    groups: Sequence[GroupPopulation], patterns: Mapping[int | None, list[PatternCount]]
) -> tuple[Unit, ...]:
    units = [Unit(one.name, one.grade, one.number, tuple(patterns.get(one.group_id, ()))) for one in groups]
    if patterns.get(None):
        units.append(Unit(None, None, None, tuple(patterns[None])))
    return tuple(units)


def members_of(counts: WaveCounts) -> dict[int | None, str]:
    """Return the reporting group of each group's answers; answers that belong to none are left out."""
    kinds = {one.group_id: one.staff_kind for one in counts.populations}
    kinds.setdefault(None, None)
    found = {key: reporting_group(counts.audience, kind) for key, kind in kinds.items()}
    return {key: str(group) for key, group in found.items() if group is not None}


def unplaced_staff(counts: Iterable[WaveCounts]) -> int:
    """Return how many members of staff answered without saying of which kind they are; they count in no group."""
    staff = (one for one in counts if one.audience == Audience.STAFF)
    return sum(count.number for one in staff for count in one.patterns if count.group_id is None)


def grades(counts: Iterable[WaveCounts]) -> dict[str, str]:
    """Return class -> grade: a small class is counted together with its grade before it joins the whole group."""
    classes = {one.name: one.grade for wave in counts for one in wave.populations if one.grade is not None}
    return {name: f"grade {grade}" for name, grade in sorted(classes.items())}


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total
