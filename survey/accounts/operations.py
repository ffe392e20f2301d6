"""Signing in, and the care of accounts. Every change leaves an audit entry; passwords never do."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Role, User
from survey.accounts.passwords import Check, hash_password, new_password, verify_password, weakness
from survey.accounts.rights import grantable_roles
from survey.audit.operations import record
from survey.core.errors import Conflict, Forbidden, Invalid, NotFound
from survey.core.permissions import Access, RoleName
from survey.organisations.models import Group, Organisation

FREE_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")


class SignInRefused(Forbidden):
    """Login and password do not fit, or the account is paused; `until` says when to try again."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


class AccountInvalid(Invalid):
    """Something about an account is not allowed; `reason` is a word for the page to put in words.

    Reasons: login_odd, login_taken, name_missing, group_missing, wrong_password, and those of `passwords.weakness`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A fresh account, with the password that is shown once and kept nowhere."""

    user: User
    password: str


def sign_in(session: Session, *, login: str, check: Check, now: datetime) -> User:
    """Return the person with this login, whose password the caller has checked against the stored hash.

    The check comes from outside because it is slow, and whoever writes holds up every other writer on SQLite. It does
    not count when the hash changed meanwhile or the account pauses: many attempts at once gain nothing.
    After five failures in a row the account pauses, 15 seconds at first and twice as long each time, up to 15 minutes.
    Raises SignInRefused; commit all the same, so that the failure counts.
    """
    query = select(User).where(User.login == login.strip().casefold()).with_for_update()
    user = session.scalars(query.execution_options(populate_existing=True)).first()
    if user is not None and user.locked_until is not None and now < user.locked_until:
        raise SignInRefused(user.locked_until)
    if not check.fits or user is None or not user.is_active or user.password_hash != check.password_hash:
        raise SignInRefused(_note_failure(session, user, now))
    user.failed_attempts = 0
    user.locked_until = None
    user.password_hash = check.new_hash or user.password_hash
    session.flush()
    record(session, action="sign_in", subject="user", subject_id=user.id, now=now, user_id=user.id)
    return user


def _note_failure(session: Session, user: User | None, now: datetime) -> datetime | None:
    if user is None:
        return None
    user.failed_attempts += 1
    beyond = user.failed_attempts - FREE_ATTEMPTS
    if beyond >= 0:
        # Capped before it is raised: 2 to the power of a thousand failures is no number for a clock.
        user.locked_until = now + min(FIRST_PAUSE * 2 ** min(beyond, 10), LONGEST_PAUSE)
        record(session, action="sign_in_paused", subject="user", subject_id=user.id, now=now, user_id=None)
    session.flush()
    return user.locked_until


def change_password(session: Session, *, user_id: int, old: str, new: str, now: datetime) -> User:
    """Give a person the new password they chose; all their other sessions end."""
    user = _user(session, user_id)
    if not verify_password(user.password_hash, old):
        raise AccountInvalid("wrong_password")
    _set_password(user, new)
    session.flush()
    record(session, action="change_password", subject="user", subject_id=user.id, now=now, user_id=user.id)
    return user


def change_password_by_command(session: Session, *, user_id: int, new: str, now: datetime) -> User:
    """Give a person a password that the operator chose; all their sessions end."""
    user = _user(session, user_id)
    _set_password(user, new)
    session.flush()
    record(session, action="set_password", subject="user", subject_id=user.id, now=now, user_id=None)
    return user


def reset_password(session: Session, *, user_id: int, by: int | None, now: datetime) -> NewAccount:
    """Give a person a random password, shown once; all their sessions end and the pause is lifted.

    Raises Conflict for oneself: whoever finds an open browser must not get past the question for the old password.
    """
    if user_id == by:
        raise Conflict
    user = _user(session, user_id)
    password = new_password()
    _set_password(user, password)
    user.failed_attempts = 0
    user.locked_until = None
    session.flush()
    record(session, action="reset_password", subject="user", subject_id=user.id, now=now, user_id=by)
    return NewAccount(user, password)


def _set_password(user: User, password: str) -> None:
    reason = weakness(password, user.login)
    if reason is not None:
        raise AccountInvalid(reason)
    user.password_hash = hash_password(password)
    user.session_key = secrets.token_urlsafe(12)


def add_person(
    session: Session,
    *,
    login: str,
    name: str,
    role: RoleName,
    organisation_id: int | None,
    group_id: int | None = None,
    by: Access | None,
    now: datetime,
    password: str | None = None,
) -> NewAccount:
    """Make an account with one role; `by` is whoever grants it, None for the command line and the first start.

    Raises AccountInvalid, Forbidden for a role that the granter may not give, NotFound for an unknown place.
    """
    login = login.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise AccountInvalid("login_odd")
    if not name.strip():
        raise AccountInvalid("name_missing")
    if session.scalars(select(User.id).where(User.login == login)).first() is not None:
        raise AccountInvalid("login_taken")
    _require_grantable(session, by, role, organisation_id)
    _require_group(session, role, organisation_id, group_id)
    password = password or new_password()
    user = User(login=login, name=name.strip(), password_hash="", session_key="", created_at=now)
    _set_password(user, password)
    user.roles.append(Role(role=str(role), organisation_id=organisation_id, group_id=group_id))
    session.add(user)
    session.flush()
    record(
        session,
        action="add",
        subject="user",
        subject_id=user.id,
        now=now,
        user_id=by.user_id if by else None,
        organisation_id=organisation_id,
        login=login,
        role=str(role),
    )
    return NewAccount(user, password)


def _require_grantable(session: Session, by: Access | None, role: RoleName, organisation_id: int | None) -> None:
    if organisation_id is None:
        if role != RoleName.OPERATOR or (by is not None and RoleName.OPERATOR not in by.roles):
            raise Forbidden
        return
    place = session.get(Organisation, organisation_id)
    if place is None:
        raise NotFound
    if by is not None and role not in grantable_roles(by, place.id, place.kind):
        raise Forbidden


def _require_group(session: Session, role: RoleName, organisation_id: int | None, group_id: int | None) -> None:
    if role != RoleName.TEACHER:
        if group_id is not None:
            raise AccountInvalid("group_missing")
        return
    group = session.get(Group, group_id) if group_id is not None else None
    if group is None or group.organisation_id != organisation_id:
        raise AccountInvalid("group_missing")


def set_active(session: Session, *, user_id: int, is_active: bool, by: int | None, now: datetime) -> User:
    """Let a person sign in again, or no longer; nobody locks out themselves."""
    if user_id == by and not is_active:
        raise Conflict
    user = _user(session, user_id)
    user.is_active = is_active
    session.flush()
    action = "enable" if is_active else "disable"
    record(session, action=action, subject="user", subject_id=user.id, now=now, user_id=by)
    return user


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user
