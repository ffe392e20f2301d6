"""The written report of one campaign, and its page for parents: the same sections and words as a periodic report.

Files of a campaign are drafts always: what a unit signs and issues is a report of a period
(docs/decisions/0010-questions-to-come-and-what-is-issued.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis.rounding import Language
from survey.core.permissions import Scope
from survey.reports.calls import build_period
from survey.reports.campaign_queries import campaign_input
from survey.reports.documents import Letterhead, ParentsPage, ReportDocument
from survey.reports.letterheads import letterhead_of, surroundings
from survey.reports.parents import parents_page
from survey.reports.period_document import Edition, period_document
from survey.reports.period_records import PeriodReport
from survey.reports.release_queries import last_letterhead


@dataclass(frozen=True, slots=True)
class CampaignView:
    """The report of a campaign with the letterhead that the unit used last."""

    report: PeriodReport
    letterhead: Letterhead


def campaign_view(
    session: Session, *, campaign_id: int, scope: Scope, today: date, organisation_id: int | None = None
) -> CampaignView:
    """Return the report of a campaign. Raises NotFound where the scope does not cover it."""
    given = campaign_input(session, campaign_id=campaign_id, scope=scope, today=today, organisation_id=organisation_id)
    changed: Mapping[str, str] = last_letterhead(session, organisation_id=given.organisation.id)
    # Everything is read: the database is free while the child computes.
    session.rollback()
    report = build_period(given)
    return CampaignView(report, letterhead_of(surroundings(report), changed, year=today.year))


def campaign_document(view: CampaignView, lang: Language) -> ReportDocument:
    """Return the written form of a campaign's report."""
    return period_document(view.report, Edition({}, view.letterhead), lang)


def campaign_parents_page(view: CampaignView, lang: Language) -> ParentsPage:
    """Return the page for parents of a campaign."""
    return parents_page(view.report, lang)
