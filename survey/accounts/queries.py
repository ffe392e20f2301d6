"""Reads people, their roles and what follows from them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.core.permissions import Access, Grant, RoleName
from survey.organisations.models import Organisation


def user_of_session(session: Session, cookie_id: str) -> User | None:
    """Return the user of a session cookie (id and session key), or None when the session has ended."""
    number, _, session_key = cookie_id.partition(":")
    if not number.isdigit():
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
