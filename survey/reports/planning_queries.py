"""Gathers what the planning page is built from: the headcounts of a wave's reporting groups, and how it is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import plan_of, subtree, wave_by_id
from survey.core.permissions import Scope
from survey.core.vocabulary import Audience, ReportingGroup, audiences_of, reporting_group
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import Place as PlaceKey
from survey.organisations.queries import population_on
from survey.reports.lines import Unit, units_of
from survey.reports.planning_records import GroupSize, PlanningSource, PlanSettings
from survey.reports.records import Place, WaveFact
from survey.responses.counts import GroupPopulation, WaveCounts


def planning_source(session: Session, *, wave_id: int, scope: Scope, today: date) -> PlanningSource:
    """Return the headcounts of a wave's reporting groups, in the organisations that the scope covers as a whole.

    The headcounts are those of today, or of the closing date if that has passed: the ones that the report will use.
    Raises NotFound where the scope knows nothing of the wave.
    """
    wave = wave_by_id(session, wave_id, scope)
    plan = plan_of(session, wave.campaign_id, wave.audience)
    owner = wave.campaign.organisation
    return PlanningSource(
        wave=WaveFact(wave.id, wave.audience, wave.kind, wave.state, wave.opens, wave.closes),
        title=wave.campaign.title,
        owner=_place(owner),
        settings=PlanSettings(plan.target, float(plan.confidence), plan.sampling),
        sizes=tuple(_sizes(session, wave, scope, min(today, wave.closes))),
    )


def _sizes(session: Session, wave: Wave, scope: Scope, day: date) -> Iterable[GroupSize]:
    below = subtree(session, wave.campaign.organisation_id) & scope.whole
    query = select(Organisation).where(Organisation.id.in_(below)).order_by(Organisation.name, Organisation.id)
    places = session.scalars(query).all()
    numbers = population_on(session, organisation_ids=below, day=day)
    groups: dict[int, list[Group]] = {place.id: [] for place in places}
    for group in session.scalars(
        select(Group)
        .where(Group.organisation_id.in_(below), or_(Group.ended_on.is_(None), Group.ended_on > day))
        .order_by(Group.id)
    ):
        groups[group.organisation_id].append(group)
    audiences = _audiences(wave.campaign, wave.audience)
    for place in places:
        found = {audience: _units(place, groups[place.id], numbers, audience) for audience in audiences}
        yield from _of_place(_place(place), found, wave.audience)


def _audiences(campaign: Campaign, audience: str) -> tuple[str, ...]:
    """Return the audiences whose answers make up one verdict: both questionnaires for pupils, else the wave's own."""
    if reporting_group(audience, None) != ReportingGroup.PUPILS:
        return (audience,)
    planned = {plan.audience for plan in campaign.plans}
    return tuple(one for one in (Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY) if one in planned)


def _units(
    place: Organisation, groups: Iterable[Group], numbers: Mapping[PlaceKey, int], audience: str
) -> dict[str, tuple[Unit, ...]]:
    """Return the reporting groups with their lists or classes, put together as the report does it."""
    own = [
        GroupPopulation(
            group.id, audience, group.name, group.grade, group.staff_kind, numbers.get((place.id, group.id, audience))
        )
        for group in groups
        if audience in audiences_of(group.grade, group.staff_kind)
    ]
    whole = numbers.get((place.id, None, audience))
    if not own and whole is None:
        return {}
    everybody = GroupPopulation(None, audience, place.name, None, None, whole)
    found = units_of(WaveCounts(0, place.id, audience, False, (), (), (everybody, *own)))
    # Staff of whom nobody said how many are teachers: no verdict can be given, and the page says what is missing.
    return found or {str(ReportingGroup.TEACHERS): (Unit(None, None, None, ()),)}


def _of_place(place: Place, found: Mapping[str, Mapping[str, tuple[Unit, ...]]], audience: str) -> Iterable[GroupSize]:
    for group in dict.fromkeys(name for units in found.values() for name in units):
        here = found[audience].get(group, ())
        if here:
            units = [unit for own in found.values() for unit in own.get(group, ())]
            classes = sum(unit.grade is not None for unit in units)
            yield GroupSize(place, group, _people(units), _people(here), classes)


def _people(units: Iterable[Unit]) -> int | None:
    total = 0
    for unit in units:
        if unit.population is None:
            return None
        total += unit.population
    return total


def _place(organisation: Organisation) -> Place:
    return Place(organisation.id, organisation.name, organisation.code, organisation.kind, organisation.is_demo)
