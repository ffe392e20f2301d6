"""Reads people, their roles and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from survey.accounts.models import OneTimeAddress, Role, User
from survey.core.errors import NotFound
from survey.core.permissions import PERMISSIONS, Access, Grant, Permission, RoleName, Scope
from survey.organisations.models import Group, Organisation

# Who looks after accounts at a place.
_CARING = tuple(str(role) for role, allowed in PERMISSIONS.items() if Permission.MANAGE_PEOPLE in allowed)


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


@dataclass(frozen=True, slots=True)
class Member:
    """One person of an organisation with the roles held there.

    invited_until: until when the one-time address works, for who has not chosen a password yet.
    is_ours: whether every role of the person lies in the reader's scope; else the account is looked after above.
    """

    user: User
    roles: tuple[Role, ...]
    invited_until: datetime | None
    is_ours: bool

    @property
    def has_password(self) -> bool:
        """Whether the person can sign in, or could if the account were not locked."""
        return bool(self.user.password_hash)


def people_of(session: Session, organisation_id: int, scope: Scope) -> tuple[Member, ...]:
    """Return who has a role at one organisation, by name. Raises NotFound outside the scope."""
    if not scope.covers(organisation_id):
        raise NotFound
    query = select(Role).join(User).where(Role.organisation_id == organisation_id).order_by(User.name, User.id, Role.id)
    roles: dict[User, list[Role]] = {}
    loaded = query.options(selectinload(Role.user).selectinload(User.roles), selectinload(Role.group))
    for role in session.scalars(loaded):
        roles.setdefault(role.user, []).append(role)
    addresses = select(OneTimeAddress.user_id, OneTimeAddress.expires_at)
    found = session.execute(addresses.where(OneTimeAddress.user_id.in_([user.id for user in roles])))
    until = {user_id: expires_at for user_id, expires_at in found}
    return tuple(
        Member(user, tuple(held), until.get(user.id), all(_covers(scope, one) for one in user.roles))
        for user, held in roles.items()
    )


def _covers(scope: Scope, role: Role) -> bool:
    return role.organisation_id is not None and scope.covers(role.organisation_id)


def member_at(session: Session, user_id: int, organisation_id: int, scope: Scope) -> Member:
    """Return a person of an organisation whom `person_at` finds, with the roles held there. Raises NotFound."""
    user = person_at(session, user_id, organisation_id, scope)
    return next(one for one in people_of(session, organisation_id, scope) if one.user.id == user.id)


def numbers_of_people(session: Session, scope: Scope) -> Sequence[tuple[Organisation, int]]:
    """Return every organisation of the scope in the order of the tree, with how many people have a role there."""
    number = func.count(Role.user_id.distinct())
    query = (
        select(Organisation, number)
        .outerjoin(Role, Role.organisation_id == Organisation.id)
        .where(Organisation.id.in_(scope.whole))
        .group_by(Organisation.id)
        .order_by(Organisation.path)
    )
    return [(place, people) for place, people in session.execute(query)]


def left_without_care(session: Session, user: User, *, without: int | None = None) -> tuple[Organisation, ...]:
    """Return the organisations where nobody could look after accounts without this person, or without one role.

    Counted are people of the organisation itself who can sign in; who stands above it is not.
    """
    if not user.is_active or not user.password_hash:
        return ()
    lost = [role for role in user.roles if _cares(role) and without in (None, role.id)]
    kept = {role.organisation_id for role in user.roles if _cares(role) and role not in lost}
    return tuple(
        role.organisation
        for role in lost
        if role.organisation is not None
        and role.organisation_id not in kept
        and not _has_other_carer(session, role.organisation_id, user.id)
    )


def _cares(role: Role) -> bool:
    return role.role in _CARING and role.group_id is None


def _has_other_carer(session: Session, organisation_id: int | None, user_id: int) -> bool:
    query = (
        select(User.id)
        .join(Role)
        .where(
            Role.organisation_id == organisation_id,
            Role.role.in_(_CARING),
            User.id != user_id,
            User.is_active,
            User.password_hash != "",
        )
    )
    return session.scalars(query.limit(1)).first() is not None


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
