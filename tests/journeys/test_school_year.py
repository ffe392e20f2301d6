"""A whole school year in the browser: measured, communicated, briefed, measured again, reported, issued, copied."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.activities.models import Activity, BriefingRoll
from survey.campaigns.models import Campaign
from survey.core.clock import local_date, utc_now
from survey.core.periods import PeriodKind, period_of
from survey.reports.models import Release
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.period_fieldwork import EMPLOYEES, TEACHERS


def sign_in(page: Page, server: LiveServer, login: str) -> None:
    page.goto(f"{server.url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.locator("form", has=page.locator("[name=password]")).locator("button").first.click()
    page.wait_for_url(f"{server.url}/")


@pytest.fixture
def measured(session: Session, cast: Cast) -> Campaign:
    """The school's campaign: measured, communicated, briefed, measured again; everything closed."""
    now: datetime = utc_now()
    campaign = make_campaign(session, cast.school, ["staff"], now)
    own = cast.school.id
    before = {own: {TEACHERS: (34, 20), EMPLOYEES: (4, 2)}}
    run_wave(session, campaign, "staff", "baseline", before, now - timedelta(days=3), close=True)
    day = local_date(now)
    session.add(
        Activity(
            organisation_id=own,
            campaign_id=campaign.id,
            held_on=day - timedelta(days=1),
            form="themed_session",
            topics=["chuyen_doi_so"],
            is_about_ai=True,
            audiences=["staff"],
            reach=44,
            counting="sign_in",
            newly_briefed=44,
            link="",
            note="",
            created_at=now,
        )
    )
    session.add(
        BriefingRoll(
            organisation_id=own,
            starts=day.replace(month=1, day=1),
            ends=day.replace(month=12, day=31),
            as_of=day - timedelta(days=1),
            roster=44,
            known_not_briefed=0,
        )
    )
    after = {own: {TEACHERS: (36, 35), EMPLOYEES: (4, 4)}}
    run_wave(session, campaign, "staff", "follow_up", after, now, close=True)
    return campaign


def test_a_school_year_from_the_first_wave_to_the_next_year(
    new_page: PageMaker, live_server: LiveServer, session: Session, cast: Cast, measured: Campaign
) -> None:
    page = new_page(width=1280, height=800)
    sign_in(page, live_server, "administrator")
    page.goto(f"{live_server.url}/organisations/{cast.school.id}/year")
    expect(page.locator("#briefed").locator("..")).to_contain_text("44 trên 44", timeout=30000)
    expect(page.locator("#understands").locator("..")).to_contain_text("35 trên 36", timeout=30000)
    period = period_of(PeriodKind.QUARTER, local_date(utc_now()), cast.school.cut_off).text
    report = f"{live_server.url}/reports/periods/{cast.school.id}/{period}"
    page.goto(f"{report}/texts")
    page.locator("textarea[id^=text-]").first.fill("Nhà trường đã tổ chức chuyên đề cho toàn thể giáo viên.")
    page.locator("form", has=page.locator("textarea[id^=text-]")).locator("button").last.click()
    expect(page.locator("body")).to_contain_text("Đã lưu các đoạn văn", timeout=30000)
    page.goto(f"{report}/issue")
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url(re.compile(r"/releases/\d+$"), timeout=60000)
    session.rollback()
    release = session.scalars(select(Release)).one()
    assert {file.name.rpartition(".")[2] for file in release.files} >= {"docx", "pdf", "xlsx"}
    for file in release.files:
        assert page.request.get(f"{live_server.url}/reports/releases/{release.id}/{file.name}").ok
    page.goto(f"{live_server.url}/campaigns/{measured.id}/copy")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("body")).to_contain_text("Đã chép chiến dịch")
    officer = new_page()
    sign_in(officer, live_server, "officer")
    officer.goto(f"{live_server.url}/organisations/{cast.ward.id}/year")
    expect(officer.locator("#understands").locator("..")).to_contain_text("35 trên 36", timeout=30000)
    # Four employees answered: above the school nobody reads what they know.
    expect(officer.locator("#understands").locator("..")).not_to_contain_text("4 trên 4 ")
