"""Makes single-use serials for cards and paper sheets.

A serial is drawn from a box or handed out unseen: nobody notes who took which, and nothing says which answer used it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector, Serial, SerialBatch
from survey.collection.windows import WindowConflict, add_collector, require_place
from survey.core.codes import CARD_LENGTH, new_code
from survey.core.vocabulary import Mode, WaveState

MAX_SERIALS = 5000


class SerialConflict(WindowConflict):
    """No serials can be made; reasons: not_open, bad_number, no_group, wrong_group."""


def create_cards(
    session: Session,
    *,
    wave: Wave,
    organisation_id: int,
    group_id: int | None,
    number: int,
    person: int | None,
    now: datetime,
) -> SerialBatch:
    """Make a batch of single-use cards for a place; they open once the wave has opened."""
    collector = serial_collector(
        session, wave=wave, organisation_id=organisation_id, group_id=group_id, mode=Mode.CARDS, person=person, now=now
    )
    return create_serials(session, collector=collector, number=number, forms=(None,), now=now)


def serial_collector(
    session: Session,
    *,
    wave: Wave,
    organisation_id: int,
    group_id: int | None,
    mode: Mode,
    person: int | None,
    now: datetime,
) -> Collector:
    """Return the collector of a place's cards or paper sheets, made on first need."""
    session.scalars(select(Wave).where(Wave.id == wave.id).with_for_update()).one()
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
        raise SerialConflict("not_open")
    require_place(session, wave, organisation_id, group_id)
    query = select(Collector).where(
        Collector.wave_id == wave.id,
        Collector.mode == mode,
        Collector.organisation_id == organisation_id,
        Collector.group_id.is_(None) if group_id is None else Collector.group_id == group_id,
    )
    found = session.scalars(query.order_by(Collector.id)).first()
    if found is not None:
        return found
    return add_collector(
        session, wave, Collector(mode=mode, organisation_id=organisation_id, group_id=group_id), person, now
    )


def create_serials(
    session: Session, *, collector: Collector, number: int, forms: Sequence[str | None], now: datetime
) -> SerialBatch:
    """Make a batch of serials for a collector; forms: taken in turn, such as ("A", "B") for paper sheets."""
    if not 1 <= number <= MAX_SERIALS:
        raise SerialConflict("bad_number")
    batch = SerialBatch(collector_id=collector.id, number=number, created_at=now)
    session.add(batch)
    session.flush()
    rows = [
        {"code": code, "collector_id": collector.id, "form": forms[place % len(forms)], "batch": batch.id}
        for place, code in enumerate(_new_codes(number))
    ]
    session.execute(insert(Serial), [{**row, "is_spent": False} for row in rows])
    return batch


def forget_spending(session: Session, *, wave_id: int) -> None:
    """Write the serials of a wave anew, all in one transaction, when the wave closes.

    PostgreSQL keeps with every row which transaction wrote it, and a card is spent in the transaction that stores its
    answer; afterwards that says no more than that the wave was closed.
    """
    collectors = select(Collector.id).where(Collector.wave_id == wave_id)
    session.execute(
        update(Serial)
        .where(Serial.collector_id.in_(collectors))
        .values(is_spent=Serial.is_spent)
        .execution_options(synchronize_session=False)
    )


def _new_codes(number: int) -> list[str]:
    # 40 random bits: among a million serials a new one is taken with a chance of 1 in a million, and the unique
    # constraint refuses the batch then; nothing is lost but one press of a button.
    codes: set[str] = set()
    while len(codes) < number:
        codes.add(new_code(CARD_LENGTH))
    return list(codes)
