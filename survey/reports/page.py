"""Arranges a report for its page: texts, tables and addresses, ready for a template without logic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.rounding import Language
from analysis.wording import cause_text
from survey.core.vocabulary import OrganisationKind
from survey.instruments.definitions import text_in
from survey.reports.headlines import headline
from survey.reports.picture_words import picture_text
from survey.reports.presenter import (
    Figure,
    GroupView,
    chosen_text,
    confidence_text,
    correction_lines,
    figure,
    group_name,
    group_views,
    hidden_text,
    method_names,
    provisional_text,
    target_text,
    topic_name,
)
from survey.reports.records import GroupRow, NextStep, Pair, PlaceCell, Report, ReportInput, Step
from survey.reports.tidying import EVERYBODY
from survey.reports.words import _, ngettext
from survey.web.formats import format_date
from survey.web.words import LEVELS


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of a heat table; `hidden` says why it has no figure."""

    now: Figure | None
    then: Figure | None
    hidden: str
    is_follow_up: bool = True


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One reporting group of a heat table."""

    name: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """Groups by topics, or by levels."""

    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is still misunderstood, in words."""

    topic: str
    stem: str
    option: str
    chosen: str


@dataclass(frozen=True, slots=True)
class WrongGroup:
    """The misunderstandings of one group."""

    name: str
    entries: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One organisation of a roll-up."""

    id: int
    name: str
    is_demo: bool
    is_school: bool
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything that the page of a report shows."""

    report: Report
    title: str
    organisation_id: int
    organisation: str
    whole: str
    is_demo: bool
    dates: tuple[str, ...]
    provisional: str
    corrections: tuple[str, ...]
    headline: tuple[str, ...]
    picture_text: str
    groups: tuple[GroupView, ...]
    cause: str
    topics: HeatTable
    levels: HeatTable
    wrong: tuple[WrongGroup, ...]
    places: tuple[PlaceView, ...]
    place_columns: tuple[str, ...]
    has_whole: bool
    steps: tuple[str, ...]
    rules: tuple[str, ...]
    methods: tuple[str, ...]
    notes: tuple[str, ...]
    target: str
    confidence: str


def report_page(report: Report, source: ReportInput, lang: Language) -> ReportPage:
    """Return the page of a report in the reader's language."""
    return ReportPage(
        report=report,
        title=report.title,
        organisation_id=report.organisation.id,
        organisation=report.organisation.name,
        whole=source.owner.name,
        is_demo=report.is_demo,
        dates=_dates(report),
        provisional=provisional_text(report),
        corrections=correction_lines(report),
        headline=headline(report, lang),
        picture_text=picture_text(report, lang),
        groups=group_views(report, lang),
        cause=cause_text(lang) if report.has_follow_up and report.before is not None else "",
        topics=_heat_table([topic_name(topic) for topic in report.topics], report, "topics", lang),
        levels=_heat_table([str(LEVELS.get(level, level)) for level in report.levels], report, "levels", lang),
        wrong=_wrong(report, lang),
        places=_places(report, lang),
        place_columns=tuple(group_name(row.group) for row in report.rows),
        has_whole=not report.is_roll_up and source.is_outside and len(source.places) > 1,
        steps=tuple(step_text(step) for step in report.steps),
        rules=_rules(report, lang),
        methods=method_names(report),
        notes=_notes(report),
        target=target_text(report, lang),
        confidence=confidence_text(report, lang),
    )


def _dates(report: Report) -> tuple[str, ...]:
    return tuple(
        f"{label}: {format_date(dates.opens)} – {format_date(dates.closes)}"
        for label, dates in ((_("Trước truyền thông"), report.before), (_("Sau truyền thông"), report.after))
        if dates is not None
    )


def _heat_table(columns: Sequence[str], report: Report, what: str, lang: Language) -> HeatTable:
    rows = []
    for row in report.rows:
        pairs: tuple[Pair, ...] = getattr(row, what)
        hidden = hidden_text(row.hidden, report.minimum)
        rows.append(HeatRow(group_name(row.group), tuple(_heat_cell(pair, hidden, lang) for pair in pairs)))
    return HeatTable(tuple(columns), tuple(rows))


def _heat_cell(pair: Pair, hidden: str, lang: Language) -> HeatCell:
    latest = pair.latest
    if hidden or latest is None or latest.value is None:
        return HeatCell(None, None, hidden)
    earlier = pair.before if latest is pair.after and pair.before is not None and pair.before.answered else None
    then = figure(earlier, lang) if earlier is not None else None
    return HeatCell(figure(latest, lang), then, "", is_follow_up=latest is pair.after)


