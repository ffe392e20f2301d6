"""Paper, from print to counted answers: print, fill in, scan, check rows by key, accept; one came by phone before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.collection.models import Serial, SerialBatch
from survey.core.clock import utc_now
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.responses.fieldwork import make_wave, number_stored

pytest.importorskip("cv2")
paperwork = pytest.importorskip("tests.paper.paperwork")
marks = pytest.importorskip("bench.paper.marks")

pytestmark = pytest.mark.browser

Find = Callable[[Page], list[Any]]
ALL_FIRST = {place: (1,) for place in range(1, 11)} | {11: (1, 3)}


@pytest.fixture
def wave_id(session: Session, cast: Cast) -> int:
    number = make_wave(session, cast.school, "parents", now=utc_now()).id
    # What the pages write is seen by transactions that begin later.
    session.rollback()
    return number


def sign_in(page: Page, url: str, login: str = "administrator") -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def assert_fits(page: Page, violations: Find) -> None:
    """Nothing scrolls sideways on a phone or a desk, and nobody is shut out."""
    for width, height in ((1280, 800), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} at {width}: {wide}"
    assert violations(page) == [], page.url


def print_class(page: Page, url: str, wave_id: int) -> bytes:
    """Print sheets for class 6A by the pages, and return the file."""
    page.goto(f"{url}/waves/{wave_id}/ways")
    page.get_by_role("link", name="In phiếu, nộp bản quét, gõ vào máy").click()
    page.get_by_label("In cho ai?").select_option(label="Lớp 6A (35 người, in 39 phiếu)")
    page.get_by_label("Bao nhiêu phiếu?").fill("4")
    page.get_by_role("button", name="Làm phiếu để in").click()
    address = page.get_by_role("link", name="Tệp phiếu trả lời (PDF)").get_attribute("href")
    answer = page.request.get(f"{url}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def answer_by_phone(phone: Page, url: str, serial: str) -> None:
    phone.goto(f"{url}/S/{serial}")
    for place in range(1, 11):
        phone.locator(f"#c{place} label").first.click()
    phone.get_by_role("button", name="Gửi phiếu").click()
    skip = phone.get_by_role("button", name="Bỏ qua và gửi")
    if skip.count():
        skip.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Phiếu đã được nhận")


def test_a_class_answers_on_paper(
    app: Flask,
    live_server: LiveServer,
    new_page: PageMaker,
    session: Session,
    wave_id: int,
    violations: Find,
) -> None:
    url, desk = live_server.url, new_page(width=1280, height=800)
    sign_in(desk, url)
    printed = paperwork.rasters(print_class(desk, url, wave_id))
    batch = session.scalars(select(SerialBatch)).one()
    layout = paperwork.layout_of_batch(session, batch)
    serials = [serial.code for serial in session.scalars(select(Serial).order_by(Serial.id))]
    session.rollback()

    # One by the model of a hand, one clear but for two marks, one whose owner takes the telephone in the end.
    marks.fill_sheet(printed[0], layout, np.random.default_rng([71, 0]), "A")
    scan = paperwork.pdf_of(
        [printed[0], *(paperwork.fill(printed[n], layout, ALL_FIRST | more) for n, more in ((1, {2: (1, 4)}), (2, {})))]
    )
    answer_by_phone(new_page(scripts=False), url, serials[2])

    desk.goto(f"{url}/waves/{wave_id}/paper/upload")
    desk.get_by_label("Phiếu của ai?").select_option(label="Lớp 6A")
    bad = {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": paperwork.noise_picture()}
    desk.locator("#files").set_input_files([{"name": "q.pdf", "mimeType": "application/pdf", "buffer": scan}, bad])
    expect(desk.locator("#files-chosen")).to_contain_text("Đã chọn 2 tệp")
    desk.get_by_role("button", name="Gửi và đọc").click()
    expect(desk.get_by_role("heading", name="Máy đang đọc")).to_be_visible()
    paperwork.run_queue(session, app.extensions["survey.config"].data_dir, utc_now())
    expect(desk.get_by_role("heading", name="Trang không nhận")).to_be_visible(timeout=15_000)
    expect(desk.get_by_text("Chụp lại: phải thấy đủ 4 dấu đen ở góc phiếu.")).to_be_visible()
    expect(desk.get_by_role("row", name="Đã nhận trước đó, không tính nữa")).to_contain_text("1")
    assert_fits(desk, violations)

    decide_all(desk, violations)
    desk.get_by_role("link", name="Tính vào kết quả…").click()
    assert_fits(desk, violations)
    session.rollback()
    assert number_stored(session) == 1
    session.rollback()
    desk.get_by_role("button", name="Đồng ý, tính vào kết quả").click()
    expect(desk.get_by_role("heading", name="Đã tính 2 phiếu")).to_be_visible()
    expect(desk.get_by_text("Chưa về: 1.")).to_be_visible()
    assert_fits(desk, violations)
    assert number_stored(session) == 3


def decide_all(desk: Page, violations: Find) -> None:
    """Decide what the machine is not sure of with one key a row."""
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.get_by_role("link", name="Xem từng câu").click()
    assert_fits(desk, violations)
    for _ in range(12):
        if "/review" not in desk.url:
            break
        expect(desk.locator(".row-image")).to_have_js_property("complete", True)
        with desk.expect_navigation():
            desk.keyboard.press("1")
            if desk.locator("[data-decide=many]").count():
                desk.keyboard.press("Enter")
    expect(desk.get_by_text("Đã xem hết các câu máy không chắc.")).to_be_visible()


def test_a_sheet_is_typed_in_twice_with_keys_alone(
    live_server: LiveServer, new_page: PageMaker, session: Session, cast: Cast, wave_id: int, violations: Find
) -> None:
    url, page = live_server.url, new_page(width=1280, height=800)
    sign_in(page, url)
    print_class(page, url, wave_id)
    serial = session.scalars(select(Serial.code).order_by(Serial.id)).first()
    session.rollback()
    assert serial
    page.goto(f"{url}/waves/{wave_id}/paper/type")
    page.get_by_label("Mã phiếu").fill(serial[:-1] + ("A" if serial[-1] != "A" else "B"))
    expect(page.get_by_text("Mã gõ chưa đúng")).to_be_visible()
    page.get_by_label("Mã phiếu").fill(serial.lower())
    expect(page.get_by_text("Mã gõ đúng")).to_be_visible()
    page.get_by_label("Gõ mỗi phiếu hai lần để đối chiếu").check()
    assert_fits(page, violations)
    page.keyboard.press("Enter")
    for keys, title in (("1111111111", f"Gõ lần hai: phiếu {serial[:3]}"), ("111111111-", "Hai lần gõ khác nhau")):
        expect(page.locator("#q1")).to_be_focused()
        page.keyboard.type(keys + "13")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    assert_fits(page, violations)
    expect(page.locator("#q10")).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã tính một phiếu")).to_be_visible()
    assert number_stored(session) == 1
