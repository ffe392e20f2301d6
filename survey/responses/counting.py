"""Counts the stored responses of a wave: patterns from the covering index, chosen options from the packed answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.core.permissions import Scope
from survey.core.vocabulary import audiences_of
from survey.instruments.definitions import InstrumentDefinition
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import population_on
from survey.responses.counts import (
    GroupPopulation,
    OptionCount,
    PatternCount,
    WaveCounts,
    in_order,
    joined_groups,
)
from survey.responses.models import Response
from survey.responses.sheets import Sheet


@dataclass(frozen=True, slots=True)
class _Batch:
    """The answers of one group, form and way in: how many, and their packed bytes one after the other."""

    organisation_id: int
    group_id: int | None
    form: str
    collector_id: int
    number: int
    packed: bytes


def count_wave(
    session: Session, wave: Wave, *, day: date, scope: Scope | None, with_options: bool, by_group: bool = False
) -> list[WaveCounts]:
    """Count a wave now, per organisation with ways in or answers; without scope all of them, for closing.

    day: the day whose headcounts hold. by_group: whether options are counted for each group, as they are frozen, or
    added up as reports take them (survey.responses.counts.joined_groups).
    """
    organisations = [
        organisation_id
        for organisation_id in _organisations_of(session, wave.id)
        if scope is None or scope.covers(organisation_id)
    ]
    patterns = count_patterns(session, wave.id, organisations)
    answered = {(key, count.group_id) for key, counts in patterns.items() for count in counts}
    populations = _populations(session, wave.audience, organisations, day, answered)
    batches = list(_batches(session, wave.id, organisations)) if with_options else []
    joined = {} if by_group else joined_groups(wave.audience, (one for own in populations.values() for one in own))
    options = _options(wave_definition(session, wave), batches, joined) if batches else {}
    modes = _modes(session, wave.id, batches) if with_options else None
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


def count_patterns(session: Session, wave_id: int, organisations: Collection[int]) -> dict[int, list[PatternCount]]:
    """Return how many stored responses have which pattern, by organisation."""
    query = (
        select(Response.organisation_id, Response.group_id, Response.form, Response.pattern, func.count())
        .where(Response.wave_id == wave_id, Response.organisation_id.in_(organisations))
        .group_by(Response.organisation_id, Response.group_id, Response.form, Response.pattern)
    )
    found: dict[int, list[PatternCount]] = defaultdict(list)
    for organisation_id, group_id, form, pattern, number in session.connection().execute(query).all():
        found[organisation_id].append(PatternCount(group_id, form, pattern, number))
    return found


def _batches(session: Session, wave_id: int, organisations: Collection[int]) -> Iterator[_Batch]:
    """Yield all answers of a wave, put together by the database: fetched row by row they take ten times as long."""
    connection = session.connection()
    hexed = func.hex(Response.answers) if connection.dialect.name == "sqlite" else func.encode(Response.answers, "hex")
    columns = Response.organisation_id, Response.group_id, Response.form, Response.collector_id
    query = (
        select(*columns, func.count(), func.aggregate_strings(hexed, ""))
        .where(Response.wave_id == wave_id, Response.organisation_id.in_(organisations))
        .group_by(*columns)
    )
    for organisation_id, group_id, form, collector_id, number, packed in connection.execute(query):
        yield _Batch(organisation_id, group_id, form, collector_id, number, bytes.fromhex(packed))


def _options(
    definition: InstrumentDefinition, batches: Iterable[_Batch], joined: Mapping[int, int | None]
) -> dict[int, list[OptionCount]]:
    packed: dict[tuple[int, int | None, str], list[bytes]] = defaultdict(list)
    for batch in batches:
        group_id = None if batch.group_id is None else joined.get(batch.group_id, batch.group_id)
        packed[batch.organisation_id, group_id, batch.form].append(batch.packed)
    sheets = {form: Sheet(definition, form) for form in definition.forms}
    found: dict[int, list[OptionCount]] = defaultdict(list)
    for (organisation_id, group_id, form), answers in packed.items():
        tally = sheets[form].tally(answers)
        found[organisation_id] += [OptionCount(group_id, form, *values) for values in tally]
    return found


def _modes(session: Session, wave_id: int, batches: Iterable[_Batch]) -> dict[int, dict[str, int]]:
    """Return how many answers came by each way in, by organisation."""
    known = session.execute(select(Collector.id, Collector.mode).where(Collector.wave_id == wave_id))
    modes = {collector_id: mode for collector_id, mode in known}
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for batch in batches:
        found[batch.organisation_id][modes[batch.collector_id]] += batch.number
    return {organisation_id: dict(own) for organisation_id, own in found.items()}


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
