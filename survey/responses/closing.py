"""Ends waves: closing begins, can be undone, and then freezes the counts. Called by the pages and commands of waves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Wave
from survey.collection.serials import forget_spending
from survey.core.clock import end_of, local_date
from survey.core.errors import Conflict, NotFound
from survey.core.vocabulary import WaveState
from survey.responses.arrivals import forget_arrivals
from survey.responses.counting import count_wave
from survey.responses.entrances import GRACE
from survey.responses.models import WaveSummary


class ClosingConflict(Conflict):
    """The state of the wave does not allow this; `reason` is a word for the page to put in words.

    Reasons: not_open, not_closing, already_closed, closing_date_passed.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def start_closing(session: Session, *, wave_id: int, user_id: int | None, now: datetime) -> Wave:
    """Hand out no new forms from now on; those begun before may be sent for another 45 minutes."""
    wave = _locked_wave(session, wave_id)
    if wave.state != WaveState.OPEN:
        raise ClosingConflict("not_open")
    _begin_closing(session, wave, user_id, begins=now, now=now)
    return wave


def undo_closing(session: Session, *, wave_id: int, user_id: int | None, now: datetime) -> Wave:
    """Open a closing wave again, as long as its closing date has not passed."""
    wave = _locked_wave(session, wave_id)
    if wave.state != WaveState.CLOSING:
        raise ClosingConflict("not_closing")
    if now > end_of(wave.closes):
        raise ClosingConflict("closing_date_passed")
    wave.state = WaveState.OPEN
    wave.closing_at = None
    session.flush()
    _record(session, "undo_closing", wave, user_id, now)
    return wave


def close_wave(session: Session, *, wave_id: int, user_id: int | None, now: datetime) -> Wave:
    """End a wave for good and freeze its counts and headcounts, one summary an organisation, each with its hash.

    From open or closing; what has not been sent by now is refused afterwards. The lock on the wave waits for answers
    that are being stored, and holds off the next ones until this transaction ends: each is counted or refused.
    """
    wave = _locked_wave(session, wave_id)
    if wave.state == WaveState.CLOSED:
        raise ClosingConflict("already_closed")
    if wave.state == WaveState.DRAFT:
        raise ClosingConflict("not_open")
    day = min(wave.closes, local_date(now))
    everything = count_wave(session, wave, day=day, scope=None, with_options=True, by_group=True)
    for counts in everything:
        session.add(
            WaveSummary(
                wave_id=wave.id,
                organisation_id=counts.organisation_id,
                counts=counts.to_dict(),
                content_hash=counts.content_hash,
                frozen_at=now,
            )
        )
    forget_spending(session, wave_id=wave.id)
    forget_arrivals(session, wave_id=wave.id)
    wave.state = WaveState.CLOSED
    wave.closing_at = wave.closing_at or now
    wave.closed_at = now
    session.flush()
    _record(session, "close", wave, user_id, now, stored=sum(counts.number for counts in everything))
    return wave


def is_advance_due(session: Session, *, now: datetime) -> bool:
    """Return whether a wave's time has come; a cheap look that locks nothing."""
    grace_is_over = (Wave.state == WaveState.CLOSING) & (Wave.closing_at < now - GRACE)
    date_has_passed = (Wave.state == WaveState.OPEN) & (Wave.closes < local_date(now))
    return session.scalars(select(Wave.id).where(grace_is_over | date_has_passed).limit(1)).first() is not None


def advance_waves(session: Session, *, now: datetime) -> list[Wave]:
    """Move on the waves whose time has come: past the closing date to closing, past the grace to closed.

    Returns the waves that changed. Needs nobody to be signed in; answers are refused by date in any case.
    """
    query = select(Wave.id).where(
        (Wave.state == WaveState.CLOSING) | ((Wave.state == WaveState.OPEN) & (Wave.closes < local_date(now)))
    )
    return [wave for wave_id in session.scalars(query).all() if (wave := _advance(session, wave_id, now)) is not None]


def _advance(session: Session, wave_id: int, now: datetime) -> Wave | None:
    wave = _locked_wave(session, wave_id)
    changed = None
    if wave.state == WaveState.OPEN and now > end_of(wave.closes):
        _begin_closing(session, wave, None, begins=end_of(wave.closes), now=now)
        changed = wave
    if wave.closing_at is not None and wave.state == WaveState.CLOSING and now > wave.closing_at + GRACE:
        changed = close_wave(session, wave_id=wave_id, user_id=None, now=now)
    return changed


def _begin_closing(session: Session, wave: Wave, user_id: int | None, *, begins: datetime, now: datetime) -> None:
    wave.state = WaveState.CLOSING
    wave.closing_at = begins
    session.flush()
    _record(session, "start_closing", wave, user_id, now)


def _locked_wave(session: Session, wave_id: int) -> Wave:
    # populate_existing: the state must be the one under the lock, not one read before it.
    query = select(Wave).where(Wave.id == wave_id).with_for_update().execution_options(populate_existing=True)
    wave = session.scalars(query).first()
    if wave is None:
        raise NotFound
    return wave


def _record(session: Session, action: str, wave: Wave, user_id: int | None, now: datetime, **detail: object) -> None:
    record(
        session,
        action=action,
        subject="wave",
        subject_id=wave.id,
        now=now,
        user_id=user_id,
        organisation_id=wave.campaign.organisation_id,
        **detail,
    )
