"""Signing in, and passwords. Every change leaves an audit entry; passwords never do.

Who has which account and role stands in `people_operations`, one-time addresses in `invitations`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.accounts.models import OneTimeAddress, User
from survey.accounts.passwords import Check, hash_password, new_password, verify_password, weakness
from survey.audit.operations import record
from survey.core.errors import Forbidden, Invalid, NotFound

FREE_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)


class SignInRefused(Forbidden):
    """Login and password do not fit, or the account is paused; `until` says when to try again."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


class AccountInvalid(Invalid):
    """Something about an account is not allowed; `reason` is a word for the page to put in words.

    Reasons: login_odd, login_taken, name_missing, group_missing, role_held, last_role, wrong_password, and those of
    `passwords.weakness`.
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
    user = require_user(session, user_id)
    if not verify_password(user.password_hash, old):
        raise AccountInvalid("wrong_password")
    set_password(session, user, new)
    session.flush()
    record(session, action="change_password", subject="user", subject_id=user.id, now=now, user_id=user.id)
    return user


def change_password_by_command(session: Session, *, user_id: int, new: str, now: datetime) -> User:
    """Give a person a password that the operator chose; all their sessions end."""
    user = require_user(session, user_id)
    set_password(session, user, new)
    session.flush()
    record(session, action="set_password", subject="user", subject_id=user.id, now=now, user_id=None)
    return user


def reset_password(session: Session, *, user_id: int, now: datetime) -> NewAccount:
    """Give a person a random password from the command line, shown once; their sessions end, the pause is lifted."""
    user = require_user(session, user_id)
    password = new_password()
    set_password(session, user, password)
    session.flush()
    record(session, action="reset_password", subject="user", subject_id=user.id, now=now, user_id=None)
    return NewAccount(user, password)


def set_password(session: Session, user: User, password: str) -> None:
    """Let a person sign in with a password and nothing else: sessions, pauses and one-time addresses end."""
    reason = weakness(password, user.login)
    if reason is not None:
        raise AccountInvalid(reason)
    user.password_hash = hash_password(password)
    user.failed_attempts = 0
    user.locked_until = None
    end_all_sessions(user)
    if user.id is not None:
        session.execute(delete(OneTimeAddress).where(OneTimeAddress.user_id == user.id))


def end_all_sessions(user: User) -> None:
    """Make every cookie that was handed out to a person worthless."""
    user.session_key = secrets.token_urlsafe(12)


def end_sessions(session: Session, *, user_id: int, now: datetime) -> None:
    """End all sessions of a person at their own wish, on every machine."""
    user = require_user(session, user_id)
    end_all_sessions(user)
    session.flush()
    record(session, action="end_sessions", subject="user", subject_id=user.id, now=now, user_id=user.id)


def require_user(session: Session, user_id: int) -> User:
    """Return a person by number. Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user
