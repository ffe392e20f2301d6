"""Reads the ways in to a wave for those who run it: what each kind brought in, and the places that can have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.campaigns.queries import subtree
from survey.collection.models import Collector
from survey.collection.queries import BatchCount, batches_of, collectors_of
from survey.core.permissions import Scope
from survey.core.vocabulary import Mode, audiences_of
from survey.organisations.models import Group, Headcount, Organisation
from survey.responses.queries import stored_by_collector


@dataclass(frozen=True, slots=True)
class Way:
    """One way in with the answers that came by it."""

    collector: Collector
    received: int

    def runs(self, now: datetime) -> bool:
        """Whether a meeting or session takes new people now."""
        return self.collector.closes is None or now < self.collector.closes


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways in to a wave that a person may see. received: answers by mode."""

    received: dict[str, int]
    posters: int
    meetings: tuple[Way, ...]
    sessions: tuple[Way, ...]
    kiosks: tuple[Way, ...]
    cards: Sequence[BatchCount]
    sheets: Sequence[BatchCount]

    @property
    def total(self) -> int:
        """How many answers came in altogether."""
        return sum(self.received.values())


def ways_of(session: Session, wave: Wave, scope: Scope) -> Ways:
    """Return the ways in to a wave as far as a person may see them, the newest meetings and sessions first."""
    stored = stored_by_collector(session, wave.id, scope)
    by_mode: dict[str, list[Way]] = {mode: [] for mode in Mode}
    received: Counter[str] = Counter()
    for collector in collectors_of(session, wave.id, scope, modes=tuple(Mode)):
        number = stored.get(collector.id, 0)
        by_mode[collector.mode].append(Way(collector, number))
        received[collector.mode] += number
    return Ways(
        received={mode: received[mode] for mode in Mode if by_mode[mode]},
        posters=len(by_mode[Mode.POSTER]),
        meetings=_newest(by_mode[Mode.MEETING]),
        sessions=_newest(by_mode[Mode.CLASS_SESSION]),
        kiosks=tuple(by_mode[Mode.KIOSK]),
        cards=batches_of(session, wave.id, scope, Mode.CARDS),
        sheets=batches_of(session, wave.id, scope, Mode.PAPER),
    )


def _newest(ways: Sequence[Way]) -> tuple[Way, ...]:
    return tuple(sorted(ways, key=lambda way: way.collector.id, reverse=True))


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that can have a way in: a class, or (without group) everybody of the audience in an organisation."""

    organisation: Organisation
    group: Group | None

    @property
    def key(self) -> str:
        """What stands for the place in a form."""
        return f"{self.organisation.id}-{self.group.id if self.group else 0}"


def places_of(session: Session, wave: Wave, scope: Scope, organisation_id: int) -> tuple[Place, ...]:
    """Return the places of an organisation where a person may open a way in: everybody first, then its classes."""
    if organisation_id not in subtree(session, wave.campaign.organisation_id):
        return ()
    organisation = session.get_one(Organisation, organisation_id)
    groups = session.scalars(
        select(Group)
        .where(Group.organisation_id == organisation_id, Group.ended_on.is_(None))
        .order_by(Group.grade, Group.name, Group.id)
    )
    own = [group for group in groups if wave.audience in audiences_of(group.grade, group.staff_kind)]
    places = [Place(organisation, group) for group in own if scope.covers_group(organisation_id, group.id)]
    if scope.covers(organisation_id) and (own or _has_headcount(session, organisation_id, wave.audience)):
        places.insert(0, Place(organisation, None))
    return tuple(places)


def organisations_asked(session: Session, wave: Wave, scope: Scope) -> Sequence[Organisation]:
    """Return the organisations with people of a wave's audience where a person may open a way in, by name."""
    wanted = subtree(session, wave.campaign.organisation_id) & scope.organisations
    groups = session.execute(
        select(Group.organisation_id, Group.id, Group.grade, Group.staff_kind).where(
            Group.organisation_id.in_(wanted), Group.ended_on.is_(None)
        )
    )
    asked = {
        organisation_id
        for organisation_id, group_id, grade, staff_kind in groups
        if wave.audience in audiences_of(grade, staff_kind) and scope.covers_group(organisation_id, group_id)
    }
    counted = session.scalars(
        select(Headcount.organisation_id)
        .where(Headcount.organisation_id.in_(wanted & scope.whole), Headcount.audience == wave.audience)
        .where(Headcount.number > 0)
        .distinct()
    )
    asked |= set(counted)
    found = session.scalars(select(Organisation).where(Organisation.id.in_(asked)))
    return sorted(found, key=lambda place: (place.name, place.id))


def _has_headcount(session: Session, organisation_id: int, audience: str) -> bool:
    query = select(Headcount.id).where(
        Headcount.organisation_id == organisation_id, Headcount.audience == audience, Headcount.number > 0
    )
    return session.scalars(query.limit(1)).first() is not None
