"""Writes of the communication log: activities, what came of them, the briefing roll and the plan of a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.activities.models import Activity, BriefingRoll, CommunicationPlan, Difficulty, Effect, GoodModel
from survey.activities.rules import (
    LARGEST_STAFF,
    ActivityValues,
    EntryFault,
    EntryInvalid,
    activity_faults,
    difficulty_faults,
    effect_faults,
    model_faults,
)
from survey.activities.vocabulary import CHANNELS, FIRST_DAY
from survey.audit.operations import record
from survey.campaigns.models import Campaign
from survey.core.clock import local_date
from survey.organisations.models import Organisation

Entry = TypeVar("Entry", bound=Effect | GoodModel | Difficulty)


def log_activity(
    session: Session, *, organisation_id: int, values: ActivityValues, user_id: int | None, now: datetime
) -> Activity:
    """Keep one activity. Raises EntryInvalid."""
    _check_activity(session, organisation_id, values, now)
    activity = Activity(organisation_id=organisation_id, created_by=user_id, created_at=now, **_columns(values))
    session.add(activity)
    session.flush()
    _record(session, "add", activity, user_id, now, held_on=values.held_on.isoformat(), form=values.form)
    return activity


def log_activities(
    session: Session, *, organisation_id: int, values: Sequence[ActivityValues], user_id: int | None, now: datetime
) -> None:
    """Keep the activities of a sheet, with one entry in the audit trail. Raises EntryInvalid with the first faults."""
    for each in values:
        _check_activity(session, organisation_id, each, now)
    rows = [
        Activity(organisation_id=organisation_id, created_by=user_id, created_at=now, **_columns(each))
        for each in values
    ]
    session.add_all(rows)
    session.flush()
    record(
        session,
        action="import",
        subject="activity",
        organisation_id=organisation_id,
        now=now,
        user_id=user_id,
        number=len(rows),
    )


def edit_activity(
    session: Session, *, activity: Activity, values: ActivityValues, user_id: int | None, now: datetime
) -> None:
    """Change an activity. Raises EntryInvalid."""
    _check_activity(session, activity.organisation_id, values, now)
    for name, value in _columns(values).items():
        setattr(activity, name, value)
    session.flush()
    _record(session, "edit", activity, user_id, now, held_on=values.held_on.isoformat(), form=values.form)


def remove_activity(session: Session, *, activity: Activity, user_id: int | None, now: datetime) -> None:
    """Remove an activity; its day, form and newly briefed stay in the audit trail."""
    _record(
        session,
        "remove",
        activity,
        user_id,
        now,
        held_on=activity.held_on.isoformat(),
        form=activity.form,
        newly_briefed=activity.newly_briefed,
    )
    session.delete(activity)
    session.flush()


def _columns(values: ActivityValues) -> dict[str, Any]:
    return asdict(values) | {"topics": list(values.topics), "audiences": list(values.audiences)}


def _check_activity(session: Session, organisation_id: int, values: ActivityValues, now: datetime) -> None:
    faults = list(activity_faults(values, today=local_date(now)))
    if values.campaign_id is not None and not _covers(session, values.campaign_id, organisation_id):
        faults.append(EntryFault("campaign_id", "campaign_elsewhere"))
    if faults:
        raise EntryInvalid(faults)


def _covers(session: Session, campaign_id: int, organisation_id: int) -> bool:
    """Whether the campaign is the unit's own or of an authority above it."""
    campaign = session.get(Campaign, campaign_id)
    place = session.get(Organisation, organisation_id)
    return campaign is not None and place is not None and f"/{campaign.organisation_id}/" in place.path


def _record(session: Session, action: str, row: Any, user_id: int | None, now: datetime, **detail: Any) -> None:
    record(
        session,
        action=action,
        subject=row.__tablename__,
        subject_id=row.id,
        organisation_id=row.organisation_id,
        now=now,
        user_id=user_id,
        **detail,
    )


_FAULTS: dict[type[Any], Callable[..., tuple[EntryFault, ...]]] = {
    Effect: effect_faults,
    GoodModel: model_faults,
    Difficulty: difficulty_faults,
}


