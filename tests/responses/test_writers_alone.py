"""A group of answers that fails as a whole: one bad answer touches no other, a failing disk is told to all at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from survey.core.database import prepare_engine
from survey.responses.models import Response
from survey.responses.operations import Outcome, Submission
from survey.responses.queries import entrance_by_code
from survey.responses.turns import taking_turns
from survey.responses.writers import GroupWriter
from tests.factories import Cast
from tests.responses.fieldwork import SIGNER, collector, make_wave, new_token, right_answers

GOOD = 8


@dataclass
class Disk:
    """A writer's own connections to the database of the tests, and how often a transaction was begun on them."""

    engine: Engine
    begun: int = 0
    is_read_only: bool = False

    def begin(self, connection: Connection) -> None:
        """Count a transaction; while the disk takes nothing, SQLite refuses every row."""
        self.begun += 1
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if self.is_read_only else 'OFF'}")


@pytest.fixture
def disk(app: Flask, database_url: str) -> Iterator[Disk]:
    """The database by connections of its own; SQLite only: PostgreSQL stores each answer in its own transaction."""
    if not app.extensions["survey.config"].is_sqlite:
        pytest.skip("on PostgreSQL answers share no transaction")
    engine = create_engine(database_url)
    found = Disk(engine)
    event.listen(engine, "begin", found.begin)
    prepare_engine(engine)
    yield found
    engine.dispose()


@pytest.fixture
def submissions(session: Session, cast: Cast, now: datetime) -> list[Submission]:
    """Good answers of different phones."""
    code = collector(session, make_wave(session, cast.school, now=now)).code
    made = []
    for _phone in range(GOOD + 1):
        token = new_token(code, now)
        entrance = entrance_by_code(session, code)
        assert entrance is not None
        token_hash = SIGNER.receipt_hash(SIGNER.receipt(token))
        made.append(Submission(code, token, token_hash, right_answers(entrance.sheet(token.form))))
    session.rollback()
    return made


@contextmanager
def another_process_writing(meeting: Path) -> Iterator[None]:
    """Hold the turn: whatever arrives meanwhile shares one commit."""
    with taking_turns(meeting) as turns, turns.mine():
        yield


def store_in_one_group(
    disk: Disk, folder: Path, sent: Sequence[Submission], now: datetime
) -> list[Outcome | Exception]:
    """Send everything while others have their turn, and return what each sender was told."""
    meeting = folder / "writer.lock"
    writer = GroupWriter(disk.engine, meeting)

    def one(submission: Submission) -> Outcome | Exception:
        try:
            return writer.store(submission, now=now)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(sent)) as pool:
        with another_process_writing(meeting):
            told = [pool.submit(one, submission) for submission in sent]
            # The first is taken up by the writer, which waits for its turn; the others wait behind it.
            patience = time.monotonic() + 10
            while writer._queue.qsize() < len(sent) - 1 and time.monotonic() < patience:
                time.sleep(0.01)
        return [each.result(20) for each in told]


def stored(session: Session) -> int:
    """Count the answers in the table."""
    number = session.scalar(select(func.count()).select_from(Response)) or 0
    session.rollback()
    return number


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"language": None}, IntegrityError),  # the database refuses the row, and with it all rows of the statement
        ({"answers": None}, TypeError),  # nothing that a page can send: a fault of our own, before the database
    ],
)
def test_a_bad_answer_in_a_group_touches_no_other(
    disk: Disk,
    session: Session,
    submissions: list[Submission],
    now: datetime,
    tmp_path: Path,
    wrong: dict[str, Any],
    told: type[Exception],
) -> None:
    bad, *good = submissions
    sent = [*good[:4], replace(bad, **wrong), *good[4:]]
    outcomes = store_in_one_group(disk, tmp_path, sent, now)
    assert isinstance(outcomes.pop(4), told)
    assert outcomes == [Outcome.STORED] * GOOD
    assert stored(session) == GOOD
    # All together once, then each on its own.
    assert disk.begun == 1 + len(sent)


def test_who_was_stored_singly_and_sends_again_has_the_same_answer(
    disk: Disk, session: Session, submissions: list[Submission], now: datetime, tmp_path: Path
) -> None:
    bad, *good = submissions
    group = [replace(bad, language=None), *good]  # type: ignore[arg-type]
    store_in_one_group(disk, tmp_path, group, now)
    assert store_in_one_group(disk, tmp_path, good, now) == [Outcome.SAME] * GOOD
    assert stored(session) == GOOD


def test_a_failing_disk_is_told_to_all_after_one_try_and_the_writer_goes_on(
    disk: Disk, session: Session, submissions: list[Submission], now: datetime, tmp_path: Path
) -> None:
    disk.is_read_only = True
    outcomes = store_in_one_group(disk, tmp_path, submissions, now)
    assert [type(outcome) for outcome in outcomes] == [OperationalError] * len(submissions)
    assert stored(session) == 0
    assert disk.begun == 1
    disk.is_read_only = False
    assert store_in_one_group(disk, tmp_path, submissions, now) == [Outcome.STORED] * len(submissions)
    assert stored(session) == len(submissions)
