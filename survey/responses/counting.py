"""Counts the stored responses of a wave: patterns from the covering index, chosen options from the packed answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.core.permissions import Scope
from survey.core.vocabulary import audiences_of
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import population_on
from survey.responses.counts import GroupPopulation, OptionCount, PatternCount, WaveCounts, in_order
from survey.responses.models import Response
from survey.responses.sheets import Sheet


def count_wave(session: Session, wave: Wave, *, day: date, scope: Scope | None, with_options: bool) -> list[WaveCounts]:
    """Count a wave now, per organisation with ways in or answers; without scope all of them, for closing.

    day: the day whose headcounts hold.
    """
    organisations = [
        organisation_id
        for organisation_id in _organisations_of(session, wave.id)
        if scope is None or scope.covers(organisation_id)
    ]
    patterns = _patterns(session, wave.id, organisations)
    options = _options(session, wave, organisations) if with_options else {}
    modes = _modes(session, wave.id) if with_options else None
    answered = {(key, count.group_id) for key, counts in patterns.items() for count in counts}
    populations = _populations(session, wave.audience, organisations, day, answered)
    return [
        WaveCounts(
            wave_id=wave.id,
            organisation_id=key,
            audience=wave.audience,
            is_frozen=False,
            patterns=in_order(patterns.get(key, ())),
            options=in_order(options.get(key, ())),
            populations=in_order(populations[key]),
            by_mode=None if modes is None else modes.get(key, {}),
        )
        for key in organisations
    ]


def count_nobody(
    session: Session, *, wave_id: int, audience: str, organisation_ids: Collection[int], day: date
) -> list[WaveCounts]:
    """Return the counts of organisations where nobody was asked: their headcounts on a day, and no answers.

    A roll-up names them and counts their people as unknown. Organisations without people of the audience are left out.
    """
    populations = _populations(session, audience, organisation_ids, day, ())
    return [
        WaveCounts(
            wave_id=wave_id,
            organisation_id=key,
            audience=audience,
            is_frozen=False,
            patterns=(),
            options=(),
            populations=in_order(populations[key]),
        )
        for key in sorted(populations)
        if any(one.number for one in populations[key])
    ]


def _organisations_of(session: Session, wave_id: int) -> list[int]:
    found = union(
        select(Collector.organisation_id).where(Collector.wave_id == wave_id),
        select(Response.organisation_id).where(Response.wave_id == wave_id),
    )
    return sorted(session.scalars(found))


def _patterns(session: Session, wave_id: int, organisations: Collection[int]) -> dict[int, list[PatternCount]]:
    query = (
        select(Response.organisation_id, Response.group_id, Response.form, Response.pattern, func.count())
        .where(Response.wave_id == wave_id, Response.organisation_id.in_(organisations))
        .group_by(Response.organisation_id, Response.group_id, Response.form, Response.pattern)
    )
    found: dict[int, list[PatternCount]] = defaultdict(list)
    for organisation_id, group_id, form, pattern, number in session.execute(query):
        found[organisation_id].append(PatternCount(group_id, form, pattern, number))
    return found


def _options(session: Session, wave: Wave, organisations: Collection[int]) -> dict[int, list[OptionCount]]:
    query = select(Response.organisation_id, Response.group_id, Response.form, Response.answers).where(
        Response.wave_id == wave.id, Response.organisation_id.in_(organisations)
    )
    packed: dict[tuple[int, int | None, str], list[bytes]] = defaultdict(list)
    for organisation_id, group_id, form, answers in session.execute(query):
        packed[organisation_id, group_id, form].append(answers)
    definition = wave_definition(session, wave)
    found: dict[int, list[OptionCount]] = defaultdict(list)
    for (organisation_id, group_id, form), rows in packed.items():
        tally = Sheet(definition, form).tally(rows)
        found[organisation_id] += [OptionCount(group_id, form, *values) for values in tally]
    return found


def _modes(session: Session, wave_id: int) -> dict[int, dict[str, int]]:
    """Return how many answers came by each way in, by organisation."""
    query = (
        select(Response.organisation_id, Collector.mode, func.count())
        .join(Collector, Response.collector_id == Collector.id)
        .where(Response.wave_id == wave_id)
        .group_by(Response.organisation_id, Collector.mode)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for organisation_id, mode, number in session.execute(query):
        found[organisation_id][mode] = number
    return found


def _populations(
    session: Session,
    audience: str,
    organisations: Collection[int],
    day: date,
    answered: Collection[tuple[int, int | None]],
) -> dict[int, list[GroupPopulation]]:
    """Return, per organisation, itself and each group that has people of the audience on that day, or answers."""
    numbers = population_on(session, organisation_ids=organisations, day=day)
    names = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisations)))
    found = {
        key: [GroupPopulation(None, audience, name, None, None, numbers.get((key, None, audience)))]
        for key, name in names
    }
    for group in _groups_of(session, organisations):
        key = (group.organisation_id, group.id)
        is_there = audience in audiences_of(group.grade, group.staff_kind) and (
            group.ended_on is None or group.ended_on > day
        )
        if is_there or key in answered:
            number = numbers.get((*key, audience))
            found[group.organisation_id].append(
                GroupPopulation(group.id, audience, group.name, group.grade, group.staff_kind, number)
            )
    return found


def _groups_of(session: Session, organisations: Collection[int]) -> Iterable[Group]:
    return session.scalars(select(Group).where(Group.organisation_id.in_(organisations)))
