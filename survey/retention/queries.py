"""Reads until when answers are kept, what has been deleted, and what is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import campaigns_in
from survey.core.permissions import Scope
from survey.responses.models import Response
from survey.retention.models import Purge
from survey.retention.periods import Notice, Retention, retention_of


@dataclass(frozen=True, slots=True)
class Kept:
    """The answers of a campaign: how many single ones there are, until when, and what was deleted before."""

    campaign_id: int
    title: str
    organisation: str
    stored: int
    retention: Retention
    notice: Notice
    purged_at: datetime | None
    purged: int


def kept_answers(session: Session, campaign: Campaign, *, today: date) -> Kept:
    """Return what is kept of a campaign that the person may see."""
    retention = retention_of(campaign.ends, campaign.answers_until)
    purges = session.scalars(select(Purge).where(Purge.campaign_id == campaign.id).order_by(Purge.purged_at)).all()
    return Kept(
        campaign_id=campaign.id,
        title=campaign.title,
        organisation=campaign.organisation.name,
        stored=stored_responses(session, [wave.id for wave in campaign.waves]),
        retention=retention,
        notice=retention.notice(today),
        purged_at=purges[-1].purged_at if purges else None,
        purged=sum(purge.responses for purge in purges),
    )


def announcements(session: Session, scope: Scope, *, today: date) -> tuple[Kept, ...]:
    """Return the campaigns whose answers will be deleted within 60 days, the nearest first."""
    near = [
        campaign
        for campaign in campaigns_in(session, scope)
        if retention_of(campaign.ends, campaign.answers_until).notice(today) != Notice.FAR
    ]
    found = [kept_answers(session, campaign, today=today) for campaign in near]
    return tuple(sorted((one for one in found if one.stored), key=lambda one: (one.retention.until, one.campaign_id)))


def due_campaigns(session: Session, *, today: date) -> Sequence[int]:
    """Return the campaigns that still hold single answers after their last day."""
    rows = session.execute(select(Campaign.id, Campaign.ends, Campaign.answers_until).order_by(Campaign.id))
    late = [key for key, ends, own in rows if retention_of(ends, own).notice(today) == Notice.DUE]
    return [key for key in late if _holds_answers(session, key)]


def stored_responses(session: Session, wave_ids: Collection[int]) -> int:
    """Return how many single answers of waves are stored."""
    query = select(func.count()).select_from(Response).where(Response.wave_id.in_(wave_ids))
    return session.scalar(query) or 0


def purged_on(session: Session, campaign_id: int) -> datetime | None:
    """Return when the single answers of a campaign were deleted last, or None."""
    return session.scalar(select(func.max(Purge.purged_at)).where(Purge.campaign_id == campaign_id))


def _holds_answers(session: Session, campaign_id: int) -> bool:
    table = Response.__table__
    assert isinstance(table, Table)
    waves = select(Wave.id).where(Wave.campaign_id == campaign_id)
    return session.execute(select(table.c.wave_id).where(table.c.wave_id.in_(waves)).limit(1)).first() is not None
