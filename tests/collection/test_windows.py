"""Meetings, class sessions and shared devices: opened once at a place, moved, ended, and never mixed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.collection.queries import collectors_of, window_by_id, windows_of
from survey.collection.windows import (
    WindowConflict,
    close_window,
    extend_window,
    open_kiosk,
    start_class_session,
    start_meeting,
)
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from tests.factories import Cast
from tests.responses.fieldwork import everywhere, make_wave

MINUTE = timedelta(minutes=1)


@pytest.fixture
def wave(session: Session, cast: Cast, now: datetime) -> Wave:
    """An open wave for parents of one school."""
    return make_wave(session, cast.school, now=now)


def meeting(session: Session, wave: Wave, cast: Cast, now: datetime, **changes: Any) -> Collector:
    """Start a meeting of the whole school with usual values."""
    values = {"organisation_id": cast.school.id, "group_id": None, "present": 120, "minutes": 30}
    return start_meeting(session, wave=wave, person=cast.administrator.id, now=now, **{**values, **changes})


def test_a_meeting_is_open_for_its_minutes_and_leaves_a_trace(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    window = meeting(session, wave, cast, now)
    assert (window.opens, window.closes, window.present) == (now, now + 30 * MINUTE, 120)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == "collector")).one()
    assert (entry.action, entry.subject_id, entry.user_id) == ("open_meeting", str(window.id), cast.administrator.id)


def test_a_second_tap_returns_the_running_meeting_and_a_later_one_is_a_new_one(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    first = meeting(session, wave, cast, now)
    assert meeting(session, wave, cast, now + MINUTE) is first
    close_window(session, collector=first, person=None, now=now + 2 * MINUTE)
    second = meeting(session, wave, cast, now + 3 * MINUTE)
    assert second.code != first.code


def test_classes_and_the_whole_school_have_windows_of_their_own(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    started = [
        meeting(session, wave, cast, now),
        meeting(session, wave, cast, now, group_id=cast.own_class.id),
        start_class_session(
            session,
            wave=wave,
            organisation_id=cast.school.id,
            group_id=cast.own_class.id,
            present=30,
            minutes=20,
            time_limit_minutes=10,
            person=None,
            now=now,
        ),
        open_kiosk(session, wave=wave, organisation_id=cast.school.id, group_id=None, person=None, now=now),
    ]
    assert len({window.id for window in started}) == 4
    assert len({window.code for window in started}) == 4
    assert started[2].time_limit_minutes == 10


REFUSED = [
    pytest.param({"minutes": 0}, "bad_minutes", id="no minutes"),
    pytest.param({"minutes": 721}, "bad_minutes", id="longer than half a day"),
    pytest.param({"present": 0}, "bad_present", id="nobody there"),
    pytest.param({"group_id": 999_999}, "no_group", id="a class that does not exist"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_a_meeting_that_makes_no_sense_is_refused(
    session: Session, wave: Wave, cast: Cast, now: datetime, changes: dict[str, int], reason: str
) -> None:
    with pytest.raises(WindowConflict) as refused:
        meeting(session, wave, cast, now, **changes)
    assert refused.value.reason == reason


def test_a_meeting_elsewhere_or_for_another_audience_is_refused(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    with pytest.raises(NotFound):
        meeting(session, wave, cast, now, organisation_id=cast.other_school.id)
    pupils = make_wave(session, cast.other_school, "pupils_primary", now=now)
    with pytest.raises(NotFound):
        meeting(session, pupils, cast, now)
    staff = make_wave(session, cast.school, "staff", now=now)
    with pytest.raises(WindowConflict) as refused:
        meeting(session, staff, cast, now, group_id=cast.own_class.id)
    assert refused.value.reason == "wrong_group"


@pytest.mark.parametrize("state", ["draft", "closing", "closed"])
def test_only_an_open_wave_has_meetings(session: Session, wave: Wave, cast: Cast, now: datetime, state: str) -> None:
    wave.state = state
    session.flush()
    with pytest.raises(WindowConflict) as refused:
        meeting(session, wave, cast, now)
    assert refused.value.reason == "not_open"


def test_extending_counts_from_the_end_or_from_now_if_that_has_passed(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    window = meeting(session, wave, cast, now)
    extend_window(session, collector=window, minutes=5, person=None, now=now + MINUTE)
    assert window.closes == now + 35 * MINUTE
    close_window(session, collector=window, person=None, now=now + 10 * MINUTE)
    assert window.closes == now + 10 * MINUTE
    extend_window(session, collector=window, minutes=5, person=None, now=now + 12 * MINUTE)
    assert window.closes == now + 17 * MINUTE
    with pytest.raises(WindowConflict) as refused:
        extend_window(session, collector=window, minutes=5, person=None, now=now + 63 * MINUTE)
    assert refused.value.reason == "over"


def test_ending_twice_keeps_the_first_end(session: Session, wave: Wave, cast: Cast, now: datetime) -> None:
    window = meeting(session, wave, cast, now)
    for minutes in (5, 9):
        close_window(session, collector=window, person=None, now=now + minutes * MINUTE)
    assert window.closes == now + 5 * MINUTE


def test_a_shared_device_stays_open_with_its_wave_and_cannot_be_moved(
    session: Session, wave: Wave, cast: Cast, now: datetime
) -> None:
    kiosk = open_kiosk(session, wave=wave, organisation_id=cast.school.id, group_id=None, person=None, now=now)
    assert (kiosk.opens, kiosk.closes) == (None, None)
    for change in (close_window, lambda *args, **kwargs: extend_window(*args, minutes=5, **kwargs)):
        with pytest.raises(WindowConflict):
            change(session, collector=kiosk, person=None, now=now)


def test_windows_are_seen_within_the_own_scope_only(session: Session, wave: Wave, cast: Cast, now: datetime) -> None:
    whole = meeting(session, wave, cast, now)
    own = meeting(session, wave, cast, now + MINUTE, group_id=cast.own_class.id)
    teacher = Scope(frozenset({cast.school.id}), frozenset(), frozenset({cast.own_class.id}))
    assert list(windows_of(session, wave.id, everywhere(cast))) == [own, whole]
    assert list(windows_of(session, wave.id, teacher)) == [own]
    assert window_by_id(session, own.id, teacher) is own
    with pytest.raises(NotFound):
        window_by_id(session, whole.id, teacher)
    # Posters are ways in too, but no windows, and meetings get no posters.
    posters = collectors_of(session, wave.id, everywhere(cast))
    assert {one.mode for one in posters} == {"poster"}
    with pytest.raises(NotFound):
        window_by_id(session, posters[0].id, everywhere(cast))
