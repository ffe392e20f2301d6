"""A ward with a campaign measured before and after, for tests of periodic reports."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.campaigns.queries import subtree
from survey.core.periods import Period, parse_period
from survey.core.permissions import Scope
from survey.reports.period_builder import build_period
from survey.reports.period_queries import period_input
from survey.reports.period_records import PeriodReport
from tests.factories import Cast
from tests.reports.fieldwork import make_campaign, run_wave

PERIOD = "2026-Q4"
TEACHERS, EMPLOYEES = "Giáo viên", "Nhân viên"


def run_campaign(session: Session, cast: Cast, now: datetime) -> None:
    """Measure the staff of both schools of the ward before and after, and close both waves."""
    campaign = make_campaign(session, cast.ward, ["staff"], now)
    own, other = cast.school.id, cast.other_school.id
    before = {own: {TEACHERS: (34, 20), EMPLOYEES: (8, 4)}, other: {TEACHERS: (36, 18), EMPLOYEES: (4, 2)}}
    after = {own: {TEACHERS: (36, 35), EMPLOYEES: (8, 8)}, other: {TEACHERS: (35, 30), EMPLOYEES: (4, 3)}}
    run_wave(session, campaign, "staff", "baseline", before, now, close=True)
    run_wave(session, campaign, "staff", "follow_up", after, now, close=True)


def everywhere(session: Session, cast: Cast) -> Scope:
    """The scope of the ward's officer."""
    places = subtree(session, cast.ward.id)
    return Scope(organisations=places, whole=places)


def report_of(
    session: Session, cast: Cast, organisation_id: int, *, period: Period | None = None, today: date | None = None
) -> PeriodReport:
    """Build the report of a period without the child process."""
    return build_period(
        period_input(
            session,
            organisation_id=organisation_id,
            period=period or parse_period(PERIOD),
            scope=everywhere(session, cast),
            today=today or date(2026, 11, 21),
        )
    )
