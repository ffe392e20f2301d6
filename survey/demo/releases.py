"""Issues the demo school's report of the quarter in which its last wave closed, as its administrator would."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import User
from survey.core.clock import local_date
from survey.core.periods import PeriodKind, period_of
from survey.demo.content import CAMPAIGNS
from survey.reports.issuing import issued_files
from survey.reports.models import Release
from survey.reports.operations import issue_report, next_number
from survey.reports.period_pages import issued_document, period_view
from survey.reports.queries import organisation_scope


def issue_quarter(session: Session, *, code: str, login: str, now: datetime) -> Release:
    """Issue the report of the quarter that the school's own campaign ended in; what was loaded is committed before."""
    today = local_date(now)
    closed = next(demo.waves[-1].closes for demo in CAMPAIGNS if demo.owner == code)
    organisation_id, scope = organisation_scope(session, code)
    quarter = period_of(PeriodKind.QUARTER, today + timedelta(days=closed)).text
    view = period_view(session, organisation_id=organisation_id, text=quarter, scope=scope, today=today, lang="vi")
    number = next_number(session, organisation_id=organisation_id)
    document = issued_document(view, "vi", number=number, changed="")
    session.rollback()
    files = issued_files(document, view.report, "vi")
    return issue_report(
        session,
        report=view.report,
        title=document.subject,
        number=number,
        changed="",
        files=files,
        user_id=session.scalars(select(User.id).where(User.login == login)).one(),
        now=now,
    )
