"""No session and no cookie on the respondent's side: the browser's session is neither read nor saved there."""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

_EXACT = frozenset({"/s", "/r", "/privacy", "/privacy/pupils"})
_PREFIXES = ("/s/", "/r/", "/preview/")


class RespondentSessions(SecureCookieSessionInterface):
    """Opens and saves the browser's session for signed-in pages only."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return an empty session for respondents' addresses, the signed cookie's elsewhere."""
        if is_respondent_path(request.path):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save the session, except on respondents' addresses: there not even `Vary: Cookie` is sent."""
        if not is_respondent_path(request.path):
            super().save_session(app, session, response)


def is_respondent_path(path: str) -> bool:
    """Return whether an address belongs to the respondent's side, in any letter case."""
    return path.lower() in _EXACT or path.lower().startswith(_PREFIXES)
