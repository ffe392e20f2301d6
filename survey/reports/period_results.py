"""Section III of a periodic report: what people understand now and what they do, never with a claim about causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analysis.records import Estimate
from analysis.rounding import Language, format_value
from analysis.wording import cause_text, verdict_text
from survey.activities.records import CheckRecord, EffectRecord
from survey.activities.words import CHECK_STATES
from survey.core.periods import parse_period
from survey.instruments.definitions import text_in
from survey.reports.documents import Block, Cell, Drawing, Paragraph, Points, Section, Table
from survey.reports.headlines import headline
from survey.reports.period_cells import NOTHING, column, count, share, words
from survey.reports.period_notes import figure_notes
from survey.reports.period_records import EarlierFigure, EarlierReport, PeriodReport
from survey.reports.period_tables import groups_table, places_table, topics_table
from survey.reports.picture_words import picture_of, picture_text
from survey.reports.presenter import chosen_text, group_name, topic_name
from survey.reports.records import Misunderstanding
from survey.reports.words import _
from survey.web.formats import format_date, format_number
from survey.web.period_words import period_name


def results_section(report: PeriodReport, remarks: Iterable[Block], lang: Language) -> Section:
    """Return section III; `remarks` are the unit's own words."""
    parts = [
        Section(_("Mức hiểu rõ của từng nhóm"), (*_headlines(report, lang), *remarks)),
        *_places(report, lang),
        *_topics(report, lang),
        *_wrong(report, lang),
        Section(_("Chuyển biến trong hành động"), tuple(_effects(report, lang))),
        *_earlier(report, lang),
        *_checks(report),
    ]
    return Section(_("Sự chuyển biến về nhận thức, hành động"), parts=tuple(parts))


def _headlines(report: PeriodReport, lang: Language) -> Iterator[Block]:
    if not report.report.has_answers:
        if report.campaign:
            yield Paragraph(_("Chưa có phiếu trả lời nào, nên chưa có số liệu về mức hiểu rõ."))
        else:
            yield Paragraph(_("Trong kỳ chưa có đợt đo nào kết thúc, nên chưa có số liệu về mức hiểu rõ."))
        return
    for sentence in headline(report.report, lang):
        yield Paragraph(sentence)
    yield Drawing(
        "understanding",
        _("Tỷ lệ hiểu rõ theo nhóm, trước và sau truyền thông"),
        picture_text(report.report, lang),
        picture_of(report.report, lang),
    )
    yield groups_table(report.report, lang)
    if report.report.has_follow_up and report.report.before is not None:
        yield Paragraph(cause_text(lang))
    notes = figure_notes(report)
    if notes:
        yield Points(notes)


def _places(report: PeriodReport, lang: Language) -> Iterator[Section]:
    if report.report.places:
        intro = _("Xếp theo tên, không xếp hạng: trường nhỏ dao động nhiều hơn trường lớn.")
        yield Section(_("Từng đơn vị"), (Paragraph(intro), places_table(report, lang)))


def _topics(report: PeriodReport, lang: Language) -> Iterator[Section]:
    if report.report.has_answers and report.report.topics:
        intro = _(
            "Bảng sau đặt thay đổi mức hiểu bên cạnh số hoạt động truyền thông về cùng nội dung; đặt cạnh nhau không "
            "có nghĩa là cái này gây ra cái kia."
        )
        yield Section(_("Theo từng đột phá"), (Paragraph(intro), topics_table(report, lang)))


def _wrong(report: PeriodReport, lang: Language) -> Iterator[Section]:
    found = report.report.misunderstood
    if not report.report.has_answers:
        return
    blocks: list[Block] = []
    for row in report.report.rows:
        own = tuple(_misunderstood([one for one in found if one.group == row.group], lang))
        if own:
            blocks += [Paragraph(f"{group_name(row.group)}:"), Points(own)]
    if not blocks:
        blocks = [
            Paragraph(
                _("Không có phương án chưa đúng nào được nhiều người cùng chọn, hoặc chưa đủ 10 người trả lời một câu.")
            )
        ]
    if any(one.asked_again for one in found):
        blocks.append(Paragraph(_("Chưa nêu câu hỏi và ý chưa đúng, vì câu hỏi còn dùng ở một đợt đo chưa khóa.")))
    yield Section(_("Điều còn hiểu chưa đúng"), tuple(blocks))


def _misunderstood(found: Sequence[Misunderstanding], lang: Language) -> Iterator[str]:
    """Say what a group gets wrong; of questions that are still to be asked, only about which topic they are."""
    coming: dict[str, list[Misunderstanding]] = {}
    for one in found:
        if one.asked_again:
            coming.setdefault(one.topic, []).append(one)
        else:
            yield _with_question(one, lang)
    for topic, own in coming.items():
        yield _without_questions(topic, own, lang)


def _with_question(one: Misunderstanding, lang: Language) -> str:
    return _(
        "%(topic)s: với câu “%(stem)s”, %(chosen)s chọn “%(option)s”.",
        topic=topic_name(one.topic),
        stem=text_in(one.stem, lang),
        chosen=chosen_text(one.chosen, one.answered, lang),
        option=text_in(one.option, lang),
    )


