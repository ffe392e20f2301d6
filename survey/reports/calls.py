"""What this feature lets the child process do: build a report, draw its picture."""

from __future__ import annotations

from typing import cast

from survey.jobs.calls import prepare_child, run_in_child
from survey.reports.period_records import PeriodInput, PeriodReport
from survey.reports.pictures import Picture
from survey.reports.records import Report, ReportInput

BUILDER = "survey.reports.builder"
CHARTS = "survey.reports.charts"
PERIOD_BUILDER = "survey.reports.period_builder"


def prepare() -> None:
    """Let the child load what reports need, before somebody opens one."""
    prepare_child(PERIOD_BUILDER)
    prepare_child(CHARTS)


def build(source: ReportInput) -> Report:
    """Return the report of this input."""
    return cast(Report, run_in_child(f"{BUILDER}:build_report", source))


def build_period(given: PeriodInput) -> PeriodReport:
    """Return the report of a period."""
    return cast(PeriodReport, run_in_child(f"{PERIOD_BUILDER}:build_period", given))


def draw(picture: Picture, variant: str) -> bytes:
    """Return the picture as SVG; variant is "wide" or "narrow"."""
    return cast(bytes, run_in_child(f"{CHARTS}:draw_picture", picture, variant))
