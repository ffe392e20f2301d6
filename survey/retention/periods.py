"""How long single answers are kept: at most 24 months after their campaign, less if the unit says so. Pure dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_MONTHS = 24
# Announced this long before, on the dashboard and on the campaign's page.
FIRST_NOTICE = timedelta(days=60)
LAST_NOTICE = timedelta(days=14)


class Notice(StrEnum):
    """How near the deletion is."""

    FAR = "far"
    SOON = "soon"
    VERY_SOON = "very_soon"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when single answers are kept. is_own: whether the unit chose the day."""

    until: date
    is_own: bool

    def notice(self, today: date) -> Notice:
        """Return how near the deletion is; it is due on the day after the last."""
        left = self.until - today
        if left < timedelta(0):
            return Notice.DUE
        if left <= LAST_NOTICE:
            return Notice.VERY_SOON
        return Notice.SOON if left <= FIRST_NOTICE else Notice.FAR


def retention_of(ends: date, answers_until: date | None) -> Retention:
    """Return until when the answers of a campaign are kept that ends on a day."""
    latest = latest_day(ends)
    if answers_until is None:
        return Retention(latest, is_own=False)
    return Retention(min(answers_until, latest), is_own=True)


def latest_day(ends: date) -> date:
    """Return the last day allowed: 24 months after the campaign's end.

    >>> latest_day(date(2026, 2, 28)), latest_day(date(2024, 2, 29))
    (datetime.date(2028, 2, 28), datetime.date(2026, 2, 28))
    """
    year = ends.year + LONGEST_MONTHS // 12
    # Only 29 February has no counterpart two years on.
    return date(year, ends.month, 28 if (ends.month, ends.day) == (2, 29) else ends.day)
