"""The import of a sheet: liberal in what it reads, every fault named with row and column, all of it or nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from flask_babel import LazyString
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.organisations.columns import HEADINGS, READERS, Column, Fault, find_columns, plain
from survey.organisations.importing import import_rows
from survey.organisations.models import Group, Headcount, Organisation
from survey.organisations.rows import Cell, Row, SheetUnreadable
from survey.organisations.sheets import MAX_BYTES, make_template, read_sheet
from survey.organisations.words import FAULTS
from tests.factories import Cast

HEADER = tuple(HEADINGS.values())
C = Column


def rows(*entries: dict[Column, Cell]) -> tuple[Row, ...]:
    """Return a sheet with the template's heading and these rows."""
    body = [Row(number, tuple(entry.get(column) for column in Column)) for number, entry in enumerate(entries, start=2)]
    return (Row(1, HEADER), *body)


def numbers(session: Session, organisation: Organisation) -> dict[tuple[str | None, str], int]:
    """Return the stored numbers by name of the group and audience."""
    query = (
        select(Group.name, Headcount.audience, Headcount.number)
        .select_from(Headcount)
        .outerjoin(Group, Headcount.group_id == Group.id)
        .where(Headcount.organisation_id == organisation.id)
    )
    return {(name, audience): number for name, audience, number in session.execute(query)}


def test_classes_staff_and_residents_come_in_with_their_numbers(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows(
        {C.CODE: "BANMAI", C.GROUP: "8A", C.GRADE: 8, C.PUPILS: 33, C.PARENTS: 32, C.AS_OF: date(2026, 9, 5)},
        {C.GROUP: "5B", C.GRADE: "Khối 5", C.PUPILS: "30", C.PARENTS: 30.0, C.AS_OF: "05/09/2026"},
        {C.GROUP: "2A", C.GRADE: "2", C.PUPILS: 28, C.PARENTS: 28},
        {C.GROUP: "Ban giám hiệu", C.STAFF_KIND: "Quản lý", C.STAFF: 3},
        {C.GROUP: "Tổ dân phố 9", C.COMMUNITY: "1.200"},
    )
    plan = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    assert plan.faults == []
    stored = numbers(session, cast.school)
    assert stored["8A", "pupils_secondary"] == 33
    assert stored["8A", "parents"] == 32
    assert stored["5B", "pupils_primary"] == 30
    assert stored["2A", "parents"] == 28
    # Grades 1 and 2 are not asked: their pupils are in the sheet, not among the invited.
    assert not any(name == "2A" and audience.startswith("pupils") for name, audience in stored)
    assert stored["Ban giám hiệu", "staff"] == 3
    assert stored["Tổ dân phố 9", "community"] == 1200


def test_a_ward_brings_its_schools_and_their_classes(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows(
        {C.CODE: "doiche", C.NAME: "Trường Tiểu học Đồi Chè", C.KIND: "Trường", C.PARENT: "HOASIM"},
        {C.CODE: "DOICHE", C.GROUP: "3A", C.GRADE: 3, C.PUPILS: 25, C.PARENTS: 25},
    )
    plan = import_rows(session, rows=sheet, at=cast.ward, user_id=None, now=now)
    assert plan.faults == []
    school = session.scalars(select(Organisation).where(Organisation.code == "DOICHE")).one()
    assert school.path == f"{cast.ward.path}{school.id}/"
    assert numbers(session, school) == {("3A", "pupils_primary"): 25, ("3A", "parents"): 25}


def test_the_same_sheet_twice_changes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows({C.GROUP: "8A", C.GRADE: 8, C.PUPILS: 33, C.PARENTS: 32})
    first = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    second = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    assert [change.what for change in first.changes] == ["add_group", "set_headcount", "set_headcount"]
    assert second.changes == []


GOOD = {C.GROUP: "8A", C.GRADE: 8, C.PUPILS: 33}


@pytest.mark.parametrize(
    ("entry", "column", "code"),
    [
        (GOOD | {C.PUPILS: "ba mươi"}, C.PUPILS, "not_a_number"),
        (GOOD | {C.PUPILS: -1}, C.PUPILS, "number_range"),
        (GOOD | {C.PUPILS: 33.5}, C.PUPILS, "not_a_number"),
        (GOOD | {C.PUPILS: "٣٣"}, C.PUPILS, "not_a_number"),  # digits of another script
        (GOOD | {C.GRADE: 13}, C.GRADE, "grade_range"),
        (GOOD | {C.GRADE: "sáu"}, C.GRADE, "grade_range"),
        (GOOD | {C.AS_OF: "31/02/2026"}, C.AS_OF, "not_a_date"),
        (GOOD | {C.AS_OF: "hôm qua"}, C.AS_OF, "not_a_date"),
        (GOOD | {C.CODE: "A!"}, C.CODE, "code_odd"),
        (GOOD | {C.CODE: "SUOIREO"}, C.CODE, "code_elsewhere"),
        (GOOD | {C.CODE: "LAHOAC"}, C.NAME, "new_place_incomplete"),
        (GOOD | {C.STAFF_KIND: "giáo viên"}, C.STAFF_KIND, "two_kinds"),
        (GOOD | {C.STAFF_KIND: "bảo mẫu"}, C.STAFF_KIND, "staff_kind_unknown"),
        ({C.GRADE: 6, C.PUPILS: 30}, C.GROUP, "group_missing"),
        ({C.GROUP: "Nhân viên mới", C.STAFF_KIND: "nhân viên", C.PUPILS: 8}, C.PUPILS, "number_for_other_group"),
        ({C.GROUP: "x" * 121}, C.GROUP, "text_too_long"),
        ({C.KIND: "trường", C.CODE: "MOI", C.NAME: "Mới"}, C.KIND, "kind_below"),
        ({C.KIND: "xã", C.CODE: "BANMAI"}, C.KIND, "kind_differs"),
        ({C.KIND: "lâu đài"}, C.KIND, "kind_unknown"),
    ],
)
def test_a_faulty_cell_is_named_with_row_and_column_and_nothing_is_stored(
    session: Session, cast: Cast, now: datetime, entry: dict[Column, Cell], column: Column, code: str
) -> None:
    before = session.scalar(select(func.count()).select_from(Group))
    sheet = rows(GOOD | {C.GROUP: "9C", C.GRADE: 9}, entry)
    plan = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    session.rollback()
    assert [(fault.row, fault.column, fault.code) for fault in plan.faults] == [(3, column, code)]
    assert code in FAULTS
    assert session.scalar(select(func.count()).select_from(Group)) == before


def test_every_faulty_row_is_named_at_once(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows(
        GOOD | {C.PUPILS: "x", C.GRADE: "y"}, GOOD, GOOD, {C.GROUP: "9A", C.GRADE: 40}, {C.GRADE: 7, C.PARENTS: 3}
    )
    plan = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    assert [(fault.row, fault.code) for fault in plan.faults] == [
        (2, "grade_range"),
        (2, "not_a_number"),
        (4, "row_twice"),
        (5, "grade_range"),
        (6, "group_missing"),
    ]


def test_a_sheet_without_headings_says_so(session: Session, cast: Cast, now: datetime) -> None:
    plan = import_rows(session, rows=(Row(1, ("6A", 35)),), at=cast.school, user_id=None, now=now)
    assert [fault.code for fault in plan.faults] == ["no_heading"]


def test_a_title_above_the_headings_is_no_hindrance(session: Session, cast: Cast, now: datetime) -> None:
    sheet = (Row(1, ("DANH SÁCH LỚP",)), Row(3, ("Lớp", "Khối", "Sĩ số")), Row(4, ("8A", 8, 30)))
    plan = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    assert plan.faults == []
    assert numbers(session, cast.school)["8A", "pupils_secondary"] == 30


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Lớp;Khối\r\n6A;6\r\n".encode(), [("Lớp", "Khối"), ("6A", "6")]),
        ("\ufeffLớp,Khối\n6A,6\n".encode(), [("Lớp", "Khối"), ("6A", "6")]),
        ("Lớp\tKhối\n6A\t6\n".encode("utf-16"), [("Lớp", "Khối"), ("6A", "6")]),
        ('Lớp,Khối\n"6A, chiều",6\n'.encode(), [("Lớp", "Khối"), ("6A, chiều", "6")]),
        ("Lớp,Khối\n\n,\n6A,6\n".encode(), [("Lớp", "Khối"), ("6A", "6")]),
    ],
)
def test_csv_is_read_as_programs_write_it(data: bytes, expected: list[tuple[str, ...]]) -> None:
    assert [row.cells for row in read_sheet(data)] == expected


def workbook(*lines: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for line in lines:
        sheet.append(list(line))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_excel_is_read_with_numbers_and_dates() -> None:
    read = read_sheet(workbook(("Lớp", "Ngày"), ("6A", date(2026, 9, 5)), (None, None), (7, 1.5)))
    assert [(row.number, row.cells) for row in read] == [
        (1, ("Lớp", "Ngày")),
        (2, ("6A", date(2026, 9, 5))),
        (4, (7, 1.5)),
    ]


def test_a_formula_is_never_computed() -> None:
    read = read_sheet(workbook(("Lớp", "Khối"), ("=1+1", 6)))
    assert read[1].cells == (None, 6)


def bomb(megabytes: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (megabytes * 1_000_000))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"PK\x03\x04 broken", "not_a_sheet"),
        ("Lớp".encode("cp1258", errors="replace") + b"\xe1\xff", "encoding"),
        (b"a,b\0c", "not_a_sheet"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (b"a\n" * 5_001, "too_many_rows"),
    ],
)
def test_what_is_no_sheet_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(data)
    assert refused.value.reason == reason


