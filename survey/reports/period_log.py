"""Reads the communication log for a periodic report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from survey.activities.briefing_queries import briefing_state, briefing_total
from survey.activities.queries import (
    activities_between,
    checks_between,
    difficulties_between,
    effects_between,
    models_between,
    totals_of,
)
from survey.core.periods import Period
from survey.core.permissions import Scope
from survey.core.vocabulary import OrganisationKind
from survey.organisations.models import Organisation
from survey.reports.period_records import LogFacts


def log_facts(
    session: Session, *, places: Sequence[Organisation], owner: Organisation, period: Period, scope: Scope, today: date
) -> LogFacts:
    """Return what the log of the organisations says of a period; the briefing as of its last day or today."""
    ids = [place.id for place in places]
    start, end = period.starts, period.ends
    activities = activities_between(session, organisation_ids=ids, start=start, end=end, scope=scope)
    briefing = briefing_state(session, organisation_ids=ids, on=min(today, end), scope=scope)
    # A unit above schools counts with its own officials where somebody has said how many they are.
    schools = {place.id for place in places if place.kind == OrganisationKind.SCHOOL}
    counted = tuple(
        state for state in briefing if state.organisation_id in schools or state.roster or state.newly_briefed
    )
    difficulties = difficulties_between(session, organisation_ids=ids, start=start, end=end, scope=scope)
    return LogFacts(
        activities=tuple(reversed(activities)),
        totals=totals_of(activities),
        briefing=counted,
        briefing_total=briefing_total(counted),
        effects=tuple(reversed(effects_between(session, organisation_ids=ids, start=start, end=end, scope=scope))),
        models=tuple(reversed(models_between(session, organisation_ids=ids, start=start, end=end, scope=scope))),
        difficulties=tuple(reversed(difficulties)),
        checks=checks_between(session, organisation_ids=ids, start=start, end=end, scope=scope, today=min(today, end)),
    )