def _without_questions(topic: str, own: Sequence[Misunderstanding], lang: Language) -> str:
    most = max(own, key=lambda one: one.share)
    chosen = chosen_text(most.chosen, most.answered, lang)
    if len(own) == 1:
        return _("%(topic)s: %(chosen)s cùng chọn một ý chưa đúng.", topic=topic_name(topic), chosen=chosen)
    return _(
        "%(topic)s: ở %(number)s câu, nhiều người cùng chọn một ý chưa đúng, nhiều nhất là %(chosen)s.",
        topic=topic_name(topic),
        number=len(own),
        chosen=chosen,
    )


def _effects(report: PeriodReport, lang: Language) -> Iterator[Block]:
    effects = report.log.effects
    if not effects:
        yield Paragraph(_("Trong kỳ chưa ghi chỉ số nào về việc làm thực tế."))
        return
    has_units = any(one.organisation_id != report.organisation.id for one in effects)
    yield Table(
        "effects",
        _("Việc làm thực tế, trước và sau"),
        (
            column(_("Chỉ số"), weight=3),
            column(_("Trước"), "number"),
            column(_("Sau"), "number"),
            column(_("Đơn vị tính"), weight=1.2),
            column(_("Nguồn số liệu"), weight=2),
            *((column(_("Nơi báo"), weight=2),) if has_units else ()),
        ),
        tuple(_effect(one, has_units=has_units) for one in effects),
    )


def _effect(one: EffectRecord, *, has_units: bool) -> tuple[Cell, ...]:
    cells = (
        words(one.indicator),
        _measured(one.before),
        _measured(one.after),
        words(one.unit),
        words(f"{one.source} ({format_date(one.after_on)})"),
    )
    return (*cells, words(one.organisation)) if has_units else cells


def _measured(value: float | None) -> Cell:
    if value is None:
        return NOTHING
    return Cell(format_number(value, 0 if float(value).is_integer() else 1), value)


def _earlier(report: PeriodReport, lang: Language) -> Iterator[Section]:
    if report.previous is not None and report.previous.figures and report.report.has_answers:
        yield Section(_("So với kỳ báo cáo trước"), (_earlier_table(report, report.previous, lang),))


def _earlier_table(report: PeriodReport, earlier: EarlierReport, lang: Language) -> Table:
    known = {one.group: one for one in earlier.figures}
    rows = [
        (words(group_name(row.group)), *_then(known.get(row.group), lang), *_now(row.headline.latest, lang))
        for row in report.report.visible
        if row.headline.latest is not None and row.headline.latest.value is not None
    ]
    period = period_name(parse_period(earlier.period, report.period.cut_off))
    return Table(
        "earlier",
        _("Mức hiểu rõ của kỳ này và kỳ trước"),
        (
            column(_("Nhóm"), weight=1.4),
            column(_("Kỳ trước"), "percent"),
            column(_("Số người trả lời"), "count"),
            column(_("Kết luận kỳ trước"), weight=1.5),
            column(_("Kỳ này"), "percent"),
            column(_("Số người trả lời"), "count"),
            column(_("Kết luận kỳ này"), weight=1.5),
        ),
        tuple(rows),
        (
            _(
                "Kỳ trước: %(period)s, báo cáo phát hành ngày %(day)s. Hai kỳ có thể đo bằng các đợt khác nhau; bảng "
                "này không thay cho so sánh trước và sau của một chiến dịch.",
                period=period,
                day=format_date(earlier.issued_on),
            ),
        ),
    )


def _then(then: EarlierFigure | None, lang: Language) -> tuple[Cell, Cell, Cell]:
    if then is None or then.value is None:
        return NOTHING, NOTHING, NOTHING
    shown = Cell(format_value(then.value, answered=then.answered, lang=lang), then.value)
    return shown, count(then.answered, lang), Cell(verdict_text(then.verdict, lang)) if then.verdict else NOTHING


def _now(now: Estimate | None, lang: Language) -> tuple[Cell, Cell, Cell]:
    if now is None:
        return NOTHING, NOTHING, NOTHING
    judged = Cell(verdict_text(now.verdict, lang)) if now.verdict is not None else NOTHING
    return share(now, lang), count(now.answered, lang), judged


def _checks(report: PeriodReport) -> Iterator[Section]:
    if report.log.checks:
        points = tuple(_check(one, report) for one in report.log.checks)
        yield Section(_("Kiểm tra, giám sát"), (Points(points),))


def _check(one: CheckRecord, report: PeriodReport) -> str:
    where = "" if one.organisation_id == report.organisation.id else f"{one.organisation}, "
    state = str(CHECK_STATES.get(one.state, one.state))
    due = _("; hạn khắc phục %(day)s", day=format_date(one.deadline)) if one.deadline and not one.done_on else ""
    finding = one.finding.rstrip(". ")
    return f"{where}{format_date(one.visited_on)}: {finding} ({state[:1].lower()}{state[1:]}{due})."
