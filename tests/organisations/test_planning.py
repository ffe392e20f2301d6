"""What a sheet means: what it leaves out stays, what it cannot mean is refused, and what it repeats changes nothing."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.organisations.columns import HEADINGS, Column
from survey.organisations.importing import import_rows
from survey.organisations.models import Group, Headcount, Organisation
from survey.organisations.operations import end_group
from survey.organisations.planning import ImportPlan, plan_import
from survey.organisations.rows import Cell, Row
from survey.organisations.words import FAULTS, change_in_words, fault_in_words
from tests.factories import Cast

C = Column
TODAY = date(2026, 11, 21)


def rows(*entries: dict[Column, Cell]) -> tuple[Row, ...]:
    """Return a sheet with the template's heading and these rows."""
    body = [Row(number, tuple(entry.get(column) for column in Column)) for number, entry in enumerate(entries, start=2)]
    return (Row(1, tuple(HEADINGS.values())), *body)


def plan_at(session: Session, at: Organisation | None, *entries: dict[Column, Cell]) -> ImportPlan:
    return plan_import(session, rows=rows(*entries), at=at, today=TODAY)


def group_named(session: Session, name: str) -> Group:
    return session.scalars(select(Group).where(Group.name == name).order_by(Group.id)).first() or pytest.fail(name)


def test_a_class_keeps_its_grade_where_the_sheet_says_none(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows({C.GROUP: "6a", C.PUPILS: 36}, {C.GROUP: "Nhân viên", C.STAFF: 9}, {C.GROUP: "7A"})
    plan = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    assert plan.faults == []
    assert [(change.what, change.group, change.before, change.number) for change in plan.changes] == [
        ("set_headcount", "6A", 35, 36),
        ("set_headcount", "Nhân viên", 8, 9),
    ]
    assert plan.unchanged == 1
    assert cast.own_class.grade == 6


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("8A", 8),
        ("Lớp 8A", 8),
        ("lớp 8/1", 8),
        ("10A1", 10),
        ("6.2", 6),
        ("5 tuổi A", None),
        ("Tổ 6", None),
        ("13A", None),
    ],
)
def test_the_grade_is_read_from_the_name_of_a_class(session: Session, cast: Cast, name: str, grade: int | None) -> None:
    plan = plan_at(session, cast.school, {C.GROUP: name, C.PARENTS: 30})
    if grade is None:
        assert [fault.code for fault in plan.faults] == ["number_for_other_group"]
    else:
        assert [change.grade for change in plan.changes if change.what == "add_group"] == [grade]


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        ([{C.CODE: "BANMAI", C.PUPILS: 300}], [(2, C.PUPILS, "pupils_by_class")]),
        ([{C.CODE: "BANMAI", C.PARENT: "SUOIREO", C.STAFF: 3}], [(2, C.PARENT, "parent_differs")]),
        (
            [{C.CODE: "BANMAI", C.NAME: "Tên A"}, {C.CODE: "BANMAI", C.NAME: "Tên B", C.GROUP: "6A"}],
            [(3, C.NAME, "name_differs")],
        ),
        ([{C.CODE: "MOI", C.NAME: "Mới", C.KIND: "trường", C.PARENT: "LA"}], [(2, C.PARENT, "parent_unknown")]),
        ([{C.CODE: "MOI", C.NAME: "Mới"}], [(2, C.KIND, "new_place_incomplete")]),
        ([{C.GROUP: "6A", C.STAFF: 4}], [(2, C.STAFF, "number_for_other_group")]),
        ([{C.GROUP: "6A", C.PUPILS: 4}, {C.GROUP: "6a", C.PUPILS: 5}], [(3, C.CODE, "code_missing")]),
    ],
)
def test_what_a_row_cannot_mean_is_refused(
    session: Session,
    cast: Cast,
    entries: list[dict[Column, Cell]],
    faults: list[tuple[int, Column, str]],
) -> None:
    # The last table row is from the command line, which knows no school of its own.
    at = None if faults[0][2] == "code_missing" else cast.ward
    if at is not None:
        entries = [entry if C.CODE in entry else entry | {C.CODE: "BANMAI"} for entry in entries]
    found = plan_at(session, at, *entries).faults
    assert [(fault.row, fault.column, fault.code) for fault in found][-len(faults) :] == faults
    assert all(fault_in_words(fault).remedy for fault in found)


def test_a_faulty_row_does_not_make_those_below_it_faulty(session: Session, cast: Cast) -> None:
    plan = plan_at(
        session,
        cast.ward,
        {C.CODE: "MOI", C.NAME: "Trường Mới", C.KIND: "trường", C.GROUP: "6A", C.GRADE: 6, C.PUPILS: "nhiều"},
        {C.CODE: "MOI", C.GROUP: "7A", C.GRADE: 7, C.PUPILS: 30},
    )
    assert [(fault.row, fault.code) for fault in plan.faults] == [(2, "not_a_number")]


def test_a_sheet_with_faults_writes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows({C.GROUP: "9C", C.GRADE: 9, C.PUPILS: 30}, {C.GROUP: "9D", C.GRADE: 90})
    plan = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    session.commit()
    assert plan.faults
    assert session.scalar(select(func.count()).select_from(Group).where(Group.name == "9C")) == 0


