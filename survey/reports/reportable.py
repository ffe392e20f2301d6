"""Which organisations a person may report on, and the periods that just ended, for the page of reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.periods import Period, PeriodKind, period_of, previous_period
from survey.core.permissions import Scope
from survey.organisations.models import Organisation

# So long after its end the report of a period is still to be written.
JUST_ENDED = timedelta(days=45)


def reportable_places(session: Session, scope: Scope) -> Sequence[Organisation]:
    """Return the organisations that the scope covers as a whole, those nearest to the root first."""
    found = session.scalars(select(Organisation).where(Organisation.id.in_(scope.whole)))
    return sorted(found, key=lambda place: (place.path.count("/"), place.name.casefold(), place.id))


@dataclass(frozen=True, slots=True)
class Offer:
    """A period whose report is likely wanted now; is_over: whether its last day has passed."""

    period: Period
    is_over: bool


def offers(place: Organisation, today: date) -> tuple[Offer, ...]:
    """Return, for each kind of period, the present one, and before it one that has just ended."""
    found = []
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR, PeriodKind.SCHOOL_YEAR):
        present = period_of(kind, today, place.cut_off)
        before = previous_period(present)
        if today - before.ends <= JUST_ENDED:
            found.append(Offer(before, is_over=True))
        found.append(Offer(present, is_over=False))
    return tuple(found)
