"""A teacher's period: two taps, three pupils on one tablet, the board goes up, the end, and the lesson."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Plan, Wave
from survey.collection.models import Collector
from survey.core.clock import utc_now
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.responses.fieldwork import make_wave, memory, number_stored, store

pytestmark = pytest.mark.browser

Find = Callable[[Page], list[Any]]


@pytest.fixture(autouse=True)
def _fresh_memory(app: Flask) -> None:
    memory(app).forget()
    app.extensions.pop("survey.monitor", None)


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    """A wave for pupils, in a school with a long name, whose plan lets the lesson be held at once."""
    cast.school.name = "Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai số hai"
    made = make_wave(session, cast.school, "pupils_secondary", now=utc_now())
    session.scalars(select(Plan)).one().shows_baseline_explanations = True
    session.commit()
    return made


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def assert_fits(page: Page, *sizes: tuple[int, int]) -> None:
    """Nothing scrolls sideways; on a projector the code, the number and the buttons are all in view."""
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        wide, high = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert wide <= width, f"{page.url} at {width}: {wide}"
        assert width < 1000 or high <= height, f"{page.url} at {width}x{height}: {high}"


def letters_of(page: Page, selector: str) -> float:
    """Return the height of letters as a share of the screen's height."""
    share: float = page.evaluate(
        "selector => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize) / innerHeight", selector
    )
    return share


