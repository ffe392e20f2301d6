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
    """Write the answers of a wave anew, in the order of their random keys and in one transaction, when it closes."""
    if session.get_bind().dialect.name != "postgresql":
        return
    session.flush()
    taken = delete(_table).where(_table.c.wave_id == wave_id).returning(*_table.c).cte("taken")
    # Sorting waits for the last row taken: only then does the first come back.
    again = select(*taken.c).order_by(taken.c.id)
    session.connection().execute(insert(_table).from_select([column.name for column in _table.c], again))
