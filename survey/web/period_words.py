"""Reporting periods in the reader's words; the days are always said."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from survey.core.periods import Period, PeriodKind
from survey.web.formats import format_date

PERIOD_KINDS = {
    PeriodKind.MONTH: _l("Tháng"),
    PeriodKind.QUARTER: _l("Quý"),
    PeriodKind.HALF: _l("6 tháng"),
    PeriodKind.YEAR: _l("Năm"),
    PeriodKind.SCHOOL_YEAR: _l("Năm học"),
    PeriodKind.RANGE: _l("Từ ngày đến ngày"),
}

CUT_OFFS = {
    "decree": _l("Từ ngày 15 tháng trước đến ngày 14 (theo Nghị định 09/2019/NĐ-CP)"),
    "calendar": _l("Theo lịch: từ ngày đầu đến ngày cuối của kỳ"),
}

PERIOD_PROBLEMS = {
    "unreadable": _l("Kỳ báo cáo viết chưa đúng. Hãy viết như 2026-12, 2026-Q4, 2026-H2, 2026 hoặc 2026-2027."),
    "year_range": _l("Năm phải từ 2020 đến 2099."),
    "order": _l("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
    "too_long": _l("Kỳ báo cáo dài nhất là ba năm."),
}

_QUARTERS = ("I", "II", "III", "IV")


def period_name(period: Period) -> str:
    """Return the period in words, without its days: Quý IV năm 2026."""
    texts = {
        PeriodKind.MONTH: gettext("Tháng %(number)s năm %(year)s", number=period.number, year=period.year),
        PeriodKind.HALF: gettext("6 tháng đầu năm %(year)s", year=period.year)
        if period.number == 1
        else gettext("6 tháng cuối năm %(year)s", year=period.year),
        PeriodKind.YEAR: gettext("Năm %(year)s", year=period.year),
        PeriodKind.SCHOOL_YEAR: gettext("Năm học %(year)s – %(next)s", year=period.year, next=period.year + 1),
        PeriodKind.RANGE: gettext("Báo cáo đột xuất"),
    }
    if period.kind is PeriodKind.QUARTER:
        return str(gettext("Quý %(number)s năm %(year)s", number=_QUARTERS[period.number - 1], year=period.year))
    return str(texts[period.kind])


def period_days(period: Period) -> str:
    """Return the first and last day in words: từ 15/9/2026 đến 14/12/2026."""
    return str(gettext("từ %(first)s đến %(last)s", first=format_date(period.starts), last=format_date(period.ends)))


def period_title(period: Period) -> str:
    """Return the period with its days: Quý IV năm 2026 (từ 15/09/2026 đến 14/12/2026)."""
    return f"{period_name(period)} ({period_days(period)})"


def init_app(app: Flask) -> None:
    """Give templates the words of periods."""
    app.jinja_env.globals.update(period_name=period_name, period_days=period_days)
