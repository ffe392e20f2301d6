"""Plain functions that make what tests need, with sensible defaults; every name is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.organisations.models import Group, Headcount, Organisation

# Cheap on purpose: tests sign in often. The product's own settings are tested in tests/accounts.
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "mot-mat-khau-dai"
START = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass
class Cast:
    """The people and places that tests play with."""

    ward: Organisation
    school: Organisation
    other_school: Organisation
    operator: User
    officer: User
    administrator: User
    teacher: User
    viewer: User
    stranger: User
    own_class: Group
    other_class: Group


def make_organisation(
    session: Session, name: str, *, kind: str = "school", code: str, parent: Organisation | None = None
) -> Organisation:
    """Make a node of the tree."""
    organisation = Organisation(name=name, kind=kind, code=code, parent_id=parent.id if parent else None, path="")
    session.add(organisation)
    session.flush()
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    session.flush()
    return organisation


def make_group(
    session: Session,
    organisation: Organisation,
    name: str,
    *,
    grade: int | None = None,
    staff_kind: str | None = None,
    headcounts: dict[str, int] | None = None,
    as_of: date = date(2026, 9, 5),
) -> Group:
    """Make a class or a staff group with its headcounts."""
    group = Group(organisation_id=organisation.id, name=name, grade=grade, staff_kind=staff_kind)
    session.add(group)
    session.flush()
    for audience, number in (headcounts or {}).items():
        session.add(
            Headcount(organisation_id=organisation.id, group_id=group.id, audience=audience, number=number, as_of=as_of)
        )
    session.flush()
    return group


def make_user(
    session: Session,
    login: str,
    *,
    role: str | None = None,
    organisation: Organisation | None = None,
    group: Group | None = None,
) -> User:
    """Make a person who can sign in with PASSWORD."""
    user = User(
        login=login,
        name=login.title(),
        password_hash=HASHER.hash(PASSWORD),
        session_key=f"key-{login}",
        created_at=START,
    )
    session.add(user)
    session.flush()
    if role:
        session.add(
            Role(
                user_id=user.id,
                role=role,
                organisation_id=organisation.id if organisation else None,
                group_id=group.id if group else None,
            )
        )
        session.flush()
    return user


def make_school(session: Session, name: str, *, code: str, parent: Organisation | None = None) -> Organisation:
    """Make a school with two classes of grade 6 and 7, one of grade 4, and two staff groups."""
    school = make_organisation(session, name, code=code, parent=parent)
    make_group(session, school, "6A", grade=6, headcounts={"pupils_secondary": 35, "parents": 35})
    make_group(session, school, "7A", grade=7, headcounts={"pupils_secondary": 38, "parents": 38})
    make_group(session, school, "4A", grade=4, headcounts={"pupils_primary": 30, "parents": 30})
    make_group(session, school, "Giáo viên", staff_kind="teacher", headcounts={"staff": 36})
    make_group(session, school, "Nhân viên", staff_kind="employee", headcounts={"staff": 8})
    return school


def make_cast(session: Session) -> Cast:
    """Make a ward with two schools and one person for each role."""
    ward = make_organisation(session, "Phường Hoa Sim", kind="ward", code="HOASIM")
    school = make_school(session, "Trường TH và THCS Ban Mai", code="BANMAI", parent=ward)
    other = make_school(session, "Trường THCS Suối Reo", code="SUOIREO", parent=ward)
    groups = {group.name: group for group in session.query(Group).filter_by(organisation_id=school.id)}
    return Cast(
        ward=ward,
        school=school,
        other_school=other,
        operator=make_user(session, "operator", role="operator"),
        officer=make_user(session, "officer", role="officer", organisation=ward),
        administrator=make_user(session, "administrator", role="administrator", organisation=school),
        teacher=make_user(session, "teacher", role="teacher", organisation=school, group=groups["6A"]),
        viewer=make_user(session, "viewer", role="viewer", organisation=school),
        stranger=make_user(session, "stranger", role="administrator", organisation=other),
        own_class=groups["6A"],
        other_class=groups["7A"],
    )
