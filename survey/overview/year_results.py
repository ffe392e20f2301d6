"""The second indicator over a year: who clearly understands, how that moved, and how schools lie around the whole.

Gathers the input; every figure is computed in the child process, and hidden there where few answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from analysis.records import Estimate
from survey.campaigns.models import Campaign
from survey.campaigns.queries import campaigns_in
from survey.core.periods import Period
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveKind, WaveState
from survey.overview.years import narrowed
from survey.reports.calls import build, build_period
from survey.reports.period_queries import period_input
from survey.reports.period_records import PeriodReport
from survey.reports.queries import report_input
from survey.reports.records import Report, ReportInput

# A funnel of fewer schools says nothing.
FEWEST_SCHOOLS = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A closed wave of a reporting group; a place on the line of the year in hundredths."""

    campaign: str
    kind: str
    closed: date
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class YearResults:
    """The year's report and, by reporting group, the closed waves in the order of time."""

    report: PeriodReport
    trends: dict[str, tuple[Point, ...]]


def year_report(
    session: Session, *, organisation_id: int, period: Period, scope: Scope, today: date, parent_id: int | None
) -> PeriodReport:
    """Return the report of the year; figures of one school read inside it keep the smaller minimum. Raises NotFound."""
    given = period_input(session, organisation_id=organisation_id, period=period, scope=scope, today=today)
    is_outside = given.source.focus is None or (parent_id is not None and scope.covers(parent_id))
    return build_period(replace(given, source=replace(given.source, is_outside=is_outside)))


def year_results(
    session: Session, *, organisation_id: int, period: Period, scope: Scope, today: date, parent_id: int | None
) -> YearResults:
    """Return the year's report with the trend over its campaigns. Raises NotFound."""
    report = year_report(
        session, organisation_id=organisation_id, period=period, scope=scope, today=today, parent_id=parent_id
    )
    inside = narrowed(session, organisation_id, scope)
    sources = []
    for campaign in _campaigns(campaigns_in(session, inside), report, period):
        source = report_input(
            session, campaign_id=campaign.id, scope=scope, today=today, organisation_id=organisation_id
        )
        sources.append(_only_closed(source))
    trends: dict[str, list[Point]] = {}
    for source in sources:
        if source.counts:
            _add_points(trends, build(source), today)
    return YearResults(report, {group: _in_time(points) for group, points in trends.items()})


def _campaigns(campaigns: Sequence[Campaign], report: PeriodReport, period: Period) -> list[Campaign]:
    """Return the campaigns at or above the unit that had a wave closed in the year: each measured all of it."""
    covering = [one for one in campaigns if _covers(one, report.organisation.id)]
    return [
        one
        for one in covering
        if any(wave.state == WaveState.CLOSED and period.covers(wave.closes) for wave in one.waves)
    ]


def _covers(campaign: Campaign, organisation_id: int) -> bool:
    # Campaigns of schools below say nothing of the ward as a whole; of what stands above, everything is covered.
    return campaign.organisation_id == organisation_id or str(organisation_id) not in campaign.organisation.path.split(
        "/"
    )


def _only_closed(source: ReportInput) -> ReportInput:
    closed = {wave.id for wave in source.waves if wave.state == WaveState.CLOSED}
    return replace(
        source,
        waves=tuple(wave for wave in source.waves if wave.id in closed),
        counts=tuple(one for one in source.counts if one.wave_id in closed),
    )


def _add_points(trends: dict[str, list[Point]], report: Report, today: date) -> None:
    for row in report.visible:
        pairs = (
            (WaveKind.BASELINE, report.before, row.headline.before),
            (WaveKind.FOLLOW_UP, report.after, row.headline.after),
        )
        for kind, dates, estimate in pairs:
            if dates is not None and estimate is not None and estimate.answered:
                trends.setdefault(row.group, []).append(Point(report.title, kind, min(dates.closes, today), estimate))


def _in_time(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: (point.closed, point.kind)))


def funnel_schools(report: PeriodReport, group: str) -> dict[str, tuple[int, int]]:
    """Return by name what each school of a roll-up has: understood and answered; hidden ones are left out."""
    found = {}
    for row in report.report.places:
        for cell in row.cells:
            if cell.group == group and cell.hidden is None and cell.estimate is not None and cell.estimate.answered:
                found[row.place.name] = (cell.estimate.understood, cell.estimate.answered)
    return found


def funnel_groups(report: PeriodReport) -> tuple[str, ...]:
    """Return the reporting groups for which there is a funnel: shown as a whole, and enough schools shown."""
    return tuple(
        row.group
        for row in report.report.visible
        if row.has_verdict and len(funnel_schools(report, row.group)) >= FEWEST_SCHOOLS and _centre(report, row.group)
    )


def _centre(report: PeriodReport, group: str) -> float | None:
    row = next((row for row in report.report.visible if row.group == group), None)
    latest = row.headline.latest if row is not None else None
    value = float(latest.value) if latest is not None and latest.value is not None else None
    return value if value is not None and 0 < value < 1 else None


def funnel_centre(report: PeriodReport, group: str) -> float:
    """Return the share of the whole around which the limits lie; 0 < centre < 1 for the groups of `funnel_groups`."""
    return cast(float, _centre(report, group))


def not_met_groups(report: PeriodReport) -> dict[int, tuple[str, ...]]:
    """Return by organisation the groups that have not met the target, as far as they may be shown."""
    found = {}
    for row in report.report.places:
        codes = [
            cell.group
            for cell in row.cells
            if cell.hidden is None and cell.estimate is not None and cell.estimate.verdict == "not_met"
        ]
        if codes:
            found[row.place.id] = tuple(codes)
    return found
