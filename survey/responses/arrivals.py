"""Takes the order of arrival out of what the database keeps beside the answers.

SQLite lays the rows of `response` down by their random key. PostgreSQL lays them down as they come, and keeps with each
which transaction wrote it; beside rows that carry a time (the audit trail) that would tell when an answer came in.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from survey.responses.models import Response

_table = cast(Table, Response.__table__)


def forget_arrivals(session: Session, *, wave_id: int) -> None:
    """Write the answers of a wave anew, in the order of their random keys and in one transaction, when it closes.

    A statement an organisation: a province's wave in one statement would outlast what a statement may take.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    session.flush()
    of_wave = select(_table.c.organisation_id).where(_table.c.wave_id == wave_id)
    for organisation_id in session.scalars(of_wave.distinct()).all():
        place = (_table.c.organisation_id == organisation_id, _table.c.wave_id == wave_id)
        taken = delete(_table).where(*place).returning(*_table.c).cte("taken")
        # Sorting waits for the last row taken: only then does the first come back.
        again = select(*taken.c).order_by(taken.c.id)
        session.connection().execute(insert(_table).from_select([column.name for column in _table.c], again))
