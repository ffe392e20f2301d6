"""A parent at a school meeting: scans, answers on a phone without scripts, and sees that it was received."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.clock import utc_now
from survey.instruments.operations import publish_instrument
from survey.responses.closing import close_wave
from survey.responses.models import Response
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.responses.fieldwork import AUDIENCES, collector, make_wave, number_stored, questionnaire

pytestmark = pytest.mark.browser

TARGET = 48


@pytest.fixture
def code(session: Session, cast: Cast) -> str:
    """The code for everybody of a wave for parents."""
    return collector(session, make_wave(session, cast.school, now=utc_now())).code


def answer(page: Page, places: list[int], option: int = 1) -> None:
    """Tap on the card of an option, as a thumb does."""
    for place in places:
        page.locator(f"#c{place} label").nth(option - 1).click()


def test_from_the_code_to_the_receipt(
    live_server: LiveServer, phone_without_scripts: Page, session: Session, cast: Cast, code: str
) -> None:
    page = phone_without_scripts
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(f"{live_server.url.upper().replace('HTTP', 'http')}/S/{code}")
    assert len(requests) == 1
    assert page.get_by_text("Ẩn danh, tự nguyện.").is_visible()
    answer(page, [1, 2, 3, 4, 5, 6, 7, 8])
    page.locator("#c8").get_by_text("Tôi chưa rõ").click()
    page.get_by_label("Con của anh/chị học lớp nào?").select_option("6A")
    page.get_by_role("button", name="Gửi phiếu").click()

    assert page.get_by_role("alert").get_by_role("heading").inner_text() == "Còn 2 câu cần xem lại"
    assert page.locator("#c8 input:checked").get_attribute("value") == "0"
    page.get_by_role("link", name="Câu 9").click()
    answer(page, [9, 10], option=2)
    page.locator("#c11 label").nth(1).click()
    page.get_by_role("button", name="Gửi phiếu").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Phiếu đã được nhận"
    receipt = page.locator(".receipt").inner_text()
    assert page.url.endswith(receipt.replace(" ", ""))
    session.rollback()
    row = session.scalars(select(Response)).one()
    assert row.group_id == cast.own_class.id
    assert row.answers[7:11] == bytes([0, 2, 2, 0])
    assert page.context.cookies() == []

    page.reload()
    assert page.locator(".receipt").inner_text() == receipt
    assert number_stored(session) == 1


def test_going_back_after_sending_shows_an_empty_form_and_sends_nothing(
    live_server: LiveServer, phone_without_scripts: Page, session: Session, code: str
) -> None:
    page = phone_without_scripts
    page.goto(f"{live_server.url}/S/{code}")
    answer(page, list(range(1, 11)))
    page.get_by_role("button", name="Gửi phiếu").click()
    page.locator(".receipt").wait_for()
    page.go_back()
    assert page.locator("input:checked").count() == 0
    page.go_forward()
    page.locator(".receipt").wait_for()
    assert number_stored(session) == 1


def test_asked_once_a_parent_may_skip(
    live_server: LiveServer, phone_without_scripts: Page, session: Session, code: str
) -> None:
    page = phone_without_scripts
    page.goto(f"{live_server.url}/S")
    page.get_by_label("Mã trên áp phích, màn hình, thẻ hoặc tin nhắn").fill(f" {code[:4].lower()} {code[4:]}")
    page.get_by_role("button", name="Mở phiếu").click()
    page.get_by_role("button", name="Gửi phiếu").click()
    assert page.get_by_role("alert").get_by_role("heading").inner_text() == "Phiếu chưa có câu trả lời nào"
    answer(page, [4])
    page.get_by_role("button", name="Gửi phiếu").click()
    page.get_by_role("button", name="Bỏ qua và gửi").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Phiếu đã được nhận"
    assert number_stored(session) == 1


@pytest.mark.parametrize("audience", AUDIENCES[:4])
def test_every_form_can_be_used_by_keyboard_and_thumb(
    live_server: LiveServer, new_page: PageMaker, session: Session, cast: Cast, audience: str
) -> None:
    cast.school.name = "Trường phổ thông dân tộc bán trú tiểu học và trung học cơ sở " + "Rấtlàdài" * 8
    way_in = collector(session, make_wave(session, cast.school, audience, now=utc_now()))
    page = new_page(width=320, scripts=False)
    page.goto(f"{live_server.url}/S/{way_in.code}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    sizes = page.evaluate(
        "[...document.querySelectorAll('.o, button:not(.vh), select')].map(e => e.getBoundingClientRect())"
        ".map(r => Math.min(r.height, r.width))"
    )
    assert len(sizes) > 40
    assert min(sizes) >= TARGET
    letters = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.o span')).fontSize)")
    assert letters >= (20 if audience == "pupils_primary" else 18)
    page.locator("#c1 input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.locator("#c1 input:checked").get_attribute("value") == "2"


def test_axe_finds_nothing_on_any_page_a_respondent_may_see(
    live_server: LiveServer,
    page: Page,
    session: Session,
    cast: Cast,
    code: str,
    violations: Callable[[Page], list[Any]],
) -> None:
    closed = make_wave(session, cast.school, "staff", now=utc_now())
    closed_code = collector(session, closed).code
    close_wave(session, wave_id=closed.id, user_id=None, now=utc_now())
    session.commit()
    for address in (f"S/{code}", f"S/{code}?lang=en", "S", "S?code=abc", f"S/{closed_code}", "R/abc"):
        page.goto(f"{live_server.url}/{address}")
        assert violations(page) == [], address

    # A browser too old for the script: the form whole, and given back with what is missing pointed out.
    page.add_init_script("Object.defineProperty(HTMLTemplateElement.prototype, 'content', {value: undefined})")
    page.goto(f"{live_server.url}/S/{code}")
    assert page.locator("fieldset:visible").count() == 11
    assert violations(page) == [], "whole"
    page.locator("#c1 label").first.click()
    page.get_by_role("button", name="Gửi phiếu").click()
    page.get_by_role("heading", name="Còn 9 câu cần xem lại").wait_for()
    assert violations(page) == [], "asked"
    page.get_by_role("button", name="Bỏ qua và gửi").click()
    page.locator(".receipt").wait_for()
    assert violations(page) == [], "receipt"


def test_a_reviewer_tries_the_form_in_a_frame_of_the_own_site(
    live_server: LiveServer, page: Page, session: Session, cast: Cast, violations: Callable[[Page], list[Any]]
) -> None:
    version = publish_instrument(session, questionnaire("pupils_primary"), utc_now())
    session.commit()
    page.goto(f"{live_server.url}/sign-in")
    page.locator("input[name=login]").fill("administrator")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.goto(f"{live_server.url}/try/{version.id}?form=B")
    assert page.get_by_text("Bản thử: không lưu câu trả lời").is_visible()
    assert violations(page) == []
    page.goto(f"{live_server.url}/account")
    page.evaluate(
        "address => {document.querySelector('main').innerHTML = '<iframe title=phone></iframe>';"
        "document.querySelector('iframe').src = address}",
        f"/try/{version.id}?form=A",
    )
    preview = page.frame_locator("iframe")
    preview.get_by_role("button", name="Bắt đầu").click()
    preview.locator(".on .o").first.click()
    for _ in range(preview.locator(".s").count() - 8):
        preview.get_by_role("button", name="Tiếp", exact=True).click()
    assert number_stored(session) == 0
