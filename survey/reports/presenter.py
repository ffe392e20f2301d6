"""Puts a report into words for pages: every number is written here, none is computed.

The page, the picture and the command take their texts from here, so they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.phrases import PHRASES
from analysis.records import Change, Estimate, Method, Reason, Shown
from analysis.rounding import (
    Language,
    format_count,
    format_interval,
    format_points,
    format_share,
    format_value,
    localised,
    round_percent,
)
from analysis.wording import cause_text, reason_text, sentences, strength_text, verdict_text
from analysis.wording_changes import change_sentences
from survey.reports.records import GroupRow, Hidden, Pair, Report
from survey.reports.words import _
from survey.responses.correction_words import correction_text
from survey.web.formats import format_date
from survey.web.words import AUDIENCES, REPORTING_GROUPS, TOPICS

WITH_CLASSES = frozenset({"pupils", "parents"})
# From which share on a cell of the heat table takes each shade.
SHADES = (0.4, 0.55, 0.7, 0.8, 0.9)
DASH = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One estimate as a reader sees it: the share with everything that belongs beside it."""

    share: str
    understood: str
    answered: str
    population: str
    response_rate: str
    interval: str
    persons: str
    verdict: str
    tone: str
    shade: int


@dataclass(frozen=True, slots=True)
class GroupView:
    """A reporting group on the page."""

    code: str
    name: str
    hidden: str
    verdict: str
    tone: str
    sentences: tuple[str, ...]
    change: tuple[str, ...]
    strength: str
    before: Figure | None
    after: Figure | None


def group_name(group: str) -> str:
    """Return the title of a reporting group."""
    return str(REPORTING_GROUPS.get(group, group))


def group_views(report: Report, lang: Language) -> tuple[GroupView, ...]:
    """Return every reporting group in words."""
    return tuple(_group_view(row, report, lang) for row in report.rows)


def _group_view(row: GroupRow, report: Report, lang: Language) -> GroupView:
    latest = row.headline.latest
    return GroupView(
        code=row.group,
        name=group_name(row.group),
        hidden=hidden_text(row.hidden, report.minimum),
        verdict=verdict_of(row, lang),
        tone=tone_of(latest) if row.has_verdict else "plain",
        sentences=_sentences(row, latest, report, lang) if latest is not None else (),
        change=_change_sentences(row.headline, lang),
        strength=strength_text(latest.strength, lang) if latest is not None and latest.strength else "",
        before=figure(row.headline.before, lang) if row.headline.before is not None else None,
        after=figure(row.headline.after, lang) if row.headline.after is not None else None,
    )


def hidden_text(hidden: Hidden | None, minimum: int) -> str:
    """Say why a figure is not shown; empty if it is."""
    if hidden is None:
        return ""
    if hidden is Hidden.SMALL:
        return _("Dưới %(minimum)s người trả lời: không hiện số liệu để không ai bị nhận ra.", minimum=minimum)
    return _("Không hiện, để không tính ngược ra được nhóm ít người.")


def verdict_of(row: GroupRow, lang: Language) -> str:
    """Return the fixed wording of the verdict, or what stands in its place."""
    latest = row.headline.latest
    if row.hidden is not None:
        return _("Chưa hiện số liệu")
    if latest is None or not latest.answered:
        return _("Chưa có phiếu")
    if not row.has_verdict:
        return _("Không xét chỉ tiêu")
    return verdict_text(latest.verdict, lang) if latest.verdict is not None else _("Chưa kết luận được")


def tone_of(estimate: Estimate | None) -> str:
    """Return the name of the colour of a verdict."""
    return str(estimate.verdict.value) if estimate is not None and estimate.verdict is not None else "plain"


def _sentences(row: GroupRow, latest: Estimate, report: Report, lang: Language) -> tuple[str, ...]:
    more = row.more.answers if row.more is not None else None
    lines = sentences(latest, lang, target=row.target, more=more)
    other = _other_words(row, latest, report, lang)
    return tuple(other.get(line, line) for line in lines)


def _other_words(row: GroupRow, latest: Estimate, report: Report, lang: Language) -> dict[str, str]:
    """Return what replaces sentences about classes where there are none, or where whole schools are put together."""
    change, share = row.headline.change, share_text(latest, lang)
    by_class = PHRASES["weighted"][lang].format(share=share)
    if row.group not in WITH_CLASSES:
        # What was weighted are the two forms, or the organisations of a roll-up.
        if change is not None and Reason.FORMS_REWEIGHTED in change.reasons:
            return {by_class: _("Tính trung bình của hai đề: %(share)s.", share=share)}
        return {by_class: _("Tính theo số người của từng đơn vị: %(share)s.", share=share)}
    if not report.is_roll_up:
        return {}
    return {
        by_class: _("Tính theo số người của từng lớp, từng đơn vị: %(share)s.", share=share),
        reason_text(Reason.STRATUM_UNKNOWN, lang): _(
            "Có đơn vị mà nhiều phiếu (trên 5%) không ghi lớp; kết quả của riêng đơn vị ấy không được tính theo lớp."
        ),
    }


def _change_sentences(pair: Pair, lang: Language) -> tuple[str, ...]:
    if pair.change is None or pair.change.value is None:
        return ()
    # The fixed sentence about causes stands once on the page, not once a group.
    lines = change_sentences(pair.change, lang, answered=smaller_wave(pair))
    return tuple(line for line in lines if line != cause_text(lang))


