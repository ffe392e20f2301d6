"""What asks for attention in each unit: a list of reasons, most urgent first. Never a ranking of what people know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.activities.briefing_queries import briefing_state
from survey.activities.duties import duties_by_unit
from survey.activities.records import BriefingState, Duty
from survey.activities.vocabulary import DutyCode, DutyState
from survey.campaigns.models import Campaign, Wave
from survey.core.periods import Period
from survey.core.permissions import Scope
from survey.core.vocabulary import OrganisationKind, WaveState, audiences_of
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import people_by_audience, population_on
from survey.overview.counts import is_overdue
from survey.reports.models import Release
from survey.reports.reportable import offers
from survey.responses.queries import stored_by_group

# An open wave is looked at so many days before it ends, if fewer than half have answered.
SOON = timedelta(days=3)
FEW = 0.5


class ReasonCode(StrEnum):
    """Why a unit needs attention, the most urgent first."""

    CHECK_OVERDUE = "check_overdue"
    WAVE_OVERDUE = "wave_overdue"
    FEW_ANSWERS = "few_answers"
    NOT_MET = "not_met"
    NO_WAVE = "no_wave"
    REPORT_DUE = "report_due"
    BRIEFING_OPEN = "briefing_open"
    POSTS_LATE = "posts_late"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; what it is about stands in the fields that it needs."""

    code: ReasonCode
    number: int = 0
    whole: int = 0
    wave: Wave | None = None
    period: Period | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its reasons, its first indicator and its duties."""

    organisation: Organisation
    reasons: tuple[Reason, ...]
    briefing: BriefingState
    duties: tuple[Duty, ...]


def units_of(
    session: Session,
    *,
    organisations: Sequence[Organisation],
    campaigns: Sequence[Campaign],
    year: Period,
    today: date,
    scope: Scope,
) -> tuple[Unit, ...]:
    """Return the units, those with the most urgent reasons first, then by name. Raises NotFound."""
    ids = [place.id for place in organisations]
    day = max(min(year.ends, today), year.starts)
    briefing = {
        state.organisation_id: state for state in briefing_state(session, organisation_ids=ids, on=day, scope=scope)
    }
    duties = duties_by_unit(session, organisation_ids=ids, year=year, today=today, scope=scope)
    waves = _reasons_of_waves(session, organisations, campaigns, today, scope)
    filed = _filed(session, ids)
    units = []
    for place in organisations:
        own = [campaign for campaign in campaigns if place.path.startswith(campaign.organisation.path)]
        reasons = [
            *waves[place.id],
            *_no_wave(place, own),
            *_reports_due(place, own, filed[place.id], today),
            *_open_briefing(briefing[place.id]),
            *_late_duties(duties[place.id]),
        ]
        units.append(Unit(place, in_order(reasons), briefing[place.id], duties[place.id]))
    return by_urgency(units)


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return reasons, the most urgent first."""
    order = list(ReasonCode)
    return tuple(sorted(reasons, key=lambda reason: order.index(reason.code)))


def by_urgency(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Return units by their most urgent reason, then by name; those with nothing to do come last."""
    order = list(ReasonCode)

    def urgency(unit: Unit) -> tuple[int, str, int]:
        first = order.index(unit.reasons[0].code) if unit.reasons else len(order)
        return first, unit.organisation.name.casefold(), unit.organisation.id

    return tuple(sorted(units, key=urgency))


def _reasons_of_waves(
    session: Session, places: Sequence[Organisation], campaigns: Iterable[Campaign], today: date, scope: Scope
) -> Mapping[int, list[Reason]]:
    found: dict[int, list[Reason]] = defaultdict(list)
    running = [(campaign, wave) for campaign in campaigns for wave in campaign.waves if wave.state == WaveState.OPEN]
    near = [(campaign, wave) for campaign, wave in running if wave.closes - today <= SOON]
    if not near:
        return found
    people = _people(session, [place.id for place in places], today)
    for campaign, wave in near:
        stored: Counter[int] = Counter()
        for (place_id, _group), number in stored_by_group(session, wave.id, scope).items():
            stored[place_id] += number
        for place in places:
            asked = people.get(place.id, {}).get(wave.audience, 0)
            if not place.path.startswith(campaign.organisation.path) or not asked:
                continue
            if is_overdue(wave, today):
                found[place.id].append(Reason(ReasonCode.WAVE_OVERDUE, wave=wave))
            elif stored[place.id] < FEW * asked:
                found[place.id].append(Reason(ReasonCode.FEW_ANSWERS, stored[place.id], asked, wave=wave))
    return found


def _people(session: Session, ids: Collection[int], today: date) -> dict[int, dict[str, int]]:
    """Return by organisation how many people of each audience there are."""
    groups: dict[int, list[int]] = defaultdict(list)
    query = select(Group.id, Group.organisation_id, Group.grade, Group.staff_kind).where(
        Group.organisation_id.in_(ids), Group.ended_on.is_(None)
    )
    for group_id, place_id, grade, staff_kind in session.execute(query):
        if audiences_of(grade, staff_kind):
            groups[place_id].append(group_id)
    numbers = population_on(session, organisation_ids=ids, day=today)
    return {place: people_by_audience(numbers, place, groups[place]) for place in ids}


def _filed(session: Session, ids: Collection[int]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Release.organisation_id, Release.period).where(
        Release.organisation_id.in_(ids), Release.period.is_not(None)
    )
    for place_id, period in session.execute(query):
        found[place_id].add(str(period))
    return found


def _no_wave(place: Organisation, campaigns: Iterable[Campaign]) -> list[Reason]:
    """A school without any wave that has opened; whoever stands above it asks through its schools."""
    if place.kind != OrganisationKind.SCHOOL:
        return []
    has_opened = any(wave.state != WaveState.DRAFT for campaign in campaigns for wave in campaign.waves)
    return [] if has_opened else [Reason(ReasonCode.NO_WAVE)]


def _reports_due(
    place: Organisation, campaigns: Sequence[Campaign], filed: Collection[str], today: date
) -> list[Reason]:
    """The periods that have just ended, in which a campaign had begun, and whose report nobody has issued."""
    over = [offer.period for offer in offers(place, today) if offer.is_over]
    return [
        Reason(ReasonCode.REPORT_DUE, period=period)
        for period in over
        if period.text not in filed and any(campaign.starts <= period.ends for campaign in campaigns)
    ]


def _open_briefing(state: BriefingState) -> list[Reason]:
    if not state.roster or state.confirmed >= state.roster:
        return []
    return [Reason(ReasonCode.BRIEFING_OPEN, state.confirmed, state.roster)]


def _late_duties(duties: Iterable[Duty]) -> list[Reason]:
    codes = {DutyCode.CHECKS: ReasonCode.CHECK_OVERDUE, DutyCode.POSTS: ReasonCode.POSTS_LATE}
    return [
        Reason(codes[DutyCode(duty.code)])
        for duty in duties
        if duty.state == DutyState.LATE and DutyCode(duty.code) in codes
    ]
