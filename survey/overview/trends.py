"""The small picture of a reporting group's closed waves over a year, and the same as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from analysis.rounding import Language
from survey.core.periods import Period
from survey.jobs.calls import run_in_child
from survey.overview.labels import Box, Mark, place_labels
from survey.overview.year_results import Point
from survey.overview.year_words import estimate_line, trend_text
from survey.reports.presenter import group_name, share_text

# The measures of the picture, in its own units.
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 300, 118, 24, 16, 98
FRAME = Box(0, 0, WIDTH, BOTTOM)
# The base line of a text lies so far under the top of its box.
BASE = 10


@dataclass(frozen=True, slots=True)
class Dot:
    """A wave in the picture: where it stands, its interval, and its words in the list.

    text_x, text_y: where its label begins; without them the list alone has its figure.
    """

    x: float
    y: float
    low: float | None
    high: float | None
    label: str
    text_x: float | None
    text_y: float | None
    kind: str
    campaign: str
    closed: date
    line: str


@dataclass(frozen=True, slots=True)
class TrendView:
    """A reporting group over the year; target: the height of the line of the target."""

    group: str
    name: str
    dots: tuple[Dot, ...]
    target: float
    sentence: str


def trend_views(
    trends: Mapping[str, Sequence[Point]], year: Period, target: Fraction, lang: Language
) -> tuple[TrendView, ...]:
    """Return the picture of each group, in the order of the report."""
    return tuple(
        TrendView(
            group,
            group_name(group),
            _dots(points, year, _y(float(target)), lang),
            _y(float(target)),
            _sentence(points),
        )
        for group, points in trends.items()
    )


def _days(points: Sequence[Point], year: Period) -> tuple[date, date]:
    """Return the days at the ends of the picture: those of the waves, or the whole year for a single one."""
    first, last = points[0].closed, points[-1].closed
    return (first, last) if first < last else (year.starts, year.ends)


def _dots(points: Sequence[Point], year: Period, target: float, lang: Language) -> tuple[Dot, ...]:
    """Return the waves with their places; labels never lie on each other."""
    days = _days(points, year)
    dots = [_dot(point, *days, lang) for point in points]
    marks = [Mark(dot.x, dot.y, dot.high or dot.y, dot.low or dot.y, dot.label) for dot in dots]
    places = place_labels(marks, FRAME, target)
    return tuple(
        replace(dot, text_x=round(place.left, 1), text_y=round(place.top + BASE, 1)) if place else dot
        for dot, place in zip(dots, places, strict=True)
    )


def _dot(point: Point, first: date, last: date, lang: Language) -> Dot:
    share = point.estimate
    part = (point.closed - first).days / (last - first).days
    return Dot(
        x=round(LEFT + min(max(part, 0), 1) * (WIDTH - 2 * LEFT), 1),
        y=_y(share.value or 0),
        low=_y(share.low) if share.low is not None else None,
        high=_y(share.high) if share.high is not None else None,
        label=share_text(share, lang),
        text_x=None,
        text_y=None,
        kind=point.kind,
        campaign=point.campaign,
        closed=point.closed,
        line=estimate_line(share, lang),
    )


def _y(share: float) -> float:
    return round(TOP + (1 - share) * (BOTTOM - TOP), 1)


def _sentence(points: Sequence[Point]) -> str:
    if len(points) < 3:
        return ""
    waves = [(point.closed, point.estimate.understood, point.estimate.answered) for point in points]
    found: Any = run_in_child("survey.reports.trend_figures:trend_of", waves)
    return trend_text(points, found[0], found[1])
