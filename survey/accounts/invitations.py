"""One-time addresses at which people choose their own password: for new accounts, and after a reset.

The address is shown once to whoever invites and passes it on; only its hash is kept. Opening it changes nothing, so
that the preview of a chat message does not use it up; choosing a password does.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.accounts.models import OneTimeAddress, User
from survey.accounts.operations import end_all_sessions, require_user, set_password
from survey.accounts.people_operations import add_roles, new_user, record_account
from survey.audit.operations import record
from survey.core.errors import Conflict, Gone
from survey.core.permissions import Access, RoleName

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is shown once: the code of the address, for whom, and until when it works."""

    user: User
    code: str
    expires_at: datetime


def invite_person(
    session: Session,
    *,
    login: str,
    name: str,
    role: RoleName,
    organisation_id: int,
    group_ids: Sequence[int] = (),
    by: Access,
    now: datetime,
) -> Invitation:
    """Make an account whose password the invited person chooses.

    Raises AccountInvalid, Forbidden for a role that the granter may not give, NotFound for an unknown place.
    """
    user = new_user(session, login=login, name=name, now=now)
    add_roles(session, user, role, organisation_id, group_ids, by)
    record_account(session, user, action="invite", by=by, organisation_id=organisation_id, now=now, role=str(role))
    return _new_address(session, user, now)


def renew_address(session: Session, *, user_id: int, by: int, now: datetime) -> Invitation:
    """Give a person a fresh one-time address: the old password, older addresses and all sessions end.

    Raises Conflict for oneself (whoever finds an open browser must not get past the question for the old password)
    and for a locked account.
    """
    user = require_user(session, user_id)
    if user.id == by or not user.is_active:
        raise Conflict
    action = "reset_password" if user.password_hash else "renew_invitation"
    user.password_hash = ""
    user.failed_attempts = 0
    user.locked_until = None
    end_all_sessions(user)
    session.flush()
    record(session, action=action, subject="user", subject_id=user.id, now=now, user_id=by)
    return _new_address(session, user, now)


def invited_person(session: Session, code: str, *, now: datetime) -> User:
    """Return whom a one-time address is for. Raises Gone when it was used, replaced, or is too old."""
    query = select(OneTimeAddress).where(OneTimeAddress.code_hash == _hash(code), OneTimeAddress.expires_at > now)
    found = session.scalars(query).first()
    if found is None or not found.user.is_active:
        raise Gone
    return found.user


def accept_invitation(session: Session, *, code: str, password: str, now: datetime) -> User:
    """Give the invited person the password they chose; the address is used up. Raises Gone, AccountInvalid."""
    user = invited_person(session, code, now=now)
    # Of two people who send the form at the same moment, only one finds the address to delete.
    used = delete(OneTimeAddress).where(OneTimeAddress.code_hash == _hash(code)).returning(OneTimeAddress.user_id)
    if not session.scalars(used).all():
        raise Gone
    set_password(session, user, password)
    session.flush()
    record(session, action="choose_password", subject="user", subject_id=user.id, now=now, user_id=user.id)
    return user


def _new_address(session: Session, user: User, now: datetime) -> Invitation:
    code = secrets.token_urlsafe(24)
    # Whoever never came leaves no hash behind either.
    stale = delete(OneTimeAddress).where((OneTimeAddress.user_id == user.id) | (OneTimeAddress.expires_at <= now))
    session.execute(stale)
    expires_at = now + LIFETIME
    session.add(OneTimeAddress(user_id=user.id, code_hash=_hash(code), created_at=now, expires_at=expires_at))
    session.flush()
    return Invitation(user, code, expires_at)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
