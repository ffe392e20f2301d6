"""Dates are Vietnam's, whatever the server's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from survey.core.clock import end_of, local_date, start_of


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 17, 0, 0, tzinfo=UTC), date(2026, 11, 22)),  # midnight in Vietnam
        (datetime(2026, 12, 31, 18, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_date_changes_at_midnight_in_vietnam(instant: datetime, day: date) -> None:
    assert local_date(instant) == day


def test_a_closing_date_means_one_second_before_midnight_there() -> None:
    assert end_of(date(2026, 11, 21)) == datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC)
    assert start_of(date(2026, 11, 21)) == datetime(2026, 11, 20, 17, 0, 0, tzinfo=UTC)
