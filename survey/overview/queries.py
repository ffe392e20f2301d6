"""Puts together what the dashboard, a campaign's page and a wave's page show: states, counts, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.queries import plan_of, subtree, waves_in
from survey.collection.models import Collector
from survey.collection.queries import collectors_of
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveKind, WaveState, audiences_of
from survey.instruments.queries import ReviewState, review_state
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import population_on
from survey.overview.steps import Next, WaveFacts, next_step, steps
from survey.responses.queries import stored_by_group

Populations = Mapping[tuple[int, int | None, str], int]


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A wave with the answers stored so far and the people asked, as far as the person may see."""

    wave: Wave
    stored: int
    # None when nobody gave a number.
    population: int | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class AudienceView:
    """One audience of a campaign: how it is judged, what it is asked, its two waves."""

    plan: Plan
    review: ReviewState
    baseline: WaveLine | None
    follow_up: WaveLine | None

    @property
    def lines(self) -> tuple[WaveLine, ...]:
        """Its waves, the baseline first."""
        return tuple(line for line in (self.baseline, self.follow_up) if line is not None)


def wave_line(session: Session, wave: Wave, scope: Scope, today: date) -> WaveLine:
    """Return a wave with its counts."""
    stored = stored_by_group(session, wave.id, scope)
    return WaveLine(
        wave=wave,
        stored=sum(stored.values()),
        population=_population(session, wave, scope, today),
        is_overdue=is_overdue(wave, today),
    )


def is_overdue(wave: Wave, today: date) -> bool:
    """Whether a wave is still open although its closing day has passed."""
    return wave.state == WaveState.OPEN and wave.closes < today


@dataclass(frozen=True, slots=True)
class Position:
    """Where a campaign stands: each step's state, and the one thing to do next."""

    next: Next
    steps: Mapping[str, str]
    # The plans whose items are still to be checked, and the waves that should have been closed.
    to_review: tuple[Plan, ...]
    overdue: tuple[Wave, ...]


def position_of(session: Session, campaign: Campaign, today: date) -> Position:
    """Return where a campaign stands."""
    facts = [WaveFacts(wave.kind, wave.state, wave.opens, is_overdue(wave, today)) for wave in campaign.waves]
    to_review = tuple(
        plan for plan in campaign.plans if plan.locked_at is None and not _review(session, campaign, plan).is_complete
    )
    states = steps(facts, is_reviewed=not to_review, today=today)
    return Position(
        next=next_step(facts, is_reviewed=not to_review, today=today),
        steps={str(name): str(state) for name, state in states.items()},
        to_review=to_review,
        overdue=tuple(wave for wave in campaign.waves if is_overdue(wave, today)),
    )


def _review(session: Session, campaign: Campaign, plan: Plan) -> ReviewState:
    return review_state(session, version_id=plan.instrument_version_id, organisation_id=campaign.organisation_id)


def audience_views(session: Session, campaign: Campaign, scope: Scope, today: date) -> tuple[AudienceView, ...]:
    """Return the audiences of a campaign in the order of its plans."""
    views = []
    for plan in campaign.plans:
        lines = {
            wave.kind: wave_line(session, wave, scope, today)
            for wave in campaign.waves
            if wave.audience == plan.audience
        }
        review = review_state(session, version_id=plan.instrument_version_id, organisation_id=campaign.organisation_id)
        views.append(AudienceView(plan, review, lines.get(WaveKind.BASELINE), lines.get(WaveKind.FOLLOW_UP)))
    return tuple(views)


def open_lines(session: Session, scope: Scope, today: date) -> tuple[WaveLine, ...]:
    """Return the waves that take answers or are being closed, those that end soonest first."""
    waves = waves_in(session, scope, (WaveState.OPEN, WaveState.CLOSING))
    return tuple(wave_line(session, wave, scope, today) for wave in sorted(waves, key=lambda wave: wave.closes))


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of an organisation in a wave; without a group, everybody who named none."""

    group: Group | None
    collector: Collector | None
    stored: int
    population: int | None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One organisation in a wave: its ways in, and the answers of each group."""

    organisation: Organisation
    lines: tuple[GroupLine, ...]

    @property
    def stored(self) -> int:
        """All answers of the organisation that the person may see."""
        return sum(line.stored for line in self.lines)

    @property
    def without_headcount(self) -> tuple[Group, ...]:
        """The groups for which nobody gave a number."""
        return tuple(line.group for line in self.lines if line.group is not None and line.population is None)

    @property
    def without_collector(self) -> tuple[Group, ...]:
        """The groups that have no way in yet."""
        return tuple(line.group for line in self.lines if line.group is not None and line.collector is None)


