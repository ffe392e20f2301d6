"""Tables of figures in a periodic report: short ones for the text, complete ones for the annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.records import Estimate, Shown
from analysis.rounding import Language
from survey.reports.documents import Cell, Table
from survey.reports.period_cells import (
    NOTHING,
    column,
    count,
    figure_cells,
    figure_columns,
    points,
    points_interval,
    share,
    shown,
    verdict,
    words,
)
from survey.reports.period_notes import hidden_notes
from survey.reports.period_records import PeriodReport
from survey.reports.presenter import (
    confidence_text,
    figure,
    group_name,
    interval_text,
    points_text,
    topic_name,
    verdict_of,
)
from survey.reports.records import GroupRow, Pair, PlaceCell, PlaceRow, Report
from survey.reports.words import _
from survey.web.words import LEVELS

# Less than this is lost in rounding.
VISIBLE = 0.01


def groups_table(report: Report, lang: Language) -> Table:
    """Return one row a group: before, after, change, verdict, with all that belongs beside a share."""
    return Table(
        "groups",
        _("Mức hiểu rõ của từng nhóm"),
        (
            column(_("Nhóm"), weight=1.5),
            column(_("Trước"), "percent"),
            column(_("Sau"), "percent"),
            column(_("Thay đổi (điểm phần trăm)"), "points", 1.2),
            column(_("Số người trả lời / sĩ số"), weight=1.3),
            column(_("Tỷ lệ trả lời"), "percent"),
            column(_("Khoảng tin cậy %(level)s", level=confidence_text(report, lang)), weight=1.5),
            column(_("Kết luận"), weight=1.5),
        ),
        tuple(_group_row(row, report, lang) for row in report.rows),
        tuple(_group_notes(report)),
    )


def _group_notes(report: Report) -> Iterator[str]:
    yield _("Số người, tỷ lệ trả lời, khoảng tin cậy và kết luận là của đợt mới nhất.")
    unchanged = [row for row in report.visible if _shown(row.headline) is Shown.NOT_SHOWN]
    if unchanged:
        yield _(
            "Chưa cho thấy thay đổi, vì chênh lệch còn nằm trong mức dao động ngẫu nhiên: %(groups)s.",
            groups=", ".join(group_name(row.group).lower() for row in unchanged),
        )
    if any(_differs(row.headline) for row in report.visible):
        yield _("Thay đổi chỉ so những nơi, những đề có ở cả hai đợt, nên có thể khác hiệu của hai cột trước và sau.")
    yield from hidden_notes({row.hidden for row in report.rows}, report)


def _shown(pair: Pair) -> Shown | None:
    return pair.change.shown if pair.change is not None and pair.change.value is not None else None


def _differs(pair: Pair) -> bool:
    """Whether a change is visibly not the difference of the two shares beside it."""
    if pair.change is None or pair.change.value is None or pair.before is None or pair.after is None:
        return False
    if pair.before.value is None or pair.after.value is None:
        return False
    return abs(pair.change.value - (pair.after.value - pair.before.value)) > VISIBLE


def _group_row(row: GroupRow, report: Report, lang: Language) -> tuple[Cell, ...]:
    latest = row.headline.latest
    if row.hidden is not None or latest is None or latest.value is None:
        blank = (NOTHING,) * 6
        return (words(group_name(row.group)), *blank, words(verdict_of(row, lang)))
    seen = figure(latest, lang)
    return (
        words(group_name(row.group)),
        share(row.headline.before, lang),
        share(row.headline.after, lang),
        points(row.headline, lang),
        words(f"{seen.answered}/{seen.population}"),
        Cell(seen.response_rate, latest.response_rate),
        words(interval_text(latest, lang)),
        verdict(latest, seen) if row.has_verdict else words(verdict_of(row, lang)),
    )


def verdict_text_hidden() -> str:
    """Return what stands in the place of a hidden figure."""
    return _("Chưa hiện số liệu")


def topics_table(report: PeriodReport, lang: Language) -> Table:
    """Return the topics: what was communicated on each, and beside it what each group understands and how it moved."""
    figures = report.report
    numbers = {one.topic: one.number for one in report.log.totals.by_topic}
    rows = []
    for place, topic in enumerate(figures.topics):
        cells = [_topic_cell(row, row.topics[place], lang) for row in figures.rows]
        rows.append((words(topic_name(topic)), count(numbers.get(topic, 0), lang), *cells))
    return Table(
        "topics",
        _("Mức hiểu và thay đổi theo từng đột phá, bên cạnh số hoạt động truyền thông"),
        (
            column(_("Đột phá"), weight=1.6),
            column(_("Số hoạt động"), "count"),
            *(column(group_name(row.group), weight=1.5) for row in figures.rows),
        ),
        tuple(rows),
        (
            _("Trong ngoặc: tăng, giảm bao nhiêu điểm phần trăm; không ghi khi chưa cho thấy thay đổi."),
            _("Số người trả lời và khoảng tin cậy của từng ô có trong Phụ lục."),
        ),
    )


def _topic_cell(row: GroupRow, pair: Pair, lang: Language) -> Cell:
    if row.hidden is not None:
        return words(_("không hiện"))
    latest = pair.latest
    if latest is None or latest.value is None:
        return NOTHING
    text = figure(latest, lang).share
    moved = _moved(pair, lang)
    return Cell(f"{text} ({moved})" if moved else text, latest.value)


def _moved(pair: Pair, lang: Language) -> str:
    change = pair.change
    if change is None or _shown(pair) not in {Shown.INCREASE, Shown.DECREASE}:
        return ""
    size = points_text(change, pair, lang)
    return _("tăng %(points)s", points=size) if change.shown is Shown.INCREASE else _("giảm %(points)s", points=size)


def places_table(report: PeriodReport, lang: Language) -> Table:
    """Return one row an organisation: the share of each group with its numbers; by name, no ranking."""
    figures = report.report
    rows = [
        (words(row.place.name), *(_place_cell(cell, lang) for cell in row.cells))
        for row in figures.places
        if _is_listed(row)
    ]
    return Table(
        "places",
        _("Tỷ lệ hiểu rõ theo đơn vị (đợt mới nhất)"),
        (column(_("Đơn vị"), weight=2.4), *(column(group_name(row.group), weight=1.2) for row in figures.rows)),
        tuple(rows),
        (_("Trong ngoặc: số người hiểu rõ / số người trả lời / sĩ số."), *_place_notes(figures)),
    )


def _place_notes(figures: Report) -> Iterator[str]:
    """Say why figures of organisations are hidden, where the table before has not said it."""
    cells = {cell.hidden for row in figures.places if _is_listed(row) for cell in row.cells}
    return hidden_notes(cells - {row.hidden for row in figures.rows}, figures)


def _is_listed(row: PlaceRow) -> bool:
    """Schools always; an authority or association only where something was measured."""
    return row.place.kind == "school" or any(cell.hidden is not None or _has(cell.estimate) for cell in row.cells)


def _has(estimate: Estimate | None) -> bool:
    return estimate is not None and estimate.answered > 0


def _place_cell(cell: PlaceCell, lang: Language) -> Cell:
    if cell.hidden is not None:
        return words(_("không hiện"))
    if cell.estimate is not None and _has(cell.estimate):
        return _place_figure(cell.estimate, lang)
    if cell.earlier is not None and _has(cell.earlier):
        found = _place_figure(cell.earlier, lang)
        return replace(found, text=_("trước truyền thông: %(figure)s", figure=found.text))
    return words(_("chưa có phiếu"))


def _place_figure(estimate: Estimate, lang: Language) -> Cell:
    seen = figure(estimate, lang)
    said = f"{seen.share} ({seen.understood}/{seen.answered}/{seen.population})"
    tone = verdict(estimate, seen).tone
    return Cell(said if not tone else f"{said}; {seen.verdict}", estimate.value, tone)


def complete_tables(report: PeriodReport, lang: Language) -> Iterator[Table]:
    """Give every figure of the report with its numbers, for the annex."""
    figures = report.report
    level = confidence_text(figures, lang)
    kinds = (column(_("Nhóm"), weight=1.3), column(_("Đợt"), weight=0.8), *figure_columns(level))
    yield Table("all_groups", _("Mức hiểu rõ của từng nhóm, hai đợt"), kinds, tuple(_both_waves(figures, lang)))
    changed = [row for row in figures.visible if row.headline.change is not None]
    if changed:
        yield _changes_table("changes", _("Thay đổi giữa hai đợt"), [(row, "", row.headline) for row in changed], lang)
    for name, title, codes in (
        ("all_topics", _("Theo từng đột phá, hai đợt"), [topic_name(topic) for topic in figures.topics]),
        ("all_levels", _("Theo vai trò, hai đợt"), [str(LEVELS.get(level, level)) for level in figures.levels]),
    ):
        yield _detail_table(name, title, codes, figures, lang)
    pairs = [
        (row, topic_name(topic), pair)
        for row in figures.visible
        for topic, pair in zip(figures.topics, row.topics, strict=True)
        if pair.change is not None
    ]
    if pairs:
        yield _changes_table("topic_changes", _("Thay đổi theo từng đột phá"), pairs, lang)
    if figures.places:
        yield _all_places_table(figures, lang)


def _both_waves(figures: Report, lang: Language) -> Iterator[tuple[Cell, ...]]:
    for row in figures.rows:
        if row.hidden is not None:
            yield (words(group_name(row.group)), NOTHING, *(NOTHING,) * 7, words(verdict_text_hidden()))
        for label, estimate in _waves(row.headline):
            yield (words(group_name(row.group)), words(label), *figure_cells(estimate, lang))


def _waves(pair: Pair) -> Iterator[tuple[str, Estimate]]:
    if pair.before is not None:
        yield _("Trước"), pair.before
    if pair.after is not None:
        yield _("Sau"), pair.after


def _detail_table(name: str, title: str, codes: Sequence[str], figures: Report, lang: Language) -> Table:
    rows = []
    for row in figures.visible:
        pairs = row.topics if name == "all_topics" else row.levels
        for code, pair in zip(codes, pairs, strict=True):
            for label, estimate in _waves(pair):
                # Without the last cell: the target is set for the headline only.
                cells = figure_cells(estimate, lang)[:-1]
                rows.append((words(group_name(row.group)), words(code), words(label), *cells))
    kinds = figure_columns(confidence_text(figures, lang))[:-1]
    heads = (column(_("Nhóm"), weight=1.2), column(_("Nội dung"), weight=1.6), column(_("Đợt"), weight=0.8))
    return Table(name, title, (*heads, *kinds), tuple(rows))


def _changes_table(name: str, title: str, pairs: Sequence[tuple[GroupRow, str, Pair]], lang: Language) -> Table:
    has_topic = any(topic for _row, topic, _pair in pairs)
    heads = (column(_("Nhóm"), weight=1.3), *((column(_("Nội dung"), weight=1.6),) if has_topic else ()))
    rows = [
        (
            words(group_name(row.group)),
            *((words(topic),) if has_topic else ()),
            share(pair.before, lang),
            share(pair.after, lang),
            points(pair, lang),
            points_interval(pair, lang),
            shown(pair.change, lang),
        )
        for row, topic, pair in pairs
    ]
    kinds = (
        column(_("Trước"), "percent"),
        column(_("Sau"), "percent"),
        column(_("Thay đổi (điểm phần trăm)"), "points", 1.2),
        column(_("Khoảng tin cậy"), weight=1.5),
        column(_("Nhận định"), weight=1.6),
    )
    return Table(name, title, (*heads, *kinds), tuple(rows))


def _all_places_table(figures: Report, lang: Language) -> Table:
    rows = []
    for row in figures.places:
        for cell in row.cells:
            for label, estimate in ((_("Trước"), cell.earlier), (_("Mới nhất"), cell.estimate)):
                if estimate is not None and _has(estimate) and cell.hidden is None:
                    named = (words(row.place.name), words(group_name(cell.group)), words(label))
                    rows.append((*named, *figure_cells(estimate, lang)))
    heads = (column(_("Đơn vị"), weight=2), column(_("Nhóm"), weight=1.1), column(_("Đợt"), weight=0.8))
    kinds = figure_columns(confidence_text(figures, lang))
    return Table("all_places", _("Mức hiểu rõ theo đơn vị và nhóm"), (*heads, *kinds), tuple(rows))
