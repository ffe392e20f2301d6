"""Reads of the first indicator: how many of a unit's staff have been briefed. A count by docs/methods.md, section 15.

The log says how many were newly briefed in each activity; the roll says how many there are and how many are known not
to be. Without a roll of its own a unit is judged for the calendar year by the headcount of its staff.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.briefing import briefing
from analysis.records import Verdict
from survey.activities.models import Activity, BriefingRoll
from survey.activities.queries import require_covered
from survey.activities.records import BriefingState, BriefingTotal
from survey.core.permissions import Scope
from survey.core.vocabulary import Audience
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import people_by_audience, population_on


@dataclass(frozen=True, slots=True)
class _Briefed:
    """One activity's newly briefed."""

    organisation_id: int
    campaign_id: int | None
    held_on: date
    number: int


def briefing_state(
    session: Session, *, organisation_ids: Collection[int], on: date, scope: Scope
) -> tuple[BriefingState, ...]:
    """Return the first indicator of each organisation on a day, by name: its roll in force, with what was briefed.

    In force is the roll that covers the day; of several the one whose numbers are the newest. Raises NotFound.
    """
    require_covered(organisation_ids, scope)
    organisations = session.scalars(select(Organisation).where(Organisation.id.in_(organisation_ids))).all()
    rolls = _rolls(session, organisation_ids, on)
    staff = staff_on(session, organisation_ids=organisation_ids, day=on)
    briefed = _briefed(session, organisation_ids)
    return tuple(
        _state(organisation, rolls.get(organisation.id), staff.get(organisation.id), briefed, on)
        for organisation in sorted(organisations, key=lambda place: (place.name.casefold(), place.id))
    )


def _rolls(session: Session, organisation_ids: Collection[int], on: date) -> dict[int, BriefingRoll]:
    query = (
        select(BriefingRoll)
        .where(BriefingRoll.organisation_id.in_(organisation_ids), BriefingRoll.starts <= on, BriefingRoll.ends >= on)
        .order_by(BriefingRoll.as_of, BriefingRoll.id)
    )
    return {roll.organisation_id: roll for roll in session.scalars(query)}


def staff_on(session: Session, *, organisation_ids: Collection[int], day: date) -> dict[int, int]:
    """Return the number of staff of each organisation by its headcounts; those without any are left out."""
    groups: dict[int, list[int]] = {}
    query = select(Group.id, Group.organisation_id).where(
        Group.organisation_id.in_(organisation_ids), Group.staff_kind.is_not(None), Group.ended_on.is_(None)
    )
    for group_id, organisation_id in session.execute(query):
        groups.setdefault(organisation_id, []).append(group_id)
    population = population_on(session, organisation_ids=organisation_ids, day=day)
    found = {
        organisation_id: people_by_audience(population, organisation_id, groups.get(organisation_id, ()))
        for organisation_id in organisation_ids
    }
    return {place: people[Audience.STAFF] for place, people in found.items() if people.get(Audience.STAFF)}


def _briefed(session: Session, organisation_ids: Collection[int]) -> Sequence[_Briefed]:
    query = select(Activity.organisation_id, Activity.campaign_id, Activity.held_on, Activity.newly_briefed).where(
        Activity.organisation_id.in_(organisation_ids), Activity.newly_briefed > 0
    )
    return [_Briefed(*row) for row in session.execute(query)]


def _state(
    organisation: Organisation, roll: BriefingRoll | None, staff: int | None, briefed: Iterable[_Briefed], on: date
) -> BriefingState:
    starts = roll.starts if roll else date(on.year, 1, 1)
    ends = roll.ends if roll else date(on.year, 12, 31)
    campaign_id = roll.campaign_id if roll else None
    counted = [
        entry
        for entry in briefed
        if entry.organisation_id == organisation.id
        and starts <= entry.held_on <= min(ends, on)
        and campaign_id in (None, entry.campaign_id)
    ]
    roster = roll.roster if roll else staff
    known_not = roll.known_not_briefed if roll else 0
    total = sum(entry.number for entry in counted)
    judged = briefing(roster or 0, total if roster is not None else 0, known_not=known_not)
    return BriefingState(
        organisation_id=organisation.id,
        organisation=organisation.name,
        starts=starts,
        ends=ends,
        campaign_id=campaign_id,
        as_of=roll.as_of if roll else None,
        roster=roster,
        is_roster_typed=roll is not None,
        newly_briefed=total,
        confirmed=judged.confirmed,
        known_not=known_not,
        open=judged.open,
        briefed_since=sum(entry.number for entry in counted if roll and entry.held_on > roll.as_of),
        verdict=judged.verdict,
    )


def briefing_total(states: Sequence[BriefingState]) -> BriefingTotal:
    """Return several units together: each one's confirmations are capped by its own roster first.

    Nothing is said to be met while the number of staff of a unit is not known.
    """
    known = [state for state in states if state.roster is not None]
    without = tuple(state.organisation for state in states if state.roster is None)
    together = briefing(
        sum(state.roster or 0 for state in known),
        sum(state.confirmed for state in known),
        known_not=sum(state.known_not for state in known),
    )
    verdict = together.verdict
    if without and verdict is Verdict.MET:
        verdict = Verdict.NOT_YET_SHOWN
    return BriefingTotal(
        len(states), without, together.roster, together.confirmed, together.known_not, together.open, verdict
    )
