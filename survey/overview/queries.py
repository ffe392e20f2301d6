"""Puts together what the dashboard, a campaign's page and a wave's page show: states, counts, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.queries import campaigns_in, plan_of, subtree, waves_in
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveKind, WaveState
from survey.instruments.queries import ReviewState, review_state
from survey.organisations.models import Group, Organisation
from survey.overview.counts import PlaceView, WaveLine, concerns, is_overdue, place_views, wave_line
from survey.overview.steps import Next, WaveFacts, next_step, steps


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
            if wave.audience == plan.audience and concerns(session, wave, scope)
        }
        if not lines:
            continue
        review = review_state(session, version_id=plan.instrument_version_id, organisation_id=campaign.organisation_id)
        views.append(AudienceView(plan, review, lines.get(WaveKind.BASELINE), lines.get(WaveKind.FOLLOW_UP)))
    return tuple(views)


def open_lines(session: Session, scope: Scope, today: date) -> tuple[WaveLine, ...]:
    """Return the waves that take answers or are being closed and have to do with the person; the first to end first."""
    waves = sorted(waves_in(session, scope, (WaveState.OPEN, WaveState.CLOSING)), key=lambda wave: wave.closes)
    return tuple(wave_line(session, wave, scope, today) for wave in waves if concerns(session, wave, scope))


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


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """How far a new system has come: a school, its groups with people in them, a campaign, a first poster in use."""

    has_school: bool
    has_groups: bool
    has_campaign: bool
    has_opened: bool
    # Whoever looks after one place alone is led straight to it.
    only_place: int | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing of the beginning is left to do."""
        return self.has_school and self.has_groups and self.has_campaign and self.has_opened


def first_steps(session: Session, scope: Scope) -> FirstSteps:
    """Return how far the organisations of a person have come."""
    places = select(Organisation.id).where(Organisation.id.in_(scope.organisations), Organisation.kind != "province")
    groups = select(Group.id).where(Group.organisation_id.in_(scope.organisations))
    waves = waves_in(session, scope)
    found = session.scalars(places.limit(2)).all()
    return FirstSteps(
        has_school=bool(found),
        has_groups=session.scalars(groups.limit(1)).first() is not None,
        has_campaign=bool(waves),
        has_opened=any(wave.state != WaveState.DRAFT for wave in waves),
        only_place=found[0] if len(found) == 1 else None,
    )


def latest_reported(session: Session, scope: Scope) -> Campaign | None:
    """Return the newest campaign with a closed wave whose report the person may read."""
    for campaign in campaigns_in(session, scope):
        is_closed = any(wave.state == WaveState.CLOSED for wave in campaign.waves)
        if is_closed and subtree(session, campaign.organisation_id) & scope.whole:
            return campaign
    return None


def running_campaigns(session: Session, scope: Scope, today: date) -> list[tuple[Campaign, Position]]:
    """Return the campaigns that have not ended, newest first, each with where it stands."""
    return [
        (campaign, position_of(session, campaign, today))
        for campaign in campaigns_in(session, scope)
        if any(wave.state != WaveState.CLOSED for wave in campaign.waves)
    ]
