"""How this application talks to its database engines: durable commits, honest locking.

SQLite: WAL with synchronous FULL on every connection (with NORMAL a committed answer can vanish when the power goes),
foreign keys on, a busy timeout, and BEGIN IMMEDIATE for whoever will write: a transaction that reads first and writes
later cannot be upgraded safely while others write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event

from survey.core.errors import AppError

# Whether the transactions begun here will write. Page views that only read say False and never wait for a writer.
will_write: ContextVar[bool] = ContextVar("will_write", default=True)

# Whether the connections made here may take their time: migrations and other work of the operator say True.
is_patient: ContextVar[bool] = ContextVar("is_patient", default=False)

# Whether SQLite watches over references between rows. A migration that rebuilds a table turns it off: dropping the old
# one would count as deleting every row that others point to. It must check by itself before it commits.
watches_references: ContextVar[bool] = ContextVar("watches_references", default=True)

BUSY_TIMEOUT_MS = 15_000


class BrokenReferences(AppError):
    """After a migration some rows point to nothing: the backup that was made before must be put back."""


# What a web process asks of PostgreSQL: nobody waits for longer than a phone does, and a transaction that somebody
# forgot does not hold its locks for ever.
TIMEOUTS = {"statement_timeout": "30s", "lock_timeout": "15s", "idle_in_transaction_session_timeout": "5min"}

# A request that finds every connection taken waits so long; then its sender is told to try again.
POOL_PATIENCE_SECONDS = 10
# A machine that has gone is noticed within seconds, not after the system's two hours.
_REACHING = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def engine_options(url: str, *, connections: int, threads: int) -> dict[str, Any]:
    """Return how an engine is made for this address.

    connections: how many a process keeps open; threads: how many requests it works on at once.
    """
    options = {"url": url, "pool_size": connections, "pool_timeout": POOL_PATIENCE_SECONDS}
    if url.startswith("sqlite"):
        # A file has no limit, and the one thread that writes must never wait for those who read.
        return options | {"max_overflow": threads}
    # A connection is tried before it is used: the server may have been restarted since.
    return options | {"max_overflow": 0, "pool_pre_ping": True, "connect_args": dict(_REACHING)}


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
        f"foreign_keys = {'ON' if watches_references.get() else 'OFF'}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    deferred = connection.get_execution_options().get("begin_deferred", not will_write.get())
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


def _set_timeouts(connection: Any, _record: object) -> None:
    if is_patient.get():
        return
    with connection.cursor() as cursor:
        for name, value in TIMEOUTS.items():
            cursor.execute(f"SET {name} = '{value}'")
    connection.commit()


@contextmanager
def only_reading() -> Iterator[None]:
    """Let the transactions that begin inside the block only read: they wait for nobody who writes."""
    token = will_write.set(False)
    try:
        yield
    finally:
        will_write.reset(token)


@contextmanager
def rebuilding_tables(engine: Engine) -> Iterator[None]:
    """Let tables be rebuilt inside the block, on connections of their own; raises BrokenReferences if rows got lost."""
    if engine.dialect.name != "sqlite":
        yield
        return
    token = watches_references.set(False)
    engine.dispose()
    try:
        yield
        with engine.connect() as connection:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise BrokenReferences(f"{len(broken)} rows point to rows that are gone, first in table {broken[0][0]}")
    finally:
        watches_references.reset(token)
        engine.dispose()
