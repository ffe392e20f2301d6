"""How the sentences of a written report name its time: a period by name and days, a range or a campaign by its days."""

from __future__ import annotations

from survey.core.periods import Period, PeriodKind
from survey.reports.period_records import PeriodReport
from survey.reports.words import _
from survey.web.period_words import period_days, period_name, period_title


def named_period(period: Period) -> str:
    """Return the period within a sentence, as short as it is clear: quý IV năm 2026."""
    if period.kind is PeriodKind.RANGE:
        return period_days(period)
    name = period_name(period)
    return name[:1].lower() + name[1:]


def full_period(period: Period) -> str:
    """Return the period within a sentence with its days: quý IV năm 2026 (từ 15/09/2026 đến 14/12/2026)."""
    if period.kind is PeriodKind.RANGE:
        return period_days(period)
    title = period_title(period)
    return title[:1].lower() + title[1:]


def report_subject(report: PeriodReport) -> str:
    """Return what a report is about."""
    if report.campaign:
        return _("Kết quả truyền thông về Nghị quyết số 71-NQ/TW, chiến dịch “%(campaign)s”", campaign=report.campaign)
    return _("Kết quả truyền thông về Nghị quyết số 71-NQ/TW %(period)s", period=named_period(report.period))


def report_time(report: PeriodReport) -> str:
    """Return the time of a report as a line of its own."""
    if report.period.kind is PeriodKind.RANGE:
        return period_days(report.period)
    return period_title(report.period)


def parents_time(report: PeriodReport) -> str:
    """Return the time of a report for parents."""
    if report.campaign:
        return f"{report.campaign} ({period_days(report.period)})"
    text = report_time(report)
    return text[:1].upper() + text[1:]
