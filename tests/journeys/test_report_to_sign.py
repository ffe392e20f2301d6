"""From the page of reports to a signed paper: choose the quarter, read, write, take the files, issue, correct."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.clock import local_date, utc_now
from survey.core.periods import PeriodKind, period_of
from survey.organisations.models import Organisation
from survey.reports.models import Release
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer, PageMaker
from tests.reports.period_fieldwork import run_campaign

pytestmark = [pytest.mark.browser, pytest.mark.pdf]

LONG_NAME = "Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai số hai"
WRITTEN = "Thầy cô tự tin hơn khi trả lời phụ huynh."
BEGINS = {"Word": b"PK", "PDF": b"%PDF", "Excel": b"PK"}
PARTS = ("I. NỘI DUNG, HÌNH THỨC", "III. SỰ CHUYỂN BIẾN", "VI. ĐỀ XUẤT, KIẾN NGHỊ", LONG_NAME.upper())
SIZES = ((1280, 800), (360, 740))
Find = Callable[[Page], list[Any]]


@pytest.fixture
def today() -> datetime:
    """The journey plays now: the server's clock is the machine's."""
    return utc_now()


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()


def press(page: Page, name: str) -> None:
    main = page.locator("main")
    main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True)).first.click()


def check(page: Page, violations: Find) -> None:
    """Nothing wider than the screen at a desk and on a phone, and no finding of axe on the phone."""
    page.wait_for_load_state()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} at {width}"
    assert violations(page) == []


def download(page: Page, name: str, target: Path) -> bytes:
    with page.expect_download() as caught:
        press(page, name)
    caught.value.save_as(target)
    return target.read_bytes()


def write(page: Page, violations: Find) -> None:
    press(page, "Sửa các đoạn văn")
    check(page, violations)
    page.locator("#text-remarks").fill(WRITTEN)
    press(page, "Lưu")
    assert page.get_by_text("Đã lưu các đoạn văn.").is_visible()
    assert page.locator("article.paper").get_by_text(WRITTEN).is_visible()


def issue(page: Page, violations: Find, changed: str = "") -> None:
    press(page, "Phát hành…")
    if changed:
        # Here the page asks for what is different.
        check(page, violations)
        page.get_by_label("Bản này khác bản trước ở chỗ nào?").fill(changed)
    press(page, "Phát hành")
    page.get_by_text("Đã phát hành. Các tệp được giữ nguyên như lúc này.").wait_for(timeout=30_000)


def test_from_the_quarter_to_the_corrected_release(
    live_server: LiveServer,
    new_page: PageMaker,
    session: Session,
    cast: Cast,
    today: datetime,
    violations: Find,
    tmp_path: Path,
) -> None:
    school = session.get(Organisation, cast.school.id)
    assert school is not None
    school.name = LONG_NAME
    run_campaign(session, cast, today)
    quarter = period_of(PeriodKind.QUARTER, local_date(today), school.cut_off)
    page = new_page(width=1280, height=800)
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/reports")
    check(page, violations)
    page.locator(f'.period-offers a[href$="/{quarter.text}"]').click()
    check(page, violations)
    paper = page.locator("article.paper").inner_text().replace("\u00a0", " ").upper()
    assert [part for part in PARTS if part not in paper] == []
    write(page, violations)
    for name, begins in BEGINS.items():
        content = download(page, name, tmp_path / "file")
        assert content.startswith(begins)
        assert len(content) > 3000
    assert page.get_by_text("Đã tải tệp về máy.").is_visible()
    report = page.url
    issue(page, violations)
    page.goto(report)
    issue(page, violations, "Sửa số hoạt động ở mục I.")
    assert page.get_by_text("Khác bản trước: Sửa số hoạt động ở mục I.").is_visible()
    read_as_viewer(live_server, new_page, session, violations)


def read_as_viewer(live_server: LiveServer, new_page: PageMaker, session: Session, violations: Find) -> None:
    """Both releases stay as they were issued, byte for byte; the second says what it changed."""
    page = new_page()
    sign_in(page, live_server.url, "viewer")
    page.goto(f"{live_server.url}/reports")
    check(page, violations)
    session.rollback()
    first, second = session.scalars(select(Release).order_by(Release.number)).all()
    assert (first.changed, second.changed) == ("", "Sửa số hoạt động ở mục I.")
    page.goto(f"{live_server.url}/reports/releases/{first.id}")
    assert page.get_by_text("Đã có bản mới hơn:").is_visible()
    check(page, violations)
    for release in (first, second):
        for file in release.files:
            answer = page.request.get(f"{live_server.url}/reports/releases/{release.id}/{file.name}")
            assert hashlib.sha256(answer.body()).hexdigest() == file.sha256
    text = page.request.get(f"{live_server.url}/reports/releases/{second.id}/bao-cao.html").text()
    assert WRITTEN in text
    assert "Điểm khác: Sửa số hoạt động ở mục I." in text
    assert "BẢN DỰ THẢO" not in text


def test_the_files_of_a_campaign_are_taken_from_its_page_on_a_phone(
    live_server: LiveServer,
    new_page: PageMaker,
    session: Session,
    cast: Cast,
    today: datetime,
    violations: Find,
    tmp_path: Path,
) -> None:
    run_campaign(session, cast, today)
    page = new_page()
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/reports")
    press(page, "Đọc báo cáo Hiểu Nghị quyết 71")
    check(page, violations)
    press(page, "Tải về ↓")
    assert download(page, "Word", tmp_path / "file").startswith(b"PK")
    assert download(page, "Ảnh gửi Zalo", tmp_path / "file").startswith(b"\x89PNG")
    page.get_by_role("link", name="Cần bản để ký và phát hành?").click()
    assert page.get_by_role("link", name="Phát hành…").is_visible()


def test_a_ward_notes_a_merger_after_reading_what_follows(
    live_server: LiveServer, new_page: PageMaker, cast: Cast, violations: Find
) -> None:
    page = new_page()
    sign_in(page, live_server.url, "officer")
    page.goto(f"{live_server.url}/organisations/{cast.school.id}")
    press(page, "Sáp nhập, đổi tên, tách")
    check(page, violations)
    page.get_by_label("Nhiều đơn vị nhập thành một").check()
    page.get_by_label(cast.other_school.name).check()
    press(page, "Xem điều gì sẽ thay đổi")
    check(page, violations)
    press(page, "Ghi thay đổi")
    assert page.get_by_text("Đã ghi. Báo cáo theo kỳ sẽ tính theo thay đổi này.").is_visible()
