"""Cells of the tables of a periodic report: the words that are printed, and the number behind them."""

from __future__ import annotations

from typing import cast

from analysis.records import Change, Estimate
from analysis.rounding import Language, format_count, format_points
from analysis.wording import shown_text
from survey.reports.documents import Cell, Column, Kind, Tone
from survey.reports.presenter import DASH, Figure, figure, interval_text, smaller_wave
from survey.reports.records import Pair
from survey.reports.words import _

NOTHING = Cell(DASH)


def words(text: str) -> Cell:
    """Return a cell of words."""
    return Cell(text)


def count(number: int | None, lang: Language) -> Cell:
    """Return a cell with a whole number."""
    return NOTHING if number is None else Cell(format_count(number, lang), number)


def share(estimate: Estimate | None, lang: Language) -> Cell:
    """Return a cell with a share."""
    if estimate is None or estimate.value is None:
        return NOTHING
    return Cell(figure(estimate, lang).share, estimate.value)


def verdict(estimate: Estimate | None, shown: Figure | None) -> Cell:
    """Return a cell with the verdict in words and its tone."""
    if estimate is None or shown is None or estimate.verdict is None:
        return NOTHING
    return Cell(shown.verdict, tone=cast(Tone, shown.tone))


def points(pair: Pair, lang: Language) -> Cell:
    """Return a cell with a change in points, or what stands in its place."""
    change = pair.change
    if change is None or change.value is None:
        return NOTHING
    text = format_points(change.value, answered=smaller_wave(pair), lang=lang)
    return Cell(text, change.value)


def points_interval(pair: Pair, lang: Language) -> Cell:
    """Return a cell with the interval of a change."""
    change = pair.change
    if change is None or change.low is None or change.high is None:
        return NOTHING
    answered = smaller_wave(pair)
    low, high = (format_points(end, answered=answered, lang=lang) for end in (change.low, change.high))
    return Cell(_("%(low)s đến %(high)s", low=low, high=high))


def shown(change: Change | None, lang: Language) -> Cell:
    """Return a cell that says what a change shows."""
    return NOTHING if change is None or change.value is None else Cell(shown_text(change.shown, lang))


def figure_cells(estimate: Estimate, lang: Language) -> tuple[Cell, ...]:
    """Return a share with everything that belongs beside it, in the order of `figure_columns`."""
    seen = figure(estimate, lang)
    return (
        share(estimate, lang),
        count(estimate.understood if estimate.answered else None, lang),
        count(estimate.answered, lang),
        count(estimate.population, lang),
        Cell(seen.response_rate, estimate.response_rate) if estimate.response_rate is not None else NOTHING,
        Cell(interval_text(estimate, lang)),
        Cell(seen.persons),
        verdict(estimate, seen),
    )


def figure_columns(confidence: str) -> tuple[Column, ...]:
    """Return the columns of a share with everything that belongs beside it."""
    return (
        Column(_("Tỷ lệ hiểu rõ"), "percent", 1.0),
        Column(_("Số người hiểu rõ"), "count", 0.9),
        Column(_("Số người trả lời"), "count", 0.9),
        Column(_("Sĩ số"), "count", 0.9),
        Column(_("Tỷ lệ trả lời"), "percent", 0.9),
        Column(_("Khoảng tin cậy %(level)s", level=confidence), "text", 1.5),
        Column(_("Suy ra (người)"), "text", 1.2),
        Column(_("Kết luận"), "text", 1.3),
    )


def column(title: str, kind: Kind = "text", weight: float = 1.0) -> Column:
    """Return a column."""
    return Column(title, kind, weight)
