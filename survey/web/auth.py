"""Who is asking, and may they? Every view says which permission it needs, or that it is public; the rest is refused.

`accounts` registers how a person and their access are loaded; this module knows no tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from survey.core.errors import Forbidden, NotFound
from survey.core.permissions import NOBODY, Access, Permission, Scope

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Person(UserMixin):
    """The signed-in person, as pages need them."""

    id: int
    login: str
    name: str
    session_key: str

    def get_id(self) -> str:
        """Return what the session cookie holds; the key ends all sessions when the password changes."""
        return f"{self.id}:{self.session_key}"


PersonLoader = Callable[[str], Person | None]
AccessLoader = Callable[[int], Access]

login_manager = LoginManager()


def init_app(app: Flask, *, load_person: PersonLoader, load_access: AccessLoader) -> None:
    """Register how people are loaded, and refuse every view that does not say who may see it."""
    login_manager.init_app(app)
    login_manager.user_loader(load_person)
    app.extensions["survey.load_access"] = load_access
    app.before_request(_guard)


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view: only for signed-in people who have the permission somewhere; the query narrows where."""

    def mark(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not access().may(permission):
                raise Forbidden
            return view(*args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]
        return cast(View, checked)

    return mark


def signed_in(view: View) -> View:
    """Mark a view: for every signed-in person, whatever their role."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Mark a view: for everybody, without signing in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def access() -> Access:
    """Return what the person of this request may do."""
    if not current_user.is_authenticated:
        return NOBODY
    if "access" not in g:
        g.access = current_app.extensions["survey.load_access"](current_user.id)
    return cast(Access, g.access)


def scope(permission: Permission) -> Scope:
    """Return where the person of this request has the permission."""
    return access().scope(permission)


def require_at(permission: Permission, organisation_id: int) -> None:
    """Stop unless the person has the permission at this organisation.

    Raises NotFound where they may not even know that it exists, Forbidden otherwise.
    """
    if access().may(permission, organisation_id):
        return
    if access().may(Permission.READ_ORGANISATION, organisation_id):
        raise Forbidden
    raise NotFound


def person_id() -> int:
    """Return the id of the signed-in person; only for views that are not public."""
    return cast(int, current_user.id)


def safe_next(target: str | None) -> str:
    """Return where to go after signing in: a path of this site, else the dashboard."""
    if target:
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith(("//", "/\\")):
            return target
    return "/"


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static" or endpoint.endswith(".static"):
        return None
    view = current_app.view_functions[endpoint]
    if getattr(view, "is_public", False):
        return None
    if not hasattr(view, "permission"):
        # A view that says nothing is a mistake of ours; it must not be open because of it.
        raise Forbidden
    if current_user.is_authenticated:
        return None
    return redirect(url_for("accounts.sign_in_page", next=request.full_path.rstrip("?")))
