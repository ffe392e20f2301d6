"""A corrected key in reports: said beside the figures, which follow it; what was issued before stays as it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Wave
from survey.core.clock import local_date, utc_now
from survey.instruments.operations import publish_instrument
from survey.reports.builder import build_report
from survey.reports.models import Release
from survey.reports.operations import IssuedFile, issue_report
from survey.reports.queries import report_input
from survey.responses.models import Response
from survey.responses.rescoring import ask_rescoring
from survey.web.formats import format_date
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, questionnaire, run_wave
from tests.reports.period_fieldwork import PERIOD, report_of, run_campaign
from tests.responses.corrections import next_key, with_keys, work_off
from tests.responses.fieldwork import everywhere

# Three wrong keys in form A: whoever knew everything has seven right answers there, too few.
PLACES = (1, 3, 5)


def correct(session: Session, wave: Wave, folder: Path) -> str:
    """Put the keys right and return the day, as pages write it."""
    definition = questionnaire(wave.audience)
    items = [definition.items_of("A")[place - 1] for place in PLACES]
    version = publish_instrument(session, with_keys(definition, {one.id: next_key(one) for one in items}), utc_now())
    ask_rescoring(session, wave_id=wave.id, version_id=version.id, user_id=None, now=utc_now())
    assert work_off(session, folder, utc_now()) == 1
    return format_date(local_date(utc_now()))


def understood(session: Session, campaign: Campaign, cast: Cast, now: datetime) -> int:
    session.expire_all()
    source = report_input(session, campaign_id=campaign.id, scope=everywhere(cast), today=local_date(now))
    (row,) = build_report(source).visible
    assert row.headline.latest is not None
    return row.headline.latest.understood


def masters(session: Session, wave: Wave) -> int:
    return sum(pattern & 1 for pattern in session.scalars(select(Response.pattern).where(Response.wave_id == wave.id)))


def test_the_report_of_a_closed_wave_shows_the_new_figures_and_says_why(
    client: PageClient, session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    campaign = make_campaign(session, cast.school, ["parents"], now)
    answers = {cast.school.id: {"6A": (20, 15), "7A": (20, 10)}}
    wave = run_wave(session, campaign, "parents", "baseline", answers, now, close=True)
    client.sign_in("administrator", PASSWORD)
    address = f"/campaigns/{campaign.id}/report"
    assert "đã được chấm lại" not in client.visit(address)
    assert understood(session, campaign, cast, now) == masters(session, wave) == 25

    day = correct(session, wave, tmp_path)

    page = client.visit(address)
    names = "câu 1 đề A, câu 3 đề A, câu 5 đề A"
    assert f"Phụ huynh: đáp án của {names} đã sửa ngày {day}; các phiếu đã được chấm lại." in page
    assert understood(session, campaign, cast, now) == masters(session, wave) < 25


def test_what_was_issued_stays_and_the_next_report_says_what_was_corrected(
    client: PageClient, session: Session, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    run_campaign(session, cast, now)
    issue_report(
        session,
        report=report_of(session, cast, cast.school.id),
        title="Báo cáo",
        number=1,
        changed="",
        files=[IssuedFile("bao-cao.html", "text/html", b"as it was")],
        user_id=None,
        now=now,
    )
    session.commit()
    kept = issued(session)
    wave = session.scalars(select(Wave).where(Wave.audience == "staff", Wave.kind == "baseline")).one()
    day = correct(session, wave, tmp_path)
    assert issued(session) == kept
    client.sign_in("administrator", PASSWORD)
    page = client.visit(f"/reports/periods/{cast.school.id}/{PERIOD}")
    assert f"đã sửa ngày {day}; các phiếu đã được chấm lại." in page


def issued(session: Session) -> list[object]:
    session.expire_all()
    release = session.scalars(select(Release)).one()
    return [release.figures, [(file.name, file.sha256, file.content) for file in release.files]]
