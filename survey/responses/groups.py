"""Stores many answers in one transaction of SQLite, which holds the whole database alone: one statement for all.

What becomes of each is decided as in `operations.store_response`, which stores a single answer beside others' work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, Table, bindparam, insert, literal, null, select, union_all
from sqlalchemy.orm import Session

from survey.core.errors import AppError, NotFound
from survey.responses.entrances import Entrance
from survey.responses.models import Response, Withdrawal
from survey.responses.operations import (
    CardSpent,
    Outcome,
    StoredContent,
    Submission,
    is_same,
    require_open,
    row_of,
    spend_serial,
)
from survey.responses.queries import entrance_by_code

# An answer as it came in, and when.
Arrival = tuple[Submission, datetime]
# Token hash, wave and organisation.
_Key = tuple[bytes, int, int]

_table = cast(Table, Response.__table__)
_withdrawn = cast(Table, Withdrawal.__table__)
_INSERT = insert(_table)
_hashes: BindParameter[bytes] = bindparam("hashes", expanding=True)
# All that is known under some tokens, withdrawals with an empty form.
_KNOWN = union_all(
    select(
        _table.c.token_hash,
        _table.c.wave_id,
        _table.c.organisation_id,
        _table.c.form,
        _table.c.group_id,
        _table.c.answers,
    ).where(_table.c.token_hash.in_(_hashes)),
    select(
        _withdrawn.c.token_hash,
        _withdrawn.c.wave_id,
        _withdrawn.c.organisation_id,
        literal(""),
        null(),
        null(),
    ).where(_withdrawn.c.token_hash.in_(_hashes)),
)


def store_group(session: Session, arrivals: Sequence[Arrival]) -> list[Outcome | AppError]:
    """Store answers, and return for each what became of it; to be acknowledged only after the commit.

    The caller's transaction holds SQLite's write lock, so that nothing that is read here can change before the commit.
    """
    group = _Group(session)
    group.look_up([submission.token_hash for submission, _now in arrivals])
    found = [group.take(submission, now) for submission, now in arrivals]
    group.insert()
    return found


class _Group:
    """One transaction: the ways in and the stored answers it has read, and the rows it will insert."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection: Connection = session.connection()
        self._entrances: dict[str, Entrance | None] = {}
        self._known: dict[_Key, StoredContent] = {}
        self._rows: list[dict[str, Any]] = []

    def look_up(self, hashes: Sequence[bytes]) -> None:
        """Read what is stored under these tokens."""
        for token_hash, wave_id, organisation_id, *content in self._connection.execute(_KNOWN, {"hashes": hashes}):
            self._known[token_hash, wave_id, organisation_id] = (content[0], content[1], content[2])

    def take(self, submission: Submission, now: datetime) -> Outcome | AppError:
        """Note an answer for insertion, or say why it is not inserted."""
        try:
            return self._take(submission, now)
        except AppError as refused:
            return refused

    def _take(self, submission: Submission, now: datetime) -> Outcome:
        entrance = self._entrance(submission.code)
        if entrance is None:
            raise NotFound
        row = row_of(entrance, submission, now)
        key: _Key = (row["token_hash"], row["wave_id"], row["organisation_id"])
        if is_same(row, self._known.get(key)):
            return Outcome.SAME
        require_open(entrance, submission.token.begun, now)
        if entrance.serial is not None and not spend_serial(self._connection, entrance.serial):
            raise CardSpent
        # Somebody who tapped twice may be in this group twice.
        self._known[key] = (row["form"], row["group_id"], row["answers"])
        self._rows.append(row)
        return Outcome.STORED

    def _entrance(self, code: str) -> Entrance | None:
        if code not in self._entrances:
            entrance = entrance_by_code(self._session, code, lock=True)
            if entrance is not None and entrance.serial is not None:
                # Whether it is spent changes as the group is taken.
                return entrance
            self._entrances[code] = entrance
        return self._entrances[code]

    def insert(self) -> None:
        """Insert what was taken."""
        if self._rows:
            self._connection.execute(_INSERT, self._rows)