def _wrong(report: Report, lang: Language) -> tuple[WrongGroup, ...]:
    found = []
    for row in report.rows:
        own = [one for one in report.misunderstood if one.group == row.group]
        entries = tuple(
            Wrong(
                topic_name(one.topic),
                text_in(one.stem, lang),
                text_in(one.option, lang),
                chosen_text(one.chosen, one.answered, lang),
            )
            for one in own
        )
        if entries:
            found.append(WrongGroup(group_name(row.group), entries))
    return tuple(found)


def _places(report: Report, lang: Language) -> tuple[PlaceView, ...]:
    return tuple(
        PlaceView(
            id=row.place.id,
            name=row.place.name,
            is_demo=row.place.is_demo,
            is_school=row.place.kind == OrganisationKind.SCHOOL,
            cells=tuple(_place_cell(cell, report.minimum, lang) for cell in row.cells),
        )
        for row in report.places
    )


def _place_cell(cell: PlaceCell, minimum: int, lang: Language) -> HeatCell:
    if cell.hidden is not None or cell.estimate is None or not cell.estimate.answered:
        return HeatCell(None, None, hidden_text(cell.hidden, minimum))
    return HeatCell(figure(cell.estimate, lang), None, "")


def step_text(step: NextStep) -> str:
    """Say what to do next."""
    group = group_name(step.group) if step.group else ""
    topic = topic_name(step.topic) if step.topic else ""
    words = {
        Step.OPEN_BASELINE: _("Mở đợt trước truyền thông, để sau này biết mức hiểu đã thay đổi bao nhiêu."),
        Step.COLLECT: _("Mời mọi người quét mã và trả lời; số liệu sẽ hiện ở đây."),
        Step.OPEN_FOLLOW_UP: _("Sau khi truyền thông xong, mở đợt sau để đo lại."),
        Step.MORE_ANSWERS: _(
            "%(group)s: vận động thêm %(number)s người trả lời là đủ để kết luận, nếu tỷ lệ giữ như hiện nay."
        ),
        Step.REMIND: _("%(group)s: ít người trả lời; hãy nhắc lại trước ngày kết thúc."),
        Step.GIVE_HEADCOUNT: _("%(group)s: khai sĩ số để tính được tỷ lệ trả lời và số người."),
        Step.EXPLAIN_TOPIC: _("%(group)s: giải thích lại “%(topic)s” trước tiên, vì đây là chỗ ít người hiểu nhất."),
        Step.KEEP_UP: _("Giữ kết quả: nhắc lại nội dung chính trong sinh hoạt thường kỳ và đo lại vào kỳ sau."),
    }
    return words[step.step] % {"group": group, "topic": topic, "number": step.number}


def _rules(report: Report, lang: Language) -> tuple[str, ...]:
    if len(report.rules) == 1:
        return (text_in(report.rules[0].text, lang),)
    return tuple(
        f"{', '.join(group_name(group) for group in rule.groups)}: {text_in(rule.text, lang)}" for rule in report.rules
    )


def _notes(report: Report) -> tuple[str, ...]:
    notes = [
        _(
            "Số liệu của nhóm có dưới %(minimum)s người trả lời không được hiện ở bất cứ đâu, để không ai bị nhận ra.",
            minimum=report.minimum,
        )
    ]
    if report.unplaced_staff:
        notes.append(
            ngettext(
                "%(number)s phiếu của cán bộ không ghi là giáo viên hay nhân viên, nên không tính vào nhóm nào.",
                "%(number)s phiếu của cán bộ không ghi là giáo viên hay nhân viên, nên không tính vào nhóm nào.",
                report.unplaced_staff,
                number=report.unplaced_staff,
            )
        )
    silent = _silent(report)
    if silent:
        notes.append(_("Chưa có phiếu nào từ: %(places)s.", places="; ".join(silent)))
    low = sorted({_class_name(name) for row in report.visible for name in _low_response(row)})
    if low and not report.is_roll_up:
        notes.append(_("Lớp có dưới một nửa số người trả lời: %(classes)s.", classes=", ".join(low)))
    return tuple(notes)


def _class_name(name: str) -> str:
    """Name a class, or classes that were joined without knowing the reader's language."""
    if name == EVERYBODY:
        return _("tất cả các lớp")
    grade = name.removeprefix("khối ")
    return _("khối %(grade)s", grade=grade) if grade != name else name


def _low_response(row: GroupRow) -> tuple[str, ...]:
    latest = row.headline.latest
    return latest.low_response_strata if latest is not None else ()


def _silent(report: Report) -> list[str]:
    names = {row.place.code: row.place.name for row in report.places}
    codes = {code for row in report.visible if row.headline.latest is not None for code in row.headline.latest.left_out}
    return sorted(names[code] for code in codes if code in names)
