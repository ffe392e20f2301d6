"""Reads what an export is made from, within a scope."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy.orm import Session

from survey.core.errors import Conflict
from survey.core.permissions import Scope
from survey.jobs.calls import run_in_child
from survey.reports.queries import report_input

if TYPE_CHECKING:
    from survey.exports.tables import CountsTable


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
    return cast("CountsTable", run_in_child("survey.exports.tables:counts_table", source))
