"""Takes an answer back for whoever holds its receipt.

The answer is deleted; what stays is that this receipt must not be stored again, and a card stays spent. No audit entry
is written, as for storing: it would say when somebody did it.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, insert, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Collector
from survey.core.clock import local_date
from survey.core.errors import Forbidden, Gone, NotFound
from survey.core.vocabulary import WaveState
from survey.responses.models import Response, Withdrawal
from survey.responses.receipts import is_withdrawn
from survey.responses.wording import SHARED_MODES

# The wave is held as by whoever stores an answer: the closing either comes first or waits and does not count this one.
_FOUND = (
    select(Response.organisation_id, Response.wave_id, Response.id, Wave.state, Collector.mode)
    .join(Wave, Response.wave_id == Wave.id)
    .join(Collector, Response.collector_id == Collector.id)
    .with_for_update(read=True, of=Wave)
)


class SharedDevice(Forbidden):
    """Given on a device that many use, where the receipt may be somebody else's."""


def withdraw_response(session: Session, *, token_hash: bytes, now: datetime) -> None:
    """Delete the answer of a receipt for good; taking it back twice is one withdrawal.

    Raises NotFound (no such answer), SharedDevice, and Gone once the wave has closed and its counts are frozen.
    """
    found = session.execute(_FOUND.where(Response.token_hash == token_hash)).first()
    if found is None:
        if is_withdrawn(session, token_hash):
            return
        raise NotFound
    if found.mode in SHARED_MODES:
        raise SharedDevice
    if found.state == WaveState.CLOSED:
        raise Gone
    deleted = cast(
        "CursorResult[object]",
        session.execute(
            delete(Response).where(
                Response.organisation_id == found.organisation_id,
                Response.wave_id == found.wave_id,
                Response.id == found.id,
            )
        ),
    )
    # Nothing deleted: the same holder tapped twice, and the other tap has left its mark already.
    if deleted.rowcount:
        session.execute(
            insert(Withdrawal).values(
                organisation_id=found.organisation_id,
                wave_id=found.wave_id,
                token_hash=token_hash,
                withdrawn_on=local_date(now),
            )
        )
