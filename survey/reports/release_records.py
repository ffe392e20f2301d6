"""How the figures of a release are kept as JSON, and read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.records import Estimate
from survey.reports.period_records import EarlierFigure, PeriodReport, Sum
from survey.reports.records import GroupRow

# The layout of the JSON, written into it: releases outlive the code that wrote them.
FORMAT = 1


def frozen_figures(report: PeriodReport) -> dict[str, Any]:
    """Return what later reports need of this one: its headlines, and every number of respondents that it shows."""
    rows = [_figure(row, row.headline.latest) for row in report.report.visible if row.headline.latest is not None]
    sums = [{"group": one.group, "parts": [list(part) for part in one.parts], "n": one.answered} for one in report.sums]
    return {"format": FORMAT, "rows": rows, "sums": sums}


def _figure(row: GroupRow, latest: Estimate) -> dict[str, Any]:
    return {
        "group": row.group,
        "understood": latest.understood,
        "answered": latest.answered,
        "population": latest.population,
        "value": latest.value,
        "low": latest.low,
        "high": latest.high,
        "verdict": latest.verdict.value if latest.verdict is not None else None,
    }


def earlier_figures(figures: Mapping[str, Any]) -> tuple[EarlierFigure, ...]:
    """Return the headlines of a release."""
    return tuple(EarlierFigure(**row) for row in _known(figures)["rows"])


def sums_of(figures: Mapping[str, Any]) -> Iterable[Sum]:
    """Return every number of respondents that a release shows."""
    for row in _known(figures)["sums"]:
        yield Sum(row["group"], tuple((wave, place) for wave, place in row["parts"]), row["n"])


def _known(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    if figures["format"] != FORMAT:
        raise ValueError(f"figures of format {figures['format']} are unknown")
    return figures
