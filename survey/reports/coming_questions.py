"""Finds which audiences are still to be asked, so that no paper tells questions that a coming wave asks."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Campaign, Wave
from survey.core.vocabulary import WaveState
from survey.organisations.models import Organisation


def audiences_to_ask(session: Session, *, places: Collection[int]) -> frozenset[str]:
    """Return the audiences of which a wave is not closed yet in a campaign that these organisations take part in.

    Questions come again from wave to wave and from campaign to campaign, so every wave counts, drafts too.
    """
    paths = session.scalars(select(Organisation.path).where(Organisation.id.in_(places))).all()
    owners = {int(step) for path in paths for step in path.strip("/").split("/")}
    query = (
        select(Wave.audience)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(Campaign.organisation_id.in_(owners), Wave.state != WaveState.CLOSED)
        .distinct()
    )
    return frozenset(session.scalars(query))
