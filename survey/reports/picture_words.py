"""Fills in the picture of a report, and says in words everything that it shows."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.records import Estimate, Shown
from analysis.rounding import Language, format_count
from survey.reports.pictures import Mark, Picture, PictureRow
from survey.reports.presenter import (
    confidence_text,
    group_name,
    interval_text,
    points_text,
    share_text,
    target_text,
    tone_of,
    verdict_of,
)
from survey.reports.records import GroupRow, Hidden, Report
from survey.reports.words import _, ngettext


def picture_of(report: Report, lang: Language) -> Picture:
    """Return what the picture shows."""
    return Picture(
        rows=tuple(_row(row, report, lang) for row in report.rows),
        target=float(report.target),
        target_label=_("chỉ tiêu %(target)s", target=target_text(report, lang)),
        before_label=_("trước"),
        after_label=_("sau"),
        interval_label=_("khoảng tin cậy %(level)s", level=confidence_text(report, lang)),
        percents=("0%", "25%", "50%", "75%", "100%"),
    )


def _row(row: GroupRow, report: Report, lang: Language) -> PictureRow:
    latest = row.headline.latest
    notes = tuple(_notes(row, latest, lang)) if latest is not None and latest.answered else ()
    blank = _blank(row, report, latest)
    return PictureRow(
        name=group_name(row.group),
        before=_mark(row.headline.before, lang),
        after=_mark(row.headline.after, lang),
        verdict=verdict_of(row, lang),
        tone=tone_of(latest) if row.has_verdict and not blank else "plain",
        notes=notes,
        blank=blank,
    )


def _blank(row: GroupRow, report: Report, latest: Estimate | None) -> str:
    """Say why there are no dots; empty if there are."""
    if row.hidden is Hidden.SMALL:
        return _("Dưới %(minimum)s người trả lời: không hiện", minimum=report.minimum)
    if row.hidden is not None:
        return _("Không hiện để giữ kín nhóm ít người")
    return "" if latest is not None and latest.answered else _("Chưa có ai trả lời")


def _mark(estimate: Estimate | None, lang: Language) -> Mark | None:
    if estimate is None or estimate.value is None:
        return None
    return Mark(estimate.value, estimate.low, estimate.high, share_text(estimate, lang))


def _notes(row: GroupRow, latest: Estimate, lang: Language) -> Iterator[str]:
    counts = _(
        "%(understood)s trên %(answered)s phiếu",
        understood=format_count(latest.understood, lang),
        answered=format_count(latest.answered, lang),
    )
    if latest.population is not None:
        counts = _("%(counts)s (của %(population)s)", counts=counts, population=format_count(latest.population, lang))
    yield counts
    change = row.headline.change
    if change is not None and change.shown is not Shown.NOT_SHOWN:
        points = points_text(change, row.headline, lang)
        is_up = change.shown is Shown.INCREASE
        yield _("tăng %(points)s điểm", points=points) if is_up else _("giảm %(points)s điểm", points=points)
    elif row.more is not None:
        more = row.more.answers
        yield ngettext("cần thêm %(number)s phiếu", "cần thêm %(number)s phiếu", more, number=more)


def picture_text(report: Report, lang: Language) -> str:
    """Say the whole picture in sentences: every number that it shows."""
    picture = picture_of(report, lang)
    before = {row.group: row.headline.before for row in report.rows}
    after = {row.group: row.headline.after for row in report.rows}
    lines = [_("Tỷ lệ hiểu rõ theo nhóm; %(target)s.", target=picture.target_label)]
    for row, source in zip(picture.rows, report.rows, strict=True):
        parts = [
            *_wave_words(picture.before_label, before[source.group], lang),
            *_wave_words(picture.after_label, after[source.group], lang),
        ]
        said = "; ".join([*parts, *row.notes, row.verdict] if not row.blank else [row.blank])
        lines.append(f"{row.name}: {said}.")
    return " ".join(lines)


def _wave_words(label: str, estimate: Estimate | None, lang: Language) -> Iterator[str]:
    if estimate is not None and estimate.value is not None:
        share, interval = share_text(estimate, lang), interval_text(estimate, lang)
        yield _("%(wave)s %(share)s (khoảng %(interval)s)", wave=label, share=share, interval=interval)
