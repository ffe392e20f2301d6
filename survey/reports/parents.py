"""The one-page result for parents: the same figures in plain words, of every ten people so many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from analysis.records import Estimate
from analysis.rounding import Language
from survey.core.vocabulary import OrganisationKind
from survey.instruments.definitions import text_in
from survey.reports.documents import ParentsFigure, ParentsPage, Tone
from survey.reports.period_phrases import parents_time
from survey.reports.period_records import PeriodReport
from survey.reports.presenter import (
    change_words,
    figure,
    group_name,
    hidden_text,
    tone_of,
    topic_name,
    verdict_of,
)
from survey.reports.records import GroupRow, Misunderstanding
from survey.reports.words import _

# More than these are no longer read.
MOST_POINTS = 3
MOST_HARD = 2


def parents_page(report: PeriodReport, lang: Language) -> ParentsPage:
    """Return the page for parents of a report."""
    figures = tuple(_figures(report, lang))
    return ParentsPage(
        language=lang,
        organisation=report.organisation.name,
        title=_("Mọi người hiểu Nghị quyết 71 đến đâu?"),
        period=parents_time(report),
        lead=_(
            "Nghị quyết 71 nói về đổi mới việc dạy và học. %(asker)s đã hỏi, không ghi tên ai, xem mọi người hiểu rõ "
            "vai trò của mình đến đâu. Kết quả như sau.",
            asker=_asker(report),
        )
        if report.report.has_answers
        else _("Chưa có kết quả hỏi. Khi có, kết quả sẽ được báo ở đây."),
        figures=figures,
        hard_points=_hard_points(report, lang),
        next_steps=_next_steps(report),
        small_print=_small_print(report, lang),
        is_demo=report.organisation.is_demo or report.report.is_demo,
    )


def _figures(report: PeriodReport, lang: Language) -> Iterator[ParentsFigure]:
    for row in report.report.rows:
        latest = row.headline.latest
        name, verdict = group_name(row.group), verdict_of(row, lang)
        if row.hidden is not None:
            yield ParentsFigure(name, hidden_text(row.hidden, report.report.minimum), None, None, "", verdict)
        elif latest is not None and latest.value is not None:
            before = row.headline.before if latest is row.headline.after else None
            tone = tone_of(latest) if row.has_verdict else ""
            yield ParentsFigure(
                group=name,
                sentence=_sentence(row, latest, lang),
                share_before=before.value if before is not None else None,
                share_after=latest.value,
                tone=cast(Tone, "" if tone == "plain" else tone),
                verdict=verdict,
            )


def _sentence(row: GroupRow, latest: Estimate, lang: Language) -> str:
    said = _of_ten(latest, row)
    moved = change_words(row.headline, lang) if latest is row.headline.after else ""
    return f"{said} {_('So với lần hỏi trước: %(change)s.', change=moved)}" if moved else said


def _of_ten(latest: Estimate, row: GroupRow) -> str:
    group = _people(row)
    value = latest.value or 0.0
    tenth = int(value * 10 + 0.5)
    if value >= 1:
        return _("Tất cả %(group)s đã trả lời đều hiểu rõ.", group=group)
    if value > 0.95:
        return _("Gần như tất cả %(group)s đã trả lời đều hiểu rõ.", group=group)
    if tenth == 0:
        return _("Rất ít %(group)s đã trả lời hiểu rõ.", group=group)
    return _("Cứ 10 %(group)s đã trả lời thì khoảng %(number)s người hiểu rõ.", group=group, number=tenth)


def _people(row: GroupRow) -> str:
    name = group_name(row.group)
    return _("người trong cộng đồng") if row.group == "community" else name[:1].lower() + name[1:]


def _hard_points(report: PeriodReport, lang: Language) -> tuple[str, ...]:
    """Return what parents themselves most often got wrong; else what any group did."""
    found = sorted(report.report.misunderstood, key=lambda one: (one.group != "parents", -one.share))
    return tuple(dict.fromkeys(_hard_point(one, lang) for one in found))[:MOST_HARD]


def _hard_point(one: Misunderstanding, lang: Language) -> str:
    if one.asked_again:
        # Who reads this may be asked the same question next month.
        return _("%(topic)s: nhiều người còn nhầm.", topic=topic_name(one.topic))
    return _(
        "“%(stem)s” Nhiều người trả lời nhầm: “%(option)s”.",
        stem=text_in(one.stem, lang),
        option=text_in(one.option, lang),
    )


def _next_steps(report: PeriodReport) -> tuple[str, ...]:
    topics = dict.fromkeys(step.topic for step in report.report.steps if step.topic)
    asker = _asker(report)
    lines = [_("%(asker)s sẽ giải thích lại về: %(topic)s.", asker=asker, topic=topic_name(topic)) for topic in topics]
    asked = _("Lần tới, mời cha mẹ dành vài phút trả lời: càng nhiều người trả lời, kết quả càng đúng.")
    return (*lines[: MOST_POINTS - 1], asked)


def _asker(report: PeriodReport) -> str:
    return _("Nhà trường") if report.organisation.kind == OrganisationKind.SCHOOL else report.organisation.name


def _small_print(report: PeriodReport, lang: Language) -> str:
    parts = []
    for row in report.report.visible:
        latest = row.headline.latest
        if latest is not None and latest.value is not None:
            seen = figure(latest, lang)
            parts.append(
                _(
                    "%(group)s: %(share)s, %(answered)s người trả lời trong %(population)s người, khoảng tin cậy "
                    "%(interval)s",
                    group=group_name(row.group),
                    share=seen.share,
                    answered=seen.answered,
                    population=seen.population,
                    interval=seen.interval,
                )
            )
    lines = "; ".join(parts)
    promise = _(
        "Phiếu không ghi tên ai. Nhóm có dưới %(minimum)s người trả lời thì không nêu số.",
        minimum=report.report.minimum,
    )
    cause = _("Thay đổi chưa chắc là do đợt truyền thông.") if report.report.has_follow_up else ""
    return " ".join(part for part in (f"{lines}." if lines else "", cause, promise) if part)
