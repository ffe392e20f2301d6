"""Time: instants are UTC, dates are Vietnam's. Operations get `now` handed in; only the edges call `utc_now`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """Return the calendar date in Vietnam of an aware instant."""
    return instant.astimezone(VIETNAM).date()


@lru_cache(1024)
def start_of(day: date) -> datetime:
    """Return the instant at which a date begins in Vietnam."""
    return datetime.combine(day, time.min, VIETNAM).astimezone(UTC)


@lru_cache(1024)
def end_of(day: date) -> datetime:
    """Return the last instant of a closing date: 23:59:59 in Vietnam."""
    return start_of(day + timedelta(days=1)) - timedelta(seconds=1)
