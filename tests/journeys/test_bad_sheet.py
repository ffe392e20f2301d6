"""A sheet with many faults: every one is named with its place and remedy, nothing is stored; mended, it goes in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.organisations.models import Group, Headcount, Organisation
from tests.factories import PASSWORD, Cast
from tests.journeys.conftest import LiveServer

pytestmark = pytest.mark.browser

Table = Sequence[Sequence[object]]
# The name of a file, its kind, and its bytes, as a browser sends it.
File = dict[str, Any]

HEADINGS = (
    "Tên lớp, tổ",
    "Khối lớp",
    "Loại cán bộ",
    "Học sinh",
    "Phụ huynh",
    "Cán bộ, giáo viên, nhân viên",
    "Tính đến ngày",
)
FAULTY: Table = (
    ("8A", 8, None, "ba mươi", 31, None, "05/09/2026"),  # 3: no number
    ("8B", 13, None, 30, 30, None, "05/09/2026"),  # 4: no grade
    ("8C", 8, None, 30, -5, None, "05/09/2026"),  # 5: less than nobody
    ("8D", 8, None, 28, 28, None, "31/02/2026"),  # 6: no day
    (None, 9, None, 27, 27, None, "05/09/2026"),  # 7: no name
    ("Bảo vệ", None, "khách mời", None, None, 3, "05/09/2026"),  # 8: no kind of staff
    ("Tổ Toán", 7, "giáo viên", None, None, 6, "05/09/2026"),  # 9: class and staff at once
    ("8E", 8, None, 30, 30, None, "05/09/2026"),  # 10: right
    ("8e", 8, None, 31, 31, None, "05/09/2026"),  # 11: twice
    ("Tổ Văn", None, "giáo viên", None, 12, None, "05/09/2026"),  # 12: parents of a staff group
    ("7A", "bảy", None, 12.5, "x", None, "hôm nay"),  # 13: four at once
)
# Row, column, and the first words of the remedy.
FAULTS = (
    (3, "Học sinh", "Điền một số nguyên"),
    (4, "Khối lớp", "Khối lớp là một số từ 1 đến 12"),
    (5, "Phụ huynh", "Số người phải từ 0"),
    (6, "Tính đến ngày", "Viết ngày như 05/09/2026"),
    (7, "Tên lớp, tổ", "Điền tên"),
    (8, "Loại cán bộ", "Viết: quản lý, giáo viên hoặc nhân viên"),
    (9, "Loại cán bộ", "hãy bỏ trống một trong hai"),
    (11, "Tên lớp, tổ", "Xóa một trong hai dòng"),
    (12, "Phụ huynh", "tổ thì điền loại cán bộ và số cán bộ"),
    (13, "Khối lớp", "Khối lớp là một số từ 1 đến 12"),
    (13, "Học sinh", "Điền một số nguyên"),
    (13, "Phụ huynh", "Điền một số nguyên"),
    (13, "Tính đến ngày", "Viết ngày như 05/09/2026"),
)
MENDED: Table = (
    ("8A", 8, None, 30, 31, None, date(2026, 9, 5)),
    ("8E", 8, None, 30, 30, None, date(2026, 9, 5)),
    ("7A", 7, None, 39, 38, None, date(2026, 9, 12)),
    ("Tổ Văn", None, "giáo viên", None, None, 12, date(2026, 9, 5)),
)
# How some lines of what would change begin: three new groups, and 7A, which was there, has one pupil more.
CHANGES = (
    "Thêm lớp, tổ: Trường TH và THCS Ban Mai, 8A",
    "Thêm lớp, tổ: Trường TH và THCS Ban Mai, 8E",
    "Thêm lớp, tổ: Trường TH và THCS Ban Mai, Tổ Văn",
    "Ghi số người: Trường TH và THCS Ban Mai, 7A, Học sinh THCS (lớp 6-9): 39",
)


def as_xlsx(rows: Table) -> File:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [("Danh sách lớp, tổ",), HEADINGS, *rows]:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return {"name": "danh-sach.xlsx", "mimeType": "application/octet-stream", "buffer": packed.getvalue()}


def as_csv(rows: Table) -> File:
    """The same as Vietnamese Excel writes it: semicolons, days written the Vietnamese way."""
    text = io.StringIO(newline="")
    shown = [[f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row] for row in rows]
    csv.writer(text, delimiter=";").writerows([("Danh sách lớp, tổ",), HEADINGS, *shown])
    return {"name": "danh-sach.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode("utf-8-sig")}


@pytest.fixture
def import_page(live_server: LiveServer, page: Page, cast: Cast) -> Page:
    """The page for sheets, on the phone of the school's administrator."""
    page.goto(f"{live_server.url}/sign-in?next=/organisations/{cast.school.id}/import")
    page.get_by_label("Tên đăng nhập").fill("administrator")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    return page


