"""Sets until when single answers are kept, and deletes them when the time has come. Frozen counts stay for good."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.audit.operations import record
from survey.campaigns.models import Campaign, Wave
from survey.core.clock import local_date
from survey.core.errors import Invalid, NotFound
from survey.core.vocabulary import WaveState
from survey.responses.closing import close_wave
from survey.responses.models import Response, Withdrawal
from survey.retention.models import Purge
from survey.retention.periods import latest_day
from survey.retention.queries import due_campaigns


class DayNotAllowed(Invalid):
    """The last day lies before today, before the end of the campaign, or later than allowed."""


def set_last_day(
    session: Session, *, campaign_id: int, until: date | None, user_id: int | None, now: datetime
) -> Campaign:
    """Set until when single answers are kept; None for the longest time allowed. Raises DayNotAllowed, NotFound."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound
    if until is not None and not max(campaign.ends, local_date(now)) <= until <= latest_day(campaign.ends):
        raise DayNotAllowed
    campaign.answers_until = until
    session.flush()
    _record(session, "set_retention", campaign, user_id, now, until=None if until is None else until.isoformat())
    return campaign


def purge_campaign(session: Session, *, campaign_id: int, user_id: int | None, now: datetime) -> int:
    """Delete the single answers of a campaign for good and return how many there were.

    Waves that still run are closed first, so that their counts are frozen. What is deleted stands in the ledger.
    """
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound
    for wave in campaign.waves:
        if wave.state in {WaveState.OPEN, WaveState.CLOSING}:
            close_wave(session, wave_id=wave.id, user_id=user_id, now=now)
    number = delete_answers(session, campaign_id)
    session.add(Purge(campaign_id=campaign_id, purged_at=now, responses=number, user_id=user_id))
    session.flush()
    _record(session, "purge", campaign, user_id, now, responses=number)
    return number


def purge_due(session: Session, *, now: datetime) -> dict[int, int]:
    """Delete what is due in all campaigns; returns how many answers of which campaign."""
    return {
        campaign_id: purge_campaign(session, campaign_id=campaign_id, user_id=None, now=now)
        for campaign_id in due_campaigns(session, today=local_date(now))
    }


def delete_answers(session: Session, campaign_id: int) -> int:
    """Delete the responses of a campaign's waves and what stayed of withdrawn ones; returns how many responses."""
    waves = select(Wave.id).where(Wave.campaign_id == campaign_id)
    gone = session.execute(
        delete(Response).where(Response.wave_id.in_(waves)).execution_options(synchronize_session=False)
    )
    session.execute(delete(Withdrawal).where(Withdrawal.wave_id.in_(waves)))
    return int(getattr(gone, "rowcount", 0))


def _record(
    session: Session, action: str, campaign: Campaign, user_id: int | None, now: datetime, **detail: object
) -> None:
    record(
        session,
        action=action,
        subject="campaign",
        subject_id=campaign.id,
        organisation_id=campaign.organisation_id,
        user_id=user_id,
        now=now,
        **detail,
    )
