"""What the pages of the log share: whose log it is, which year, and who may write in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import request

from survey.activities.rights import editable_scope
from survey.activities.years import read_year, years_offered
from survey.campaigns.queries import campaigns_in, organisations_in, place_to_act, subtree
from survey.core.clock import local_date, utc_now
from survey.core.errors import Forbidden
from survey.core.periods import Period
from survey.core.permissions import Permission, Scope
from survey.organisations.models import Organisation
from survey.web.auth import access, require_at, scope
from survey.web.db_session import db


@dataclass(frozen=True)
class Place:
    """The unit whose log is shown, and what the page needs to know around it."""

    organisation: Organisation
    choices: Sequence[Organisation]
    year: Period
    today: date
    is_own: bool

    @property
    def ids(self) -> frozenset[int]:
        """The units whose entries are shown: this one, and those below unless only the own were asked for."""
        if self.is_own:
            return frozenset({self.organisation.id})
        return self.below

    @cached_property
    def below(self) -> frozenset[int]:
        """This unit and every one below it that the person may read."""
        return subtree(db.session, self.organisation.id) & readable().whole

    @property
    def is_many(self) -> bool:
        """Whether entries of several units are shown."""
        return len(self.ids) > 1

    @property
    def years(self) -> tuple[Period, ...]:
        """The years to choose from; a year that was asked for by its address is among them."""
        offered = years_offered(self.today)
        return offered if self.year in offered else (self.year, *offered)

    @cached_property
    def may_edit(self) -> bool:
        """Whether the person may write in the log of this unit."""
        return editable_scope(db.session, access()).covers(self.organisation.id)

    def query(self, **more: Any) -> dict[str, Any]:
        """Return what an address needs to stay with this unit and year."""
        own = {"own": 1} if self.is_own else {}
        return {"organisation": self.organisation.id, "year": self.year.text, **own, **more}


def readable() -> Scope:
    """Return where the person may read the log."""
    return scope(Permission.READ_ACTIVITY)


def asked_place() -> Place:
    """Return the unit and year of this request; without them the topmost unit and the present year.

    Raises NotFound for a unit that the person may not read.
    """
    today = local_date(utc_now())
    choices = organisations_in(db.session, readable())
    organisation = place_to_act(choices, request.values.get("organisation", type=int))
    year = read_year(request.values.get("year"), today=today)
    return Place(organisation, choices, year, today, is_own=bool(request.values.get("own")))


def editable_place() -> Place:
    """Return the unit of this request; without one the first whose log the person may change.

    Raises NotFound or Forbidden.
    """
    today = local_date(utc_now())
    allowed = editable_scope(db.session, access())
    wanted = request.values.get("organisation", type=int)
    if wanted is not None:
        require_editable(wanted)
    choices = organisations_in(db.session, allowed)
    organisation = place_to_act(choices, wanted)
    return Place(organisation, choices, read_year(request.values.get("year"), today=today), today, is_own=True)


def require_editable(organisation_id: int) -> None:
    """Stop unless the person may change the log of this unit. Raises NotFound where it is not known to them."""
    require_at(Permission.READ_ACTIVITY, organisation_id)
    if not editable_scope(db.session, access()).covers(organisation_id):
        raise Forbidden


def campaigns_of(organisation: Organisation) -> list[tuple[int, str]]:
    """Return the campaigns that cover a unit, newest first."""
    covered = frozenset({organisation.id})
    return [(campaign.id, campaign.title) for campaign in campaigns_in(db.session, Scope(covered, covered))]
