"""Who has an account and which roles: adding, giving and taking roles, locking, erasing. Nobody gives more than theirs.

A step after which nobody of an organisation could look after its accounts is taken only when the person has been told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.accounts.models import OneTimeAddress, Role, User
from survey.accounts.operations import AccountInvalid, NewAccount, end_all_sessions, require_user, set_password
from survey.accounts.passwords import new_password
from survey.accounts.queries import left_without_care
from survey.accounts.rights import grantable_roles
from survey.audit.operations import record
from survey.core.errors import Conflict, Forbidden, NotFound
from survey.core.permissions import Access, RoleName
from survey.organisations.models import Group, Organisation

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")


class LeavesNobody(Conflict):
    """Nobody of the organisation could look after its accounts any more; ask, and say so."""


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
    """Make an account with one role and a password: for the command line, the first start and the demo.

    Raises AccountInvalid, Forbidden for a role that the granter may not give, NotFound for an unknown place.
    """
    password = password or new_password()
    user = new_user(session, login=login, name=name, now=now)
    groups = () if group_id is None else (group_id,)
    add_roles(session, user, role, organisation_id, groups, by)
    set_password(session, user, password)
    session.flush()
    record_account(session, user, action="add", by=by, organisation_id=organisation_id, now=now, role=str(role))
    return NewAccount(user, password)


def new_user(session: Session, *, login: str, name: str, now: datetime) -> User:
    """Return an account without password or role, not yet stored. Raises AccountInvalid."""
    login = login.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise AccountInvalid("login_odd")
    if not name.strip():
        raise AccountInvalid("name_missing")
    if session.scalars(select(User.id).where(User.login == login)).first() is not None:
        raise AccountInvalid("login_taken")
    user = User(login=login, name=name.strip(), password_hash="", session_key="", created_at=now)
    end_all_sessions(user)
    return user


def give_roles(
    session: Session,
    *,
    user_id: int,
    role: RoleName,
    organisation_id: int,
    group_ids: Sequence[int] = (),
    by: Access,
    now: datetime,
) -> User:
    """Give a person one more role at an organisation; a teacher's for each of the classes.

    Raises AccountInvalid (also when they have all of it already) and Forbidden.
    """
    user = require_user(session, user_id)
    add_roles(session, user, role, organisation_id, group_ids, by)
    record_account(session, user, action="give_role", by=by, organisation_id=organisation_id, now=now, role=str(role))
    return user


def take_role(
    session: Session, *, user_id: int, role_id: int, organisation_id: int, by: Access, now: datetime, sure: bool
) -> User:
    """Take one role from a person. The last one stays: whoever should not come in any more is locked or erased.

    Raises NotFound, Forbidden, AccountInvalid, and LeavesNobody unless sure.
    """
    role = session.get(Role, role_id)
    if role is None or (role.user_id, role.organisation_id) != (user_id, organisation_id):
        raise NotFound
    _require_grantable(session, by, RoleName(role.role), organisation_id)
    user = role.user
    if len(user.roles) == 1:
        raise AccountInvalid("last_role")
    if not sure and left_without_care(session, user, without=role.id):
        raise LeavesNobody
    taken = role.role
    user.roles.remove(role)
    session.flush()
    record_account(session, user, action="take_role", by=by, organisation_id=organisation_id, now=now, role=taken)
    return user


def set_active(
    session: Session, *, user_id: int, is_active: bool, by: int | None, now: datetime, sure: bool = True
) -> User:
    """Let a person sign in again, or no longer: then their sessions end at once.

    Raises Conflict for locking out oneself, and LeavesNobody unless sure.
    """
    user = require_user(session, user_id)
    if not is_active:
        _require_other(user, by)
        if not sure and left_without_care(session, user):
            raise LeavesNobody
        end_all_sessions(user)
        session.execute(delete(OneTimeAddress).where(OneTimeAddress.user_id == user.id))
    user.is_active = is_active
    session.flush()
    action = "enable" if is_active else "disable"
    record(session, action=action, subject="user", subject_id=user.id, now=now, user_id=by)
    return user


def erase_person(session: Session, *, user_id: int, by: int | None, now: datetime, sure: bool) -> None:
    """Take a person's name, login, password and roles out for good.

    The number stays, so that the trail of changes still says that one person did these things, but no longer who.
    Raises Conflict for oneself, and LeavesNobody unless sure.
    """
    user = require_user(session, user_id)
    _require_other(user, by)
    if not sure and left_without_care(session, user):
        raise LeavesNobody
    session.execute(delete(OneTimeAddress).where(OneTimeAddress.user_id == user.id))
    places = sorted({role.organisation_id for role in user.roles if role.organisation_id is not None})
    user.roles.clear()
    # No login that a person can choose begins so. The words stand in the trail of changes, in the country's language.
    user.name, user.login = f"Tài khoản đã xóa số {user.id}", f"#{user.id}"
    user.password_hash, user.is_active = "", False
    end_all_sessions(user)
    session.flush()
    for place in places:
        record(session, action="erase", subject="user", subject_id=user.id, now=now, user_id=by, organisation_id=place)


def record_account(
    session: Session,
    user: User,
    *,
    action: str,
    by: Access | None,
    organisation_id: int | None,
    now: datetime,
    role: str,
) -> None:
    """Leave a trace of a change of roles; neither name nor login, which may have to be erased later."""
    record(
        session,
        action=action,
        subject="user",
        subject_id=user.id,
        now=now,
        user_id=by.user_id if by else None,
        organisation_id=organisation_id,
        role=role,
    )


def add_roles(
    session: Session,
    user: User,
    role: RoleName,
    organisation_id: int | None,
    group_ids: Sequence[int],
    by: Access | None,
) -> None:
    """Give an account a role that it does not have, and store it. Raises AccountInvalid, Forbidden, NotFound."""
    _require_grantable(session, by, role, organisation_id)
    groups = _fitting_groups(session, role, organisation_id, group_ids)
    held = {(one.role, one.organisation_id, one.group_id) for one in user.roles}
    fresh = [group for group in groups if (role, organisation_id, group) not in held]
    if not fresh:
        raise AccountInvalid("role_held")
    user.roles.extend(Role(role=str(role), organisation_id=organisation_id, group_id=group) for group in fresh)
    session.add(user)
    session.flush()


def _require_other(user: User, by: int | None) -> None:
    if user.id == by:
        raise Conflict


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


def _fitting_groups(
    session: Session, role: RoleName, organisation_id: int | None, group_ids: Sequence[int]
) -> list[int | None]:
    """Return the groups to hold the role for: one or more classes of the school for a teacher, else just None."""
    wanted = list(dict.fromkeys(group_ids))
    if role != RoleName.TEACHER:
        if wanted:
            raise AccountInvalid("group_missing")
        return [None]
    groups = [session.get(Group, group_id) for group_id in wanted]
    if not groups or any(group is None or group.organisation_id != organisation_id for group in groups):
        raise AccountInvalid("group_missing")
    return list(wanted)
