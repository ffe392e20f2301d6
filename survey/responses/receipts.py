"""Reads what a receipt may tell its holder: where it was given, whether it may be taken back, what may be explained.

Nothing here leads from a receipt to what was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from survey.campaigns.models import Campaign, Plan, Wave
from survey.campaigns.queries import plan_definition
from survey.collection.models import Collector
from survey.core.clock import end_of
from survey.core.vocabulary import SERIAL_MODES, Mode, WaveKind, WaveState
from survey.organisations.models import Organisation
from survey.responses.entrances import CLASS_SESSION_GRACE
from survey.responses.models import Response, Withdrawal
from survey.responses.sheets import Sheet
from survey.responses.wording import SHARED_MODES


class Explaining(StrEnum):
    """Whether right answers, reasons and sources may be read behind a receipt."""

    OFF = "off"
    AFTER_SESSION = "after_session"
    AFTER_WAVE = "after_wave"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a receipt was given: nothing about who or when.

    opens_after: the closing date after which explanations can be read, where that depends on a wave.
    """

    code: str
    organisation_name: str
    is_demo: bool
    campaign_title: str
    audience: str
    mode: str
    form: str
    plan_id: int
    is_closed: bool
    explaining: Explaining
    opens_after: date | None

    @property
    def is_shared_device(self) -> bool:
        """Whether the next person may stand in front of the same page."""
        return self.mode in SHARED_MODES

    @property
    def has_own_code(self) -> bool:
        """Whether its code alone opens a form: cards and sheets have serials, a meeting has its screen."""
        return self.mode not in SERIAL_MODES | {Mode.MEETING}

    @property
    def may_withdraw(self) -> bool:
        """Whether the answer may be taken back: not from a shared device, where it may be somebody else's."""
        return not self.is_closed and not self.is_shared_device


@cache
def _receipt_query() -> Select[*tuple[Any, ...]]:
    """Return the statement that finds a receipt, made at first use: an alias sets up the mapping of all tables."""
    # The follow-up wave in which the same people are asked the same questions again.
    again = aliased(Wave)
    is_again = and_(
        again.campaign_id == Wave.campaign_id,
        again.audience == Wave.audience,
        again.kind == WaveKind.FOLLOW_UP,
    )
    return (
        select(
            Collector.code,
            Organisation.name.label("organisation_name"),
            Organisation.is_demo,
            Campaign.title.label("campaign_title"),
            Wave.audience,
            Wave.state,
            Wave.kind,
            Wave.closes,
            Collector.mode,
            Collector.closes.label("window_closes"),
            Response.form,
            Plan.id.label("plan_id"),
            Plan.shows_explanations,
            Plan.shows_baseline_explanations,
            again.state.label("again_state"),
            again.closes.label("again_closes"),
        )
        .select_from(Response)
        .join(Collector, Response.collector_id == Collector.id)
        .join(Organisation, Response.organisation_id == Organisation.id)
        .join(Wave, Response.wave_id == Wave.id)
        .join(Campaign, Wave.campaign_id == Campaign.id)
        .join(Plan, and_(Plan.campaign_id == Wave.campaign_id, Plan.audience == Wave.audience))
        .outerjoin(again, is_again)
    )


def receipt_by_hash(session: Session, token_hash: bytes, now: datetime) -> Receipt | None:
    """Return what the receipt with this hash may tell, or None if no such answer is stored."""
    row = session.execute(_receipt_query().where(Response.token_hash == token_hash)).first()
    if row is None:
        return None
    explaining, opens_after = _explaining(row, now)
    return Receipt(
        code=row.code,
        organisation_name=row.organisation_name,
        is_demo=row.is_demo,
        campaign_title=row.campaign_title,
        audience=row.audience,
        mode=row.mode,
        form=row.form,
        plan_id=row.plan_id,
        is_closed=row.state == WaveState.CLOSED,
        explaining=explaining,
        opens_after=opens_after,
    )


def is_withdrawn(session: Session, token_hash: bytes) -> bool:
    """Return whether the answer of this receipt was taken back."""
    return session.scalars(select(Withdrawal.wave_id).where(Withdrawal.token_hash == token_hash)).first() is not None


def explained_sheet(session: Session, receipt: Receipt) -> Sheet:
    """Return the form that the holder of a receipt had; to be shown only where explaining is OPEN."""
    return Sheet(plan_definition(session, session.get_one(Plan, receipt.plan_id)), receipt.form)


def _explaining(row: Any, now: datetime) -> tuple[Explaining, date | None]:
    """Return whether explanations are open, or the closing date they wait for.

    Right answers must not walk through the hall, and what the baseline asks is asked again in the follow-up.
    """
    if not row.shows_explanations:
        return Explaining.OFF, None
    waits_for_follow_up = row.kind == WaveKind.BASELINE and not row.shows_baseline_explanations
    if waits_for_follow_up and row.again_state not in (None, WaveState.CLOSED):
        return Explaining.AFTER_WAVE, row.again_closes
    if row.state == WaveState.CLOSED:
        return Explaining.OPEN, None
    if row.mode == Mode.CLASS_SESSION and row.window_closes is not None:
        last = min(row.window_closes, end_of(row.closes)) + CLASS_SESSION_GRACE
        return (Explaining.OPEN if now > last else Explaining.AFTER_SESSION), None
    return Explaining.AFTER_WAVE, row.closes