def add_entry(session: Session, *, entry: Entry, user_id: int | None, now: datetime) -> Entry:
    """Keep an effect, a good model, a difficulty or a proposal. Raises EntryInvalid."""
    faults = _FAULTS[type(entry)](entry, today=local_date(now))
    if faults:
        raise EntryInvalid(faults)
    session.add(entry)
    session.flush()
    _record(session, "add", entry, user_id, now)
    return entry


def edit_entry(
    session: Session, *, entry: Entry, values: Mapping[str, Any], user_id: int | None, now: datetime
) -> None:
    """Change an effect, a good model, a difficulty or a proposal. Raises EntryInvalid."""
    for name, value in values.items():
        setattr(entry, name, value)
    faults = _FAULTS[type(entry)](entry, today=local_date(now))
    if faults:
        raise EntryInvalid(faults)
    session.flush()
    _record(session, "edit", entry, user_id, now)


def remove_entry(session: Session, *, entry: Entry, user_id: int | None, now: datetime) -> None:
    """Remove an effect, a good model, a difficulty or a proposal."""
    _record(session, "remove", entry, user_id, now)
    session.delete(entry)
    session.flush()


def set_roll(
    session: Session,
    *,
    organisation_id: int,
    starts: date,
    ends: date,
    campaign_id: int | None,
    roster: int,
    known_not_briefed: int,
    as_of: date,
    user_id: int | None,
    now: datetime,
) -> BriefingRoll:
    """Say how many staff a unit has in a year or a campaign, and how many are known not to be briefed.

    Raises EntryInvalid.
    """
    faults = _roll_faults(roster, known_not_briefed, as_of, local_date(now))
    if faults:
        raise EntryInvalid(faults)
    query = select(BriefingRoll).where(
        BriefingRoll.organisation_id == organisation_id, BriefingRoll.starts == starts, BriefingRoll.ends == ends
    )
    roll = session.scalars(query).first() or BriefingRoll(organisation_id=organisation_id, starts=starts, ends=ends)
    roll.campaign_id = campaign_id
    roll.roster, roll.known_not_briefed, roll.as_of = roster, known_not_briefed, as_of
    session.add(roll)
    session.flush()
    _record(session, "set", roll, user_id, now, roster=roster, known_not_briefed=known_not_briefed)
    return roll


def _roll_faults(roster: int, known_not: int, as_of: date, today: date) -> list[EntryFault]:
    faults = []
    if not 1 <= roster <= LARGEST_STAFF:
        faults.append(EntryFault("roster", "roster_range"))
    if not 0 <= known_not <= roster:
        faults.append(EntryFault("known_not_briefed", "known_not_beyond_roster"))
    if as_of > today:
        faults.append(EntryFault("as_of", "in_future"))
    return faults


def set_plan(
    session: Session,
    *,
    organisation_id: int,
    year: int,
    number: str,
    issued_on: date | None,
    channels: tuple[str, ...],
    user_id: int | None,
    now: datetime,
) -> CommunicationPlan:
    """Say which plan a unit communicates by in a year, and which channels it uses. Raises EntryInvalid."""
    faults = _plan_faults(number, issued_on, channels, local_date(now))
    if faults:
        raise EntryInvalid(faults)
    query = select(CommunicationPlan).where(
        CommunicationPlan.organisation_id == organisation_id, CommunicationPlan.year == year
    )
    plan = session.scalars(query).first() or CommunicationPlan(organisation_id=organisation_id, year=year)
    plan.number, plan.issued_on, plan.channels = number, issued_on, list(channels)
    session.add(plan)
    session.flush()
    _record(session, "set", plan, user_id, now, year=year, number=number)
    return plan


def _plan_faults(number: str, issued_on: date | None, channels: tuple[str, ...], today: date) -> list[EntryFault]:
    faults = []
    if number and issued_on is None:
        faults.append(EntryFault("issued_on", "day_missing"))
    if issued_on is not None and not number:
        faults.append(EntryFault("number", "value_missing"))
    if issued_on is not None and issued_on > today:
        faults.append(EntryFault("issued_on", "in_future"))
    if issued_on is not None and issued_on < FIRST_DAY:
        faults.append(EntryFault("issued_on", "before_resolution"))
    if not set(channels) <= set(CHANNELS):
        faults.append(EntryFault("channels", "form_unknown"))
    return faults