def smaller_wave(pair: Pair) -> int:
    """Return the number of answers of the smaller wave, which decides the decimals of a change."""
    return min(one.answered for one in (pair.before, pair.after) if one is not None)


def share_text(estimate: Estimate, lang: Language) -> str:
    """Write a share as a percentage."""
    return format_value(estimate.value, answered=estimate.answered, lang=lang)


def interval_text(estimate: Estimate, lang: Language) -> str:
    """Write an interval with both ends rounded outward."""
    return format_interval(estimate.low, estimate.high, answered=estimate.answered, lang=lang)


def points_text(change: Change, pair: Pair, lang: Language) -> str:
    """Write the size of a change in points, without sign and unit."""
    size = abs(change.value) if change.value is not None else None
    return format_points(size, answered=smaller_wave(pair), lang=lang, signed=False)


def change_words(pair: Pair, lang: Language) -> str:
    """Say a change in a few words; empty where there is none to speak of."""
    change = pair.change
    if change is None or change.value is None:
        return ""
    if change.shown is Shown.NOT_SHOWN:
        return _("chưa cho thấy thay đổi")
    points = points_text(change, pair, lang)
    if change.shown is Shown.INCREASE:
        return _("tăng %(points)s điểm phần trăm", points=points)
    return _("giảm %(points)s điểm phần trăm", points=points)


def rate_text(rate: float | None, lang: Language) -> str:
    """Write a response rate in whole percent."""
    if rate is None:
        return DASH
    if rate > 1:
        return _("trên %(whole)s", whole="100%")
    return localised(round_percent(rate, decimals=0), lang) + "%"


def figure(estimate: Estimate, lang: Language) -> Figure:
    """Return an estimate with everything that is shown beside a share."""
    has_answers = estimate.answered > 0
    persons = DASH
    if estimate.low_count is not None and estimate.high_count is not None:
        low, high = (format_count(number, lang) for number in (estimate.low_count, estimate.high_count))
        persons = low if low == high else f"{low}–{high}"
    return Figure(
        share=share_text(estimate, lang),
        understood=format_count(estimate.understood, lang) if has_answers else DASH,
        answered=format_count(estimate.answered, lang),
        population=format_count(estimate.population, lang) if estimate.population is not None else DASH,
        response_rate=rate_text(estimate.response_rate, lang),
        interval=interval_text(estimate, lang),
        persons=persons,
        verdict=verdict_text(estimate.verdict, lang) if estimate.verdict is not None else DASH,
        tone=tone_of(estimate),
        shade=sum(estimate.value >= bound for bound in SHADES) if estimate.value is not None else 0,
    )


def provisional_text(report: Report) -> str:
    """Say that figures may still change; empty where they cannot."""
    latest = report.after or report.before
    if latest is None or latest.is_closed:
        return ""
    return _("Số liệu tạm tính: đợt này còn nhận phiếu đến hết ngày %(day)s.", day=format_date(latest.closes))


def correction_lines(report: Report) -> tuple[str, ...]:
    """Say which keys were found wrong and put right, a sentence each."""
    return tuple(
        f"{AUDIENCES[one.audience]}: {first_lower(correction_text(one.places, one.day, changes_key=one.changes_key))}"
        for one in report.corrections
    )


def first_lower(text: str) -> str:
    """Return a sentence as it stands behind a colon."""
    return text[:1].lower() + text[1:]


def target_text(report: Report, lang: Language) -> str:
    """Write the target as a percentage."""
    return localised(round_percent(report.target, decimals=0, target=report.target), lang) + "%"


def confidence_text(report: Report, lang: Language) -> str:
    """Write the level of confidence as a percentage."""
    return localised(round_percent(report.confidence, decimals=0), lang) + "%"


def topic_name(topic: str) -> str:
    """Return the title of a topic."""
    return str(TOPICS.get(topic, topic))


def chosen_text(chosen: int, answered: int, lang: Language) -> str:
    """Write how many of those who answered chose something: 12/38 người (32%)."""
    share = format_share(chosen, answered, lang=lang)
    return _("%(chosen)s/%(answered)s người (%(share)s)", chosen=chosen, answered=answered, share=share)


def method_names(report: Report) -> tuple[str, ...]:
    """Say how the intervals of a report were computed."""
    estimates = [one for row in report.visible for one in (row.headline.before, row.headline.after) if one is not None]
    used = {one.method for one in estimates} | {
        row.headline.change.method for row in report.visible if row.headline.change is not None
    }
    words = {
        Method.HYPERGEOMETRIC: _(
            "Nhóm có danh sách ngắn: khoảng tin cậy chính xác theo phân phối siêu bội trên số người đã biết."
        ),
        Method.CLOPPER_PEARSON: _("Nhóm chưa khai sĩ số: khoảng tin cậy chính xác Clopper–Pearson."),
        Method.WILSON_EFFECTIVE: _(
            "Nhóm có lớp hoặc có hai đề: mỗi lớp được tính theo sĩ số; khoảng Wilson với cỡ mẫu hiệu dụng."
        ),
        Method.NEWCOMBE_UNPAIRED: _("Thay đổi giữa hai đợt: khoảng Newcombe cho hai nhóm độc lập."),
        Method.MOVER_EFFECTIVE: _("Thay đổi giữa hai đợt: ghép hai khoảng Wilson theo phương pháp MOVER."),
        Method.CLASS_DIFFERENCES: _("Thay đổi giữa hai đợt: so từng lớp với chính lớp đó."),
    }
    return tuple(text for method, text in words.items() if method in used)
