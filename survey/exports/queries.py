"""Reads what an export is made from, within a scope."""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign
from survey.core.errors import Conflict, NotFound
from survey.core.permissions import Scope
from survey.exports.records import CountsTable
from survey.jobs.calls import run_in_child
from survey.organisations.models import Organisation
from survey.reports.queries import report_input


def campaign_counts(
    session: Session, *, campaign_id: int, organisation_id: int, scope: Scope, today: date
) -> CountsTable:
    """Return the counts behind the report of one organisation in a campaign.

    Raises NotFound where the scope does not cover them, Conflict where the organisation stands for several: their
    figures are rolled up, which one table cannot carry.
    """
    source = report_input(session, campaign_id=campaign_id, scope=scope, today=today, organisation_id=organisation_id)
    if source.focus is None:
        raise Conflict
    return cast(CountsTable, run_in_child("survey.exports.tables:counts_table", source))


def campaign_owner(session: Session, campaign_id: int) -> str:
    """Return the code of the organisation that a campaign belongs to; NotFound without such a campaign."""
    query = select(Organisation.code).join(Campaign, Campaign.organisation_id == Organisation.id)
    code = session.scalar(query.where(Campaign.id == campaign_id))
    if code is None:
        raise NotFound
    return code
