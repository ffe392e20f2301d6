"""A running class session or meeting as its board shows it: counts and times, nothing of any answer. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from survey.collection.models import Collector
from survey.core.clock import end_of
from survey.core.vocabulary import Mode, WaveState
from survey.responses.entrances import CLASS_SESSION_GRACE, GRACE


class Phase(StrEnum):
    """Where a session or meeting stands."""

    RUNNING = "running"
    # New forms are no longer handed out; those begun in time may be sent.
    GRACE = "grace"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Board:
    """What the screen at the front shows at one moment."""

    collector: Collector
    received: int
    now: datetime

    @property
    def present(self) -> int | None:
        """How many people are there; None where nobody said."""
        return self.collector.present

    @property
    def phase(self) -> Phase:
        """Where it stands now."""
        return phase_of(self.collector, self.now)

    @property
    def ends(self) -> datetime:
        """When new forms are no longer handed out."""
        return last_instant(self.collector)

    @property
    def grace_ends(self) -> datetime:
        """When the last form that was begun in time may be sent."""
        return self.ends + grace_of(self.collector)

    @property
    def seconds_left(self) -> int:
        """Seconds until the present phase ends, rounded up; 0 when all is over."""
        end = {Phase.RUNNING: self.ends, Phase.GRACE: self.grace_ends}.get(self.phase)
        return 0 if end is None else max(0, ceil((end - self.now).total_seconds()))


def grace_of(collector: Collector) -> timedelta:
    """Return how long forms begun in time may still be sent."""
    return CLASS_SESSION_GRACE if collector.mode == Mode.CLASS_SESSION else GRACE


def last_instant(collector: Collector) -> datetime:
    """Return when a window stops handing out forms: its own end, or an earlier end of its wave."""
    ends = [collector.closes, end_of(collector.wave.closes), collector.wave.closing_at]
    return min(instant for instant in ends if instant is not None)


def phase_of(collector: Collector, now: datetime) -> Phase:
    """Return where a window stands at a moment."""
    if collector.wave.state == WaveState.CLOSED:
        return Phase.OVER
    end = last_instant(collector)
    if now <= end:
        return Phase.RUNNING
    return Phase.GRACE if now <= end + grace_of(collector) else Phase.OVER
