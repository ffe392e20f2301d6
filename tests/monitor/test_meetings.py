"""The pages of meetings: opened by the number on the sign-in sheet, with a code that changes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.clock import utc_now
from survey.core.time_codes import slot_of
from tests.factories import PASSWORD, Cast
from tests.monitor.conftest import end
from tests.pages import PageClient
from tests.responses.fieldwork import make_wave


@pytest.fixture
def parents(session: Session, cast: Cast) -> Wave:
    """A wave for parents, open since now."""
    return make_wave(session, cast.school, "parents", now=utc_now())


@pytest.fixture
def meeting(client: PageClient, session: Session, cast: Cast, parents: Wave) -> Collector:
    """A meeting of all parents, opened by the administrator for 230 people."""
    client.sign_in("administrator", PASSWORD)
    fields = {"place": f"{cast.school.id}-0", "present": 230, "minutes": 20}
    response = client.post(f"/waves/{parents.id}/meetings/new", fields, csrf_from="/account")
    assert response.status_code == 302
    return session.get_one(Collector, int(response.headers["Location"].rpartition("/")[2]))


def test_the_page_shows_a_code_that_lets_people_in(
    app: Flask, client: PageClient, cast: Cast, meeting: Collector
) -> None:
    assert (meeting.mode, meeting.present, meeting.group_id) == ("meeting", 230, None)
    number, code = meeting.id, meeting.code
    page = client.visit(f"/meetings/{number}")
    typed = re.search(r'data-part="code">([^<]+)<', page)
    assert typed is not None
    shown = typed.group(1)
    assert shown.startswith(f"{code[:4]} {code[4:]}-")
    signer = app.extensions["survey.signer"]
    assert signer.reads_time_code(code, shown.rpartition("-")[2], utc_now())
    everybody = PageClient(app)
    assert everybody.http.get(f"/S/{code}/{shown.rpartition('-')[2]}").status_code == 200
    assert 'name="q1"' not in everybody.http.get(f"/S/{code}").get_data(as_text=True)


def test_the_state_brings_count_code_and_the_seconds_of_the_servers_clock(
    app: Flask, client: PageClient, meeting: Collector
) -> None:
    number, code = meeting.id, meeting.code
    before = slot_of(utc_now())
    response = client.http.get(f"/meetings/{number}/state")
    state = response.get_json()
    after = slot_of(utc_now())
    assert response.headers["Cache-Control"] == "no-store"
    assert (state["phase"], state["received"], state["present"]) == ("running", 0, 230)
    signer = app.extensions["survey.signer"]
    assert state["slot"]["code"] in {signer.time_code(code, slot) for slot in (before, after)}
    assert 1 <= state["slot"]["seconds"] <= 90
    assert state["slot"]["qr"].startswith("<svg")
    refresh = re.search(r'refresh" content="(\d+)"', client.visit(f"/meetings/{number}"))
    assert refresh is not None
    assert 1 < int(refresh.group(1)) <= 91


def test_after_the_end_no_code_is_shown(client: PageClient, session: Session, meeting: Collector) -> None:
    number = meeting.id
    client.post(f"/meetings/{number}/close", {}, csrf_from="/account")
    session.rollback()
    state = client.http.get(f"/meetings/{number}/state").get_json()
    assert state["phase"] == "grace"
    assert "slot" not in state
    page = client.visit(f"/meetings/{number}")
    assert "<svg" not in page
    assert "áp phích" in page
    client.post(f"/meetings/{number}/extend", {}, csrf_from="/account")
    assert client.http.get(f"/meetings/{number}/state").get_json()["phase"] == "running"
    end(session, number, ago=timedelta(hours=1))
    assert "Đã kết thúc" in client.visit(f"/meetings/{number}")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"present": ""}, "Xin điền một số."),
        ({"present": "-4"}, "Số người có mặt từ 1 đến 100.000."),
        ({"minutes": "0"}, "Số phút từ 1 đến 720."),
        ({"place": "999-0"}, "Hãy chọn"),
    ],
)
def test_a_wrong_entry_is_explained(
    client: PageClient, session: Session, cast: Cast, parents: Wave, changes: dict[str, str], sentence: str
) -> None:
    client.sign_in("administrator", PASSWORD)
    fields = {"place": f"{cast.school.id}-0", "present": "230", "minutes": "20", **changes}
    response = client.post(f"/waves/{parents.id}/meetings/new", fields, csrf_from="/account")
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)
    assert session.scalars(select(Collector).where(Collector.mode == "meeting")).all() == []


def test_a_teacher_opens_a_meeting_of_the_own_class_only(
    client: PageClient, session: Session, cast: Cast, parents: Wave
) -> None:
    client.sign_in("teacher", PASSWORD)
    page = client.visit(f"/waves/{parents.id}/meetings/new?group={cast.own_class.id}")
    assert "Lớp 6A" in page
    assert "Lớp 7A" not in page
    assert "Tất cả" not in page
    address = f"/waves/{parents.id}/meetings/new"
    whole = {"place": f"{cast.school.id}-0", "present": 30, "minutes": 20}
    assert client.post(address, whole, csrf_from="/account").status_code == 422
    own = {**whole, "place": f"{cast.school.id}-{cast.own_class.id}"}
    assert client.post(address, own, csrf_from="/account").status_code == 302
    assert session.scalars(select(Collector.group_id).where(Collector.mode == "meeting")).one() == cast.own_class.id


def test_a_meeting_of_others_is_not_there(client: PageClient, app: Flask, meeting: Collector) -> None:
    number = meeting.id
    for login in ("teacher", "stranger"):
        other = PageClient(app).sign_in(login, PASSWORD)
        assert other.http.get(f"/meetings/{number}").status_code == 404
        assert other.http.get(f"/meetings/{number}/state").status_code == 404
    assert client.http.get(f"/sessions/{number}").status_code == 404


def test_a_second_start_at_the_same_place_shows_the_running_meeting(
    client: PageClient, cast: Cast, parents: Wave, meeting: Collector
) -> None:
    number = meeting.id
    fields = {"place": f"{cast.school.id}-0", "present": 12, "minutes": 20}
    again = client.post(f"/waves/{parents.id}/meetings/new", fields, csrf_from="/account")
    assert again.headers["Location"] == f"/meetings/{number}"
    assert f"/meetings/{number}" in client.visit(f"/waves/{parents.id}/meetings/new")
