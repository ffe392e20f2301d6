"""Carries out what a sheet says: planned and checked as a whole first, then all of it in one transaction or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.core.clock import local_date
from survey.core.errors import Conflict
from survey.organisations.models import Group, Organisation
from survey.organisations.operations import (
    add_groups,
    add_organisation,
    edit_group,
    edit_organisation,
    set_headcounts,
)
from survey.organisations.planning import Change, ImportPlan, plan_import
from survey.organisations.queries import Number
from survey.organisations.rows import Row


def import_rows(
    session: Session, *, rows: Sequence[Row], at: Organisation | None, user_id: int | None, now: datetime
) -> ImportPlan:
    """Carry out a sheet in the caller's transaction and return what it did; with faults nothing is done.

    at: as in `plan_import`. Raises Conflict when somebody else has just added the same.
    """
    plan = plan_import(session, rows=rows, at=at, today=local_date(now))
    if plan.faults:
        return plan
    try:
        places = _change_organisations(session, plan.changes, user_id, now)
        groups = _change_groups(session, plan.changes, places, user_id, now)
        _set_numbers(session, plan.changes, places, groups, user_id, now)
    except IntegrityError as error:
        raise Conflict from error
    return plan


def _change_organisations(
    session: Session, changes: Sequence[Change], user_id: int | None, now: datetime
) -> dict[str, Organisation]:
    """Add and rename organisations; return all that the changes speak of, by code."""
    codes = {code for change in changes for code in (change.code, change.parent) if code}
    query = select(Organisation).where(Organisation.code.in_(codes))
    places = {place.code: place for place in session.scalars(query)}
    for change in changes:
        if change.what == "add_organisation":
            places[change.code] = add_organisation(
                session,
                parent=places[change.parent] if change.parent else None,
                kind=change.kind,
                name=change.organisation,
                code=change.code,
                user_id=user_id,
                now=now,
            )
        elif change.what == "edit_organisation":
            place = places[change.code]
            edit_organisation(
                session, organisation=place, name=change.organisation, code=place.code, user_id=user_id, now=now
            )
    return places


def _change_groups(
    session: Session,
    changes: Sequence[Change],
    places: dict[str, Organisation],
    user_id: int | None,
    now: datetime,
) -> dict[tuple[int, str], Group]:
    """Add and change groups; return all groups of the organisations, by their id and the name in small letters."""
    added = [
        Group(
            organisation_id=places[change.code].id,
            name=change.group,
            grade=change.grade,
            staff_kind=change.staff_kind,
        )
        for change in changes
        if change.what == "add_group"
    ]
    add_groups(session, groups=added, user_id=user_id, now=now)
    query = select(Group).where(Group.organisation_id.in_({place.id for place in places.values()}))
    groups = {(group.organisation_id, group.name.casefold()): group for group in session.scalars(query)}
    for change in changes:
        if change.what == "edit_group":
            group = groups[places[change.code].id, change.group.casefold()]
            group.ended_on = None
            edit_group(
                session,
                group=group,
                name=group.name,
                grade=change.grade,
                staff_kind=change.staff_kind,
                user_id=user_id,
                now=now,
            )
    return groups


def _set_numbers(
    session: Session,
    changes: Sequence[Change],
    places: dict[str, Organisation],
    groups: dict[tuple[int, str], Group],
    user_id: int | None,
    now: datetime,
) -> None:
    numbers = []
    for change in changes:
        if change.what == "set_headcount" and change.number is not None and change.as_of is not None:
            place = places[change.code].id
            group_id = groups[place, change.group.casefold()].id if change.group else None
            numbers.append(Number(place, group_id, change.audience, change.number, change.as_of))
    set_headcounts(session, numbers=numbers, user_id=user_id, now=now)
