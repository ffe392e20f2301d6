"""Reads of the communication log: what was done between two days, and what came of it. All hand out frozen records.

Every query takes the organisations asked for and the scope of the person; an organisation outside it is NotFound. The
first indicator has its reads in `briefing_queries`, the duties of a year in `duties`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from survey.activities.models import Activity, CheckVisit, CommunicationPlan, Difficulty, Effect, GoodModel
from survey.activities.records import (
    ActivityRecord,
    ActivityTotals,
    CheckRecord,
    DifficultyRecord,
    EffectRecord,
    ModelRecord,
    PlanRecord,
    TopicTotals,
)
from survey.activities.vocabulary import ACTIVITY_TOPICS, CheckState, ConcernStatus, Counting
from survey.core.errors import NotFound
from survey.core.permissions import Scope

Row = TypeVar("Row", Activity, Effect, GoodModel, Difficulty, CheckVisit)


def require_covered(organisation_ids: Collection[int], scope: Scope) -> None:
    """Stop unless the scope covers every organisation asked for. Raises NotFound."""
    if not all(scope.covers(organisation_id) for organisation_id in organisation_ids):
        raise NotFound


def row_by_id(session: Session, model: type[Row], row_id: int, scope: Scope) -> Row:
    """Return an entry of the log of any kind. Raises NotFound."""
    row = session.get(model, row_id, options=[joinedload(model.organisation)])
    if row is None or not scope.covers(row.organisation_id):
        raise NotFound
    return row


def _entries(
    model: type[Row],
    organisation_ids: Collection[int],
    scope: Scope,
    *,
    when: ColumnElement[bool],
    newest: InstrumentedAttribute[date],
) -> Select[Row]:
    """Return the query for the entries of the organisations for which `when` holds, the newest by that day first."""
    require_covered(organisation_ids, scope)
    return (
        select(model)
        .where(model.organisation_id.in_(organisation_ids), when)
        .options(joinedload(model.organisation))
        .order_by(newest.desc(), model.id.desc())
    )


def activities_between(
    session: Session, *, organisation_ids: Collection[int], start: date, end: date, scope: Scope
) -> tuple[ActivityRecord, ...]:
    """Return the activities of the organisations between two days, newest first. Raises NotFound."""
    held_on = Activity.held_on
    query = _entries(Activity, organisation_ids, scope, when=held_on.between(start, end), newest=held_on)
    return tuple(map(activity_record, session.scalars(query)))


def activity_record(row: Activity) -> ActivityRecord:
    """Return what is known of one activity."""
    return ActivityRecord(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation=row.organisation.name,
        campaign_id=row.campaign_id,
        held_on=row.held_on,
        form=row.form,
        topics=tuple(row.topics),
        is_about_ai=row.is_about_ai,
        audiences=tuple(row.audiences),
        reach=row.reach,
        counting=row.counting,
        newly_briefed=row.newly_briefed,
        link=row.link,
        note=row.note,
    )


def activity_totals(
    session: Session, *, organisation_ids: Collection[int], start: date, end: date, scope: Scope
) -> ActivityTotals:
    """Return the activities of the organisations between two days, counted. Raises NotFound."""
    return totals_of(activities_between(session, organisation_ids=organisation_ids, start=start, end=end, scope=scope))


def totals_of(records: Sequence[ActivityRecord]) -> ActivityTotals:
    """Count activities by form, topic, audience and unit, and contacts by way of counting."""
    return ActivityTotals(
        number=len(records),
        by_form=dict(Counter(record.form for record in records)),
        by_topic=tuple(_topic_totals(topic, records) for topic in ACTIVITY_TOPICS),
        by_audience=dict(Counter(audience for record in records for audience in record.audiences)),
        by_organisation=dict(Counter(record.organisation_id for record in records)),
        reach=_reach(records),
        not_counted=sum(record.reach is None for record in records),
        newly_briefed=sum(record.newly_briefed for record in records),
    )


def _topic_totals(topic: str, records: Sequence[ActivityRecord]) -> TopicTotals:
    found = [record for record in records if topic in record.topic_codes]
    return TopicTotals(topic, len(found), _reach(found))


def _reach(records: Iterable[ActivityRecord]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for record in records:
        if record.reach is not None:
            sums[record.counting] = sums.get(record.counting, 0) + record.reach
    return {str(way): sums[way] for way in Counting if way in sums}


def effects_between(
    session: Session, *, organisation_ids: Collection[int], start: date, end: date, scope: Scope
) -> tuple[EffectRecord, ...]:
    """Return the effects whose later value was measured between two days, newest first. Raises NotFound."""
    after_on = Effect.after_on
    query = _entries(Effect, organisation_ids, scope, when=after_on.between(start, end), newest=after_on)
    return tuple(
        EffectRecord(
            id=row.id,
            organisation_id=row.organisation_id,
            organisation=row.organisation.name,
            campaign_id=row.campaign_id,
            topic=row.topic,
            indicator=row.indicator,
            unit=row.unit,
            before=row.before,
            before_on=row.before_on,
            after=row.after,
            after_on=row.after_on,
            source=row.source,
        )
        for row in session.scalars(query)
    )


def models_between(
    session: Session, *, organisation_ids: Collection[int], start: date, end: date, scope: Scope
) -> tuple[ModelRecord, ...]:
    """Return the good models noted or commended between two days, newest first. Raises NotFound."""
    when = or_(GoodModel.noted_on.between(start, end), GoodModel.commended_on.between(start, end))
    query = _entries(GoodModel, organisation_ids, scope, when=when, newest=GoodModel.noted_on)
    return tuple(
        ModelRecord(
            id=row.id,
            organisation_id=row.organisation_id,
            organisation=row.organisation.name,
            noted_on=row.noted_on,
            topic=row.topic,
            title=row.title,
            description=row.description,
            commended_by=row.commended_by,
            commended_on=row.commended_on,
        )
        for row in session.scalars(query)
    )


def difficulties_between(
    session: Session, *, organisation_ids: Collection[int], start: date, end: date, scope: Scope
) -> tuple[DifficultyRecord, ...]:
    """Return difficulties and proposals raised between two days, and earlier ones that are still open, newest first.

    Raises NotFound.
    """
    raised_on = Difficulty.raised_on
    when = and_(raised_on <= end, or_(raised_on >= start, Difficulty.status == ConcernStatus.OPEN))
    query = _entries(Difficulty, organisation_ids, scope, when=when, newest=raised_on)
    return tuple(
        DifficultyRecord(
            id=row.id,
            organisation_id=row.organisation_id,
            organisation=row.organisation.name,
            kind=row.kind,
            raised_on=row.raised_on,
            text=row.text,
            addressee=row.addressee,
            status=row.status,
            answer=row.answer,
        )
        for row in session.scalars(query)
    )


def checks_between(
    session: Session, *, organisation_ids: Collection[int], start: date, end: date, scope: Scope, today: date
) -> tuple[CheckRecord, ...]:
    """Return check visits between two days at the organisations, and earlier ones not settled, overdue ones first.

    today: the day for which deadlines are judged. Raises NotFound.
    """
    visited_on = CheckVisit.visited_on
    when = and_(visited_on <= end, or_(visited_on >= start, CheckVisit.done_on.is_(None)))
    query = _entries(CheckVisit, organisation_ids, scope, when=when, newest=visited_on)
    rows = session.scalars(query.options(joinedload(CheckVisit.checked_by)))
    found = [_check_record(row, today) for row in rows]
    return tuple(sorted(found, key=_urgency))


def _check_record(row: CheckVisit, today: date) -> CheckRecord:
    return CheckRecord(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation=row.organisation.name,
        checked_by=row.checked_by.name,
        visited_on=row.visited_on,
        finding=row.finding,
        deadline=row.deadline,
        reported_on=row.reported_on,
        report=row.report,
        done_on=row.done_on,
        state=check_state(row, today),
    )


def check_state(row: CheckVisit, today: date) -> CheckState:
    """Return what has become of a finding: what the unit reports is not yet settled, and no longer overdue."""
    if row.done_on is not None:
        return CheckState.DONE
    if row.reported_on is not None:
        return CheckState.REPORTED
    return CheckState.OVERDUE if row.deadline is not None and row.deadline < today else CheckState.OPEN


def _urgency(check: CheckRecord) -> tuple[Any, ...]:
    order = list(CheckState)
    return (order.index(CheckState(check.state)), check.deadline or date.max, -check.visited_on.toordinal(), check.id)


def plans_of(
    session: Session, *, organisation_ids: Collection[int], years: Collection[int], scope: Scope
) -> tuple[PlanRecord, ...]:
    """Return the communication plans of the organisations for those years, oldest first. Raises NotFound."""
    require_covered(organisation_ids, scope)
    query = (
        select(CommunicationPlan)
        .where(CommunicationPlan.organisation_id.in_(organisation_ids), CommunicationPlan.year.in_(years))
        .order_by(CommunicationPlan.year, CommunicationPlan.id)
    )
    return tuple(
        PlanRecord(row.organisation_id, row.year, row.number, row.issued_on, tuple(row.channels))
        for row in session.scalars(query)
    )
