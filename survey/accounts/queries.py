"""Reads people, their roles and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from survey.accounts.models import Role, User
from survey.core.errors import NotFound
from survey.core.permissions import Access, Grant, RoleName, Scope
from survey.organisations.models import Group, Organisation


def user_of_session(session: Session, cookie_id: str) -> User | None:
    """Return the user of a session cookie (id and session key), or None when the session has ended."""
    number, _, session_key = cookie_id.partition(":")
    # The length limit keeps the number within what the database can hold.
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    user = session.get(User, int(number))
    if user is None or not user.is_active or user.session_key != session_key:
        return None
    return user


def access_of(session: Session, user_id: int) -> Access:
    """Return what a person may do: each role with all organisations at and below its own."""
    rows = session.execute(
        select(Role.role, Role.group_id, Organisation.path)
        .outerjoin(Organisation, Role.organisation_id == Organisation.id)
        .where(Role.user_id == user_id)
        .order_by(Role.id)
    ).all()
    grants = tuple(
        Grant(role=RoleName(role), organisations=_below(session, path), group=group_id) for role, group_id, path in rows
    )
    return Access(user_id=user_id, grants=grants)


def _below(session: Session, path: str | None) -> frozenset[int]:
    query = select(Organisation.id)
    if path is not None:
        query = query.where(Organisation.path.startswith(path, autoescape=True))
    return frozenset(session.scalars(query))


def roles_of(session: Session, user_id: int) -> Sequence[Role]:
    """Return a person's own roles with their places."""
    query = select(Role).where(Role.user_id == user_id).order_by(Role.id)
    return session.scalars(query.options(selectinload(Role.organisation), selectinload(Role.group))).all()


def people_of(session: Session, organisation_id: int, scope: Scope) -> Sequence[Role]:
    """Return the roles given at one organisation, by name of the person. Raises NotFound outside the scope."""
    if not scope.covers(organisation_id):
        raise NotFound
    query = select(Role).join(User).where(Role.organisation_id == organisation_id).order_by(User.name, Role.id)
    return session.scalars(query.options(selectinload(Role.user), selectinload(Role.group))).all()


def person_at(session: Session, user_id: int, organisation_id: int, scope: Scope) -> User:
    """Return a person who has a role at an organisation of the scope, and nowhere outside it.

    Raises NotFound otherwise: whoever also serves elsewhere is looked after there.
    """
    places = session.scalars(select(Role.organisation_id).where(Role.user_id == user_id)).all()
    if organisation_id not in places or not all(place is not None and scope.covers(place) for place in places):
        raise NotFound
    return session.get_one(User, user_id)


def all_people(session: Session) -> Sequence[User]:
    """Return everybody, for the command line."""
    query = select(User).order_by(User.login)
    return session.scalars(query.options(selectinload(User.roles).selectinload(Role.organisation))).all()


def user_by_login(session: Session, login: str) -> User:
    """Return the person with this login. Raises NotFound."""
    user = session.scalars(select(User).where(User.login == login.strip().casefold())).first()
    if user is None:
        raise NotFound
    return user


def password_hash_of(session: Session, login: str) -> str | None:
    """Return the stored hash of a login, or None for an unknown one: what signing in is checked against."""
    return session.scalars(select(User.password_hash).where(User.login == login.strip().casefold())).first()


def number_of_people(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def classes_of(session: Session, organisation_id: int) -> Sequence[Group]:
    """Return the present classes of a school, which a teacher can be given."""
    query = select(Group).where(
        Group.organisation_id == organisation_id, Group.grade.is_not(None), Group.ended_on.is_(None)
    )
    return session.scalars(query.order_by(Group.grade, Group.name)).all()
