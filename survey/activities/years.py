"""The years of the log: calendar years (2026) and school years (2026-2027). Duties count by the calendar, whatever the
cut-off of a unit's reports."""

from __future__ import annotations

from datetime import date

from survey.activities.vocabulary import FIRST_DAY
from survey.core.periods import CutOff, Period, PeriodInvalid, PeriodKind, make_period, parse_period, period_of

YEAR_KINDS = (PeriodKind.YEAR, PeriodKind.SCHOOL_YEAR)


def read_year(text: str | None, *, today: date) -> Period:
    """Return the year of an address: "2026" or "2026-2027"; what is neither is the present calendar year.

    >>> read_year("2026-2027", today=date(2026, 11, 22)).ends
    datetime.date(2027, 8, 31)
    """
    try:
        found = parse_period(text or "", CutOff.CALENDAR)
    except PeriodInvalid:
        found = None
    if found is not None and found.kind in YEAR_KINDS:
        return found
    return period_of(PeriodKind.YEAR, today, CutOff.CALENDAR)


def years_offered(today: date) -> tuple[Period, ...]:
    """Return the years that have begun since the resolution, newest first."""
    found = [
        make_period(kind, number, 1, CutOff.CALENDAR)
        for number in range(FIRST_DAY.year, today.year + 1)
        for kind in YEAR_KINDS
    ]
    begun = [year for year in found if year.starts <= today]
    return tuple(sorted(begun, key=lambda year: (year.starts, year.ends), reverse=True))


def months_of(year: Period) -> tuple[date, ...]:
    """Return the first day of each month of a year."""
    steps = range(year.starts.month - 1, year.starts.month + 11)
    return tuple(date(year.starts.year + step // 12, step % 12 + 1, 1) for step in steps)
