"""Makes the ways in to a wave: one poster code for each class or kind of staff, or one for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import subtree
from survey.collection.models import Collector
from survey.core.codes import COLLECTOR_LENGTH, new_code
from survey.core.errors import Conflict, NotFound
from survey.core.vocabulary import Mode, WaveState, audiences_of
from survey.organisations.models import Group, Headcount

# How many codes one statement asks for; databases allow tens of thousands.
_ASKED_AT_ONCE = 1000


def prepare_collectors(
    session: Session, *, wave_id: int, now: datetime, user_id: int | None = None
) -> Sequence[Collector]:
    """Give every group of the wave's audience a poster code that has none yet; return the new ones.

    An organisation without groups of that audience, but with a headcount of it, gets one for everybody. Can be called
    again when groups were added.
    """
    return make_poster_collectors(session, wave_id=wave_id, now=now, user_id=user_id)


def make_poster_collectors(
    session: Session,
    *,
    wave_id: int,
    now: datetime,
    user_id: int | None = None,
    organisations: Iterable[int] | None = None,
    whole_audience: bool = False,
) -> Sequence[Collector]:
    """Make the missing poster codes of a wave and return the new ones.

    organisations: only these of the campaign's subtree; all of them when left out.
    whole_audience: also one a organisation for everybody of the audience together.
    """
    wave = session.get(Wave, wave_id)
    if wave is None:
        raise NotFound
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
        raise Conflict
    places = _places(session, wave, organisations, whole_audience)
    rows = session.execute(
        select(Collector.organisation_id, Collector.group_id).where(
            Collector.wave_id == wave_id, Collector.mode == Mode.POSTER
        )
    )
    existing = {(organisation_id, group_id) for organisation_id, group_id in rows}
    missing = [place for place in places if place not in existing]
    codes = _unused_codes(session, len(missing))
    new = [_collector(wave_id, place, code, now) for place, code in zip(missing, codes, strict=True)]
    session.add_all(new)
    session.flush()
    if new:
        _record(session, wave, new, user_id, now)
    return new


Place = tuple[int, int | None]


def _places(session: Session, wave: Wave, organisations: Iterable[int] | None, whole_audience: bool) -> list[Place]:
    """Return organisation and group (None for everybody) of each code that the wave should have."""
    below = subtree(
        session, session.scalars(select(Campaign.organisation_id).where(Campaign.id == wave.campaign_id)).one()
    )
    wanted = below if organisations is None else below & frozenset(organisations)
    groups = session.scalars(
        select(Group).where(Group.organisation_id.in_(wanted), Group.ended_on.is_(None)).order_by(Group.id)
    )
    places: list[Place] = [
        (group.organisation_id, group.id)
        for group in groups
        if wave.audience in audiences_of(group.grade, group.staff_kind)
    ]
    with_groups = {organisation_id for organisation_id, _ in places}
    counted = session.scalars(
        select(Headcount.organisation_id)
        .where(Headcount.organisation_id.in_(wanted), Headcount.audience == wave.audience, Headcount.number > 0)
        .where(Headcount.group_id.is_(None))
        .distinct()
    )
    everybody = set(counted) - with_groups
    if whole_audience:
        everybody |= with_groups
    return [*places, *((organisation_id, None) for organisation_id in sorted(everybody))]


def _unused_codes(session: Session, number: int) -> Sequence[str]:
    """Draw new codes that no way in has yet.

    Among the 300,000 codes of a province, one of a ward's next 600 is taken every sixth time. Two people who draw the
    same code at the same moment are told apart by the unique constraint; nothing is lost but one press of a button.
    """
    codes: set[str] = set()
    while len(codes) < number:
        drawn = {new_code(COLLECTOR_LENGTH) for _place in range(min(_ASKED_AT_ONCE, number - len(codes)))}
        codes |= drawn - set(session.scalars(select(Collector.code).where(Collector.code.in_(drawn))))
    # A set knows no order, so that codes say nothing of who got theirs first.
    return list(codes)


def _collector(wave_id: int, place: Place, code: str, now: datetime) -> Collector:
    organisation_id, group_id = place
    return Collector(
        wave_id=wave_id,
        organisation_id=organisation_id,
        group_id=group_id,
        mode=Mode.POSTER,
        code=code,
        created_at=now,
    )


def _record(session: Session, wave: Wave, collectors: Sequence[Collector], user_id: int | None, now: datetime) -> None:
    record(
        session,
        action="make_collectors",
        subject="wave",
        subject_id=wave.id,
        now=now,
        user_id=user_id,
        organisation_id=wave.campaign.organisation_id,
        codes=[collector.code for collector in collectors],
    )
