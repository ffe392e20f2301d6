"""Waves with their counts: answers stored against people asked, for a wave, its organisations and their groups.

Counts only, of what the person may see; shares and verdicts are the report's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.campaigns.queries import subtree
from survey.collection.models import Collector
from survey.collection.queries import collectors_of
from survey.core.permissions import Scope
from survey.core.vocabulary import Mode, WaveState, audiences_of
from survey.organisations.models import Group, Organisation
from survey.organisations.queries import population_on
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


def concerns(session: Session, wave: Wave, scope: Scope) -> bool:
    """Whether a wave asks anybody in the scope: a teacher of a class has nothing to do with the staff's wave."""
    return wave.campaign.organisation_id in scope.whole or bool(collectors_of(session, wave.id, scope))


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of an organisation in a wave; without a group, everybody who named none."""

    group: Group | None
    collector: Collector | None
    stored: int
    population: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """The groups of one grade; without a grade, all others."""

    grade: int | None
    lines: tuple[GroupLine, ...]


# So many groups stand on a page without being folded by grade.
UNFOLDED = 30


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One organisation in a wave: its ways in, and the answers of each group."""

    organisation: Organisation
    lines: tuple[GroupLine, ...]
    # The number given for the organisation as a whole, if any.
    whole: int | None

    @property
    def size(self) -> int:
        """How many groups there are."""
        return len(self.lines)

    @property
    def batches(self) -> tuple[Batch, ...]:
        """The groups by grade where there are many, else all in one."""
        if self.size <= UNFOLDED:
            return (Batch(None, self.lines),)
        grades: dict[int | None, list[GroupLine]] = {}
        for line in self.lines:
            grades.setdefault(line.group.grade if line.group is not None else None, []).append(line)
        return tuple(Batch(grade, tuple(lines)) for grade, lines in grades.items())

    @property
    def stored(self) -> int:
        """All answers of the organisation that the person may see."""
        return sum(line.stored for line in self.lines)

    @property
    def without_headcount(self) -> tuple[Group, ...]:
        """The groups for which nobody gave a number, where there is none for the organisation either."""
        if self.whole is not None:
            return ()
        return tuple(line.group for line in self.lines if line.group is not None and line.population is None)

    @property
    def posters(self) -> int:
        """How many posters there are to print."""
        return sum(line.collector is not None for line in self.lines)

    @property
    def has_whole_code(self) -> bool:
        """Whether there is a way in for everybody."""
        return any(line.group is None and line.collector is not None for line in self.lines)

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
        # Sessions, meetings and cards have pages of their own.
        if collector.mode == Mode.POSTER
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
            views.append(PlaceView(place, tuple(lines), numbers.get((place.id, None, wave.audience))))
    return tuple(views)


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
    """Return the people of an audience in one organisation, as the report counts them.

    The sum of its groups where each has a number, else the organisation's own number, else what is known of the groups.
    """
    own = [
        numbers.get((organisation_id, group.id, audience))
        for group in groups
        if group.organisation_id == organisation_id
    ]
    whole = numbers.get((organisation_id, None, audience))
    if whole is not None and scope.covers(organisation_id) and (not own or None in own):
        return whole
    known = [number for number in own if number is not None]
    return sum(known) if known else None
