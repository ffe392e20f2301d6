"""Numbers and dates the Vietnamese way, as Jinja filters."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from survey.core.clock import VIETNAM
from survey.web.locale import language


def format_number(value: int | float | None, decimals: int = 0) -> str:
    """Return a number with the reader's separators: 1.500 and 89,6 in Vietnamese.

    None gives a dash.
    """
    if value is None:
        return "–"
    text = f"{value:,.{decimals}f}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def format_date(value: date | datetime | None) -> str:
    """Return a date as 01/12/2026; an instant is shown by its date in Vietnam. None gives a dash."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return f"{value:%d/%m/%Y}"


def format_instant(value: datetime | None) -> str:
    """Return an instant as 14:05 ngày 01/12/2026, Vietnam's time. None gives a dash."""
    if value is None:
        return "–"
    return f"{value.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(number=format_number, date=format_date, instant=format_instant)
