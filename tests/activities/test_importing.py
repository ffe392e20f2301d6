"""A sheet of activities: read liberally, every fault named with row, column and remedy, nothing stored while faulty."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.activities.importing import import_log, plan_log
from survey.activities.models import Activity
from survey.activities.sheet_columns import HEADINGS, KNOWN_HEADINGS
from survey.organisations.rows import Cell, Row
from survey.organisations.sheets import read_sheet
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

TODAY = date(2026, 11, 21)
HEAD = tuple(HEADINGS.values())
GOOD: tuple[Cell, ...] = ("05/10/2026", "Hội nghị", "Hội nghị", "tất cả; AI", "Giáo viên", 40, "ký tên", 38, None)


def sheet(*rows: Sequence[Cell], head: Sequence[Cell] = HEAD) -> list[Row]:
    return [Row(number, tuple(cells)) for number, cells in enumerate((head, *rows), start=1)]


def test_a_good_row_becomes_an_activity(session: Session, cast: Cast, now: datetime) -> None:
    plan = import_log(session, rows=sheet(GOOD), organisation_id=cast.school.id, user_id=None, now=now)
    assert plan.faults == []
    kept = session.scalars(select(Activity)).one()
    assert (kept.held_on, kept.form, kept.note, kept.reach, kept.counting, kept.newly_briefed) == (
        date(2026, 10, 5),
        "conference",
        "Hội nghị",
        40,
        "sign_in",
        38,
    )
    assert kept.topics == ["chuyen_doi_so", "xa_hoi_hoa", "phan_luong", "doi_ngu", "co_so_vat_chat"]
    assert kept.is_about_ai
    assert kept.audiences == ["staff"]


def test_titles_above_other_headings_and_spellings_are_understood(session: Session, cast: Cast) -> None:
    rows = [
        Row(1, ("NHẬT KÝ TRUYỀN THÔNG",)),
        Row(3, ("NGÀY THÁNG", "Ghi chú", "hình thức", "Số người dự", "cách  đếm", "Chủ đề", "Đối tượng", "Cột lạ")),
        Row(
            5,
            (
                date(2026, 10, 5),
                "=HYPERLINK(1)",
                "HỌP PHỤ HUYNH",
                "1.200",
                "sĩ số",
                "phân luồng, AI",
                "Cán bộ, giáo viên, nhân viên; phụ huynh",
                "bỏ",
            ),
        ),
        Row(6, (46_300, "", "Loa")),
        Row(8, (None, "", "")),
    ]
    plan = plan_log(session, rows=rows, organisation_id=cast.school.id, today=TODAY)
    assert plan.faults == []
    first, second = plan.new
    assert (first.form, first.reach, first.counting, first.note) == (
        "parents_meeting",
        1200,
        "headcount",
        "=HYPERLINK(1)",
    )
    assert (first.topics, first.is_about_ai, first.audiences) == (("phan_luong",), True, ("staff", "parents"))
    assert (second.held_on, second.form, second.reach, second.counting) == (
        date(2026, 10, 5),
        "loudspeaker",
        None,
        "not_counted",
    )


FAULTS: list[tuple[int, Cell, str, str]] = [
    (0, "32/10/2026", "held_on", "not_a_date"),
    (0, None, "held_on", "cell_missing"),
    (0, "22/11/2026", "held_on", "in_future"),
    (0, "21/08/2025", "held_on", "before_resolution"),
    (1, "a" * 501, "note", "text_too_long"),
    (2, "nhảy múa", "form", "form_unknown"),
    (2, None, "form", "cell_missing"),
    (3, "toán; AI", "topics", "topic_unknown"),
    (4, "giáo viên, mèo", "audiences", "audience_unknown"),
    (5, "nhiều", "reach", "not_a_number"),
    (5, -3, "reach", "number_range"),
    (5, None, "reach", "reach_missing"),
    (6, "bằng mắt", "counting", "counting_unknown"),
    (6, None, "counting", "counting_missing"),
    (7, 41, "newly_briefed", "briefed_beyond_reach"),
    (8, "javascript:alert(1)", "link", "link_odd"),
]


@pytest.mark.parametrize(("place", "cell", "column", "code"), FAULTS)
def test_each_fault_is_named_by_row_and_column_and_nothing_is_stored(
    session: Session, cast: Cast, now: datetime, place: int, cell: Cell, column: str, code: str
) -> None:
    faulty = (*GOOD[:place], cell, *GOOD[place + 1 :])
    plan = import_log(session, rows=sheet(GOOD, faulty), organisation_id=cast.school.id, user_id=None, now=now)
    assert [(fault.row, str(fault.column), fault.code) for fault in plan.faults] == [(3, column, code)]
    assert session.scalar(select(func.count()).select_from(Activity)) == 0


def test_a_sheet_without_headings_says_so(session: Session, cast: Cast) -> None:
    for rows in (sheet(GOOD, head=("a", "b")), []):
        plan = plan_log(session, rows=rows, organisation_id=cast.school.id, today=TODAY)
        assert [fault.code for fault in plan.faults] == ["no_heading"]


def test_a_sheet_sent_twice_adds_nothing_the_second_time_and_equal_rows_are_two(
    session: Session, cast: Cast, now: datetime
) -> None:
    def send(*rows: Sequence[Cell]) -> tuple[int, int]:
        plan = import_log(session, rows=sheet(*rows), organisation_id=cast.school.id, user_id=None, now=now)
        return (len(plan.new), plan.known)

    assert send(GOOD, GOOD) == (2, 0)
    assert send(GOOD, GOOD) == (0, 2)
    assert send(GOOD, GOOD, GOOD) == (1, 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_parted_by_whatever_parts_its_headings(delimiter: str) -> None:
    line = delimiter.join(["05/10/2026", "Tin mới", "Zalo"])
    data = f"{delimiter.join(HEAD[:3])}\n{line}\n".encode("utf-8-sig")
    assert read_sheet(data, KNOWN_HEADINGS)[1].cells == ("05/10/2026", "Tin mới", "Zalo")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_sent_in_as_it_is(client: PageClient, cast: Cast, session: Session, kind: str) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/activities/import/{cast.school.id}"
    given = client.http.get(f"{address}/template.{kind}").data
    sent = client.post(address, {"file": (io.BytesIO(given), f"mau.{kind}")}, csrf_from=address)
    page = sent.get_data(as_text=True)
    assert sent.status_code == 200, page
    assert "Sẽ thêm 3 việc" in page
    rows = page.split('name="rows" value="', 1)[1].split('"', 1)[0]
    assert client.post(f"{address}/confirm", {"rows": rows}, csrf_from="/account").status_code == 302
    assert session.scalar(select(func.count()).select_from(Activity)) == 3


def test_faults_of_a_file_are_shown_with_remedies(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    address = f"/activities/import/{cast.school.id}"
    data = f"{','.join(HEAD[:3])}\n5/13/2026,Tin,nhảy múa\n".encode()
    sent = client.post(address, {"file": (io.BytesIO(data), "tep.csv")}, csrf_from=address)
    page = sent.get_data(as_text=True)
    assert sent.status_code == 422
    assert "Hàng 2, cột “Ngày”" in page
    assert "Viết ngày như 05/10/2026." in page
    assert "không hiểu “nhảy múa”. Viết một trong các chữ: Hội nghị" in page
    for content in (b"", b"\xd0\xcf\x11\xe0old", b"\x00\x01"):
        refused = client.post(address, {"file": (io.BytesIO(content), "tep.xlsx")}, csrf_from=address)
        assert refused.status_code == 422
        assert "field-error" in refused.get_data(as_text=True)
    forged = client.post(f"{address}/confirm", {"rows": "made up"}, csrf_from="/account")
    assert forged.status_code == 422
    assert session.scalars(select(Activity)).first() is None
