"""How this application talks to its database engines: durable commits, honest locking.

SQLite: WAL with synchronous FULL on every connection (with NORMAL a committed answer can vanish when the power goes),
foreign keys on, a busy timeout, and BEGIN IMMEDIATE for whoever will write: a transaction that reads first and writes
later cannot be upgraded safely while others write.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

# Whether the transactions begun here will write. Page views that only read say False and never wait for a writer.
will_write: ContextVar[bool] = ContextVar("will_write", default=True)

BUSY_TIMEOUT_MS = 15_000


def prepare_engine(engine: Engine) -> None:
    """Attach the connection rules to an engine; to be called once, before its first connection."""
    # An error's text goes to the log; the answers, names and hashes of the failed statement must not.
    engine.hide_parameters = True
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_timeouts)


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself; `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    deferred = connection.get_execution_options().get("begin_deferred", not will_write.get())
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


def _set_timeouts(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '30s'")
        cursor.execute("SET lock_timeout = '15s'")
    connection.commit()


def answers(session: Session) -> bool:
    """Return whether the database answers at all."""
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
