"""Reads class sessions and meetings: what can be started, what runs, how many answers came in. Counts only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import subtree, waves_in
from survey.collection.models import Collector
from survey.core.permissions import Scope
from survey.core.vocabulary import Audience, Mode, WaveState, audiences_of
from survey.monitor.boards import Phase, phase_of
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import population_on
from survey.responses.models import Response
from survey.responses.queries import stored_by_collector, stored_by_group


def count_received(session: Session, collector: Collector) -> int:
    """Return how many answers came in by one way in.

    The place and group lead to the few rows to look at by the index of counts. An answer by a code of a class always
    belongs to that class.
    """
    query = select(func.count()).where(
        Response.wave_id == collector.wave_id,
        Response.organisation_id == collector.organisation_id,
        Response.collector_id == collector.id,
    )
    if collector.group_id is not None:
        query = query.where(Response.group_id == collector.group_id)
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A class (or staff group) that a wave asks now, so that a session can be started with it."""

    wave: Wave
    group: Group
    organisation: Organisation
    # None where nobody gave a number.
    headcount: int | None
    running: Collector | None


def choices_in(
    session: Session, scope: Scope, now: datetime, today: date, *, wave_id: int | None = None
) -> tuple[Choice, ...]:
    """Return what a person can start a class session with now; pupils before their parents, then by grade and name."""
    waves = [
        wave
        for wave in waves_in(session, scope, (WaveState.OPEN,))
        if wave.opens <= today <= wave.closes and wave_id in (None, wave.id)
    ]
    found = [choice for wave in waves for choice in _choices_of(session, wave, scope, now, today)]
    return tuple(sorted(found, key=_choice_order))


def _choices_of(session: Session, wave: Wave, scope: Scope, now: datetime, today: date) -> list[Choice]:
    groups = groups_asked(session, wave, scope)
    numbers = population_on(session, organisation_ids={group.organisation_id for group in groups}, day=today)
    running = {one.group_id: one for one in sessions_of(session, wave.id, scope) if phase_of(one, now) == Phase.RUNNING}
    return [
        Choice(
            wave=wave,
            group=group,
            organisation=group.organisation,
            headcount=numbers.get((group.organisation_id, group.id, wave.audience)),
            running=running.get(group.id),
        )
        for group in groups
    ]


# Classes first: they are what sessions are for.
_AUDIENCES = (Audience.PUPILS_PRIMARY, Audience.PUPILS_SECONDARY, Audience.PARENTS, Audience.STAFF, Audience.COMMUNITY)


def _choice_order(choice: Choice) -> tuple[str, int, int, str, int]:
    return (
        choice.organisation.name,
        _AUDIENCES.index(Audience(choice.wave.audience)),
        choice.group.grade or 0,
        choice.group.name,
        choice.wave.id,
    )


def groups_asked(session: Session, wave: Wave, scope: Scope) -> Sequence[Group]:
    """Return the groups within the scope that a wave asks, by organisation, grade and name."""
    places = subtree(session, wave.campaign.organisation_id) & scope.organisations
    query = (
        select(Group)
        .where(Group.organisation_id.in_(places), Group.ended_on.is_(None))
        .options(joinedload(Group.organisation))
        .order_by(Group.organisation_id, Group.grade, Group.name, Group.id)
    )
    return [
        group
        for group in session.scalars(query)
        if wave.audience in audiences_of(group.grade, group.staff_kind)
        and scope.covers_group(group.organisation_id, group.id)
    ]


def sessions_of(session: Session, wave_id: int, scope: Scope, mode: Mode = Mode.CLASS_SESSION) -> Sequence[Collector]:
    """Return the class sessions (or meetings) of a wave that a person may see, the oldest first."""
    query = (
        select(Collector)
        .where(Collector.wave_id == wave_id, Collector.mode == mode)
        .options(
            joinedload(Collector.organisation),
            joinedload(Collector.group),
            joinedload(Collector.wave).joinedload(Wave.campaign),
        )
        .order_by(Collector.id)
    )
    return [one for one in session.scalars(query) if scope.covers_group(one.organisation_id, one.group_id)]


@dataclass(frozen=True, slots=True)
class PastSession:
    """A class session that has been started, with how many answers it brought."""

    collector: Collector
    received: int
    phase: Phase


