"""Devices that go from hand to hand: nothing of the one before stays, with scripts or without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.windows import open_kiosk, start_class_session
from survey.core.clock import utc_now
from survey.responses.models import Response
from tests.factories import Cast
from tests.journeys.conftest import LiveServer
from tests.responses.fieldwork import make_wave, number_stored

pytestmark = pytest.mark.browser


@pytest.fixture
def kiosk(live_server: LiveServer, session: Session, cast: Cast) -> str:
    """The address of a device for all parents."""
    now = utc_now()
    wave = make_wave(session, cast.school, now=now)
    way_in = open_kiosk(session, wave=wave, organisation_id=cast.school.id, group_id=None, person=None, now=now)
    session.commit()
    return f"{live_server.url}/S/{way_in.code}"


@pytest.fixture
def classroom(live_server: LiveServer, session: Session, cast: Cast) -> str:
    """The address of a class session in which a pupil has ten minutes."""
    now = utc_now()
    wave = make_wave(session, cast.school, "pupils_secondary", now=now)
    way_in = start_class_session(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=cast.own_class.id,
        present=35,
        minutes=40,
        person=cast.teacher.id,
        now=now - timedelta(minutes=1),
        time_limit_minutes=10,
    )
    session.commit()
    return f"{live_server.url}/S/{way_in.code}"


def tap(page: Page, name: str) -> None:
    """Tap a button by its words."""
    page.get_by_role("button", name=name, exact=True).click()


def answer_one(page: Page) -> None:
    """Choose something in the first question that is shown."""
    tap(page, "Bắt đầu")
    page.locator(".on .o").nth(1).click()


def send_rest_blank(page: Page) -> None:
    """Go on to the end and send."""
    while page.get_by_role("button", name="Tiếp", exact=True).is_visible():
        tap(page, "Tiếp")
    tap(page, "Gửi phiếu")
    tap(page, "Bỏ qua và gửi")


def assert_untouched(page: Page) -> None:
    """Nothing of anybody is on the page or kept behind it."""
    expect(page.get_by_role("button", name="Bắt đầu")).to_be_visible()
    assert page.locator("fieldset input:checked").count() == 0
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]


def test_a_device_for_many_is_ready_for_the_next_after_twenty_seconds(
    page: Page, kiosk: str, session: Session, violations: Callable[[Page], list[Any]]
) -> None:
    page.clock.install()
    page.goto(kiosk)
    first = page.locator("input[name=t]").input_value()
    answer_one(page)
    send_rest_blank(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu đã được nhận")
    page.clock.run_for(1000)
    assert violations(page) == [], "receipt"
    page.clock.run_for(15_000)
    # A touch gives a slow reader another twenty seconds.
    page.get_by_role("heading", level=1).click()
    page.clock.run_for(15_000)
    expect(page.locator("#soon")).to_contain_text("5")
    page.clock.run_for(6_000)
    page.wait_for_url(kiosk)
    assert_untouched(page)
    assert page.locator("input[name=t]").input_value() != first
    answer_one(page)
    send_rest_blank(page)
    page.get_by_role("link", name="Người tiếp theo").click()
    page.wait_for_url(kiosk)
    assert_untouched(page)
    page.go_back()
    assert page.locator("fieldset input:checked").count() == 0
    assert number_stored(session) == 2


def test_a_form_left_half_filled_on_a_device_for_many_is_put_away_visibly(
    page: Page, kiosk: str, session: Session, violations: Callable[[Page], list[Any]]
) -> None:
    page.clock.install()
    page.goto(kiosk)
    answer_one(page)
    page.clock.run_for(121_000)
    note = page.get_by_role("alert")
    expect(note).to_contain_text("Phiếu sẽ được làm mới sau 29 giây")
    assert violations(page) == [], "about to be put away"
    tap(page, "Trả lời tiếp")
    expect(note).to_be_hidden()
    assert page.locator("fieldset input:checked").count() == 1
    page.clock.run_for(121_000)
    expect(note).to_be_visible()
    page.clock.run_for(31_000)
    expect(page.get_by_role("button", name="Bắt đầu")).to_be_visible()
    assert_untouched(page)
    assert number_stored(session) == 0


def test_without_scripts_the_receipt_makes_way_by_itself(
    phone_without_scripts: Page, kiosk: str, session: Session
) -> None:
    page = phone_without_scripts
    page.goto(kiosk)
    page.locator("#c1 label").first.click()
    page.get_by_role("button", name="Gửi phiếu").click()
    page.get_by_role("button", name="Bỏ qua và gửi").click()
    page.get_by_role("link", name="Người tiếp theo").wait_for()
    # Twenty seconds are long for a test: the same page with one.
    page.route(
        "**/R/*",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace('content="20;', 'content="1;')
        ),
    )
    page.reload()
    page.wait_for_url(kiosk)
    assert page.locator("input:checked").count() == 0
    assert number_stored(session) == 1


def test_a_reload_or_the_back_key_shows_nothing_of_the_one_before_in_class(
    page: Page, classroom: str, session: Session
) -> None:
    page.goto(classroom)
    answer_one(page)
    page.reload()
    assert_untouched(page)
    answer_one(page)
    page.goto(f"{classroom}?lang=vi")
    page.go_back()
    assert_untouched(page)
    answer_one(page)
    send_rest_blank(page)
    expect(page.get_by_role("link", name="Bạn tiếp theo")).to_be_visible()
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    page.go_back()
    assert page.locator("fieldset input:checked").count() == 0
    assert number_stored(session) == 1


def test_when_time_is_up_what_was_answered_is_sent(
    page: Page, classroom: str, session: Session, violations: Callable[[Page], list[Any]]
) -> None:
    page.clock.install()
    page.goto(classroom)
    # Nobody's time runs before they begin.
    page.clock.run_for(60_000)
    answer_one(page)
    clock = page.get_by_role("timer")
    expect(clock).to_have_text("Còn 10 phút")
    assert violations(page) == [], "with a clock"
    page.clock.run_for(5 * 60_000)
    expect(clock).to_have_text("Còn 5 phút")
    page.clock.run_for(4 * 60_000 + 30_000)
    expect(clock).to_have_text("Còn chưa tới một phút")
    page.clock.run_for(31_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu đã được nhận")
    session.rollback()
    answers = session.scalars(select(Response.answers)).one()
    assert answers[:10].count(0xFF) == 9


def test_when_time_is_up_and_nothing_was_chosen_nothing_is_sent(page: Page, classroom: str, session: Session) -> None:
    page.clock.install()
    page.goto(classroom)
    tap(page, "Bắt đầu")
    page.clock.run_for(10 * 60_000 + 1_000)
    expect(page.get_by_role("heading", name="Phiếu chưa có câu trả lời nào")).to_be_visible()
    assert number_stored(session) == 0
