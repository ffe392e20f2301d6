"""How the web finds out who is asking: the loaders that `app` registers with web/auth.py."""

from __future__ import annotations

from survey.accounts.models import User
from survey.accounts.queries import access_of, user_of_session
from survey.core.permissions import Access
from survey.web.auth import Person
from survey.web.db_session import db


def as_person(user: User) -> Person:
    """Return a user as pages need them."""
    return Person(id=user.id, login=user.login, name=user.name, session_key=user.session_key)


def load_person(cookie_id: str) -> Person | None:
    """Return the person of a session cookie, or None when the session has ended."""
    user = user_of_session(db.session, cookie_id)
    return None if user is None else as_person(user)


def load_access(user_id: int) -> Access:
    """Return what a person may do, for the present request."""
    return access_of(db.session, user_id)
