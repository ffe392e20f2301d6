"""A wave for pupils in the field, and a class session of the teacher's own class."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.collection.windows import start_class_session
from survey.core.clock import utc_now
from tests.factories import Cast
from tests.responses.fieldwork import make_wave, memory


@pytest.fixture(autouse=True)
def _fresh_memory(app: Flask) -> None:
    """Tests are faster than the two seconds for which a process remembers counts and ways in."""
    memory(app).forget()
    app.extensions.pop("survey.monitor", None)


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    """A wave for the pupils of the lower secondary classes, open since now."""
    return make_wave(session, cast.school, "pupils_secondary", now=utc_now())


@pytest.fixture
def running(session: Session, cast: Cast, wave: Wave) -> Collector:
    """A session of class 6A, started now for half an hour with 32 pupils."""
    return begin(session, wave, cast, cast.own_class.id)


def begin(session: Session, wave: Wave, cast: Cast, group_id: int, *, minutes: int = 30) -> Collector:
    """Start a class session as a teacher does."""
    started = start_class_session(
        session,
        wave=session.merge(wave),
        organisation_id=cast.school.id,
        group_id=group_id,
        present=32,
        minutes=minutes,
        person=cast.teacher.id,
        now=utc_now(),
    )
    session.commit()
    return started


def end(session: Session, collector_id: int, *, ago: timedelta) -> None:
    """Move a session into the past, so that it ended some time ago."""
    collector = session.get_one(Collector, collector_id)
    collector.opens = utc_now() - ago - timedelta(minutes=30)
    collector.closes = utc_now() - ago
    session.commit()
