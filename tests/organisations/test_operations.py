"""The tree, groups and headcounts below the web."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.accounts.queries import access_of
from survey.audit.models import AuditEntry
from survey.core.errors import NotFound
from survey.core.permissions import Permission
from survey.organisations.models import Headcount, Organisation
from survey.organisations.operations import (
    OrganisationInvalid,
    StillInUse,
    add_group,
    add_organisation,
    edit_group,
    edit_organisation,
    end_group,
    remove_organisation,
    set_headcount,
)
from survey.organisations.queries import (
    group_by_id,
    group_rows,
    organisation_by_id,
    people_by_audience,
    population_on,
    tree,
)
from tests.factories import Cast


def test_a_node_knows_its_way_from_the_root(session: Session, cast: Cast, now: datetime) -> None:
    school = add_organisation(
        session, parent=cast.ward, kind="school", name=" Trường Mới ", code="moi", user_id=None, now=now
    )
    assert (school.path, school.code, school.name) == (f"{cast.ward.path}{school.id}/", "MOI", "Trường Mới")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"code": "BANMAI"}, "code_taken"),
        ({"code": "banmai"}, "code_taken"),
        ({"code": "MÃ CÓ DẤU"}, "code_odd"),
        ({"code": "X"}, "code_odd"),
        ({"name": "  "}, "name_missing"),
        ({"kind": "province"}, "kind_below"),
        ({"kind": "ward"}, "kind_below"),
    ],
)
def test_an_impossible_node_is_refused_with_the_reason(
    session: Session, cast: Cast, now: datetime, changed: dict[str, str], reason: str
) -> None:
    arguments = {"kind": "school", "name": "Trường Mới", "code": "MOI"} | changed
    with pytest.raises(OrganisationInvalid) as refused:
        add_organisation(session, parent=cast.ward, user_id=None, now=now, **arguments)
    assert refused.value.reason == reason


def test_nothing_stands_below_a_school(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(OrganisationInvalid):
        add_organisation(session, parent=cast.school, kind="school", name="Y", code="YY", user_id=None, now=now)


def test_a_school_may_keep_its_own_code_when_renamed(session: Session, cast: Cast, now: datetime) -> None:
    edit_organisation(session, organisation=cast.school, name="Tên Mới", code="BANMAI", user_id=None, now=now)
    assert cast.school.name == "Tên Mới"


@pytest.mark.parametrize(
    ("place", "kind", "reason"),
    [
        ("school", "association", None),
        ("school", "ward", "kind_below"),  # a ward cannot stand below a ward
        ("ward", "province", None),
        ("ward", "school", "kind_above"),  # it has schools below it
    ],
)
def test_a_kind_is_changed_where_it_fits_the_tree(
    session: Session, cast: Cast, now: datetime, place: str, kind: str, reason: str | None
) -> None:
    organisation = getattr(cast, place)
    arguments = {"organisation": organisation, "name": "Tên", "code": organisation.code, "kind": kind}
    if reason is None:
        edit_organisation(session, user_id=None, now=now, **arguments)
        assert organisation.kind == kind
        return
    with pytest.raises(OrganisationInvalid) as refused:
        edit_organisation(session, user_id=None, now=now, **arguments)
    assert refused.value.reason == reason


def test_only_what_nothing_hangs_on_can_be_removed(session: Session, cast: Cast, now: datetime) -> None:
    empty = add_organisation(session, parent=cast.ward, kind="school", name="Z", code="ZZ", user_id=None, now=now)
    set_headcount(
        session, organisation_id=empty.id, group=None, audience="staff", number=9, as_of=date(2026, 9, 5),
        user_id=None, now=now,
    )  # fmt: skip
    session.commit()
    for used in (cast.school, cast.ward):
        with pytest.raises(StillInUse):
            remove_organisation(session, organisation=used, user_id=None, now=now)
        session.rollback()
    number = empty.id
    remove_organisation(session, organisation=empty, user_id=None, now=now)
    session.commit()
    assert session.get(Organisation, number) is None
    traces = session.scalars(select(AuditEntry).where(AuditEntry.organisation_id == number)).all()
    assert "remove" in {trace.action for trace in traces}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": "6A"}, "name_taken"),
        ({"name": ""}, "name_missing"),
        ({"grade": 0}, "grade_range"),
        ({"grade": 6, "staff_kind": "teacher"}, "two_kinds"),
        ({"grade": 6, "headcounts": {"staff": 3}}, "audience_odd"),
        ({"grade": 6, "headcounts": {"parents": -1}}, "number_range"),
    ],
)
def test_an_impossible_group_is_refused_with_the_reason(
    session: Session, cast: Cast, now: datetime, changed: dict[str, object], reason: str
) -> None:
    arguments: dict[str, object] = {"name": "6Z"} | changed
    with pytest.raises(OrganisationInvalid) as refused:
        add_group(session, organisation=cast.school, user_id=None, now=now, **arguments)  # type: ignore[arg-type]
    assert refused.value.reason == reason


def test_a_group_may_keep_its_name(session: Session, cast: Cast, now: datetime) -> None:
    edit_group(session, group=cast.own_class, name="6A", grade=7, staff_kind=None, user_id=None, now=now)
    assert cast.own_class.grade == 7


def test_an_ended_group_is_offered_no_more_but_keeps_its_numbers(session: Session, cast: Cast, now: datetime) -> None:
    end_group(session, group=cast.own_class, user_id=None, now=now)
    scope = access_of(session, cast.administrator.id).scope(Permission.READ_ORGANISATION)
    names = [row.group.name for row in group_rows(session, cast.school.id, scope, day=date(2026, 11, 21))]
    assert "6A" not in names
    kept = session.scalar(select(func.count()).select_from(Headcount).where(Headcount.group_id == cast.own_class.id))
    assert kept == 2


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2026, 9, 4), 35),  # before every number: the earliest
        (date(2026, 9, 5), 35),
        (date(2026, 10, 31), 35),
        (date(2026, 11, 1), 36),
        (date(2026, 11, 30), 36),
        (date(2026, 12, 1), 34),
        (date(2027, 5, 1), 34),
    ],
)
def test_the_number_in_force_is_the_latest_up_to_the_day(
    session: Session, cast: Cast, now: datetime, day: date, number: int
) -> None:
    for as_of, value in ((date(2026, 12, 1), 34), (date(2026, 11, 1), 36)):
        set_headcount(
            session, organisation_id=cast.school.id, group=cast.own_class, audience="parents", number=value,
            as_of=as_of, user_id=None, now=now,
        )  # fmt: skip
    population = population_on(session, organisation_ids=[cast.school.id], day=day)
    assert population[cast.school.id, cast.own_class.id, "parents"] == number


def test_a_number_of_the_same_day_is_replaced(session: Session, cast: Cast, now: datetime) -> None:
    arguments = {
        "organisation_id": cast.school.id,
        "group": None,
        "audience": "staff",
        "as_of": date(2026, 9, 5),
        "user_id": None,
        "now": now,
    }
    assert set_headcount(session, number=40, **arguments)
    assert set_headcount(session, number=41, **arguments)
    assert not set_headcount(session, number=41, **arguments)
    rows = session.scalars(select(Headcount).where(Headcount.group_id.is_(None))).all()
    assert [row.number for row in rows] == [41]


def test_a_schools_people_are_those_of_its_groups_or_its_own_number() -> None:
    population = {(1, 10, "parents"): 30, (1, 11, "parents"): 32, (1, None, "parents"): 99, (1, None, "staff"): 40}
    assert people_by_audience(population, 1, [10, 11]) == {"parents": 62, "staff": 40}


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("officer", ["Phường Hoa Sim", "Trường TH và THCS Ban Mai", "Trường THCS Suối Reo"]),
        ("administrator", ["Trường TH và THCS Ban Mai"]),
        ("teacher", ["Trường TH và THCS Ban Mai"]),
        ("stranger", ["Trường THCS Suối Reo"]),
        ("viewer", []),
    ],
)
def test_everybody_sees_their_part_of_the_tree(session: Session, cast: Cast, login: str, expected: list[str]) -> None:
    scope = access_of(session, getattr(cast, login).id).scope(Permission.READ_ORGANISATION)
    rows = tree(session, scope, day=date(2026, 11, 21))
    assert [row.organisation.name for row in rows] == expected
    if login == "officer":
        assert [row.depth for row in rows] == [0, 1, 1]
    if login == "teacher":
        # One class of 35, not the whole school.
        assert rows[0].people == {"pupils_secondary": 35, "parents": 35}


def test_a_teacher_finds_the_own_class_only(session: Session, cast: Cast) -> None:
    scope = access_of(session, cast.teacher.id).scope(Permission.READ_ORGANISATION)
    assert group_by_id(session, cast.own_class.id, scope).name == "6A"
    with pytest.raises(NotFound):
        group_by_id(session, cast.other_class.id, scope)
    with pytest.raises(NotFound):
        organisation_by_id(session, cast.other_school.id, scope)
