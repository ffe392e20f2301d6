"""What must be said beside the figures of a periodic report: who is missing, what straddles, what is withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from survey.core.vocabulary import WaveKind
from survey.reports.period_records import CountedWave, PeriodReport, Succeeded
from survey.reports.presenter import correction_lines, group_name, provisional_text
from survey.reports.records import Hidden, Report
from survey.reports.words import _
from survey.web.formats import format_date
from survey.web.words import AUDIENCES


def figure_notes(report: PeriodReport) -> tuple[str, ...]:
    """Return the notes to the figures, each a sentence."""
    return tuple(_notes(report))


def _notes(report: PeriodReport) -> Iterator[str]:
    provisional = provisional_text(report.report)
    if provisional:
        yield provisional
    yield from correction_lines(report.report)
    if report.missing and report.report.is_roll_up:
        names = "; ".join(place.name for place in report.missing)
        yield _("Chưa có phiếu nào từ: %(places)s.", places=names)
    yield from _before_only(report)
    yield from map(_succession, report.succeeded)
    yield from dict.fromkeys(_straddling(wave) for wave in report.straddling)
    if report.report.unplaced_staff:
        yield _("Có phiếu của cán bộ không ghi là giáo viên hay nhân viên; các phiếu này không tính vào nhóm nào.")
    for audience in report.mixed:
        yield _(
            "%(audience)s: các chiến dịch trong kỳ có chỉ tiêu khác nhau; kết luận theo chiến dịch mới nhất.",
            audience=str(AUDIENCES[audience]),
        )
    if report.withheld:
        yield withheld_text(report)


def _before_only(report: PeriodReport) -> Iterator[str]:
    """Name who was measured before the campaign only, where others were measured after it."""
    names = {place.place.id: place.place.name for place in report.report.places}
    after = {wave.audience for wave in report.counted if wave.kind == WaveKind.FOLLOW_UP and wave.answered}
    found: dict[str, list[str]] = {}
    for audience, title in AUDIENCES.items():
        for wave in report.counted:
            is_before = wave.audience == audience and wave.kind == WaveKind.BASELINE and wave.answered
            if is_before and audience in after and wave.place_id in names:
                found.setdefault(names[wave.place_id], []).append(str(title)[:1].lower() + str(title)[1:])
    if found:
        yield _(
            "Mới đo trước truyền thông, nên chưa tính vào số liệu “sau”: %(places)s.",
            places="; ".join(f"{name} ({', '.join(audiences)})" for name, audiences in sorted(found.items())),
        )


def _succession(one: Succeeded) -> str:
    said = _(
        "%(name)s thay cho %(old)s từ ngày %(day)s.", name=one.name, old="; ".join(one.old), day=format_date(one.since)
    )
    if one.has_before:
        added = _("Số liệu trước truyền thông là của các đơn vị cũ cộng lại, tính chung cả đơn vị, không theo lớp.")
        return f"{said} {added}"
    if one.kind == "split":
        return f"{said} {_('Số liệu của đơn vị cũ không chia được cho các đơn vị mới, nên không so trước và sau.')}"
    return said


def _straddling(wave: CountedWave) -> str:
    return _(
        "%(audience)s: đợt đo bắt đầu ngày %(first)s, trước kỳ báo cáo, và kết thúc ngày %(last)s nên tính vào kỳ này.",
        audience=str(AUDIENCES[wave.audience]),
        first=format_date(wave.starts),
        last=format_date(wave.closed),
    )


def withheld_text(report: PeriodReport) -> str:
    """Say which figures are withheld beside earlier reports, and why."""
    names = {place.place.id: place.place.name for place in report.report.places}
    held = [
        group_name(group) if place is None or place not in names else f"{group_name(group)} ({names[place]})"
        for place, group in report.withheld
    ]
    return _(
        "Không hiện số liệu của: %(held)s. Nếu hiện, người đọc lấy số liệu này trừ đi số liệu của báo cáo đã phát hành "
        "trước đây thì biết được kết quả của một nhóm rất ít người.",
        held="; ".join(held),
    )


def hidden_notes(hidden: Collection[Hidden | None], report: Report) -> Iterator[str]:
    """Say why figures of a table are hidden."""
    if Hidden.SMALL in hidden:
        yield _(
            "Nhóm có dưới %(minimum)s người trả lời không hiện số liệu, để không ai bị nhận ra.", minimum=report.minimum
        )
    if Hidden.COMPLEMENT in hidden:
        yield _("Có nhóm không hiện số liệu, để không tính ngược ra được nhóm ít người.")