def scanned(page: Page) -> str:
    """Return what a phone reads from the screen."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    assert len(found) == 1
    return found[0].text


def fill_in(tablet: Page, option: int) -> None:
    """A pupil chooses one answer to each question and sends."""
    assert tablet.locator("input:checked").count() == 0
    for place in range(1, 11):
        tablet.locator(f"#c{place} label").nth(option).click()
    tablet.get_by_role("button", name="Gửi phiếu").click()
    skip = tablet.get_by_role("button", name="Bỏ qua và gửi")
    if skip.count():
        skip.click()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Phiếu đã được nhận")


def code_of(session: Session, number: int) -> str:
    """Return the code of a session or meeting that a page has just started."""
    session.rollback()
    code = session.get_one(Collector, number).code
    session.rollback()
    return code


def finish(session: Session, number: int) -> None:
    """Let the grace of a session pass."""
    session.rollback()
    ended = session.get_one(Collector, number)
    ended.opens, ended.closes = utc_now() - timedelta(hours=1), utc_now() - timedelta(minutes=16)
    session.commit()


def share_a_tablet(tablet: Page, url: str, typed: str) -> None:
    """In the computer room, or on a tablet that is handed on: the code is typed once, three pupils answer."""
    tablet.goto(f"{url}/S")
    tablet.locator("input[name=code]").fill(typed.lower())
    tablet.get_by_role("button", name="Mở phiếu").click()
    for pupil in range(3):
        fill_in(tablet, option=pupil)
        assert tablet.get_by_role("link", name="Rút lại câu trả lời").count() == 0
        tablet.get_by_role("link", name="Bạn tiếp theo").click()
    assert tablet.context.cookies() == []


def end_and_wait(board: Page, url: str, number: int, violations: Find) -> None:
    """End the session; who is still writing may send, and no lesson is shown before."""
    board.locator("summary").click()
    board.get_by_text("Ai đang làm dở vẫn gửi được trong 15 phút").wait_for()
    board.get_by_role("button", name="Kết thúc ngay").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("Hết giờ vào làm phiếu")
    assert violations(board) == []
    board.goto(f"{url}/sessions/{number}/lesson")
    expect(board.get_by_role("heading", level=1)).to_have_text("Chưa xem đáp án được")
    assert violations(board) == []


def test_one_period_with_one_shared_tablet(
    live_server: LiveServer, new_page: PageMaker, session: Session, cast: Cast, wave: Wave, violations: Find
) -> None:
    board = new_page(width=1280, height=800)
    sign_in(board, live_server.url, "teacher")
    assert violations(board) == []
    # Tap one, tap two.
    board.locator(".choice").first.click()
    expect(board.get_by_role("button", name="Bắt đầu")).to_be_visible()
    assert violations(board) == []
    board.get_by_role("button", name="Bắt đầu").click()
    expect(board.locator(".typed .code")).to_be_visible()

    number = int(board.url.rpartition("/")[2])
    assert violations(board) == []
    code = code_of(session, number)
    assert_fits(board, (1920, 1080), (1024, 768), (360, 740), (320, 640), (1280, 800))
    assert scanned(board) == f"HTTP://HR.TEST/S/{code}"
    assert letters_of(board, ".typed .code") >= 1 / 20
    assert letters_of(board, ".typed strong") >= 1 / 20
    typed = board.locator(".typed .code").inner_text()

    share_a_tablet(new_page(width=800, height=1100, scripts=False), live_server.url, typed)
    expect(board.locator("[data-part=received]")).to_have_text("3", timeout=6000)
    assert board.locator("progress").get_attribute("value") == "3"
    assert number_stored(session) == 3
    end_and_wait(board, live_server.url, number, violations)

    finish(session, number)
    board.goto(f"{live_server.url}/sessions/{number}")
    assert violations(board) == []
    board.get_by_role("link", name="Cùng xem đáp án").click()
    # Three pupils: not one figure is shown.
    assert board.locator(".topics progress").count() == 0
    board.get_by_role("button", name="Tiếp").click()
    board.get_by_role("button", name="Xem đáp án").click()
    board.locator("#s1").get_by_text("Không có số liệu cho câu này").wait_for()
    assert board.locator(".result, .share, .rest, .topics strong").count() == 0


def test_the_lesson_is_turned_like_pages_and_read_from_the_last_row(
    live_server: LiveServer, new_page: PageMaker, session: Session, cast: Cast, wave: Wave, violations: Find
) -> None:
    screen = new_page(width=1280, height=800)
    sign_in(screen, live_server.url, "teacher")
    screen.locator(".choice").first.click()
    screen.get_by_role("button", name="Bắt đầu").click()
    number = int(screen.url.rpartition("/")[2])
    code = code_of(session, number)
    for wrong in (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1):
        store(session, code, now=utc_now(), answers={1: frozenset({0})} if wrong else None)
    finish(session, number)

    screen.goto(f"{live_server.url}/sessions/{number}/lesson")
    assert violations(screen) == []
    expect(screen.locator("#t0")).to_have_text("Lớp 6A đã hiểu đến đâu?")
    assert screen.locator(".slide:visible").count() == 1
    screen.keyboard.press("ArrowRight")
    first = screen.locator("#s1")
    assert first.is_visible()
    assert not first.locator(".why").is_visible()
    assert not first.locator(".mark").first.is_visible()
    screen.keyboard.press("PageDown")
    assert first.locator(".why").is_visible()
    expect(first.locator(".result")).to_contain_text("50%")
    expect(first.locator(".result")).to_contain_text("Kết quả của lớp 6A")
    assert violations(screen) == []
    assert letters_of(screen, "#s1 h2") >= 1 / 20
    screen.keyboard.press("ArrowLeft")
    assert screen.locator("#s0").is_visible()
    screen.keyboard.press("End")
    assert screen.locator("#s20").is_visible()
    assert screen.url.endswith("#s20")
    for width, height in ((1920, 1080), (1024, 768), (360, 740), (320, 640)):
        screen.set_viewport_size({"width": width, "height": height})
        assert screen.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(screen) == [], width

    without = new_page(width=1280, height=800, scripts=False)
    sign_in(without, live_server.url, "teacher")
    without.goto(f"{live_server.url}/sessions/{number}/lesson")
    assert without.locator(".slide:visible").count() == 21
    assert without.locator("#s1 .why").is_visible()


def test_the_board_works_without_scripts(
    live_server: LiveServer, new_page: PageMaker, session: Session, cast: Cast, wave: Wave
) -> None:
    board = new_page(width=1280, height=800, scripts=False)
    sign_in(board, live_server.url, "teacher")
    board.locator(".choice").first.click()
    board.get_by_role("button", name="Bắt đầu").click()
    number = int(board.url.rpartition("/")[2])
    code = code_of(session, number)
    store(session, code, now=utc_now())
    assert "refresh" in board.content()
    board.reload()
    expect(board.locator("[data-part=received]")).to_have_text("1")
    board.get_by_role("button", name="Thêm 5 phút").click()
    board.get_by_text("Đã thêm 5 phút.").wait_for()
    board.locator("summary").click()
    board.get_by_role("button", name="Kết thúc ngay").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("Hết giờ vào làm phiếu")
