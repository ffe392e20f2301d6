"""Periods are what DOMAIN and Decree 09/2019 say, and no day is lost or counted twice between them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.periods import (
    CutOff,
    Period,
    PeriodInvalid,
    PeriodKind,
    make_period,
    next_period,
    parse_period,
    period_of,
    previous_period,
)

# Text, decree's first and last day, calendar's first and last day.
PERIODS = [
    ("2026-12", (2026, 11, 15), (2026, 12, 14), (2026, 12, 1), (2026, 12, 31)),
    ("2026-01", (2025, 12, 15), (2026, 1, 14), (2026, 1, 1), (2026, 1, 31)),
    ("2028-02", (2028, 1, 15), (2028, 2, 14), (2028, 2, 1), (2028, 2, 29)),
    ("2026-03", (2026, 2, 15), (2026, 3, 14), (2026, 3, 1), (2026, 3, 31)),
    ("2026-Q1", (2025, 12, 15), (2026, 3, 14), (2026, 1, 1), (2026, 3, 31)),
    ("2026-Q4", (2026, 9, 15), (2026, 12, 14), (2026, 10, 1), (2026, 12, 31)),
    ("2026-H1", (2025, 12, 15), (2026, 6, 14), (2026, 1, 1), (2026, 6, 30)),
    ("2026-H2", (2026, 6, 15), (2026, 12, 14), (2026, 7, 1), (2026, 12, 31)),
    ("2026", (2025, 12, 15), (2026, 12, 14), (2026, 1, 1), (2026, 12, 31)),
    ("2026-2027", (2026, 9, 1), (2027, 8, 31), (2026, 9, 1), (2027, 8, 31)),
    ("2026-09-15..2026-12-14", (2026, 9, 15), (2026, 12, 14), (2026, 9, 15), (2026, 12, 14)),
]

BAD = [
    ("", "unreadable"),
    ("2026-13", "unreadable"),
    ("2026-00", "unreadable"),
    ("2026-Q5", "unreadable"),
    ("2026-H3", "unreadable"),
    ("2026-2028", "unreadable"),
    ("2027-2026", "unreadable"),
    ("1999-Q1", "year_range"),
    ("2026-02-30..2026-03-01", "unreadable"),
    ("2026-03-02..2026-03-01", "order"),
    ("2026-01-01..2030-01-01", "too_long"),
    ("'; DROP TABLE", "unreadable"),
]

KINDS = [kind for kind in PeriodKind if kind is not PeriodKind.RANGE]
days = st.dates(min_value=date(2022, 1, 1), max_value=date(2090, 12, 31))


@pytest.mark.parametrize(("text", "first", "last", "calendar_first", "calendar_last"), PERIODS)
def test_a_text_means_the_days_of_the_decree_or_of_the_calendar(
    text: str,
    first: tuple[int, int, int],
    last: tuple[int, int, int],
    calendar_first: tuple[int, int, int],
    calendar_last: tuple[int, int, int],
) -> None:
    decree, calendar = parse_period(text), parse_period(text, CutOff.CALENDAR)
    assert (decree.starts, decree.ends) == (date(*first), date(*last))
    assert (calendar.starts, calendar.ends) == (date(*calendar_first), date(*calendar_last))
    assert decree.text == calendar.text == text


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_what_is_no_period_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(PeriodInvalid) as caught:
        parse_period(text)
    assert caught.value.reason == reason


def test_small_letters_and_blanks_do_no_harm() -> None:
    assert parse_period(" 2026-q4 ") == parse_period("2026-Q4")


@given(day=days, kind=st.sampled_from(KINDS), cut_off=st.sampled_from(CutOff))
def test_a_day_lies_in_its_period_and_neighbours_touch_without_overlapping(
    day: date, kind: PeriodKind, cut_off: CutOff
) -> None:
    period = period_of(kind, day, cut_off)
    before, after = previous_period(period), next_period(period)
    assert period.covers(day)
    assert before.ends + timedelta(days=1) == period.starts
    assert period.ends + timedelta(days=1) == after.starts
    assert next_period(before) == period == previous_period(after)


@given(day=days, kind=st.sampled_from(KINDS), cut_off=st.sampled_from(CutOff))
def test_the_text_of_a_period_leads_back_to_it(day: date, kind: PeriodKind, cut_off: CutOff) -> None:
    period = period_of(kind, day, cut_off)
    assert parse_period(period.text, cut_off) == period


@given(year=st.integers(2021, 2090), cut_off=st.sampled_from(CutOff))
def test_a_year_is_its_months_its_quarters_and_its_halves(year: int, cut_off: CutOff) -> None:
    whole = make_period(PeriodKind.YEAR, year, 1, cut_off)
    for kind, number in ((PeriodKind.MONTH, 12), (PeriodKind.QUARTER, 4), (PeriodKind.HALF, 2)):
        parts = [make_period(kind, year, part, cut_off) for part in range(1, number + 1)]
        assert _days(parts) == whole.ends - whole.starts + timedelta(days=1)
        assert (parts[0].starts, parts[-1].ends) == (whole.starts, whole.ends)


@given(first=days, length=st.integers(0, 900))
def test_before_a_range_lies_an_equally_long_one(first: date, length: int) -> None:
    period = parse_period(f"{first}..{first + timedelta(days=length)}")
    before = previous_period(period)
    assert before.ends - before.starts == period.ends - period.starts
    assert before.ends + timedelta(days=1) == period.starts


def _days(parts: list[Period]) -> timedelta:
    return sum((part.ends - part.starts + timedelta(days=1) for part in parts), timedelta())
