"""A campaign copied into the next year: its plan moves, its answers stay."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.copying import copied_plans, copy_campaign, next_title, next_year
from survey.campaigns.models import Campaign
from survey.responses.models import Response
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave
from tests.reports.period_fieldwork import TEACHERS


@pytest.mark.parametrize(
    ("title", "later"),
    [
        ("Năm học 2026-2027", "Năm học 2027-2028"),
        ("Hiểu Nghị quyết 71", "Hiểu Nghị quyết 71"),
        ("Đợt 2026", "Đợt 2027"),
    ],
)
def test_years_in_a_title_move_on(title: str, later: str) -> None:
    assert next_title(title) == later


def test_a_copy_has_the_rules_and_moved_days_but_no_answers(session: Session, cast: Cast, now: datetime) -> None:
    campaign = make_campaign(session, cast.school, ["staff", "parents"], now)
    campaign.plans[0].target_numerator, campaign.plans[0].target_denominator = 19, 20
    run_wave(session, campaign, "staff", "baseline", {cast.school.id: {TEACHERS: (20, 10)}}, now, close=True)
    before = session.scalar(select(func.count()).select_from(Response))
    starts = next_year(campaign.starts)
    made = copy_campaign(session, campaign=campaign, title="Năm sau", starts=starts, user_id=None, now=now)
    shift = starts - campaign.starts
    assert made.plans[0].target == Fraction(19, 20)
    assert [plan.locked_at for plan in made.plans] == [None, None]
    assert {wave.state for wave in made.waves} == {"draft"}
    assert {wave.opens for wave in made.waves} == {wave.opens + shift for wave in campaign.waves}
    assert made.ends - made.starts == campaign.ends - campaign.starts
    assert session.scalar(select(func.count()).select_from(Response)) == before
    assert not any(plan.is_newer for plan in copied_plans(session, campaign))
    assert "copy" in session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(
    ("login", "status"),
    [("administrator", 200), ("officer", 200), ("stranger", 404), ("teacher", 403), ("viewer", 403)],
)
def test_the_page_of_a_copy_is_for_who_may_edit(
    client: PageClient, session: Session, cast: Cast, now: datetime, login: str, status: int
) -> None:
    campaign = make_campaign(session, cast.school, ["staff"], now)
    client.sign_in(login, PASSWORD)
    assert client.http.get(f"/campaigns/{campaign.id}/copy").status_code == status


def test_the_page_makes_the_copy_and_keeps_what_was_typed(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    address = f"/campaigns/{make_campaign(session, cast.school, ['staff'], now).id}/copy"
    client.sign_in("administrator", PASSWORD)
    assert "vẫn bộ câu hỏi bản" in client.visit(address)
    wrong = client.post(address, {"title": "Tên đã gõ", "starts": ""}, csrf_from=address)
    assert wrong.status_code == 422
    assert "Tên đã gõ" in wrong.get_data(as_text=True)
    made = client.post(address, {"title": "Năm sau", "starts": "2027-10-01"}, csrf_from=address)
    assert made.status_code == 302
    assert session.scalars(select(Campaign.title).order_by(Campaign.id)).all()[-1] == "Năm sau"
