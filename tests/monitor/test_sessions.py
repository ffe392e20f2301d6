"""The pages of class sessions: who starts what, what the board says, and what it never says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.clock import utc_now
from survey.core.errors import AppError
from survey.responses.closing import close_wave
from survey.responses.entrances import CLASS_SESSION_GRACE
from tests.factories import PASSWORD, Cast
from tests.monitor.conftest import begin, end
from tests.pages import PageClient
from tests.responses.fieldwork import store


@pytest.fixture
def teacher(client: PageClient, cast: Cast) -> PageClient:
    """The teacher of 6A, signed in."""
    return client.sign_in("teacher", PASSWORD)


def start_fields(wave: Wave, group_id: int, **changes: object) -> dict[str, object]:
    return {"wave": wave.id, "group": group_id, "present": 31, "minutes": 20, "limit": 0, **changes}


def state_of(client: PageClient, collector_id: int) -> dict[str, object]:
    """What the page at the front is told."""
    response = client.http.get(f"/sessions/{collector_id}/state")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    found: dict[str, object] = response.get_json()
    return found


def test_two_taps_lead_from_the_first_page_to_the_projector(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    address = f"/sessions/new?wave={wave.id}&amp;group={cast.own_class.id}"
    assert address in teacher.visit("/")
    before_start = teacher.visit(address.replace("&amp;", "&"))
    assert 'value="35"' in before_start, "the headcount of the class stands there already"
    response = teacher.post("/sessions/new", start_fields(wave, cast.own_class.id), csrf_from="/account")
    assert response.status_code == 302
    started = session.scalars(select(Collector).where(Collector.mode == "class_session")).one()
    assert response.headers["Location"] == f"/sessions/{started.id}"
    assert (started.present, started.group_id, started.time_limit_minutes) == (31, cast.own_class.id, None)
    page = teacher.visit(f"/sessions/{started.id}")
    assert "hr.test/S" in page
    assert f"{started.code[:4]} {started.code[4:]}" in page
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', page)
    trace = session.scalars(select(AuditEntry).where(AuditEntry.action == "open_class_session")).one()
    assert trace.user_id == cast.teacher.id


def test_starting_a_second_time_shows_the_session_that_runs(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave, running: Collector
) -> None:
    response = teacher.post("/sessions/new", start_fields(wave, cast.own_class.id), csrf_from="/account")
    assert response.headers["Location"] == f"/sessions/{running.id}"
    assert len(session.scalars(select(Collector).where(Collector.mode == "class_session")).all()) == 1
    assert f'href="/sessions/{running.id}"' in teacher.visit("/sessions/new")


def test_a_new_session_of_a_class_has_a_code_of_its_own(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave, running: Collector
) -> None:
    first, code = running.id, running.code
    store(session, code, now=utc_now())
    end(session, first, ago=timedelta(minutes=1))
    response = teacher.post("/sessions/new", start_fields(wave, cast.own_class.id), csrf_from="/account")
    second = int(response.headers["Location"].rpartition("/")[2])
    assert second != first
    assert session.get_one(Collector, second).code != code
    assert (state_of(teacher, first)["received"], state_of(teacher, second)["received"]) == (1, 0)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("present", "", "Xin điền một số."),
        ("present", "ba mươi", "Điền một số nguyên, ví dụ: 35."),
        ("present", "0", "Số người có mặt từ 1 đến 100.000."),
        ("minutes", "721", "Số phút từ 1 đến 720."),
        ("limit", "7", "Hãy chọn"),
    ],
)
def test_a_wrong_number_is_explained_and_nothing_typed_is_lost(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave, field: str, value: str, sentence: str
) -> None:
    fields = start_fields(wave, cast.own_class.id, **{"minutes": 25, field: value})
    response = teacher.post("/sessions/new", fields, csrf_from="/account")
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert sentence in page
    assert field == "minutes" or 'value="25"' in page
    assert field == "limit" or not value or f'value="{value}"' in page
    assert session.scalars(select(Collector).where(Collector.mode == "class_session")).all() == []


def test_a_teacher_starts_the_own_classes_only(teacher: PageClient, session: Session, cast: Cast, wave: Wave) -> None:
    assert "7A" not in teacher.visit("/sessions/new")
    response = teacher.post("/sessions/new", start_fields(wave, cast.other_class.id), csrf_from="/account")
    assert response.status_code == 404
    elsewhere = begin(session, wave, cast, cast.other_class.id)
    for tail in ("", "/state", "/lesson"):
        assert teacher.http.get(f"/sessions/{elsewhere.id}{tail}").status_code == 404
    for tail in ("/extend", "/close"):
        assert teacher.post(f"/sessions/{elsewhere.id}{tail}", {}, csrf_from="/account").status_code == 404
    assert "7A" not in teacher.visit(f"/waves/{wave.id}/sessions")


def test_people_of_another_school_see_nothing_of_a_session(client: PageClient, cast: Cast, running: Collector) -> None:
    client.sign_in("stranger", PASSWORD)
    assert client.http.get(f"/sessions/{running.id}").status_code == 404
    assert client.http.get(f"/sessions/{running.id}/state").status_code == 404


def test_a_poster_is_no_session(teacher: PageClient, session: Session, cast: Cast, wave: Wave) -> None:
    poster = session.scalars(select(Collector).where(Collector.group_id == cast.own_class.id)).first()
    assert poster is not None
    assert teacher.http.get(f"/sessions/{poster.id}").status_code == 404
    assert teacher.http.get(f"/meetings/{poster.id}").status_code == 404


def test_the_board_counts_and_says_nothing_else(teacher: PageClient, session: Session, running: Collector) -> None:
    number, code = running.id, running.code
    store(session, code, now=utc_now())
    store(session, code, now=utc_now(), answers={1: frozenset({0})})
    found = state_of(teacher, number)
    assert set(found) == {"phase", "received", "present", "seconds_left"}
    assert (found["phase"], found["received"], found["present"]) == ("running", 2, 32)
    assert 1790 <= int(str(found["seconds_left"])) <= 1800
    page = teacher.visit(f"/sessions/{number}")
    assert '<b data-part="received">2</b>' in page
    assert "Câu 1" not in page


def test_more_answers_than_people_are_pointed_out_and_taken(
    teacher: PageClient, session: Session, running: Collector
) -> None:
    number, code = running.id, running.code
    hint = '<span data-part="many" role="status" hidden>'
    assert hint in teacher.visit(f"/sessions/{number}")
    session.get_one(Collector, number).present = 1
    session.commit()
    store(session, code, now=utc_now())
    assert hint in teacher.visit(f"/sessions/{number}")
    store(session, code, now=utc_now())
    page = teacher.visit(f"/sessions/{number}")
    assert hint not in page
    assert "Nhiều phiếu hơn số người có mặt" in page


def test_extending_and_ending(teacher: PageClient, session: Session, running: Collector) -> None:
    number, before = running.id, running.closes
    assert before is not None
    teacher.post(f"/sessions/{number}/extend", {}, csrf_from="/account")
    assert session.get_one(Collector, number).closes == before + timedelta(minutes=5)
    response = teacher.post(f"/sessions/{number}/close", {}, csrf_from="/account")
    assert response.headers["Location"] == f"/sessions/{number}"
    session.rollback()
    page = teacher.visit(f"/sessions/{number}")
    assert "Hết giờ vào làm phiếu" in page
    assert "Ai đang làm dở vẫn gửi được đến" in page
    assert state_of(teacher, number)["phase"] == "grace"


def test_once_the_lesson_may_be_on_the_screen_a_session_stays_closed(
    teacher: PageClient, session: Session, running: Collector
) -> None:
    number = running.id
    end(session, number, ago=CLASS_SESSION_GRACE + timedelta(minutes=1))
    closes = session.get_one(Collector, number).closes
    teacher.post(f"/sessions/{number}/extend", {}, csrf_from="/account")
    assert "không thêm giờ được nữa" in teacher.visit(f"/sessions/{number}")
    assert session.get_one(Collector, number).closes == closes


def test_a_form_begun_in_time_is_taken_for_fifteen_minutes(session: Session, cast: Cast, running: Collector) -> None:
    number, code = running.id, running.code
    end(session, number, ago=timedelta(minutes=10))
    store(session, code, now=utc_now(), begun=utc_now() - timedelta(minutes=12))
    end(session, number, ago=timedelta(minutes=16))
    with pytest.raises(AppError):
        store(session, code, now=utc_now(), begun=utc_now() - timedelta(minutes=17))


def test_the_school_sees_which_classes_are_missing(
    client: PageClient, session: Session, cast: Cast, wave: Wave, running: Collector
) -> None:
    store(session, running.code, now=utc_now())
    client.sign_in("administrator", PASSWORD)
    page = client.visit(f"/waves/{wave.id}/sessions")
    assert "Đã làm tại lớp: 0. Đang làm: 1. Chưa làm: 1." in page
    assert "1 phiếu trên 32 người" in page
    end(session, running.id, ago=timedelta(hours=1))
    page = client.visit(f"/waves/{wave.id}/sessions")
    assert "Đã làm tại lớp: 1. Đang làm: 0. Chưa làm: 1." in page
    assert f"/sessions/new?wave={wave.id}&amp;group={cast.other_class.id}" in page
    assert f"/waves/{wave.id}/sessions" in client.visit(f"/waves/{wave.id}")


def test_a_session_is_not_taken_for_the_poster_of_its_class(
    client: PageClient, session: Session, wave: Wave, running: Collector
) -> None:
    client.sign_in("administrator", PASSWORD)
    assert running.code not in client.visit(f"/waves/{wave.id}")


def test_nothing_starts_in_a_wave_that_is_closed(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave, running: Collector
) -> None:
    close_wave(session, wave_id=wave.id, user_id=None, now=utc_now())
    session.commit()
    assert state_of(teacher, running.id)["phase"] == "over"
    assert "Hiện chưa có đợt hỏi nào đang mở" in teacher.visit("/sessions/new")
    fields = start_fields(wave, cast.own_class.id)
    assert teacher.post("/sessions/new", fields, csrf_from="/account").status_code == 404


def test_past_sessions_stand_the_newest_first_however_they_came_in(
    teacher: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    days = (2, 40, 9)
    for ago in days:
        end(session, begin(session, wave, cast, cast.own_class.id).id, ago=timedelta(days=ago))
    page = teacher.visit("/sessions/new")
    shown = [int(number) for number in re.findall(r'href="/sessions/(\d+)"', page)]
    opened = {one.id: one.opens for one in session.scalars(select(Collector).where(Collector.mode == "class_session"))}
    assert sorted(shown, key=lambda number: str(opened[number]), reverse=True) == shown
    assert set(shown) == set(opened)
    assert len(shown) == len(days)
