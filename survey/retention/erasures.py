"""What was withdrawn or deleted must stay so when an older backup is put back: read before, carried out again after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign
from survey.core.vocabulary import WaveState
from survey.responses.models import Response, Withdrawal
from survey.retention.models import Purge
from survey.retention.operations import delete_answers, purge_campaign


@dataclass(frozen=True, slots=True)
class WithdrawnAnswer:
    """The tombstone of one withdrawn answer."""

    organisation_id: int
    wave_id: int
    token_hash: bytes
    withdrawn_on: date


@dataclass(frozen=True, slots=True)
class PurgedCampaign:
    """One line of the ledger of deletions."""

    campaign_id: int
    purged_at: datetime
    responses: int
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Erasures:
    """Everything that must not come back."""

    withdrawn: tuple[WithdrawnAnswer, ...]
    purged: tuple[PurgedCampaign, ...]


def read_erasures(session: Session) -> Erasures | None:
    """Return what was withdrawn and deleted so far; None where the database is gone or damaged."""
    try:
        withdrawn = session.execute(
            select(Withdrawal.organisation_id, Withdrawal.wave_id, Withdrawal.token_hash, Withdrawal.withdrawn_on)
        ).all()
        purged = session.execute(
            select(Purge.campaign_id, Purge.purged_at, Purge.responses, Purge.user_id).order_by(Purge.id)
        ).all()
    except SQLAlchemyError:
        session.rollback()
        return None
    return Erasures(
        withdrawn=tuple(WithdrawnAnswer(*row) for row in withdrawn),
        purged=tuple(PurgedCampaign(*row) for row in purged),
    )


def replay_erasures(session: Session, erasures: Erasures, *, now: datetime) -> int:
    """Carry out again what a restored backup does not know; returns how many answers it took away."""
    return sum(_withdraw(session, one) for one in erasures.withdrawn) + sum(
        _purge(session, one, now) for one in erasures.purged
    )


def _withdraw(session: Session, one: WithdrawnAnswer) -> int:
    key = {"organisation_id": one.organisation_id, "wave_id": one.wave_id, "token_hash": one.token_hash}
    if session.get(Withdrawal, key) is not None or not _knows_wave(session, one):
        return 0
    session.add(
        Withdrawal(
            organisation_id=one.organisation_id,
            wave_id=one.wave_id,
            token_hash=one.token_hash,
            withdrawn_on=one.withdrawn_on,
        )
    )
    gone = session.execute(
        delete(Response)
        .where(
            Response.organisation_id == one.organisation_id,
            Response.wave_id == one.wave_id,
            Response.token_hash == one.token_hash,
        )
        .execution_options(synchronize_session=False)
    )
    return int(getattr(gone, "rowcount", 0))


def _knows_wave(session: Session, one: WithdrawnAnswer) -> bool:
    query = select(Campaign.id).where(Campaign.waves.any(id=one.wave_id))
    return session.scalar(query) is not None


def _purge(session: Session, one: PurgedCampaign, now: datetime) -> int:
    known = session.scalar(
        select(Purge.id).where(Purge.campaign_id == one.campaign_id, Purge.purged_at == one.purged_at)
    )
    campaign = session.get(Campaign, one.campaign_id)
    if known is not None or campaign is None:
        return 0
    if any(wave.state in {WaveState.OPEN, WaveState.CLOSING} for wave in campaign.waves):
        # The backup is from before the closing: freeze what it holds, then delete, as was done then.
        return purge_campaign(session, campaign_id=campaign.id, user_id=one.user_id, now=now)
    session.add(
        Purge(campaign_id=one.campaign_id, purged_at=one.purged_at, responses=one.responses, user_id=one.user_id)
    )
    return delete_answers(session, campaign.id)
