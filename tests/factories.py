"""Plain functions that make what tests need, with sensible defaults; every name is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.organisations.models import Group, Headcount, Organisation

# Cheap on purpose: tests sign in often. The product's own settings are tested in tests/accounts.
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "mot-mat-khau-dai"
_PASSWORD_HASH = HASHER.hash(PASSWORD)
START = datetime(2026, 9, 1, tzinfo=UTC)
COUNTED_ON = date(2026, 9, 5)
# Groups of a school: name, grade, kind of staff, headcounts.
_SCHOOL: tuple[tuple[str, int | None, str | None, dict[str, int]], ...] = (
    ("6A", 6, None, {"pupils_secondary": 35, "parents": 35}),
    ("7A", 7, None, {"pupils_secondary": 38, "parents": 38}),
    ("4A", 4, None, {"pupils_primary": 30, "parents": 30}),
    ("Giáo viên", None, "teacher", {"staff": 36}),
    ("Nhân viên", None, "employee", {"staff": 8}),
)


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
    as_of: date = COUNTED_ON,
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
    return make_users(session, [(login, role, organisation, group)])[0]


def make_users(
    session: Session, people: Sequence[tuple[str, str | None, Organisation | None, Group | None]]
) -> list[User]:
    """Make people who can sign in with PASSWORD, each by login, role, organisation and group."""
    users = [
        User(
            login=login,
            name=login.title(),
            password_hash=_PASSWORD_HASH,
            session_key=f"key-{login}",
            created_at=START,
        )
        for login, *_role in people
    ]
    session.add_all(users)
    session.flush()
    session.add_all(
        Role(
            user_id=user.id,
            role=role,
            organisation_id=organisation.id if organisation else None,
            group_id=group.id if group else None,
        )
        for user, (_login, role, organisation, group) in zip(users, people, strict=True)
        if role
    )
    session.flush()
    return users


def make_school(session: Session, name: str, *, code: str, parent: Organisation | None = None) -> Organisation:
    """Make a school with two classes of grade 6 and 7, one of grade 4, and two staff groups."""
    school = make_organisation(session, name, code=code, parent=parent)
    # Most tests begin with two of these: each kind of row is sent to the database at once.
    groups = [
        (Group(organisation_id=school.id, name=title, grade=grade, staff_kind=kind), headcounts)
        for title, grade, kind, headcounts in _SCHOOL
    ]
    session.add_all(group for group, _headcounts in groups)
    session.flush()
    session.add_all(
        Headcount(organisation_id=school.id, group_id=group.id, audience=audience, number=number, as_of=COUNTED_ON)
        for group, headcounts in groups
        for audience, number in headcounts.items()
    )
    session.flush()
    return school


def make_cast(session: Session) -> Cast:
    """Make a ward with two schools and one person for each role."""
    ward = make_organisation(session, "Phường Hoa Sim", kind="ward", code="HOASIM")
    school = make_school(session, "Trường TH và THCS Ban Mai", code="BANMAI", parent=ward)
    other = make_school(session, "Trường THCS Suối Reo", code="SUOIREO", parent=ward)
    groups = {group.name: group for group in session.query(Group).filter_by(organisation_id=school.id)}
    operator, officer, administrator, teacher, viewer, stranger = make_users(
        session,
        [
            ("operator", "operator", None, None),
            ("officer", "officer", ward, None),
            ("administrator", "administrator", school, None),
            ("teacher", "teacher", school, groups["6A"]),
            ("viewer", "viewer", school, None),
            ("stranger", "administrator", other, None),
        ],
    )
    return Cast(
        ward=ward,
        school=school,
        other_school=other,
        operator=operator,
        officer=officer,
        administrator=administrator,
        teacher=teacher,
        viewer=viewer,
        stranger=stranger,
        own_class=groups["6A"],
        other_class=groups["7A"],
    )
