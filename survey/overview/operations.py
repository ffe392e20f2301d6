"""What one press of a button does across features: a campaign with its ways in, waves that open with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.campaigns.copying import copy_campaign
from survey.campaigns.models import Campaign, Wave
from survey.campaigns.operations import create_campaign, open_wave
from survey.collection.operations import prepare_collectors


def start_campaign(
    session: Session,
    *,
    organisation_id: int,
    title: str,
    topics: Sequence[str],
    starts: date,
    ends: date,
    audiences: Iterable[str],
    user_id: int,
    now: datetime,
) -> Campaign:
    """Make a campaign with its plans and waves, and a poster code for every group, so that printing can begin."""
    campaign = create_campaign(
        session,
        organisation_id=organisation_id,
        title=title,
        topics=topics,
        starts=starts,
        ends=ends,
        audiences=audiences,
        user_id=user_id,
        now=now,
    )
    for wave in campaign.waves:
        prepare_collectors(session, wave_id=wave.id, now=now, user_id=user_id)
    return campaign


def start_copy(
    session: Session, *, campaign: Campaign, title: str, starts: date, user_id: int, now: datetime
) -> Campaign:
    """Copy a campaign to a later beginning, with a poster code for every group."""
    made = copy_campaign(session, campaign=campaign, title=title, starts=starts, user_id=user_id, now=now)
    for wave in made.waves:
        prepare_collectors(session, wave_id=wave.id, now=now, user_id=user_id)
    return made


def open_waves(session: Session, *, wave_ids: Iterable[int], user_id: int, now: datetime) -> Sequence[Wave]:
    """Open waves, each with a way in for every group; all of them or, when one cannot open, none.

    Raises WaveConflict with the reason of the first that cannot.
    """
    waves = [open_wave(session, wave_id=wave_id, user_id=user_id, now=now) for wave_id in wave_ids]
    for wave in waves:
        prepare_collectors(session, wave_id=wave.id, now=now, user_id=user_id)
    return waves
