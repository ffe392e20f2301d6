"""What a roll-up's funnel shows: the picture and the table beside it, both made in the child process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from survey.jobs.calls import run_in_child
from survey.overview.year_results import funnel_centre, funnel_schools
from survey.overview.year_words import funnel_words, position_text
from survey.reports.period_records import PeriodReport
from survey.reports.presenter import group_name

CHARTS = "survey.reports.funnel_charts"
SIZES = {False: (720.0, 400.0), True: (320.0, 380.0)}


@dataclass(frozen=True, slots=True)
class FunnelTable:
    """A reporting group's schools by name: understood, answered, and where each lies; is_wide: more than by chance."""

    group: str
    name: str
    rows: tuple[tuple[str, int, int, str, str], ...]
    is_wide: bool


def funnel_tables(report: PeriodReport, groups: Iterable[str]) -> tuple[FunnelTable, ...]:
    """Return the tables of all groups that have a funnel."""
    return tuple(table for group in groups if (table := _table(report, group)) is not None)


def _table(report: PeriodReport, group: str) -> FunnelTable | None:
    schools = funnel_schools(report, group)
    positions, spread = cast(
        tuple[dict[str, str], float | None],
        run_in_child(f"{CHARTS}:place_schools", schools, funnel_centre(report, group)),
    )
    rows = tuple(
        (name, *schools[name], position_text(positions[name]), positions[name])
        for name in sorted(positions, key=str.casefold)
    )
    return FunnelTable(group, group_name(group), rows, (spread or 0) > 1) if rows else None


def draw(report: PeriodReport, group: str, *, is_narrow: bool) -> bytes:
    """Return the picture of a group as SVG."""
    return cast(
        bytes,
        run_in_child(
            f"{CHARTS}:draw_funnel",
            funnel_schools(report, group),
            funnel_centre(report, group),
            funnel_words(group),
            *SIZES[is_narrow],
        ),
    )
