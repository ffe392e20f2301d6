"""Reporting periods: what a text such as 2026-Q4 means, from which day to which.

By default a period is cut off in the middle of the month, as Decree 09/2019/NĐ-CP (article 12) has it: a month goes
from the 15th of the month before to its 14th, a quarter, half-year or year from the 15th of the month before it begins
to the 14th of its last month. A unit may switch to calendar periods. A school year goes from 1 September to 31 August
under both: the decree knows none.

| text                     | meaning           |
| ------------------------ | ----------------- |
| 2026-12                  | month             |
| 2026-Q4                  | quarter           |
| 2026-H2                  | half-year         |
| 2026                     | year              |
| 2026-2027                | school year       |
| 2026-09-15..2026-12-14   | from day to day   |

Titles in words stand in survey/web/period_words.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from survey.core.errors import Invalid


class PeriodKind(StrEnum):
    """The kinds of periods."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    SCHOOL_YEAR = "school_year"
    RANGE = "range"


class CutOff(StrEnum):
    """Where periods are cut off: on the 15th by the decree, or with the calendar."""

    DECREE = "decree"
    CALENDAR = "calendar"


class PeriodInvalid(Invalid):
    """A text that is no period; `reason` is unreadable, year_range, order or too_long."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Period:
    """A period with its first and last day. number: which month, quarter or half of the year; 0 where there is none."""

    text: str
    kind: PeriodKind
    cut_off: CutOff
    year: int
    number: int
    starts: date
    ends: date

    def covers(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return self.starts <= day <= self.ends


FIRST_DAY = 15
SCHOOL_YEAR_BEGINS = 9
YEARS = range(2020, 2100)
LONGEST = timedelta(days=3 * 366)

# How many months a period has, and how many of them a year.
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_FORMS = {PeriodKind.MONTH: "{}-{:02d}", PeriodKind.QUARTER: "{}-Q{}", PeriodKind.HALF: "{}-H{}"}

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_PART = re.compile(r"(\d{4})-([QH])([1-4])")
_YEAR = re.compile(r"(\d{4})")
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


def parse_period(text: str, cut_off: CutOff | str = CutOff.DECREE) -> Period:
    """Return the period that a text means; see the table above. Raises PeriodInvalid."""
    text, cut_off = text.strip().upper(), CutOff(cut_off)
    if found := _RANGE.fullmatch(text):
        return range_period(_day(found[1]), _day(found[2]), cut_off)
    if found := _SCHOOL_YEAR.fullmatch(text):
        if int(found[2]) != int(found[1]) + 1:
            raise PeriodInvalid("unreadable")
        return _school_year(int(found[1]), cut_off)
    if found := _PART.fullmatch(text):
        kind = PeriodKind.QUARTER if found[2] == "Q" else PeriodKind.HALF
        return make_period(kind, int(found[1]), int(found[3]), cut_off)
    if found := _MONTH.fullmatch(text):
        return make_period(PeriodKind.MONTH, int(found[1]), int(found[2]), cut_off)
    if found := _YEAR.fullmatch(text):
        return make_period(PeriodKind.YEAR, int(found[1]), 1, cut_off)
    raise PeriodInvalid("unreadable")


def make_period(kind: PeriodKind, year: int, number: int, cut_off: CutOff) -> Period:
    """Return a month, quarter, half-year or year (number 1), or the school year that begins in `year`."""
    if kind is PeriodKind.SCHOOL_YEAR:
        return _school_year(year, cut_off)
    months = _MONTHS[kind]
    if year not in YEARS:
        raise PeriodInvalid("year_range")
    if not 1 <= number <= 12 // months:
        raise PeriodInvalid("unreadable")
    first = date(year, months * (number - 1) + 1, 1)
    after = _first_of_month(first, months)
    if cut_off is CutOff.DECREE:
        # The whole period begins half a month early: on the 15th of the month before.
        starts = _first_of_month(first, -1).replace(day=FIRST_DAY)
        after = _first_of_month(after, -1).replace(day=FIRST_DAY)
    else:
        starts = first
    text = _FORMS[kind].format(year, number) if kind in _FORMS else str(year)
    number = number if kind in _FORMS else 0
    return Period(text, kind, cut_off, year, number, starts, after - timedelta(days=1))


def range_period(starts: date, ends: date, cut_off: CutOff = CutOff.DECREE) -> Period:
    """Return the period from one day to another, both included. Raises PeriodInvalid."""
    if starts > ends:
        raise PeriodInvalid("order")
    if starts.year not in YEARS or ends.year not in YEARS:
        raise PeriodInvalid("year_range")
    if ends - starts > LONGEST:
        raise PeriodInvalid("too_long")
    text = f"{starts.isoformat()}..{ends.isoformat()}"
    return Period(text, PeriodKind.RANGE, cut_off, ends.year, 0, starts, ends)


def period_of(kind: PeriodKind, day: date, cut_off: CutOff | str = CutOff.DECREE) -> Period:
    """Return the period of a kind that a day lies in; of a range there is none. Raises PeriodInvalid."""
    cut_off = CutOff(cut_off)
    if kind is PeriodKind.RANGE:
        raise PeriodInvalid("unreadable")
    if kind is PeriodKind.SCHOOL_YEAR:
        return _school_year(day.year - (day.month < SCHOOL_YEAR_BEGINS), cut_off)
    # From the 15th on a day belongs to the next month.
    late = cut_off is CutOff.DECREE and day.day >= FIRST_DAY
    month = _first_of_month(day.replace(day=1), 1 if late else 0)
    return make_period(kind, month.year, (month.month - 1) // _MONTHS[kind] + 1, cut_off)


def previous_period(period: Period) -> Period:
    """Return the period of the same kind just before; of a range the equally long one. Raises PeriodInvalid."""
    last = period.starts - timedelta(days=1)
    if period.kind is PeriodKind.RANGE:
        return range_period(last - (period.ends - period.starts), last, period.cut_off)
    return period_of(period.kind, last, period.cut_off)


def next_period(period: Period) -> Period:
    """Return the period of the same kind just after; of a range the equally long one. Raises PeriodInvalid."""
    first = period.ends + timedelta(days=1)
    if period.kind is PeriodKind.RANGE:
        return range_period(first, first + (period.ends - period.starts), period.cut_off)
    return period_of(period.kind, first, period.cut_off)


def _school_year(year: int, cut_off: CutOff) -> Period:
    if year not in YEARS:
        raise PeriodInvalid("year_range")
    starts, ends = date(year, SCHOOL_YEAR_BEGINS, 1), date(year + 1, SCHOOL_YEAR_BEGINS, 1) - timedelta(days=1)
    return Period(f"{year}-{year + 1}", PeriodKind.SCHOOL_YEAR, cut_off, year, 0, starts, ends)


def _first_of_month(day: date, months: int) -> date:
    """Return the first of the month so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodInvalid("unreadable") from error
