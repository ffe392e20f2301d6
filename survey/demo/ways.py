"""Other ways to hand in answers in the demo's open waves: cards to draw, sheets to print, a device at the table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.serials import create_cards
from survey.collection.windows import open_kiosk
from survey.core.vocabulary import WaveState
from survey.organisations.models import Organisation
from survey.paper.operations import create_sheets

CARDS = 40
SHEETS = 30


def load_ways(session: Session, *, school: Organisation, now: datetime) -> None:
    """Make cards for the neighbours of a school, sheets for the parents, and a device for the staff."""
    waves = {wave.audience: wave for wave in session.scalars(select(Wave).where(Wave.state == WaveState.OPEN))}
    create_cards(
        session, wave=waves["community"], organisation_id=school.id, group_id=None, number=CARDS, person=None, now=now
    )
    create_sheets(
        session, wave=waves["parents"], organisation_id=school.id, group_id=None, number=SHEETS, person=None, now=now
    )
    open_kiosk(session, wave=waves["staff"], organisation_id=school.id, group_id=None, person=None, now=now)
