"""A deputy principal logs a class hour on a phone between two lessons, then the next thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.activities.models import Activity
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer, PageMaker

pytestmark = pytest.mark.browser


def test_a_class_hour_is_logged_in_a_few_taps(
    live_server: LiveServer,
    new_page: PageMaker,
    cast: Cast,
    session: Session,
) -> None:
    phone = new_page(scripts=False)
    phone.goto(f"{live_server.url}/activities")
    phone.get_by_label("Tên đăng nhập").fill("administrator")
    phone.get_by_label("Mật khẩu").fill(PASSWORD)
    phone.get_by_role("button", name="Đăng nhập").click()
    phone.get_by_role("link", name="Ghi việc đầu tiên").click()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_text("Tiết sinh hoạt lớp, chào cờ").click()
    phone.get_by_text("Phân luồng học sinh").click()
    phone.get_by_label("Bao nhiêu lượt người?").fill("57")
    phone.get_by_role("button", name="Lưu").click()
    # The number without a way of counting is asked about, and everything else is still there.
    assert phone.get_by_role("alert").is_visible()
    assert phone.get_by_label("Tiết sinh hoạt lớp, chào cờ").is_checked()
    phone.get_by_label("Đếm bằng cách nào?").select_option("headcount")
    phone.get_by_role("button", name="Lưu").click()
    assert phone.get_by_text("57 lượt (theo sĩ số lớp, số người dự)").is_visible()
    kept = session.scalars(select(Activity)).one()
    assert (kept.form, kept.reach, kept.topics) == ("class_hour", 57, ["phan_luong"])
    phone.get_by_role("link", name="Thêm việc nữa").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Ghi một việc đã làm"


def test_the_pages_of_the_log_are_accessible_on_the_narrowest_phone(
    live_server: LiveServer, new_page: PageMaker, cast: Cast, violations: Callable[[Page], list[Any]]
) -> None:
    phone = new_page(width=320, height=640)
    phone.goto(f"{live_server.url}/sign-in")
    phone.get_by_label("Tên đăng nhập").fill("officer")
    phone.get_by_label("Mật khẩu").fill(PASSWORD)
    phone.get_by_role("button", name="Đăng nhập").click()
    for address in ("/activities", "/activities/new", "/briefing", "/duties", "/checks/new"):
        phone.goto(live_server.url + address)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert violations(phone) == [], address
