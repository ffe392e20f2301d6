"""Stores answers: once, whole, and with nothing in them that leads back to a person, a device or a moment.

No audit entry is written here, on purpose: an entry would say when an answer arrived.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Table,
    bindparam,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from survey.collection.models import Serial
from survey.core.clock import local_date
from survey.core.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from survey.core.tokens import Token
from survey.jobs.calls import load_function
from survey.responses.entrances import Door, Entrance
from survey.responses.models import Response, Withdrawal
from survey.responses.queries import entrance_by_code
from survey.responses.sheets import Answers

RESPONSE_ID_BYTES = 16

# Form, group and packed answers of a stored response; the form is empty where it was withdrawn.
StoredContent = tuple[str, int | None, bytes | None]

# Core and built once, like the statement that reads the entrance: this is the path of a thousand parents at a time.
_table = cast(Table, Response.__table__)
_withdrawn = cast(Table, Withdrawal.__table__)


def _with_key(table: Table) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c[name] == bindparam(name) for name in ("token_hash", "wave_id", "organisation_id"))


# What is stored under a token, or that it was taken back: in one statement, so that both are seen at one moment.
_STORED = union_all(
    select(_table.c.form, _table.c.group_id, _table.c.answers).where(*_with_key(_table)),
    select(literal("").label("form"), null(), null()).where(*_with_key(_withdrawn)),
)
_serial = cast(Table, Serial.__table__)
_SPEND = (
    update(_serial)
    .where(_serial.c.code == bindparam("known_code"), _serial.c.is_spent.is_(False))
    .values(is_spent=True)
)


@cache
def _insert(dialect: str) -> Executable:
    """Return "insert, or do nothing if it is there", which is spelt by each engine's own dialect.

    Only the one in use is loaded: the other would cost a web process 3 MB for nothing.
    """
    statement: Any = load_function(f"sqlalchemy.dialects.{dialect}:insert")(_table)
    return cast(Executable, statement.on_conflict_do_nothing().returning(_table.c.form))


class AnsweredDifferently(Conflict):
    """Another answer was stored under this token before; that one stays."""


class CardSpent(Conflict):
    """Another answer came in with this card or sheet before; that one stays."""


class Withdrawn(Gone):
    """The answer under this token was taken back by its holder and is not taken again."""


class NotOpenYet(Forbidden):
    """The wave has not opened."""


class NothingChosen(Invalid):
    """Every question is blank, so that there is nothing to store."""


class Outcome(StrEnum):
    """What became of a submission that is acknowledged."""

    STORED = "stored"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Submission:
    """One filled-in form as it came in.

    code: that of a way in, or the serial of a card or sheet, which is spent together with the answer.
    token_hash: `Signer.receipt_hash` of the token's receipt.
    group_id: the class that the respondent named; counts only where the collector has none of its own.
    answers: in the order of the form that the token gives (`Entrance.sheet`).
    """

    code: str
    token: Token
    token_hash: bytes
    answers: Answers
    group_id: int | None = None
    language: str = "vi"


def store_response(session: Session, submission: Submission, *, now: datetime) -> Outcome:
    """Store one filled-in form; the first one under a token stays, and the same content again is acknowledged again.

    Everything is looked up and checked inside the caller's transaction, with the wave's state held: an answer either
    comes before the closing and is counted by it, or is refused. Acknowledge it only after the commit.

    Raises NotFound (no such code), AnsweredDifferently, CardSpent, Withdrawn, Gone (closed), NotOpenYet,
    NothingChosen, and Invalid for answers that the form does not offer.
    """
    entrance = entrance_by_code(session, submission.code, lock=True)
    if entrance is None:
        raise NotFound
    row = row_of(entrance, submission, now)
    if _is_stored(session, row):
        return Outcome.SAME
    # What was stored in time was acknowledged above, even if the wave has closed since.
    require_open(entrance, submission.token.begun, now)
    connection = session.connection()
    if entrance.serial is not None and not spend_serial(connection, entrance.serial):
        # Spent: by this very form a moment ago, or by another answer.
        if _is_stored(session, row):
            return Outcome.SAME
        raise CardSpent
    if connection.execute(_insert(connection.dialect.name), row).first() is not None:
        return Outcome.STORED
    # Somebody sent the same token at the same moment and was first.
    if not _is_stored(session, row):
        raise Conflict
    return Outcome.SAME


def row_of(entrance: Entrance, submission: Submission, now: datetime) -> dict[str, Any]:
    """Return the row that holds a submission; raises NothingChosen, and Invalid for what the form does not offer."""
    sheet = entrance.sheet(submission.token.form)
    if not any(submission.answers):
        raise NothingChosen
    try:
        packed = sheet.pack(submission.answers)
    except ValueError as error:
        raise Invalid from error
    mastery = sheet.judge(submission.answers)
    return {
        "organisation_id": entrance.organisation_id,
        "wave_id": entrance.wave_id,
        "id": secrets.token_bytes(RESPONSE_ID_BYTES),
        "group_id": _group(entrance, submission.group_id),
        "collector_id": entrance.collector_id,
        "form": sheet.form,
        "token_hash": submission.token_hash,
        "received_on": local_date(now),
        "language": submission.language,
        "answers": packed,
        "score": mastery.score,
        "pattern": mastery.pattern,
    }


def _group(entrance: Entrance, named: int | None) -> int | None:
    if entrance.group_id is not None or named is None:
        return entrance.group_id
    if named not in {group.id for group in entrance.groups}:
        raise Invalid
    return named


def spend_serial(connection: Connection, serial: str) -> bool:
    """Mark a card or sheet as used; False if it was used before."""
    return connection.execute(_SPEND, {"known_code": serial}).rowcount > 0


def _is_stored(session: Session, row: dict[str, Any]) -> bool:
    key = {name: row[name] for name in ("token_hash", "wave_id", "organisation_id")}
    stored = session.connection().execute(_STORED, key).first()
    return is_same(row, None if stored is None else (stored.form, stored.group_id, stored.answers))


def is_same(row: dict[str, Any], stored: StoredContent | None) -> bool:
    """Return whether the content of a row is what is stored under its token; False if nothing is.

    Raises AnsweredDifferently for other content, Withdrawn for content that was taken back (a form without name).
    """
    if stored is None:
        return False
    if not stored[0]:
        raise Withdrawn
    if stored != (row["form"], row["group_id"], row["answers"]):
        raise AnsweredDifferently
    return True


def require_open(entrance: Entrance, begun: datetime, now: datetime) -> None:
    """Stop with Gone or NotOpenYet unless a form begun then is taken now."""
    door = entrance.door_for(begun, now)
    if door == Door.CLOSED:
        raise Gone
    if door == Door.NOT_YET:
        raise NotOpenYet