def place_views(
    session: Session, wave: Wave, scope: Scope, today: date, organisation_id: int | None = None
) -> tuple[PlaceView, ...]:
    """Return what a person may see of a wave, by organisation; of one organisation only when asked for."""
    organisations = _organisations(session, wave, scope, organisation_id)
    numbers = population_on(session, organisation_ids=[place.id for place in organisations], day=_day(wave, today))
    stored = stored_by_group(session, wave.id, scope)
    collectors = {
        (collector.organisation_id, collector.group_id): collector
        for collector in collectors_of(session, wave.id, scope)
    }
    groups = _groups(session, wave.audience, [place.id for place in organisations], scope)
    views = []
    for place in organisations:
        own = [group for group in groups if group.organisation_id == place.id]
        lines = [
            GroupLine(
                group=group,
                collector=collectors.get((place.id, group.id)),
                stored=stored.get((place.id, group.id), 0),
                population=numbers.get((place.id, group.id, wave.audience)),
            )
            for group in own
        ]
        everybody = collectors.get((place.id, None)), stored.get((place.id, None), 0)
        if any(everybody):
            whole = numbers.get((place.id, None, wave.audience)) if not own else None
            lines.insert(0, GroupLine(None, *everybody, whole))
        if lines:
            views.append(PlaceView(place, tuple(lines)))
    return tuple(views)


@dataclass(frozen=True, slots=True)
class OpeningView:
    """A draft wave with what should be looked at before it opens."""

    wave: Wave
    plan: Plan
    # None once the plan is locked: then nothing can be withdrawn any more.
    review: ReviewState | None
    without_headcount: tuple[PlaceView, ...]
    has_ways_in: bool


def opening_views(session: Session, campaign: Campaign, kind: str, scope: Scope, today: date) -> list[OpeningView]:
    """Return the waves of a kind that can be opened."""
    views = []
    for wave in campaign.waves:
        if wave.kind != kind or wave.state != WaveState.DRAFT:
            continue
        places = place_views(session, wave, scope, today)
        plan = plan_of(session, campaign.id, wave.audience)
        views.append(
            OpeningView(
                wave=wave,
                plan=plan,
                review=None if plan.locked_at is not None else _review(session, campaign, plan),
                without_headcount=tuple(place for place in places if place.without_headcount),
                has_ways_in=bool(places),
            )
        )
    return views


def _organisations(session: Session, wave: Wave, scope: Scope, organisation_id: int | None) -> Sequence[Organisation]:
    wanted = subtree(session, wave.campaign.organisation_id) & scope.organisations
    if organisation_id is not None:
        wanted &= {organisation_id}
    query = select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.name, Organisation.id)
    return session.scalars(query).all()


def _groups(session: Session, audience: str, organisation_ids: Sequence[int], scope: Scope) -> list[Group]:
    query = (
        select(Group)
        .where(Group.organisation_id.in_(organisation_ids), Group.ended_on.is_(None))
        .order_by(Group.grade, Group.name, Group.id)
    )
    return [
        group
        for group in session.scalars(query)
        if audience in audiences_of(group.grade, group.staff_kind)
        and scope.covers_group(group.organisation_id, group.id)
    ]


def _day(wave: Wave, today: date) -> date:
    """Return the day whose headcounts hold: the closing day once it has passed."""
    return min(today, wave.closes)


def _population(session: Session, wave: Wave, scope: Scope, today: date) -> int | None:
    organisations = [place.id for place in _organisations(session, wave, scope, None)]
    numbers = population_on(session, organisation_ids=organisations, day=_day(wave, today))
    groups = _groups(session, wave.audience, organisations, scope)
    found = [_people(numbers, place, groups, wave.audience, scope) for place in organisations]
    known = [number for number in found if number is not None]
    return sum(known) if known else None


def _people(
    numbers: Populations, organisation_id: int, groups: Sequence[Group], audience: str, scope: Scope
) -> int | None:
    """Return the people of an audience in one organisation: its own number if it gave one, else its groups' sum."""
    whole = numbers.get((organisation_id, None, audience))
    if whole is not None and scope.covers(organisation_id):
        return whole
    own = [
        numbers.get((organisation_id, group.id, audience))
        for group in groups
        if group.organisation_id == organisation_id
    ]
    known = [number for number in own if number is not None]
    return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """How far a new system has come: a school, its groups with people in them, a campaign, a first poster in use."""

    has_school: bool
    has_groups: bool
    has_campaign: bool
    has_opened: bool

    @property
    def is_finished(self) -> bool:
        """Whether nothing of the beginning is left to do."""
        return self.has_school and self.has_groups and self.has_campaign and self.has_opened


def first_steps(session: Session, scope: Scope) -> FirstSteps:
    """Return how far the organisations of a person have come."""
    places = select(Organisation.id).where(Organisation.id.in_(scope.organisations), Organisation.kind != "province")
    groups = select(Group.id).where(Group.organisation_id.in_(scope.organisations))
    waves = waves_in(session, scope)
    return FirstSteps(
        has_school=session.scalars(places.limit(1)).first() is not None,
        has_groups=session.scalars(groups.limit(1)).first() is not None,
        has_campaign=bool(waves),
        has_opened=any(wave.state != WaveState.DRAFT for wave in waves),
    )
