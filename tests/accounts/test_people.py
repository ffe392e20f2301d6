"""Several roles a person, locking and erasing: nobody gives or takes beyond their own, nobody is locked out unasked."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.accounts.operations import AccountInvalid
from survey.accounts.people_operations import LeavesNobody, erase_person, give_roles, set_active, take_role
from survey.accounts.queries import access_of, left_without_care
from survey.audit.models import AuditEntry
from survey.audit.operations import record
from survey.core.errors import Conflict, Forbidden, NotFound
from survey.core.permissions import Permission, RoleName
from tests.factories import PASSWORD, Cast, make_user
from tests.pages import PageClient


def role_of(session: Session, user: User) -> Role:
    return session.scalars(select(Role).where(Role.user_id == user.id).order_by(Role.id)).first()  # type: ignore[return-value]


def test_an_administrator_also_teaches_two_classes(session: Session, cast: Cast, now: datetime) -> None:
    by = access_of(session, cast.administrator.id)
    arguments = {"user_id": cast.administrator.id, "organisation_id": cast.school.id, "by": by, "now": now}
    groups = [cast.own_class.id, cast.other_class.id]
    give_roles(session, role=RoleName.TEACHER, group_ids=groups, **arguments)  # type: ignore[arg-type]
    after = access_of(session, cast.administrator.id)
    assert after.roles == {RoleName.ADMINISTRATOR, RoleName.TEACHER}
    assert after.scope(Permission.RUN_SESSION).groups == frozenset(groups)
    with pytest.raises(AccountInvalid) as refused:
        give_roles(session, role=RoleName.TEACHER, group_ids=groups, **arguments)  # type: ignore[arg-type]
    assert refused.value.reason == "role_held"


@pytest.mark.parametrize(
    ("giver", "role", "place"),
    [
        ("administrator", RoleName.OFFICER, "school"),
        ("administrator", RoleName.VIEWER, "other_school"),
        ("officer", RoleName.ADMINISTRATOR, "ward"),
        ("teacher", RoleName.VIEWER, "school"),
        ("viewer", RoleName.VIEWER, "school"),
    ],
)
def test_nobody_adds_a_role_beyond_their_own(
    session: Session, cast: Cast, now: datetime, giver: str, role: RoleName, place: str
) -> None:
    with pytest.raises(Forbidden):
        give_roles(
            session,
            user_id=cast.teacher.id,
            role=role,
            organisation_id=getattr(cast, place).id,
            by=access_of(session, getattr(cast, giver).id),
            now=now,
        )


def test_a_school_does_not_take_what_a_ward_gave(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Forbidden):
        take_role(
            session,
            user_id=cast.officer.id,
            role_id=role_of(session, cast.officer).id,
            organisation_id=cast.ward.id,
            by=access_of(session, cast.administrator.id),
            now=now,
            sure=True,
        )


def test_a_role_is_taken_only_from_whom_and_where_it_is(session: Session, cast: Cast, now: datetime) -> None:
    for user, place in ((cast.viewer, cast.school), (cast.teacher, cast.ward)):
        with pytest.raises(NotFound):
            take_role(
                session,
                user_id=user.id,
                role_id=role_of(session, cast.teacher).id,
                organisation_id=place.id,
                by=access_of(session, cast.operator.id),
                now=now,
                sure=True,
            )


def test_the_only_role_stays(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(AccountInvalid) as refused:
        take_role(
            session,
            user_id=cast.viewer.id,
            role_id=role_of(session, cast.viewer).id,
            organisation_id=cast.school.id,
            by=access_of(session, cast.administrator.id),
            now=now,
            sure=True,
        )
    assert refused.value.reason == "last_role"


def test_the_last_administrator_is_taken_away_only_knowingly(session: Session, cast: Cast, now: datetime) -> None:
    boss = cast.administrator
    assert left_without_care(session, boss) == (cast.school,)
    second = make_user(session, "second", role="administrator", organisation=cast.school)
    assert left_without_care(session, boss) == ()
    # Who has not chosen a password yet, or is locked, helps nobody.
    second.password_hash = ""
    assert left_without_care(session, boss) == (cast.school,)
    second.password_hash, second.is_active = "x", False
    assert left_without_care(session, boss) == (cast.school,)
    for operation in (set_active, erase_person):
        extra = {"is_active": False} if operation is set_active else {}
        with pytest.raises(LeavesNobody):
            operation(session, user_id=boss.id, by=cast.officer.id, now=now, sure=False, **extra)  # type: ignore[operator]
    set_active(session, user_id=boss.id, is_active=False, by=cast.officer.id, now=now, sure=True)
    assert not boss.is_active


def test_a_second_role_of_care_keeps_the_place_in_care(session: Session, cast: Cast, now: datetime) -> None:
    boss = cast.administrator
    session.add(Role(user_id=boss.id, role="viewer", organisation_id=cast.school.id))
    session.flush()
    session.refresh(boss)
    viewer = next(role for role in boss.roles if role.role == "viewer")
    assert left_without_care(session, boss, without=viewer.id) == ()
    administrator = next(role for role in boss.roles if role.role == "administrator")
    assert left_without_care(session, boss, without=administrator.id) == (cast.school,)


def test_an_erased_account_leaves_a_number_and_nothing_else(session: Session, cast: Cast, now: datetime) -> None:
    person = cast.teacher
    record(session, action="open", subject="wave", now=now, user_id=person.id)
    erase_person(session, user_id=person.id, by=cast.administrator.id, now=now, sure=True)
    session.flush()
    assert "eacher" not in person.name + person.login
    assert (person.password_hash, person.is_active, person.roles) == ("", False, [])
    assert access_of(session, person.id).grants == ()
    erased = session.scalars(select(AuditEntry).where(AuditEntry.action == "erase")).one()
    assert (erased.subject_id, erased.organisation_id) == (str(person.id), cast.school.id)
    # The login is free again.
    assert make_user(session, "teacher").id != person.id


def test_nobody_erases_themselves(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict):
        erase_person(session, user_id=cast.officer.id, by=cast.officer.id, now=now, sure=True)


def test_roles_are_given_and_taken_on_the_page(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    here = f"/organisations/{cast.school.id}/people/{cast.teacher.id}"
    form = {"role": "teacher", "group_ids": [str(cast.own_class.id), str(cast.other_class.id)]}
    assert client.post(f"{here}/roles", form, csrf_from=here).status_code == 302
    again = client.post(f"{here}/roles", form, csrf_from=here)
    assert again.status_code == 422
    assert "đã có vai trò đó rồi" in again.get_data(as_text=True)
    roles = session.scalars(select(Role).where(Role.user_id == cast.teacher.id).order_by(Role.id)).all()
    assert [role.group_id for role in roles] == [cast.own_class.id, cast.other_class.id]
    address = f"{here}/roles/{roles[0].id}/remove"
    assert "6A" in client.visit(address)
    assert client.post(address, csrf_from=address).status_code == 302
    left = session.scalars(select(Role).where(Role.user_id == cast.teacher.id)).all()
    assert [role.group_id for role in left] == [cast.other_class.id]


def test_the_page_asks_before_the_last_administrator_goes(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("officer", PASSWORD)
    address = f"/organisations/{cast.school.id}/people/{cast.administrator.id}/active"
    question = client.visit(address)
    assert "người cuối cùng quản lý được người dùng của Trường TH và THCS Ban Mai" in question
    assert client.post(address, {"active": "0"}, csrf_from=address).status_code == 409
    assert client.post(address, {"active": "0", "sure": "1"}, csrf_from=address).status_code == 302
    assert session.scalars(select(User.is_active).where(User.id == cast.administrator.id)).one() is False


def test_a_shared_person_is_erased_only_by_who_covers_all_places(
    client: PageClient, cast: Cast, session: Session
) -> None:
    session.add(Role(user_id=cast.teacher.id, role="viewer", organisation_id=cast.other_school.id))
    session.commit()
    address = f"/organisations/{cast.school.id}/people/{cast.teacher.id}/erase"
    client.sign_in("administrator", PASSWORD)
    assert client.http.get(address).status_code == 404
    assert "do cấp trên quản lý" in client.visit(f"/organisations/{cast.school.id}/people")
    ward = PageClient(client.http.application).sign_in("officer", PASSWORD)
    assert ward.post(address, csrf_from=address).status_code == 302


@pytest.mark.parametrize(
    ("login", "titles"),
    [
        ("operator", {"/people", "/audit", "/exports"}),
        ("administrator", {"/people", "/audit", "/exports"}),
        ("teacher", set()),
        ("viewer", set()),
    ],
)
def test_the_account_page_has_the_doors_that_open(client: PageClient, cast: Cast, login: str, titles: set[str]) -> None:
    client.sign_in(login, PASSWORD)
    page = client.visit("/account")
    assert {door for door in ("/people", "/audit", "/exports") if f'href="{door}"' in page} == titles
    for door in titles:
        assert client.http.get(door).status_code in (200, 302)


def test_the_list_of_places_leads_to_each(client: PageClient, cast: Cast) -> None:
    client.sign_in("officer", PASSWORD)
    page = client.visit("/people")
    for place in (cast.ward, cast.school, cast.other_school):
        assert f"/organisations/{place.id}/people" in page