def latest_sessions(session: Session, scope: Scope, now: datetime, *, limit: int = 12) -> tuple[PastSession, ...]:
    """Return the newest class sessions of the groups of a person, the newest first."""
    query = (
        select(Collector)
        .where(Collector.mode == Mode.CLASS_SESSION)
        .where(Collector.organisation_id.in_(scope.whole) | Collector.group_id.in_(scope.groups))
        .options(
            joinedload(Collector.organisation),
            joinedload(Collector.group),
            joinedload(Collector.wave).joinedload(Wave.campaign).joinedload(Campaign.organisation),
        )
        .order_by(Collector.opens.desc(), Collector.id.desc())
        .limit(limit)
    )
    return tuple(PastSession(one, count_received(session, one), phase_of(one, now)) for one in session.scalars(query))


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of a school in a wave: its sessions, and all answers of the class, whatever the way in."""

    group: Group
    headcount: int | None
    stored: int
    sessions: tuple[PastSession, ...]

    @property
    def state(self) -> str:
        """Whether the class has had a session: running (its grace included), done or missing."""
        if any(one.phase != Phase.OVER for one in self.sessions):
            return "running"
        return "done" if any(one.received for one in self.sessions) else "missing"


@dataclass(frozen=True, slots=True)
class SchoolRows:
    """The classes of one organisation in a wave."""

    organisation: Organisation
    rows: tuple[ClassRow, ...]

    def number(self, state: str) -> int:
        """How many of the classes are in a state."""
        return sum(row.state == state for row in self.rows)


def class_rows(session: Session, wave: Wave, scope: Scope, now: datetime, day: date) -> tuple[SchoolRows, ...]:
    """Return, by organisation, which classes have had a session, which run, and which are missing."""
    groups = groups_asked(session, wave, scope)
    places = {group.organisation_id: group.organisation for group in groups}
    numbers = population_on(session, organisation_ids=set(places), day=day)
    stored = stored_by_group(session, wave.id, scope)
    started = _started(session, wave, scope, now)
    return tuple(
        SchoolRows(
            place,
            tuple(
                ClassRow(
                    group=group,
                    headcount=numbers.get((place_id, group.id, wave.audience)),
                    stored=stored.get((place_id, group.id), 0),
                    sessions=started.get(group.id, ()),
                )
                for group in groups
                if group.organisation_id == place_id
            ),
        )
        for place_id, place in sorted(places.items(), key=lambda pair: (pair[1].name, pair[0]))
    )


def _started(session: Session, wave: Wave, scope: Scope, now: datetime) -> dict[int, tuple[PastSession, ...]]:
    received = stored_by_collector(session, wave.id, scope)
    found: dict[int, list[PastSession]] = {}
    for one in sessions_of(session, wave.id, scope):
        if one.group_id is not None:
            past = PastSession(one, received.get(one.id, 0), phase_of(one, now))
            found.setdefault(one.group_id, []).append(past)
    return {group_id: tuple(own) for group_id, own in found.items()}


@dataclass(frozen=True, slots=True)
class MeetingPlace:
    """Who can be asked together in a meeting: everybody of an organisation, or one class or group of it."""

    organisation: Organisation
    group: Group | None

    @property
    def key(self) -> str:
        """What names the place in a form."""
        return f"{self.organisation.id}-{self.group.id if self.group else 0}"


def meeting_places(session: Session, wave: Wave, scope: Scope) -> tuple[MeetingPlace, ...]:
    """Return where a person can open a meeting of a wave: organisations as a whole, each followed by its groups."""
    groups = groups_asked(session, wave, scope)
    with_codes = select(Collector.organisation_id).where(Collector.wave_id == wave.id, Collector.group_id.is_(None))
    wanted = {group.organisation_id for group in groups} | (set(session.scalars(with_codes)) & scope.whole)
    organisations = session.scalars(
        select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.name, Organisation.id)
    )
    found: list[MeetingPlace] = []
    for place in organisations:
        if scope.covers(place.id):
            found.append(MeetingPlace(place, None))
        found += [MeetingPlace(place, group) for group in groups if group.organisation_id == place.id]
    return tuple(found)


def meetings_of(session: Session, wave: Wave, scope: Scope, now: datetime) -> tuple[PastSession, ...]:
    """Return the meetings of a wave, the newest first, with how many answers each brought."""
    received = stored_by_collector(session, wave.id, scope)
    meetings = reversed(sessions_of(session, wave.id, scope, Mode.MEETING))
    return tuple(PastSession(one, received.get(one.id, 0), phase_of(one, now)) for one in meetings)
