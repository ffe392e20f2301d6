"""Puts together what the pages of a periodic report show: report, texts, what has changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from analysis.rounding import Language
from survey.core.errors import NotFound
from survey.core.periods import Period, PeriodInvalid, parse_period
from survey.core.permissions import Scope
from survey.organisations.queries import organisation_by_id
from survey.reports.calls import build_period, draw
from survey.reports.documents import Drawing, Letterhead, ReportDocument
from survey.reports.letterheads import letterhead_of, surroundings
from survey.reports.period_document import Edition, period_document
from survey.reports.period_notes import withheld_text
from survey.reports.period_queries import period_input
from survey.reports.period_records import PeriodReport
from survey.reports.period_texts import OPTIONAL, TEXTS, draft_texts, text_basis
from survey.reports.picture_words import picture_of
from survey.reports.release_queries import draft_of, last_letterhead
from survey.reports.renderers.outlines import printable, template_parts, walk
from survey.reports.words import _
from survey.web.formats import format_date

# For paper and wide screens, and for phones.
VARIANTS = ("print", "narrow")


@dataclass(frozen=True, slots=True)
class PeriodView:
    """A periodic report with the unit's own texts.

    written: what the unit wrote; drafts: what the log gives; basis: what each text would be written beside now.
    stale: texts of the unit whose figures have changed since.
    """

    report: PeriodReport
    letterhead: Letterhead
    changed_letterhead: Mapping[str, str]
    written: Mapping[str, str]
    drafts: Mapping[str, str]
    basis: Mapping[str, str]
    stale: frozenset[str]

    @property
    def texts(self) -> Mapping[str, str]:
        """Every text as it stands in the report."""
        return {**self.drafts, **self.written}


def read_period(text: str, cut_off: str) -> Period:
    """Return the period of an address. Raises NotFound."""
    try:
        period = parse_period(text, cut_off)
    except PeriodInvalid as error:
        raise NotFound from error
    return period


def period_view(
    session: Session, *, organisation_id: int, text: str, scope: Scope, today: date, lang: Language
) -> PeriodView:
    """Return the report of an organisation for a period. Raises NotFound where the scope does not cover it."""
    organisation = organisation_by_id(session, organisation_id, scope)
    period = read_period(text, organisation.cut_off)
    source = period_input(session, organisation_id=organisation_id, period=period, scope=scope, today=today)
    draft = draft_of(session, organisation_id=organisation_id, period=period.text)
    written, beside = (dict(draft.texts), dict(draft.basis)) if draft is not None else ({}, {})
    # A new report begins with the letterhead of the last one.
    changed = dict(draft.letterhead) if draft is not None else last_letterhead(session, organisation_id=organisation_id)
    # Everything is read: the database is free while the child computes.
    session.rollback()
    report = build_period(source)
    drafts = draft_texts(report, lang)
    basis = text_basis(report, drafts)
    return PeriodView(
        report=report,
        letterhead=letterhead_of(surroundings(report), changed, year=today.year),
        changed_letterhead=changed,
        written=written,
        drafts=drafts,
        basis=basis,
        stale=frozenset(key for key in written if beside.get(key) != basis.get(key)),
    )


def draft_document(view: PeriodView, lang: Language) -> ReportDocument:
    """Return the report as a draft."""
    return period_document(view.report, Edition(view.written, view.letterhead), lang)


def issued_document(view: PeriodView, lang: Language, *, number: int, changed: str) -> ReportDocument:
    """Return the report as it is issued; a correction says what is different."""
    release = ""
    if changed:
        release = _(
            "Phát hành lần %(number)s, thay bản đã phát hành. Điểm khác: %(changed)s", number=number, changed=changed
        )
    edition = Edition(view.written, view.letterhead, is_draft=False, release=release)
    return period_document(view.report, edition, lang)


def preview(document: ReportDocument, edits: Mapping[str, str], pictures: Mapping[str, str]) -> dict[str, object]:
    """Return what the macros of a written report take; pictures: the address of its drawing by variant.

    The browser asks for the drawing next, so that the words do not wait for it.
    """
    document = printable(document)
    names = [block.name for block in walk(document.sections) if isinstance(block, Drawing)]
    wide, narrow = (dict.fromkeys(names, pictures[variant]) for variant in VARIANTS)
    return template_parts(document, wide, narrow=narrow, edits=edits)


def drawing(view: PeriodView, variant: str, lang: Language) -> bytes:
    """Return the drawing of a report as SVG. Raises NotFound for another variant than those of the page."""
    if variant not in VARIANTS:
        raise NotFound
    return draw(picture_of(view.report.report, lang), variant)


def missing_for_issue(view: PeriodView, *, today: date) -> tuple[str, ...]:
    """Say what a person should know or do before issuing; nothing of it forbids it."""
    return tuple(_missing(view, today))


def _missing(view: PeriodView, today: date) -> Iterator[str]:
    report = view.report
    if today <= report.period.ends:
        yield _(
            "Kỳ báo cáo chưa hết (đến hết ngày %(day)s); số liệu có thể còn thay đổi.",
            day=format_date(report.period.ends),
        )
    empty = [str(title) for key, title in TEXTS.items() if key not in OPTIONAL and not view.texts[key].strip()]
    if empty:
        yield _("Chưa viết: %(titles)s. Khi phát hành, mục này ghi là không có nội dung.", titles="; ".join(empty))
    stale = [str(title) for key, title in TEXTS.items() if key in view.stale]
    if stale:
        yield _("Số liệu đã đổi từ khi viết: %(titles)s. Hãy đọc lại các đoạn này.", titles="; ".join(stale))
    if not report.report.has_answers:
        yield _("Chưa có đợt đo nào kết thúc trong kỳ, nên báo cáo không có số liệu về mức hiểu rõ.")
    elif report.missing and report.report.is_roll_up:
        yield _("Chưa có phiếu nào từ: %(places)s.", places="; ".join(place.name for place in report.missing))
    if not view.letterhead.addressees:
        yield _("Chưa ghi nơi kính gửi.")
    if report.withheld:
        yield withheld_text(report)


def as_language(code: str) -> Language:
    """Return a language as the statistics know it."""
    return cast(Language, code)
