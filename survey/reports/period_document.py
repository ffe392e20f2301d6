"""Puts the report of a period or a campaign into its written form: six sections, as the plans ask, and annexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.rounding import Language
from survey.reports.documents import Block, Letterhead, Paragraph, ReportDocument, Section
from survey.reports.period_annexes import annexes, definitions
from survey.reports.period_phrases import report_subject, report_time
from survey.reports.period_records import PeriodReport
from survey.reports.period_results import results_section
from survey.reports.period_spread import spread_section, work_section
from survey.reports.period_texts import OPTIONAL, draft_texts
from survey.reports.words import _


@dataclass(frozen=True, slots=True)
class Edition:
    """What makes this document this one: the unit's texts and letterhead, and whether it is issued.

    texts: what the unit wrote, by key; what is not in it is taken from the log.
    """

    texts: Mapping[str, str]
    letterhead: Letterhead
    is_draft: bool = True
    release: str = ""


def period_document(report: PeriodReport, edition: Edition, lang: Language) -> ReportDocument:
    """Return the written form of a report."""
    texts = {**draft_texts(report, lang), **edition.texts}

    def written(key: str) -> tuple[Block, ...]:
        if texts[key].strip():
            return (Paragraph(texts[key], key),)
        # In what is issued an empty text is left out; the section then says that there was nothing.
        return (Paragraph(_missing(key), key),) if edition.is_draft else ()

    return ReportDocument(
        language=lang,
        letterhead=edition.letterhead,
        kind=_("BÁO CÁO"),
        subject=report_subject(report),
        period=report_time(report),
        opening=written("opening"),
        sections=(
            work_section(report, written("work"), lang),
            spread_section(report, lang),
            results_section(report, written("remarks"), lang),
            Section(_("Mô hình hiệu quả"), written("models")),
            Section(_("Khó khăn, vướng mắc"), written("difficulties")),
            Section(
                _("Đề xuất, kiến nghị"),
                parts=tuple(
                    Section(title, blocks)
                    for title, blocks in (
                        (_("Đề xuất, kiến nghị với cấp trên"), written("proposals")),
                        (_("Việc làm trong kỳ tới"), written("next")),
                    )
                    if blocks
                ),
            ),
        ),
        annexes=annexes(report, lang),
        definitions=definitions(report, lang),
        is_demo=report.organisation.is_demo or report.report.is_demo,
        is_draft=edition.is_draft,
        release=edition.release,
    )


def _missing(key: str) -> str:
    if key in OPTIONAL:
        return _("(Nếu cần, đơn vị viết thêm nhận xét ở đây.)")
    return _("(Đơn vị bổ sung phần này.)")