@pytest.mark.parametrize("megabytes", [2, 20, 70])
def test_an_archive_that_unpacks_to_many_times_its_size_is_refused_unread(megabytes: int) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(bomb(megabytes))
    assert refused.value.reason == "too_large"


def test_the_template_can_be_imported_as_it_is(session: Session, cast: Cast, now: datetime) -> None:
    packed = make_template(
        HEADER, [["BANMAI", "", "", "", "6C", 6, "", 35, 35, "", "", date(2026, 9, 5)]], [("a", "b")]
    )
    plan = import_rows(session, rows=read_sheet(packed), at=cast.school, user_id=None, now=now)
    assert plan.faults == []
    assert numbers(session, cast.school)["6C", "parents"] == 35


@given(st.binary(max_size=300))
def test_no_file_makes_the_reader_fail_otherwise_than_by_refusing(data: bytes) -> None:
    try:
        found = read_sheet(data)
    except SheetUnreadable:
        return
    assert found


@settings(max_examples=200)
@given(st.sampled_from(list(Column)), st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.dates()))
def test_no_cell_makes_a_reader_fail_otherwise_than_by_a_fault(column: Column, cell: Cell) -> None:
    try:
        outcome: object = READERS[column](cell)
    except Fault as fault:
        outcome = FAULTS[fault.code][0]
    assert isinstance(outcome, str | int | date | LazyString)


def test_headings_are_known_whatever_their_case_accents_and_order() -> None:
    assert find_columns(("PHU HUYNH", "  lớp ", "Mã đơn vị", "ghi chú")) == {C.PARENTS: 0, C.GROUP: 1, C.CODE: 2}
    assert plain("Đơn vị: Trường") == "donvitruong"
