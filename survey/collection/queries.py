"""Reads collectors: by their code for respondents, by wave for the people who print them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from survey.campaigns.models import Campaign, Wave
from survey.collection.models import Collector
from survey.core.codes import COLLECTOR_LENGTH, read_code
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.organisations.models import Group, Organisation


def collector_by_code(session: Session, code: str) -> Collector | None:
    """Return the collector with this code, however it was typed; None for a mistyped or unknown one.

    Takes no scope: whoever holds a code may answer.
    """
    known = read_code(code, COLLECTOR_LENGTH)
    if known is None:
        return None
    query = (
        select(Collector)
        .where(Collector.code == known)
        .options(
            joinedload(Collector.organisation),
            joinedload(Collector.group),
            joinedload(Collector.wave).joinedload(Wave.campaign).joinedload(Campaign.organisation),
        )
    )
    return session.scalars(query).first()


def collector_by_id(session: Session, collector_id: int, scope: Scope) -> Collector:
    """Return one collector; NotFound if there is none for this person."""
    collector = session.get(Collector, collector_id)
    if collector is None or not scope.covers_group(collector.organisation_id, collector.group_id):
        raise NotFound
    return collector


def collectors_of(
    session: Session, wave_id: int, scope: Scope, organisation_id: int | None = None
) -> Sequence[Collector]:
    """Return a wave's collectors that a person may see, by organisation and group; of one organisation only."""
    query = _ordered().where(Collector.wave_id == wave_id)
    if organisation_id is not None:
        query = query.where(Collector.organisation_id == organisation_id)
    return [
        collector
        for collector in session.scalars(query)
        if scope.covers_group(collector.organisation_id, collector.group_id)
    ]


def all_collectors(session: Session) -> Sequence[Collector]:
    """Return every collector, for the operator's command line."""
    return session.scalars(_ordered()).all()


def _ordered() -> Select[Collector]:
    return (
        select(Collector)
        .join(Organisation, Collector.organisation_id == Organisation.id)
        .outerjoin(Group, Collector.group_id == Group.id)
        .options(
            joinedload(Collector.organisation),
            joinedload(Collector.group),
            joinedload(Collector.wave).joinedload(Wave.campaign),
        )
        .order_by(Collector.wave_id, Organisation.name, Collector.group_id.is_not(None), Group.grade, Group.name)
    )
