"""Ways in that somebody opens for a while: a meeting in the hall, a session in class, a device that is handed round.

Each start makes a way in of its own with its own code, so that a new meeting or session never mixes with an older one.
While one runs at the same place, starting again (a second tap) returns the running one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Wave
from survey.campaigns.queries import subtree
from survey.collection.models import Collector
from survey.core.codes import COLLECTOR_LENGTH, new_code
from survey.core.errors import Conflict, NotFound
from survey.core.vocabulary import Mode, WaveState, audiences_of
from survey.organisations.models import Group

MAX_MINUTES = 12 * 60
MAX_PRESENT = 100_000
# After that whoever is there is somebody else, and deserves a window of its own.
REOPENED_WITHIN = timedelta(minutes=45)
WINDOW_MODES = (Mode.MEETING, Mode.CLASS_SESSION)


class WindowConflict(Conflict):
    """This cannot be opened or moved now; `reason` is a word for the page to put in words.

    Reasons: not_open (the wave), bad_minutes, bad_present, bad_time_limit, no_group, wrong_group, over (the window).
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def start_meeting(
    session: Session,
    *,
    wave: Wave,
    organisation_id: int,
    group_id: int | None,
    present: int,
    minutes: int,
    person: int | None,
    now: datetime,
) -> Collector:
    """Open a meeting for some minutes: everybody of the audience together, or (group_id) of one class.

    present: how many people the sign-in sheet counts.
    """
    window = Collector(mode=Mode.MEETING, organisation_id=organisation_id, group_id=group_id, present=present)
    return _start(session, wave, window, minutes, person, now)


def start_class_session(
    session: Session,
    *,
    wave: Wave,
    organisation_id: int,
    group_id: int,
    present: int,
    minutes: int,
    person: int | None,
    now: datetime,
    time_limit_minutes: int | None = None,
) -> Collector:
    """Open a session for one class; present: how many pupils are there today."""
    if time_limit_minutes is not None and not 1 <= time_limit_minutes <= MAX_MINUTES:
        raise WindowConflict("bad_time_limit")
    window = Collector(
        mode=Mode.CLASS_SESSION,
        organisation_id=organisation_id,
        group_id=group_id,
        present=present,
        time_limit_minutes=time_limit_minutes,
    )
    return _start(session, wave, window, minutes, person, now)


def open_kiosk(
    session: Session, *, wave: Wave, organisation_id: int, group_id: int | None, person: int | None, now: datetime
) -> Collector:
    """Open one device for many people, for as long as the wave lasts; a place has one, which is returned again."""
    _lock(session, wave)
    require_place(session, wave, organisation_id, group_id)
    kiosk = Collector(mode=Mode.KIOSK, organisation_id=organisation_id, group_id=group_id)
    found = _same_place(session, wave, kiosk)
    return found if found is not None else add_collector(session, wave, kiosk, person, now)


def extend_window(
    session: Session, *, collector: Collector, minutes: int, person: int | None, now: datetime
) -> Collector:
    """Keep a meeting or session open for some minutes more, counted from its end or, if it has just ended, from now."""
    _lock(session, collector.wave)
    session.refresh(collector)
    if collector.mode not in WINDOW_MODES or collector.closes is None:
        raise WindowConflict("over")
    if not 1 <= minutes <= MAX_MINUTES:
        raise WindowConflict("bad_minutes")
    if now > collector.closes + REOPENED_WITHIN:
        raise WindowConflict("over")
    collector.closes = max(collector.closes, now) + timedelta(minutes=minutes)
    session.flush()
    _record(session, "extend_window", collector, person, now, minutes=minutes)
    return collector


def close_window(session: Session, *, collector: Collector, person: int | None, now: datetime) -> Collector:
    """End a meeting or session now; who has begun may still send for the grace of its mode. Ending twice is one end."""
    _lock(session, collector.wave, must_be_open=False)
    session.refresh(collector)
    if collector.mode not in WINDOW_MODES:
        raise WindowConflict("over")
    if collector.closes is None or collector.closes > now:
        collector.closes = now
        session.flush()
        _record(session, "close_window", collector, person, now)
    return collector


def require_place(session: Session, wave: Wave, organisation_id: int, group_id: int | None) -> None:
    """Stop unless the organisation is of the wave's campaign, and the group one of its own with the audience."""
    if organisation_id not in subtree(session, wave.campaign.organisation_id):
        raise NotFound
    if group_id is None:
        return
    group = session.get(Group, group_id)
    if group is None or group.organisation_id != organisation_id or group.ended_on is not None:
        raise WindowConflict("no_group")
    if wave.audience not in audiences_of(group.grade, group.staff_kind):
        raise WindowConflict("wrong_group")


def add_collector(
    session: Session, wave: Wave, collector: Collector, person: int | None, now: datetime, **detail: object
) -> Collector:
    """Give a new way in its code and store it, with its trace."""
    collector.wave_id = wave.id
    collector.code = new_code(COLLECTOR_LENGTH)
    collector.created_at = now
    session.add(collector)
    session.flush()
    _record(session, f"open_{collector.mode}", collector, person, now, **detail)
    return collector


def _start(
    session: Session, wave: Wave, window: Collector, minutes: int, person: int | None, now: datetime
) -> Collector:
    if not 1 <= minutes <= MAX_MINUTES:
        raise WindowConflict("bad_minutes")
    if window.present is None or not 1 <= window.present <= MAX_PRESENT:
        raise WindowConflict("bad_present")
    _lock(session, wave)
    require_place(session, wave, window.organisation_id, window.group_id)
    running = _same_place(session, wave, window, running_at=now)
    if running is not None:
        return running
    window.opens, window.closes = now, now + timedelta(minutes=minutes)
    return add_collector(session, wave, window, person, now, minutes=minutes, present=window.present)


def _same_place(session: Session, wave: Wave, like: Collector, running_at: datetime | None = None) -> Collector | None:
    """Return the way in of the same mode at the same place, or None; running_at: only one that runs at this instant."""
    query = select(Collector).where(
        Collector.wave_id == wave.id,
        Collector.mode == like.mode,
        Collector.organisation_id == like.organisation_id,
        Collector.group_id.is_(None) if like.group_id is None else Collector.group_id == like.group_id,
    )
    if running_at is not None:
        query = query.where(Collector.closes > running_at)
    return session.scalars(query.order_by(Collector.id.desc())).first()


def _lock(session: Session, wave: Wave, *, must_be_open: bool = True) -> None:
    """Hold the wave, so that two taps at once start one window, and its state is the one under the lock."""
    session.scalars(
        select(Wave).where(Wave.id == wave.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if must_be_open and wave.state != WaveState.OPEN:
        raise WindowConflict("not_open")


def _record(
    session: Session, action: str, collector: Collector, person: int | None, now: datetime, **detail: object
) -> None:
    record(
        session,
        action=action,
        subject="collector",
        subject_id=collector.id,
        now=now,
        user_id=person,
        organisation_id=collector.organisation_id,
        **detail,
    )