def upload(page: Page, file: File) -> None:
    page.get_by_label("Tệp Excel (.xlsx) hoặc CSV").set_input_files(file)
    page.get_by_role("button", name="Xem trước").click()


def stored(session: Session) -> list[object]:
    """Everything that an import could change."""
    session.rollback()
    groups = session.execute(select(Group.name, Group.grade, Group.staff_kind)).all()
    numbers = session.execute(select(Headcount.group_id, Headcount.audience, Headcount.as_of, Headcount.number)).all()
    sizes = [session.scalar(select(func.count()).select_from(model)) for model in (Organisation, AuditEntry)]
    return [sorted(map(str, groups)), sorted(map(str, numbers)), sizes]


@pytest.mark.parametrize("as_file", [as_xlsx, as_csv])
def test_a_bad_sheet_is_explained_mended_and_imported(
    import_page: Page,
    session: Session,
    cast: Cast,
    violations: Callable[[Page], list[Any]],
    as_file: Callable[[Table], File],
) -> None:
    page, before = import_page, stored(session)
    upload(page, as_file(FAULTY))
    problems = page.get_by_role("alert").get_by_role("listitem").all_inner_texts()
    for (row, column, remedy), told in zip(FAULTS, problems, strict=True):
        assert told.startswith(f"Hàng {row}, cột “{column}”:")
        assert remedy in told
    assert page.get_by_role("alert").get_by_role("heading").inner_text() == "13 chỗ cần sửa; chưa nhập gì"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert stored(session) == before

    upload(page, as_file(MENDED))
    told = page.locator("main li").all_inner_texts()
    assert [change for change in CHANGES if not any(line.startswith(change) for line in told)] == []
    assert stored(session) == before
    assert violations(page) == []
    page.get_by_role("button", name="Đồng ý, nhập vào hệ thống").click()
    assert page.get_by_role("status").inner_text() == f"Đã nhập xong: {len(told)} thay đổi."
    after = stored(session)
    query = select(Headcount.number).join(Group, Headcount.group_id == Group.id)
    pupils = query.where(Group.name == "7A", Group.organisation_id == cast.school.id, Headcount.number == 39)
    assert session.scalars(pupils).one() == 39

    page.get_by_role("link", name=re.compile("^Nhập từ bảng tính")).click()
    upload(page, as_file(MENDED))
    assert page.get_by_role("heading", name="Không có gì thay đổi").is_visible()
    assert stored(session) == after


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "không có dòng nào", id="nothing in it"),
        pytest.param(b"%PDF-1.7 \x00\x01", "Không đọc được tệp này", id="another kind of file"),
        pytest.param("Lớp;Khối\n8Đ;8\n".encode("cp1258", "replace"), "CSV UTF-8", id="an old encoding"),
        pytest.param("Họ tên;Địa chỉ\nAn;Huế\n".encode(), "không thấy dòng tiêu đề", id="another list"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_with_a_remedy(
    import_page: Page, session: Session, content: bytes, told: str
) -> None:
    before = stored(session)
    upload(import_page, {"name": "tep.csv", "mimeType": "text/csv", "buffer": content})
    assert told in import_page.locator("main").inner_text()
    assert stored(session) == before
