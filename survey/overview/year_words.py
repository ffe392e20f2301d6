"""The readers' words of a year: reasons for attention, months, where a school lies in the funnel."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, ngettext

from analysis.records import Estimate
from analysis.rounding import Language
from survey.overview.units import Reason, ReasonCode
from survey.overview.year_results import Point
from survey.reports.funnel_words import FunnelWords
from survey.reports.presenter import group_name, interval_text, rate_text, share_text
from survey.web.formats import format_date, format_number
from survey.web.period_words import period_name
from survey.web.words import AUDIENCES


def _(text: str, **parts: object) -> str:
    return str(gettext(text, **parts))


def reason_text(reason: Reason) -> str:
    """Say why a unit needs attention."""
    audience = str(AUDIENCES[reason.wave.audience]).lower() if reason.wave is not None else ""
    closes = format_date(reason.wave.closes) if reason.wave is not None else ""
    number, whole = format_number(reason.number), format_number(reason.whole)
    groups = ", ".join(group_name(code).lower() for code in reason.groups)
    texts = {
        ReasonCode.CHECK_OVERDUE: _("Có điểm kiểm tra quá hạn khắc phục"),
        ReasonCode.WAVE_OVERDUE: _("Đợt hỏi %(audience)s đã qua ngày kết thúc mà chưa khóa", audience=audience),
        ReasonCode.FEW_ANSWERS: _(
            "Đợt hỏi %(audience)s hết ngày %(closes)s mà mới có %(number)s/%(whole)s phiếu",
            audience=audience,
            closes=closes,
            number=number,
            whole=whole,
        ),
        ReasonCode.NOT_MET: _("Chưa đạt mục tiêu hiểu rõ: %(groups)s", groups=groups),
        ReasonCode.NO_WAVE: _("Trong năm chưa mở đợt hỏi nào"),
        ReasonCode.REPORT_DUE: _("Chưa phát hành báo cáo: %(period)s", period=_period(reason)),
        ReasonCode.BRIEFING_OPEN: _(
            "Mới %(number)s/%(whole)s cán bộ, giáo viên, nhân viên được quán triệt", number=number, whole=whole
        ),
        ReasonCode.POSTS_LATE: _("Có kênh thiếu tin của tháng đã qua"),
    }
    return texts[reason.code]


def _period(reason: Reason) -> str:
    return period_name(reason.period) if reason.period is not None else ""


def estimate_line(estimate: Estimate, lang: Language) -> str:
    """Write a share with all that belongs beside it, in one line."""
    asked = format_number(estimate.population) if estimate.population is not None else "–"
    return _(
        "%(understood)s trên %(answered)s người trả lời hiểu rõ (%(share)s); khoảng tin cậy %(interval)s; "
        "hỏi %(asked)s người, %(rate)s trả lời",
        understood=format_number(estimate.understood),
        answered=format_number(estimate.answered),
        share=share_text(estimate, lang),
        interval=interval_text(estimate, lang),
        asked=asked,
        rate=rate_text(estimate.response_rate, lang),
    )


def trend_text(points: Sequence[Point], p: float | None, z: float | None) -> str:
    """Say what the waves of a year show together; empty below three."""
    if len(points) < 3:
        return ""
    said = ngettext("Qua %(num)d đợt: ", "Qua %(num)d đợt: ", len(points))
    if p is None or z is None or p >= 0.05:
        return str(said) + _("chưa thấy xu hướng rõ rệt.")
    return str(said) + (_("xu hướng tăng.") if z > 0 else _("xu hướng giảm."))


def position_text(position: str) -> str:
    """Say where a school lies in the funnel."""
    texts = {
        "inside": _("Trong vùng bình thường"),
        "below_warning": _("Thấp hơn mức dao động thường gặp"),
        "below_alarm": _("Thấp rõ rệt"),
        "above_warning": _("Cao hơn mức dao động thường gặp"),
        "above_alarm": _("Cao rõ rệt"),
    }
    return texts[position]


def funnel_words(group: str) -> FunnelWords:
    """Return the words of a funnel."""
    return FunnelWords(
        answers=_("Số người trả lời"),
        share=_("Tỷ lệ hiểu rõ, %(group)s", group=group_name(group).lower()),
        centre=_("cả địa bàn"),
        warning=_("dao động thường gặp (%(level)s)", level="95%"),
        alarm=_("hiếm khi vượt (%(level)s)", level=f"{format_number(99.8, 1)}%"),
        percents=("0%", "25%", "50%", "75%", "100%"),
    )
