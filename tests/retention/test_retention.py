"""Single answers end on their day, counts and reports stay, and no restored backup brings them back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign
from survey.cli.database import backup
from survey.config import Config
from survey.core.backups import list_backups
from survey.core.clock import local_date
from survey.core.permissions import Scope
from survey.core.revisions import newest_revision
from survey.reports.builder import build_report
from survey.reports.queries import report_input
from survey.responses.models import Response, Withdrawal
from survey.retention.cli import commands
from survey.retention.models import Purge
from survey.retention.operations import DayNotAllowed, purge_campaign, purge_due, set_last_day
from survey.retention.periods import FIRST_NOTICE, Notice, latest_day, retention_of
from survey.retention.queries import announcements
from survey.web.db_session import db
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave

ANSWERS = {"6A": (20, 6), "7A": (24, 9), "4A": (14, 3)}


@pytest.fixture
def newest_form(app: Flask) -> Iterator[None]:
    """Tables of the newest form, as a migrated database has them: a restore looks at that."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:name)"), {"name": newest_revision()})
    yield
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))


def _campaign(session: Session, cast: Cast, now: datetime) -> Campaign:
    campaign = make_campaign(session, cast.school, ["parents"], now)
    run_wave(session, campaign, "parents", "baseline", {cast.school.id: ANSWERS}, now, close=True)
    run_wave(session, campaign, "parents", "follow_up", {cast.school.id: ANSWERS}, now)
    return campaign


def _stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Response)) or 0


@given(
    ends=st.dates(date(2025, 1, 1), date(2060, 12, 31)), own=st.none() | st.dates(date(2025, 1, 1), date(2070, 1, 1))
)
def test_nothing_is_kept_longer_than_two_years(ends: date, own: date | None) -> None:
    retention = retention_of(ends, own)
    assert retention.until <= latest_day(ends)
    assert timedelta(729) <= latest_day(ends) - ends <= timedelta(731)
    assert retention.notice(retention.until) == Notice.VERY_SOON
    assert retention.notice(retention.until + timedelta(days=1)) == Notice.DUE
    assert retention.notice(retention.until - FIRST_NOTICE - timedelta(days=1)) == Notice.FAR


def test_after_the_last_day_answers_go_and_the_report_stays(session: Session, cast: Cast, now: datetime) -> None:
    campaign = _campaign(session, cast, now)
    own = Scope(frozenset({cast.school.id}), frozenset({cast.school.id}))
    before = build_report(report_input(session, campaign_id=campaign.id, scope=own, today=local_date(now)))
    later = now + timedelta(days=800)
    assert purge_due(session, now=now) == {}
    assert purge_due(session, now=later) == {campaign.id: 116}
    session.commit()
    assert _stored(session) == 0
    after = build_report(report_input(session, campaign_id=campaign.id, scope=own, today=local_date(later)))
    assert after.rows == before.rows
    assert purge_due(session, now=later) == {}


def test_a_deletion_is_announced_before(session: Session, cast: Cast, now: datetime) -> None:
    campaign = _campaign(session, cast, now)
    own = Scope(frozenset({cast.school.id}), frozenset({cast.school.id}))
    last = latest_day(campaign.ends)
    assert announcements(session, own, today=last - timedelta(days=61)) == ()
    assert [one.notice for one in announcements(session, own, today=last - timedelta(days=60))] == [Notice.SOON]
    nobody = Scope(frozenset(), frozenset())
    assert announcements(session, nobody, today=last) == ()


@pytest.mark.parametrize("days", [-1, 800], ids=["before today", "after two years"])
def test_a_day_that_is_not_allowed_is_refused(session: Session, cast: Cast, now: datetime, days: int) -> None:
    campaign = _campaign(session, cast, now)
    with pytest.raises(DayNotAllowed):
        set_last_day(
            session,
            campaign_id=campaign.id,
            until=local_date(now) + timedelta(days=days),
            user_id=None,
            now=now,
        )


def test_a_restored_backup_brings_back_neither_withdrawn_nor_deleted_answers(
    app: Flask, session: Session, cast: Cast, now: datetime, newest_form: None
) -> None:
    config: Config = app.extensions["survey.config"]
    run = app.test_cli_runner()
    campaign = _campaign(session, cast, now)
    other = make_campaign(session, cast.other_school, ["parents"], now)
    run_wave(session, other, "parents", "baseline", {cast.other_school.id: {"6A": (12, 5)}}, now)
    session.commit()
    made = run.invoke(backup, ["create"])
    assert made.exit_code == 0, made.output
    withdrawn = session.scalars(select(Response).where(Response.organisation_id == cast.other_school.id)).first()
    assert withdrawn is not None
    session.add(
        Withdrawal(
            organisation_id=withdrawn.organisation_id,
            wave_id=withdrawn.wave_id,
            token_hash=withdrawn.token_hash,
            withdrawn_on=local_date(now),
        )
    )
    session.delete(withdrawn)
    purge_campaign(session, campaign_id=campaign.id, user_id=None, now=now)
    session.commit()
    assert _stored(session) == 11
    session.close()
    made_file = list_backups(config.data_dir / "backups")[-1]
    done = run.invoke(backup, ["restore", str(made_file), "--yes"])
    assert done.exit_code == 0, done.output
    with app.app_context(), db.sessionmaker() as fresh:
        assert _stored(fresh) == 11
        assert fresh.scalar(select(func.count()).select_from(Purge)) == 1
        assert fresh.scalar(select(func.count()).select_from(Withdrawal)) == 1


def test_the_page_changes_the_day_and_deletes_after_a_typed_word(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    campaign = _campaign(session, cast, now)
    address = f"/campaigns/{campaign.id}/retention"
    client.sign_in(cast.administrator.login, PASSWORD)
    assert "116" in client.visit(address)
    refused = client.post(f"{address}/purge", {"confirmation": "co"}, csrf_from=address)
    assert refused.status_code == 422
    assert _stored(session) == 116
    done = client.post(f"{address}/purge", {"confirmation": "xóa"}, csrf_from=address)
    assert done.status_code == 302
    session.expire_all()
    assert _stored(session) == 0
    assert "Không còn giữ phiếu nào" in client.visit(address)


def test_only_who_runs_the_school_may_delete(client: PageClient, session: Session, cast: Cast, now: datetime) -> None:
    campaign = _campaign(session, cast, now)
    client.sign_in(cast.teacher.login, PASSWORD)
    assert client.http.get(f"/campaigns/{campaign.id}/retention").status_code == 403


def test_a_dry_run_deletes_nothing(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    campaign = _campaign(session, cast, now)
    result = app.test_cli_runner().invoke(commands, ["purge", "--campaign", str(campaign.id), "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "116 phiếu" in result.output
    assert _stored(session) == 116
