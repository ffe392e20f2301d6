"""Stores answers in groups on SQLite: one thread a web process commits everything that waits, in one transaction.

A disk can make a few dozen to a few thousand commits a second, and SQLite lets those who wait in no fair order. A hall
sends hundreds of answers in the same seconds: here they share commits, and nobody starves. Web processes take turns by
a lock on a file. Who sent an answer is told only after the commit that holds it. PostgreSQL groups commits by itself.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.core.database import will_write
from survey.responses.entrances import Entrance
from survey.responses.operations import Outcome, Submission, store_response
from survey.responses.queries import entrance_by_code

try:
    import fcntl
except ImportError:  # Windows serves with one web process: there is nobody to take turns with.
    fcntl = None  # type: ignore[assignment]

# Answers that share a commit at most, and that may wait at all: more than the threads of a process can send.
LARGEST_GROUP = 128
LONGEST_QUEUE = 2048
# A phone gives up after 15 seconds and sends again; waiting longer helps nobody.
PATIENCE_SECONDS = 20.0


class Writer(Protocol):
    """Whatever stores a submission and commits it before returning."""

    def store(self, submission: Submission, *, now: datetime) -> Outcome:
        """Store, commit, and return what became of it; raises as `store_response`, and DBAPIError."""
        ...


class TooManyWaiting(OperationalError):
    """More answers wait for the disk than fit; the phone sends again."""

    def __init__(self) -> None:
        super().__init__("", None, TimeoutError("too many answers wait for the disk"))


@dataclass(slots=True)
class _Waiting:
    submission: Submission
    now: datetime
    outcome: Future[Outcome] = field(default_factory=Future)


class SingleWriter:
    """Each answer in a transaction of its own, for PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, submission: Submission, *, now: datetime) -> Outcome:
        """Store and commit one submission."""
        with Session(self._engine) as session, session.begin():
            return store_response(session, submission, now=now)


class GroupWriter:
    """All answers that wait in one transaction, for SQLite; safe to use from many threads and processes."""

    def __init__(self, engine: Engine, turn: Path) -> None:
        self._engine = engine
        self._turn = turn
        self._queue: queue.Queue[_Waiting] = queue.Queue(LONGEST_QUEUE)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def store(self, submission: Submission, *, now: datetime) -> Outcome:
        """Wait until the submission is committed, and return what became of it."""
        waiting = _Waiting(submission, now)
        self._start()
        try:
            self._queue.put_nowait(waiting)
            return waiting.outcome.result(PATIENCE_SECONDS)
        except (queue.Full, TimeoutError) as error:
            # If it is committed after all, sending again is answered with the same receipt.
            raise TooManyWaiting from error

    def _start(self) -> None:
        # Begun on first need, in the process that answers requests: a thread does not survive a fork.
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        will_write.set(True)
        with self._turn.open("ab") as turn:
            while True:
                group = self._next_group()
                try:
                    self._commit(group, turn)
                except Exception as error:
                    # Whatever it was, nobody was acknowledged: each sender is told, and can send again.
                    _tell(group, error)

    def _next_group(self) -> list[_Waiting]:
        group = [self._queue.get()]
        while len(group) < LARGEST_GROUP:
            try:
                group.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return group

    def _commit(self, group: Sequence[_Waiting], turn: IO[bytes]) -> None:
        with _taking_turns(turn), Session(self._engine) as session, session.begin():
            entrances: dict[str, Entrance | None] = {}
            found = [_store_one(session, waiting, entrances) for waiting in group]
        # Only now, after the commit.
        for waiting, outcome in zip(group, found, strict=True):
            if isinstance(outcome, Exception):
                waiting.outcome.set_exception(outcome)
            else:
                waiting.outcome.set_result(outcome)


def _store_one(session: Session, waiting: _Waiting, entrances: dict[str, Entrance | None]) -> Outcome | Exception:
    """Store one submission of a group; what goes wrong with it touches none of the others."""
    connection = session.connection()
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        outcome = store_response(
            session, waiting.submission, now=waiting.now, look_up=lambda code: _entrance(session, code, entrances)
        )
    except Exception as error:
        _take_back(connection)
        return error
    connection.exec_driver_sql("RELEASE one")
    return outcome


def _entrance(session: Session, code: str, known: dict[str, Entrance | None]) -> Entrance | None:
    """Return a way in, read once a transaction: nobody else can change it while this one holds the database."""
    if code not in known:
        entrance = entrance_by_code(session, code, lock=True)
        if entrance is not None and entrance.serial is not None:
            return entrance
        known[code] = entrance
    return known[code]


def _take_back(connection: Connection) -> None:
    # Fails where SQLite has ended the whole transaction, such as on a full disk: then the group fails together.
    connection.exec_driver_sql("ROLLBACK TO one")
    connection.exec_driver_sql("RELEASE one")


def _tell(group: Sequence[_Waiting], error: Exception) -> None:
    for waiting in group:
        if not waiting.outcome.done():
            waiting.outcome.set_exception(error)


@contextmanager
def _taking_turns(turn: IO[bytes]) -> Iterator[None]:
    """Hold the file that web processes take turns by; the lock ends with its process, however that ends."""
    if fcntl is None:
        yield
        return
    fcntl.flock(turn, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(turn, fcntl.LOCK_UN)


def make_writer(engine: Engine, folder: Path) -> Writer:
    """Return the writer for this database; folder: where web processes of one machine meet."""
    return GroupWriter(engine, folder / "writer.lock") if engine.dialect.name == "sqlite" else SingleWriter(engine)
