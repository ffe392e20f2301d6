"""How the web finds out who is asking: the loaders that `app` registers with web/auth.py, and how long a session lasts.

A session ends when the person signs out, when its key changes (new password, lock, "sign out everywhere"), and in any
case twelve hours after it began, however busy it is: a screen in a hall that asks for news all night must not keep it.
"""

from __future__ import annotations

from flask import session as cookie
from flask_login import login_user

from survey.accounts.models import User
from survey.accounts.queries import access_of, user_of_session
from survey.core.clock import utc_now
from survey.core.permissions import Access
from survey.web.auth import Person
from survey.web.db_session import db

SESSION_SECONDS = 12 * 3600
_BEGUN = "begun"


def as_person(user: User) -> Person:
    """Return a user as pages need them."""
    return Person(id=user.id, login=user.login, name=user.name, session_key=user.session_key)


def begin_session(user: User) -> None:
    """Sign a person in on this browser; whatever the browser held before is forgotten."""
    cookie.clear()
    cookie.permanent = True
    cookie[_BEGUN] = int(utc_now().timestamp())
    login_user(as_person(user))


def load_person(cookie_id: str) -> Person | None:
    """Return the person of a session cookie, or None when the session has ended."""
    now = int(utc_now().timestamp())
    # A cookie from before this rule begins its twelve hours now.
    begun = cookie.setdefault(_BEGUN, now)
    if not isinstance(begun, int) or now - begun >= SESSION_SECONDS:
        return None
    user = user_of_session(db.session, cookie_id)
    return None if user is None else as_person(user)


def load_access(user_id: int) -> Access:
    """Return what a person may do, for the present request."""
    return access_of(db.session, user_id)
