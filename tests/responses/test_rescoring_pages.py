"""The pages on which a wrong key is put right: offered, confirmed, followed, told; and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.core.clock import utc_now
from survey.instruments.operations import publish_instrument
from survey.jobs.models import FAILED, Job
from survey.responses.closing import close_wave
from survey.responses.models import Rescoring, Response
from survey.retention.operations import purge_campaign
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.corrections import publish_correction, work_off
from tests.responses.fieldwork import collector, make_wave, questionnaire, store

PLACE = 7


@pytest.fixture
def answered(session: Session, cast: Cast) -> Wave:
    """An open wave of the school with three answers that are all right."""
    now = utc_now()
    wave = make_wave(session, cast.school, now=now)
    for _ in range(3):
        store(session, collector(session, wave).code, now=now)
    return wave


def address(wave: Wave) -> str:
    return f"/waves/{wave.id}/rescoring"


def confirm(client: PageClient, wave: Wave, version_id: int, status: int = 302) -> None:
    sent = client.post(address(wave), {"version": str(version_id)}, csrf_from="/account")
    assert sent.status_code == status


def correct(session: Session) -> int:
    return publish_correction(session, questionnaire("parents"), PLACE, utc_now()).id


def test_from_the_offer_on_the_wave_to_the_corrected_figures(
    client: PageClient, session: Session, answered: Wave, tmp_path: Path
) -> None:
    client.sign_in("administrator", PASSWORD)
    assert "Chấm lại các phiếu đã thu?" not in client.visit(f"/waves/{answered.id}")
    version_id = correct(session)
    assert "Đáp án của câu 7 đề A đã được sửa trong bản mới" in client.visit(f"/waves/{answered.id}")
    page = client.visit(address(answered))
    item = questionnaire("parents").items_of("A")[PLACE - 1]
    assert item.stem["vi"] in page
    assert "Đang dùng (bản 1)" in page
    assert "Đã sửa (bản 2)" in page
    assert "Chấm lại 3 phiếu" in page

    confirm(client, answered, version_id)
    assert "Đang chấm lại các phiếu" in client.visit(address(answered))
    assert work_off(session, tmp_path, utc_now()) == 1

    for place in (address(answered), f"/waves/{answered.id}"):
        page = client.visit(place)
        assert "Đáp án của câu 7 đề A đã sửa ngày" in page
        assert "các phiếu đã được chấm lại" in page
    assert set(session.scalars(select(Response.score))) == {9}


def test_without_a_correction_the_page_says_what_to_do(client: PageClient, answered: Wave) -> None:
    client.sign_in("administrator", PASSWORD)
    assert "Chưa có bản sửa nào của bộ câu hỏi này" in client.visit(address(answered))


def test_a_version_with_another_stem_is_not_offered_and_the_page_names_the_difference(
    client: PageClient, session: Session, answered: Wave
) -> None:
    definition = questionnaire("parents")
    first = replace(definition.items[0], stem={"vi": "Câu khác?"})
    version = publish_instrument(session, replace(definition, items=(first, *definition.items[1:])), utc_now())
    session.commit()
    client.sign_in("administrator", PASSWORD)
    assert "Chấm lại các phiếu đã thu?" not in client.visit(f"/waves/{answered.id}")
    assert "lời hỏi của câu 1 đề A khác" in client.visit(address(answered))
    confirm(client, answered, version.id, 409)
    assert session.scalars(select(Rescoring)).all() == []


def test_answers_that_are_gone_are_said_to_be_gone(client: PageClient, session: Session, answered: Wave) -> None:
    correct(session)
    purge_campaign(session, campaign_id=answered.campaign_id, user_id=None, now=utc_now())
    session.commit()
    client.sign_in("administrator", PASSWORD)
    assert "Vì sao không chấm lại được?" in client.visit(f"/waves/{answered.id}")
    page = client.visit(address(answered))
    assert "từng phiếu của một đợt đã khóa không còn" in page
    assert "Chấm lại 0 phiếu" not in page


def test_a_failed_try_is_told_and_can_be_repeated(
    client: PageClient, session: Session, answered: Wave, now: datetime, tmp_path: Path
) -> None:
    version_id = correct(session)
    client.sign_in("administrator", PASSWORD)
    confirm(client, answered, version_id)
    job = session.scalars(select(Job)).one()
    job.state, job.message = FAILED, "stopped"
    session.commit()
    assert "Lần chấm lại trước không xong" in client.visit(address(answered))
    confirm(client, answered, version_id)
    assert work_off(session, tmp_path, utc_now()) == 1
    assert "Lần chấm lại trước không xong" not in client.visit(address(answered))
    assert set(session.scalars(select(Response.score))) == {9}


# Who may put a key right in the school's own campaign, and in that of the ward.
MAY = {"operator": (200, 200), "officer": (200, 200), "administrator": (200, 404)}
MAY_NOT = {"teacher": (403, 403), "viewer": (403, 403), "stranger": (404, 404)}


@pytest.mark.parametrize("role", [*MAY, *MAY_NOT])
def test_who_may_decide_about_a_key(client: PageClient, session: Session, cast: Cast, role: str) -> None:
    own, of_ward = (MAY | MAY_NOT)[role]
    now = utc_now()
    school, ward = make_wave(session, cast.school, now=now), make_wave(session, cast.ward, now=now)
    version_id = correct(session)
    client.sign_in(role, PASSWORD)
    for wave, status in ((school, own), (ward, of_ward)):
        client.visit(address(wave), status)
    if role in MAY_NOT:
        confirm(client, school, version_id, own)
        assert session.scalars(select(Rescoring)).all() == []


def test_schools_below_see_that_it_was_done_but_not_the_offer(
    app: Flask, client: PageClient, session: Session, cast: Cast, tmp_path: Path
) -> None:
    now = utc_now()
    wave = make_wave(session, cast.ward, now=now)
    close_wave(session, wave_id=wave.id, user_id=None, now=now)
    version_id = correct(session)
    client.sign_in("administrator", PASSWORD)
    assert "đã được sửa trong bản mới" not in client.visit(f"/waves/{wave.id}")
    officer = PageClient(app)
    officer.sign_in("officer", PASSWORD)
    confirm(officer, wave, version_id)
    work_off(session, tmp_path, now)
    assert "đã sửa ngày" in client.visit(f"/waves/{wave.id}")
