"""Ways in on a phone: the hall's rotating code, a card that works once, and an answer that is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector, Serial
from survey.collection.serials import create_cards
from survey.collection.windows import start_meeting
from survey.core.clock import utc_now
from survey.core.time_codes import SCANNED_LENGTH, slot_of
from survey.core.tokens import Signer
from tests.factories import Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.responses.fieldwork import make_wave, memory, number_stored

pytestmark = pytest.mark.browser

Find = Callable[[Page], list[Any]]


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    """A wave for parents, open since now."""
    return make_wave(session, cast.school, now=utc_now())


@pytest.fixture
def meeting(session: Session, wave: Wave, cast: Cast) -> Collector:
    """A meeting that is running."""
    window = start_meeting(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=None,
        present=200,
        minutes=30,
        person=None,
        now=utc_now(),
    )
    session.commit()
    return window


@pytest.fixture
def cards(session: Session, wave: Wave, cast: Cast) -> list[str]:
    """The serials of two cards."""
    create_cards(
        session, wave=wave, organisation_id=cast.school.id, group_id=None, number=2, person=None, now=utc_now()
    )
    session.commit()
    return list(session.scalars(select(Serial.code)))


def send_all(page: Page) -> None:
    """Answer every question on a page without scripts, and send."""
    for fieldset in page.locator("fieldset").all():
        fieldset.locator("label").first.click()
    page.get_by_role("button", name="Gửi phiếu").click()


def expect_title(page: Page, title: str) -> None:
    """Wait for a page by its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_the_code_on_the_screen_opens_the_form_in_its_time_and_an_old_one_does_not(
    app: Flask,
    live_server: LiveServer,
    phone_without_scripts: Page,
    session: Session,
    meeting: Collector,
    violations: Find,
    new_page: PageMaker,
) -> None:
    signer: Signer = app.extensions["survey.signer"]
    page, code = phone_without_scripts, meeting.code

    def type_code(late: int) -> None:
        page.get_by_label("Mã đang hiện trên màn hình").fill(signer.time_code(code, slot_of(utc_now()) - late).lower())
        page.get_by_role("button", name="Mở phiếu").click()

    page.goto(f"{live_server.url}/S/{code}")
    expect_title(page, "Mời nhập mã trên màn hình")
    type_code(late=2)
    expect(page.locator(".flaw")).to_have_text("Mã này đã hết hạn.")
    type_code(late=0)
    expect(page.get_by_role("button", name="Gửi phiếu")).to_be_visible()

    # Scanned in the slot before, on a phone with scripts.
    other = new_page()
    other.goto(f"{live_server.url}/S/{code}")
    assert violations(other) == []
    scanned = signer.time_code(code, slot_of(utc_now()) - 1, SCANNED_LENGTH)
    other.goto(f"{live_server.url}/S/{code}/{scanned}")
    expect(other.get_by_role("button", name="Bắt đầu")).to_be_visible()

    # The screen has moved on meanwhile; what was begun is taken.
    send_all(page)
    expect_title(page, "Phiếu đã được nhận")
    assert number_stored(session) == 1


def test_a_card_works_once_with_scripts_too_and_its_answer_can_be_taken_back(
    app: Flask, live_server: LiveServer, page: Page, new_page: PageMaker, session: Session, cards: list[str]
) -> None:
    card = cards[0]
    page.goto(f"{live_server.url}/S/{card}")
    page.get_by_role("button", name="Bắt đầu").click()
    for number in range(1, 11):
        expect(page.locator(".on .step")).to_have_text(f"Câu {number}/10")
        page.locator(".on .o").first.click()
        page.get_by_role("button", name="Tiếp", exact=True).click()
    page.locator(".on .o").first.click()
    page.get_by_role("button", name="Tiếp", exact=True).click()
    page.get_by_role("button", name="Gửi phiếu", exact=True).click()
    expect_title(page, "Phiếu đã được nhận")
    receipt = page.url.rstrip("?")
    assert number_stored(session) == 1

    memory(app).forget()
    second = new_page(scripts=False)
    second.goto(f"{live_server.url}/S/{card}")
    expect_title(second, "Thẻ này đã được dùng")

    page.get_by_role("link", name="Rút lại câu trả lời").click()
    expect_title(page, "Rút lại câu trả lời?")
    page.get_by_role("link", name="Không, giữ nguyên").click()
    expect_title(page, "Phiếu đã được nhận")
    page.get_by_role("link", name="Rút lại câu trả lời").click()
    page.get_by_role("button", name="Rút lại câu trả lời").click()
    expect_title(page, "Câu trả lời đã được rút lại")
    assert page.url == receipt
    assert number_stored(session) == 0
    memory(app).forget()
    second.goto(f"{live_server.url}/S/{card}")
    expect_title(second, "Thẻ này đã được dùng")


def test_two_phones_that_opened_one_card_leave_one_answer(
    live_server: LiveServer, new_page: PageMaker, session: Session, cards: list[str], violations: Find
) -> None:
    first, second = (new_page(scripts=False) for _ in range(2))
    for phone in (first, second):
        phone.goto(f"{live_server.url}/S/{cards[1]}")
    send_all(first)
    expect_title(first, "Phiếu đã được nhận")
    send_all(second)
    expect_title(second, "Thẻ này đã được dùng")
    assert number_stored(session) == 1
