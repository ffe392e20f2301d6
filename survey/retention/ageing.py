"""Deletes what is due without a timer of the system: once an hour, while somebody looks at signed-in pages."""

from __future__ import annotations

import time

from flask import Flask, request

from survey.core.clock import local_date, utc_now
from survey.retention.operations import purge_due
from survey.retention.queries import due_campaigns
from survey.web.db_session import db, writing

SECONDS_BETWEEN = 3600.0

# The respondents' side must not pay for it, nor wait for its lock.
_RESPONDENT_SIDE = frozenset({"responses", "web"})


class Deletion:
    """Looks at most once an hour in each web process, and takes the write lock only when something is due."""

    def __init__(self) -> None:
        self._next_look = 0.0

    def look(self) -> None:
        """Delete what is due, before a signed-in page is made."""
        if request.method != "GET" or request.blueprint is None or request.blueprint in _RESPONDENT_SIDE:
            return
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + SECONDS_BETWEEN
        now = utc_now()
        is_due = bool(due_campaigns(db.session, today=local_date(now)))
        # The look must not hold its transaction while another connection writes.
        db.session.rollback()
        if is_due:
            with writing() as session:
                purge_due(session, now=now)


def init_app(app: Flask) -> None:
    """Look before each signed-in page."""
    app.before_request(Deletion().look)
