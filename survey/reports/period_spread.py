"""Sections I and II of a periodic report: what was communicated, and how far it reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.rounding import Language, format_count
from survey.activities.records import BriefingState, BriefingTotal
from survey.activities.words import ACTIVITY_TOPICS, COUNTINGS, FORMS
from survey.reports.documents import Block, Cell, Paragraph, Points, Section, Table, Tone
from survey.reports.period_cells import NOTHING, column, count, words
from survey.reports.period_records import PeriodReport
from survey.reports.words import _, ngettext
from survey.web.words import AUDIENCES


def work_section(report: PeriodReport, blocks: Iterable[Block], lang: Language) -> Section:
    """Return section I; `blocks` are the unit's own words."""
    tables = (_forms_table(report, lang), _topics_table(report, lang)) if report.log.totals.number else ()
    return Section(_("Nội dung, hình thức truyền thông đã triển khai"), (*blocks, *tables))


def _forms_table(report: PeriodReport, lang: Language) -> Table:
    numbers = report.log.totals.by_form
    rows = [(words(str(title)), count(numbers[form], lang)) for form, title in FORMS.items() if numbers.get(form)]
    return Table(
        "forms",
        _("Số hoạt động truyền thông theo hình thức"),
        (column(_("Hình thức"), weight=4), column(_("Số hoạt động"), "count")),
        (*rows, (words(_("Tổng cộng")), count(report.log.totals.number, lang))),
    )


def _topics_table(report: PeriodReport, lang: Language) -> Table:
    ways = [way for way in COUNTINGS if report.log.totals.reach.get(way)]
    rows = tuple(
        (
            words(str(ACTIVITY_TOPICS.get(one.topic, one.topic))),
            count(one.number, lang),
            *(count(one.reach.get(way, 0), lang) for way in ways),
        )
        for one in report.log.totals.by_topic
    )
    return Table(
        "topics_communicated",
        _("Số hoạt động và lượt tiếp cận theo nội dung"),
        (
            column(_("Nội dung"), weight=2.5),
            column(_("Số hoạt động"), "count"),
            *(column(_("Lượt, %(way)s", way=_small(str(COUNTINGS[way]))), "count", 1.3) for way in ways),
        ),
        rows,
        (_("Một hoạt động có hai nội dung được tính ở cả hai dòng."),),
    )


def spread_section(report: PeriodReport, lang: Language) -> Section:
    """Return section II; reach and briefing stay apart from understanding."""
    return Section(
        _("Mức độ tiếp cận, lan tỏa"),
        parts=(
            Section(_("Lượt tiếp cận"), tuple(_reach(report, lang))),
            Section(_("Cán bộ, giáo viên, nhân viên được quán triệt"), tuple(_briefing(report, lang))),
        ),
    )


def _reach(report: PeriodReport, lang: Language) -> Iterator[Block]:
    totals = report.log.totals
    if not totals.number:
        yield Paragraph(_("Trong kỳ chưa ghi hoạt động truyền thông nào."))
        return
    points = [
        ngettext(
            "%(number)s lượt (%(way)s)",
            "%(number)s lượt (%(way)s)",
            totals.reach[way],
            number=format_count(totals.reach[way], lang),
            way=_small(str(title)),
        )
        for way, title in COUNTINGS.items()
        if totals.reach.get(way)
    ]
    if totals.not_counted:
        points.append(_("%(number)s hoạt động không đếm lượt", number=totals.not_counted))
    yield Points(tuple(f"{point};" for point in points[:-1]) + tuple(f"{point}." for point in points[-1:]))
    yield Paragraph(
        _(
            "Đây là lượt tiếp cận, không phải số người: một người có thể dự nhiều lần. Số lượt đếm theo các cách khác "
            "nhau không cộng với nhau."
        )
    )
    yield Table(
        "audiences",
        _("Số hoạt động theo đối tượng"),
        (column(_("Đối tượng"), weight=4), column(_("Số hoạt động"), "count")),
        tuple(
            (words(str(title)), count(totals.by_audience.get(audience, 0), lang))
            for audience, title in AUDIENCES.items()
        ),
        (_("Một hoạt động cho hai đối tượng được tính ở cả hai dòng."),),
    )


def _briefing(report: PeriodReport, lang: Language) -> Iterator[Block]:
    states, total = report.log.briefing, report.log.briefing_total
    if not any(state.roster for state in states):
        yield Paragraph(_("Chưa có số cán bộ, giáo viên, nhân viên, nên chưa tính được tỷ lệ được quán triệt."))
        return
    yield Paragraph(_briefing_sentence(total, lang))
    yield Paragraph(
        _(
            "“Được quán triệt” là số đếm người đã được phổ biến nội dung; “hiểu rõ” ở mục sau là kết quả phiếu hỏi. "
            "Hai chỉ tiêu này không gộp với nhau."
        )
    )
    if len(states) > 1:
        yield _briefing_table(states, lang)


def _briefing_sentence(total: BriefingTotal, lang: Language) -> str:
    """Say the first indicator: a count against the 100% target."""
    numbers = {
        "confirmed": format_count(total.confirmed, lang),
        "roster": format_count(total.roster, lang),
        "whole": "100%",
    }
    said = _("%(confirmed)s/%(roster)s người đã được quán triệt (chỉ tiêu %(whole)s).", **numbers)
    if total.known_not:
        said += " " + _("%(number)s người biết là chưa được quán triệt.", number=format_count(total.known_not, lang))
    if total.open:
        said += " " + _("%(number)s người chưa có xác nhận.", number=format_count(total.open, lang))
    if total.without_roster:
        said += " " + _("Chưa khai số cán bộ: %(units)s.", units="; ".join(total.without_roster))
    return said + " " + _("Kết luận: %(verdict)s.", verdict=_verdict(total.verdict))


def _briefing_table(states: Iterable[BriefingState], lang: Language) -> Table:
    return Table(
        "briefing",
        _("Cán bộ, giáo viên, nhân viên được quán triệt theo đơn vị"),
        (
            column(_("Đơn vị"), weight=3),
            column(_("Tổng số"), "count"),
            column(_("Đã được quán triệt"), "count"),
            column(_("Biết là chưa"), "count"),
            column(_("Chưa có xác nhận"), "count"),
            column(_("Kết luận"), weight=1.6),
        ),
        tuple(_briefing_row(state, lang) for state in states),
    )


def _briefing_row(state: BriefingState, lang: Language) -> tuple[Cell, ...]:
    if state.roster is None:
        return (words(state.organisation), NOTHING, NOTHING, NOTHING, NOTHING, words(_("Chưa khai số cán bộ")))
    numbers = (state.roster, state.confirmed, state.known_not, state.open)
    tone: Tone = state.verdict.value if state.verdict is not None else ""
    return (
        words(state.organisation),
        *(count(number, lang) for number in numbers),
        Cell(_verdict(state.verdict), tone=tone),
    )


def _verdict(verdict: str | None) -> str:
    texts = {"met": _("Đạt"), "not_met": _("Chưa đạt"), "not_yet_shown": _("Chưa đủ căn cứ kết luận")}
    return texts.get(str(verdict), _("Chưa kết luận được"))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
