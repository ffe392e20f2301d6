"""Writes of check visits: the authority records and settles, the unit reports that a finding is remedied."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.activities.models import CheckVisit
from survey.activities.rules import EntryInvalid, check_faults
from survey.audit.operations import record
from survey.core.clock import local_date
from survey.core.errors import Conflict


def record_check(session: Session, *, check: CheckVisit, user_id: int | None, now: datetime) -> CheckVisit:
    """Keep a visit with its finding. Raises EntryInvalid."""
    _refuse_faulty(check, now)
    session.add(check)
    session.flush()
    _record(session, "add", check, user_id, now)
    return check


def edit_check(
    session: Session,
    *,
    check: CheckVisit,
    visited_on: date,
    finding: str,
    deadline: date | None,
    user_id: int | None,
    now: datetime,
) -> None:
    """Change a finding or its deadline. Raises EntryInvalid, and Conflict for a finding that is settled."""
    if check.done_on is not None:
        raise Conflict
    check.visited_on, check.finding, check.deadline = visited_on, finding, deadline
    _refuse_faulty(check, now)
    session.flush()
    _record(session, "edit", check, user_id, now)


def report_remedied(session: Session, *, check: CheckVisit, report: str, user_id: int | None, now: datetime) -> None:
    """Let the unit say that a finding is remedied, and how. Raises Conflict for a finding that is settled."""
    if check.done_on is not None:
        raise Conflict
    check.reported_on, check.report = local_date(now), report
    session.flush()
    _record(session, "report", check, user_id, now)


def settle_check(session: Session, *, check: CheckVisit, user_id: int | None, now: datetime) -> None:
    """Let the authority settle a finding. Raises Conflict for one that is settled."""
    if check.done_on is not None:
        raise Conflict
    check.done_on = local_date(now)
    session.flush()
    _record(session, "settle", check, user_id, now)


def return_check(session: Session, *, check: CheckVisit, user_id: int | None, now: datetime) -> None:
    """Open a finding again: what was reported or settled does not do."""
    check.done_on, check.reported_on = None, None
    session.flush()
    _record(session, "return", check, user_id, now)


def remove_check(session: Session, *, check: CheckVisit, user_id: int | None, now: datetime) -> None:
    """Remove a visit that was recorded by mistake."""
    _record(session, "remove", check, user_id, now, visited_on=check.visited_on.isoformat())
    session.delete(check)
    session.flush()


def _refuse_faulty(check: CheckVisit, now: datetime) -> None:
    faults = check_faults(check, today=local_date(now))
    if faults:
        raise EntryInvalid(faults)


def _record(session: Session, action: str, check: CheckVisit, user_id: int | None, now: datetime, **more: Any) -> None:
    record(
        session,
        action=action,
        subject="check_visit",
        subject_id=check.id,
        organisation_id=check.organisation_id,
        now=now,
        user_id=user_id,
        **more,
    )
