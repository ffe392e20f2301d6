"""Stores answers in groups on SQLite: one thread a web process commits everything that waits, in one transaction.

A disk can make a few dozen to a few thousand commits a second, and SQLite lets those who wait in no fair order. A hall
sends hundreds of answers in the same seconds: here they share commits, and nobody starves. Web processes take turns,
one commit each. Who sent an answer is told only after the commit that holds it. PostgreSQL groups commits by itself.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.core.database import will_write
from survey.responses.groups import store_group
from survey.responses.operations import Outcome, Submission, store_response
from survey.responses.turns import Turns, taking_turns

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


class _Waiting:
    """An answer on its way to the disk, and what became of it."""

    # A bare lock, held until the outcome is there: a tenth of what a Future costs, for each answer.
    __slots__ = ("_done", "_outcome", "now", "submission")

    def __init__(self, submission: Submission, now: datetime) -> None:
        self.submission, self.now = submission, now
        self._outcome: Outcome | Exception | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def tell(self, outcome: Outcome | Exception) -> None:
        """Let the sender go on."""
        if self._outcome is None:
            self._outcome = outcome
            self._done.release()

    def wait(self, seconds: float) -> Outcome:
        """Return or raise what became of the answer; TooManyWaiting if that takes too long."""
        if not self._done.acquire(timeout=seconds) or self._outcome is None:
            # If it is committed after all, sending again is answered with the same receipt.
            raise TooManyWaiting
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


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

    def __init__(self, engine: Engine, meeting: Path) -> None:
        self._engine = engine
        self._meeting = meeting
        self._queue: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def store(self, submission: Submission, *, now: datetime) -> Outcome:
        """Wait until the submission is committed, and return what became of it."""
        if self._queue.qsize() >= LONGEST_QUEUE:
            raise TooManyWaiting
        waiting = _Waiting(submission, now)
        self._start()
        self._queue.put(waiting)
        return waiting.wait(PATIENCE_SECONDS)

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
        with taking_turns(self._meeting) as turns:
            while True:
                group = [self._queue.get()]
                try:
                    self._commit(group, turns)
                except Exception as error:
                    self._commit_singly(group, error)

    def _commit(self, group: list[_Waiting], turns: Turns) -> None:
        with turns.mine():
            # Whoever came while others had their turn shares this commit.
            self._gather(group)
            with Session(self._engine) as session, session.begin():
                found = store_group(session, [(waiting.submission, waiting.now) for waiting in group])
        # Only now, after the commit.
        for waiting, outcome in zip(group, found, strict=True):
            waiting.tell(outcome)

    def _gather(self, group: list[_Waiting]) -> None:
        while len(group) < LARGEST_GROUP:
            try:
                group.append(self._queue.get_nowait())
            except queue.Empty:
                break

    def _commit_singly(self, group: Sequence[_Waiting], error: Exception) -> None:
        """Store each answer of a group that failed as a whole, so that what is wrong with one touches no other."""
        for waiting in group:
            # Nobody was acknowledged. Where the disk fails, more tries would only let everybody wait.
            is_alone = len(group) == 1 or isinstance(error, OperationalError)
            waiting.tell(error if is_alone else self._store_alone(waiting))

    def _store_alone(self, waiting: _Waiting) -> Outcome | Exception:
        try:
            with Session(self._engine) as session, session.begin():
                return store_response(session, waiting.submission, now=waiting.now)
        except Exception as error:
            return error


def make_writer(engine: Engine, folder: Path) -> Writer:
    """Return the writer for this database; folder: where web processes of one machine meet."""
    return GroupWriter(engine, folder / "writer.lock") if engine.dialect.name == "sqlite" else SingleWriter(engine)
