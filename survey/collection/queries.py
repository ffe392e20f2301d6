"""Reads collectors: by their code for respondents, by wave for the people who print them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from survey.campaigns.models import Campaign, Wave
from survey.collection.models import Collector, Serial, SerialBatch
from survey.core.codes import COLLECTOR_LENGTH, read_code
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import Mode
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
    session: Session,
    wave_id: int,
    scope: Scope,
    organisation_id: int | None = None,
    modes: Collection[str] = (Mode.POSTER,),
) -> Sequence[Collector]:
    """Return a wave's ways in that a person may see, by organisation and group; of one organisation only.

    modes: posters unless others are asked for.
    """
    query = _ordered().where(Collector.wave_id == wave_id, Collector.mode.in_(modes))
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


def window_by_id(session: Session, collector_id: int, scope: Scope) -> Collector:
    """Return a meeting or class session; NotFound if there is none for this person."""
    collector = collector_by_id(session, collector_id, scope)
    if collector.mode not in (Mode.MEETING, Mode.CLASS_SESSION):
        raise NotFound
    return collector


def windows_of(session: Session, wave_id: int, scope: Scope, mode: str | None = None) -> Sequence[Collector]:
    """Return the meetings and class sessions of a wave that a person may see, newest first; of one mode only."""
    modes = (Mode.MEETING, Mode.CLASS_SESSION) if mode is None else (mode,)
    found = collectors_of(session, wave_id, scope, modes=modes)
    return sorted(found, key=lambda collector: (collector.created_at, collector.id), reverse=True)


@dataclass(frozen=True, slots=True)
class BatchCount:
    """One batch of cards or sheets: what it is for, how many were made and how many came back."""

    id: int
    collector: Collector
    number: int
    spent: int
    created_at: datetime

    @property
    def left(self) -> int:
        """How many have not come back; which ones is nobody's business."""
        return self.number - self.spent


def batches_of(
    session: Session, wave_id: int, scope: Scope, mode: str = Mode.CARDS, batch_id: int | None = None
) -> Sequence[BatchCount]:
    """Return the batches of a wave's cards (or paper sheets) that a person may see, newest first."""
    spent = func.sum(case((Serial.is_spent, 1), else_=0))
    counts = select(Serial.batch, spent.label("spent")).group_by(Serial.batch).subquery()
    query = (
        select(SerialBatch, func.coalesce(counts.c.spent, 0))
        .join(Collector, SerialBatch.collector_id == Collector.id)
        .outerjoin(counts, counts.c.batch == SerialBatch.id)
        .where(Collector.wave_id == wave_id, Collector.mode == mode)
        .options(joinedload(SerialBatch.collector).joinedload(Collector.group))
        .order_by(SerialBatch.id.desc())
    )
    if batch_id is not None:
        query = query.where(SerialBatch.id == batch_id)
    return [
        BatchCount(batch.id, batch.collector, batch.number, int(number), batch.created_at)
        for batch, number in session.execute(query)
        if scope.covers_group(batch.collector.organisation_id, batch.collector.group_id)
    ]


def serials_of_batch(session: Session, batch_id: int, scope: Scope) -> Sequence[Serial]:
    """Return the serials of a batch by code, an order that says nothing; NotFound if it is not for this person."""
    batch = session.get(SerialBatch, batch_id)
    if batch is None or not scope.covers_group(batch.collector.organisation_id, batch.collector.group_id):
        raise NotFound
    return session.scalars(select(Serial).where(Serial.batch == batch_id).order_by(Serial.code)).all()
