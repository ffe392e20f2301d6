"""Moves waves on when their time has come, without a timer of the system: while somebody looks at signed-in pages.

Answers are refused by date in any case; this freezes the counts soon after the grace is over. A server that nobody
looks at freezes them at the next look, with the same counts. `flask wave advance` does the same from a timer.
"""

from __future__ import annotations

import time

from flask import Flask, request

from survey.core.clock import utc_now
from survey.responses.closing import advance_waves, is_advance_due
from survey.web.db_session import db, writing

SECONDS_BETWEEN = 30.0

# The respondents' side must not pay for it, nor wait for its lock.
_RESPONDENT_SIDE = frozenset({"responses", "web"})


class Ageing:
    """Looks at most every 30 seconds in each web process, and takes the write lock only when a wave is due."""

    def __init__(self) -> None:
        self._last_look = 0.0

    def look(self) -> None:
        """Move on what is due, before a signed-in page is made."""
        if request.method != "GET" or request.blueprint is None or request.blueprint in _RESPONDENT_SIDE:
            return
        if time.monotonic() - self._last_look < SECONDS_BETWEEN:
            return
        self._last_look = time.monotonic()
        now = utc_now()
        if not is_advance_due(db.session, now=now):
            return
        # The look above must not hold its transaction while another connection writes.
        db.session.rollback()
        with writing() as session:
            advance_waves(session, now=now)


def init_app(app: Flask) -> None:
    """Look before each signed-in page."""
    app.before_request(Ageing().look)