def test_a_sheet_without_dates_changes_nothing_on_the_next_day(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows({C.GROUP: "8A", C.GRADE: 8, C.PUPILS: 33, C.PARENTS: 32})
    import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    again = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now + timedelta(days=1))
    assert again.changes == []
    assert again.unchanged == 1


def test_numbers_of_several_days_stand_in_one_sheet(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows(
        {C.GROUP: "6A", C.PUPILS: 34, C.AS_OF: "05/10/2026"}, {C.GROUP: "6A", C.PUPILS: 36, C.AS_OF: "05/11/2026"}
    )
    import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    query = select(Headcount.as_of, Headcount.number).where(
        Headcount.group_id == cast.own_class.id, Headcount.audience == "pupils_secondary"
    )
    assert {as_of.month: number for as_of, number in session.execute(query)} == {9: 35, 10: 34, 11: 36}


def test_a_new_name_renames_and_is_shown_first(session: Session, cast: Cast, now: datetime) -> None:
    sheet = rows({C.CODE: "BANMAI", C.NAME: "Trường Ban Mai Xanh"})
    plan = import_rows(session, rows=sheet, at=cast.school, user_id=None, now=now)
    assert [change_in_words(change) for change in plan.changes] == ["Đổi tên đơn vị thành: Trường Ban Mai Xanh"]
    assert cast.school.name == "Trường Ban Mai Xanh"


def test_letters_with_marks_apart_are_the_same_name(session: Session, cast: Cast, now: datetime) -> None:
    name = unicodedata.normalize("NFD", "Nhân viên")
    plan = import_rows(session, rows=rows({C.GROUP: name, C.STAFF: 8}), at=cast.school, user_id=None, now=now)
    assert plan.faults == []
    assert plan.changes == []


@pytest.mark.parametrize("name", ["\x00", " \t", "\ud800", "\x07\x00 "])
def test_a_name_without_a_letter_is_no_name(session: Session, cast: Cast, now: datetime, name: str) -> None:
    plan = import_rows(session, rows=rows({C.GROUP: name, C.GRADE: 6}), at=cast.school, user_id=None, now=now)
    assert [fault.code for fault in plan.faults] == ["group_missing"]


def test_a_class_that_had_ended_comes_back(session: Session, cast: Cast, now: datetime) -> None:
    end_group(session, group=cast.own_class, user_id=None, now=now)
    plan = import_rows(session, rows=rows({C.GROUP: "6A", C.PUPILS: 35}), at=cast.school, user_id=None, now=now)
    assert [change.what for change in plan.changes] == ["edit_group"]
    assert cast.own_class.ended_on is None


def test_the_command_line_may_build_a_whole_tree(session: Session, now: datetime) -> None:
    sheet = rows(
        {C.CODE: "TINH", C.NAME: "Tỉnh Thử", C.KIND: "tỉnh"},
        {C.CODE: "XA", C.NAME: "Xã Thử", C.KIND: "xã", C.PARENT: "TINH"},
        {C.CODE: "TR", C.NAME: "Trường Thử", C.KIND: "trường", C.PARENT: "XA", C.GROUP: "4B", C.PUPILS: 30},
    )
    plan = import_rows(session, rows=sheet, at=None, user_id=None, now=now)
    assert plan.faults == []
    places = {place.code: place for place in session.scalars(select(Organisation))}
    assert places["TR"].path == f"/{places['TINH'].id}/{places['XA'].id}/{places['TR'].id}/"
    assert plan.counts == {"add_organisation": 3, "add_group": 1, "set_headcount": 1}


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.dates(),
    st.sampled_from(["6A", "BANMAI", "HOASIM", "trường", "xã", "giáo viên", "Giáo viên", "7", "35", "05/09/2026"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(CELLS, min_size=12, max_size=12), max_size=4))
def test_no_sheet_makes_the_import_fail_otherwise_than_by_faults(
    session: Session, cast: Cast, now: datetime, body: list[list[Cell]]
) -> None:
    sheet = (
        Row(1, tuple(HEADINGS.values())),
        *(Row(number, tuple(cells)) for number, cells in enumerate(body, start=2)),
    )
    at = session.get(Organisation, cast.ward.id)
    plan = import_rows(session, rows=sheet, at=at, user_id=None, now=now)
    again = import_rows(session, rows=sheet, at=at, user_id=None, now=now)
    session.rollback()
    assert {fault.code for fault in plan.faults} <= set(FAULTS)
    # Whatever it was, the second time it is no news.
    assert plan.faults or again.changes == []


def test_a_large_ward_is_planned_and_stored_at_once(session: Session, cast: Cast, now: datetime) -> None:
    entries: list[dict[Column, Cell]] = [
        {
            C.CODE: f"TR-{number // 40}",
            C.NAME: f"Trường {number // 40}",
            C.KIND: "trường",
            C.GROUP: f"{6 + number % 4}A{number}",
            C.PUPILS: 35,
            C.PARENTS: 34,
        }
        for number in range(400)
    ]
    plan = import_rows(session, rows=rows(*entries), at=cast.ward, user_id=None, now=now)
    assert plan.counts == {"add_organisation": 10, "add_group": 400, "set_headcount": 800}
    assert group_named(session, "9A399").grade == 9
    assert session.scalar(select(func.sum(Headcount.number)).where(Headcount.number == 34)) == 34 * 400
