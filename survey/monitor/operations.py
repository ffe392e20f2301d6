"""Extends and ends running sessions and meetings, within what the lesson afterwards allows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey.collection.models import Collector
from survey.collection.windows import WindowConflict, close_window, extend_window
from survey.monitor.boards import Phase, phase_of

# One press of the button.
MORE_MINUTES = 5


def extend_board(session: Session, *, collector: Collector, person: int | None, now: datetime) -> Collector:
    """Keep a session or meeting open for five minutes more.

    Once its grace is over the lesson may be on the screen: with one more answer, the difference of two pictures of it
    would be that answer. So it stays closed, and a new one is started instead.
    """
    if phase_of(collector, now) == Phase.OVER:
        raise WindowConflict("over")
    return extend_window(session, collector=collector, minutes=MORE_MINUTES, person=person, now=now)


def close_board(session: Session, *, collector: Collector, person: int | None, now: datetime) -> Collector:
    """End a session or meeting now; who has begun may still send until the grace is over."""
    return close_window(session, collector=collector, person=person, now=now)
